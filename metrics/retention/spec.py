"""What is asked: where a cohort begins, what counts as coming back, and how both are cut."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from i18n import Problem, Words
from metrics.periods import Grain


class Start(StrEnum):
    """The moment from which somebody is followed; everybody begins once."""

    REGISTRATION = "registration"
    FIRST_PURCHASE = "first_purchase"
    FIRST_VISIT = "first_visit"
    EVENT = "event"
    """The first time that this person did a chosen event in the shop's data."""


class Return(StrEnum):
    ACTIVITY = "activity"
    PURCHASE = "purchase"
    EVENT = "event"


class Clock(StrEnum):
    """`CALENDAR`: periods are days, weeks or months of the reporting calendar, period 0 being the
    one in which somebody began. `HOURS`: period n of a person is [n·L, (n+1)·L) after the instant
    at which they began, L being 24 hours, 7 × 24 hours or 30 × 24 hours."""

    CALENDAR = "calendar"
    HOURS = "24h"


class Kind(StrEnum):
    BOUNDED = "bounded"
    ROLLING = "rolling"
    BRACKET = "bracket"
    ON_OR_BEFORE = "on_or_before"


class Value(StrEnum):
    USERS = "users"
    ORDERS = "orders"
    REVENUE = "revenue"
    MARGIN = "margin"
    REVENUE_RETENTION = "revenue_retention"


GRAINS = (Grain.DAY, Grain.WEEK, Grain.MONTH)
HOURS_OF: dict[Grain, int] = {Grain.DAY: 24, Grain.WEEK: 7 * 24, Grain.MONTH: 30 * 24}
"""How long a period of the 24-hour clock is. Months have no fixed length: there one is 30 days."""
USUAL_PERIODS: dict[Grain, int] = {Grain.DAY: 30, Grain.WEEK: 26, Grain.MONTH: 24}
"""The last period shown unless another is asked for."""
MOST_COHORTS = 400
MOST_PERIODS = 400
"""More can't be read and would be a table of hundreds of thousands of cells."""
MONEY = (Value.REVENUE, Value.MARGIN, Value.REVENUE_RETENTION)
FOLLOWED_USERS = (Start.REGISTRATION, Start.FIRST_PURCHASE)
"""Where users are followed; the other starts follow visitors who never registered as well."""


@dataclass(frozen=True, slots=True)
class Bracket:
    """Periods `first` up to and including `last`; no `last` means "or later"."""

    first: int
    last: int | None

    @property
    def label(self) -> str:
        """`7`, `7–30` or `7+`."""
        if self.last is None:
            return f"{self.first}+"
        return f"{self.first}" if self.last == self.first else f"{self.first}–{self.last}"


@dataclass(frozen=True, slots=True)
class Spec:
    """One question of retention. A `Problem` where its parts don't go together.

    `periods` is the last period shown (None: as many as usual); `brackets` are the columns of the
    kind `bracket`, in order and without overlap. `returns_count`: a refund or cancellation is an
    act like a purchase, both as return and as the first purchase.
    """

    start: Start = Start.REGISTRATION
    returning: Return = Return.ACTIVITY
    grain: Grain = Grain.WEEK
    clock: Clock = Clock.CALENDAR
    kind: Kind = Kind.BOUNDED
    value: Value = Value.USERS
    start_event: str = ""
    return_event: str = ""
    periods: int | None = None
    brackets: tuple[Bracket, ...] = ()
    returns_count: bool = False

    def __post_init__(self) -> None:
        if self.grain not in GRAINS:
            raise Problem("retention_grain", _GRAIN, _GRAIN_HINT, grain=self.grain)
        for option, named, event in (
            (Words("start", "起始行为"), self.start is Start.EVENT, self.start_event),
            (Words("return", "回访行为"), self.returning is Return.EVENT, self.return_event),
        ):
            if named != bool(event):
                raise Problem("retention_event_not_named", _NO_EVENT, _NO_EVENT_HINT, option=option)
        if self.periods is not None and not 0 <= self.periods <= MOST_PERIODS:
            raise Problem(
                "retention_periods", _PERIODS, _PERIODS_HINT, found=self.periods, most=MOST_PERIODS
            )
        if self.kind is Kind.ROLLING and self.value is not Value.USERS:
            raise Problem("retention_rolling_value", _ROLLING, _ROLLING_HINT)
        if self.value is Value.REVENUE_RETENTION and self.kind is Kind.ON_OR_BEFORE:
            raise Problem("retention_cumulative_share", _CUMULATIVE, _CUMULATIVE_HINT)
        self._require_brackets()
        self._require_base()

    def _require_base(self) -> None:
        if self.value is not Value.REVENUE_RETENTION or self.kind is not Kind.BRACKET:
            return
        if self.brackets[0] != Bracket(0, 0):
            raise Problem("retention_brackets_base", _BASE, _BASE_HINT)

    def _require_brackets(self) -> None:
        if (self.kind is Kind.BRACKET) != bool(self.brackets):
            raise Problem("retention_brackets", _BRACKETS, _BRACKETS_HINT)
        before = -1
        for bracket in self.brackets:
            last = bracket.last
            if last is None or not before < bracket.first <= last <= MOST_PERIODS:
                raise Problem(
                    "retention_brackets_order",
                    _ORDER,
                    _BRACKETS_HINT,
                    found=",".join(b.label for b in self.brackets),
                )
            before = last

    @property
    def counts_users(self) -> bool:
        """Whether users are followed, rather than visitors too."""
        return self.start in FOLLOWED_USERS

    @property
    def starts_by_returning(self) -> bool:
        """Whether the act that begins a cohort is itself a return, so that period 0 is 100 % by
        definition. What counts as activity is a setting, so there period 0 is measured."""
        if self.returning is Return.PURCHASE:
            return self.start is Start.FIRST_PURCHASE
        same = self.start_event == self.return_event
        return self.returning is Return.EVENT and self.start is Start.EVENT and same

    @property
    def counted_from(self) -> int:
        """The first period that counts for "on or before"."""
        counts_people = self.value is Value.USERS
        return 1 if counts_people and self.starts_by_returning else 0


