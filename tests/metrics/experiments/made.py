"""Experiments and their sums made by hand, without a warehouse."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from data.serving.experiments import ALL
from data.unit_outcomes import UNRATED, product_name
from metrics.experiments.exposed import Exposed
from metrics.experiments.judge import Plan
from metrics.experiments.outcomes import outcome
from metrics.experiments.record import Arm, Experiment, Judged, Role
from metrics.experiments.sums import Key, Table
from metrics.stats.experiments.modes import Mode

START = date(2024, 3, 1)
CONTROL, TREATMENT = "control", "treatment"
BOUGHT = Judged(outcome("bought_within_7_days"), Role.PRIMARY)
GUARD = Judged(outcome("returned_within_7_days"), Role.GUARDRAIL, 0.1)
OVER = Plan(Mode.FIXED, 2_000, 2_000, (1.0,), over=True)


def experiment(metrics: Sequence[Judged] = (BOUGHT,), **more: Any) -> Experiment:
    """Two arms, half and half, read once at the end, unless said otherwise."""
    plain = Experiment(
        key="x", name="X", unit="user", started_on=START, ended_on=START + timedelta(days=13),
        owner="", hypothesis="", arms=(Arm(CONTROL, 0.5, True), Arm(TREATMENT, 0.5, False)),
        metrics=tuple(metrics), unknown=(), mode=Mode.FIXED, planned_units=None, worth=0.0,
        alpha=0.05, power=0.8, cap=None, cap_nonzero=False, plan=None, changed=(),
        known_times=True, in_warehouse=True,
    )  # fmt: skip
    return replace(plain, **more)


def rates(
    counts: Mapping[str, tuple[int, int]],
    *,
    variable: str = "bought",
    day: date = START,
    unrated: int = 0,
    segmentation: str = ALL,
    segment: str = "",
) -> dict[Key, dict[str, float]]:
    """Rows of a table: (converted, units) per arm."""
    rows: dict[Key, dict[str, float]] = {}
    for arm, (converted, n) in counts.items():
        share = converted / n if n else 0.0
        on = day if segmentation == ALL else None
        rows[segmentation, segment, on, arm] = {
            "n": n,
            UNRATED: unrated,
            variable: share,
            product_name(variable, variable): n * share * (1 - share),
        }
    return rows


def table(*parts: Mapping[Key, Mapping[str, float]], days: int = 7, unrated: int = 0) -> Table:
    """One table of several parts; rows of the same key hold the variables of all of them."""
    rows: dict[Key, dict[str, float]] = {}
    for part in parts:
        for key, row in part.items():
            rows.setdefault(key, {}).update(row)
    return Table(days, rows, shifted=False, unrated=unrated)


def met(counts: Mapping[str, int], *, crossed: int = 0, early: int = 0, late: int = 0) -> Exposed:
    """Everybody exposed on the first day."""
    made: dict[Key, int] = {(ALL, "", START, arm): n for arm, n in counts.items()}
    total = sum(counts.values()) + crossed + early + late
    return Exposed(made, total, crossed, early, late)
