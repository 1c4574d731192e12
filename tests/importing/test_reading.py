"""Rejects, duplicates and groups set aside: every row is somewhere."""

from __future__ import annotations

from pathlib import Path

from data.importing.mapping import load_mapping
from data.importing.problems import NOTES, REASONS, SET_ASIDE
from data.importing.reading import read_sources
from tests.importing.batches import AT, accounted, orders, rejected, with_column
from tests.importing.conftest import ORDERS, Read


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
