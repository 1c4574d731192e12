"""What the growth page says where a plain sum or a plain zero would mislead."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from data.scope import Scope, Span
from metrics.growth.result import money_growth, user_growth
from metrics.growth.spec import NEEDS, Criterion
from metrics.periods import Grain
from metrics.reading import Reason
from tests.world import event, order, user, world
from ui.growth.flows import last_over
from ui.growth.parts import as_reading
from ui.growth.view import NEEDS as BY_VIEW
from ui.growth.view import View

JANUARY = Span(date(2024, 1, 1), date(2024, 2, 5))
CNY = Scope("CNY")


def test_a_week_with_a_missing_rate_has_no_level_and_heads_no_page(tmp_path: Path) -> None:
    """¥100 and then $5 without a rate: the second week is not ¥0, the first stays."""
    orders = [
        order("a", "2024-01-02", 70), order("a", "2024-01-09", 100),
        order("a", "2024-01-16", 5, currency="USD"),
    ]  # fmt: skip
    made = world(tmp_path, users=[user("a", "2024-01-01")], orders=orders, through="2024-01-22")
    found = money_growth(made.warehouse(), CNY, JANUARY, Grain.WEEK)
    unrated = next(f for f in found.whole if f.period.span.start == date(2024, 1, 15))
    assert as_reading(unrated, unrated.total).reason is Reason.NO_RATE
    last = last_over(found)
    assert last is not None
    assert last.period.span.start == date(2024, 1, 8)


@pytest.mark.parametrize("criterion", Criterion)
def test_visitors_alone_are_no_growth_of_zero(tmp_path: Path, criterion: Criterion) -> None:
    made = world(
        tmp_path,
        events=[{**event(None, "2024-01-02 10:00", "view_item"), "visitor_id": "v"}],
        orders=[order(None, "2024-01-02", 10)],
        through="2024-01-22",
    )
    coverage = made.warehouse().coverage
    assert user_growth(made.warehouse(), CNY, JANUARY, Grain.WEEK, criterion).lacking
    assert coverage.lacking(*NEEDS[criterion])
    assert all(coverage.lacking(*BY_VIEW[view]) for view in View)


def test_orders_alone_are_active_buyers(tmp_path: Path) -> None:
    """On the command line; the page offers buyers and money instead of the same twice."""
    made = world(tmp_path, orders=[order("a", "2024-01-02", 10)], through="2024-01-22")
    coverage = made.warehouse().coverage
    assert not user_growth(made.warehouse(), CNY, JANUARY, Grain.WEEK, Criterion.ACTIVE).lacking
    assert [v for v in View if not coverage.lacking(*BY_VIEW[v])] == [View.BOUGHT, View.MONEY]
