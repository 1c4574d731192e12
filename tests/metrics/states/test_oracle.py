"""Every state, transition, stake, threshold and list against the oracle, on both databases."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from data.scope import Viewer
from data.warehouse import Warehouse
from metrics.states.people import StateBar, Transition, people
from metrics.states.result import Asked
from metrics.states.spec import DIMENSIONS, State
from tests.metrics.growth.small_histories import small_histories
from tests.metrics.growth.test_oracle import names_of
from tests.metrics.lifecycle.test_oracle import CHINA, built
from tests.metrics.oracle import Oracle
from tests.metrics.small_shops import SmallShop, seeds
from tests.metrics.states.oracle import StatesOracle

UNSHRUNK = (Phase.explicit, Phase.reuse, Phase.generate)
MOST = 2


def some_days(warehouse: Warehouse, seed: int, n: int) -> list[date]:
    """Days of the data, the last one among them, in order."""
    c = warehouse.coverage
    rnd = Random(seed)
    length = (c.last_day - c.start).days
    drawn = {c.start + timedelta(days=rnd.randrange(length + 1)) for _ in range(n)}
    return sorted(drawn | {c.last_day})


def assert_as_told(
    made: SmallShop, warehouse: Warehouse, markets: frozenset[str] | None, seed: int
) -> None:
    told = Oracle(made.shop, made.rows, made.through)
    names = names_of(warehouse)
    days = some_days(warehouse, seed, 6)
    for scope in made.scopes:
        oracle, asked = StatesOracle(told, scope, markets), Asked(warehouse, scope)
        for snapshot in asked.trend(days):
            expected = Counter(oracle.states(snapshot.on).values())
            assert snapshot.counts == {s: expected[s.value] for s in State}
            assert snapshot == asked.on(snapshot.on)
        on = days[-1]
        assert_parts(asked, oracle, on)
        assert_trends(asked, oracle, days)
        assert_matrix(asked, oracle, days[0], on)
        for state in (None, *State):
            listed = warehouse.fetch(people(asked.sources, asked.rules, StateBar(on, state)))
            mine = [u for u, s in oracle.states(on).items() if state in (None, s)]
            assert sorted(names[int(n)] for n in listed["person_no"]) == sorted(mine)
        assert_listed(asked, oracle, names, days[0], on)


def assert_parts(asked: Asked, oracle: StatesOracle, on: date) -> None:
    """The values of a dimension partition everybody, and the states partition each of them."""
    states = oracle.states(on)
    for dimension in DIMENSIONS:
        parts = asked.broken_down(on, dimension, MOST)
        named = {p.value for p in parts}
        home = {u: oracle.told.home(u)[dimension] for u in states}
        for part in parts:
            mine = [
                s
                for u, s in states.items()
                if (home[u] not in named if part.value is None else home[u] == part.value)
            ]
            assert part.snapshot.counts == {s: Counter(mine)[s.value] for s in State}
            bar = StateBar(on, State.DORMANT, part.group)
            listed = asked.warehouse.fetch(people(asked.sources, asked.rules, bar))
            assert len(listed) == part.snapshot.counts[State.DORMANT]
        assert sum(p.snapshot.users for p in parts) == len(states)


def assert_trends(asked: Asked, oracle: StatesOracle, days: Sequence[date]) -> None:
    """Each value over the days as the oracle says of that day; together everybody, exactly."""
    whole = asked.trend(days)
    for dimension in DIMENSIONS:
        parts = asked.trends(days, dimension, MOST)
        named = {p.value for p in parts}
        for n, day in enumerate(days):
            states = oracle.states(day)
            home = {u: oracle.told.home(u)[dimension] for u in states}
            for part in parts:
                mine = [
                    s
                    for u, s in states.items()
                    if (home[u] not in named if part.value is None else home[u] == part.value)
                ]
                assert part.course[n].counts == {s: Counter(mine)[s.value] for s in State}
            for state in State:
                assert sum(p.course[n].counts[state] for p in parts) == whole[n].counts[state]


def assert_matrix(asked: Asked, oracle: StatesOracle, against: date, on: date) -> None:
    """Each cell, and margins that are the states of the two days."""
    found = asked.matrix(against, on)
    told = oracle.matrix(against, on)
    assert {(a, b): n for (a, b), n in found.cells.items() if n} == {
        (None if a is None else State(a), State(b)): len(users) for (a, b), users in told.items()
    }
    assert found.before == asked.on(against)
    assert found.after == asked.on(on)


def assert_listed(
    asked: Asked, oracle: StatesOracle, names: Mapping[int, str], against: date, on: date
) -> None:
    """The list behind each cell names exactly those users, since when they have been away."""
    for (before, after), users in oracle.matrix(against, on).items():
        cell = Transition(against, on, None if before is None else State(before), State(after))
        listed = asked.warehouse.fetch(people(asked.sources, asked.rules, cell))
        assert sorted(names[int(n)] for n in listed["person_no"]) == sorted(users)
        if after in ("dormant", "churned"):
            rows = listed[["person_no", "last_on"]].itertuples(index=False, name=None)
            last = {names[int(n)]: str(day)[:10] for n, day in rows}
            expected = {u: max(d for d in oracle.days(u) if d <= on) for u in users}
            assert last == {u: d.isoformat() for u, d in expected.items()}


@settings(max_examples=8, phases=UNSHRUNK)
@given(seeds)
def test_states_are_what_the_oracle_says_on_duckdb(seed: int) -> None:
    made = small_histories(seed)
    with TemporaryDirectory() as folder:
        warehouse = built(made, Path(folder))
        assert_as_told(made, warehouse, None, seed)
        warehouse.close()


@settings(max_examples=3, phases=UNSHRUNK)
@given(seeds)
def test_a_viewer_of_one_market_sees_its_users_only(seed: int) -> None:
    made = small_histories(seed)
    with TemporaryDirectory() as folder:
        warehouse = built(made, Path(folder), Viewer("lin", markets=CHINA))
        assert_as_told(made, warehouse, CHINA, seed)
        warehouse.close()


@settings(
    max_examples=3, phases=UNSHRUNK, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(seeds)
def test_states_are_what_the_oracle_says_on_postgresql(
    postgres_database: Callable[[], str], seed: int
) -> None:
    made = small_histories(seed)
    warehouse = built(made, postgres_database())
    assert_as_told(made, warehouse, None, seed)
    assert_stakes_and_feedback(made, warehouse)
    warehouse.close()


def assert_stakes_and_feedback(made: SmallShop, warehouse: Warehouse) -> None:
    told = Oracle(made.shop, made.rows, made.through)
    on = warehouse.coverage.last_day
    for scope in made.scopes:
        oracle, asked = StatesOracle(told, scope), Asked(warehouse, scope)
        value = oracle.value(on)
        stakes = asked.stakes(asked.on(on)) if made.rows["orders"] else {}
        for state, stake in stakes.items():
            if value is not None:
                lately, ever = value[state.value]
                assert stake.lately.value == pytest.approx(float(lately), abs=1e-6)
                assert stake.ever.value == pytest.approx(float(ever), abs=1e-6)
        said = oracle.reasons(on)
        found = asked.feedback(on)
        assert set(found.reasons) == {r for r in said if r is not None}
        for reason, compared in found.reasons.items():
            for side, reading in (("churned", compared.churned), ("retained", compared.retained)):
                parts = (said[reason][side], said[None][side])
                assert (reading.numerator or 0, reading.denominator or 0) == parts
        scores = oracle.scores(on)
        for side, score in (("churned", found.churned_score), ("retained", found.retained_score)):
            assert score.users == len(scores[side])
            if scores[side]:
                mean = sum(scores[side]) / len(scores[side])
                assert score.mean == pytest.approx(float(mean))
        low = [sum(s <= 2 for s in scores["churned"]), len(scores["churned"])]
        reading = found.low_scores.churned
        assert [reading.numerator or 0, reading.denominator or 0] == low


@settings(max_examples=5, phases=UNSHRUNK)
@given(seeds)
def test_stakes_and_feedback_are_what_the_oracle_says(seed: int) -> None:
    made = small_histories(seed)
    with TemporaryDirectory() as folder:
        warehouse = built(made, Path(folder))
        assert_stakes_and_feedback(made, warehouse)
        warehouse.close()


@settings(max_examples=3, phases=UNSHRUNK)
@given(seeds)
def test_other_thresholds_move_as_many_as_are_in_another_state_under_them(seed: int) -> None:
    made = small_histories(seed)
    with TemporaryDirectory() as folder:
        warehouse = built(made, Path(folder))
        told = Oracle(made.shop, made.rows, made.through)
        oracle, asked = StatesOracle(told, made.scopes[0]), Asked(warehouse, made.scopes[0])
        on = warehouse.coverage.last_day
        now = oracle.states(on)
        for choice in asked.choices(on):
            oracle.rules = asked.rules.model_copy(update={choice.setting: choice.days})
            others = oracle.states(on)
            assert (choice.moved.numerator or 0) == sum(others[u] != s for u, s in now.items())
            assert not choice.is_current or not choice.moved.numerator
        warehouse.close()
