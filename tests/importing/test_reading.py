"""Expressions, filters, roll-ups and duplicates; and that every row is somewhere."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from data.importing.mapping import load_mapping
from data.importing.problems import NOTES, REASONS, SET_ASIDE
from data.importing.reading import Batch, read_sources
from tests.importing.conftest import ORDERS, Read, Refused

AT = "2024-01-05 10:00"


def orders(batch: Batch) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = batch.tables["orders"].to_pylist()
    return rows


def rejected(batch: Batch) -> list[tuple[int, str, str]]:
    return [(r["line"], r["column_name"], r["reason"]) for r in batch.rejects.to_pylist()]


def accounted(batch: Batch) -> None:
    for file in batch.files:
        parts = file.rows_loaded + file.rows_rejected + file.rows_set_aside
        assert file.rows_read == parts


def with_column(column: str, expression: str) -> str:
    """The plain mapping of orders with one more (or another) column."""
    kept = [line for line in ORDERS.splitlines() if not line.strip().startswith(f"{column}:")]
    return "\n".join([*kept, f"          {column}: {expression}", ""])


@pytest.mark.parametrize(
    ("column", "expression", "value"),
    [
        ("coupon_code", "x", "ab"),
        ("coupon_code", "{column: x}", "ab"),
        ("coupon_code", "{constant: MAY}", "MAY"),
        ("coupon_code", "{join: [x, y], separator: '/'}", "ab/250"),
        ("coupon_code", "{join: [{constant: EU}, x]}", "EU-ab"),
        ("channel", "{column: x, map: {ab: ads}}", "ads"),
        ("channel", "{column: x, map: {zz: ads}, default: other}", "other"),
        ("channel", "{column: x, map: {zz: ads}, otherwise: keep}", "ab"),
        ("channel", "{column: x, map: {zz: ads}, otherwise: empty}", None),
        ("channel", "{column: y, map: {250: ads}}", "ads"),
        ("tax_amount", "y", Decimal(250)),
        ("tax_amount", "{scale: y, by: 0.01}", Decimal("2.5")),
        ("tax_amount", "{scale: micros, by: 0.000001}", Decimal("1.2346")),
        ("tax_amount", "{multiply: [y, y]}", Decimal(62500)),
        ("tax_amount", "{negate: y}", Decimal(-250)),
        ("tax_amount", "{abs: {negate: y}}", Decimal(250)),
        ("tax_amount", "{negate: {scale: y, by: 0.01}}", Decimal("-2.5")),
        ("tax_amount", "{constant: 5}", Decimal(5)),
        ("tax_amount", "{constant: 1.234}", Decimal("1.234")),
        ("paid_at", "{column: paid, date_format: dmy}", datetime(2024, 2, 1)),
        ("paid_at", "{column: paid, date_format: mdy, timezone: Asia/Shanghai}",
         datetime(2024, 1, 1, 16)),
    ],
)  # fmt: skip
def test_an_expression(read: Read, column: str, expression: str, value: object) -> None:
    content = f"id,user,at,amount,x,y,micros,paid\n1,u,{AT},9,ab,250,1234567,01/02/2024\n"
    (row,) = orders(read(with_column(column, expression), {"orders.csv": content}))
    assert row[column] == value


def test_a_join_with_an_empty_part_is_empty(read: Read) -> None:
    content = f"id,user,at,amount,x,y\n1,u,{AT},9,,b\n"
    (row,) = orders(read(with_column("coupon_code", "{join: [x, y]}"), {"orders.csv": content}))
    assert row["coupon_code"] is None


def test_a_value_that_is_not_in_the_map_rejects_its_row(read: Read) -> None:
    content = f"id,user,at,amount,s\n1,u,{AT},9,done\n2,u,{AT},9,lost\n"
    batch = read(with_column("status", "{column: s, map: {done: paid}}"), {"orders.csv": content})
    assert rejected(batch) == [(3, "status", "unmapped_value")]
    assert batch.rejects["found"].to_pylist() == ["lost"]
    assert len(orders(batch)) == 1
    accounted(batch)


def test_a_status_must_be_one_of_ours(read: Read) -> None:
    content = f"id,user,at,amount,s\n1,u,{AT},9,paid\n2,u,{AT},9,Shipped\n"
    batch = read(with_column("status", "s"), {"orders.csv": content})
    assert rejected(batch) == [(3, "status", "unmapped_value")]
    assert "cancelled" in batch.rejects["expected"][0].as_py()


LOOKUP = "{column: x, lookup: {file: codes.csv, key: code, take: name}}"


def test_a_value_is_looked_up_in_another_file(read: Read) -> None:
    files = {"orders.csv": f"id,user,at,amount,x\n1,u,{AT},9,07\n2,u,{AT},9,\n3,u,{AT},9,9\n",
             "codes.csv": "name,code\nads,07\nads,07\n"}  # fmt: skip
    batch = read(with_column("channel", LOOKUP), files)
    assert [row["channel"] for row in orders(batch)] == ["ads", None]
    assert rejected(batch) == [(4, "channel", "not_in_lookup")]


def test_a_key_with_two_answers_is_refused(refused: Refused) -> None:
    files = {"orders.csv": f"id,user,at,amount,x\n1,u,{AT},9,07\n",
             "codes.csv": "name,code\nads,07\nseo,07\n"}  # fmt: skip
    problem = refused(with_column("channel", LOOKUP), files)
    assert problem.code == "lookup_two_answers"
    assert "line 2" in str(problem)
    assert "line 3" in str(problem)


def test_a_look_up_file_that_is_missing(refused: Refused) -> None:
    files = {"orders.csv": f"id,user,at,amount,x\n1,u,{AT},9,07\n"}
    assert refused(with_column("channel", LOOKUP), files).code == "file_missing"


def test_a_constant_that_does_not_fit_its_column(refused: Refused) -> None:
    files = {"orders.csv": f"id,user,at,amount\n1,u,{AT},9\n"}
    assert refused(with_column("tax_amount", "{constant: free}"), files).code == "mapping_constant"


@pytest.mark.parametrize(
    ("condition", "ids"),
    [
        ("{column: id, equals: a1}", ["a1"]),
        ("{column: amount, equals: 5}", ["a2"]),
        ("{column: id, in: [a1, b3]}", ["a1", "b3"]),
        ("{column: amount, in: [9, 5.0]}", ["a1", "a2"]),
        ("{column: id, starts_with: a}", ["a1", "a2"]),
        ("{column: id, not_starts_with: a}", ["b3", "b4"]),
        ("{column: id, contains: '4'}", ["b4"]),
        ("{column: amount, gt: 5}", ["a1", "b3"]),
        ("{column: amount, gte: 5, lt: 100}", ["a1", "a2"]),
        ("{column: at, gte: 2024-07-01}", ["b3", "b4"]),
        ("{column: at, lte: 2024-07-01 00:30:00}", ["a1", "a2", "b3"]),
        ("{column: user, is_null: true}", ["a2"]),
        ("{column: user, is_null: false}", ["a1", "b3", "b4"]),
        ("{not: {column: id, starts_with: a}}", ["b3", "b4"]),
        ("{any: [{column: id, equals: a1}, {column: id, equals: b4}]}", ["a1", "b4"]),
        ("{all: [{column: id, starts_with: b}, {column: amount, gt: 5}]}", ["b3"]),
    ],
)
def test_a_condition(read: Read, condition: str, ids: list[str]) -> None:
    content = (
        "id,user,at,amount\na1,u,2024-01-01,9\na2,,2024-01-01,5\n"
        "b3,u,2024-07-01 00:30,200\nb4,u,2024-07-02,1\n"
    )
    mapping = ORDERS.replace("file: orders.csv", f"file: orders.csv\n    where: {condition}")
    batch = read(mapping, {"orders.csv": content})
    assert [row["order_id"] for row in orders(batch)] == ids
    left_out = {r["name"]: r["rows"] for r in batch.set_aside.to_pylist()}
    assert left_out == {"filtered": 4 - len(ids)}
    accounted(batch)


def test_a_condition_on_an_unreadable_cell_does_not_hold_nor_does_its_opposite(read: Read) -> None:
    """The row then goes on to its table and is rejected there: it is not lost."""
    content = f"id,user,at,amount\n1,u,{AT},many\n2,u,{AT},5\n"
    aside = (
        "file: orders.csv\n    set_aside:\n"
        "      - {name: small, reason: Small., where: {column: amount, lt: 9}}\n"
        "      - {name: large, reason: Large., where: {not: {column: amount, lt: 9}}}"
    )
    batch = read(ORDERS.replace("file: orders.csv", aside), {"orders.csv": content})
    assert [r["name"] for r in batch.set_aside.to_pylist()] == ["small"]
    assert rejected(batch) == [(2, "gross_amount", "bad_number")]
    accounted(batch)


def test_rows_that_no_table_takes_are_counted_as_such(read: Read) -> None:
    content = f"id,user,at,amount\n1,u,{AT},9\n2,u,{AT},5\n"
    mapping = ORDERS.replace(
        "      orders:\n", "      orders:\n        where: {column: id, equals: '1'}\n"
    )
    batch = read(mapping, {"orders.csv": content})
    (group,) = batch.set_aside.to_pylist()
    assert (group["name"], group["rows"]) == ("not_claimed", 1)
    accounted(batch)


def test_an_order_without_an_id_is_rejected_with_its_whole_row(read: Read) -> None:
    batch = read(ORDERS, {"orders.csv": f"id,user,at,amount\n,anna,{AT},9\n2,ben,{AT},9\n"})
    (reject,) = batch.rejects.to_pylist()
    assert (reject["line"], reject["reason"], reject["table_name"]) == (2, "missing_id", "orders")
    assert '"user": "anna"' in reject["row"]
    assert [row["order_id"] for row in orders(batch)] == ["2"]
    accounted(batch)


def test_a_required_value_that_is_empty_and_a_guest(read: Read) -> None:
    """An order needs a time; it does not need a user."""
    batch = read(ORDERS, {"orders.csv": f"id,user,at,amount\n1,,{AT},9\n2,u,,9\n"})
    assert rejected(batch) == [(3, "ordered_at", "missing_value")]
    assert orders(batch)[0]["user_id"] is None


def test_an_event_needs_a_user_or_a_visitor(read: Read) -> None:
    mapping = """\
  - name: events
    file: events.csv
    into:
      events:
        columns: {user_id: u, visitor_id: v, occurred_at: at, event: what}
