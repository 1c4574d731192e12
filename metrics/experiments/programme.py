"""All experiments of a shop as one programme: how many win, how often, and what it came to.

A lift is that of the units who met the experiment, in its primary metric. What an experiment brings
in four weeks takes the units that met it in a day, all arms together, as if all of them had the
shipped arm.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from i18n import Words
from metrics.experiments.decision import Verdict
from metrics.experiments.judge import Compared, Result
from metrics.experiments.listing import Listing, Row
from metrics.experiments.outcomes import MONEY, Measure, Outcome
from metrics.experiments.record import Role
from metrics.metric import Unit
from metrics.reading import Reading, share
from metrics.stats.experiments.effect import LiftStatus
from metrics.stats.experiments.programme import (
    FOUR_WEEKS,
    Estimate,
    Pace,
    Shrinkage,
    Total,
    by_month,
    pace,
    shrunken,
)

RECENT_DAYS = 84
"""The pace is that of the last twelve weeks of data."""
MONTHS = 12
"""The trend shows at most so many, the running one included."""

ADDED: dict[Measure, Words] = {
    Measure.BOUGHT: Words("Buyers", "购买用户"),
    Measure.FIRST: Words("First orders", "首单"),
    Measure.ORDERS: Words("Orders", "订单"),
    Measure.GMV: Words("GMV", "成交额"),
    Measure.NET: Words("Net revenue", "净收入"),
    Measure.MARGIN: Words("Gross margin", "毛利"),
    Measure.REFUNDS: Words("Refunds", "退款"),
    Measure.ACTIVE_DAYS: Words("Active days", "活跃天数"),
    Measure.RETURNED: Words("Retained users", "留存用户"),
}
"""What an effect per unit comes to over many units. A ratio is of none: it does not add."""


@dataclass(frozen=True, slots=True)
class Shipped:
    """An effect that is in the sum: the primary metric that won, of the arm to be shipped, and the
    units that meet the experiment in four weeks. `place` is its estimate's; None where its lift has
    no error to draw it by."""

    row: Row
    result: Result
    compared: Compared
    units: float
    place: int | None

    @property
    def outcome(self) -> Outcome:
        return self.result.judged.outcome


@dataclass(frozen=True, slots=True)
class OfMetric:
    """The summed lift of the experiments shipped on one metric; above zero is better."""

    outcome: Outcome
    n: int
    lift: Total


@dataclass(frozen=True, slots=True)
class Addition:
    """What the shipped experiments on one measure add in four weeks."""

    measure: Measure
    unit: Unit
    n: int
    total: Total


@dataclass(frozen=True, slots=True)
class Programme:
    """`won`: shipped of decided. Paces are None in a programme younger than four weeks. `months`
    hold the first day, started and decided. `shrinkage` is None below three decided experiments;
    then there is no impact. `ratios`: shipped experiments whose metric is a ratio, which adds
    nothing that can be counted; `unsure`: those whose lift has no error to draw it by."""

    won: Reading
    started: Pace | None
    decided: Pace | None
    months: tuple[tuple[date, int, int], ...]
    shrinkage: Shrinkage | None
    comparisons: int
    shipped: tuple[Shipped, ...]
    lifts: tuple[OfMetric, ...]
    additions: tuple[Addition, ...]

    @property
    def ratios(self) -> int:
        return sum(not _adds(s.outcome) for s in self.shipped)

    @property
    def unsure(self) -> int:
        return sum(s.place is None for s in self.shipped)


def programme(found: Listing) -> Programme:
    """What the experiments of a list came to, whatever rows of it are shown."""
    started = [
        r.experiment.started_on for r in found.rows
        if r.experiment.started_on is not None and r.met.units
    ]  # fmt: skip
    decided = [r.decided_on for r in found.decided if r.decided_on is not None]
    first = min(started, default=found.until)
    since = max(first, found.until - timedelta(days=RECENT_DAYS))
    places, estimates = _estimates(found.decided)
    shrinkage = shrunken(estimates)
    shipped = tuple(s for r in found.shipped if (s := _shipped(r, places)) is not None)
    return Programme(
        share(len(found.shipped), len(found.decided)),
        pace(started, since, found.until),
        pace(decided, since, found.until),
        _months(started, decided, first, found.until),
        shrinkage,
        len(estimates),
        shipped,
        _lifts(shipped, shrinkage),
        _additions(shipped, shrinkage),
    )


def _months(
    started: Sequence[date], decided: Sequence[date], first: date, until: date
) -> tuple[tuple[date, int, int], ...]:
    pairs = zip(by_month(started, first, until), by_month(decided, first, until), strict=True)
    return tuple((month, n, m) for (month, n), (_, m) in pairs)[-MONTHS:]


Place = tuple[str, str, str]
"""Experiment, metric, arm."""


def _estimates(rows: Sequence[Row]) -> tuple[dict[Place, int], list[Estimate]]:
    """Every primary metric of every arm of what was decided: the best of several alone would tell
    of more spread than there is."""
    places: dict[Place, int] = {}
    made: list[Estimate] = []
    for row in rows:
        for result in () if row.analysis is None else row.analysis.results:
            for compared in result.compared if result.judged.role is Role.PRIMARY else ():
                effect = compared.look.nominal
                if effect.lift is None or effect.lift_status is not LiftStatus.OK:
                    continue
                if not effect.se or not effect.control:
                    continue
                key = (row.experiment.key, result.judged.outcome.key, compared.arm)
                places[key] = len(made)
                # The difference's own error, so that effect and error are as the test has them.
                se = effect.se / abs(effect.control)
                made.append(Estimate(row.experiment.key, _sign(result) * effect.lift, se))
    return places, made


def _shipped(row: Row, places: dict[Place, int]) -> Shipped | None:
    decision = row.decision
    if decision is None or decision.verdict is not Verdict.SHIP or not row.timing.run:
        return None
    result, compared = decision.result, decision.compared
    if result is None or compared is None:
        return None
    met = sum(row.met.arm(a.name) for a in row.experiment.arms)
    units = met / row.timing.run * FOUR_WEEKS
    place = places.get((row.experiment.key, result.judged.outcome.key, decision.arm))
    return Shipped(row, result, compared, units, place)


def _lifts(shipped: Sequence[Shipped], shrinkage: Shrinkage | None) -> tuple[OfMetric, ...]:
    if shrinkage is None:
        return ()
    made = []
    for key in dict.fromkeys(s.outcome.key for s in shipped if s.place is not None):
        mine = [s for s in shipped if s.outcome.key == key and s.place is not None]
        weights = _weights(shrinkage, {s.place: 1.0 for s in mine})
        made.append(OfMetric(mine[0].outcome, len(mine), shrinkage.total(weights)))
    return tuple(made)


def _additions(shipped: Sequence[Shipped], shrinkage: Shrinkage | None) -> tuple[Addition, ...]:
    """Lift × control × units is the difference × units."""
    if shrinkage is None:
        return ()
    made = []
    for measure in ADDED:
        mine = [
            s for s in shipped
            if s.outcome.base.top is measure and _adds(s.outcome) and s.place is not None
        ]  # fmt: skip
        if not mine:
            continue
        scales = {
            s.place: _sign(s.result) * abs(s.compared.look.nominal.control or 0.0) * s.units
            for s in mine
        }
        unit = Unit.MONEY if measure in MONEY else Unit.COUNT
        total = shrinkage.total(_weights(shrinkage, scales))
        made.append(Addition(measure, unit, len(mine), total))
    return tuple(made)


def _weights(shrinkage: Shrinkage, of: dict[int | None, float]) -> list[float]:
    return [of.get(n, 0.0) for n in range(len(shrinkage.estimates))]


def _adds(outcome: Outcome) -> bool:
    return outcome.base.bottom is None and outcome.base.share is None


def _sign(result: Result) -> int:
    return -1 if result.judged.outcome.base.lower_is_better else 1