def event_of(text: str, option: str, known: tuple[str, ...]) -> tuple[str, str]:
    """`purchase` or `event:NAME` as the kind and the event's name."""
    kind, _, name = text.partition(":")
    if kind == "event" and name:
        return kind, name
    if text in known and text != "event":
        return text, ""
    raise Problem(
        "retention_unknown_event",
        Words("--{option} is “{found}”.", "--{option} 的值“{found}”无法识别。"),
        Words(
            "Choose from: {known}; or event:NAME for an event of the shop.",
            "可选：{known}；或用 event:事件名 指定店铺中的事件。",
        ),
        option=option,
        found=text,
        known=", ".join(k for k in known if k != "event"),
    )


def brackets_of(text: str) -> tuple[Bracket, ...]:
    """`1-3,4-7,8-30` as brackets; a single number is a bracket of its own."""
    found = []
    for part in text.split(","):
        first, dash, last = part.strip().partition("-")
        if not first.isdecimal() or (dash and not last.isdecimal()):
            raise Problem("retention_brackets_text", _BRACKET_TEXT, _BRACKETS_HINT, found=part)
        found.append(Bracket(int(first), int(last) if dash else int(first)))
    return tuple(found)


_GRAIN = Words("Cohorts by {grain} are not offered.", "不支持按 {grain} 划分同期群。")
_GRAIN_HINT = Words("Choose day, week or month.", "请选择日（day）、周（week）或月（month）。")
_NO_EVENT = Words(
    "The {option} needs the name of an event exactly when it is a chosen event.",
    "{option}仅在选择“指定事件”时需要填写事件名，且必须填写。",
)
_NO_EVENT_HINT = Words("Write event:NAME.", "写法：event:事件名。")
_PERIODS = Words("{found} periods were asked for.", "要求显示 {found} 期。")
_PERIODS_HINT = Words("Choose 0 to {most}.", "请填 0 到 {most}。")
_ROLLING = Words(
    "Rolling (period n or later) counts people; it is not offered for orders or money.",
    "滚动留存（第 n 期及以后）统计的是人数，不适用于订单或金额。",
)
_ROLLING_HINT = Words(
    "Choose users, or the kind bounded or on_or_before.",
    "请把指标改为 users，或把口径改为 bounded 或 on_or_before。",
)
_CUMULATIVE = Words(
    "Revenue retention compares one period with period 0; it does not accumulate.",
    "收入留存是某一期与第 0 期之比，不能累计。",
)
_CUMULATIVE_HINT = Words(
    "Choose the kind bounded, or the value revenue.",
    "请把口径改为 bounded，或把指标改为 revenue。",
)
_BASE = Words(
    "Revenue retention divides by period 0, which has to be the first bracket.",
    "收入留存以第 0 期为分母，第一个区间必须是第 0 期。",
)
_BASE_HINT = Words("Write them as 0,1-3,4-7.", "写法：0,1-3,4-7。")
_BRACKETS = Words(
    "Brackets belong to the kind bracket, which needs at least one.",
    "区间仅用于 bracket 口径，且至少需要一个。",
)
_BRACKETS_HINT = Words("Write them as 1-3,4-7,8-30.", "写法：1-3,4-7,8-30。")
_ORDER = Words(
    "The brackets {found} are not in order, overlap, or reach too far.",
    "区间 {found} 顺序不对、互相重叠或范围过大。",
)
_BRACKET_TEXT = Words("“{found}” is not a bracket of periods.", "“{found}”不是有效的区间。")
