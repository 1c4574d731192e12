"""What payback is asked: by what customers are grouped, and how long they are followed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement, FromClause

from data.dimensions import CHANNEL, MARKET
from data.scope import Span
from data.warehouse import Coverage
from i18n import Problem, Words
from metrics.channels.spec import HORIZONS, Node
from metrics.periods import Grain, floor, following


class By(StrEnum):
    """What the customers of a cohort have in common."""

    MONTH = "month"
    CHANNEL = CHANNEL.key
    MARKET = MARKET.key


BYS: dict[By, Words] = {
    By.MONTH: Words("Month of the first order", "首单月份"),
    By.CHANNEL: CHANNEL.name,
    By.MARKET: MARKET.name,
}

FOLLOWED = 730
"""Days after the first order that customers are followed at most."""
WITHIN = (1, *range(30, 361, 30))
"""Days by which the value of a cohort is read against its cost; 1 is the first 24 hours."""
MOST_MONTHS = 60
MOST_VALUES = 15
"""Channels or markets that stand for themselves; the rest is one cohort."""


@dataclass(frozen=True, slots=True)
class Level(Node):
    """The values of one dimension of all customers, whatever its place in the drill."""

    dimension: str = CHANNEL.key

    @property
    def by(self) -> str:
        return self.dimension

    def within(self, table: FromClause) -> list[ColumnElement[bool]]:
        return []


@dataclass(frozen=True, slots=True)
class Days:
    """Days of first orders: `span` holds the complete ones within the data; `whole` says whether
    that is all of the calendar month (or of what was asked for), `running` whether the month is not
    over."""

    span: Span
    whole: bool
    running: bool


def months_of(span: Span, coverage: Coverage) -> tuple[Days, ...]:
    """The calendar months that `span` touches, as far as the data goes. A `Problem` where none has
    a complete day, or there are too many."""
    first = max(span.start, coverage.start)
    start = floor(first, Grain.MONTH)
    end = min(span.end, coverage.until)
    found: list[Days] = []
    while max(start, coverage.start) < end and first < end:
        after = following(start, Grain.MONTH)
        cut = Span(max(start, coverage.start), min(after, coverage.until))
        found.append(Days(cut, cut == Span(start, after), after > coverage.until))
        start = after
    if not found:
        raise Problem(
            "payback_no_day", _NO_DAY, _CHOOSE, first=coverage.start,
            last=coverage.until - timedelta(days=1),
        )  # fmt: skip
    if len(found) > MOST_MONTHS:
        raise Problem("payback_too_long", _TOO_LONG, _SHORTER, n=len(found), most=MOST_MONTHS)
    return tuple(found)


def old_enough(months: Sequence[Days], coverage: Coverage) -> tuple[Days, int]:
    """The days of first orders for cohorts that are compared with each other: those whose customers
    are all of the highest age (one of `HORIZONS`) that leaves at least half of the days; all of
    them (age 0) where none does."""
    start, end = months[0].span.start, months[-1].span.end
    for days in reversed(HORIZONS):
        cut = min(end, coverage.until - timedelta(days=days))
        if (cut - start) * 2 >= end - start:
            return Days(Span(start, cut), True, False), days
    return Days(Span(start, end), True, months[-1].running), 0


_NO_DAY = Words(
    "The range has no complete day within the data, which covers {first} to {last}.",
    "所选时间内没有完整的数据日；数据覆盖 {first} 至 {last}。",
)
_CHOOSE = Words("Choose days within it.", "请选择该范围内的日期。")
_TOO_LONG = Words(
    "The range holds {n} months; at most {most} are shown.",
    "所选时间共 {n} 个月，最多显示 {most} 个月。",
)
_SHORTER = Words("Choose a shorter range.", "请缩短时间范围。")
