"""The lifecycle funnel as JSON at full precision, as CSV, or as a table for the eye."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from data.dimensions import DIMENSIONS, UNKNOWN
from data.scope import Scope
from data.warehouse import Warehouse
from format import numbers
from format.columns import aligned
from format.csv_text import csv_text
from format.durations import in_hours
from i18n import Text, Words
from metrics.lifecycle.result import BreakDown, Cohort, Lifecycle, StageReading, Trend
from metrics.lifecycle.stages import MODES, STAGES, Mode, Stage, rule_words
from metrics.metric import Unit
from metrics.periods import Comparison
from metrics.reading import REASONS
from metrics.stats.intervals import Difference


@dataclass(frozen=True, slots=True)
class Answer:
    """What one call of the command line found: the funnel, and its parts or its course."""

    warehouse: Warehouse
    scope: Scope
    funnel: Lifecycle
    compared: Comparison
    parts: BreakDown | None
    trend: Trend | None


@dataclass(frozen=True, slots=True)
class Line:
    """One stage of one group in one range, with what it is compared with."""

    group: str
    cohort: Cohort
    stage: Stage
    mode: Mode
    base: Cohort | None
    change: Difference | None

    @property
    def found(self) -> StageReading:
        return self.cohort.at(self.stage, self.mode)


OTHER = "(other)"
ALL = "(all)"


def lines(answer: Answer) -> Iterator[Line]:
    """Every stage in both readings: of the range, then of its parts, then of each acquisition
    week. The command line and the page's table read the same."""
    whole, against = answer.funnel, answer.compared
    for stage in Stage:
        for mode in Mode:
            change = None
            if stage is not Stage.ACQUIRE:
                change = whole.change(against, stage, mode)
            yield Line(ALL, whole.cohort, stage, mode, whole.before.get(against), change)
    for part in () if answer.parts is None else answer.parts.parts:
        for stage in Stage:
            for mode in Mode:
                change = None if stage is Stage.ACQUIRE else part.change(stage, mode)
                group = OTHER if part.value is None else part.value
                yield Line(group, part.cohort, stage, mode, part.base, change)
    for cohort in () if answer.trend is None else answer.trend.cohorts:
        for stage in Stage:
            for mode in Mode:
                yield Line(ALL, cohort, stage, mode, None, None)


def as_json(answer: Answer, tr: Text) -> str:
    """Everything that is known; keys are stable. Shares in [0, 1], times in hours, `to` is
    exclusive. The rules are in the reader's language, as the page shows them."""
    w, whole = answer.warehouse, answer.funnel
    sql = {"funnel": whole.sql}
    if answer.parts is not None:
        sql["breakdown"] = answer.parts.sql
    if answer.trend is not None:
        sql["trend"] = answer.trend.sql
    document = {
        "shop": w.shop,
        "data_version": whole.version,
        "data_through": w.coverage.through.isoformat() + "Z",
        "timezone": w.reporting.timezone,
        "population": whole.population,
        "filters": {c.dimension: sorted(c.values) for c in answer.scope.choices},
        "ignored_filters": list(whole.ignored),
        "from": whole.span.start.isoformat(),
        "to": whole.span.end.isoformat(),
        "running": whole.running,
        "comparison": answer.compared,
        "breakdown": answer.parts and answer.parts.dimension,
        "grain": answer.trend and answer.trend.grain,
        "settings": whole.rules.model_dump(),
        "rules": {s: rule_words(s, whole.rules, whole.population, tr) for s in Stage},
        "rows": [_document(answer, line) for line in lines(answer)],
        "sql": sql,
    }
    return json.dumps(document, ensure_ascii=False, indent=2)


def _document(answer: Answer, line: Line) -> dict[str, Any]:
    found, base, change = line.found, line.base, line.change
    before = None
    if base is not None:
        reading = base.at(line.stage, line.mode).reading
        before = {
            "from": base.span.start.isoformat(),
            "to": base.span.end.isoformat(),
            "value": reading.value,
            "numerator": reading.numerator,
            "denominator": reading.denominator,
            "reason": reading.reason,
        }
    r = found.reading
    return {
        "group": line.group,
        "from": line.cohort.span.start.isoformat(),
        "to": line.cohort.span.end.isoformat(),
        "stage": line.stage,
        "reading": line.mode,
        "acquired": line.cohort.acquired,
        "value": r.value,
        "numerator": r.numerator,
        "denominator": r.denominator,
        "interval": None if r.low is None else [r.low, r.high],
        "reason": r.reason,
        "maturity": r.maturity,
        "in_progress": r.left_out,
        "reached_so_far": found.so_far,
        "median_hours": found.median_hours,
        "compared": before,
        "change": change and {"points": change.diff, "interval": [change.low, change.high]},
    }


