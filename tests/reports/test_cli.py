"""`python -m reports pack`: a shop that can be added up by hand, and what bad input gets."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from data.scope import Span
from data.settings import load_settings
from i18n import Problem
from reports.cli import main, save, week_from
from store import REVIEW_DECK, DeckLine, ReviewDeck, open_store
from tests.pages.shop import made, settings_of

Run = Callable[..., tuple[int, str, str]]
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shop of the pages, and a deck of three lines of which one has gone."""
    folder = tmp_path_factory.mktemp("reports")
    file = settings_of(folder, [made(folder)])
    lines = (DeckLine(metric="gmv", owner="王喆"), DeckLine(metric="orders"))
    deck = ReviewDeck(lines=(*lines, DeckLine(metric="old_metric")))
    with closing(open_store(load_settings(file).store.url)) as store:
        store.save(REVIEW_DECK, "world", deck, author="ana", based_on=None)
    return file


@pytest.fixture
def run(settings: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run `pack`: exit code, stdout, stderr."""

    def ask(*more: str, lang: str = "en") -> tuple[int, str, str]:
        code = main(["pack", "--settings", str(settings), "--shop", "world", "--lang", lang, *more])
        return code, *capsys.readouterr()

    return ask


def test_the_workbook_of_a_week_holds_what_was_sold_in_it(run: Run, tmp_path: Path) -> None:
    """8 to 14 January: 100.25 + 50 + 1,000 × 7 + 513 = 7,663.25 in four orders. The deck, its
    owners and what has gone from it come from the store; the progress stands on stderr."""
    out = tmp_path / "week.xlsx"
    code, said, progress = run("--week", "2024-W02", "--to", "xlsx", "--out", str(out))
    assert (code, said) == (0, f"2 metrics of W2 (8–14 Jan 2024) written to {out}.\n")
    assert "100%" in progress
    book = openpyxl.load_workbook(out)
    assert book.sheetnames[1:3] == ["GMV", "Orders"]
    values = [cell.value for row in book["GMV"].iter_rows() for cell in row]
    assert 7663.25 in values
    assert "North star and its inputs · Owner 王喆" in values
    assert 4 in [cell.value for row in book["Orders"].iter_rows() for cell in row]
    left_out = [cell.value for row in book.worksheets[-1].iter_rows() for cell in row]
    assert "old_metric: no longer a metric" in left_out


def test_filters_narrow_the_pack_and_are_named_in_it(run: Run, tmp_path: Path) -> None:
    """Orders of China alone: 150.25."""
    out = tmp_path / "week.html"
    code, _, _ = run("--week", "2024-01-10", "--market", "CN", "--to", "html", "--out", str(out))
    html = out.read_text("utf-8")
    assert code == 0
    assert "China" in html.partition("</header>")[0]
    assert ">¥150<" in html


def test_the_command_of_the_readme_works_from_a_shell(settings: Path, tmp_path: Path) -> None:
    """The last complete week, named after it, in the folder where the command was given."""
    done = subprocess.run(
        [sys.executable, "-m", "reports", "pack", "--settings", str(settings), "--shop", "world",
         "--to", "pptx", "--lang", "zh"],
        cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(ROOT)}, stdin=subprocess.DEVNULL,
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (
        0,
        "已将第2周（2024年1月8日–14日） 2 项指标写入 northstar-2024-W02-zh.pptx。\n",
    )
    assert (tmp_path / "northstar-2024-W02-zh.pptx").stat().st_size > 20_000
    assert "100%" in done.stderr


WRONG = [
    (("--to", "docx"), "“docx” is not a format of the pack", "“docx”不是可用的文件格式"),
    (("--to", "pdf", "--week", "2024-W60"), "“2024-W60” is not a week", "“2024-W60”不是有效的周"),
    (("--to", "pdf", "--week", "soon"), "“soon” is not a week", "“soon”不是有效的周"),
    (("--to", "pdf", "--week", "1999-W01"), "There is no data of the week", "没有数据"),
    (("--to", "pdf", "--out", "/nowhere/x.pdf"), "the folder does not exist", "文件夹不存在"),
    (("--to", "pdf", "--out", "/"), "it is a folder", "该路径是文件夹"),
    (("--to", "pdf", "--currency", "XXX"), "no exchange rates into XXX", "没有换算为 XXX 的汇率"),
]


@pytest.mark.parametrize(("more", "english", "chinese"), WRONG)
def test_what_is_wrong_is_said_in_the_reader_s_language(
    run: Run, more: tuple[str, ...], english: str, chinese: str
) -> None:
    """Exit code 2, a sentence and what to do; no traceback, no file."""
    for lang, sentence in (("en", english), ("zh", chinese)):
        code, said, err = run(*more, lang=lang)
        assert (code, said) == (2, "")
        assert sentence in err
        assert len(err.strip().splitlines()) >= 2


WEEKS = [
    ("2026-W40", "monday", date(2026, 9, 28)),
    ("2026w40", "monday", date(2026, 9, 28)),
    ("2026-10-04", "monday", date(2026, 9, 28)),
    ("2026-W40", "sunday", date(2026, 9, 27)),
    ("2026-10-04", "sunday", date(2026, 10, 4)),
    ("2020-W53", "monday", date(2020, 12, 28)),
    ("2021-01-01", "monday", date(2020, 12, 28)),
    ("2024-02-29", "monday", date(2024, 2, 26)),
]


@pytest.mark.parametrize(("text", "start", "first"), WEEKS)
def test_a_week_is_found_by_number_or_by_a_day_of_it(text: str, start: str, first: date) -> None:
    """ISO weeks, the 53rd too; one that starts on a Sunday has the number of its middle."""
    found = week_from(text, start)  # type: ignore[arg-type]
    assert found == Span(first, date.fromordinal(first.toordinal() + 7))


def test_there_is_no_53rd_week_in_a_year_of_52() -> None:
    with pytest.raises(Problem, match="2021-W53"):
        week_from("2021-W53", "monday")


def test_a_file_that_can_t_be_finished_leaves_the_old_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The disk is full when the new file is put in place."""
    out = tmp_path / "week.pdf"
    save(out, b"old")

    def full(self: Path, target: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(Problem, match="No space left on device"):
        save(out, b"new")
    assert out.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [out]
