"""`python -m metrics channels`: three formats, both languages, and what bad input gets."""

from __future__ import annotations

import csv
import io
import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from metrics.cli import main
from tests.metrics.shops import published, settings_file, two_months
from tests.world import shop, world

JANUARY = ("--from", "2024-01-01", "--to", "2024-02-01")


def run(folder: Path, *more: str, lang: str = "en") -> int:
    rows = two_months()
    rows["marketing_spend"] = [
        {"day": date(2024, 1, 3), "channel": "kol", "spend": Decimal(40), "country": "CN"}
    ]
    rows["users"][0]["channel"] = "kol"
    made = world(folder / "wh", settings=shop(), through="2024-02-11", **rows)
    file = settings_file(folder, made)
    return main(
        ["channels", "--settings", str(file), "--shop", "world", "--lang", lang, *JANUARY, *more]
    )


def test_json_has_costs_parts_and_statements(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """User 1 came by kol and cost 40; in January nobody else bought for the first time."""
    assert run(tmp_path, "--format", "json") == 0
    told = json.loads(capsys.readouterr().out)
    kol = next(r for r in told["rows"] if r["value"] == "kol")
    assert (kol["cac"]["value"], kol["cac"]["numerator"], kol["customers"]) == (40, 40, 1)
    assert kol["cac"]["interval"][0] < 40 < kol["cac"]["interval"][1]
    assert told["blended_cac"]["value"] == 40
    assert told["rows"][-1]["value"] == "(all)"
    assert all("SELECT" in sql for sql in told["sql"])


def test_csv_has_a_line_for_each_row(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(tmp_path, "--format", "csv", "--path", "kol") == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert [r["campaign"] for r in rows] == ["unknown", "(all)"]
    assert [float(r["cac"]) for r in rows] == [40, 40]


@pytest.mark.parametrize(("lang", "words"), [("en", "New customers"), ("zh", "获客成本")])
def test_the_table_is_in_the_readers_language(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], lang: str, words: str
) -> None:
    assert run(tmp_path, lang=lang) == 0
    assert words in capsys.readouterr().out


def test_bad_places_and_shops_without_spend_are_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(tmp_path, "--path", "a>b>c>d") == 2
    assert "channel > campaign > market > platform" in capsys.readouterr().err
    folder = tmp_path / "poor"
    folder.mkdir()
    file = published(folder)
    assert main(["channels", "--settings", str(file), "--shop", "world", *JANUARY]) == 2
    assert "marketing_spend" in capsys.readouterr().err