CSV_HEADER = (
    "group", "from", "to", "stage", "reading", "acquired", "value", "numerator", "denominator",
    "low", "high", "reason", "maturity", "in_progress", "reached_so_far", "median_hours",
    "compared_from", "compared_to", "compared_value", "change", "change_low", "change_high",
    "data_version",
)  # fmt: skip


def as_csv(answer: Answer) -> str:
    """One line per group, range, stage and reading, numbers at full precision."""
    return csv_text(CSV_HEADER, (csv_row(line, answer.funnel.version) for line in lines(answer)))


def csv_row(line: Line, version: str) -> Sequence[object]:
    found, base, change = line.found, line.base, line.change
    r = found.reading
    return (
        line.group, line.cohort.span.start, line.cohort.span.end, line.stage, line.mode,
        line.cohort.acquired, r.value, r.numerator, r.denominator, r.low, r.high, r.reason,
        r.maturity, r.left_out, found.so_far, found.median_hours,
        base and base.span.start, base and base.span.end,
        base and base.at(line.stage, line.mode).reading.value,
        change and change.diff, change and change.low, change and change.high, version,
    )  # fmt: skip


def as_table(answer: Answer, tr: Text) -> str:
    """Aligned columns with a line on what they are of; the rules stand below."""
    whole, w = answer.funnel, answer.warehouse
    header, rows = table(answer, tr)
    about = " · ".join(
        [
            w.shop,
            *[f"{tr(c.of.name)}{tr(Words(': ', '：'))}{c.sentence(tr)}" for c in
              answer.scope.choices],
            tr(
                Words("data through {through} UTC", "数据截至 {through} UTC"),
                through=f"{w.coverage.through:%Y-%m-%d %H:%M}",
            ),
            tr(Words("version {version}", "版本 {version}"), version=whole.version),
        ]
    )  # fmt: skip
    rules = [
        f"{tr(STAGES[s])}{tr(Words(': ', '：'))}{rule_words(s, whole.rules, whole.population, tr)}"
        for s in Stage
    ]
    body = aligned(header, rows, right=(5, 6, 7, 8, 9, 10))
    return "\n".join([about, "", *body, "", *rules]) + "\n"


def table(answer: Answer, tr: Text) -> tuple[list[str], list[list[str]]]:
    """The lines as text in the reader's language, every number in full."""
    header = [
        tr(word)
        for word in (
            Words("Group", "分组"),
            Words("From", "起（含）"),
            Words("To (exclusive)", "止（不含）"),
            Words("Stage", "阶段"),
            Words("Reading", "口径"),
            Words("Rate", "比率"),
            Words("Reached / mature", "已达成 / 已满观察期"),
            Words("95 % interval", "95% 区间"),
            Words("In progress", "观察中"),
            Words("Median time", "中位时长"),
            Words("Change, with interval", "变化及区间"),
            Words("Note", "备注"),
        )
    ]
    by = None if answer.parts is None else answer.parts.dimension
    return header, [_row(line, by, tr) for line in lines(answer)]


def _row(line: Line, by: str | None, tr: Text) -> list[str]:
    found = line.found
    r = found.reading
    parts = interval = ""
    if r.numerator is not None and r.denominator is not None:
        parts = f"{_count(r.numerator, tr)} / {_count(r.denominator, tr)}"
    if r.low is not None and r.high is not None:
        interval = f"{_share(r.low, tr)} – {_share(r.high, tr)}"
    return [
        group_name(line.group, by, tr),
        line.cohort.span.start.isoformat(),
        line.cohort.span.end.isoformat(),
        tr(STAGES[line.stage]),
        tr(MODES[line.mode]),
        _share(r.value, tr),
        parts,
        interval,
        _count(r.left_out, tr),
        in_hours(found.median_hours, tr),
        change_text(line.change, tr),
        "" if r.reason is None else tr(REASONS[r.reason]),
    ]


def group_name(group: str, dimension: str | None, tr: Text) -> str:
    """A value of a dimension by its name; everybody, and the group of all other values."""
    if group in _GROUPS:
        return tr(_GROUPS[group])
    if dimension in DIMENSIONS:
        return tr(DIMENSIONS[dimension].label(group))
    return tr(Words("No campaign", "无活动")) if group == UNKNOWN else group


_GROUPS = {ALL: Words("All", "全部"), OTHER: Words("Other", "其他")}


def _count(value: float, tr: Text) -> str:
    return numbers.full(value, Unit.COUNT, tr)


def _share(value: float | None, tr: Text) -> str:
    return numbers.full(value, Unit.SHARE, tr)


def change_text(change: Difference | None, tr: Text) -> str:
    """`+1.8 pt (+0.4 to +3.2)`: the change in points and its interval."""
    if change is None:
        return ""
    text = numbers.signed_change(0, change.diff, Unit.SHARE, tr)
    ends = [numbers.signed_points(end) for end in (change.low, change.high)]
    return tr(
        Words("{change} ({low} to {high})", "{change}（{low} 至 {high}）"),
        change=text,
        low=ends[0],
        high=ends[1],
    )
