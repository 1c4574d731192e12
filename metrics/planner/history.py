"""Who would have met the experiment, and what they did: statements on the shop's own history.

What a unit did is `data.unit_outcomes`, as for experiments that ran; only the units are supposed.
A test that began on a day meets everybody once: at registration, or on the first active day since.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import (
    CTE,
    ColumnElement,
    Date,
    DateTime,
    Float,
    FromClause,
    Integer,
    Select,
    and_,
    case,
    cast,
    func,
    literal,
    or_,
    select,
)

from data.dialects import quantile, shift_seconds
from data.scope import Span
from data.sources import Sources
from data.unit_outcomes import BEFORE_DAYS, Parts, moments, order_values, pairs_of, unit_values
from data.warehouse import Coverage
from data.zones import start_of_day
from metrics.experiments.sums import parts_of
from metrics.planner.spec import HISTORY_DAYS, Meeting

MOST_UNITS = 60_000
"""More units than so many are sampled, one in k by their number."""
VALUE = "value"


@dataclass(frozen=True, slots=True)
class Population:
    """Users as they would meet a test of these days; `every` keeps one in so many."""

    meeting: Meeting
    days: Span
    zone: ZoneInfo
    every: int = 1


def latest(coverage: Coverage) -> Span | None:
    """The last complete days, as many as are looked at: today's traffic. None without any."""
    start = max(coverage.start, coverage.until - timedelta(days=HISTORY_DAYS))
    return Span(start, coverage.until) if start < coverage.until else None


def grown(coverage: Coverage, days: int) -> Span | None:
    """The last days of exposure after which `days` days are over for everybody."""
    end = coverage.until - timedelta(days=days)
    start = max(coverage.start, end - timedelta(days=HISTORY_DAYS))
    return Span(start, end) if start < end else None


def units(src: Sources, asked: Population) -> CTE:
    """One row per user met: `person_no`, `exposed_at`, `exposed_on`. Who is met on a visit is met
    at the beginning of that day: what was bought on it was bought after."""
    if asked.meeting is Meeting.REGISTRATION:
        p = src.people.c
        inside = (_from(p.registered_on, asked), *_sampled(p.user_no, asked))
        columns: tuple[ColumnElement[Any], ...] = (
            p.user_no.label("person_no"),
            p.registered_at.label("exposed_at"),
            p.registered_on.label("exposed_on"),
        )
        return select(*columns).where(*inside).cte("planned_unit")
    d = src.person_day.c
    first = or_(
        d.previous_user_day.is_(None),
        d.previous_user_day < cast(literal(asked.days.start), Date),
    )
    inside = (_from(d.day, asked), d.as_user, first, *_sampled(d.person_no, asked))
    columns = (
        d.person_no,
        _opening(d.day, asked).label("exposed_at"),
        d.day.label("exposed_on"),
    )
    return select(*columns).where(*inside).cte("planned_unit")


def traffic_statement(src: Sources, asked: Population) -> Select[Any]:
    """Users who would be new to the test, by day."""
    u = units(src, asked).c
    return select(u.exposed_on, func.count().label("n")).group_by(u.exposed_on)


def moments_statement(
    src: Sources, asked: Population, days: int, vectors: Sequence[Sequence[str]]
) -> Select[Any]:
    """Sums of what they did within so many days, by day of exposure."""
    named = {v for vector in vectors for v in vector}
    values = unit_values(units(src, asked), _near(src, asked, days), days, only=named)
    on = values.c.exposed_on
    return moments(values, (on,), pairs_of(vectors)).group_by(on)


