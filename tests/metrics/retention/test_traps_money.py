"""What cohorts spent, worked out by hand."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from data.scope import Span
from data.warehouse import Warehouse
from i18n import Problem
from metrics.families import FAMILY_OF
from metrics.measures import measure
from metrics.periods import Grain
from metrics.reading import Reading, Reason
from metrics.retention.ask import retention
from metrics.retention.spec import Bracket, Kind, Return, Spec, Start, Value
from metrics.user_segments import Segment
from tests.metrics.retention.asking import CNY, MONTHS, ask, opened
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


def three(folder: Path, through: str = "2024-04-01") -> Warehouse:
    """Registered in January; 10 and then 10 more in February, 20 in January, nothing."""
    return opened(
        folder,
        through,
        users=[user(n, "2024-01-01", country="CN") for n in (1, 2, 3)],
        orders=[order(1, "2024-01-05", 10), order(1, "2024-02-05", 10), order(2, "2024-01-05", 20)],
    )


def monthly(value: Value, kind: Kind = Kind.BOUNDED, **more: Any) -> Spec:
    return Spec(value=value, kind=kind, grain=Grain.MONTH, **more)


def ends(cell: Reading) -> tuple[float, float]:
    assert cell.low is not None
    assert cell.high is not None
    return cell.low, cell.high


def test_the_mean_of_a_cohort_has_an_interval_over_its_people(tmp_path: Path) -> None:
    """10, 20 and 0: mean 10, standard deviation 10, t of 2 degrees 4.3027: 10 ± 24.84. Whoever
    brought nothing counts. February alone: 10, 0 and 0."""
    cells = ask(three(tmp_path), monthly(Value.REVENUE)).cohorts[0].cells
    assert ends(cells[0]) == pytest.approx((10 - 24.8414, 10 + 24.8414), abs=1e-3)
    assert ends(cells[1]) == pytest.approx((10 / 3 - 14.3422, 10 / 3 + 14.3422), abs=1e-3)


def test_running_sums_have_their_own_spread(tmp_path: Path) -> None:
    """Up to February 20, 20 and 0: mean 13.33, standard deviation 11.547. In March nobody adds."""
    spec = monthly(Value.REVENUE, Kind.ON_OR_BEFORE)
    cells = ask(three(tmp_path), spec).cohorts[0].cells
    half = 4.30265 * 11.5470 / 3**0.5
    for cell in cells[1:3]:
        assert ends(cell) == pytest.approx((40 / 3 - half, 40 / 3 + half), abs=1e-3)


def test_a_running_cell_has_no_interval(tmp_path: Path) -> None:
    cells = ask(three(tmp_path, "2024-02-20"), monthly(Value.REVENUE)).cohorts[0].cells
    assert (cells[0].low is None, cells[1].low, cells[1].value) == (False, None, 10 / 3)


def test_orders_per_person_have_one_too(tmp_path: Path) -> None:
    """One, one and none in January."""
    cell = ask(three(tmp_path), monthly(Value.ORDERS)).cohorts[0].cells[0]
    half = 4.30265 * 0.57735 / 3**0.5
    assert ends(cell) == pytest.approx((2 / 3 - half, 2 / 3 + half), abs=1e-4)


def test_revenue_retention_is_a_ratio_of_sums(tmp_path: Path) -> None:
    """40 then 10, 10 then 10: 20 of 50. Off the ratio by 10 - 16 and 10 - 4, so ± 12.706 · 8.485 /
    25 / √2. In period 0 everybody is at 100 %: no interval."""
    w = opened(
        tmp_path,
        "2024-04-01",
        users=[user(n, "2024-01-01") for n in (1, 2)],
        orders=[order(1, "2024-01-05", 40), order(1, "2024-02-05", 10),
                order(2, "2024-01-05", 10), order(2, "2024-02-05", 10)],
    )  # fmt: skip
    cells = ask(w, monthly(Value.REVENUE_RETENTION)).cohorts[0].cells
    assert cells[1].value == 0.4
    assert ends(cells[1]) == pytest.approx((0.4 - 3.0495, 0.4 + 3.0495), abs=1e-3)
    assert cells[0].low is None


def test_pooled_and_segments_are_over_all_of_their_people(tmp_path: Path) -> None:
    """January's three and a fourth of February who brings 30 at once: 10, 20, 0 and 30."""
    w = opened(
        tmp_path,
        "2024-04-01",
        users=[user(n, "2024-01-01", country="CN") for n in (1, 2, 3)]
        + [user(4, "2024-02-01", country="CN")],
        orders=[order(1, "2024-01-05", 10), order(2, "2024-01-05", 20), order(4, "2024-02-05", 30)],
    )
    found = ask(w, monthly(Value.REVENUE), MONTHS, by=Segment.MARKET)
    half = 3.18245 * 12.90994 / 2
    expected = pytest.approx((15 - half, 15 + half), abs=1e-3)
    assert ends(found.pooled[0].reading) == expected
    assert ends(found.segments[0].pooled[0].reading) == expected


def test_one_person_or_people_alike_have_no_interval(tmp_path: Path) -> None:
    """A spread that was not seen is not a spread of zero."""
    alone = opened(tmp_path / "a", "2024-04-01", orders=[order(1, "2024-01-05", 10)])
    spec = monthly(Value.REVENUE, start=Start.FIRST_PURCHASE, returning=Return.PURCHASE)
    cells = ask(alone, spec).cohorts[0].cells
    assert (cells[0].value, cells[0].low) == (10, None)
    alike = opened(
        tmp_path / "b", "2024-04-01", orders=[order(n, "2024-01-05", 9.9) for n in range(5)]
    )
    assert ask(alike, spec).cohorts[0].cells[0].low is None


def test_revenue_retention_within_ranges_divides_by_period_0(tmp_path: Path) -> None:
    """The first range must be it: another one would be what is divided by."""
    with pytest.raises(Problem, match="period 0"):
        monthly(Value.REVENUE_RETENTION, Kind.BRACKET, brackets=(Bracket(1, 2), Bracket(3, 4)))
    spec = monthly(Value.REVENUE_RETENTION, Kind.BRACKET, brackets=(Bracket(0, 0), Bracket(1, 2)))
    cells = ask(three(tmp_path), spec).cohorts[0].cells
    assert [c.value for c in cells] == [1, pytest.approx(1 / 3)]
