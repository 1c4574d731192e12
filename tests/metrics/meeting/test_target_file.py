"""Sheets of targets: read whole, or refused with the line and column of every fault."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.settings import Reporting
from i18n import LANGUAGES, Language, Problem, Text
from metrics.catalog import METRICS
from metrics.meeting.target_file import TargetRow, metric_named, read_targets
from metrics.meeting.target_sheets import as_csv, as_xlsx, laid_over
from metrics.metric import Unit
from metrics.periods import Grain, floor
from store import Action, MetricTargets, Saved

MONDAYS = Reporting(currency="CNY")
SUNDAYS = Reporting(currency="CNY", week_start="sunday")
OCTOBER, NOVEMBER = date(2026, 10, 1), date(2026, 11, 1)


def read(*lines: str, header: str = "metric,from,target") -> list[tuple[str, str, date, float]]:
    content = "\n".join([header, *lines]).encode()
    rows = read_targets(content, "plan.csv", MONDAYS)
    return [(r.metric.key, r.grain, r.start, r.value) for r in rows]


def told(*lines: str, header: str = "metric,from,target", language: Language = "en") -> str:
    with pytest.raises(Problem) as problem:
        read(*lines, header=header)
    return problem.value.say(Text(language))


def workbook(*rows: tuple[Any, ...]) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.worksheets[0].append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_months_weeks_and_names_in_either_language() -> None:
    found = read(
        "gmv,2026-10,1500000", "转化率（会话）,2026-W40,3.2%", 'Net revenue,2026-10-05,"1,234.50"'
    )
    assert found == [
        ("gmv", "month", OCTOBER, 1_500_000),
        ("conversion_rate", "week", date(2026, 9, 28), 0.032),
        ("net_revenue", "week", date(2026, 10, 5), 1234.5),
    ]


@pytest.mark.parametrize("header", ["指标,周期,目标", "Target;Metric;From", "from\ttarget\tmetric"])
def test_columns_stand_in_any_order_in_either_language(header: str) -> None:
    mark = next(m for m in ";\t," if m in header)
    cells = {"metric": "gmv", "指标": "gmv", "from": "2026-10", "周期": "2026-10"}
    line = mark.join(cells.get(name.lower(), "7") for name in header.split(mark))
    assert read(line, header=header) == [("gmv", "month", OCTOBER, 7)]


def test_a_chinese_spreadsheets_csv_is_read() -> None:
    content = "指标,周期,目标\n订单数,2026年10月,5\n".encode("gb18030")
    [row] = read_targets(content, "目标.CSV", MONDAYS)
    assert (row.metric.key, row.start, row.value) == ("orders", OCTOBER, 5)


def test_cells_of_a_workbook_keep_their_kinds() -> None:
    """A day that the spreadsheet made of 2026-10, a share as a number, an empty row between."""
    content = workbook(
        ("指标", "周期", "目标", "备注"),
        ("gmv", datetime(2026, 10, 1), 100, "x"),
        (None, None, None),
        ("conversion_rate", "2026-W40", 0.032),
    )
    rows = read_targets(content, "plan.xlsx", MONDAYS)
    assert [(r.line, r.grain, r.value) for r in rows] == [(2, "month", 100), (4, "week", 0.032)]


def test_a_day_that_begins_a_week_and_a_month_follows_its_metric() -> None:
    """1 June 2026 is a Monday."""
    both = ["gmv,2026-06-01,1", "gmv,2026-05-01,2", "orders,2026-06-01,3", "orders,2026-06-08,4"]
    assert [row[1] for row in read(*both)] == ["month", "month", "week", "week"]
    assert "write 2026-W40 or 2026-10" in told("gmv,2026-06-01,1")
    assert "write 2026-W40" in told("gmv,2026-06-01,1", "gmv,2026-05,2", "gmv,2026-W20,3")


@pytest.mark.parametrize(
    ("line", "where", "what"),
    [
        ("gnv,2026-10,1", "A “metric”", "no metric “gnv”. Did you mean “gmv”?"),
        (",2026-10,1", "A “metric”", "no metric “”"),
        ("gmv,soon,1", "B “from”", "“soon” is no week"),
        ("gmv,,1", "B “from”", "“” is no week"),
        ("gmv,2025-W53,1", "B “from”", "“2025-W53” is no week"),
        (
            "gmv,2026-10-06,1",
            "B “from”",
            "2026-10-06 begins neither a week (weeks start on Monday)",
        ),
        ("gmv,2026-10,many", "C “target”", "“many” is no number"),
        ("gmv,2026-10,", "C “target”", "“” is no number"),
        ("gmv,2026-10", "C “target”", "“” is no number"),
        ("gmv,2026-10,3%", "C “target”", "GMV is not a share"),
        ("gmv,2026-10,nan", "C “target”", "is no number"),
        ("conversion_rate,2026-10,3.2", "C “target”", "3.2 is more than all"),
        ("orders,2026-10,-1", "C “target”", "Orders can't be below zero"),
    ],
)
def test_each_fault_is_told_with_its_line_and_column(line: str, where: str, what: str) -> None:
    said = told("gmv,2026-09,1", line)
    assert f"Line 3, column {where}" in said
    assert what in said
    assert "one fault, nothing was imported" in said


def test_the_same_target_twice_names_the_first_line() -> None:
    assert "Line 4, column B “from”: GMV has a target for it in line 2 already." in told(
        "gmv,2026-10,1", "gmv,2026-11,1", "GMV,2026-10,2"
    )


def test_every_fault_of_the_sheet_is_told_at_once_in_both_languages() -> None:
    lines = [f"gone_{n},2026-10,x" for n in range(10)]
    assert "20 faults" in told(*lines)
    said = told(*lines, language="zh")
    assert "第 2 行 A 列“metric”：没有指标“gone_0”" in said
    assert "另有 8 处" in said


@pytest.mark.parametrize(
    ("header", "en", "zh"),
    [
        ("name,month,value", "line 1: no column metric, from, target", "缺少“指标、周期、目标”列"),
        ("metric,from,value", "no column target. Its columns are: metric, from, value", "目标"),
        ("metric,from,target,指标", "“指标” more than once", "出现了多次"),
    ],
)
def test_wrong_columns_are_named(header: str, en: str, zh: str) -> None:
    assert en in told("gmv,2026-10,1,gmv", header=header)
    assert zh in told("gmv,2026-10,1,gmv", header=header, language="zh")


@pytest.mark.parametrize(
    ("content", "name", "code"),
    [
        (b"", "plan.csv", "file_empty"),
        (b"metric,from,target\n\n", "plan.csv", "file_empty"),
        (b"PK\x03\x04broken", "plan.xlsx", "file_truncated"),
        (b"\xff\xff\xff\xff\x80", "plan.csv", "sheet_encoding"),
        (b"%PDF-1.7", "plan.pdf", "sheet_kind"),
        (b"metric,from,target\n" + b"gmv,2026-10,1\n" * 5000, "plan.csv", "sheet_long"),
        (b"x" * 5_000_001, "plan.csv", "sheet_large"),
    ],
)
def test_what_is_no_sheet(content: bytes, name: str, code: str) -> None:
    with pytest.raises(Problem) as problem:
        read_targets(content, name, MONDAYS)
    assert problem.value.code == code


def test_names_of_metrics_are_told_apart() -> None:
    for metric in METRICS.values():
        for name in (metric.key, metric.name.en.upper(), metric.name.zh, f" {metric.name.en} "):
            assert metric_named(name) is metric


def saved(body: MetricTargets, revision: int = 3) -> Saved[MetricTargets]:
    at = datetime(2026, 11, 30, tzinfo=UTC)
    return Saved("targets", "s", body.record, revision, None, Action.SAVED, "lin", at, "", body)


def test_a_sheet_changes_only_what_it_names() -> None:
    """October goes from 1 to 5, November stays as written, December is not in the sheet."""
    kept = MetricTargets(
        metric="gmv", grain="month", currency="CNY",
        values={OCTOBER: 1.0, NOVEMBER: 2.0, date(2026, 12, 1): 3.0},
    )  # fmt: skip
    rows = read_targets(
        b"metric,from,target\ngmv,2026-10,5\ngmv,2026-11,2\norders,2026-W40,7\n", "p.csv", MONDAYS
    )
    plan = laid_over(rows, [saved(kept)], MONDAYS)
    assert [(s.before, s.row.value, s.changes) for s in plan.steps] == [
        (1, 5, True), (2, 2, False), (None, 7, True),
    ]  # fmt: skip
    body, based_on = plan.edits["gmv:month"]
    assert (list(body.values.values()), based_on) == ([5, 2, 3], 3)
    assert plan.edits["orders:week"][1] is None


def test_a_sheet_that_changes_nothing_edits_nothing() -> None:
    kept = MetricTargets(metric="orders", grain="month", values={OCTOBER: 5.0})
    rows = read_targets(b"metric,from,target\norders,2026-10,5\n", "p.csv", MONDAYS)
    assert laid_over(rows, [saved(kept)], MONDAYS).edits == {}


def test_amounts_of_another_currency_are_not_kept_beside_new_ones() -> None:
    kept = MetricTargets(metric="gmv", grain="month", values={OCTOBER: 1.0}, currency="USD")
    rows = read_targets(b"metric,from,target\ngmv,2026-11,5\n", "p.csv", MONDAYS)
    [(body, _)] = laid_over(rows, [saved(kept)], MONDAYS).edits.values()
    assert (body.values, body.currency) == ({NOVEMBER: 5}, "CNY")


amounts = st.floats(0, 1, allow_subnormal=False) | st.integers(0, 10**9).map(lambda n: n / 100)


@st.composite
def plans(draw: st.DrawFn) -> tuple[Reporting, list[MetricTargets]]:
    """Targets of a few metrics, of weeks that start on either day."""
    reporting = draw(st.sampled_from([MONDAYS, SUNDAYS]))
    made = []
    pairs = st.tuples(st.sampled_from(sorted(METRICS)), st.sampled_from(["week", "month"]))
    for key, grain in draw(st.lists(pairs, min_size=1, max_size=4, unique=True)):
        days = draw(st.lists(st.dates(date(2020, 1, 1), date(2030, 1, 1)), min_size=1, max_size=4))
        starts = {floor(day, Grain(grain), reporting.week_start) for day in days}
        unit = METRICS[key].unit
        kinds = {Unit.SHARE: st.floats(0, 1), Unit.MONEY: amounts | amounts.map(lambda v: -v)}
        values = {start: draw(kinds.get(unit, amounts)) for start in starts}
        currency = "CNY" if unit is Unit.MONEY else None
        made.append(
            MetricTargets(metric=key, grain=grain, values=values, currency=currency)  # type: ignore[arg-type]
        )
    return reporting, made


@settings(max_examples=40)
@given(plans(), st.sampled_from(LANGUAGES))
def test_what_is_written_reads_back(made: tuple[Reporting, list[MetricTargets]], lang: Any) -> None:
    reporting, targets = made
    tr = Text(lang)
    csv, xlsx = as_csv(targets, tr).encode("utf-8-sig"), as_xlsx(targets, tr)
    for content, name in ((csv, "t.csv"), (xlsx, "t.xlsx")):
        rows: tuple[TargetRow, ...] = read_targets(content, name, reporting)
        back = {b.record: b.values for b, _ in laid_over(rows, [], reporting).edits.values()}
        assert back.keys() == {t.record for t in targets}
        for t in targets:  # a workbook keeps sixteen digits, text all of them
            exact = 0 if name == "t.csv" else 1e-15
            assert back[t.record] == pytest.approx(t.values, rel=exact, abs=0)


def test_a_metric_that_has_gone_is_written_by_its_key() -> None:
    kept = MetricTargets(metric="gone_metric", grain="month", values={OCTOBER: 1.5})
    assert as_csv([kept], Text("en")) == "metric,from,target\ngone_metric,2026-10,1.5\n"
