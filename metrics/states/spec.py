"""The states, their rules in words, and the days that can be asked about."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from enum import StrEnum

from data.dimensions import USER_DIMENSIONS
from data.scope import Span
from data.settings import StateRules
from data.warehouse import Coverage
from i18n import Problem, Text, Words
from metrics.periods import Grain, WeekStart, buckets, floor, following


class State(StrEnum):
    """Where a user stands on a day; exactly one holds, the first in this order whose rule does."""

    NEW = "new"
    RESURRECTED = "resurrected"
    ACTIVE = "active"
    DORMANT = "dormant"
    CHURNED = "churned"


STATES: dict[State, Words] = {
    State.NEW: Words("New users", "新用户"),
    State.RESURRECTED: Words("Resurrected", "回流"),
    State.ACTIVE: Words("Active", "活跃"),
    State.DORMANT: Words("Dormant", "沉睡"),
    State.CHURNED: Words("Churned", "流失"),
}
NOT_YET = Words("Not yet registered", "尚未注册")
"""Where users come from who registered between two days."""

_RULES: dict[State, Words] = {
    State.NEW: Words(
        "registered at most {new} days ago",
        "注册不超过 {new} 天",
    ),
    State.RESURRECTED: Words(
        "came back at most {back} days ago after a gap of more than {active} days, and active "
        "within the last {active} days",
        "间隔超过 {active} 天后重新活跃，且回来不超过 {back} 天、最近 {active} 天内仍活跃",
    ),
    State.ACTIVE: Words("last active at most {active} days ago", "最近活跃距今不超过 {active} 天"),
    State.DORMANT: Words(
        "last active {dormant_from}–{dormant} days ago", "最近活跃距今 {dormant_from}–{dormant} 天"
    ),
    State.CHURNED: Words(
        "last active more than {dormant} days ago", "最近活跃距今超过 {dormant} 天"
    ),
}


def rule_words(state: State, rules: StateRules, tr: Text) -> str:
    """The rule of a state with the figures of the settings."""
    return tr(
        _RULES[state],
        new=rules.new_days,
        active=rules.active_days,
        back=rules.resurrected_days,
        dormant_from=rules.active_days + 1,
        dormant=rules.dormant_days,
    )


COUNTED_FROM = Words(
    "Days since the end of that day; registration counts as a first active day, so users who "
    "registered and were never active grow dormant and churn as well.",
    "天数以当日结束为准；注册视为首个活跃日，因此注册后从未活跃的用户也会依次进入沉睡、流失。",
)

RETAINED = (State.ACTIVE, State.RESURRECTED)
"""Whom the churned are compared with: new users have had no time to leave, dormant ones have not
decided."""

SETTINGS: dict[str, Words] = {
    "new_days": Words("New: days since registration", "新用户：注册天数"),
    "dormant_days": Words("Churned: days of silence", "流失：未活跃天数"),
    "resurrected_days": Words("Resurrected: days since coming back", "回流：回来天数"),
}
"""The thresholds by name, keys as in `[reporting.states]`."""
CHOICES: dict[str, tuple[int, ...]] = {
    "new_days": (7, 14, 30, 60),
    "dormant_days": (60, 90, 120, 180),
    "resurrected_days": (7, 14, 30, 60),
}
"""Other thresholds, to say what share of users each would move. The gap itself, `active_days`, is
part of the serving tables: another one takes a refresh."""

DIMENSIONS = tuple(d.key for d in USER_DIMENSIONS)
MOST_VALUES = 11
"""Values of a break-down that stand for themselves; the rest is one group."""
MOST_DAYS = 60
"""Days of a trend."""
VALUE_DAYS = 365
"""Value at stake counts net revenue of so many days up to the day asked about."""
FEEDBACK_DAYS = 365
"""Feedback counts when given within so many days up to the day asked about."""


def require_day(on: date, coverage: Coverage) -> date:
    """The day, if the data reaches it; a `Problem` otherwise."""
    if not coverage.start <= on <= coverage.last_day:
        raise Problem(
            "states_no_day",
            Words(
                "{on} lies outside the data, which covers {first} to {last}.",
                "{on} 不在数据范围内；数据覆盖 {first} 至 {last}。",
            ),
            Words("Choose a day within it.", "请选择该范围内的日期。"),
            on=on,
            first=coverage.start,
            last=coverage.last_day,
        )
    return on


def ends_of(
    span: Span, grain: Grain, week_start: WeekStart, coverage: Coverage
) -> tuple[date, ...]:
    """The last days of the whole weeks or months (or each day) that end in the range, as far as
    the data is complete. A `Problem` where there are too many."""
    days = tuple(_ends(span, grain, week_start, coverage))
    if len(days) > MOST_DAYS:
        raise Problem(
            "states_too_many_days",
            Words(
                "The range holds {n} days to look at; at most {most} fit one trend.",
                "所选时间共 {n} 个观察日，一条趋势最多 {most} 个。",
            ),
            Words("Choose weeks or months, or a shorter range.", "请改按周或月，或缩短时间范围。"),
            n=len(days),
            most=MOST_DAYS,
        )
    return days


def _ends(span: Span, grain: Grain, week_start: WeekStart, coverage: Coverage) -> Iterator[date]:
    for period in buckets(span, grain, week_start):
        last = period.span.end - timedelta(days=1)
        is_end = following(floor(last, grain, week_start), grain) == period.span.end
        if is_end and coverage.start <= last < coverage.until:
            yield last
