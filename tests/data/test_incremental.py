"""A refresh for the days that changed leaves exactly what a whole one would have left.

Small random shops arrive in pieces, in any order: late refunds, orders paid, cancelled or given to
another customer later, users registered after their first order, visitors linked afterwards. Each
piece goes through the import's own merge, which says the days that it touched.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from sqlalchemy import Connection, select, update

from data.dialects import load_rows
from data.importing.aside import SET_ASIDE
from data.importing.merge import merge
from data.importing.reading import Batch
from data.importing.rejects import REJECTS
from data.refresh import refresh
from data.rollups import rollup, sales, sales_day, user_numbers, visitor_numbers
from data.schema import contract
from data.scope import Scope, Span
from metrics.families import FAMILY_OF
from metrics.measures import measure
from tests.metrics.attribution.small_paths import small_paths
from tests.metrics.growth.small_histories import small_histories
from tests.metrics.lifecycle.small_lives import small_lives
from tests.metrics.small_shops import SmallShop, seeds, small_shop
from tests.world import Row, World, arrow, order, world

UNSHRUNK = (Phase.explicit, Phase.reuse, Phase.generate)
NUMBERING = {"user_numbers", "visitor_numbers", "facts"}
"""Numbers are given in order of arrival; facts hold the time of the build."""


def pieces(made: SmallShop, rnd: Random) -> list[dict[str, list[Row]]]:
    """The shop's rows in a few pieces. Some orders come first in an earlier state."""
    found: list[dict[str, list[Row]]] = [{} for _ in range(rnd.randrange(2, 5))]
    first, last = found[0], found[-1]
    for table, rows in made.rows.items():
        for n, row in enumerate(rows):
            whole = {**row, "event_id": f"e{n}"} if table == "events" else row
            piece = rnd.choice(found)
            if table == "order_items":
                piece = first  # lines replace each other by order: they come together
            piece.setdefault(table, []).append(whole)
            if table == "orders" and piece is not first and rnd.random() < 0.5:
                before = {"status": "pending", "paid_at": None, "user_id": rnd.choice(("u0", None))}
                first.setdefault("orders", []).append({**row, **before})
    if not first.get("orders"):
        first["orders"] = last["orders"] if last.get("orders") else [dict(made.rows["orders"][0])]
    return found


def bring(connection: Connection, piece: dict[str, list[Row]]) -> frozenset[date] | None:
    """Merge a piece into a draft; the UTC days it touched."""
    batch = Batch(
        tables={name: arrow(name, rows) for name, rows in piece.items()},
        rejects=pa.Table.from_pylist([], schema=REJECTS),
        set_aside=pa.Table.from_pylist([], schema=SET_ASIDE),
        files=(),
    )
    return merge(connection, batch, load_rows).touched_days


def arrived(made: SmallShop, url: str, parts: list[dict[str, list[Row]]]) -> World:
    """The shop, a version per piece, each refreshed for its own days only."""
    found = World(url, made.shop, made.through)
    for piece in parts:
        with found.versions.draft(from_current=True) as draft:
            touched = bring(draft.connection, piece)
            refresh(draft.connection, made.shop, touched=touched, data_through=made.through)
            draft.publish()
    return found


def rebuilt(found: World) -> World:
    """The same canonical rows, serving tables cut from nothing."""
    with found.versions.draft(from_current=True) as draft:
        refresh(draft.connection, found.shop, data_through=found.through)
        draft.publish()
    return found


def serving(found: World) -> dict[str, list[Any]]:
    """Every serving table as sorted rows, people under their own names."""
    version = found.versions.current()
    assert version is not None
    engine = found.versions.reader(version)
    with engine.connect() as connection:
        users = dict(
            connection.execute(select(user_numbers.c.user_no, user_numbers.c.user_id)).all()
        )
        visits = dict(
            connection.execute(
                select(visitor_numbers.c.visitor_no, visitor_numbers.c.visitor_id)
            ).all()
        )

        def named(column: str, value: Any) -> Any:
            if column not in ("user_no", "person_no") or value is None:
                return str(value)
            return users[value] if value > 0 else visits[-value]

        tables = {
            table.name: sorted(
                tuple(named(c, v) for c, v in row._mapping.items())
                for row in connection.execute(select(table))
            )
            for table in rollup.sorted_tables
            if table.name not in NUMBERING
        }
    engine.dispose()
    return tables


def assert_same(made: SmallShop, url: str, seed: int) -> None:
    found = arrived(made, url, pieces(made, Random(seed)))
    in_pieces = serving(found)
    whole = serving(rebuilt(found))
    for name, rows in whole.items():
        assert in_pieces[name] == rows, name


