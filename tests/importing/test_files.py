"""Files that are missing, cut short, in another encoding, or not what their name says."""

from __future__ import annotations

import gzip
import io
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet as parquet
import pytest

from data.importing.reading import Batch
from tests.importing.conftest import ORDERS, Read, Refused

GOOD = "id,user,at,amount\n1,anna,2024-05-01 10:00,9.50\n2,,2024-05-02 10:00,3\n"
XLSX = ORDERS.replace("orders.csv", "orders.xlsx")
PARQUET = ORDERS.replace("orders.csv", "orders.parquet")


def workbook(*rows: tuple[object, ...], sheet: str = "Orders") -> bytes:
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    page.title = sheet
    for row in rows:
        page.append(list(row))
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def as_parquet(**columns: list[object]) -> bytes:
    target = io.BytesIO()
    parquet.write_table(pa.table(columns), target)
    return target.getvalue()


HEADER = ("id", "user", "at", "amount")
BOOK = workbook(
    HEADER, (1, "anna", datetime(2024, 5, 1, 10), 9.5), (2, None, datetime(2024, 5, 2), 3)
)
SHEETS = as_parquet(id=["1"], user=["anna"], at=[datetime(2024, 5, 1)], amount=[9.5])


def amounts(batch: Batch) -> list[Decimal | None]:
    values: list[Decimal | None] = batch.tables["orders"]["gross_amount"].to_pylist()
    return values


@pytest.mark.parametrize(
    ("mapping", "name", "content"),
    [
        (ORDERS, "orders.csv", GOOD),
        (ORDERS, "orders.csv", "\ufeff" + GOOD),
        (ORDERS, "orders.csv", GOOD.replace("\n", "\r\n")),
        (ORDERS.replace(".csv", ".csv.gz"), "orders.csv.gz", gzip.compress(GOOD.encode(), mtime=0)),
        (
            ORDERS.replace(".csv", '.tsv\n    delimiter: "\\t"'),
            "orders.tsv",
            GOOD.replace(",", "\t"),
        ),
        (XLSX, "orders.xlsx", BOOK),
    ],
)
def test_the_same_orders_in_every_kind_of_file(
    read: Read, mapping: str, name: str, content: str | bytes
) -> None:
    batch = read(mapping, {name: content})
    orders = batch.tables["orders"].to_pylist()
    assert [(o["order_id"], o["user_id"], o["gross_amount"]) for o in orders] == [
        ("1", "anna", Decimal("9.5")), ("2", None, Decimal(3))]  # fmt: skip
    assert orders[0]["ordered_at"] == datetime(2024, 5, 1, 9)  # London is an hour ahead in May


def test_a_missing_file_names_the_nearest(refused: Refused) -> None:
    problem = refused(ORDERS, {"oders.csv": GOOD})
    assert problem.code == "file_missing"
    assert "Did you mean “oders.csv”?" in str(problem)


def test_a_pattern_that_fits_no_file(refused: Refused) -> None:
    assert refused(ORDERS.replace("orders.csv", "o*.csv"), {"x.txt": "a"}).code == "file_missing"


def test_an_empty_file_and_a_file_of_only_a_header(refused: Refused) -> None:
    for content in ("", "\n", "id,user,at,amount\n"):
        assert refused(ORDERS, {"orders.csv": content}).code in (
            "file_empty",
            "file_unknown_column",
        )
    assert refused(XLSX, {"orders.xlsx": workbook(HEADER)}).code == "file_empty"


