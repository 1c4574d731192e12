"""What imports left behind, as the ledger of a small shop says it."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from pathlib import Path

from sqlalchemy import insert

from data.checks.finding import Severity
from data.checks.imports import rejected_cells
from data.importing.ledger import import_notes, imports, rejects, set_aside
from data.importing.problems import REASONS
from data.refresh import refresh
from data.scope import Viewer
from tests.data.checks.seeing import check, checks
from tests.world import Row, World, order, world


def imported(path: str, read: int, bad: int, on: int = 1) -> Row:
    return {
        "import_id": f"i{on}",
        "imported_at": datetime(2024, 1, on),
        "source": "lines",
        "path": path,
        "rows_read": read,
        "rows_loaded": read - bad,
        "rows_rejected": bad,
        "rows_set_aside": 0,
    }


def reject(line: int, reason: str = "bad_date", **more: object) -> Row:
    return {
        "source": "lines",
        "path": "a.csv",
        "line": line,
        "table_name": "orders",
        "column_name": "ordered_at",
        "reason": reason,
        "found": "yesterday",
        "expected": "%Y-%m-%d",
        "row": '{"name": "Li"}',
        **more,
    }


def shop_with(folder: Path, **ledger: list[Row]) -> World:
    """A shop of one order with these rows in its ledger."""
    made = world(folder, orders=[order(1, "2024-01-05")])
    tables = {t.name: t for t in (imports, rejects, set_aside, import_notes)}
    with made.versions.draft(from_current=True) as draft:
        for name, rows in ledger.items():
            draft.connection.execute(insert(tables[name]), rows)
        refresh(draft.connection, made.shop)
        draft.publish()
    return made


def test_all_rows_could_be_read(tmp_path: Path) -> None:
    found = check(shop_with(tmp_path, imports=[imported("a.csv", 1000, 0)]), "rejected_rows")
    assert found.severity is Severity.OK
    assert found.sentence.en == "All 1,000 rows could be read."


def test_rejected_rows_by_reason(tmp_path: Path) -> None:
    w = shop_with(
        tmp_path,
        imports=[imported("a.csv", 1000, 3)],
        rejects=[reject(2), reject(3), reject(4, "missing_id", column_name="order_id")],
    )
    found = check(w, "rejected_rows")
    assert found.severity is Severity.WARNING
    assert found.sentence.en == "3 of 1,000 rows were rejected (0.30%)."
    assert found.listing is not None
    assert [(row[0], row[3], row[4]) for row in found.listing.rows] == [
        (REASONS["bad_date"], "ordered_at", 2),
        (REASONS["missing_id"], "order_id", 1),
    ]


def test_more_than_one_in_a_hundred_rejected_is_an_error(tmp_path: Path) -> None:
    w = shop_with(tmp_path, imports=[imported("a.csv", 100, 2)], rejects=[reject(2), reject(3)])
    assert check(w, "rejected_rows").severity is Severity.ERROR


def test_a_file_imported_again_is_counted_once(tmp_path: Path) -> None:
    """The second import of a.csv read 12 rows; the first is history."""
    w = shop_with(tmp_path, imports=[imported("a.csv", 10, 1), imported("a.csv", 12, 0, on=2)])
    assert check(w, "rejected_rows").sentence.en == "All 12 rows could be read."


def test_a_shop_that_was_never_imported_has_no_such_check(tmp_path: Path) -> None:
    assert "rejected_rows" not in checks(world(tmp_path, orders=[order(1, "2024-01-05")]))


def test_the_raw_row_is_for_those_who_may_see_personal_data(tmp_path: Path) -> None:
    w = shop_with(tmp_path, imports=[imported("a.csv", 10, 1)], rejects=[reject(2)])
    open_to_all = rejected_cells(w.warehouse(Viewer("a", personal_data=True)))
    without = rejected_cells(w.warehouse(Viewer("b")))
    assert open_to_all is not None
    assert without is not None
    assert list(open_to_all["row"]) == ['{"name": "Li"}']
    assert not {"row", "found"} & set(without.columns)
    assert list(without["line"]) == [2]


def test_import_records_are_of_all_markets(tmp_path: Path) -> None:
    """Who may see CN alone gets neither counts nor amounts nor rows of the import."""
    group = {"source": "lines", "path": "a.csv", "name": "adj", "reason_en": "a", "reason_zh": "b"}
    w = shop_with(
        tmp_path,
        imports=[imported("a.csv", 10, 1)],
        rejects=[reject(2)],
        set_aside=[{**group, "rows": 3, "amount": Decimal(5)}],
    )
    viewer = Viewer("cn", markets=frozenset({"CN"}), personal_data=True)
    found = checks(w, viewer=viewer)
    assert "10" not in found["rejected_rows"].sentence.en
    assert "set_aside" not in found
    assert rejected_cells(w.warehouse(viewer)) is None


def test_rows_set_aside_by_name_with_their_amount(tmp_path: Path) -> None:
    def group(path: str, rows: int, amount: str) -> Row:
        return {
            "source": "lines", "path": path, "name": "adjustments", "rows": rows,
            "reason_en": "Bad debt.", "reason_zh": "坏账。", "amount": Decimal(amount),
        }  # fmt: skip

    w = shop_with(tmp_path, set_aside=[group("a", 2, "-11000"), group("b", 1, "-62.06")])
    found = check(w, "set_aside")
    assert found.severity is Severity.INFO
    assert found.sentence.en == ("3 rows are set aside by name: adjustments (3 rows, -11,062.06).")


def test_rules_are_told_in_their_own_words(tmp_path: Path) -> None:
    note = {"source": "lines", "path": "a", "table_name": "orders", "code": "same_content"}
    w = shop_with(tmp_path, import_notes=[{**note, "rows": 7}])
    assert check(w, "read_by_rule").sentence.en == (
        "Read by a rule: 7 × Rows repeated with identical content, read once."
    )
