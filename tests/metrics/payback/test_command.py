"""`python -m metrics payback`: three formats, and what bad input gets."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from metrics.cli import main
from tests.metrics.payback.shops import january, spend
from tests.metrics.shops import published, settings_file


def run(folder: Path, *more: str, lang: str = "en") -> int:
    made = january(folder / "wh", spend(80, channel="kol"), spend(20, "2024-02-02"))
    file = settings_file(folder, made)
    return main(["payback", "--settings", str(file), "--shop", "world", "--lang", lang, *more])


def test_json_has_every_age_and_the_statements(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without days it is all of the data: January pays 80 / 2 back on day 4; February has spend
    and nobody."""
    assert run(tmp_path, "--format", "json") == 0
    told = json.loads(capsys.readouterr().out)
    january_, february, whole = told["rows"]
    assert (january_["cohort"], january_["payback_day"]["value"]) == ("2024-01", 4)
    assert january_["ages"][4] == {
        "age": 4, "customers": 2, "value": 40, "mature": True, "reason": None,
    }  # fmt: skip
    assert february["payback_day"]["reason"] == "no_customers"
    assert (whole["customers"], whole["cost"], whole["payback_day"]) == (2, 100, None)
    assert len(told["sql"]) == 2


def test_csv_has_a_line_for_each_channel_and_all_of_them(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ("--by", "channel", "--cost", "ads", "--from", "2024-01-01", "--to", "2024-02-01")
    assert run(tmp_path, *asked, "--format", "csv") == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    told = {r["channel"]: (r["customers"], r["cac"], r["payback_day"], r["reason"]) for r in rows}
    assert told == {
        "kol": ("1", "80.0", "", "not_paid_back"),
        "paid_search": ("1", "", "", "no_spend"),
        "(all)": ("2", "40.0", "4.0", ""),
    }


@pytest.mark.parametrize(("lang", "said"), [("en", "day 4"), ("zh", "第 4 天")])
def test_the_table_is_in_the_readers_language(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], lang: str, said: str
) -> None:
    assert run(tmp_path, lang=lang) == 0
    assert said in capsys.readouterr().out


def test_a_shop_without_spend_is_told_what_it_lacks(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = published(tmp_path)
    assert main(["payback", "--settings", str(file), "--shop", "world", "--lang", "en"]) == 2
    assert "marketing_spend" in capsys.readouterr().err