@pytest.mark.parametrize(
    ("mapping", "name", "content"),
    [
        (
            ORDERS.replace(".csv", ".csv.gz"),
            "orders.csv.gz",
            gzip.compress(GOOD.encode() * 99, mtime=0)[:-20],
        ),
        (PARQUET, "orders.parquet", SHEETS[:-30]),
        (XLSX, "orders.xlsx", BOOK[: len(BOOK) // 2]),
        (ORDERS, "orders.csv", GOOD + '3,"ben,2024-05-03,4\n4,ada,2024-05-03,4\n'),
    ],
    ids=["gz", "parquet", "xlsx", "csv with an open quote"],
)
def test_a_truncated_file(refused: Refused, mapping: str, name: str, content: str | bytes) -> None:
    problem = refused(mapping, {name: content})
    assert problem.code == "file_truncated"
    assert name in str(problem)


def test_an_open_quote_is_named_with_its_line(refused: Refused) -> None:
    problem = refused(ORDERS, {"orders.csv": GOOD + '3,"ben,2024-05-03,4\n4,ada,2024-05-03,4\n'})
    assert "line 4" in str(problem)


def test_gbk_read_as_utf8_names_byte_and_line_and_suggests_gb18030(
    refused: Refused, read: Read
) -> None:
    content = GOOD.replace("anna", "王小明").encode("gb18030")
    problem = refused(ORDERS, {"orders.csv": content})
    assert problem.code == "file_encoding"
    assert "line 2" in str(problem)
    assert "byte 21" in str(problem)
    assert "encoding: gb18030" in str(problem)
    mended = ORDERS.replace("orders.csv", "orders.csv\n    encoding: gb18030")
    assert read(mended, {"orders.csv": content}).tables["orders"]["user_id"][0].as_py() == "王小明"


def test_western_text_is_not_taken_for_chinese(refused: Refused) -> None:
    content = GOOD.replace("anna", "Zoë Müller").encode("cp1252")
    assert "encoding: cp1252" in str(refused(ORDERS, {"orders.csv": content}))


def test_utf16_of_a_spreadsheet_is_recognised(refused: Refused) -> None:
    assert "encoding: utf-16" in str(refused(ORDERS, {"orders.csv": GOOD.encode("utf-16")}))


def test_an_unknown_encoding(refused: Refused) -> None:
    mapping = ORDERS.replace("orders.csv", "orders.csv\n    encoding: gbkk")
    assert refused(mapping, {"orders.csv": GOOD}).code == "file_encoding"


def test_a_wrong_delimiter_suggests_the_one_that_is_there(refused: Refused) -> None:
    problem = refused(ORDERS, {"orders.csv": GOOD.replace(",", ";")})
    assert problem.code == "file_delimiter"
    assert 'delimiter: ";"' in str(problem)


def test_an_unknown_column_lists_those_of_the_file_and_the_nearest(refused: Refused) -> None:
    problem = refused(ORDERS, {"orders.csv": GOOD.replace("amount", "amonut")})
    assert problem.code == "file_unknown_column"
    assert "id, user, at, amonut" in str(problem)
    assert "Did you mean “amonut”?" in str(problem)
    assert refused(PARQUET, {"orders.parquet": as_parquet(id=["1"])}).code == "file_unknown_column"
    assert refused(XLSX, {"orders.xlsx": workbook(("id",), (1,))}).code == "file_unknown_column"


def test_a_column_that_stands_twice_is_not_chosen_between(refused: Refused) -> None:
    content = "id,user,at,amount,amount\n1,a,2024-05-01,2,3\n"
    assert refused(ORDERS, {"orders.csv": content}).code == "file_column_twice"


def test_a_name_without_a_known_ending_needs_a_format(refused: Refused, read: Read) -> None:
    mapping = ORDERS.replace("orders.csv", "orders.dat")
    assert refused(mapping, {"orders.dat": GOOD}).code == "file_format"
    said = mapping.replace("orders.dat", "orders.dat\n    format: csv")
    assert len(amounts(read(said, {"orders.dat": GOOD}))) == 2


def test_a_sheet_that_is_not_there(refused: Refused) -> None:
    mapping = XLSX.replace("orders.xlsx", "orders.xlsx\n    sheet: Ordres")
    problem = refused(mapping, {"orders.xlsx": BOOK})
    assert problem.code == "file_sheet"
    assert "Did you mean “Orders”?" in str(problem)


def test_lines_are_counted_as_in_an_editor(read: Read) -> None:
    """A cell with a line break and a blank line move the bad row to line 7."""
    content = (
        "id,user,at,amount\n"
        '1,"anna\nsmith",2024-05-01,9\n'
        "\n"
        "2,ben,2024-05-01,9\n"
        "3,cy,2024-05-01\n"
        "4,dan,2024-05-01,much\n"
    )
    batch = read(ORDERS, {"orders.csv": content})
    assert [(r["line"], r["reason"]) for r in batch.rejects.to_pylist()] == [
        (6, "cell_count"), (7, "bad_number")]  # fmt: skip
    assert batch.tables["orders"]["user_id"].to_pylist() == ["anna\nsmith", "ben"]
    (file,) = batch.files
    assert (file.rows_read, file.rows_loaded, file.rows_rejected) == (4, 2, 2)


def test_rows_of_a_sheet_are_counted_as_in_the_spreadsheet(read: Read) -> None:
    content = workbook(
        HEADER, (), (1, "a", datetime(2024, 5, 1), "much"), (2, "b", datetime(2024, 5, 1), 3)
    )
    batch = read(XLSX, {"orders.xlsx": content})
    assert [(r["line"], r["found"]) for r in batch.rejects.to_pylist()] == [(3, "much")]


def test_numbers_of_a_sheet_do_not_pass_through_the_sources_decimal_mark(read: Read) -> None:
    """1234.5 stored as a number is 1234.5, also where the source writes texts with a comma."""
    mapping = XLSX.replace("orders.xlsx", 'orders.xlsx\n    decimal: ","')
    content = workbook(
        HEADER, (1, "a", datetime(2024, 5, 1), 1234.5), (2, "b", datetime(2024, 5, 1), 1)
    )
    assert amounts(read(mapping, {"orders.xlsx": content})) == [Decimal("1234.5"), Decimal(1)]


def test_a_number_beside_texts_in_a_sheet_is_written_like_them(read: Read) -> None:
    mapping = XLSX.replace("orders.xlsx", 'orders.xlsx\n    decimal: ","')
    content = workbook(
        HEADER, (1, "a", datetime(2024, 5, 1), "1.234,5"), (2, "b", datetime(2024, 5, 1), 99.25)
    )
    assert amounts(read(mapping, {"orders.xlsx": content})) == [Decimal("1234.5"), Decimal("99.25")]


def test_ids_stored_as_numbers_have_no_point(read: Read) -> None:
    content = as_parquet(
        id=[1, 2], user=[17850.0, None], at=[datetime(2024, 5, 1)] * 2, amount=[1, 2]
    )
    orders = read(PARQUET, {"orders.parquet": content}).tables["orders"]
    assert orders["order_id"].to_pylist() == ["1", "2"]
    assert orders["user_id"].to_pylist() == ["17850", None]


def test_a_column_of_nothing_is_empty_not_an_error(read: Read) -> None:
    content = as_parquet(id=["1"], user=[None], at=[datetime(2024, 5, 1)], amount=[1.5])
    assert read(PARQUET, {"orders.parquet": content}).tables["orders"]["user_id"].null_count == 1


def test_nothing_is_loaded_when_one_of_several_files_is_bad(refused: Refused) -> None:
    second = ORDERS.replace("name: orders", "name: second").replace("orders.csv", "second.csv")
    problem = refused(ORDERS + second, {"orders.csv": GOOD, "second.csv": GOOD.encode()[:0]})
    assert problem.code == "file_empty"


def test_every_row_unreadable_is_a_wrong_setting_not_bad_rows(refused: Refused) -> None:
    rows = "".join(f"{n},a,2024-05-01,free\n" for n in range(30))
    problem = refused(ORDERS, {"orders.csv": "id,user,at,amount\n" + rows})
    assert problem.code == "nothing_readable"
    assert "line 2" in str(problem)
    assert "“free”" in str(problem)


def test_a_locked_file_says_so(refused: Refused, monkeypatch: pytest.MonkeyPatch) -> None:
    """Windows refuses to open a workbook that a spreadsheet program holds."""
    plain = Path.read_bytes

    def locked(path: Path) -> bytes:
        if path.name == "orders.csv":
            raise PermissionError(13, "Permission denied")
        return plain(path)

    monkeypatch.setattr(Path, "read_bytes", locked)
    problem = refused(ORDERS, {"orders.csv": GOOD})
    assert problem.code == "file_unreadable"
    assert "Close it in other programs" in str(problem)


def test_records_and_lists_inside_a_cell_become_json(read: Read) -> None:
    content = as_parquet(
        id=["1"], user=["anna"], at=[datetime(2024, 5, 1)], amount=[9.5], tags=[["a", "中"]]
    )
    batch = read(PARQUET + "          coupon_code: tags\n", {"orders.parquet": content})
    assert batch.tables["orders"]["coupon_code"].to_pylist() == ['["a", "中"]']
