"""Rows by day: days without any, weekdays that are always closed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from itertools import groupby
from statistics import median

from sqlalchemy import func, select

from data.checks.finding import COMMA, Cell, Found, Listing, Severity, filled, joined
from data.checks.look import Look, as_day
from data.schema import TIME_OF, contract
from i18n import Words

FEWEST_MISSED = 8
"""Empty days in a row are a gap when so many rows would usually have come in them: by chance that
happens once in e^8, some 3,000 times. A day without rows in a table of two a day means nothing."""

DAYS_AROUND = 28
"""What usually comes: the median of the open days so long before and after the empty ones."""

NOT_DAILY = frozenset(
    {"fx_rates", "calendar", "experiments", "exposures", "memberships", "campaign_sends"}
)
"""Tables that stop and go by nature; missing rates have a check of their own."""

CLOSED_SHARE = 0.9
"""A weekday is closed when at least this share of its days is empty."""

FEWEST_WEEKS = 4
"""Weeks of data before a weekday may be called closed."""

WEEKDAYS = (
    Words("Mondays", "周一"),
    Words("Tuesdays", "周二"),
    Words("Wednesdays", "周三"),
    Words("Thursdays", "周四"),
    Words("Fridays", "周五"),
    Words("Saturdays", "周六"),
    Words("Sundays", "周日"),
)


@dataclass(frozen=True, slots=True)
class RowsByDay:
    """Rows of one table by reporting day, from its first day to its last, empty days included.

    `gaps` are runs of empty days, closed weekdays apart, in which rows were to be expected.
    `closed` are weekdays that are always empty, Monday is 0.
    """

    table: str
    days: tuple[date, ...]
    counts: tuple[int, ...]
    gaps: tuple[tuple[date, ...], ...]
    closed: tuple[int, ...]

    @property
    def missing(self) -> tuple[date, ...]:
        """All days of the gaps."""
        return tuple(day for gap in self.gaps for day in gap)


def rows_by_day(look: Look) -> tuple[RowsByDay, ...]:
    """Every table whose rows have a time, in the order of the contract; days after the end of the
    data are left to the check on future timestamps."""
    names = [
        name for name in contract.tables if name in TIME_OF and look.has(f"{name}.{TIME_OF[name]}")
    ]
    found = [look.once(f"days of {n}", partial(_by_day, look, n)) for n in names]
    return tuple(one for one in found if one is not None)


def _by_day(look: Look, name: str) -> RowsByDay | None:
    return _of_table(name, rows_of(look, name))


def rows_of(look: Look, name: str) -> Mapping[date, int]:
    """Rows of one table by reporting day, days without any left out."""
    return look.once(f"rows of {name} by day", lambda: _readrows_of(look, name))


def _readrows_of(look: Look, name: str) -> Mapping[date, int]:
    table = look.table(name)
    at = table.c[TIME_OF[name]]
    dated = (
        select(look.day_of(name, at).label("day"))
        .where(at.is_not(None), ~look.day_is_later(at))
        .cte("dated")
    )
    found = look.ask(
        select(dated.c.day, func.count().label("n")).group_by(dated.c.day).order_by(dated.c.day)
    )
    return {as_day(row["day"]): int(row["n"]) for row in found}


def _of_table(name: str, counts: Mapping[date, int]) -> RowsByDay | None:
    if not counts:
        return None
    first, last = min(counts), max(counts)
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    closed = set() if name in NOT_DAILY else _closed_weekdays(days, counts)
    open_days = [d for d in days if d.weekday() not in closed]
    empty = [list(run) for has, run in groupby(open_days, counts.__contains__) if not has]
    expected = [run for run in empty if len(run) * _usual(run, open_days, counts) >= FEWEST_MISSED]
    return RowsByDay(
        name,
        tuple(days),
        tuple(counts.get(d, 0) for d in days),
        () if name in NOT_DAILY else tuple(tuple(run) for run in expected),
        tuple(sorted(closed)),
    )


def _usual(run: list[date], open_days: list[date], counts: Mapping[date, int]) -> float:
    """Rows of a usual day around a run of empty ones."""
    near = timedelta(days=DAYS_AROUND)
    around = [
        counts.get(d, 0)
        for d in open_days
        if run[0] - near <= d < run[0] or run[-1] < d <= run[-1] + near
    ]
    return median(around)


def _closed_weekdays(days: list[date], counts: Mapping[date, int]) -> set[int]:
    """Weekdays that are empty nearly always, unless most of the week is."""
    closed = set()
    for weekday in range(7):
        own = [d for d in days if d.weekday() == weekday]
        empty = sum(d not in counts for d in own)
        if len(own) >= FEWEST_WEEKS and empty >= CLOSED_SHARE * len(own):
            closed.add(weekday)
    return closed if len(closed) <= 3 else set()


def gaps(look: Look) -> Found | None:
    """Days without rows between a table's first day and its last."""
    tables = rows_by_day(look)
    if not tables:
        return None
    closed = _closed_told(tables)
    rows: list[tuple[Cell, ...]] = [
        (t.table, str(gap[0]), str(gap[-1]), len(gap)) for t in tables for gap in t.gaps
    ]
    if not rows:
        return Found(
            Severity.INFO if closed.en else Severity.OK,
            filled(
                Words(
                    "No day is missing between the first and the last of any table.{closed}",
                    "各表首日与末日之间没有缺失的日期。{closed}",
                ),
                closed=closed,
            ),
        )
    told = joined(
        [
            filled(
                Words("{table} on {n:,} days", "{table} 缺 {n:,} 天"),
                table=t.table,
                n=len(t.missing),
            )
            for t in tables
            if t.gaps
        ],
        COMMA,
    )
    return Found(
        Severity.WARNING,
        filled(
            Words("No rows: {told}.{closed}", "缺少数据：{told}。{closed}"),
            told=told,
            closed=closed,
        ),
        Words(
            "A closed day is real, a file that did not come is not: compare with the shop's "
            "holidays and import what is missing.",
            "休息日属正常情况，漏传的文件则不是：请与店铺假期核对，并补导缺失的数据。",
        ),
        Listing(
            (
                Words("Table", "数据表"),
                Words("First day", "起始日"),
                Words("Last day", "结束日"),
                Words("Days", "天数"),
            ),
            tuple(rows),
        ),
    )


def _closed_told(tables: tuple[RowsByDay, ...]) -> Words:
    """Closed weekdays as a pattern, not as fifty gaps; tables with the same ones together."""
    by_days: dict[tuple[int, ...], list[str]] = {}
    for t in tables:
        if t.closed:
            by_days.setdefault(t.closed, []).append(t.table)
    return joined(
        [
            filled(
                Words(
                    " {tables}: never on {days}; these are not counted as gaps.",
                    "{tables} 在{days}从无数据，不计为缺失。",
                ),
                tables=", ".join(names),
                days=joined([WEEKDAYS[d] for d in closed], COMMA),
            )
            for closed, names in by_days.items()
        ],
        Words("", ""),
    )
