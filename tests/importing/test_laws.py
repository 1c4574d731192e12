"""Laws that hold for any input, against the plainest way to say the same."""

from __future__ import annotations

import csv
import io
from datetime import datetime
from decimal import Decimal
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import create_engine, select
from sqlalchemy.pool import StaticPool

from data.dialects import load_rows
from data.importing.amounts import read_amount
from data.importing.csv_text import read_csv
from data.importing.headers import Wanted
from data.importing.merge import merge
from data.schema import contract
from tests.importing.test_merge import batch, item, order

CELL = st.text(alphabet='ab",\n 中', max_size=5)


@given(rows=st.lists(st.lists(CELL, min_size=2, max_size=2), min_size=1, max_size=12))
def test_cells_and_lines_are_those_of_the_plain_reader(rows: list[list[str]]) -> None:
    """The `csv` module says what the cells are and on which line of the text each row ends."""
    target = io.StringIO()
    csv.writer(target, lineterminator="\n", quoting=csv.QUOTE_ALL).writerows([["x", "y"], *rows])
    plain = csv.reader(io.StringIO(target.getvalue(), newline=""))
    expected, line = [], 1
    for row in plain:
        if any(row):
            expected.append((line, *(cell or None for cell in row)))
        line = plain.line_num + 1
    if len(expected) == 1:
        return
    read = read_csv(target.getvalue().encode(), "f", "utf-8", ",", Wanted(["x", "y"]))
    table, lines, spoilt = read.table, read.lines, read.spoilt
    found = zip(lines.tolist(), table["x"].to_pylist(), table["y"].to_pylist(), strict=True)
    assert list(found) == expected[1:]
    assert spoilt == ()


@given(
    number=st.decimals(min_value=0, max_value=10**9, places=2, allow_nan=False),
    mark=st.sampled_from([".", ","]),
    sign=st.sampled_from(["", "-"]),
    currency=st.sampled_from(["", "¥", "$", "€", "£", "HK$"]),
)
def test_an_amount_written_with_groups_is_the_amount(
    number: Decimal, mark: str, sign: str, currency: str
) -> None:
    text = f"{number:,.2f}"
    if mark == ",":
        text = text.translate(str.maketrans(",.", ".,"))
    read = read_amount(sign + currency + text, "." if mark == "." else ",")
    assert read == (-number if sign else number)


ORDERS = st.dictionaries(
    st.integers(1, 4), st.tuples(st.integers(1, 3), st.integers(1, 3)), max_size=4
)


@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(imports=st.lists(st.tuples(ORDERS, st.booleans()), min_size=1, max_size=4))
def test_merging_is_what_a_dictionary_does(
    imports: list[tuple[dict[int, tuple[int, int]], bool]],
) -> None:
    """Merge is `update`, replace is assignment; the counts and days are those of the difference."""
    engine = create_engine("duckdb:///:memory:", poolclass=StaticPool)
    model: dict[int, tuple[int, int]] = {}
    with engine.connect() as connection:
        for content, replace in imports:
            before = dict(model)
            model = dict(content) if replace else model | content
            given_batch = batch(
                ("orders",) if replace else (),
                orders=[order(n, amount, on(day)) for n, (amount, day) in content.items()],
            )
            report = merge(connection, given_batch, load_rows)
            changed = {n for n in before.keys() | model.keys() if before.get(n) != model.get(n)}
            change = report.tables["orders"]
            assert change.inserted == len(model.keys() - before.keys())
            assert change.removed == len(before.keys() - model.keys())
            assert change.updated == len(changed & before.keys() & model.keys())
            assert report.touched_days == {
                on(side[n][1]).date() for n in changed for side in (before, model) if n in side
            }
            table = contract.tables["orders"]
            rows = connection.execute(
                select(table.c.order_id, table.c.gross_amount, table.c.ordered_at)
            )
            assert {tuple(row) for row in rows} == {
                (f"o{n}", amount, on(day)) for n, (amount, day) in model.items()
            }
    engine.dispose()


LINES = st.lists(st.tuples(st.integers(1, 3), st.integers(1, 2)), max_size=6)


@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(imports=st.lists(LINES, min_size=1, max_size=4))
def test_lines_of_an_order_are_replaced_as_a_whole(imports: list[list[tuple[int, int]]]) -> None:
    engine = create_engine("duckdb:///:memory:", poolclass=StaticPool)
    model: dict[int, list[int]] = {}
    with engine.connect() as connection:
        for content in imports:
            before = {n: sorted(prices) for n, prices in model.items()}
            model |= {n: sorted(p for m, p in content if m == n) for n, _ in content}
            lines: list[dict[str, Any]] = [item(n, price) for n, price in content]
            report = merge(connection, batch(order_items=lines), load_rows)
            assert report.changed == (before != model)
            table = contract.tables["order_items"]
            rows = connection.execute(select(table.c.order_id, table.c.unit_price))
            assert sorted(tuple(row) for row in rows) == sorted(
                (f"o{n}", price) for n, prices in model.items() for price in prices
            )
    engine.dispose()


def on(day: int) -> datetime:
    return datetime(2024, 5, day, 12)
