"""Every count, sum and list of referral against the oracle, on both databases."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from data.scope import LOCAL_VIEWER, Scope, Span, Viewer
from data.warehouse import Warehouse
from metrics.referral.people import people
from metrics.referral.referral import asked
from metrics.referral.steps import COUNTS, SQUARES, TOTAL, Step, by_cohort, by_medium
from tests.metrics.oracle import Oracle
from tests.metrics.referral.oracle import ReferralOracle, Told
from tests.metrics.referral.small_shops import referral_shop
from tests.metrics.small_shops import SmallShop, seeds
from tests.metrics.test_oracle import UNSHRUNK, built

ONLY_CN = Viewer("cn", markets=frozenset({"CN"}), personal_data=True)


def rows(warehouse: Warehouse, statement: Any) -> list[Mapping[str, Any]]:
    frame = warehouse.fetch(statement)
    return [dict(zip(frame.columns, r, strict=True)) for r in frame.itertuples(index=False)]


def assert_same(row: Mapping[str, Any], told: Told, where: object) -> None:
    whole = {name: int(row[name]) for name in (*COUNTS, *SQUARES)}
    expected = {**told.counts, **told.sums}
    wrong = {n: (v, expected[n]) for n, v in whole.items() if v != expected[n]}
    assert not wrong, (where, wrong)
    assert float(row["rewards"]) == pytest.approx(float(told.rewards), rel=1e-9, abs=1e-6), where
    hours = row["cycle_hours"]
    assert (hours is None or hours != hours) == (told.cycle_hours is None), where
    if told.cycle_hours is not None:
        assert float(hours) == pytest.approx(told.cycle_hours, rel=1e-9), where


def halves(span: Span) -> list[Span]:
    """Two cohorts that make up the range; a single day is one."""
    if span.days == 1:
        return [span]
    middle = span.start + timedelta(days=span.days // 2)
    return [Span(span.start, middle), Span(middle, span.end)]


def assert_as_told(warehouse: Warehouse, made: SmallShop, viewer: Viewer) -> None:
    oracle = ReferralOracle(Oracle(made.shop, made.rows, made.through, viewer.markets))
    for scope in made.scopes:
        src = warehouse.sources(scope)
        for span in dict.fromkeys(made.spans):
            where = (span, scope)
            parts = halves(span)
            of_cohorts = {
                int(r["window_no"]): r
                for r in rows(warehouse, by_cohort(src, asked(warehouse, parts)))
            }
            for number, part in ((TOTAL, span), *enumerate(parts)):
                told = oracle.tell(part, scope)
                if told.counts["acquired"]:
                    assert_same(of_cohorts[number], told, (number, *where))
                else:
                    assert number not in of_cohorts or number == TOTAL
            of_media = rows(warehouse, by_medium(src, asked(warehouse, [span])))
            assert {r["medium"] for r in of_media} == oracle.media(span, scope)
            for row in of_media:
                assert_same(row, oracle.tell(span, scope, row["medium"]), (row["medium"], *where))
            assert_lists(warehouse, oracle, span, scope, viewer)


def assert_lists(
    warehouse: Warehouse, oracle: ReferralOracle, span: Span, scope: Scope, viewer: Viewer
) -> None:
    """As many rows as counted, the same people; invitees whom the viewer may not see are blank."""
    told, src = oracle.tell(span, scope), warehouse.sources(scope)

    def seen(invitee: str | None) -> str | None:
        if invitee not in oracle.shop.users:
            return None
        home = oracle.shop.home(str(invitee))["market"]
        return invitee if viewer.markets is None or home in viewer.markets else None

    for step, columns in (
        (Step.ACQUIRED, ["user_id"]),
        (Step.INVITED, ["user_id"]),
        (Step.ACCEPTED, ["invitee_id", "inviter_id"]),
        (Step.CUSTOMERS, ["invitee_id", "inviter_id"]),
    ):
        frame = warehouse.fetch(people(src, asked(warehouse, [span]), step))
        cells = frame[columns].astype(object).where(frame[columns].notna(), None)
        listed = sorted(str(r) for r in cells.itertuples(index=False, name=None))
        expected = told.lists[step]
        if step in (Step.ACCEPTED, Step.CUSTOMERS):
            expected = [(seen(invitee), inviter) for invitee, inviter in expected]
        assert listed == sorted(str(r) for r in expected), step


def assert_shop_is_as_told(seed: int) -> None:
    made = referral_shop(seed)
    with TemporaryDirectory() as folder:
        warehouse = built(made, Path(folder))
        for viewer in (LOCAL_VIEWER, ONLY_CN):
            warehouse.viewer = viewer
            assert_as_told(warehouse, made, viewer)
        warehouse.close()


@settings(max_examples=8, phases=UNSHRUNK)
@given(seeds)
def test_referral_is_the_oracles_on_duckdb(seed: int) -> None:
    assert_shop_is_as_told(seed)


@pytest.mark.study
@settings(max_examples=100, phases=UNSHRUNK)
@given(seeds)
def test_so_it_is_in_a_hundred_shops(seed: int) -> None:
    assert_shop_is_as_told(seed)


@settings(
    max_examples=3,
    phases=UNSHRUNK,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(seeds)
def test_referral_is_the_oracles_on_postgresql(
    postgres_database: Callable[[], str], seed: int
) -> None:
    made = referral_shop(seed)
    warehouse = built(made, postgres_database())
    assert_as_told(warehouse, made, LOCAL_VIEWER)
    warehouse.close()
