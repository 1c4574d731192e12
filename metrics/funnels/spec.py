"""An event funnel as it is defined, saved and shared: steps, windows, and what counts.

Building one that has no meaning raises a `Problem` that says what to change. Which events exist
is known further up: `metrics.funnels.events` asks.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from i18n import Problem, Words

FEWEST_STEPS, MOST_STEPS = 2, 20
LONGEST_DAYS = 366
"""A window longer than a year is taken for a slip of the hand."""
DAY = 86_400


class Order(StrEnum):
    ORDERED = "ordered"
    STRICT = "strict"
    UNORDERED = "unordered"


class Counting(StrEnum):
    USERS = "users"
    SESSIONS = "sessions"
    ATTEMPTS = "attempts"


class Entry(StrEnum):
    FURTHEST = "furthest"
    FIRST = "first"


class Hold(StrEnum):
    """What has to stay the same through an attempt."""

    ITEM = "item_id"
    SESSION = "session_id"


class Effect(StrEnum):
    """What an excluded event does to an attempt."""

    STOP = "stop"
    LEAVE_OUT = "leave_out"


class Op(StrEnum):
    IS = "is"
    IS_NOT = "is_not"
    CONTAINS = "contains"
    AT_LEAST = "at_least"
    AT_MOST = "at_most"
    KNOWN = "known"


OWN_COLUMNS = (
    "channel", "campaign", "platform", "country", "category", "item_id", "order_id", "session_id",
    "value", "currency",
)  # fmt: skip
"""Properties that the contract gives every event; others stand in `properties`."""
PROPERTY = "properties."
"""`properties.colour` is the key `colour` of an event's JSON."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Filter(_Strict):
    """A condition on an event's property. A value that is not known meets only `is_not`."""

    column: Annotated[str, Field(max_length=80)]
    op: Op = Op.IS
    values: tuple[Annotated[str, Field(max_length=200)], ...] = ()

    @model_validator(mode="after")
    def _meant(self) -> Filter:
        if self.column not in OWN_COLUMNS and not self.column.startswith(PROPERTY):
            raise Problem("filter_column", _COLUMN, _COLUMNS, column=self.column,
                          known=", ".join(OWN_COLUMNS))  # fmt: skip
        if self.op is not Op.KNOWN and not self.values:
            raise Problem("filter_empty", _NO_VALUES, column=self.column)
        if self.op in (Op.AT_LEAST, Op.AT_MOST):
            try:
                float(self.values[0])
            except ValueError as error:
                raise Problem(
                    "filter_number", _NUMBER, column=self.column, found=self.values[0]
                ) from error
        return self


class Match(_Strict):
    """An event by its name, perhaps only some of them."""

    event: Annotated[str, Field(min_length=1, max_length=200)]
    filters: tuple[Filter, ...] = ()


class Window(_Strict):
    """How long something may take: `seconds` elapsed, the same session, or the same calendar day
    of the reporting time zone."""

    kind: Literal["elapsed", "session", "day"] = "elapsed"
    seconds: int | None = 7 * DAY

    @model_validator(mode="after")
    def _sensible(self) -> Window:
        if self.kind != "elapsed":
            return self if self.seconds is None else Window(kind=self.kind, seconds=None)
        if self.seconds is None or not 1 <= self.seconds <= LONGEST_DAYS * DAY:
            days = 0 if self.seconds is None else round(self.seconds / DAY, 4)
            raise Problem("window_length", _WINDOW, found=f"{days:g}", most=LONGEST_DAYS)
        return self


class Step(_Strict):
    """One step: any of several events. An optional one neither filters nor anchors the next.
    `window`: from the nearest required step before; `None` leaves only the funnel's."""

    any_of: Annotated[tuple[Match, ...], Field(min_length=1, max_length=20)]
    optional: bool = False
    window: Window | None = None

    @property
    def events(self) -> frozenset[str]:
        return frozenset(m.event for m in self.any_of)


class Exclusion(_Strict):
    """Events that must not lie between step `after` and step `before` (counted from 1)."""

    any_of: Annotated[tuple[Match, ...], Field(min_length=1, max_length=20)]
    after: int = 1
    before: int
    effect: Effect = Effect.STOP


