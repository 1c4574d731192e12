"""An analysed experiment as a table, CSV or JSON."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from data.scope import Scope
from data.warehouse import Warehouse
from format.columns import aligned
from format.csv_text import csv_text
from i18n import Text, Words
from metrics.effect_words import lift, lift_interval
from metrics.experiments.analysis import STATUSES, Analysis, course_of, segments_of
from metrics.experiments.judge import ArmNumbers, Compared, Result
from metrics.experiments.plan_words import plan_line
from metrics.experiments.record import ROLES
from metrics.experiments.trust import CHECKS, State
from metrics.experiments.words import (
    difference,
    finding_sentence,
    interval_text,
    method_line,
    mode_line,
    timing_line,
    value,
    verdict_sentence,
)

STATES: dict[State, Words] = {
    State.PASSED: Words("passed", "通过"),
    State.WARNING: Words("look", "留意"),
    State.FAILED: Words("failed", "不通过"),
    State.SKIPPED: Words("not checked", "未检查"),
}


def header(tr: Text) -> list[str]:
    """The columns of `rows`."""
    names = (
        Words("Metric", "指标"), Words("Role", "角色"), Words("Arm", "组"), Words("Units", "样本"),
        Words("Value", "数值"), Words("Control", "对照"), Words("Difference", "差值"),
        Words("Interval", "区间"), Words("Lift", "提升"), Words("Interval of lift", "提升区间"),
        Words("How", "方法"),
    )  # fmt: skip
    return [tr(n) for n in names]


def rows(found: Analysis, tr: Text, currency: str) -> list[list[str]]:
    """Every metric and treatment with its numbers, in the order of the page."""
    return [_row(r, c, tr, currency) for r in found.results for c in r.compared]


def _row(result: Result, compared: Compared, tr: Text, currency: str) -> list[str]:
    outcome, effect = result.judged.outcome, compared.effect
    return [
        tr(outcome.name()),
        tr(ROLES[result.judged.role]),
        compared.arm,
        f"{effect.n_treatment:,}",
        value(outcome, effect.treatment, tr, currency),
        value(outcome, effect.control, tr, currency),
        difference(outcome, effect.diff, tr, currency),
        interval_text(result, effect, tr, currency),
        lift(effect, effect.lift, tr),
        lift_interval(effect, tr),
        method_line(result, compared, tr),
    ]


def as_table(found: Analysis, tr: Text, currency: str) -> str:
    """Verdict, trust, numbers: for the eye."""
    e = found.experiment
    top = [
        f"{e.name} ({e.key})",
        verdict_sentence(found, found.headline, tr, currency),
        f"{tr(STATUSES[found.timing.status])} · {timing_line(found, tr)}",
        f"{mode_line(found, tr)}. {plan_line(e, tr)}",
        "",
        *[
            f"{tr(STATES[f.state])} · {tr(CHECKS[f.check])}: {finding_sentence(f, tr)}"
            for f in found.trust.findings
        ],
        "",
    ]
    return "\n".join([*top, *aligned(header(tr), rows(found, tr, currency))]) + "\n"


def as_csv(found: Analysis, tr: Text, currency: str) -> str:
    return csv_text(header(tr), rows(found, tr, currency))


def sums_csv(found: Analysis) -> str:
    """The sufficient statistics: per metric and arm the count, the shift, shifted sums and products
    of the variables, by which every number of the page can be computed again."""
    made = []
    for result in found.results:
        outcome = result.judged.outcome
        variables = outcome.variables
        if not variables:
            continue
        table = found.tables[outcome.days]
        for arm in found.experiment.arms:
            sums = table.arm(variables, arm.name)
            made.append(
                [
                    outcome.key, arm.name, sums.n, " ".join(variables),
                    *[json.dumps(v) for v in (sums.shift, sums.sums, sums.products)],
                ]
            )  # fmt: skip
    return csv_text(["metric", "arm", "n", "variables", "shift", "sums", "products"], made)


def as_json(found: Analysis, warehouse: Warehouse, scope: Scope, tr: Text) -> str:
    """Everything at full precision; keys are stable. What could not be computed is null, and its
    status says why. Sentences are in the reader's language."""
    e = found.experiment
    document = {
        "shop": warehouse.shop,
        "experiment": e.key,
        "name": e.name,
        "unit": e.unit,
        "started_on": e.started_on and e.started_on.isoformat(),
        "ended_on": e.ended_on and e.ended_on.isoformat(),
        "data_version": found.version,
        "data_through": warehouse.coverage.through.isoformat() + "Z",
        "currency": scope.currency,
        "filters": {c.dimension: sorted(c.values) for c in scope.choices},
        "status": found.timing.status,
        "days_run": found.timing.run,
        "days_left": found.timing.left,
        "mode": e.mode,
        "planned_units": e.planned_units,
        "alpha": e.alpha,
        "family": len(e.primary) * len(e.treatments),
        "verdict": found.verdict,
        "sentence": verdict_sentence(found, found.headline, tr, scope.currency),
        "decisions": [
            {"arm": d.arm, "verdict": d.verdict, "because": d.because} for d in found.decisions
        ],
        "unknown_metrics": list(e.unknown),
        "without_data": [j.outcome.key for j in found.lacking],
        "left_out": {
            "crossed": found.exposed.crossed,
            "before_start": found.exposed.early,
            "after_end": found.exposed.late,
        },
        "trust": [
            {"check": f.check, "state": f.state, "said": finding_sentence(f, tr)}
            for f in found.trust.findings
        ],
        "metrics": [_metric(r) for r in found.results],
        "segments": [
            {
                "arm": s.arm,
                "segmentation": s.segmentation,
                "p_adjusted": s.p_adjusted,
                "differs": s.differs,
                "segments": {name: asdict(effect) for name, effect in s.segments},
            }
            for s in segments_of(found)
        ],
        "course": {
            t.name: [
                {"day": p.day.isoformat(), "effect": asdict(p.look.effect)}
                for p in course_of(found, t.name)
            ]
            for t in e.treatments
        },
    }
    return json.dumps(document, ensure_ascii=False, indent=1, default=str)


def _metric(result: Result) -> dict[str, Any]:
    return {
        "metric": result.judged.outcome.key,
        "role": result.judged.role,
        "margin": result.judged.margin,
        "no_rate": result.no_rate,
        "cap": result.cap,
        "units_over_cap": result.over,
        "arms": [_arm(a) for a in result.arms],
        "compared": [_compared(c) for c in result.compared],
    }


def _arm(arm: ArmNumbers) -> dict[str, Any]:
    return asdict(arm)


def _compared(compared: Compared) -> dict[str, Any]:
    look = compared.look
    return {
        "arm": compared.arm,
        "read_as": look.mode,
        "conclusive": look.conclusive,
        "gated": look.gated,
        "p_value": look.p_value,
        "p_adjusted": compared.adjusted,
        "boundary": None if look.boundary is None else asdict(look.boundary),
        "effect": asdict(look.effect),
        "one_look": asdict(look.nominal),
        "without_cuped": None if compared.plain is None else asdict(compared.plain),
        "variance_reduction": compared.reduction,
        "uncapped": None if compared.uncapped is None else asdict(compared.uncapped),
        "bayes": None if compared.bayes is None else asdict(compared.bayes),
        "non_inferiority": None if compared.margin is None else asdict(compared.margin),
    }
