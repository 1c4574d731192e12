"""What cohorts spent, worked out by hand."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from data.scope import Span
from metrics.families import FAMILY_OF
from metrics.measures import measure
from metrics.periods import Grain
from metrics.reading import Reason
from metrics.retention.ask import retention
from metrics.retention.spec import Kind, Return, Spec, Start, Value
from metrics.user_segments import Segment
from tests.metrics.retention.asking import CNY, ask, opened
from tests.world import Row, fx, order, refund, shop, user


def test_money_is_of_the_day_it_was_paid_and_net_of_refunds(tmp_path: Path) -> None:
    """January: 10 CNY and 5 USD at 8, which is 50; in February 20, of which 5 come back."""
    w = opened(
        tmp_path,
        "2024-04-01",
        shop(refund_day="refund"),
        orders=[order(1, "2024-01-05", 10), order(1, "2024-01-06", 5, currency="USD"),
                order(1, "2024-02-06", 20, order_id="a")],
        refunds=[refund("2024-03-05", 5, order_id="a")],
        fx_rates=fx("USD", 8, date(2024, 1, 6)),
    )  # fmt: skip
    spec = Spec(
        start=Start.FIRST_PURCHASE, returning=Return.PURCHASE, grain=Grain.MONTH,
        value=Value.REVENUE,
    )  # fmt: skip
    cells = ask(w, spec).cohorts[0].cells
    assert [c.value for c in cells[:3]] == [50, 20, -5]


def test_money_without_a_rate_is_no_value(tmp_path: Path) -> None:
    w = opened(tmp_path, "2024-04-01", orders=[order(1, "2024-01-06", 5, currency="USD")])
    spec = Spec(start=Start.FIRST_PURCHASE, value=Value.REVENUE, grain=Grain.MONTH)
    found = ask(w, spec)
    assert found.cohorts[0].cells[0].reason is Reason.NO_RATE
    assert found.pooled[0].reading.reason is Reason.NO_RATE


def test_revenue_retention_of_a_cohort_that_brought_nothing_has_no_value(tmp_path: Path) -> None:
    """User 1 registers in January and buys in February only: there is no month 0 to divide by.
    User 2 brings 40 in January and 10 in February of it: 25 %."""
    w = opened(
        tmp_path,
        "2024-04-01",
        users=[user(1, "2024-01-01", country="CN"), user(2, "2024-01-01", country="US")],
        orders=[order(1, "2024-02-01", 10), order(2, "2024-01-02", 40), order(2, "2024-02-02", 10)],
    )
    spec = Spec(value=Value.REVENUE_RETENTION, grain=Grain.MONTH)
    assert ask(w, spec).cohorts[0].cells[1].value == 0.5
    by_market = {s.value: s.pooled[1].reading for s in ask(w, spec, by=Segment.MARKET).segments}
    assert by_market["CN"].reason is Reason.ZERO_DENOMINATOR
    assert by_market["US"].value == 0.25


def test_margin_without_costs_says_so_or_is_assumed(tmp_path: Path) -> None:
    rows: dict[str, list[Row]] = {"orders": [order(1, "2024-01-05", 10)]}
    spec = Spec(start=Start.FIRST_PURCHASE, value=Value.MARGIN, grain=Grain.MONTH)
    unknown = ask(opened(tmp_path / "a", "2024-03-01", **rows), spec).cohorts[0].cells[0]
    assumed = ask(opened(tmp_path / "b", "2024-03-01", shop(margin_rate=0.4), **rows), spec)
    assert unknown.reason is Reason.COST_UNKNOWN
    assert (assumed.cohorts[0].cells[0].value, assumed.cohorts[0].cells[0].assumed) == (4, True)


def test_cumulative_revenue_at_the_last_age_is_the_orders_table(tmp_path: Path) -> None:
    """Whatever the months: 10 + 20 + 5 of user 1 and 7 of user 2."""
    w = opened(
        tmp_path,
        "2024-05-01",
        orders=[order(1, "2024-01-05", 10), order(1, "2024-02-05", 20), order(1, "2024-04-05", 5),
                order(2, "2024-02-07", 7)],
    )  # fmt: skip
    spec = Spec(
        start=Start.FIRST_PURCHASE, value=Value.REVENUE, kind=Kind.ON_OR_BEFORE, grain=Grain.MONTH
    )
    whole = Span(date(2024, 1, 1), date(2024, 5, 1))
    found = retention(w, CNY, whole, spec)
    last = [[c for c in cohort.cells if c.value is not None] for cohort in found.cohorts]
    brought = sum(cells[-1].numerator or 0 for cells in last if cells)
    assert brought == 42
    assert measure(w, CNY, [whole], [FAMILY_OF["gmv"]]).rows[0]["gmv"] == brought