def values_statement(
    src: Sources, asked: Population, days: int, shares: Sequence[float]
) -> Select[Any]:
    """Order values within so many days: `n` of them, of `units` users with any among `met`; the
    quantiles `q_0` … at `shares`, and how the share of values at or below the first one varies
    between users (Σ and Σ² of `below`, `size`, their product)."""
    orders, met = _order_values(src, asked, days)
    o = orders.c
    found = [
        quantile(o[VALUE], literal(share, Float)).label(f"q_{n}") for n, share in enumerate(shares)
    ]
    at = select(*found).cte("at")
    below = func.sum(case((o[VALUE] <= at.c.q_0, 1.0), else_=0.0)).label("below")
    size = cast(func.count(), Float).label("size")
    each = (
        select(o.person_no, below, size)
        .select_from(orders.join(at, literal(True)))
        .group_by(o.person_no)
        .cte("each_user")
    )
    e = each.c
    people = select(
        func.count().label("units"),
        func.sum(e.size).label("n"),
        func.sum(e.below).label("below"),
        func.sum(e.size * e.size).label("size_2"),
        func.sum(e.below * e.below).label("below_2"),
        func.sum(e.below * e.size).label("below_size"),
    ).cte("people")
    everybody = select(func.count().label("met")).select_from(met).cte("everybody")
    return select(people, at, everybody).select_from(
        people.join(at, literal(True)).join(everybody, literal(True))
    )


def values_count(src: Sources, asked: Population, days: int) -> Select[Any]:
    """How many order values there are: by it is chosen where beside a quantile to look."""
    orders, _ = _order_values(src, asked, days)
    return select(func.count().label("n")).select_from(orders)


def _order_values(src: Sources, asked: Population, days: int) -> tuple[CTE, CTE]:
    met = units(src, asked)
    every = order_values(met, _near(src, asked, days), days)
    rated = select(every).where(every.c[VALUE].is_not(None)).cte("rated_value")
    return rated, met


def _near(src: Sources, asked: Population, days: int) -> Parts:
    """What outcomes are read from, of the days and the sample that can matter: the window and the
    past of everybody met. What counts is decided by the outcomes; this only saves reading all."""
    whole = parts_of(src)
    first = asked.days.start - timedelta(days=BEFORE_DAYS + 1)
    last = asked.days.end + timedelta(days=days + 1)

    def near(table: FromClause, name: str) -> CTE:
        on = table.c.day
        ends = [cast(literal(d), Date) for d in (first, last)]
        number = table.c["person_no" if "person_no" in table.c else "user_no"]
        inside = (on >= ends[0], on <= ends[1], *_sampled(number, asked))
        return select(table).where(*inside).cte(f"near_{name}")

    return Parts(
        near(whole.sales, "sale"),
        near(whole.linked_refunds, "linked_refund"),
        near(whole.loose_refunds, "loose_refund"),
        near(whole.person_day, "day"),
        whole.rates,
    )


def _from(day: ColumnElement[Any], asked: Population) -> ColumnElement[bool]:
    start, end = (cast(literal(d), Date) for d in (asked.days.start, asked.days.end))
    return and_(day >= start, day < end)


def _sampled(number: ColumnElement[Any], asked: Population) -> tuple[ColumnElement[bool], ...]:
    """One in k, by number: users are numbered as they come, so every k-th is spread over all."""
    if asked.every == 1:
        return ()
    return (func.mod(number, literal(asked.every, Integer)) == 0,)


def _opening(day: ColumnElement[Any], asked: Population) -> ColumnElement[Any]:
    """The instant at which a reporting day begins: midnight less what the zone is ahead of UTC."""
    runs: list[tuple[date, int]] = []
    for n in range(asked.days.days):
        on = asked.days.start + timedelta(days=n)
        away = int((start_of_day(on, asked.zone) - datetime.combine(on, time())).total_seconds())
        if runs and runs[-1][1] == away:
            runs[-1] = (on, away)
        else:
            runs.append((on, away))
    seconds: ColumnElement[Any] = literal(runs[-1][1], Integer)
    if len(runs) > 1:
        until = [(day <= cast(literal(last), Date), away) for last, away in runs[:-1]]
        seconds = case(*until, else_=runs[-1][1])
    return shift_seconds(cast(day, DateTime), seconds)
