"""Every cohort, cell, pooled value and list of people against the oracle, on both databases."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import combinations, product
from math import sqrt
from pathlib import Path
from random import Random
from statistics import stdev
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from scipy.stats import t as student
from sqlalchemy import select

from data.scope import LOCAL_VIEWER, Scope, Span, Viewer
from data.warehouse import Warehouse
from metrics.periods import Grain
from metrics.reading import Reading
from metrics.retention.ask import retention
from metrics.retention.people import Who, cell_people
from metrics.retention.result import Retention
from metrics.retention.spec import Bracket, Clock, Kind, Return, Spec, Start, Value
from metrics.user_segments import Segment
from tests.metrics.lifecycle.test_oracle import CHINA, UNSHRUNK, built, named
from tests.metrics.oracle import Oracle
from tests.metrics.retention.oracle import Cell, Member, RetentionOracle
from tests.metrics.retention.small_cohorts import small_cohorts
from tests.metrics.small_shops import SmallShop, seeds

EVENTS = ("page_view", "search", "purchase")
CHOICES: tuple[tuple[Any, ...], ...] = (
    tuple(Start),
    tuple(Return),
    (Grain.DAY, Grain.WEEK, Grain.MONTH),
    tuple(Kind),
    tuple(Clock),
)
WAYS = tuple(product(*CHOICES))


def pairs_of(way: tuple[Any, ...]) -> set[tuple[Any, ...]]:
    return set(combinations(enumerate(way), 2))


def pairwise_ways() -> tuple[tuple[Any, ...], ...]:
    """A few ways in which every two choices meet."""
    found: list[tuple[Any, ...]] = []
    missing = {pair for way in WAYS for pair in pairs_of(way)}
    while missing:
        found.append(max(WAYS, key=lambda way: len(pairs_of(way) & missing)))
        missing -= pairs_of(found[-1])
    return tuple(found)


PAIRWISE = pairwise_ways()


def spec_of(way: tuple[Any, ...], rnd: Random) -> Spec:
    """A question of this way; what is not part of it is drawn."""
    start, returning, grain, kind, clock = way
    value = Value.USERS
    if kind is not Kind.ROLLING and rnd.random() < 0.3:
        value = rnd.choice((Value.ORDERS, Value.REVENUE, Value.MARGIN))
        if kind is not Kind.ON_OR_BEFORE and rnd.random() < 0.3:
            value = Value.REVENUE_RETENTION
    return Spec(
        start=start,
        returning=returning,
        grain=grain,
        clock=clock,
        kind=kind,
        value=value,
        start_event=rnd.choice(EVENTS) if start is Start.EVENT else "",
        return_event=rnd.choice(EVENTS) if returning is Return.EVENT else "",
        periods=rnd.choice((None, 2, 5)),
        brackets=(Bracket(0, 0), Bracket(1, 3), Bracket(7, 30)) if kind is Kind.BRACKET else (),
        returns_count=returning is not Return.EVENT and rnd.random() < 0.3,
    )


def known(made: SmallShop, spec: Spec) -> bool:
    """Whether the shop has had the events that are asked for, and what the question needs."""
    names = {e["event"] for e in made.rows["events"]} | {"purchase"}
    return {spec.start_event, spec.return_event} - {""} <= names


def asked(
    made: SmallShop, rnd: Random, ways: Sequence[tuple[Any, ...]]
) -> Iterator[tuple[Spec, Span, Scope]]:
    for way in ways:
        spec = spec_of(way, rnd)
        if known(made, spec):
            yield spec, rnd.choice(made.spans), rnd.choice(made.scopes)


def told_of(cell: Reading) -> Cell:
    parts = None
    if cell.value is not None:
        parts = (float(cell.numerator or 0), float(cell.denominator or 0))
    return Cell(cell.maturity, parts, cell.reason)


def assert_cell(found: Reading, told: Cell) -> None:
    mine = told_of(found)
    assert (mine.maturity, mine.reason) == (told.maturity, told.reason)
    assert mine.parts == (told.parts and pytest.approx(told.parts, abs=1e-3))


def assert_as_told(
    made: SmallShop, warehouse: Warehouse, markets: frozenset[str] | None, seed: int,
    ways: Sequence[tuple[Any, ...]],
) -> None:  # fmt: skip
    oracle = RetentionOracle(Oracle(made.shop, made.rows, made.through), markets)
    rnd = Random(seed)
    names = named(warehouse)
    for spec, span, scope in asked(made, rnd, ways):
        found = retention(
            warehouse, scope, span, spec, rnd.choice((None, Segment.MARKET, Segment.CHANNEL))
        )
        if found.lacking or scope.kept("customer") == frozenset({"guest"}):
            continue
        members = oracle.members(spec, span, scope)
        assert_cohorts(oracle, found, members, scope)
        assert_pooled(oracle, found, members, scope)
        assert_people(warehouse, oracle, found, members, scope, names)


def inside(members: list[Member], span: Span) -> list[Member]:
    return [m for m in members if span.start <= m.on < span.end]


def assert_interval(
    cell: Reading, oracle: RetentionOracle, spec: Spec, members: list[Member], column: Bracket,
    scope: Scope,
) -> None:  # fmt: skip
    """Of orders and money from the list of what each person brought: the textbook's interval of a
    mean, and of a ratio that of the people's distances from it."""
    if spec.value is Value.USERS or cell.value is None:
        return
    if cell.maturity != "mature" or len(members) < 2:
        assert cell.low is None
        return
    brought = oracle.brought(spec, members, column, scope, assumed=cell.assumed)
    n, mean = len(members), sum(brought) / len(members)
    if spec.value is Value.REVENUE_RETENTION:
        base = oracle.brought(spec, members, Bracket(0, 0), scope)
        away = [y - cell.value * x for y, x in zip(brought, base, strict=True)]
        half = student.ppf(0.975, n - 1) * stdev(away) / (sum(base) / n) / sqrt(n)
    else:
        assert cell.value == pytest.approx(mean, abs=1e-6)
        half = student.ppf(0.975, n - 1) * stdev(brought) / sqrt(n)
    if half < 1e-6 * (abs(cell.value) + 1):
        assert cell.low is None or cell.high - cell.low < 1e-4  # type: ignore[operator]
    else:
        ends = (cell.low, cell.high)
        assert ends == pytest.approx((cell.value - half, cell.value + half), rel=1e-4, abs=1e-4)


