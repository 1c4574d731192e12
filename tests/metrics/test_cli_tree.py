"""`python -m metrics tree`: what moved a number, by hand on the two-month shop."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest

from metrics.cli import main
from tests.metrics.shops import published


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return published(tmp_path_factory.mktemp("tree"))


def asked(
    settings: Path, capsys: pytest.CaptureFixture[str], tree: str, *more: str
) -> tuple[int, str, str]:
    """The tree of January, which has nothing before it."""
    code = main(
        ["tree", "--settings", str(settings), "--shop", "world", "--tree", tree,
         "--from", "2024-01-01", "--to", "2024-02-01", *more]
    )  # fmt: skip
    return code, *capsys.readouterr()


def test_the_parts_sum_to_the_change(settings: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """February 1–10 (40 by one new buyer) against January 22–31 (nothing)."""
    code = main(
        ["tree", "--settings", str(settings), "--shop", "world", "--tree", "gmv_identified",
         "--from", "2024-02-01", "--to", "2024-02-11", "--format", "json"]
    )  # fmt: skip
    told: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert code == 0
    assert (told["start"], told["end"]) == (0, 40)
    assert told["before"] == {"from": "2024-01-22", "to": "2024-02-01"}
    assert [(i["key"], i["part_of_change"]) for i in told["inputs"]] == [
        ("gmv_new", 40), ("gmv_returning", 0),
    ]  # fmt: skip
    assert set(told["sql"]) == {"revenue", "buyers"}


def test_csv_ends_with_the_total(settings: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(
        ["tree", "--settings", str(settings), "--shop", "world", "--tree", "gmv_identified",
         "--from", "2024-02-01", "--to", "2024-02-11", "--format", "csv"]
    )  # fmt: skip
    *_, total = csv.DictReader(io.StringIO(capsys.readouterr().out))
    assert (total["input"], float(total["after"]), float(total["part_of_change"])) == (
        "gmv_identified", 40, 40,
    )  # fmt: skip


def test_the_table_says_the_equation(settings: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(
        ["tree", "--settings", str(settings), "--shop", "world", "--tree", "gmv_identified",
         "--from", "2024-02-01", "--to", "2024-02-11", "--lang", "zh"]
    )  # fmt: skip
    out = capsys.readouterr().out
    assert out.startswith("会员 GMV = 新买家贡献 + 老买家贡献")
    assert "¥40.00" in out


def test_a_range_with_nothing_before_it_has_no_bridge_and_says_why(
    settings: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, _ = asked(settings, capsys, "gmv", "--lang", "en")
    assert code == 0
    assert "There is no bridge: begins before the data does." in out


def test_an_unknown_tree_is_a_sentence(settings: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = asked(settings, capsys, "gvm", "--lang", "en")
    assert (code, out) == (2, "")
    assert "There is no input tree “gvm”" in err
