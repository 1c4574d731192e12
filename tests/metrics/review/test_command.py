"""`python -m metrics review`, its three formats, and how a week is named."""

from __future__ import annotations

import csv
import io
import json
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

from data.scope import Span
from i18n import Problem
from metrics.cli import main
from metrics.review.asked import week_named
from store import REVIEW_DECK, DeckLine, ReviewDeck, open_store
from tests.metrics.review.small_review import made
from tests.pages.shop import settings_of


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Fifteen weeks of 10 a day, and a deck of two metrics of which one has gone."""
    folder = tmp_path_factory.mktemp("review")
    file = settings_of(folder, [made(folder / "wh", 7 * 15, lambda _: 10)])
    lines = (DeckLine(metric="gmv", owner="林"), DeckLine(metric="gone"))
    with closing(open_store(f"sqlite:///{folder}/store.sqlite")) as store:
        store.save(REVIEW_DECK, "world", ReviewDeck(lines=lines), author="lin", based_on=None)
    return file


def run(settings: Path, *more: str, lang: str = "en") -> int:
    shop = ("review", "--settings", str(settings), "--shop", "world", "--lang", lang)
    return main([*shop, *more])


def test_json_has_the_sentence_limits_and_points(
    settings: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(settings, "--format", "json") == 0
    told = json.loads(capsys.readouterr().out)
    [gmv] = told["lines"]
    assert told["week"] == {"from": "2024-04-08", "to": "2024-04-15"}
    assert told["opening"].endswith("nothing is signal among 1 metrics.")
    assert (told["gone"], gmv["owner"], gmv["verdict"]) == (["gone"], "林", "noise")
    assert gmv["limits"] == {"low": 70, "mean": 70, "high": 70, "points": 14}
    assert [w["value"] for w in gmv["weeks"]] == [70] * 6
    assert [b["value"] for b in gmv["strip"]] == [70, 140, 140, 1050]


def test_csv_has_a_row_a_box(settings: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(settings, "--format", "csv", "--week", "2024-W10") == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert [r["box"] for r in rows] == ["last_week", "mtd", "qtd", "ytd"]
    assert (rows[0]["from"], rows[0]["value"], rows[0]["week_before"]) == (
        "2024-03-04", "70.0", "70.0",
    )  # fmt: skip


@pytest.mark.parametrize(("lang", "word"), [("en", "No longer a metric"), ("zh", "没有显著变化")])
def test_the_table_is_in_the_readers_language(
    settings: Path, capsys: pytest.CaptureFixture[str], lang: str, word: str
) -> None:
    assert run(settings, lang=lang) == 0
    assert word in capsys.readouterr().out


@pytest.mark.parametrize("week", ["2024-W54", "2024-02-30", "soon", "2023-W01"])
def test_a_week_that_is_none_or_before_the_data(
    settings: Path, capsys: pytest.CaptureFixture[str], week: str
) -> None:
    assert run(settings, "--week", week) == 2
    assert "week" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "week_start", "start"),
    [
        ("2026-W40", "monday", date(2026, 9, 28)),
        ("2026w40", "monday", date(2026, 9, 28)),
        ("2026-W53", "monday", date(2026, 12, 28)),
        ("2026-W40", "sunday", date(2026, 9, 27)),
        ("2026-10-04", "monday", date(2026, 9, 28)),
        ("2026-10-04", "sunday", date(2026, 10, 4)),
        ("2024-02-29", "monday", date(2024, 2, 26)),
    ],
)
def test_weeks_by_number_or_day(text: str, week_start: str, start: date) -> None:
    found = week_named(text, week_start)  # type: ignore[arg-type]
    assert found == Span(start, date.fromordinal(start.toordinal() + 7))


def test_a_year_without_week_53_says_so() -> None:
    with pytest.raises(Problem, match="W53"):
        week_named("2025-W53", "monday")
