"""Days of broken tracking: orders came in as usual, events did not."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from statistics import median

from data.checks.days import rows_of
from data.checks.finding import Found, Listing, Severity, filled
from data.checks.look import Look, day_runs
from i18n import Words

OUTAGE_BELOW = 0.4
"""Events below this share of what the weekday usually has, while orders came in as usual."""

ORDERS_ABOVE = 0.5
WEEKS_AROUND = 4
FEWEST_EVENTS = 20
"""Below so many events on a usual day nothing can be said."""


def outage(look: Look) -> Found | None:
    """Days on which orders came in as usual but far too few events were recorded."""
    if not look.has("events", "orders"):
        return None
    events, orders = rows_of(look, "events"), rows_of(look, "orders")
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
