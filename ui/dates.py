"""Ranges a reader picks by name. They are counted from the data's own time, not from today's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from data.scope import Span
from data.warehouse import Coverage
from i18n import Words
from metrics.periods import Grain, WeekStart, add_months, floor


@dataclass(frozen=True, slots=True)
class Preset:
    key: str
    name: Words


PRESETS = (
    Preset("last_week", Words("Last week", "上周")),
    Preset("last_4_weeks", Words("Last 4 weeks", "近 4 周")),
    Preset("last_13_weeks", Words("Last 13 weeks", "近 13 周")),
    Preset("last_month", Words("Last month", "上月")),
    Preset("last_3_months", Words("Last 3 months", "近 3 个月")),
    Preset("last_12_months", Words("Last 12 months", "近 12 个月")),
    Preset("month_to_date", Words("Month to date", "本月至今")),
    Preset("year_to_date", Words("Year to date", "本年至今")),
    Preset("all_data", Words("All data", "全部数据")),
)
CUSTOM = Preset("custom", Words("Other dates…", "自选日期…"))

FIRST, LAST = date(1990, 1, 1), date(2100, 1, 1)
LONGEST = timedelta(days=7305)
"""Twenty years. Each metric looks back on many ranges of the same length before it is judged."""


def usable(start: date, end: date) -> bool:
    """Whether the days `[start, end)` can be asked for: in order, and of a sane length."""
    return FIRST <= start < end <= LAST and end - start <= LONGEST


def span_of(key: str, coverage: Coverage, week_start: WeekStart) -> Span:
    """The days a preset means for this shop: complete weeks and months, or to the last day."""
    if key == "all_data":
        end = coverage.last_day + timedelta(days=1)
        return Span(max(coverage.start, end - LONGEST), end)
    week = floor(coverage.until, Grain.WEEK, week_start)
    month = floor(coverage.until, Grain.MONTH)
    weeks = {"last_week": 1, "last_4_weeks": 4, "last_13_weeks": 13}
    months = {"last_month": 1, "last_3_months": 3, "last_12_months": 12}
    if key in weeks:
        return Span(week - timedelta(weeks=weeks[key]), week)
    if key in months:
        return Span(add_months(month, -months[key]), month)
    start = floor(coverage.last_day, Grain.MONTH)
    if key == "month_to_date":
        return Span(start, add_months(start, 1))
    return Span(date(start.year, 1, 1), coverage.last_day + timedelta(days=1))


def default_span(coverage: Coverage, week_start: WeekStart) -> Span:
    """The last four complete weeks; all there is, for a shop that began after them."""
    found = span_of("last_4_weeks", coverage, week_start)
    return found if coverage.start < found.end else span_of("all_data", coverage, week_start)


def preset_of(span: Span, coverage: Coverage, week_start: WeekStart) -> str:
    """The name under which a range can be picked, else `custom`."""
    for preset in PRESETS:
        if span_of(preset.key, coverage, week_start) == span:
            return preset.key
    return CUSTOM.key


def default_grain(span: Span) -> Grain:
    """About a dozen points or more: days up to five weeks, weeks up to a year, then months."""
    if span.days <= 35:
        return Grain.DAY
    return Grain.WEEK if span.days <= 200 else Grain.MONTH
