"""The published figures of the real shop, each with the filter it belongs to.

Paid orders: lines of invoices without `C` or `A`, quantity > 0, price > 0.
"""

from __future__ import annotations

from datetime import date

import pytest

from data.building import Imported, import_mapping
from data.scope import Scope, Span
from data.settings import Settings
from data.warehouse import Shelf, Warehouse
from metrics.families import FAMILY_OF
from metrics.measures import measure
from metrics.periods import Comparison, Grain
from metrics.reading import Maturity, Reason
from metrics.scorecard import all_series, scorecard
from tests.real.conftest import MAPPING

EVERYTHING = Span(date(2010, 12, 1), date(2011, 12, 10))
NOVEMBER = Span(date(2011, 11, 1), date(2011, 12, 1))
ALL = Scope("GBP")
IDENTIFIED = Scope.of("GBP", customer=frozenset({"identified"}))
GUESTS = Scope.of("GBP", customer=frozenset({"guest"}))


def value(uci: Warehouse, scope: Scope, span: Span, name: str) -> float:
    return measure(uci, scope, [span], [FAMILY_OF[name]]).rows[0][name]


def test_every_line_is_accounted_for(uci_import: Imported) -> None:
    """541,909 lines: 530,103 ordered, 9,288 cancelled, 2,518 set aside, none rejected."""
    assert uci_import.batch is not None
    (file,) = uci_import.batch.files
    assert file.rows_read == 541_909
    assert file.rows_loaded == 530_103 + 9_288
    assert file.rows_set_aside == 2_518
    assert file.rows_rejected == 0


@pytest.mark.parametrize(
    ("scope", "orders", "gmv"),
    [
        pytest.param(ALL, 19_959, 10_655_622.48, id="guests included"),
        pytest.param(IDENTIFIED, 18_532, 8_911_407.90, id="identified"),
        pytest.param(GUESTS, 1_427, 1_744_214.58, id="guests"),
    ],
)
def test_gmv_of_the_whole_range(uci: Warehouse, scope: Scope, orders: int, gmv: float) -> None:
    assert value(uci, scope, EVERYTHING, "orders") == orders
    assert value(uci, scope, EVERYTHING, "gmv") == pytest.approx(gmv, abs=0.005)


def test_cancellations_reduce_net_revenue_and_never_gmv(uci: Warehouse) -> None:
    assert value(uci, ALL, EVERYTHING, "refunds") == pytest.approx(896_812.49, abs=0.005)
    assert value(uci, ALL, EVERYTHING, "net_revenue") == pytest.approx(9_758_809.99, abs=0.005)


def test_adjustments_are_in_no_number(uci_import: Imported) -> None:
    """Three bad-debt lines of −11,062.06 are set aside by name, with their amount."""
    assert uci_import.batch is not None
    groups = {g["name"]: g for g in uci_import.batch.set_aside.to_pylist()}
    assert groups["adjustments"]["rows"] == 3
    assert float(groups["adjustments"]["amount"]) == pytest.approx(-11_062.06, abs=0.005)
    assert groups["price_zero"]["rows"] == 2_515


def test_average_order_value_by_who_ordered(uci: Warehouse) -> None:
    card = {
        name: scorecard(uci, scope, EVERYTHING, Comparison.NONE, ("aov",)).lines[0].reading.value
        for name, scope in (("all", ALL), ("identified", IDENTIFIED), ("guest", GUESTS))
    }
    assert card == pytest.approx({"all": 533.88, "identified": 480.87, "guest": 1222.29}, abs=0.005)


def test_buyers_are_identified_customers(uci: Warehouse) -> None:
    """4,338 of the 4,372 customers ever bought; 65.58 % of them at least twice."""
    card = scorecard(uci, ALL, EVERYTHING, Comparison.NONE, ("buyers", "repeat_buyer_share"))
    buyers, repeat = (line.reading for line in card.lines)
    assert buyers.value == 4_338
    assert repeat.value == pytest.approx(0.6558, abs=5e-5)
    assert (repeat.numerator, repeat.denominator) == (2_845, 4_338)


def test_november_2011_of_identified_customers(uci: Warehouse) -> None:
    assert value(uci, IDENTIFIED, NOVEMBER, "gmv") == pytest.approx(1_161_817.38, abs=0.005)
    assert value(uci, ALL, NOVEMBER, "gmv_identified") == pytest.approx(1_161_817.38, abs=0.005)
    assert value(uci, ALL, NOVEMBER, "buyers") == 1_664
    assert value(uci, ALL, NOVEMBER, "orders_identified") == 2_657


def test_december_2011_is_partial_and_compared_like_with_like(uci: Warehouse) -> None:
    """The data end on the 9th at 12:50: eight complete days against the first eight before."""
    december = Span(date(2011, 12, 1), date(2012, 1, 1))
    line = scorecard(uci, ALL, december, Comparison.PREVIOUS, ("gmv",)).lines[0]
    assert line.partial
    assert line.reading.maturity is Maturity.RUNNING
    assert line.like_span == Span(date(2011, 12, 1), date(2011, 12, 9))
    assert line.compared == Span(date(2011, 11, 1), date(2011, 11, 9))
    months = all_series(uci, ALL, EVERYTHING, Grain.MONTH, ("gmv", "orders", "buyers"))
    assert all([p.running for p in s.points] == [False] * 12 + [True] for s in months)


def test_numbers_without_data_say_why(uci: Warehouse) -> None:
    """No costs: no gross margin. No events and no registrations: not available, by name."""
    card = scorecard(uci, ALL, NOVEMBER, Comparison.PREVIOUS)
    margin = next(line for line in card.lines if line.metric.key == "gross_margin")
    assert margin.reading.reason is Reason.COST_UNKNOWN
    lacking = {m.metric.key: m.lacking for m in card.missing}
    assert lacking["dau"] == ("events",)
    assert lacking["new_users"] == ("users.registered_at",)


def test_the_same_file_again_changes_nothing(uci_settings: Settings, uci: Warehouse) -> None:
    again = import_mapping(uci_settings, MAPPING)
    assert again.built is None
    assert Shelf.of(uci_settings, "uci").current() == uci.version
