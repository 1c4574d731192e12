"""The list of experiments as JSON at full precision, as CSV, or as a table for the eye."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from data.scope import Scope
from data.warehouse import Warehouse
from format import numbers
from format.columns import aligned
from format.csv_text import csv_text
from i18n import Text, Words
from metrics.experiments.analysis import STATUSES
from metrics.experiments.listing import Health, Listing, Row
from metrics.experiments.listing_words import (
    fault_text,
    headline,
    health_text,
    interval_text,
    lift_text,
    verdict_text,
    why_text,
)
from metrics.experiments.programme import Programme
from metrics.experiments.programme_words import programme_lines
from metrics.reading import as_document
from metrics.stats.experiments.programme import Pace, Total


@dataclass(frozen=True, slots=True)
class Answer:
    """What one call of the command line, or one page, found. `rows` are those asked for."""

    warehouse: Warehouse
    scope: Scope
    found: Listing
    programme: Programme
    rows: tuple[Row, ...]


def as_json(answer: Answer) -> str:
    """Everything that is known; keys are stable. Shares in [0, 1], money in `currency`."""
    w, found, made = answer.warehouse, answer.found, answer.programme
    shrinkage = made.shrinkage
    document = {
        "shop": w.shop,
        "data_version": found.version,
        "data_through": w.coverage.through.isoformat() + "Z",
        "currency": answer.scope.currency,
        "filters": {c.dimension: sorted(c.values) for c in answer.scope.choices},
        "programme": {
            "win_rate": as_document(made.won),
            "started": _pace(made.started),
            "decided": _pace(made.decided),
            "months": [
                {"from": m.isoformat(), "started": s, "decided": d} for m, s, d in made.months
            ],
            "spread": None
            if shrinkage is None
            else {
                "tau": shrinkage.tau2**0.5,
                "interval": [shrinkage.tau2_low**0.5, shrinkage.tau2_high**0.5],
                "comparisons": made.comparisons,
            },
            "lifts": [
                {"metric": o.outcome.key, "experiments": o.n, **_total(o.lift)} for o in made.lifts
            ],
            "per_four_weeks": [
                {"measure": a.measure, "unit": a.unit, "experiments": a.n, **_total(a.total)}
                for a in made.additions
            ],
            "ratios_left_out": made.ratios,
            "without_error_left_out": made.unsure,
        },
        "experiments": [_document(r) for r in answer.rows],
        "sql": found.sql,
    }
    return json.dumps(document, ensure_ascii=False, indent=2)


def _pace(found: Pace | None) -> dict[str, Any] | None:
    if found is None:
        return None
    return {"n": found.n, "days": found.days, "per_four_weeks": found.per_four_weeks}


def _total(t: Total) -> dict[str, Any]:
    return {
        "value": t.value,
        "interval": [t.low, t.high],
        "naive": t.naive,
        "naive_interval": [t.naive_low, t.naive_high],
    }


def _document(row: Row) -> dict[str, Any]:
    e, timing, shown, decision = row.experiment, row.timing, row.shown, row.decision
    effect = None if shown is None else shown[1].effect
    return {
        "experiment": e.key,
        "name": e.name,
        "owner": e.owner or None,
        "status": timing.status,
        "started_on": None if e.started_on is None else e.started_on.isoformat(),
        "ended_on": None if e.ended_on is None else e.ended_on.isoformat(),
        "days_run": timing.run,
        "days_left": timing.left,
        "share_of_plan": timing.share,
        "units": row.met.units,
        "split": [{"arm": a, "seen": seen, "planned": p} for a, seen, p in row.split],
        "health": {h: row.health(h) for h in Health},
        "metric": None if shown is None else shown[0].judged.outcome.key,
        "arm": None if shown is None else shown[1].arm,
        "lift": None if effect is None else effect.lift,
        "lift_interval": None
        if effect is None or effect.lift_low is None
        else [effect.lift_low, effect.lift_high],
        "mode": e.mode,
        "verdict": row.verdict,
        "because": None if decision is None else decision.because,
        "decided_on": None if row.decided_on is None else row.decided_on.isoformat(),
        "faults": [fault_text(f, Text("en")) for f in row.faults],
    }


CSV_COLUMNS = (
    "experiment", "name", "owner", "status", "started_on", "ended_on", "days_run", "days_left",
    "share_of_plan", "units",
)  # fmt: skip


def as_csv(answer: Answer) -> str:
    """One line per experiment, numbers at full precision."""
    header = (
        *CSV_COLUMNS, "split_seen", "split_planned", *[f"health_{h}" for h in Health], "metric",
        "arm", "lift", "lift_low", "lift_high", "mode", "verdict", "because", "decided_on",
        "faults", "data_version",
    )  # fmt: skip
    return csv_text(header, (_csv_row(r, answer.found.version) for r in answer.rows))


def _csv_row(row: Row, version: str) -> tuple[object, ...]:
    d = _document(row)
    ends = d["lift_interval"] or (None, None)

    def shares(name: str) -> str:
        return " / ".join(f"{s['arm']} {s[name]:.4f}" for s in d["split"] if s[name] is not None)

    return (
        *[d[c] for c in CSV_COLUMNS],
        shares("seen"),
        shares("planned"),
        *[d["health"][h] for h in Health],
        d["metric"],
        d["arm"],
        d["lift"],
        *ends,
        d["mode"],
        d["verdict"],
        d["because"],
        d["decided_on"],
        " ".join(d["faults"]),
        version,
    )


def as_table(answer: Answer, tr: Text) -> str:
    """Aligned columns below the headline; the programme stands at the end."""
    header = [
        tr(w)
        for w in (
            Words("Experiment", "实验"), Words("Status", "状态"), Words("Days", "天数"),
            Words("Left", "剩余"), Words("Health", "健康度"), Words("Metric", "指标"),
            Words("Lift", "提升"), Words("Verdict", "结论"), Words("Why", "原因"),
            Words("Owner", "负责人"),
        )
    ]  # fmt: skip
    rows = [_cells(r, tr) for r in answer.rows]
    body = list(aligned(header, rows, right=(2, 3)))
    below = programme_lines(answer.programme, answer.scope.currency, tr)
    return "\n".join([headline(answer.found, tr), "", *body, "", *below]) + "\n"


def _cells(row: Row, tr: Text) -> list[str]:
    shown = row.shown
    left = numbers.NO_VALUE if row.timing.left is None else str(row.timing.left)
    return [
        row.experiment.name,
        tr(STATUSES[row.timing.status]),
        str(row.timing.run),
        left,
        health_text(row, tr),
        numbers.NO_VALUE if shown is None else tr(shown[0].judged.outcome.name()),
        f"{lift_text(row)}  {interval_text(row, tr)}".rstrip(),
        verdict_text(row, tr),
        why_text(row, tr),
        row.experiment.owner or numbers.NO_VALUE,
    ]
