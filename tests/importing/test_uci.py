"""The real shop: every published figure comes out of its mapping, to the penny."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as parquet
import pytest

from data.importing.mapping import load_mapping
from data.importing.reading import Batch, read_sources

FOLDER = Path(__file__).parents[2] / "data" / "samples" / "uci_online_retail"


@pytest.fixture(scope="module")
def uci() -> Batch:
    return read_sources(load_mapping(FOLDER / "mapping.yaml"))


@pytest.fixture(scope="module")
def lines() -> pa.Table:
    """The file as it is, for figures that the mapping leaves out."""
    return parquet.read_table(FOLDER / "online_retail.parquet")


def total(values: pa.ChunkedArray) -> Decimal:
    return Decimal(pc.sum(values).as_py())


def test_every_line_is_in_exactly_one_place(uci: Batch) -> None:
    (file,) = uci.files
    assert file.rows_read == 541_909
    assert file.rows_loaded == 530_103 + 9_288
    assert file.rows_set_aside == 3 + 2_515
    assert file.rows_rejected == 0
    assert uci.rejects.num_rows == 0


def test_gmv_of_all_paid_orders_guests_included(uci: Batch) -> None:
    orders = uci.tables["orders"]
    assert uci.tables["order_items"].num_rows == 530_103
    assert orders.num_rows == 19_959
    assert total(orders["gross_amount"]).quantize(Decimal("0.01")) == Decimal("10655622.48")
    assert set(orders["status"].to_pylist()) == {"paid"}
    assert set(orders["currency"].to_pylist()) == {"GBP"}


def test_gmv_of_identified_customers_and_of_guests(uci: Batch) -> None:
    orders, items = uci.tables["orders"], uci.tables["order_items"]
    identified = orders.filter(pc.is_valid(orders["user_id"]))
    guests = orders.filter(pc.is_null(orders["user_id"]))
    lines_of = {
        key: items.filter(pc.is_in(items["order_id"], table["order_id"].combine_chunks())).num_rows
        for key, table in (("identified", identified), ("guests", guests))
    }
    assert lines_of == {"identified": 397_884, "guests": 132_219}
    assert (identified.num_rows, guests.num_rows) == (18_532, 1_427)
    assert pc.count_distinct(identified["user_id"]).as_py() == 4_338
    assert round(total(identified["gross_amount"]), 2) == Decimal("8911407.90")
    assert round(total(guests["gross_amount"]), 2) == Decimal("1744214.58")


def test_an_order_is_the_exact_sum_of_its_lines(uci: Batch) -> None:
    items = uci.tables["order_items"]
    quantity = items["quantity"].cast(pa.decimal128(18, 4))
    assert total(pc.multiply(quantity, items["unit_price"])) == total(
        uci.tables["orders"]["gross_amount"]
    )


def test_cancellations_are_refunds_with_a_positive_amount(uci: Batch, lines: pa.Table) -> None:
    refunds = uci.tables["refunds"]
    cancelled = lines.filter(pc.starts_with(lines["InvoiceNo"], "C"))
    assert cancelled.num_rows == 9_288
    assert refunds.num_rows == 3_836
    assert total(refunds["amount"]) == Decimal("896812.49")
    assert pc.min(refunds["amount"]).as_py() > 0
    assert refunds["order_id"].null_count == refunds.num_rows


def test_net_revenue_has_no_adjustments_in_it(uci: Batch) -> None:
    net = total(uci.tables["orders"]["gross_amount"]) - total(uci.tables["refunds"]["amount"])
    assert round(net, 2) == Decimal("9758809.99")


def test_adjustments_and_lines_at_price_zero_are_set_aside_by_name(
    uci: Batch, lines: pa.Table
) -> None:
    groups = {row["name"]: row for row in uci.set_aside.to_pylist()}
    assert {name: (g["rows"], g["amount"]) for name, g in groups.items()} == {
        "adjustments": (3, Decimal("-11062.06")),
        "price_zero": (2_515, Decimal(0)),
    }
    assert all(group["reason_en"] and group["reason_zh"] for group in groups.values())
    by_invoice = lines.group_by("InvoiceNo").aggregate([("UnitPrice", "min"), ("UnitPrice", "max")])
    nothing_else = pc.and_(
        pc.equal(by_invoice["UnitPrice_min"], 0), pc.equal(by_invoice["UnitPrice_max"], 0)
    )
    assert pc.sum(nothing_else).as_py() == 2_102
    kept = 19_959 + 3_836 + 3 + 2_102
    assert by_invoice.num_rows == kept == 25_900


def test_all_parts_add_up_to_every_line(uci: Batch, lines: pa.Table) -> None:
    aside = sum((row["amount"] for row in uci.set_aside.to_pylist()), Decimal(0))
    orders, refunds = uci.tables["orders"], uci.tables["refunds"]
    every = total(orders["gross_amount"]) - total(refunds["amount"]) + aside
    assert round(every, 2) == Decimal("9747747.93")
    assert pc.count_distinct(lines["CustomerID"]).as_py() == 4_372
    assert lines["CustomerID"].null_count == 135_080


def test_an_order_with_two_timestamps_has_the_earliest(uci: Batch) -> None:
    noted = [n for n in uci.notes.to_pylist() if n["table_name"] == "orders"]
    assert [(n["column_name"], n["code"], n["rows"]) for n in noted] == [
        ("ordered_at", "lines_disagree", 42)
    ]


def test_summer_time_is_an_hour_before_the_clock_on_the_wall(uci: Batch) -> None:
    """The last invoice is of 12:50 in winter, when London is at UTC; 1 July 2011 is in summer."""
    ordered = uci.tables["orders"]["ordered_at"]
    assert pc.max(ordered).as_py() == datetime(2011, 12, 9, 12, 50)
    orders = {row["order_id"]: row for row in uci.tables["orders"].to_pylist()}
    assert orders["558638"]["ordered_at"] == datetime(2011, 7, 1, 7, 16)


def test_november_2011(uci: Batch) -> None:
    """Europe/London is at UTC in November, so UTC days are local days."""
    orders = uci.tables["orders"]
    at = orders["ordered_at"]
    november = orders.filter(
        pc.and_(pc.greater_equal(at, datetime(2011, 11, 1)), pc.less(at, datetime(2011, 12, 1)))
    )
    identified = november.filter(pc.is_valid(november["user_id"]))
    assert (
        round(total(identified["gross_amount"]), 2),
        pc.count_distinct(identified["user_id"]).as_py(),
        identified.num_rows,
    ) == (Decimal("1161817.38"), 1_664, 2_657)


def test_share_of_identified_customers_with_two_orders(uci: Batch) -> None:
    orders = uci.tables["orders"]
    identified = orders.filter(pc.is_valid(orders["user_id"]))
    per_user = identified.group_by("user_id").aggregate([("order_id", "count")])
    repeat = pc.sum(pc.greater_equal(per_user["order_id_count"], 2)).as_py()
    assert round(repeat / per_user.num_rows, 4) == 0.6558
