"""The effect by days since the exposure: does it wear off (novelty) or grow (learning)?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    Date,
    Float,
    Integer,
    Select,
    and_,
    case,
    cast,
    func,
    literal,
    select,
)

from data.dialects import add_days, days_between, later, seconds_between
from data.scope import Scope
from data.sources import Sources
from data.unit_outcomes import own_activity
from data.warehouse import Warehouse
from i18n import Words
from metrics.experiments.exposed import Exposed
from metrics.experiments.outcomes import Measure
from metrics.experiments.record import Experiment, Judged
from metrics.experiments.sums import units_of
from metrics.stats.experiments.effect import Effect
from metrics.stats.experiments.means import welch
from metrics.stats.experiments.sums import Sums

MOST_DAYS = 28
DAY_SECONDS = 86_400.0
_ACTIVITY = (Measure.ACTIVE_DAYS, Measure.RETURNED)


class Counted(StrEnum):
    """What is counted by day since the exposure."""

    ORDERS = "orders"
    FIRST_ORDERS = "first_orders"
    GMV = "gmv"
    ACTIVE = "active"


COUNTED: dict[Counted, Words] = {
    Counted.ORDERS: Words("orders per unit and day", "每样本每日订单数"),
    Counted.FIRST_ORDERS: Words("first orders per unit and day", "每样本每日首单数"),
    Counted.GMV: Words("GMV per unit and day", "每样本每日成交额"),
    Counted.ACTIVE: Words("active units by day", "每日活跃占比"),
}


@dataclass(frozen=True, slots=True)
class Since:
    """The difference in one day since the exposure, per unit whose day is over: `day` 0 is the
    first 24 hours (of activity, day 1 is the day after the exposure)."""

    arm: str
    day: int
    effect: Effect


def counted_as(judged: Judged) -> Counted:
    """What is counted by day for this metric."""
    top = judged.outcome.base.top
    if top in _ACTIVITY:
        return Counted.ACTIVE
    if top is Measure.FIRST:
        return Counted.FIRST_ORDERS
    return Counted.ORDERS if top in (Measure.BOUGHT, Measure.ORDERS) else Counted.GMV


def by_days_since(
    warehouse: Warehouse, scope: Scope, experiment: Experiment, judged: Judged, met: Exposed
) -> tuple[Since, ...]:
    """One effect per day and treatment, at the experiment's own level and without correction: the
    course is to be looked at, not to be decided by."""
    control, until = experiment.control, warehouse.coverage.until
    if control is None:
        return ()
    days = min(MOST_DAYS, judged.outcome.days)
    measure = counted_as(judged)
    frame = warehouse.fetch(statement(warehouse, scope, experiment, measure, days))
    found = {
        (str(arm), int(day)): (float(total or 0), float(squares or 0))
        for arm, day, total, squares in frame.itertuples(index=False)
    }
    first = 1 if measure is Counted.ACTIVE else 0
    made = []
    for day in range(first, days + first):
        n = {a.name: _units(met, a.name, day, until) for a in experiment.arms}
        sums = {a: Sums.of_mean(n[a], *found.get((a, day), (0.0, 0.0))) for a in n}
        for t in experiment.treatments:
            if n[control.name] and n[t.name]:
                effect = welch(sums[control.name], sums[t.name], alpha=experiment.alpha)
                made.append(Since(t.name, day, effect))
    return tuple(made)


def _units(met: Exposed, arm: str, day: int, until: Any) -> int:
    """Units for whom this day since the exposure is wholly over."""
    last = until - timedelta(days=day + 2)
    return sum(met.on(d).get(arm, 0) for d in met.days() if d <= last)


def statement(
    warehouse: Warehouse, scope: Scope, experiment: Experiment, measure: Counted, days: int
) -> Select[Any]:
    """Per arm and day since the exposure: the sum and the sum of squares over units, of units for
    whom that day is over."""
    src = warehouse.sources(scope)
    units = units_of(src, experiment)
    rows = (
        _activity(src, units, days)
        if measure is Counted.ACTIVE
        else _orders(src, units, measure, days)
    )
    r = rows.c
    until = cast(literal(warehouse.coverage.until), Date)
    per_unit = (
        select(r.person_no, r.arm, r.day, func.sum(r.amount).label("amount"))
        .where(add_days(r.exposed_on, r.day + 2) <= until)
        .group_by(r.person_no, r.arm, r.day)
        .cte("day_of_unit")
    )
    p = per_unit.c
    return select(
        p.arm,
        p.day,
        func.sum(p.amount).label("total"),
        func.sum(p.amount * p.amount).label("squares"),
    ).group_by(p.arm, p.day)


def _orders(src: Sources, units: CTE, measure: Counted, days: int) -> CTE:
    u, s, r = units.c, src.sales.c, src.rates.c
    amount: ColumnElement[Any] = literal(1.0)
    joined = units.join(
        src.sales,
        and_(
            s.user_no == u.person_no,
            s.paid_at >= u.exposed_at,
            s.paid_at < later(u.exposed_at, days),
        ),
    )
    if measure is Counted.GMV:
        joined = joined.join(src.rates, and_(r.day == s.day, r.currency == s.currency))
        amount = cast(s.gmv, Float) * cast(r.rate, Float)
    if measure is Counted.FIRST_ORDERS:
        amount = case((s.order_no == 1, 1.0), else_=0.0)
    age = func.floor(seconds_between(u.exposed_at, s.paid_at) / literal(DAY_SECONDS))
    return (
        select(
            u.person_no, u.arm, u.exposed_on, cast(age, Integer).label("day"),
            amount.label("amount"),
        )
        .select_from(joined)
        .cte("counted")
    )  # fmt: skip


def _activity(src: Sources, units: CTE, days: int) -> CTE:
    u, p = units.c, src.person_day.c
    inside = and_(
        p.person_no == u.person_no,
        p.day > u.exposed_on,
        p.day <= add_days(u.exposed_on, days),
        own_activity(src.person_day),
    )
    return (
        select(
            u.person_no, u.arm, u.exposed_on, days_between(u.exposed_on, p.day).label("day"),
            literal(1.0).label("amount"),
        )
        .select_from(units.join(src.person_day, inside))
        .cte("counted")
    )  # fmt: skip
