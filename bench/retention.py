"""The retention pages' questions on two million users, cold: cohorts, growth, states, survival.

Each is asked of a warehouse opened anew, with nothing cached. Beside them stands the floor of
reading the days of people, the orders and the spells once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

from sqlalchemy import Table, func, select

from bench.timing import Timing, timed
from data import rollups
from data.scope import LOCAL_VIEWER, Scope, Span
from data.settings import Settings
from data.warehouse import Shelf
from metrics.growth.result import money_growth, user_growth
from metrics.growth.spec import Criterion
from metrics.periods import Grain
from metrics.retention.ask import retention
from metrics.retention.spec import Return, Spec, Start, Value
from metrics.states.result import Asked
from metrics.survival.gaps import churn_gap
from metrics.survival.result import survival
from metrics.survival.spec import Criterion as Sign
from metrics.survival.spec import Outcome
from metrics.user_segments import Segment

GOAL = 300.0
WEEKS = 26
TREND_DAYS = 20
CHURN_DAYS = 30
CHANNEL = "channel"


def retention_questions(settings: Settings, shop: str) -> Iterator[Timing]:
    """Every question of the pages, each with a goal where the product promises one."""
    bench = _Bench(Shelf.of(settings, shop))
    for table in (rollups.person_day, rollups.sales, rollups.spells):
        yield bench.floor(table)
    yield from bench.cohorts()
    yield from bench.growth()
    yield from bench.states()
    yield from bench.survival()
    bench.warehouse.close()


class _Bench:
    def __init__(self, shelf: Shelf) -> None:
        self.shelf = shelf
        self.warehouse = shelf.open(LOCAL_VIEWER)
        self.scope = Scope(self.warehouse.reporting.currency)
        until = self.warehouse.coverage.until
        start = max(until - timedelta(weeks=WEEKS), self.warehouse.coverage.start)
        self.span = Span(start, until)

    def reopen(self) -> None:
        self.warehouse.close()
        self.warehouse = self.shelf.open(LOCAL_VIEWER)
        _ = self.warehouse.coverage

    def timed(self, name: str, work: Callable[[], object], goal: float | None = GOAL) -> Timing:
        return timed(name, work, before=self.reopen, goal_ms=goal)

    def floor(self, table: Table) -> Timing:
        first = next(iter(table.columns))
        read = select(*[func.count(), func.max(first)])
        name = f"floor: count and max over {table.name}"
        return self.timed(name, lambda: self.warehouse.fetch(read), None)

    def cohorts(self) -> Iterator[Timing]:
        weekly = Spec()
        buyers = Spec(Start.FIRST_PURCHASE, Return.PURCHASE, Grain.MONTH)
        revenue = Spec(Start.FIRST_PURCHASE, Return.PURCHASE, Grain.MONTH, value=Value.REVENUE)

        def asked(
            spec: Spec, by: Segment | None = None, *, intervals: bool = True
        ) -> Callable[[], object]:
            return lambda: retention(
                self.warehouse, self.scope, self.span, spec, by, intervals=intervals
            )

        yield self.timed(f"weekly activity retention {WEEKS} x {WEEKS}", asked(weekly))
        yield self.timed(
            f"weekly activity retention {WEEKS} x {WEEKS} and by channel",
            asked(weekly, Segment.CHANNEL),
        )
        yield self.timed("monthly purchase cohorts", asked(buyers))
        name = "monthly purchase cohorts with revenue"
        yield self.timed(name, asked(revenue, intervals=False))
        yield self.timed(f"{name} and its intervals, which follow", asked(revenue), None)

    def growth(self) -> Iterator[Timing]:
        week = Grain.WEEK

        def users(criterion: Criterion, dimension: str | None) -> Callable[[], object]:
            return lambda: user_growth(
                self.warehouse, self.scope, self.span, week, criterion, dimension
            )

        def money(dimension: str | None) -> Callable[[], object]:
            return lambda: money_growth(self.warehouse, self.scope, self.span, week, dimension)

        yield self.timed("growth by week and channel, active", users(Criterion.ACTIVE, CHANNEL))
        yield self.timed("growth by week and channel, bought", users(Criterion.BOUGHT, CHANNEL))
        yield self.timed("GMV flows by week", money(None))
        yield self.timed("GMV flows by week and channel", money(CHANNEL))

    def states(self) -> Iterator[Timing]:
        def asked(question: Callable[[Asked], object]) -> Callable[[], object]:
            return lambda: question(Asked(self.warehouse, self.scope))

        last = self.span.end - timedelta(days=1)
        before = last - timedelta(weeks=4)
        days = [last - timedelta(days=n) for n in range(TREND_DAYS)]
        yield self.timed("lifecycle states on a day", asked(lambda a: a.on(last)))
        by_channel = asked(lambda a: a.broken_down(last, CHANNEL))
        yield self.timed("lifecycle states on a day by channel", by_channel)
        trend = asked(lambda a: a.trend(days))
        yield self.timed(f"lifecycle states on {TREND_DAYS} days", trend)
        course = asked(lambda a: a.course(self.span, Grain.WEEK))
        yield self.timed(f"lifecycle states at the ends of {WEEKS} weeks", course)
        matrix = asked(lambda a: a.matrix(before, last))
        yield self.timed("transition matrix of four weeks", matrix)
        yield self.timed("what other thresholds would move", asked(lambda a: a.choices(last)))
        yield self.timed("value at stake in each state", asked(lambda a: a.stakes(a.on(last))))

    def survival(self) -> Iterator[Timing]:
        def second(segment: Segment | None = None) -> Callable[[], object]:
            return lambda: survival(
                self.warehouse, self.scope, Outcome.SECOND_PURCHASE, segment=segment
            )

        def last(sign: Sign) -> Callable[[], object]:
            return lambda: survival(
                self.warehouse, self.scope, Outcome.LAST_ACTIVITY,
                criterion=sign, churn_days=CHURN_DAYS,
            )  # fmt: skip

        def gap(sign: Sign) -> Callable[[], object]:
            return lambda: churn_gap(self.warehouse, self.scope, sign)

        yield self.timed("time to second purchase", second())
        for segment in (Segment.CHANNEL, Segment.COUPON, Segment.CATEGORY, Segment.REFERRED):
            yield self.timed(f"time to second purchase by {segment}", second(segment))
        yield self.timed("time to last activity", last(Sign.ACTIVE))
        yield self.timed("time to last purchase", last(Sign.BOUGHT))
        for sign in Sign:
            yield self.timed(f"churn gap of {sign}", gap(sign))
