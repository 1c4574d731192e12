"""`python -m metrics lifecycle`: three formats, and what bad input gets."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from metrics.cli import main
from tests.metrics.lifecycle.test_traps import cart, made
from tests.metrics.shops import settings_file
from tests.world import order, user, world

Run = Callable[..., tuple[int, str, str]]
JANUARY = ("--from", "2024-01-01", "--to", "2024-02-01")


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """User 1 (kol) put something into the cart and bought on 2 January, user 2 (direct) did not;
    a third one came in December."""
    shop = made(
        tmp_path / "wh",
        users=[
            user(1, "2024-01-01", channel="kol"),
            user(2, "2024-01-08", channel="direct"),
            user(3, "2023-12-05", channel="kol"),
        ],
        events=[cart(1, "2024-01-02")],
        orders=[order(1, "2024-01-02 12:00")],
    )
    file = settings_file(tmp_path, shop)

    def ask(*more: str, lang: str = "en") -> tuple[int, str, str]:
        common = ["--settings", str(file), "--shop", "world", "--lang", lang]
        code = main(["lifecycle", *common, *JANUARY, *more])
        out, err = capsys.readouterr()
        return code, out, err

    return ask


def test_json_has_parts_intervals_rules_and_statements(run: Run) -> None:
    """Converted: 1 of 2 after 36 hours; in December 0 of 1, so +50 points."""
    code, out, _ = run("--format", "json", "--breakdown", "channel", "--grain", "week")
    told = json.loads(out)
    [row] = [
        r
        for r in told["rows"]
        if (r["group"], r["stage"], r["reading"], r["to"])
        == ("(all)", "convert", "sequential", "2024-02-01")
        and r["from"] == "2024-01-01"
    ]
    assert code == 0
    assert (row["numerator"], row["denominator"], row["value"]) == (0, 2, 0)
    [row] = [
        r
        for r in told["rows"]
        if (r["group"], r["stage"], r["reading"], r["from"])
        == ("(all)", "convert", "of_acquired", "2024-01-01")
        and r["to"] == "2024-02-01"
    ]
    assert (row["numerator"], row["denominator"], row["median_hours"]) == (1, 2, 36)
    assert row["change"]["points"] == 0.5
    assert row["interval"][0] < 0.5 < row["interval"][1]
    assert told["settings"]["retain_to_day"] == 30
    assert "7 × 24 h" in told["rules"]["activate"]
    assert set(told["sql"]) == {"funnel", "breakdown", "trend"}


def test_csv_has_a_line_for_each_part_and_week(run: Run) -> None:
    _, out, _ = run("--format", "csv", "--breakdown", "channel", "--grain", "week")
    rows = list(csv.DictReader(io.StringIO(out)))
    acquired = {
        (r["group"], r["from"], r["to"]): r["acquired"] for r in rows if r["stage"] == "acquire"
    }
    assert acquired["kol", "2024-01-01", "2024-02-01"] == "1"
    assert acquired["(all)", "2024-01-01", "2024-01-08"] == "1"
    assert acquired["(all)", "2024-01-15", "2024-01-22"] == "0"


@pytest.mark.parametrize(("lang", "name"), [("en", "Activate"), ("zh", "激活")])
def test_the_table_is_in_the_readers_language(run: Run, lang: str, name: str) -> None:
    code, out, _ = run(lang=lang)
    assert code == 0
    assert name in out
    assert "1 / 2" in out


def test_a_shop_without_registrations_says_what_it_needs(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = settings_file(tmp_path, world(tmp_path / "wh", orders=[order(1, "2024-01-02")]))
    code = main(["lifecycle", "--settings", str(file), "--shop", "world", "--lang", "en", *JANUARY])
    assert code == 2
    assert "users.registered_at" in capsys.readouterr().err