def assert_cohorts(
    oracle: RetentionOracle, found: Retention, members: list[Member], scope: Scope
) -> None:
    assert sum(c.size for c in found.cohorts) == len(members)
    for cohort in found.cohorts:
        own = inside(members, cohort.span)
        assert cohort.size == len(own)
        for cell, column in zip(cohort.cells, found.columns, strict=True):
            if cohort.reason == "not_covered":
                assert cell.reason == "not_covered"
            else:
                assert_cell(cell, oracle.cell(found.spec, cohort.span, own, column, scope))
                assert_interval(cell, oracle, found.spec, own, column, scope)


def assert_pooled(
    oracle: RetentionOracle, found: Retention, members: list[Member], scope: Scope
) -> None:
    """Over all people, and within every segment."""
    groups: list[tuple[list[Member], Any]] = [(members, found.pooled)]
    by = found.by
    for segment in found.segments:
        own = [m for m in members if by and m.home[by] == segment.value]
        assert segment.size == len(own)
        groups.append((own, segment.pooled))
    assert by is None or sum(s.size for s in found.segments) == len(members)
    for people_of, pooled in groups:
        for column, pool in zip(found.columns, pooled, strict=True):
            mature = [
                inside(people_of, c.span)
                for c in found.cohorts
                if inside(people_of, c.span)
                and oracle.maturity(found.spec, c.span, column.first, column.last) == "mature"
            ]
            assert pool.cohorts == len(mature)
            if not mature:
                assert pool.reading.reason == "immature"
                continue
            together = [m for group in mature for m in group]
            told = oracle.value(found.spec, together, column, scope, "mature")
            assert_cell(pool.reading, told)
            assert_interval(pool.reading, oracle, found.spec, together, column, scope)


def assert_people(
    warehouse: Warehouse, oracle: RetentionOracle, found: Retention, members: list[Member],
    scope: Scope, names: dict[int, str],
) -> None:  # fmt: skip
    """The list behind a cell names exactly its people, those who did not come back, and both."""
    filled = [c for c in found.cohorts if c.size]
    if not filled or found.spec.value != "users":
        return
    cohort = filled[len(filled) // 2]
    own = inside(members, cohort.span)
    column = found.columns[-1]
    back = oracle.returned(found.spec, own, column.first, column.last)
    everybody = {m.person for m in own}
    told = {Who.RETURNED: back, Who.NOT_RETURNED: everybody - back, Who.COHORT: everybody}
    for who, persons in told.items():
        listed = cell_people(
            warehouse, scope, found.spec, found.span, [cohort.span], column, who
        ).rows
        numbers = warehouse.fetch(select(listed.c.person_no))["person_no"]
        assert len(numbers) == len(persons)
        assert {names[int(n)] for n in numbers} == persons


def check(
    seed: int,
    where: Path | str,
    markets: frozenset[str] | None = None,
    ways: Sequence[tuple[Any, ...]] = PAIRWISE,
) -> None:
    viewer = LOCAL_VIEWER if markets is None else Viewer("lin", markets=markets)
    made = small_cohorts(seed)
    warehouse = built(made, where, viewer)
    assert_as_told(made, warehouse, markets, seed, ways)
    warehouse.close()


@settings(max_examples=6, phases=UNSHRUNK)
@given(seeds)
def test_cohorts_are_what_the_oracle_says_on_duckdb(seed: int) -> None:
    with TemporaryDirectory() as folder:
        check(seed, Path(folder))


@settings(max_examples=2, phases=UNSHRUNK)
@given(seeds)
def test_a_viewer_of_one_market_follows_its_people_only(seed: int) -> None:
    with TemporaryDirectory() as folder:
        check(seed, Path(folder), CHINA)


@settings(
    max_examples=2, phases=UNSHRUNK, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(seeds)
def test_cohorts_are_what_the_oracle_says_on_postgresql(
    postgres_database: Callable[[], str], seed: int
) -> None:
    check(seed, postgres_database())


@pytest.mark.study
@settings(max_examples=20, phases=[Phase.generate])
@given(seeds)
def test_every_way_to_ask_is_what_the_oracle_says(seed: int) -> None:
    with TemporaryDirectory() as folder:
        check(seed, Path(folder), ways=WAYS)
