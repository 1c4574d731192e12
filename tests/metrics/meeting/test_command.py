"""`python -m metrics targets`: a sheet looked at, kept, paced, written, refused."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from metrics.cli import main
from tests.metrics.shops import published

Run = Callable[..., tuple[int, str, str]]
SHEET = "metric,from,target\ngmv,2024-02,58\nOrders,2024-02,2\ngmv,2024-W06,1e3\n"


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> str:
    return published(tmp_path_factory.mktemp("targets")).read_text("utf-8")


@pytest.fixture
def run(shop: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run `targets` of the two-month shop with a store of its own: exit code, stdout, stderr."""
    settings = tmp_path / "northstar.toml"
    settings.write_text(f'[store]\nurl = "sqlite:///{tmp_path}/s.sqlite"\n{shop}', "utf-8")

    def ask(*more: str, lang: str = "en") -> tuple[int, str, str]:
        common = ["--settings", str(settings), "--shop", "world", "--lang", lang]
        code = main(["targets", *common, *more])
        out, err = capsys.readouterr()
        return code, out, err

    return ask


@pytest.fixture
def sheet(tmp_path: Path) -> str:
    file = tmp_path / "plan.csv"
    file.write_text(SHEET, "utf-8")
    return str(file)


def test_a_file_is_looked_at_before_it_is_kept(run: Run, sheet: str) -> None:
    code, out, _ = run("--file", sheet)
    assert code == 0
    assert "3 targets, 3 would change. Add --save" in out
    assert "No targets yet." in run()[1]


def test_kept_targets_are_paced(run: Run, sheet: str) -> None:
    """¥40 in ten of February's 29 days: ¥18 are missing in 19 days."""
    assert "3 changed; saved." in run("--file", sheet, "--save", "--author", "Lin")[1]
    [gmv, orders, week] = json.loads(run("--format", "json")[1])["pace"]
    assert (gmv["metric"], gmv["value"], gmv["days_left"]) == ("gmv", 40, 19)
    assert gmv["needed_a_day"] == pytest.approx(18 / 19)
    assert (orders["metric"], orders["value"]) == ("orders", 1)
    assert (week["grain"], week["from"], week["target"]) == ("week", "2024-02-05", 1000)
    text = run(lang="zh")[1]
    assert "成交总额（GMV），2024年2月：目标 ¥58.0，已完成 ¥40.0（69.0%）" in text
    assert "余下 19 天日均需 ¥0.95" in text


def test_what_is_written_can_be_brought_in_again(run: Run, sheet: str, tmp_path: Path) -> None:
    run("--file", sheet, "--save")
    out = run("--format", "csv")[1]
    assert out.splitlines() == [
        "metric,from,target", "GMV,2024-02,58", "GMV,2024-W06,1000", "Orders,2024-02,2",
    ]  # fmt: skip
    again = tmp_path / "again.csv"
    again.write_text(out, "utf-8")
    steps = list(csv.DictReader(io.StringIO(run("--file", str(again), "--format", "csv")[1])))
    assert [s["before"] == s["target"] for s in steps] == [True, True, True]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--save"], "--save needs a file"),
        (["--file", "nowhere.csv"], "nowhere.csv can't be opened"),
    ],
)
def test_what_can_not_be_done(run: Run, arguments: list[str], told: str) -> None:
    code, out, err = run(*arguments)
    assert (code, out) == (2, "")
    assert told in err


def test_a_sheet_with_a_fault_saves_nothing(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "plan.csv"
    file.write_text(SHEET + "gnv,2024-03,1\n", "utf-8")
    code, _, err = run("--file", str(file), "--save")
    assert code == 2
    assert "Line 5, column A “metric”" in err
    saved: Any = json.loads(run("--format", "json")[1])
    assert saved["targets"] == []
