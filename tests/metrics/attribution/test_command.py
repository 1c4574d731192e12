"""`python -m metrics attribution`: three formats, two languages, and what bad input gets."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from metrics.cli import main
from tests.metrics.shops import published, settings_file
from tests.world import at, order, shop, user, world

JANUARY = ("--from", "2024-01-01", "--to", "2024-02-01")


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Customer 1 came by search and mail and pays 100; search cost 60 and claims 2 conversions."""
    folder = tmp_path_factory.mktemp("attribution")
    made = world(
        folder / "wh",
        settings=shop(),
        through="2024-02-11",
        users=[user(1, country="CN")],
        orders=[order(1, "2024-01-20", 100)],
        touchpoints=[
            {"user_id": "1", "touched_at": at("2024-01-10"), "channel": "paid_search",
             "campaign": "brand", "kind": "click"},
            {"user_id": "1", "touched_at": at("2024-01-18"), "channel": "email", "kind": "view"},
        ],
        marketing_spend=[
            {"day": at("2024-01-03").date(), "channel": "paid_search", "campaign": "brand",
             "spend": 60, "claimed_conversions": 2}
        ],
    )  # fmt: skip
    return settings_file(folder, made)


def run(file: Path, *more: str, lang: str = "en") -> int:
    return main(
        ["attribution", "--settings", str(file), "--shop", "world", "--lang", lang, *JANUARY, *more]
    )


def test_json_has_every_model_its_check_and_the_paths(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(file, "--model", "all", "--lookback", "30", "--format", "json") == 0
    told = json.loads(capsys.readouterr().out)
    assert len(told["models"]) == 8
    assert all(c["holds"] and c["credits"] == pytest.approx(1) for c in told["checks"])
    rows = {r["value"]: r for r in told["rows"]}
    search = rows["paid_search"]["models"]["linear"]
    assert search["credits"] == 0.5
    assert search["cost"] == {
        "value": 120, "numerator": 60, "denominator": 0.5, "interval": None, "reason": None,
        "maturity": "mature",
    }  # fmt: skip
    assert search["overclaim"]["value"] == 4
    assert rows["email"]["models"]["last"]["cost"]["reason"] == "no_spend"
    assert told["paths"][0]["channels"] == ["paid_search", "email"]
    assert told["conversions_by_days"] == {"10": 1}
    assert {"credits", "totals", "transitions", "spend"} == set(told["sql"])


def test_csv_has_a_line_for_each_channel_and_model(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(file, "--model", "first,last", "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    given = {(r["value"], r["model"]): float(r["credits"]) for r in rows}
    assert given == {
        ("paid_search", "first"): 1, ("paid_search", "last"): 0,
        ("email", "first"): 0, ("email", "last"): 1,
    }  # fmt: skip


def test_the_campaigns_of_a_channel(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(file, "--of", "paid_search", "--format", "csv", "--model", "first")
    [row] = csv.DictReader(io.StringIO(capsys.readouterr().out))
    assert (row["value"], float(row["cost"])) == ("brand", 60)


def test_the_window_and_the_kinds_decide(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Three days before the order there is only the mail; of clicks only the search."""
    for option, only in ((("--lookback", "3"), "email"), (("--kinds", "click"), "paid_search")):
        run(file, *option, "--model", "linear", "--format", "json")
        told = json.loads(capsys.readouterr().out)
        credited = {r["value"]: r["models"]["linear"]["credits"] for r in told["rows"]}
        assert {c for c, n in credited.items() if n} == {only}


@pytest.mark.parametrize(("lang", "name"), [("en", "Paid search"), ("zh", "搜索广告")])
def test_tables_are_in_the_readers_language(
    file: Path, capsys: pytest.CaptureFixture[str], lang: str, name: str
) -> None:
    assert run(file, lang=lang) == 0
    out = capsys.readouterr().out
    assert name in out
    assert "✓" in out


@pytest.mark.parametrize(
    ("option", "told"),
    [
        (("--model", "lsat"), "“lsat”"),
        (("--lookback", "0"), "between 1 and 730"),
        (("--of", "radio"), "Choose from: email, paid_search"),
        (("--from", "2025-01-01", "--to", "2025-02-01"), "after the end of the data"),
    ],
)
def test_bad_input_is_told_with_what_there_is(
    file: Path, capsys: pytest.CaptureFixture[str], option: tuple[str, ...], told: str
) -> None:
    assert run(file, *option) == 2
    assert told in capsys.readouterr().err


def test_a_shop_without_touches_names_the_table(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(published(tmp_path)) == 2
    assert "lacks touchpoints" in capsys.readouterr().err
