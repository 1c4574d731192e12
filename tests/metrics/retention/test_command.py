"""`python -m metrics retention`: three formats, and what bad input gets."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from metrics.cli import main
from tests.metrics.shops import settings_file
from tests.world import event, order, user, world

Run = Callable[..., tuple[int, str, str]]
BUYING = ("--start", "first_purchase", "--return", "purchase", "--grain", "month")


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """User 1 (kol) buys in January and February, user 2 (direct) in January; the data end in the
    middle of March, when user 1 has bought a third time."""
    made = world(
        tmp_path / "wh",
        through="2024-03-16",
        users=[user(1, "2024-01-01", channel="kol"), user(2, "2024-01-08", channel="direct")],
        events=[event(1, "2024-01-02"), event(1, "2024-02-02", "share")],
        orders=[order(1, "2024-01-02", 10), order(2, "2024-01-09", 30),
                order(1, "2024-02-02", 20), order(1, "2024-03-02", 5)],
    )  # fmt: skip
    file = settings_file(tmp_path, made)

    def ask(*more: str, lang: str = "en") -> tuple[int, str, str]:
        common = ["--settings", str(file), "--shop", "world", "--lang", lang]
        code = main(["retention", *common, *more])
        out, err = capsys.readouterr()
        return code, out, err

    return ask


def test_json_has_every_cell_with_its_parts_maturity_and_statement(run: Run) -> None:
    """Without a range: all cohorts of the data. January: 1 of 2 in month 1; month 2 is running."""
    code, out, _ = run(*BUYING, "--format", "json")
    told = json.loads(out)
    january = told["cohorts"][0]
    assert code == 0
    assert (told["from"], told["to"]) == ("2024-01-01", "2024-04-01")
    assert (january["size"], january["small"], january["whole"]) == (2, True, True)
    assert [c["numerator"] for c in january["cells"]] == [2, 1, 1]
    assert [c["maturity"] for c in january["cells"]] == ["mature", "mature", "running"]
    assert january["cells"][1]["interval"] == pytest.approx([0.0945, 0.9055], abs=5e-5)
    assert told["pooled"][1]["value"] == 0.5
    assert told["pooled"][2] | {"reason": "immature", "cohorts": 0} == told["pooled"][2]
    assert told["sql"]["retention"].startswith("WITH ")
    assert "period 0" not in told["rule"]


def test_csv_has_a_line_for_each_cell_and_pooled_value(run: Run) -> None:
    """Revenue by month 1: 10 + 30 + 20 over two people is 30 each; of kol 30, of direct 30."""
    _, out, _ = run(*BUYING, "--format", "csv", "--value", "revenue", "--kind", "on_or_before",
                    "--breakdown", "channel")  # fmt: skip
    rows = list(csv.DictReader(io.StringIO(out)))
    at_1 = {(r["group"], r["from"]): float(r["value"]) for r in rows
            if r["last_period"] == "1" and r["value"]}  # fmt: skip
    assert at_1["", "2024-01-01"] == 30
    assert at_1["(pooled)", "2024-01-01"] == 30
    assert (at_1["kol", "2024-01-01"], at_1["direct", "2024-01-01"]) == (30, 30)


@pytest.mark.parametrize(
    ("lang", "pooled", "running"),
    [("en", "Pooled", "In brackets"), ("zh", "合计", "括号内")],
)
def test_the_table_is_in_the_readers_language(
    run: Run, lang: str, pooled: str, running: str
) -> None:
    code, out, _ = run(*BUYING, lang=lang)
    assert code == 0
    assert pooled in out
    assert running in out
    assert "(50.00%)" in out


def test_a_chosen_event_brackets_and_filters_are_options(run: Run) -> None:
    _, out, _ = run(
        "--return", "event:share", "--grain", "day", "--kind", "bracket", "--brackets", "7-40",
        "--channel", "kol", "--from", "2024-01-01", "--to", "2024-01-02", "--format", "json",
    )  # fmt: skip
    told = json.loads(out)
    assert told["filters"] == {"channel": ["kol"]}
    assert [c["numerator"] for c in told["cohorts"][0]["cells"]] == [1]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--start", "birthday"), "registration, first_purchase, first_visit"),
        (("--return", "event:shared"), "share"),
        (("--kind", "bracket", "--brackets", "7-x"), "1-3,4-7,8-30"),
        (("--kind", "rolling", "--value", "revenue"), "on_or_before"),
        (("--grain", "day", "--from", "2014-01-01", "--to", "2024-01-01"), "at most 400"),
        (("--start", "first_visit"), "identities"),
    ],
)
def test_bad_input_says_what_to_do(run: Run, options: tuple[str, ...], said: str) -> None:
    code, _, err = run(*options)
    assert code == 2
    assert said in err