class Funnel(_Strict):
    """A funnel over any events, with everything that decides who counts."""

    steps: tuple[Step, ...]
    order: Order = Order.ORDERED
    window: Window = Window()
    entry: Entry = Entry.FURTHEST
    count: Counting = Counting.USERS
    hold: Hold | None = None
    exclusions: Annotated[tuple[Exclusion, ...], Field(max_length=5)] = ()

    @model_validator(mode="after")
    def _has_a_meaning(self) -> Funnel:
        n = len(self.steps)
        if not FEWEST_STEPS <= n <= MOST_STEPS:
            raise Problem("funnel_size", _SIZE, n=n, fewest=FEWEST_STEPS, most=MOST_STEPS)
        if self.steps[0].optional or self.steps[-1].optional:
            raise Problem("funnel_ends", _ENDS, _MAKE_REQUIRED)
        if self.steps[0].window is not None:
            raise Problem("first_window", _FIRST_WINDOW)
        for step in self.steps:
            if step.window is not None and step.window.kind == "session":
                raise Problem("step_session", _STEP_SESSION, _HOLD_SESSION)
        for e in self.exclusions:
            if not 1 <= e.after < e.before <= n:
                raise Problem("exclusion_place", _PLACE, after=e.after, before=e.before, n=n)
            if self.steps[e.after - 1].optional or self.steps[e.before - 1].optional:
                raise Problem("exclusion_optional", _PLACE_OPTIONAL, _MAKE_REQUIRED)
        if self.order is Order.UNORDERED:
            self._any_order_has_a_meaning()
        self._optional_steps_differ()
        return self

    def _any_order_has_a_meaning(self) -> None:
        if any(s.window is not None for s in self.steps):
            raise Problem("unordered_windows", _NO_BEFORE, _ORDERED)
        for e in self.exclusions:
            if (e.after, e.before) != (1, len(self.steps)):
                raise Problem("unordered_exclusion", _NO_BETWEEN, _WHOLE)
        shared = self.shared_events()
        if shared:
            raise Problem("unordered_same", _SAME, _ORDERED, events=", ".join(sorted(shared)))

    def _optional_steps_differ(self) -> None:
        """Two optional steps side by side could both be served by one event."""
        seen: frozenset[str] = frozenset()
        for step in self.steps:
            if not step.optional:
                seen = frozenset()
                continue
            if seen & step.events:
                both = ", ".join(sorted(seen & step.events))
                raise Problem("optional_same", _OPTIONAL_SAME, _MAKE_REQUIRED, events=both)
            seen |= step.events

    def shared_events(self) -> frozenset[str]:
        """Names that stand in more than one step."""
        seen: set[str] = set()
        twice: set[str] = set()
        for step in self.steps:
            twice |= seen & step.events
            seen |= step.events
        return frozenset(twice)

    @property
    def required(self) -> tuple[int, ...]:
        """Places of the required steps, from 0."""
        return tuple(n for n, s in enumerate(self.steps) if not s.optional)

    @property
    def events(self) -> frozenset[str]:
        """Every event that it names, excluded ones too."""
        named = [m.event for s in self.steps for m in s.any_of]
        return frozenset([*named, *[m.event for e in self.exclusions for m in e.any_of]])


def simple(*events: str, **more: object) -> Funnel:
    """A funnel of plain events: `simple("view_item", "purchase", window=Window(seconds=3600))`."""
    steps = tuple(Step(any_of=(Match(event=e),)) for e in events)
    return Funnel.model_validate({"steps": steps, **more})


_COLUMN = Words(
    "Events can't be filtered by “{column}”.",
    "无法按“{column}”筛选事件。",
)
_COLUMNS = Words(
    "Choose one of: {known}; or properties.NAME for a key of the event's own properties.",
    "可选：{known}；事件自定义属性请写作 properties.名称。",
)
_NO_VALUES = Words(
    "The filter on “{column}” names no value.",
    "“{column}”的筛选条件没有填写取值。",
)
_NUMBER = Words(
    "The filter on “{column}” compares with “{found}”, which is not a number.",
    "“{column}”的筛选值“{found}”不是数字。",
)
_WINDOW = Words(
    "A conversion window lasts from one second to {most} days; {found} days were asked for.",
    "转化窗口应在 1 秒到 {most} 天之间，当前为 {found} 天。",
)
_SIZE = Words(
    "A funnel has {fewest} to {most} steps; this one has {n}.",
    "漏斗应有 {fewest}–{most} 个步骤，当前为 {n} 个。",
)
_ENDS = Words(
    "The first and the last step of a funnel can't be optional.",
    "漏斗的第一步和最后一步不能设为可选。",
)
_MAKE_REQUIRED = Words("Make the step required, or remove it.", "请改为必经步骤，或删除该步骤。")
_FIRST_WINDOW = Words(
    "The first step starts the clock and can't have a window of its own.",
    "第一步是计时起点，不能单独设置时间窗口。",
)
_STEP_SESSION = Words(
    "A single step can't be bound to the session.",
    "单个步骤不能限定“同一会话”。",
)
_HOLD_SESSION = Words(
    "Choose the same session as the window of the whole funnel.",
    "请把整个漏斗的转化窗口设为“同一会话”。",
)
_PLACE = Words(
    "An excluded event lies between two steps of 1 to {n}, the earlier one first; found {after} "
    "and {before}.",
    "排除事件应位于第 1–{n} 步中的两步之间（先小后大），当前为 {after} 与 {before}。",
)
_PLACE_OPTIONAL = Words(
    "An exclusion can't begin or end at an optional step.",
    "排除条件不能以可选步骤为起点或终点。",
)
_NO_BEFORE = Words(
    "In any order no step comes before another, so single steps can't have windows.",
    "“任意顺序”下没有先后之分，不能为单个步骤设置时间窗口。",
)
_NO_BETWEEN = Words(
    "In any order an exclusion can only span the whole funnel.",
    "“任意顺序”下，排除条件只能覆盖整个漏斗。",
)
_WHOLE = Words("Let it reach from the first to the last step.", "请把范围设为从第一步到最后一步。")
_SAME = Words(
    "In any order every step needs events of its own; in several steps: {events}.",
    "“任意顺序”下各步骤的事件不能重复；重复的事件：{events}。",
)
_ORDERED = Words("Choose “in this order” instead.", "请改用“按顺序”。")
_OPTIONAL_SAME = Words(
    "Two optional steps side by side share an event, which can't be both: {events}.",
    "相邻的两个可选步骤包含相同事件，同一事件不能同时算作两步：{events}。",
)
