"""What growth accounting is asked: criterion, value, grain, and the flows in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from data.dimensions import USER_DIMENSIONS
from data.rollups import AWAY_DAYS, BACK
from data.scope import Span
from data.serving.growth_flows import ACTIVE, BOUGHT, MONTH, WEEK_MONDAY, WEEK_SUNDAY
from data.warehouse import OR
from i18n import Problem, Words
from metrics.periods import Grain, WeekStart, floor, following


class Criterion(StrEnum):
    """What makes a user count in a period."""

    ACTIVE = ACTIVE
    BOUGHT = BOUGHT


CRITERIA: dict[Criterion, Words] = {
    Criterion.ACTIVE: Words("Active users", "活跃用户"),
    Criterion.BOUGHT: Words("Buying users", "购买用户"),
}
RULES: dict[Criterion, Words] = {
    Criterion.ACTIVE: Words("at least one active event", "至少发生一次活跃事件"),
    Criterion.BOUGHT: Words("at least one paid order", "至少有一笔已付款订单"),
}
NEEDS: dict[Criterion, tuple[str, ...]] = {
    Criterion.ACTIVE: (OR.join(("events.user_id", "identities", "orders.user_id")),),
    Criterion.BOUGHT: ("orders.user_id",),
}
"""Where neither events nor orders name anybody, nobody is counted: that is no growth of zero."""


class Flow(StrEnum):
    """Part of the users of a period, or of those of the period before."""

    NEW = "new"
    RETAINED = "retained"
    RESURRECTED = "resurrected"
    CHURNED = "churned"


FLOWS: dict[Flow, Words] = {
    Flow.NEW: Words("New", "本期新增"),
    Flow.RETAINED: Words("Retained", "本期留存"),
    Flow.RESURRECTED: Words("Resurrected", "本期回流"),
    Flow.CHURNED: Words("Churned", "本期流出"),
}


class MoneyFlow(StrEnum):
    """A part of the change of GMV from one period to the next."""

    NEW = "new"
    RESURRECTED = "resurrected"
    EXPANSION = "expansion"
    CONTRACTION = "contraction"
    CHURNED = "churned"
    GUESTS = "guests"


MONEY_FLOWS: dict[MoneyFlow, Words] = {
    MoneyFlow.NEW: Words("New", "本期新增"),
    MoneyFlow.RESURRECTED: Words("Resurrected", "本期回流"),
    MoneyFlow.EXPANSION: Words("Expansion", "留存增购"),
    MoneyFlow.CONTRACTION: Words("Contraction", "留存减购"),
    MoneyFlow.CHURNED: Words("Churned", "本期流出"),
    MoneyFlow.GUESTS: Words("Guests (change)", "游客变化"),
}

NET = Words("Net", "净增")
QUICK_RATIO = Words("Quick ratio", "速动比")
GROSS_RETENTION = Words("Gross retention", "毛留存率")
NET_RETENTION = Words("Net retention", "净留存率")

AWAY: dict[str, Words] = {
    name: Words(f"away {low + 1}–{high} days", f"离开 {low + 1}–{high} 天")
    for name, low, high in zip(BACK, (0, *AWAY_DAYS), AWAY_DAYS, strict=False)
} | {BACK[-1]: Words(f"away more than {AWAY_DAYS[-1]} days", f"离开超过 {AWAY_DAYS[-1]} 天")}
"""How long the resurrected had been away: days from the last active one to the day of return."""

DIMENSIONS = tuple(d.key for d in USER_DIMENSIONS)
"""What growth can be broken down by: attributes of the user, so that parts sum exactly."""
MOST_VALUES = 11
"""Values of a break-down that stand for themselves; the rest is one group."""

GRAINS = (Grain.WEEK, Grain.MONTH)
MOST_PERIODS = 120
"""Ten years of months, or more than two of weeks."""


@dataclass(frozen=True, slots=True)
class Cut:
    """Calendar periods one after another, each a whole week or month. The first one only serves
    as the period before."""

    grain: Grain
    week_start: WeekStart
    spans: tuple[Span, ...]

    @property
    def kept_as(self) -> str:
        """What the serving table calls this grain."""
        if self.grain is Grain.MONTH:
            return MONTH
        return WEEK_MONDAY if self.week_start == "monday" else WEEK_SUNDAY


def cut_of(span: Span, grain: Grain, week_start: WeekStart, first: date, last: date) -> Cut:
    """The whole periods that `span` touches, as far as the data goes from `first` to `last`, and
    the one before them. A `Problem` where none is left or there are too many."""
    start = floor(max(span.start, first), grain, week_start)
    end = min(span.end, last + timedelta(days=1))
    if start >= end:
        raise Problem("growth_no_period", _NO_PERIOD, _CHOOSE, first=first, last=last)
    spans = [Span(floor(start - timedelta(days=1), grain, week_start), start)]
    while spans[-1].end < end:
        spans.append(Span(spans[-1].end, following(spans[-1].end, grain)))
    if len(spans) - 1 > MOST_PERIODS:
        raise Problem("growth_too_long", _TOO_LONG, _SHORTER, n=len(spans) - 1, most=MOST_PERIODS)
    return Cut(grain, week_start, tuple(spans))


_NO_PERIOD = Words(
    "The range lies outside the data, which covers {first} to {last}.",
    "所选时间不在数据范围内；数据覆盖 {first} 至 {last}。",
)
_CHOOSE = Words("Choose days within it.", "请选择该范围内的日期。")
_TOO_LONG = Words(
    "The range holds {n} periods; at most {most} are shown side by side.",
    "所选时间共 {n} 个周期，最多并列显示 {most} 个。",
)
_SHORTER = Words("Choose months, or a shorter range.", "请改按月查看，或缩短时间范围。")
