"""The stages of the lifecycle, the two ways to read them, and the rule of each in words."""

from __future__ import annotations

from enum import StrEnum

from data.dimensions import USER_DIMENSIONS
from data.settings import LifecycleRules
from i18n import Text, Words


class Stage(StrEnum):
    ACQUIRE = "acquire"
    ACTIVATE = "activate"
    RETAIN = "retain"
    CONVERT = "convert"
    REFER = "refer"


FOLLOWED = (Stage.ACTIVATE, Stage.RETAIN, Stage.CONVERT, Stage.REFER)
"""The stages after the first one, which everybody has by definition."""

STAGES: dict[Stage, Words] = {
    Stage.ACQUIRE: Words("Acquire", "获客"),
    Stage.ACTIVATE: Words("Activate", "激活"),
    Stage.RETAIN: Words("Retain", "留存"),
    Stage.CONVERT: Words("Convert", "转化"),
    Stage.REFER: Words("Refer", "推荐"),
}


class Mode(StrEnum):
    """`SEQUENTIAL`: this stage and all before it, whatever their order in time.
    `OF_ACQUIRED`: this stage, whatever the others."""

    SEQUENTIAL = "sequential"
    OF_ACQUIRED = "of_acquired"


MODES: dict[Mode, Words] = {
    Mode.SEQUENTIAL: Words("sequential", "逐级"),
    Mode.OF_ACQUIRED: Words("of acquired", "占获客"),
}


class State(StrEnum):
    """Where somebody stands with a stage. In progress: the window is open, whatever they did."""

    REACHED = "reached"
    NOT_REACHED = "not_reached"
    IN_PROGRESS = "in_progress"
    SO_FAR = "so_far"
    """Reached it, whether the window is over or not: the value to date."""


class Population(StrEnum):
    REGISTERED = "registered"
    VISITED = "visited"


POPULATIONS: dict[Population, Words] = {
    Population.REGISTERED: Words("Users, from registration", "注册用户（自注册起）"),
    Population.VISITED: Words("Visitors, from the first visit", "访客（自首次访问起）"),
}
NEEDS: dict[Population, tuple[str, ...]] = {
    Population.REGISTERED: ("users.registered_at",),
    Population.VISITED: ("events", "identities"),
}
"""Without these there is nobody to follow."""
STAGE_NEEDS: dict[Stage, tuple[str, ...]] = {
    Stage.ACQUIRE: (),
    Stage.ACTIVATE: ("events",),
    Stage.RETAIN: ("events",),
    Stage.CONVERT: ("orders",),
    Stage.REFER: ("invitations",),
}

DIMENSIONS = (*[d.key for d in USER_DIMENSIONS], "campaign")
"""What the funnel can be broken down by."""
CAMPAIGN = Words("Campaign", "活动（campaign）")

MOST_VALUES = 11
"""Values of a break-down that stand for themselves; the rest is one group."""


def rule_words(stage: Stage, rules: LifecycleRules, population: Population, tr: Text) -> str:
    """The rule by which a stage counts as reached, with the figures of the settings."""
    entered = Words("registration", "注册")
    if population is Population.VISITED:
        entered = Words("the first visit", "首次访问")
    return tr(
        _RULES[stage][0] if population is Population.REGISTERED else _RULES[stage][1],
        entered=entered,
        event=rules.activation_event,
        activation_days=rules.activation_days,
        first=rules.retain_from_day,
        last=rules.retain_to_day,
        convert_days=rules.convert_days,
        refer_days=rules.refer_days,
    )


_ACTIVATE = Words(
    "the event {event} within {activation_days} × 24 h of {entered}",
    "{entered}后 {activation_days}×24 小时内发生事件 {event}",
)
_RETAIN = Words(
    "active on at least one of days {first}–{last} after {entered} (calendar days, both included)",
    "{entered}后第 {first}–{last} 天（自然日，含首尾）至少有一天活跃",
)
_CONVERT = Words(
    "first paid order within {convert_days} × 24 h of {entered}",
    "{entered}后 {convert_days}×24 小时内完成首笔付款订单",
)
_REFER = Words(
    "an invitation sent and accepted, both within {refer_days} × 24 h of the inviter's {entered}",
    "{entered}后 {refer_days}×24 小时内发出邀请且被接受",
)
_REFER_VISITED = Words(
    "an invitation sent and accepted, both within {refer_days} × 24 h of {entered}",
    "{entered}后 {refer_days}×24 小时内发出邀请且被接受",
)
_RULES: dict[Stage, tuple[Words, Words]] = {
    Stage.ACQUIRE: (
        Words("registered in the period", "在所选时间内注册"),
        Words("first visit in the period", "在所选时间内首次访问"),
    ),
    Stage.ACTIVATE: (_ACTIVATE, _ACTIVATE),
    Stage.RETAIN: (_RETAIN, _RETAIN),
    Stage.CONVERT: (_CONVERT, _CONVERT),
    Stage.REFER: (_REFER, _REFER_VISITED),
}