"""
    content = f"u,v,at,what\na,,{AT},x\n,b,{AT},x\n,,{AT},x\n"
    batch = read(mapping, {"events.csv": content})
    assert batch.tables["events"].num_rows == 2
    assert rejected(batch) == [(4, "user_id / visitor_id", "missing_id")]


def test_several_faults_of_one_row_are_all_told_and_the_row_counted_once(read: Read) -> None:
    batch = read(ORDERS, {"orders.csv": f"id,user,at,amount\n1,u,soon,many\n2,u,{AT},9\n"})
    assert rejected(batch) == [(2, "ordered_at", "bad_date"), (2, "gross_amount", "bad_number")]
    assert batch.files[0].rows_rejected == 1
    accounted(batch)


def test_a_repeated_row_with_the_same_content_is_one_row_and_no_error(read: Read) -> None:
    line = f"1,u,{AT},9\n"
    batch = read(ORDERS, {"orders.csv": "id,user,at,amount\n" + line + line})
    assert len(orders(batch)) == 1
    assert batch.rejects.num_rows == 0
    assert [(n["code"], n["rows"]) for n in batch.notes.to_pylist()] == [("same_content", 1)]
    accounted(batch)


def test_a_repeated_id_with_other_content_keeps_the_first_and_rejects_the_other(read: Read) -> None:
    content = f"id,user,at,amount\n1,u,{AT},9\n1,u,{AT},8\n2,u,{AT},9\n"
    batch = read(ORDERS, {"orders.csv": content})
    assert [(o["order_id"], o["gross_amount"]) for o in orders(batch)] == [("1", 9), ("2", 9)]
    assert rejected(batch) == [(3, "order_id", "conflict")]
    assert batch.rejects["found"][0].as_py() == "1"
    accounted(batch)


def test_a_later_file_of_a_pattern_is_a_later_state_not_a_conflict(read: Read) -> None:
    head = "id,user,at,amount\n"
    batch = read(
        ORDERS.replace("orders.csv", "orders-*.csv"),
        {
            "orders-01.csv": head + f"1,u,{AT},9\n2,u,{AT},5\n",
            "orders-02.csv": head + f"1,u,{AT},7\n",
        },
    )
    assert {o["order_id"]: o["gross_amount"] for o in orders(batch)} == {"1": 7, "2": 5}
    assert batch.rejects.num_rows == 0
    assert [n["code"] for n in batch.notes.to_pylist()] == ["superseded"]
    assert [file.path for file in batch.files] == ["orders-01.csv", "orders-02.csv"]


def test_two_sources_that_contradict_each_other_keep_the_first(read: Read) -> None:
    second = ORDERS.replace("name: orders", "name: second").replace("orders.csv", "second.csv")
    head = "id,user,at,amount\n"
    batch = read(
        ORDERS + second,
        {"orders.csv": head + f"1,u,{AT},9\n", "second.csv": head + f"1,u,{AT},7\n"},
    )
    assert [o["gross_amount"] for o in orders(batch)] == [9]
    assert batch.rejects["path"].to_pylist() == ["second.csv"]
    assert [file.rows_rejected for file in batch.files] == [0, 1]


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


def test_money_without_a_currency_is_in_the_shops(read: Read) -> None:
    content = f"id,user,at,amount,c\n1,u,{AT},9,eur\n2,u,{AT},9,\n"
    batch = read(with_column("currency", "c"), {"orders.csv": content})
    assert [o["currency"] for o in orders(batch)] == ["EUR", "GBP"]


def test_words_for_nothing_are_nothing_only_when_the_source_says_so(read: Read) -> None:
    """NA is Namibia until the mapping says that it means nothing."""
    content = f"id,user,at,amount\n1,NA,{AT},9\n"
    assert orders(read(ORDERS, {"orders.csv": content}))[0]["user_id"] == "NA"
    said = ORDERS.replace("orders.csv", "orders.csv\n    nulls: [NA]", 1)
    assert orders(read(said, {"orders.csv": content}))[0]["user_id"] is None


def test_turns_of_the_clock_are_noted(read: Read) -> None:
    content = "id,user,at,amount\n1,u,2011-10-30 01:30,9\n2,u,2011-03-27 01:30,9\n"
    batch = read(ORDERS, {"orders.csv": content})
    assert {(n["code"], n["rows"]) for n in batch.notes.to_pylist()} == {
        ("clock_twice", 1), ("clock_skipped", 1)}  # fmt: skip


def test_progress_goes_from_nothing_to_all(read: Read, tmp_path: Path) -> None:
    read(ORDERS, {"orders.csv": f"id,user,at,amount\n1,u,{AT},9\n"})
    shares: list[float] = []
    read_sources(load_mapping(tmp_path / "mapping.yaml"), lambda share, words: shares.append(share))
    assert shares[0] == 0
    assert shares[-1] == 1
    assert shares == sorted(shares)


def test_every_reason_is_said_in_both_languages() -> None:
    for words in [*REASONS.values(), *NOTES.values(), *SET_ASIDE.values()]:
        assert words.en.endswith(".")
        assert words.zh.endswith("。")
