"""`python -m metrics growth` and `states`: three formats, and what bad input gets."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from metrics.cli import main
from tests.metrics.shops import published

FEBRUARY = ("--from", "2024-01-01", "--to", "2024-03-01", "--grain", "month")


def run(folder: Path, *more: str, lang: str = "en") -> int:
    file = published(folder)
    command, *rest = more
    return main([command, "--settings", str(file), "--shop", "world", "--lang", lang, *rest])


def test_growth_as_json_has_flows_rates_and_the_statement(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """January: user 1. February is running: user 2 is new, user 1 has not come yet."""
    code = run(tmp_path, "growth", *FEBRUARY, "--criterion", "bought", "--format", "json")
    told = json.loads(capsys.readouterr().out)
    january, february = told["rows"]
    assert code == 0
    assert (january["active"], january["new"], january["has_flows"]) == (1, None, False)
    assert (february["new"], february["churned"], february["running"]) == (1, 1, True)
    assert "growth_flows" in told["sql"]


def test_money_as_csv_has_a_line_for_each_market_and_period(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(tmp_path, "growth", *FEBRUARY, "--value", "money", "--breakdown", "market",
        "--format", "csv")  # fmt: skip
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    totals = {(r["group"], r["from"]): float(r["total"]) for r in rows if r["total"]}
    assert totals == {("(all)", "2024-02-01"): 40, ("CN", "2024-02-01"): 0,
                      ("US", "2024-02-01"): 40}  # fmt: skip


@pytest.mark.parametrize(("lang", "name"), [("en", "Resurrected"), ("zh", "回流")])
@pytest.mark.parametrize("command", [("growth", *FEBRUARY), ("states", "--against", "2024-01-31")])
def test_tables_are_in_the_readers_language(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    command: tuple[str, ...],
    lang: str,
    name: str,
) -> None:
    assert run(tmp_path, *command, lang=lang) == 0
    assert name in capsys.readouterr().out


def test_states_as_json_has_the_matrix_with_its_margins(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(tmp_path, "states", "--on", "2024-02-10", "--against", "2024-01-31", "--format", "json")
    told = json.loads(capsys.readouterr().out)
    after: dict[str, int] = {}
    for cell in told["matrix"]["cells"]:
        after[cell["after"]] = after.get(cell["after"], 0) + cell["users"]
    assert after == {r["state"]: r["users"] for r in told["rows"]}
    assert told["users"] == 2


def test_money_of_active_users_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ("growth", *FEBRUARY, "--value", "money", "--criterion", "active")
    assert run(tmp_path, *asked) == 2
    assert "--value users" in capsys.readouterr().err


def test_a_day_that_is_none_is_named_with_its_option(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(tmp_path, "states", "--on", "yesterday") == 2
    assert "--on is “yesterday”" in capsys.readouterr().err
