"""`python -m metrics scorecard`: by hand on the two-month shop, and what bad input gets."""

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


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return published(tmp_path_factory.mktemp("cli"))


@pytest.fixture
def run(settings: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run `scorecard` of the small shop: exit code, stdout, stderr."""

    def ask(*more: str, shop: str = "world", lang: str = "en") -> tuple[int, str, str]:
        common = ["--settings", str(settings), "--shop", shop, "--lang", lang]
        code = main(["scorecard", *common, *more])
        out, err = capsys.readouterr()
        return code, out, err

    return ask


JANUARY = ("--from", "2024-01-01", "--to", "2024-02-01")


def found(out: str, key: str) -> dict[str, Any]:
    return next(m for m in json.loads(out)["metrics"] if m["key"] == key)


def test_to_is_exclusive(run: Run) -> None:
    """The order of February 5 is not in a range that ends with February 5."""
    both = ("--from", "2024-01-01", "--metrics", "gmv", "--format", "json", "--to")
    _, without, _ = run(*both, "2024-02-05")
    _, within, _ = run(*both, "2024-02-06")
    assert found(without, "gmv")["ranges"][0]["value"] == 35
    assert found(within, "gmv")["ranges"][0]["value"] == 75


def test_a_ratio_comes_with_its_parts(run: Run) -> None:
    """January: 35 over three orders."""
    code, out, _ = run(*JANUARY, "--metrics", "aov", "--format", "json")
    [january] = found(out, "aov")["ranges"]
    assert code == 0
    assert (january["numerator"], january["denominator"]) == (35, 3)
    assert january["value"] == 35 / 3
    assert (january["from"], january["to"]) == JANUARY[1::2]


def test_identified_and_guest_parts_sum_to_all(run: Run) -> None:
    values = {}
    for customers in ("all", "identified", "guest"):
        _, out, _ = run(*JANUARY, "--metrics", "gmv", "--customers", customers, "--format", "json")
        values[customers] = found(out, "gmv")["ranges"][0]["value"]
    assert values == {"all": 35, "identified": 30, "guest": 5}


def test_guests_have_no_buyers_and_the_reason_is_said(run: Run) -> None:
    _, out, _ = run(*JANUARY, "--metrics", "buyers", "--customers", "guest", "--format", "json")
    [january] = found(out, "buyers")["ranges"]
    assert january["value"] is None
    assert january["reason"] == "guests_only"


def test_grain_cuts_the_range_and_compares_with_the_bucket_before(run: Run) -> None:
    """February holds 10 of 29 days: it is running and compared with nothing."""
    _, out, _ = run(
        "--from", "2024-01-01", "--to", "2024-03-01", "--grain", "month",
        "--metrics", "gmv", "--compare", "previous", "--format", "json",
    )  # fmt: skip
    january, february = found(out, "gmv")["ranges"]
    assert (january["value"], january["running"]) == (35, False)
    assert (february["value"], february["running"]) == (40, True)
    assert february["maturity"] == "running"
    assert february["compared"] is None


def test_the_first_bucket_is_compared_with_the_one_before_the_range(run: Run) -> None:
    """Week of January 8 (no orders) against the week of January 1 (35)."""
    _, out, _ = run(
        "--from", "2024-01-08", "--to", "2024-01-15", "--grain", "week",
        "--metrics", "gmv", "--compare", "previous", "--format", "json",
    )  # fmt: skip
    [week] = found(out, "gmv")["ranges"]
    assert (week["value"], week["compared"]["value"]) == (0, 35)
    assert week["compared"]["from"] == "2024-01-01"
    assert week["change"] == {"absolute": -35, "relative": -1}


def test_a_running_range_is_compared_with_as_many_days(run: Run) -> None:
    """February to date has 10 days; January's first 10 hold all of its orders."""
    _, out, _ = run(
        "--from", "2024-02-01", "--to", "2024-03-01", "--metrics", "gmv", "--format", "json"
    )
    [february] = found(out, "gmv")["ranges"]
    assert february["compared"]["to"] == "2024-01-11"
    assert february["change"]["absolute"] == 5


def test_json_says_where_every_number_comes_from(run: Run) -> None:
    _, out, _ = run(*JANUARY, "--metrics", "aov,buyers", "--market", "CN", "--format", "json")
    told = json.loads(out)
    assert told["filters"] == {"market": ["CN"]}
    assert told["currency"] == "CNY"
    assert told["data_through"] == "2024-02-11T00:00:00Z"
    assert told["data_version"]
    assert set(told["sql"]) == {"revenue", "buyers"}
    assert "visible_sales_day" in told["sql"]["revenue"]
    assert found(out, "aov")["sql"] == ["revenue"]


def test_metrics_without_tables_are_named_with_what_they_lack(run: Run) -> None:
    _, out, _ = run(*JANUARY, "--metrics", "gmv,mau", "--format", "json")
    told = json.loads(out)
    assert [m["key"] for m in told["metrics"]] == ["gmv"]
    assert told["missing"] == [{"key": "mau", "lacking": ["events"]}]


def test_another_currency_divides_by_its_rate(run: Run) -> None:
    """1 USD is 8 CNY: 35 CNY are 4.375 USD."""
    _, out, _ = run(*JANUARY, "--metrics", "gmv", "--currency", "USD", "--format", "json")
    assert found(out, "gmv")["ranges"][0]["value"] == 4.375


def test_csv_holds_the_same_numbers(run: Run) -> None:
    _, out, _ = run(*JANUARY, "--metrics", "gmv,aov", "--format", "csv")
    gmv, aov = csv.DictReader(io.StringIO(out))
    assert (gmv["metric"], float(gmv["value"]), gmv["currency"]) == ("gmv", 35, "CNY")
    assert float(aov["value"]) == 35 / 3
    assert (gmv["from"], gmv["to"], gmv["running"]) == ("2024-01-01", "2024-02-01", "false")


def test_table_is_in_the_language_asked_for(run: Run) -> None:
    _, english, _ = run(*JANUARY, "--metrics", "gmv")
    _, chinese, _ = run(*JANUARY, "--metrics", "gmv", lang="zh")
    assert "¥35.00" in english
    assert "To (exclusive)" in english
    assert "成交总额（GMV）" in chinese


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        (("--from", "2024-02-01", "--to", "2024-02-01"), "holds no day"),
        (("--from", "2024-02-30", "--to", "2024-03-01"), "--from is “2024-02-30”"),
        (("--from", "2024-02-01", "--to", "soon"), "--to is “soon”"),
        ((*JANUARY, "--metrics", "gvm"), "Did you mean “gmv”?"),
        ((*JANUARY, "--metrics", ""), "no metric “”"),
        ((*JANUARY, "--market", "CN,XX"), "no Market “XX”"),
        ((*JANUARY, "--channel", "tv"), "no Channel “tv”"),
        ((*JANUARY, "--currency", "EUR"), "no exchange rates into EUR"),
    ],
)
def test_bad_input_is_a_sentence_and_exit_code_2(
    run: Run, wrong: tuple[str, ...], says: str
) -> None:
    code, out, err = run(*wrong)
    assert (code, out) == (2, "")
    assert says in err
    assert "Traceback" not in err


def test_an_unknown_shop_lists_the_shops_there_are(run: Run) -> None:
    code, _, err = run(*JANUARY, shop="moon")
    assert code == 2
    assert "There is no shop “moon”" in err
    assert "world" in err


def test_problems_are_told_in_chinese(run: Run) -> None:
    code, _, err = run(*JANUARY, "--metrics", "gvm", lang="zh")
    assert code == 2
    assert "没有名为“gvm”的指标" in err


def test_a_shop_without_data_says_how_to_get_some(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "northstar.toml"
    file.write_text(
        f'[shops.new]\nname = {{ en = "New", zh = "新" }}\nurl = "duckdb:///{tmp_path}/none"\n',
        "utf-8",
    )
    code = main(["scorecard", "--settings", str(file), "--shop", "new", *JANUARY])
    assert code == 2
    assert "no data yet" in capsys.readouterr().err
