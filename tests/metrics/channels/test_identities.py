"""The channel table agrees with every other page that counts the same people and money."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import Phase, given, settings

from data.scope import Scope, Span
from data.warehouse import Warehouse
from i18n import Problem
from metrics.catalog import METRICS
from metrics.channels.result import Table, channels
from metrics.channels.spec import AGAIN_WITHIN, RETAINED_ON, Cost
from metrics.families import FAMILIES
from metrics.measures import measure, read
from metrics.periods import Grain
from metrics.reading import Reading
from metrics.retention.ask import retention
from metrics.retention.spec import Bracket, Kind, Return, Spec, Start
from tests.metrics.channels.small_channels import small_channels
from tests.metrics.lifecycle.test_oracle import built
from tests.metrics.small_shops import seeds

MARKETING = Cost.MARKETING


def told(warehouse: Warehouse, scope: Scope, span: Span, *keys: str) -> list[Reading]:
    """The scorecard's readings of a range."""
    rows = measure(warehouse, scope, [span], FAMILIES).rows
    return [read(METRICS[key], span, rows[0], warehouse, scope) for key in keys]


def same(one: Reading, other: Reading) -> None:
    assert one.reason == other.reason
    if one.value is not None:
        assert one.value == pytest.approx(other.value, rel=1e-9, abs=1e-6)


def assert_costs(warehouse: Warehouse, scope: Scope, found: Table) -> None:
    now = found.total.now
    keys = ("spend", "net_revenue", "mer", "new_users", "blended_cac")
    spend, revenue, mer, registered, cac = told(warehouse, scope, found.span, *keys)
    assert now.registrations == (registered.value or 0)
    if not now.spend_unrated:
        assert now.cost(MARKETING) == pytest.approx(spend.value, abs=1e-6)
    if not now.revenue_unrated:
        assert now.revenue == pytest.approx(revenue.value, abs=1e-6)
    if now.customers:
        same(now.cac(MARKETING), cac)
    if not now.spend_unrated and not now.revenue_unrated:
        same(now.roas(MARKETING), mer)


def assert_values(warehouse: Warehouse, scope: Scope, found: Table) -> None:
    """Of a cohort that is old enough LTV and repurchase are those of the scorecard, and day 30 is
    that of the cohort page."""
    for days, span in found.cohorts.items():
        if not found.total.brought[days].people:
            continue
        [ltv] = told(warehouse, scope, span, f"ltv_{days}")
        same(found.worth(found.total, days, MARKETING).ltv, ltv)
    if AGAIN_WITHIN in found.cohorts:
        [again] = told(
            warehouse, scope, found.cohorts[AGAIN_WITHIN], f"repurchase_rate_{AGAIN_WITHIN}"
        )
        assert found.again(found.total).value == again.value
    if RETAINED_ON in found.cohorts:
        spec = Spec(
            start=Start.FIRST_PURCHASE,
            returning=Return.ACTIVITY,
            grain=Grain.DAY,
            kind=Kind.BRACKET,
            brackets=(Bracket(RETAINED_ON, RETAINED_ON),),
        )
        pooled = retention(warehouse, scope, found.cohorts[RETAINED_ON], spec).pooled[0].reading
        mine = found.retained(found.total)
        assert mine.value == pooled.value
        if mine.value is not None:
            assert (mine.numerator, mine.denominator) == (pooled.numerator, pooled.denominator)


@settings(max_examples=15, deadline=None, phases=(Phase.explicit, Phase.reuse, Phase.generate))
@given(seeds)
def test_the_total_is_what_other_pages_say(seed: int) -> None:
    made = small_channels(seed)
    with TemporaryDirectory() as folder:
        warehouse = built(made, Path(folder))
        scope = Scope(made.shop.reporting.currency)
        for span in made.spans:
            try:
                found = channels(warehouse, scope, span)
            except Problem as problem:
                if problem.code == "channels_no_day":
                    continue
                raise
            if not found.lacking:
                assert_costs(warehouse, scope, found)
            assert_values(warehouse, scope, found)
