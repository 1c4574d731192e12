"""`python -m metrics explore`: three formats, four shapes, and what bad input gets."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from metrics.cli import main
from tests.metrics.shops import published

MONTHS = ("--from", "2024-01-01", "--to", "2024-02-01", "--compare", "none")


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return published(tmp_path_factory.mktemp("explore_command"))


def run(settings: Path, *more: str, lang: str = "en") -> int:
    return main(
        ["explore", "--settings", str(settings), "--shop", "world", "--lang", lang, *MONTHS, *more]
    )


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_a_csv_has_a_line_for_every_number_and_the_total(
    settings: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """January: user 1 pays 10 and 20, a guest 5, both of China."""
    assert run(settings, "--metrics", "gmv,buyers", "--format", "csv") == 0
    found = {(r["market"], r["metric"]): r["value"] for r in rows(capsys.readouterr().out)}
    assert found == {
        ("CN", "gmv"): "35.0",
        ("CN", "buyers"): "1.0",
        ("(all)", "gmv"): "35.0",
        ("(all)", "buyers"): "1.0",
    }


def test_a_second_dimension_and_buckets_of_time_are_columns(
    settings: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(settings, "--metrics", "orders", "--by", "market", "--split", "customer", "--format", "csv")
    split = {(r["market"], r["customer"]): r["value"] for r in rows(capsys.readouterr().out)}
    assert split["CN", "identified"] == "2.0"
    assert split["CN", "guest"] == "1.0"
    assert split["(all)", ""] == "3.0"
    run(settings, "--metrics", "orders", "--grain", "week", "--format", "csv")
    weeks = {r["from"]: r["value"] for r in rows(capsys.readouterr().out) if r["market"] == "CN"}
    assert weeks["2024-01-01"] in ("3.0",)
    assert weeks["2024-01-08"] == "0.0"


def test_json_says_place_question_and_statements(
    settings: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(settings, "--by", "channel", "--in", "market=CN", "--metrics", "gmv", "--format", "json")
    told = json.loads(capsys.readouterr().out)
    assert told["path"] == [{"dimension": "market", "value": "CN"}]
    assert told["cells"][-1]["reading"]["value"] == 35
    assert all("SELECT" in sql for sql in told["sql"].values())


@pytest.mark.parametrize(("lang", "head"), [("en", "Metric"), ("zh", "指标")])
def test_the_leaderboard_has_a_row_a_metric(
    settings: Path, capsys: pytest.CaptureFixture[str], lang: str, head: str
) -> None:
    run(settings, "--board", lang=lang)
    lines = capsys.readouterr().out.splitlines()
    assert lines[2].startswith(head)
    assert len(lines) > 20


def test_a_table_says_what_it_lacks(settings: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The shop has no sessions; spend it has none of either."""
    assert run(settings, "--metrics", "gmv,conversion_rate", "--by", "campaign") == 0
    told = capsys.readouterr().out
    assert "Not shown, the shop has no data for: Conversion rate (events" in told


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (("--metrics", "gmw"), "gmv"),
        (("--in", "moon=full"), "no step of a drill"),
        (("--in", "market=CN"), "at most once"),
    ],
)
def test_bad_input_is_told_what_there_is(
    settings: Path, capsys: pytest.CaptureFixture[str], wrong: tuple[str, ...], said: str
) -> None:
    assert run(settings, *wrong) == 2
    assert said in capsys.readouterr().err
