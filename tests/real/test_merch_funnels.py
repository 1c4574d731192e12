"""The funnel of one real day, from the published figures (its PROVENANCE counts 430 → 152 → …)."""

from __future__ import annotations

from datetime import date

import pytest

from data.scope import Scope, Span
from data.warehouse import Warehouse
from metrics.funnels.ask import funnel_counts
from metrics.funnels.spec import simple

DAY = Span(date(2017, 8, 1), date(2017, 8, 2))
STEPS = ("view_item", "add_to_cart", "begin_checkout", "purchase")


@pytest.mark.parametrize(
    ("count", "order", "reached"),
    [
        ("sessions", "unordered", [430, 152, 73, 30]),
        ("sessions", "ordered", [430, 145, 71, 29]),
        ("users", "ordered", [394, 133, 67, 30]),
    ],
)
def test_the_published_funnel_comes_out(
    merch: Warehouse, count: str, order: str, reached: list[int]
) -> None:
    """Sessions in any order, sessions in order, visitors in order."""
    found = funnel_counts(merch, Scope("USD"), simple(*STEPS, count=count, order=order), DAY)
    assert [s.reached for s in found.total.steps] == reached


def test_same_session_is_what_sessions_show(merch: Warehouse) -> None:
    """Visitors within one session: never more than sessions, never fewer than sessions' users."""
    window = {"kind": "session", "seconds": None}
    found = funnel_counts(merch, Scope("USD"), simple(*STEPS, window=window), DAY)
    assert next(s.reached for s in found.total.steps) == 394
    assert found.total.converted <= 29
