"""Break-downs against questions that are known to be right: the same question narrowed to one
value, and the whole; on small random shops, on both databases."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings

from data.dimensions import CAMPAIGN, CUSTOMER, USER_DIMENSIONS
from data.scope import Scope, Span
from data.warehouse import Warehouse
from metrics.catalog import METRICS
from metrics.families import FAMILIES, FAMILY_OF, splits_of
from metrics.measures import measure
from metrics.parts import measure_parts
from tests.metrics.small_shops import SmallShop, seeds, small_shop
from tests.metrics.test_oracle import UNSHRUNK, built, same
from tests.world import order, user, world

HOME = tuple(d.key for d in USER_DIMENSIONS)
BY_CAMPAIGN = [f for f in FAMILIES if CAMPAIGN in f.splits]
BY_CUSTOMER = [f for f in FAMILIES if CUSTOMER.key in f.splits]


def assert_parts_are_the_questions_of_their_values(made: SmallShop, w: Warehouse) -> None:
    """Every value of every dimension, and of two at once, is what the filter on it says."""
    scope = made.scopes[0]
    for by, families in [((HOME[2],), FAMILIES), (HOME[:2], FAMILIES),
                         ((CUSTOMER.key,), BY_CUSTOMER)]:  # fmt: skip
        found = measure_parts(w, scope, made.spans[:2], families, by)
        for key, rows in found.rows.items():
            narrowed = Scope.of(
                scope.currency, **{d: frozenset({v}) for d, v in zip(by, key, strict=True)}
            )
            told = measure(w, narrowed, made.spans[:2], families).rows
            for row, whole in zip(rows, told, strict=True):
                wrong = {n: (v, whole[n]) for n, v in row.items() if not same(n, v, whole[n])}
                assert not wrong, (by, key, wrong)


def assert_parts_sum_to_the_whole(made: SmallShop, w: Warehouse) -> None:
    """People, orders and money of all values are those of the whole: nobody is in two of them, and
    nobody is left out. By campaign as well, which no filter knows."""
    for scope in made.scopes:
        for by, families in [((HOME[0],), FAMILIES), ((CAMPAIGN,), BY_CAMPAIGN),
                             ((HOME[1], CAMPAIGN), BY_CAMPAIGN)]:  # fmt: skip
            found = measure_parts(w, scope, made.spans, families, by)
            told = measure(w, scope, made.spans, families).rows
            for n, whole in enumerate(told):
                for name in (m for f in families for m in f.measures):
                    total = sum(rows[n][name] for rows in found.rows.values())
                    assert same(name, total, whole[name]), (by, name, total, whole[name])


@settings(max_examples=4, phases=UNSHRUNK)
@given(seeds)
def test_parts_on_duckdb(seed: int) -> None:
    made = small_shop(seed)
    with TemporaryDirectory() as folder:
        warehouse = built(made, Path(folder))
        assert_parts_are_the_questions_of_their_values(made, warehouse)
        assert_parts_sum_to_the_whole(made, warehouse)
        warehouse.close()


@settings(
    max_examples=1,
    phases=UNSHRUNK,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(seeds)
def test_parts_on_postgresql(postgres_database: Callable[[], str], seed: int) -> None:
    made = small_shop(seed)
    warehouse = built(made, postgres_database())
    assert_parts_are_the_questions_of_their_values(made, warehouse)
    assert_parts_sum_to_the_whole(made, warehouse)
    warehouse.close()


def test_campaigns_by_hand(tmp_path: Path) -> None:
    """Ann came by Spring and bought twice (30 + 12), Bo by Summer and once (5); a guest has no
    campaign; Spring cost 20."""
    made = world(
        tmp_path,
        users=[
            user("ann", "2024-01-01 10:00", channel="kol", campaign="Spring"),
            user("bo", "2024-01-02 10:00", channel="kol", campaign="Summer"),
        ],
        orders=[
            order("ann", "2024-01-03 10:00", 30),
            order("ann", "2024-01-04 10:00", 12),
            order("bo", "2024-01-04 11:00", 5),
            order(None, "2024-01-04 12:00", 7),
        ],
        through="2024-01-06T00:00",
        marketing_spend=[
            {"day": date(2024, 1, 3), "channel": "kol", "spend": 20, "campaign": "Spring"}
        ],
    ).warehouse()
    week = Span(made.coverage.start, made.coverage.until)
    families = {FAMILY_OF[m] for m in ("gmv", "buyers", "new_users", "spend", "active_users")}
    found = measure_parts(made, Scope("CNY"), [week], families, (CAMPAIGN,))
    names = ("gmv", "orders", "buyers", "new_users", "spend", "active_users")
    told = {key[0]: [row[0][n] for n in names] for key, row in found.rows.items()}
    assert told == {
        "Spring": [42, 2, 1, 1, 20, 1],
        "Summer": [5, 1, 1, 1, 0, 1],
        "unknown": [7, 1, 0, 0, 0, 0],
    }


def test_every_metric_says_what_it_can_be_broken_down_by() -> None:
    """By the home of people: all of them. Sessions and trailing people don't know campaigns."""
    for metric in METRICS.values():
        assert set(HOME) <= set(splits_of(metric)), metric.key
    assert splits_of(METRICS["gmv"]) == (*HOME, CAMPAIGN, CUSTOMER.key)
    assert splits_of(METRICS["conversion_rate"]) == HOME
    assert splits_of(METRICS["mapu"]) == HOME
    assert splits_of(METRICS["visitor_conversion"]) == (*HOME, CAMPAIGN)


def test_a_dimension_that_a_family_lacks_is_refused(tmp_path: Path) -> None:
    made = world(tmp_path, users=[user("ann", "2024-01-01 10:00")]).warehouse()
    week = Span(date(2024, 1, 1), date(2024, 1, 8))
    with pytest.raises(ValueError, match=r"conversion can't be broken down by .*campaign"):
        measure_parts(made, Scope("CNY"), [week], {FAMILY_OF["sessions"]}, (CAMPAIGN,))
    with pytest.raises(ValueError, match="by nothing"):
        measure_parts(made, Scope("CNY"), [week], {FAMILY_OF["sessions"]}, ())