@settings(max_examples=8, phases=UNSHRUNK)
@given(seeds)
def test_pieces_leave_what_a_whole_refresh_leaves(seed: int) -> None:
    with TemporaryDirectory() as folder:
        assert_same(small_shop(seed), f"duckdb:///{folder}", seed)


@settings(
    max_examples=3,
    phases=UNSHRUNK,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(seeds)
def test_pieces_leave_what_a_whole_refresh_leaves_on_postgresql(
    postgres_database: Callable[[], str], seed: int
) -> None:
    assert_same(small_shop(seed), postgres_database(), seed)


@settings(max_examples=8, phases=UNSHRUNK)
@given(seeds)
def test_lives_in_pieces_are_lives_as_a_whole(seed: int) -> None:
    """Carts, invitations, campaigns and links that arrive late move the first of everything."""
    with TemporaryDirectory() as folder:
        assert_same(small_lives(seed), f"duckdb:///{folder}", seed)


@settings(max_examples=6, phases=UNSHRUNK)
@given(seeds)
def test_histories_in_pieces_are_histories_as_a_whole(seed: int) -> None:
    """Days that arrive late move where somebody came from, and join or part spells."""
    with TemporaryDirectory() as folder:
        assert_same(small_histories(seed), f"duckdb:///{folder}", seed)


@settings(max_examples=6, phases=UNSHRUNK)
@given(seeds)
def test_touches_in_pieces_are_touches_as_a_whole(seed: int) -> None:
    """Touches that arrive late, of visitors linked later, of users who register later."""
    with TemporaryDirectory() as folder:
        assert_same(small_paths(seed), f"duckdb:///{folder}", seed)


@pytest.fixture
def shop_of_two(tmp_path: Path) -> Iterator[World]:
    return world(
        tmp_path,
        orders=[order(1, "2024-01-05", 10, order_id="a"), order(2, "2024-01-06", 20, order_id="b")],
        through="2024-02-01 00:00",
    )


def gmv(made: World) -> float:
    span = Span(date(2024, 1, 1), date(2024, 2, 1))
    return measure(made.warehouse(), Scope("CNY"), [span], [FAMILY_OF["gmv"]]).rows[0]["gmv"]


def test_the_figure_comes_from_the_serving_table(shop_of_two: World) -> None:
    """Tampering with the serving table moves the number, tampering with the orders does not:
    until the next refresh."""
    assert gmv(shop_of_two) == 30
    with shop_of_two.versions.draft(from_current=True) as draft:
        orders = contract.tables["orders"]
        draft.connection.execute(update(orders).values(gross_amount=1000))
        draft.publish()
    assert gmv(shop_of_two) == 30
    with shop_of_two.versions.draft(from_current=True) as draft:
        draft.connection.execute(update(sales_day).values(gmv=7))
        draft.publish()
    assert gmv(shop_of_two) == 14
    assert gmv(rebuilt(shop_of_two)) == 2000


def test_only_the_days_that_changed_are_built(shop_of_two: World) -> None:
    """The 6th is marked by hand; a refresh for an order of the 20th leaves the mark alone."""
    with shop_of_two.versions.draft(from_current=True) as draft:
        draft.connection.execute(
            update(sales_day).where(sales_day.c.day == date(2024, 1, 6)).values(gmv=999)
        )
        draft.publish()
    new = order(3, "2024-01-20", 5, order_id="c")
    shop_of_two.load(frozenset({date(2024, 1, 20)}), orders=[new])
    assert gmv(shop_of_two) == 10 + 999 + 5


def test_a_late_refund_and_a_changed_status_find_their_old_days(shop_of_two: World) -> None:
    """Weeks later order a is refunded in part and order b is cancelled."""
    with shop_of_two.versions.draft(from_current=True) as draft:
        late: dict[str, list[Row]] = {
            "orders": [order(2, "2024-01-06", 20, order_id="b", status="cancelled")],
            "refunds": [
                {
                    "refund_id": "r",
                    "refunded_at": order(1, "2024-01-30")["ordered_at"],
                    "amount": order(1, "2024-01-30", 4)["gross_amount"],
                    "order_id": "a",
                }
            ],
        }
        touched = bring(draft.connection, late)
        assert touched is not None
        assert {date(2024, 1, 5), date(2024, 1, 6), date(2024, 1, 30)} <= touched
        refresh(draft.connection, shop_of_two.shop, touched=touched)
        assert [r.order_id for r in draft.connection.execute(select(sales))] == ["a"]
        draft.publish()
    span = Span(date(2024, 1, 1), date(2024, 1, 7))
    row = measure(shop_of_two.warehouse(), Scope("CNY"), [span], [FAMILY_OF["gmv"]]).rows[0]
    assert (row["gmv"], row["net_revenue"]) == (10, 6)
