"""Monthly cohorts of the real shop, as an independent count of its invoice lines gives them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from data.scope import Scope, Span
from data.warehouse import Warehouse
from metrics.families import FAMILY_OF
from metrics.measures import measure
from metrics.periods import Grain
from metrics.reading import Maturity, Reason
from metrics.retention.ask import retention
from metrics.retention.result import Retention
from metrics.retention.spec import Bracket, Kind, Return, Spec, Start, Value
from tests.real.test_uci_numbers import ALL

WHOLE = Span(date(2010, 12, 1), date(2012, 1, 1))
PURCHASES = Spec(start=Start.FIRST_PURCHASE, returning=Return.PURCHASE, grain=Grain.MONTH)
INVOICES = replace(PURCHASES, returns_count=True)


def december(found: Retention) -> list[float]:
    """The first cohort's months 1 to 12 in percent."""
    return [100 * (cell.value or 0) for cell in found.cohorts[0].cells[1:]]


def test_december_2010_with_any_invoice_as_return(uci: Warehouse) -> None:
    """All rows with a customer: orders and cancellations begin and count as coming back."""
    found = retention(uci, ALL, WHOLE, INVOICES)
    wanted = [38.19, 33.44, 38.71, 35.97, 39.66, 37.97, 35.44, 35.44, 39.45, 37.34, 50.00, 27.43]
    assert found.cohorts[0].size == 948
    assert december(found) == pytest.approx(wanted, abs=0.005)


def test_december_2010_with_paid_orders_alone(uci: Warehouse) -> None:
    found = retention(uci, ALL, WHOLE, PURCHASES)
    wanted = [36.6, 32.3, 38.4, 36.3, 39.8, 36.3, 34.9, 35.4, 39.5, 37.4, 50.3, 26.6]
    assert found.cohorts[0].size == 885
    assert december(found) == pytest.approx(wanted, abs=0.06)


def test_the_month_the_data_end_in_is_running_and_in_no_mean(uci: Warehouse) -> None:
    """Month 12 of December 2010 is December 2011, which ends on the 9th. Month 1 is pooled over
    the eleven cohorts up to October: 940 of 3,974 people came back."""
    found = retention(uci, ALL, WHOLE, PURCHASES)
    assert found.cohorts[0].cells[12].maturity is Maturity.RUNNING
    assert found.pooled[12].reading.reason is Reason.IMMATURE
    first = found.pooled[1]
    assert (first.reading.numerator, first.reading.denominator) == (940, 3_974)
    assert first.cohorts == 11


def test_all_buyers_begin_once(uci: Warehouse) -> None:
    assert retention(uci, ALL, WHOLE, PURCHASES).size == 4_338


def test_cumulative_revenue_of_all_cohorts_is_that_of_identified_customers(uci: Warehouse) -> None:
    """Cancellations before a customer's first month are in no cohort: they belong to orders before
    the data begin."""
    spec = replace(PURCHASES, value=Value.REVENUE, kind=Kind.ON_OR_BEFORE)
    found = retention(uci, ALL, WHOLE, spec)
    filled = [[c for c in cohort.cells if c.value is not None] for cohort in found.cohorts]
    brought = sum(cells[-1].numerator or 0 for cells in filled)
    identified = Scope.of("GBP", customer=frozenset({"identified"}))
    net = measure(uci, identified, [WHOLE], [FAMILY_OF["net_revenue"]]).rows[0]["net_revenue"]
    assert net < brought < net * 1.01


def test_a_shop_of_orders_takes_them_as_activity(uci: Warehouse) -> None:
    found = retention(uci, ALL, WHOLE, replace(PURCHASES, returning=Return.ACTIVITY))
    assert found.activity_is_orders
    assert found.cohorts == retention(uci, ALL, WHOLE, PURCHASES).cohorts
    assert found.columns[1] == Bracket(1, 1)
