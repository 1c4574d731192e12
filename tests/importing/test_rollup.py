"""Lines that become orders."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from tests.importing.batches import accounted, orders, rejected
from tests.importing.conftest import Read

LINES = """\
  - name: lines
    file: lines-*.csv
    into:
      orders:
        rollup: {key: no, earliest: at}
        columns:
          order_id: no
          user_id: user
          ordered_at: at
          delivered_at: {max: sent}
          status: {constant: paid}
          gross_amount: {sum: {multiply: [qty, price]}}
          country: country
      order_items:
        columns: {order_id: no, item_id: sku, quantity: qty, unit_price: price}
"""
LINES_HEAD = "no,user,at,sent,qty,price,sku,country\n"


def test_lines_become_an_order_with_the_exact_sum_and_the_earliest_time(read: Read) -> None:
    """3 × 0.10 + 1 × 0.25 = 0.55, which floats would make 0.5500000000000000…4."""
    content = LINES_HEAD + (
        "A,,2024-01-05 10:01,2024-01-08,3,0.10,pen,GB\n"
        "B,ben,2024-01-06 09:00,2024-01-07,1,2,ink,FR\n"
        "A,anna,2024-01-05 10:00,2024-01-07,1,0.25,ink,\n"
    )
    batch = read(LINES, {"lines-1.csv": content})
    a, b = orders(batch)
    assert (a["order_id"], a["gross_amount"]) == ("A", Decimal("0.55"))
    assert a["ordered_at"] == datetime(2024, 1, 5, 10, 0)
    assert a["delivered_at"] == datetime(2024, 1, 8)
    assert (a["user_id"], a["country"]) == ("anna", "GB")
    assert (b["order_id"], b["gross_amount"]) == ("B", Decimal(2))
    assert batch.tables["order_items"].num_rows == 3
    accounted(batch)


def test_a_price_is_rounded_once_as_a_sum_not_per_line(read: Read) -> None:
    """Four lines of 1.5 × 0.0001 are 0.0006; rounded line by line they would be 0.0008."""
    line = "A,u,2024-01-05,,1.5,0.0001,pen,GB\n"
    mapping = LINES.split("      order_items:")[0]
    batch = read(mapping, {"lines-1.csv": LINES_HEAD + line * 4})
    assert orders(batch)[0]["gross_amount"] == Decimal("0.0006")


def test_a_line_that_cannot_be_read_is_left_out_of_its_order_and_told(read: Read) -> None:
    content = LINES_HEAD + (
        "A,u,2024-01-05,,1,2,pen,GB\nA,u,2024-01-05,,one,2,pen,GB\n,u,2024-01-05,,1,2,pen,GB\n"
    )
    batch = read(LINES, {"lines-1.csv": content})
    assert [o["gross_amount"] for o in orders(batch)] == [2]
    assert sorted({(r["line"], r["reason"]) for r in batch.rejects.to_pylist()}) == [
        (3, "bad_number"), (4, "missing_id")]  # fmt: skip
    assert batch.files[0].rows_rejected == 2
    accounted(batch)


def test_a_file_without_any_row_for_a_table_leaves_the_table_empty(read: Read) -> None:
    """A quiet day has no refunds; its file is not an error."""
    refunds = """\
      refunds:
        where: {column: no, starts_with: R}
        rollup: {key: no, earliest: at}
        columns:
          refund_id: no
          refunded_at: at
          amount: {sum: {multiply: [qty, price]}}
          user_id: user
          reason: {column: country, map: {GB: home}}
"""
    content = LINES_HEAD + "A,u,2024-01-05,,1,2,pen,GB\n"
    batch = read(LINES + refunds, {"lines-1.csv": content})
    assert batch.tables["refunds"].num_rows == 0
    assert len(orders(batch)) == 1
    accounted(batch)


def test_a_file_of_only_spoilt_lines_is_all_rejects(read: Read) -> None:
    batch = read(LINES, {"lines-1.csv": LINES_HEAD + "A,u\nB,u\n"})
    assert [r["line"] for r in batch.rejects.to_pylist()] == [2, 3]
    assert batch.files[0].rows_rejected == 2
    assert len(orders(batch)) == 0
    accounted(batch)


def test_lines_that_disagree_are_counted(read: Read) -> None:
    content = LINES_HEAD + ("A,u,2024-01-05 10:00,,1,2,pen,GB\nA,u,2024-01-05 10:00,,1,2,ink,FR\n")
    batch = read(LINES, {"lines-1.csv": content})
    assert [(n["column_name"], n["code"], n["rows"]) for n in batch.notes.to_pylist()] == [
        ("country", "lines_disagree", 1)
    ]


def test_an_order_whose_every_line_lacks_a_time_is_rejected_as_a_whole(read: Read) -> None:
    content = LINES_HEAD + "A,u,,,1,2,pen,GB\nA,u,,,1,2,ink,GB\nB,u,2024-01-05,,1,2,pen,GB\n"
    batch = read(LINES.split("      order_items:")[0], {"lines-1.csv": content})
    assert [o["order_id"] for o in orders(batch)] == ["B"]
    assert rejected(batch) == [(2, "ordered_at", "missing_value")]
    assert batch.files[0].rows_rejected == 2
    accounted(batch)


def test_a_later_files_lines_of_an_order_replace_the_earlier_files(read: Read) -> None:
    batch = read(
        LINES,
        {"lines-1.csv": LINES_HEAD + "A,u,2024-01-05,,1,2,pen,GB\nB,u,2024-01-05,,1,9,pen,GB\n",
         "lines-2.csv": LINES_HEAD + "A,u,2024-01-05,,5,2,pen,GB\n"},
    )  # fmt: skip
    items = batch.tables["order_items"].to_pylist()
    assert sorted((i["order_id"], i["quantity"]) for i in items) == [("A", 5), ("B", 1)]
    assert {o["order_id"]: o["gross_amount"] for o in orders(batch)} == {"A": 10, "B": 9}
