"""`python -m metrics why`, by hand on the two-month shop."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from metrics.cli import main
from tests.metrics.shops import published


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return published(tmp_path_factory.mktemp("why"))


FEBRUARY = ("--from", "2024-02-01", "--to", "2024-02-11")


def asked(settings: Path, *more: str) -> int:
    """February 1–10 (40 of user 2, US) against January 22–31 (nothing)."""
    return main(["why", "--settings", str(settings), "--shop", "world", *FEBRUARY, *more])


def test_parts_and_what_is_inside_them(settings: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert asked(settings, "--metric", "gmv", "--by", "market,channel", "--format", "json") == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["start"]["value"], told["end"]["value"], told["change"]) == (0, 40, 40)
    [part] = [p for p in told["parts"] if p["effect"]]
    assert (part["value"], part["effect"]) == ("US", 40)
    assert [(p["value"], p["effect"]) for p in part["inside"]] == [("unknown", 40)]
    assert part["own"]["verdict"] == "too_few"


def test_the_lines_of_a_file_sum_to_its_total(
    settings: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked(settings, "--metric", "gmv", "--by", "market,channel", "--format", "csv")
    *lines, total = csv.DictReader(io.StringIO(capsys.readouterr().out))
    assert total["part"] == "total"
    outer = sum(float(line["effect"]) for line in lines if not line["inside"])
    assert outer == float(total["effect"]) == 40


def test_a_table_opens_with_the_finding(settings: Path, capsys: pytest.CaptureFixture[str]) -> None:
    asked(settings, "--metric", "gmv", "--by", "market", "--lang", "zh")
    text = capsys.readouterr().out
    assert text.startswith(
        "成交总额（GMV）上升 ¥40.0（¥0 → ¥40.0）。其中 100% 来自美国（未判定）。"
    )
    assert "合计" in text


def test_factors_close_in_every_format(settings: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for form in ("json", "csv", "table"):
        options = ("--metric", "gmv", "--method", "factors", "--format", form, "--lang", "en")
        assert asked(settings, *options) == 0
        out = capsys.readouterr().out
        if form == "json":
            told = json.loads(out)
            assert sum(p["effect"] for p in told["parts"]) == told["change"] == 40
        if form == "csv":
            *lines, total = csv.DictReader(io.StringIO(out))
            assert sum(float(x["effect"]) for x in lines) == float(total["effect"]) == 40
        if form == "table":
            assert out.startswith("GMV rose by ¥40.0 (¥0 → ¥40.0).")


@pytest.mark.parametrize(
    ("more", "words"),
    [
        (("--metric", "conversion_rate", "--by", "campaign"), "no dimension “campaign”"),
        (("--metric", "gmv", "--by", "market,channel,platform"), "3 dimensions"),
        (("--metric", "gmv,aov"), "2 metrics"),
        (("--metric", "gmw"), "Did you mean “gmv”"),
        (("--metric", "mapu", "--method", "growth"), "Use --method segments"),
        (("--metric", "gmv", "--method", "growth"), "whole, finished calendar week"),
        (("--metric", "gmv", "--compare", "campaign"), "no campaign of the calendar"),
    ],
)
def test_what_can_not_be_done_is_said(
    settings: Path, capsys: pytest.CaptureFixture[str], more: tuple[str, ...], words: str
) -> None:
    assert asked(settings, *more, "--lang", "en") == 2
    assert words in capsys.readouterr().err
