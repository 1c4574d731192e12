"""`python -m metrics funnel`: by hand on the two-month shop, and what bad input gets."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from metrics.cli import main
from metrics.funnels.answer import CSV_HEADER
from tests.metrics.shops import settings_file, two_months
from tests.world import event, world

Run = Callable[..., tuple[int, str, str]]
RANGE = ("--from", "2024-01-01", "--to", "2024-03-01")


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The two-month shop; both users looked at a page in a session before they bought."""
    folder = tmp_path_factory.mktemp("funnel_cli")
    looks = [
        event(1, "2024-01-04 23:00", session_id="s1"),
        event(2, "2024-02-04 23:30", session_id="s2"),
    ]
    rows = {**two_months(), "events": looks}
    return settings_file(folder, world(folder / "wh", through="2024-02-11", **rows))


@pytest.fixture
def run(settings: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    def ask(*more: str, lang: str = "en") -> tuple[int, str, str]:
        common = ["--settings", str(settings), "--shop", "world", "--lang", lang]
        code = main(["funnel", *common, *RANGE, *more])
        out, err = capsys.readouterr()
        return code, out, err

    return ask


STEPS = ("--steps", "page_view,purchase")


def document(out: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(out)
    return found


def test_json_carries_numbers_definition_sql_and_version(run: Run) -> None:
    code, out, _ = run(*STEPS, "--breakdown", "channel", "--compare", "previous", "--grain",
                       "month", "--format", "json")  # fmt: skip
    found = document(out)
    assert code == 0
    assert found["funnel"]["window"] == {"kind": "elapsed", "seconds": 604_800}
    total, segments = found["total"], found["breakdown"]["segments"]
    assert sum(s["entered"] for s in segments) == total["entered"] > 0
    assert "event_log" in found["sql"]["counts"]
    assert found["data_version"]
    assert found["compared"]["from"] == "2023-11-01"
    assert [p["from"] for p in found["trend"]["points"]] == ["2024-01-01", "2024-02-01"]


def test_csv_has_a_line_per_segment_and_step(run: Run) -> None:
    code, out, _ = run(*STEPS, "--format", "csv")
    rows = list(csv.reader(io.StringIO(out)))
    assert code == 0
    assert tuple(rows[0]) == CSV_HEADER
    assert [r[4] for r in rows[1:]] == ["page_view", "purchase"]


@pytest.mark.parametrize(("lang", "word"), [("en", "Reached"), ("zh", "到达")])
def test_the_table_speaks_the_readers_language(run: Run, lang: str, word: str) -> None:
    code, out, _ = run(*STEPS, "--compare", "previous", lang=lang)
    assert code == 0
    assert word in out


def test_every_option_is_taken(run: Run, tmp_path: Path) -> None:
    code, out, _ = run(
        "--steps", "page_view,purchase",
        "--window", "12h", "--step-windows", "2=1h", "--order", "strict", "--entry", "first",
        "--count", "users", "--hold", "session", "--exclude", "page_view:1-2:leave_out",
        "--format", "json",
    )  # fmt: skip
    funnel = document(out)["funnel"]
    assert code == 0
    assert funnel["steps"][1]["window"]["seconds"] == 3600
    assert (funnel["order"], funnel["entry"], funnel["hold"]) == ("strict", "first", "session_id")
    assert funnel["exclusions"][0]["effect"] == "leave_out"
    file = tmp_path / "funnel.json"
    file.write_text(json.dumps(funnel), "utf-8")
    _, again, _ = run("--definition", str(file), "--format", "json")
    assert document(again)["total"] == document(out)["total"]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--steps", "page_view,purchas"), "purchase"),
        (("--steps", "page_view"), "2 to 20 steps"),
        (("--steps", "page_view,purchase", "--window", "0d"), "from one second"),
        (("--steps", "page_view,purchase", "--window", "soon"), "30m, 12h"),
        (("--steps", "page_view,purchase", "--breakdown", "shoe"), "shoe"),
        (("--steps", "page_view,purchase", "--breakdown", "channel@x"), "channel@2"),
        (("--definition", "missing.json"), "missing.json"),
    ],
)
def test_what_is_wrong_is_said(run: Run, options: tuple[str, ...], said: str) -> None:
    code, out, err = run(*options)
    assert (code, out) == (2, "")
    assert said in err
    assert "Traceback" not in err
