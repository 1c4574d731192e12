"""Every expression and condition of a mapping by example."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

import pytest

from tests.importing.batches import AT, accounted, orders, rejected, with_column
from tests.importing.conftest import ORDERS, Read, Refused


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
