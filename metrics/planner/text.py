"""A plan as a table, CSV or JSON."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from data.warehouse import Warehouse
from format.columns import aligned
from format.csv_text import csv_text
from i18n import Text, Words
from metrics.planner import words
from metrics.planner.answer import Plan
from metrics.planner.baseline import Baseline

WEEK_HEAD = (
    Words("Duration", "时长"),
    Words("Users in the test", "进入测试的用户"),
    Words("Smallest lift found", "可检出的最小提升"),
    Words("Difference", "差值"),
)
MODE_HEAD = (
    Words("Mode", "模式"),
    Words("Users in all", "总样本量"),
    Words("Days", "天数"),
    Words("Against one look", "相比只看一次"),
)
GUARD_HEAD = (
    Words("Guardrail", "护栏指标"),
    Words("Margin", "非劣界值"),
    Words("Now", "当前值"),
    Words("Power at this size", "该样本量下的功效"),
    Words("Users it takes", "所需样本量"),
)


def as_table(plan: Plan, tr: Text, currency: str) -> str:
    said = [
        words.finding(plan, tr),
        words.whole_weeks(plan, tr),
        words.two_weeks(plan, tr),
        words.baseline_said(plan, tr, currency),
        words.traffic_said(plan, tr),
        words.cuped_said(plan, tr),
        words.family_said(plan.question, tr),
    ]
    weeks = [words.week_row(w, plan, tr, currency) for w in plan.weeks]
    modes = [words.mode_row(s, plan, tr) for s in plan.modes]
    tables = (
        (WEEK_HEAD, weeks),
        (MODE_HEAD, modes),
        (GUARD_HEAD, words.guard_said(plan, tr, currency)),
    )
    parts = ["\n".join(s for s in said if s)]
    for head, rows in tables:
        if rows:
            header = [tr(w) for w in head]
            right = range(1, len(header))
            parts.append("\n".join(aligned(header, rows, right=right)))
    return "\n\n".join(parts) + "\n"


def as_csv(plan: Plan) -> str:
    """One line per duration."""
    header = ["weeks", "units", "detectable_lift"]
    return csv_text(header, [[w.weeks, w.units, w.lift] for w in plan.weeks])


def as_json(plan: Plan, warehouse: Warehouse) -> str:
    """Every number in full. What could not be computed is null, and `refusal` says why."""
    asked, size = plan.question, plan.size
    said: dict[str, Any] = {
        "shop": warehouse.shop,
        "version": warehouse.version,
        "outcome": asked.outcome.key,
        "meeting": asked.meeting,
        "lift": asked.lift,
        "split": asked.shares,
        "comparisons": asked.comparisons,
        "alpha": asked.alpha,
        "level": asked.level,
        "power": asked.power,
        "traffic": asked.traffic,
        "mode": asked.mode,
        "cuped": asked.cuped,
        "refusal": plan.refusal,
        "units": None if size is None else size.units,
        "total": None if size is None else size.total,
        "days": None if size is None else size.days,
        "window_days": asked.outcome.days,
        "inflation": None if size is None else size.inflation,
        "baseline": _baseline(plan.baseline),
        "history": None if plan.history is None else [plan.history.start, plan.history.end],
        "sampled_one_in": plan.every,
        "unrated": plan.unrated,
        "new_units_by_day": None if plan.traffic is None else plan.traffic.by_day,
        "weeks": [asdict(w) for w in plan.weeks],
        "modes": [{**asdict(s), "total": s.total} for s in plan.modes],
        "power_curve": [{"lift": x, "power": y} for x, y in plan.curve],
        "guardrails": [
            {
                "outcome": g.guard.outcome.key,
                "margin": g.guard.margin,
                "baseline": _baseline(g.baseline),
                "power": g.power,
                "units": g.units,
            }
            for g in plan.guardrails
        ],
        "sql": plan.sql,
    }
    return json.dumps(said, ensure_ascii=False, indent=1, default=str)


def _baseline(base: Baseline) -> dict[str, Any]:
    return {
        "units": base.units,
        "value": base.value,
        "variance_per_unit": base.variance,
        "correlation": base.correlation,
        "refusal": base.refusal,
    }
