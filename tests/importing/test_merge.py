"""Merging twice, merging growth, merging corrections: on both databases."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pyarrow as pa
from sqlalchemy import Connection, func, select

from data.dialects import load_rows
from data.importing.aside import SET_ASIDE
from data.importing.evaluate import ARROW_TYPES
from data.importing.merge import Change, MergeReport, merge
from data.importing.reading import Batch
from data.importing.rejects import REJECTS
from data.schema import contract

DAY = datetime(2024, 5, 1, 12)


def batch(
    replaces: tuple[str, ...] = (), zone: str = "UTC", **tables: list[dict[str, Any]]
) -> Batch:
    """Rows as dictionaries, made into a batch; columns that are not given are empty."""
    made = {}
    for name, rows in tables.items():
        columns = contract.tables[name].columns
        schema = pa.schema([(c.name, ARROW_TYPES[c.info["kind"]]) for c in columns])
        made[name] = pa.Table.from_pylist(rows, schema=schema)
    return Batch(
        made, REJECTS.empty_table(), SET_ASIDE.empty_table(), (),
        replaces=frozenset(replaces), zone=zone,
    )  # fmt: skip


def order(number: int, amount: int = 10, at: datetime = DAY, **more: Any) -> dict[str, Any]:
    return {"order_id": f"o{number}", "user_id": "u1", "ordered_at": at, "status": "paid",
            "gross_amount": Decimal(amount), "currency": "GBP"} | more  # fmt: skip


def item(number: int, price: int = 10) -> dict[str, Any]:
    return {"order_id": f"o{number}", "item_id": "pen", "quantity": 1, "unit_price": Decimal(price)}


def event(at: datetime, name: str = "view_item", **more: Any) -> dict[str, Any]:
    return {"user_id": "u1", "occurred_at": at, "event": name} | more


def put(draft: Connection, given: Batch) -> MergeReport:
    return merge(draft, given, load_rows)


def stored(draft: Connection, name: str, *columns: str) -> list[tuple[Any, ...]]:
    table = contract.tables[name]
    chosen = [table.c[column] for column in columns]
    return sorted(tuple(row) for row in draft.execute(select(*chosen)))


def test_the_same_batch_twice_changes_nothing(draft: Connection) -> None:
    given = batch(
        users=[{"user_id": "u1", "registered_at": DAY}],
        orders=[order(1), order(2)],
        order_items=[item(1), item(1), item(2)],
        events=[event(DAY), event(DAY)],
        refunds=[{"refund_id": "r1", "refunded_at": DAY, "amount": Decimal(3)}],
    )
    first, second = put(draft, given), put(draft, given)
    assert first.changed
    assert first.tables["order_items"] == Change(inserted=3)
    assert not second.changed
    assert second.touched_days == frozenset()
    assert second.tables["orders"] == Change(unchanged=2)
    assert second.tables["order_items"] == Change(unchanged=3)
    assert second.tables["events"] == Change(unchanged=2)


def test_a_row_with_new_content_is_updated_on_both_its_days(draft: Connection) -> None:
    put(draft, batch(orders=[order(1), order(2)]))
    moved = datetime(2024, 5, 3, 9)
    report = put(draft, batch(orders=[order(1), order(2, at=moved)]))
    assert report.tables["orders"] == Change(updated=1, unchanged=1)
    assert report.touched_days == {date(2024, 5, 1), date(2024, 5, 3)}
    assert stored(draft, "orders", "order_id", "ordered_at") == [("o1", DAY), ("o2", moved)]


def test_an_order_paid_later_touches_the_day_of_payment_too(draft: Connection) -> None:
    """Purchases count when they are paid: an order of day 1, paid on day 4, touches both."""
    put(draft, batch(orders=[order(1, status="pending")]))
    report = put(draft, batch(orders=[order(1, paid_at=datetime(2024, 5, 4))]))
    assert report.touched_days == {date(2024, 5, 1), date(2024, 5, 4)}


def test_a_late_refund_touches_its_own_day_and_its_orders_day(draft: Connection) -> None:
    put(draft, batch(orders=[order(1), order(2, at=datetime(2024, 5, 2))]))
    late = {"refund_id": "r1", "refunded_at": datetime(2024, 6, 9), "amount": Decimal(3),
            "order_id": "o1"}  # fmt: skip
    report = put(draft, batch(refunds=[late]))
    assert report.touched_days == {date(2024, 5, 1), date(2024, 6, 9)}


def test_a_day_that_grows_touches_only_that_day(draft: Connection) -> None:
    put(draft, batch(orders=[order(1)]))
    report = put(draft, batch(orders=[order(1), order(2, at=datetime(2024, 5, 2))]))
    assert report.tables["orders"] == Change(inserted=1, unchanged=1)
    assert report.touched_days == {date(2024, 5, 2)}


def test_merge_keeps_what_the_file_no_longer_has_and_replace_removes_it(draft: Connection) -> None:
    put(draft, batch(orders=[order(1), order(2, at=datetime(2024, 5, 2))]))
    assert not put(draft, batch(orders=[order(1)])).changed
    report = put(draft, batch(("orders",), orders=[order(1)]))
    assert report.tables["orders"] == Change(unchanged=1, removed=1)
    assert report.touched_days == {date(2024, 5, 2)}
    assert stored(draft, "orders", "order_id") == [("o1",)]


def test_identical_lines_of_an_order_are_all_kept(draft: Connection) -> None:
    """Two pens on two lines are two lines; the order with one line of them differs."""
    put(draft, batch(orders=[order(1)], order_items=[item(1), item(1)]))
    report = put(draft, batch(order_items=[item(1)]))
    assert report.tables["order_items"] == Change(inserted=1, removed=2)
    assert report.touched_days == {date(2024, 5, 1)}
    assert len(stored(draft, "order_items", "item_id")) == 1


def test_lines_of_other_orders_stay(draft: Connection) -> None:
    put(draft, batch(orders=[order(1), order(2)], order_items=[item(1), item(2)]))
    report = put(draft, batch(order_items=[item(2, price=7)]))
    assert report.tables["order_items"] == Change(inserted=1, removed=1)
    assert stored(draft, "order_items", "order_id", "unit_price") == [("o1", 10), ("o2", 7)]


def test_events_without_ids_replace_their_days_and_no_other(draft: Connection) -> None:
    put(
        draft,
        batch(events=[event(DAY), event(datetime(2024, 5, 2, 8)), event(datetime(2024, 5, 3))]),
    )
    day_two = [event(datetime(2024, 5, 2, 8)), event(datetime(2024, 5, 2, 9), "search")]
    report = put(draft, batch(events=day_two))
    assert report.touched_days == {date(2024, 5, 2)}
    assert [row[0] for row in stored(draft, "events", "occurred_at")] == [
        DAY, datetime(2024, 5, 2, 8), datetime(2024, 5, 2, 9), datetime(2024, 5, 3),
    ]  # fmt: skip


def test_a_gap_between_the_days_of_a_file_is_not_wiped(draft: Connection) -> None:
    put(draft, batch(events=[event(datetime(2024, 5, day)) for day in (1, 2, 3)]))
    report = put(
        draft, batch(events=[event(datetime(2024, 5, 1), "a"), event(datetime(2024, 5, 3), "b")])
    )
    assert report.touched_days == {date(2024, 5, 1), date(2024, 5, 3)}
    assert stored(draft, "events", "occurred_at", "event")[1] == (datetime(2024, 5, 2), "view_item")


def test_files_cut_at_local_midnight_do_not_wipe_half_a_utc_day(draft: Connection) -> None:
    """In Shanghai 1 May ends at 16:00 UTC: the file of 2 May begins on the same UTC day."""
    first_of_may = batch(zone="Asia/Shanghai", events=[event(datetime(2024, 5, 1, 3))])
    second_of_may = batch(zone="Asia/Shanghai", events=[event(datetime(2024, 5, 1, 17))])
    put(draft, first_of_may)
    put(draft, second_of_may)
    assert len(stored(draft, "events", "occurred_at")) == 2


def test_files_cut_at_utc_midnight_do_not_wipe_half_a_local_day(draft: Connection) -> None:
    """The UTC file of 1 May ends at 07:59 of 2 May in Shanghai, where the next one begins."""
    put(draft, batch(zone="Asia/Shanghai", events=[event(datetime(2024, 5, 1, 23, 59))]))
    put(draft, batch(zone="Asia/Shanghai", events=[event(datetime(2024, 5, 2, 0, 1))]))
    assert len(stored(draft, "events", "occurred_at")) == 2


def test_events_with_ids_are_merged_by_id(draft: Connection) -> None:
    put(draft, batch(events=[event(DAY, event_id="e1")]))
    report = put(draft, batch(events=[event(DAY, event_id="e2")]))
    assert report.tables["events"] == Change(inserted=1)
    assert len(stored(draft, "events", "event_id")) == 2


def test_events_that_only_now_have_ids_replace_those_that_had_none(draft: Connection) -> None:
    put(draft, batch(events=[event(DAY)]))
    put(draft, batch(events=[event(DAY, event_id="e1")]))
    assert stored(draft, "events", "event_id") == [("e1",)]


def test_spend_of_a_day_is_restated(draft: Connection) -> None:
    def spend(day: int, amount: int) -> dict[str, Any]:
        return {"day": date(2024, 5, day), "channel": "ads", "spend": Decimal(amount)}

    put(draft, batch(marketing_spend=[spend(1, 5), spend(2, 5)]))
    report = put(draft, batch(marketing_spend=[spend(2, 8)]))
    assert report.touched_days == {date(2024, 5, 2)}
    assert stored(draft, "marketing_spend", "spend") == [(5,), (8,)]


def test_a_user_who_moved_touches_every_day_and_a_new_one_only_theirs(draft: Connection) -> None:
    anna = {"user_id": "u1", "registered_at": DAY, "country": "GB"}
    ben = {"user_id": "u2", "registered_at": datetime(2024, 5, 7), "country": "GB"}
    put(draft, batch(users=[anna]))
    assert put(draft, batch(users=[anna, ben])).touched_days == {date(2024, 5, 7)}
    assert put(draft, batch(users=[anna | {"country": "FR"}])).touched_days is None


def test_a_user_who_arrives_after_their_orders_touches_the_orders_days(draft: Connection) -> None:
    put(draft, batch(orders=[order(1)]))
    report = put(draft, batch(users=[{"user_id": "u1", "registered_at": datetime(2024, 4, 2)}]))
    assert report.touched_days == {date(2024, 4, 2), date(2024, 5, 1)}


def test_an_empty_part_of_a_key_is_a_value(draft: Connection) -> None:
    """A campaign day of all markets (no market) and one of a single market are two rows."""
    rows = [
        {"day": date(2024, 11, 11), "name": "11.11", "market": None},
        {"day": date(2024, 11, 11), "name": "11.11", "market": "CN"},
    ]
    put(draft, batch(calendar=rows))
    assert put(draft, batch(calendar=rows)).tables["calendar"] == Change(unchanged=2)


def test_an_empty_cell_that_is_filled_is_a_change(draft: Connection) -> None:
    put(draft, batch(orders=[order(1)]))
    report = put(draft, batch(orders=[order(1, coupon_code="MAY")]))
    assert report.tables["orders"] == Change(updated=1)
    assert stored(draft, "orders", "coupon_code") == [("MAY",)]


def test_helpers_are_gone_after_a_merge(draft: Connection) -> None:
    put(draft, batch(orders=[order(1)]))
    schema = draft.schema_for_object(contract.tables["orders"])
    names = draft.dialect.get_table_names(draft, schema=schema)
    assert [name for name in names if name.startswith("importing")] == []


def test_money_survives_the_way_exactly(draft: Connection) -> None:
    put(
        draft,
        batch(
            orders=[
                order(1, gross_amount=Decimal("0.1234")),
                order(2, gross_amount=Decimal("99999999999999.9999")),
            ]
        ),
    )
    total = draft.scalar(select(func.sum(contract.tables["orders"].c.gross_amount)))
    assert total == Decimal("100000000000000.1233")


def test_an_account_speaks_for_its_own_days_only(draft: Connection) -> None:
    """Google has 5 and 6, Meta 7 on the first day; Google's file of the first day says 9 now."""

    def spend(day: int, source: str | None, amount: int) -> dict[str, Any]:
        return {"day": date(2024, 5, day), "channel": "ads", "source": source,
                "spend": Decimal(amount)}  # fmt: skip

    put(draft, batch(marketing_spend=[spend(1, "google", 5), spend(2, "google", 6)]))
    put(draft, batch(marketing_spend=[spend(1, "meta", 7), spend(1, None, 3)]))
    report = put(draft, batch(marketing_spend=[spend(1, "google", 9)]))
    assert report.tables["marketing_spend"] == Change(inserted=1, removed=1)
    assert report.touched_days == {date(2024, 5, 1)}
    kept = select(contract.tables["marketing_spend"].c["source", "spend"])
    assert {tuple(row) for row in draft.execute(kept)} == {
        ("google", 9), ("google", 6), ("meta", 7), (None, 3),
    }  # fmt: skip
