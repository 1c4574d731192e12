"""`python -m metrics referral`: three formats, two ways to divide, and what bad input gets."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from metrics.cli import main
from tests.metrics.referral.test_traps import invitation, invited
from tests.metrics.shops import settings_file
from tests.world import order, user, world

Run = Callable[..., tuple[int, str, str]]
JANUARY = ("--from", "2024-01-01", "--to", "2024-02-01")


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """Four users; 1 invites 11 by link, who accepts and buys; 2 invites by chat in vain."""
    made = invited(
        tmp_path / "wh",
        invitation(1, "2024-01-03", 11, "2024-01-04", medium="link", reward_cost=30),
        invitation(2, "2024-01-03", medium="chat"),
        others=[user(11, "2024-02-04")],
        orders=[order(11, "2024-02-05")],
    )
    file = settings_file(tmp_path, made)

    def ask(*more: str, lang: str = "en") -> tuple[int, str, str]:
        common = ["--settings", str(file), "--shop", "world", "--lang", lang]
        code = main(["referral", *common, *JANUARY, *more])
        out, err = capsys.readouterr()
        return code, out, err

    return ask


def test_json_has_parts_maturity_settings_and_statements(run: Run) -> None:
    code, out, _ = run("--format", "json", "--grain", "month")
    told = json.loads(out)
    assert code == 0
    assert told["settings"] == {"invite_days": 30, "accept_days": 30}
    total, january = told["rows"]
    assert january["counts"] == total["counts"]
    i, c, k = (january[m] for m in ("invites_per_user", "accepted_share", "k_factor"))
    assert (i["numerator"], i["denominator"], i["value"]) == (2, 4, 0.5)
    assert (c["numerator"], c["denominator"], c["value"]) == (1, 2, 0.5)
    assert (k["numerator"], k["denominator"], k["value"]) == (1, 4, 0.25)
    assert january["maturity"] == "mature"
    assert january["reward_cost"]["value"] == 30
    assert {"by_cohort", "by_medium"} == set(told["sql"])
    assert told["data_version"]


def test_csv_by_medium_has_a_line_per_medium_and_measure(run: Run) -> None:
    _, out, _ = run("--format", "csv", "--by", "medium")
    rows = list(csv.DictReader(io.StringIO(out)))
    k = {row["medium"]: row["value"] for row in rows if row["measure"] == "k_factor"}
    assert k == {"": "0.25", "link": "0.25", "chat": "0.0"}


@pytest.mark.parametrize(("lang", "words"), [("en", "K factor"), ("zh", "K 因子")])
def test_the_table_is_in_the_readers_language(run: Run, lang: str, words: str) -> None:
    code, out, _ = run("--by", "medium", lang=lang)
    assert code == 0
    assert words in out
    assert "30" in out


def test_an_unknown_medium_stands_as_it_is_written(run: Run) -> None:
    _, out, _ = run("--by", "medium")
    assert "Chat" in out
    assert "Link" in out


def test_a_shop_without_invitations_is_told_what_to_map(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = world(tmp_path / "wh", through="2024-06-01", users=[user(1, "2024-01-02")])
    file = settings_file(tmp_path, made)
    code = main(["referral", "--settings", str(file), "--shop", "world", "--lang", "en", *JANUARY])
    assert code == 2
    assert "it lacks invitations" in capsys.readouterr().err


def test_a_range_after_the_data_has_not_begun(run: Run) -> None:
    _, out, _ = run("--from", "2026-01-01", "--to", "2026-02-01", "--format", "json")
    total = json.loads(out)["rows"][0]
    assert (total["maturity"], total["k_factor"]["reason"]) == ("not_begun", "not_begun")
