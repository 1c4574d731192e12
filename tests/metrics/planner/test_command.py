"""`python -m metrics plan`: three formats, both languages, and what bad input gets."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from metrics.cli import main
from tests.metrics.planner.shop import made
from tests.metrics.shops import settings_file


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("plan")
    return settings_file(folder, made(folder))


def run(file: Path, *more: str, lang: str = "en") -> int:
    return main(["plan", "--settings", str(file), "--shop", "world", "--lang", lang, *more])


HALF = ("--outcome", "bought_within_14_days", "--meeting", "registration", "--lift", "0.2")


def test_json_has_everything_in_full(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """50 % against 60 %: 388 an arm (R power.prop.test: 387.34), 194 days at four a day."""
    guard = ("--guardrail", "gmv_within_14_days:0.2")
    assert run(file, *HALF, "--mode", "fixed", *guard, "--format", "json") == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["units"], told["total"], told["days"]) == ([388, 388], 776, 194)
    assert told["baseline"]["value"] == 0.5
    assert told["split"] == [0.5, 0.5]
    assert [w["weeks"] for w in told["weeks"]] == [1, 2, 3, 4, 6, 8]
    assert {m["mode"] for m in told["modes"]} == {"fixed", "group_sequential", "always_valid"}
    assert told["guardrails"][0]["margin"] == 0.2
    assert all("SELECT" in sql for sql in told["sql"])


def test_csv_has_a_line_for_each_duration(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(file, *HALF, "--format", "csv") == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert [r["weeks"] for r in rows] == ["1", "2", "3", "4", "6", "8"]
    lifts = [float(r["detectable_lift"]) for r in rows if r["detectable_lift"]]
    assert lifts == sorted(lifts, reverse=True)


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("en", ["388 users per arm to find a lift of 20%: 194 days at today's traffic"]),
        ("zh", ["要检出 20% 的提升，每组需 388 人：按当前流量需 194 天，之后再等 14 天观察期"]),
    ],
)  # fmt: skip
def test_the_table_begins_with_the_answer(
    file: Path, capsys: pytest.CaptureFixture[str], lang: str, words: list[str]
) -> None:
    assert run(file, *HALF, "--mode", "fixed", lang=lang) == 0
    first = capsys.readouterr().out.splitlines()[0]
    assert all(w in first for w in words)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--outcome", "joy_within_14_days"), "no experiment metric “joy_within_14_days”"),
        (("--split", "half"), "“half” is no split"),
        (("--split", "100"), "2 to 10 shares"),
        (("--lift", "0"), "The lift is 0"),
        (("--guardrail", "gmv_within_14_days"), "is no guardrail"),
        (("--guardrail", "margin_within_14_days:0.1"), "may be negative"),
        (("--outcome", "refund_share_within_14_days"), "it lacks refunds"),
    ],
)
def test_bad_input_is_told(
    file: Path, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], told: str
) -> None:
    assert run(file, *arguments) == 2
    assert told in capsys.readouterr().err


def test_no_answer_ends_with_one(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Who wants to double a half wants everybody to buy."""
    assert run(file, *HALF[:4], "--lift", "1.5") == 1
    assert "No plan: such a lift would take the rate beyond 100 %." in capsys.readouterr().out
