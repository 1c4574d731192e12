"""What was imported and what was not, kept once for each file."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, select

from data.dialects import load_rows
from data.importing.ledger import (
    already_imported,
    fingerprint,
    import_notes,
    imports,
    record,
    rejects,
    set_aside,
)
from data.importing.mapping import load_mapping
from data.importing.reading import Batch
from tests.importing.conftest import HEAD, ORDERS, Read, Write

AT = "2024-01-05 10:00"
ASIDE = ORDERS.replace(
    "file: orders.csv",
    "file: orders.csv\n    set_aside:\n      - name: tests\n"
    "        reason: {en: Test orders., zh: 测试订单。}\n"
    "        where: {column: user, equals: tester}\n        amount: amount",
)
CONTENT = f"id,user,at,amount\n1,u,{AT},9\n1,u,{AT},9\n,u,{AT},9\n3,tester,{AT},5\n"


def keep(draft: Connection, batch: Batch, number: int, mark: str | None = None) -> None:
    record(
        draft, batch, import_id=f"i{number}", imported_at=datetime(2024, 1, number),
        fingerprint=mark, load=load_rows,
    )  # fmt: skip


def test_an_import_is_recorded_with_everything_it_left_out(draft: Connection, read: Read) -> None:
    keep(draft, read(ASIDE, {"orders.csv": CONTENT}), 1)
    (row,) = draft.execute(select(imports)).mappings()
    assert (row["rows_read"], row["rows_loaded"], row["rows_rejected"], row["rows_set_aside"]) == (
        4, 2, 1, 1)  # fmt: skip
    (reject,) = draft.execute(select(rejects)).mappings()
    assert (reject["line"], reject["reason"], reject["column_name"]) == (
        4,
        "missing_id",
        "order_id",
    )
    (group,) = draft.execute(select(set_aside)).mappings()
    assert (group["name"], group["reason_zh"], group["rows"], group["amount"]) == (
        "tests", "测试订单。", 1, 5)  # fmt: skip
    (note,) = draft.execute(select(import_notes)).mappings()
    assert (note["code"], note["rows"]) == ("same_content", 1)


def test_a_growing_file_does_not_count_its_bad_rows_again(draft: Connection, read: Read) -> None:
    keep(draft, read(ASIDE, {"orders.csv": CONTENT}), 1)
    keep(draft, read(ASIDE, {"orders.csv": CONTENT + f"4,u,{AT},9\n"}), 2)
    assert [row[0] for row in draft.execute(select(rejects.c.import_id))] == ["i2"]
    assert [row[0] for row in draft.execute(select(set_aside.c.import_id))] == ["i2"]
    assert len(draft.execute(select(imports)).all()) == 2


def test_rejects_of_another_file_stay(draft: Connection, read: Read) -> None:
    keep(draft, read(ORDERS, {"orders.csv": CONTENT}), 1)
    keep(draft, read(ORDERS.replace("orders.csv", "more.csv"), {"more.csv": CONTENT}), 2)
    paths = draft.execute(select(rejects.c.path).order_by(rejects.c.path)).scalars()
    assert list(paths) == ["more.csv", "orders.csv"]


def test_the_same_files_by_the_same_mapping_are_known(
    draft: Connection, read: Read, write: Write, tmp_path: Path
) -> None:
    batch = read(ORDERS, {"orders.csv": CONTENT})
    mapping = load_mapping(tmp_path / "mapping.yaml")
    mark = fingerprint(mapping)
    keep(draft, batch, 1, mark)
    assert already_imported(draft, mark)
    write("orders.csv", CONTENT + f"4,u,{AT},9\n")
    assert not already_imported(draft, fingerprint(mapping))
    write("orders.csv", CONTENT)
    changed = load_mapping(write("mapping.yaml", HEAD.replace("GBP", "EUR") + ORDERS))
    assert not already_imported(draft, fingerprint(changed))


def test_an_older_import_is_not_the_latest(draft: Connection, read: Read) -> None:
    """First A, then B: importing A again has to undo what B changed."""
    batch = read(ORDERS, {"orders.csv": CONTENT})
    keep(draft, batch, 1, "a")
    keep(draft, batch, 2, "b")
    assert not already_imported(draft, "a")
    assert already_imported(draft, "b")
    assert not already_imported(draft, None)


def test_a_changed_look_up_file_is_a_change(write: Write) -> None:
    column = "          channel: {column: user, lookup: {file: c.csv, key: k, take: v}}\n"
    mapping = load_mapping(write("mapping.yaml", HEAD + ORDERS + column))
    write("orders.csv", CONTENT)
    write("c.csv", "k,v\nu,ads\n")
    before = fingerprint(mapping)
    write("c.csv", "k,v\nu,seo\n")
    assert fingerprint(mapping) != before


def test_a_database_has_no_fingerprint(write: Write) -> None:
    source = ORDERS.replace("file: orders.csv", "database: {url_env: SHOP_DB, table: orders}")
    assert fingerprint(load_mapping(write("mapping.yaml", HEAD + source))) is None
