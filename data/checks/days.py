"""Rows by day: days without any, weekdays that are always closed, days of broken tracking."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from statistics import median

from sqlalchemy import func, select

from data.checks.finding import COMMA, Cell, Found, Listing, Severity, filled, joined
from data.checks.look import Look, as_day, day_runs
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

OUTAGE_BELOW = 0.4
"""Events below this share of what the weekday usually has, while orders came in as usual."""

ORDERS_ABOVE = 0.5
WEEKS_AROUND = 4
FEWEST_EVENTS = 20
"""Below so many events on a usual day nothing can be said."""


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
    found = [
        _of_table(name, _counts(look, name))
        for name in contract.tables
        if name in TIME_OF and look.has(f"{name}.{TIME_OF[name]}")
    ]
    return tuple(one for one in found if one is not None)


def _counts(look: Look, name: str) -> dict[date, int]:
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


def outage(look: Look) -> Found | None:
    """Days on which orders came in as usual but far too few events were recorded."""
    if not look.has("events", "orders"):
        return None
    events, orders = _counts(look, "events"), _counts(look, "orders")
    if not events or not orders:
        return None
    broken = broken_days(events, orders)
    if not broken:
        return Found(
            Severity.OK,
            Words(
                "No day has orders as usual and far too few events.",
                "没有“订单正常但事件明显偏少”的日期。",
            ),
        )
    runs = day_runs(list(broken))
    told = ", ".join(str(a) if a == b else f"{a} – {b}" for a, b in runs)
    return Found(
        Severity.WARNING,
        filled(
            Words(
                "On {n:,} days tracking was broken: {told}. Orders came in as usual, events were "
                "below {share:.0%} of the median of the same weekday in the {weeks} weeks before "
                "and after.",
                "{n:,} 天埋点异常：{told}。订单正常，但事件数不足前后各 {weeks} 周"
                "同一星期几中位数的 {share:.0%}。",
            ),
            n=len(broken),
            told=told,
            share=OUTAGE_BELOW,
            weeks=WEEKS_AROUND,
        ),
        Words(
            "Activity, sessions, conversion and funnels that touch these days are too low; revenue "
            "is not. Mark them with an annotation, and import the events if they can be recovered.",
            "涉及这些日期的活跃、会话、转化与漏斗数据偏低，收入不受影响。"
            "请加上标注；如能找回事件数据请补导。",
        ),
        Listing(
            (
                Words("Day", "日期"),
                Words("Events", "事件数"),
                Words("Usual", "通常事件数"),
                Words("Orders", "订单数"),
            ),
            tuple(
                (str(d), events.get(d, 0), round(usual), orders.get(d, 0))
                for d, usual in broken.items()
            ),
        ),
    )


def broken_days(events: Mapping[date, int], orders: Mapping[date, int]) -> dict[date, float]:
    """Days of an outage with the events that such a day usually has.

    Usual is the median of the same weekday in the weeks around, the day itself apart; a median of
    eight is not moved by an outage of a day or two, nor by one campaign.
    """
    found: dict[date, float] = {}
    day, last = min(events), max(orders)
    while day <= last:
        around = [
            day + timedelta(weeks=n) for n in range(-WEEKS_AROUND, WEEKS_AROUND + 1) if n != 0
        ]
        around = [d for d in around if min(events) <= d <= last]
        if len(around) >= WEEKS_AROUND:
            usual = median(events.get(d, 0) for d in around)
            ordered = median(orders.get(d, 0) for d in around)
            few = usual >= FEWEST_EVENTS and events.get(day, 0) < OUTAGE_BELOW * usual
            if few and orders.get(day, 0) >= max(1.0, ORDERS_ABOVE * ordered):
                found[day] = usual
        day += timedelta(days=1)
    return found
