"""Data health as a whole: the finding, the contract, the command line."""

from __future__ import annotations

import csv
import io
import json
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from metrics.cli import main
from metrics.health import Health, health
from tests.metrics.shops import published, settings_file
from tests.world import Row, days, order, user, world

NOW = datetime(2030, 1, 1)
HOME = {"country": "CN", "channel": "kol", "platform": "ios"}


def of(folder: Path, **tables: list[Row]) -> Health:
    return health(world(folder, **tables).warehouse(), NOW)


def test_all_in_order(tmp_path: Path) -> None:
    found = of(tmp_path, users=[user(1, **HOME)], orders=[order(1, "2024-01-05 10:00")])
    assert found.finding.en == (
        f"All {len(found.checks)} checks are in order; the data goes to 2024-01-05 10:00 (UTC)."
    )
    assert found.finding.zh.startswith(f"{len(found.checks)} 项检查全部正常")


def test_one_thing_needs_attention(tmp_path: Path) -> None:
    found = of(tmp_path, users=[user(1, **HOME)], orders=[order(1, "2024-01-05", -1)])
    assert found.finding.en == "One thing needs attention: negative amounts."
    assert found.finding.zh == "有 1 项需要关注：负数金额。"


def test_two_things_need_attention_the_worse_first(tmp_path: Path) -> None:
    """An order of an unknown user is a warning, a negative amount an error."""
    found = of(tmp_path, users=[user(1, **HOME)], orders=[order(2, "2024-01-05", -1, **HOME)])
    assert found.finding.en == (
        "2 things need attention: negative amounts, rows that point to nothing."
    )


def test_an_absent_table_and_column_name_what_they_switch_off(tmp_path: Path) -> None:
    tables = {t.table: t for t in of(tmp_path, orders=[order(1, "2024-01-05")]).tables}
    assert tables["events"].rows == 0
    assert "mau" in [m.key for m in tables["events"].off]
    assert "paid_at" in tables["orders"].absent
    assert [m.key for m in tables["orders"].off] == ["conversion_rate"]
    assert tables["orders"].required_absent == ()
    assert tables["fx_rates"].off == ()


def test_a_table_without_a_required_column_says_so(tmp_path: Path) -> None:
    state = {
        t.table: t
        for t in of(
            tmp_path,
            users=[{"user_id": "1", "country": "CN"}],
            orders=[order(1, "2024-01-05")],
        ).tables
    }
    assert state["users"].required_absent == ("registered_at",)


def test_rows_by_day_hold_every_day_between_first_and_last(tmp_path: Path) -> None:
    found = of(tmp_path, orders=[order(1, "2024-01-05"), order(1, "2024-01-07")])
    [orders] = found.days
    assert orders.counts == (1, 0, 1)


def test_headless_json_has_sentences_and_statements(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = published(tmp_path)
    code = main(["health", "--settings", str(file), "--shop", "world", "--format", "json"])
    told = json.loads(capsys.readouterr().out)
    guests = next(c for c in told["checks"] if c["key"] == "guests")
    assert code == 0
    assert guests["severity"] == "info"
    assert "1 of 4 paid orders" in guests["sentence"]["en"]
    assert guests["sql"][0].lstrip().startswith("WITH")
    assert {t["table"] for t in told["tables"]} >= {"orders", "calendar"}


def test_an_error_in_the_data_is_exit_code_1(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """So that a job after the import can stop."""
    made = world(tmp_path / "wh", orders=[order(1, "2024-01-05", -5)])
    file = settings_file(tmp_path, made)
    code = main(["health", "--settings", str(file), "--shop", "world", "--lang", "zh"])
    assert code == 1
    assert "负数金额" in capsys.readouterr().out


def test_headless_csv_is_one_line_a_check(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    gap = [d for d in days(date(2024, 1, 1), 20) if d.day not in (9, 10)]
    orders = [order(1, f"{d} 08:00") for d in gap for _ in range(5)]
    made = world(tmp_path / "wh", users=[user(1, **HOME)], orders=orders)
    file = settings_file(tmp_path, made)
    main(["health", "--settings", str(file), "--shop", "world", "--format", "csv", "--lang", "en"])
    told = {r["key"]: r for r in csv.DictReader(io.StringIO(capsys.readouterr().out))}
    assert told["gaps"]["severity"] == "warning"
    assert told["gaps"]["sentence"] == "No rows: orders on 2 days."


def test_hours_since_the_refresh_are_the_only_use_of_the_clock(tmp_path: Path) -> None:
    made = world(tmp_path, users=[user(1, **HOME)], orders=[order(1, "2024-01-05")])
    warehouse = made.warehouse()
    first, later = health(warehouse, NOW), health(warehouse, NOW + timedelta(days=9))
    differ = [a.key for a, b in zip(first.checks, later.checks, strict=True) if a != b]
    assert differ == ["freshness"]
