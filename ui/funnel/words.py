"""What the options of a funnel are called, what each means, and a definition in sentences."""

from __future__ import annotations

from data.dimensions import DIMENSIONS
from format import numbers
from format.durations import duration
from i18n import Text, Words
from metrics.funnels.breakdown import HOME, USER_COLUMNS
from metrics.funnels.names import event_name
from metrics.funnels.result import Breakdown
from metrics.funnels.spec import (
    DAY,
    PROPERTY,
    Counting,
    Effect,
    Entry,
    Exclusion,
    Filter,
    Funnel,
    Hold,
    Match,
    Op,
    Order,
    Window,
)

ORDERS: dict[Order, tuple[Words, Words]] = {
    Order.ORDERED: (
        Words("In this order", "按顺序"),
        Words(
            "Each step after the one before; anything may happen between them.",
            "各步骤依次发生，中间可以有其他行为。",
        ),
    ),
    Order.STRICT: (
        Words("Strictly in this order", "严格顺序"),
        Words(
            "As in this order, but an attempt ends where another event of the funnel comes between "
            "two steps.",
            "依次发生，且两步之间若出现漏斗中的其他事件，该次尝试即终止。",
        ),
    ),
    Order.UNORDERED: (
        Words("In any order", "任意顺序"),
        Words(
            "All steps within the window, whichever comes first; steps must not share events.",
            "窗口内完成各步骤即可，不论先后；各步骤的事件不能重复。",
        ),
    ),
}
ENTRIES: dict[Entry, tuple[Words, Words]] = {
    Entry.FURTHEST: (
        Words("Furthest attempt", "走得最远的一次"),
        Words(
            "Of somebody's attempts in the period the one that gets furthest counts.",
            "期内多次进入时，取走得最远的一次。",
        ),
    ),
    Entry.FIRST: (
        Words("First attempt", "首次进入"),
        Words(
            "Only the first attempt in the period counts, however the later ones went.",
            "只看期内首次进入，不论之后的尝试结果如何。",
        ),
    ),
}
COUNTINGS: dict[Counting, tuple[Words, Words]] = {
    Counting.USERS: (
        Words("Users", "用户数"),
        Words("Everybody counts once in the period.", "期内每人只计一次。"),
    ),
    Counting.SESSIONS: (
        Words("Sessions", "会话数"),
        Words(
            "Every session counts once, and all steps must lie in the same session.",
            "每个会话计一次，所有步骤须发生在同一会话内。",
        ),
    ),
    Counting.ATTEMPTS: (
        Words("Every attempt", "尝试次数"),
        Words(
            "Every event of the first step begins an attempt, and each one counts.",
            "每次触发第一步都算一次尝试，全部计入。",
        ),
    ),
}
HOLDS: dict[Hold | None, tuple[Words, Words]] = {
    None: (
        Words("Nothing", "不限定"),
        Words("Steps may concern different items and sessions.", "各步骤可涉及不同商品与会话。"),
    ),
    Hold.ITEM: (
        Words("The same item", "同一商品"),
        Words(
            "All steps concern one item; events without an item take no part.",
            "各步骤须针对同一商品；没有商品的事件不参与。",
        ),
    ),
    Hold.SESSION: (
        Words("The same session", "同一会话"),
        Words(
            "All steps lie in one session; the window still applies.",
            "各步骤须在同一会话内，转化窗口同时生效。",
        ),
    ),
}
EFFECTS: dict[Effect, tuple[Words, Words]] = {
    Effect.STOP: (
        Words("ends the attempt", "终止尝试"),
        Words(
            "The attempt counts up to the step before the excluded event.",
            "该次尝试计到排除事件之前的步骤为止。",
        ),
    ),
    Effect.LEAVE_OUT: (
        Words("leaves them out", "整体剔除"),
        Words(
            "Whoever's attempt has it is in no figure; how many were left out is said.",
            "发生该事件者不计入任何数字，并注明剔除数量。",
        ),
    ),
}
OPS: dict[Op, Words] = {
    Op.IS: Words("is", "等于"),
    Op.IS_NOT: Words("is not", "不等于"),
    Op.CONTAINS: Words("contains", "包含"),
    Op.AT_LEAST: Words("is at least", "不小于"),
    Op.AT_MOST: Words("is at most", "不大于"),
    Op.KNOWN: Words("is known", "有值"),
}
COLUMNS: dict[str, Words] = {
    "channel": Words("Channel", "渠道"),
    "campaign": Words("Campaign", "推广活动"),
    "platform": Words("Platform", "平台"),
    "country": Words("Country", "国家/地区"),
    "category": Words("Category", "品类"),
    "item_id": Words("Item", "商品"),
    "order_id": Words("Order", "订单"),
    "session_id": Words("Session", "会话"),
    "value": Words("Value", "金额"),
    "currency": Words("Currency", "币种"),
}
_WINDOW_KINDS = {
    "session": Words("within one session", "同一会话内"),
    "day": Words("on one calendar day", "同一自然日内"),
}
_WITHIN = Words("within {length}", "{length}内")
_OWN_WINDOW = Words("{window} of the step before", "距上一步{window}")
_COMMA = Words(", ", "，")
_NOT_BETWEEN = Words(
    "{events} between steps {after} and {before} {effect}",
    "第 {after} 步与第 {before} 步之间发生{events}则{effect}",
)
_WHERE = Words("{event} where {conditions}", "{event}（{conditions}）")
_CONDITION = Words("{column} {op} {values}", "{column}{op}{values}")
_HELD = Words("{what} throughout", "限定{what}")
_OR, _AND = Words(" or ", "或"), Words(" and ", "且")
_OF_STEP = Words("{column} at step {n}", "第 {n} 步的{column}")


def column_name(column: str, tr: Text) -> str:
    """A property of events in the reader's language; own properties under their own names."""
    return tr(COLUMNS[column]) if column in COLUMNS else column.removeprefix(PROPERTY)


def breakdown_name(breakdown: Breakdown, tr: Text) -> str:
    """`Channel`, or `Category at step 2`."""
    if breakdown.step is None:
        return tr(USER_COLUMNS[breakdown.column])
    return tr(_OF_STEP, column=column_name(breakdown.column, tr), n=breakdown.step)


def value_name(column: str, value: str, tr: Text) -> str:
    """A value of a property; channels and platforms have names of their own."""
    return tr(DIMENSIONS[column].label(value)) if column in HOME else value


def window_words(window: Window, tr: Text) -> str:
    """`within 7 d`, `within one session`."""
    if window.kind in _WINDOW_KINDS:
        return tr(_WINDOW_KINDS[window.kind])
    seconds = window.seconds or 0
    if seconds % DAY == 0:
        n = numbers.full(seconds // DAY, "count", tr)
        length = tr(Words("{n} days" if seconds > DAY else "{n} day", "{n} 天"), n=n)
    else:
        length = duration(seconds, tr)
    return tr(_WITHIN, length=length)


def filter_words(f: Filter, tr: Text) -> str:
    """`Channel is email or push`."""
    values = tr(_OR).join(f"“{value_name(f.column, v, tr)}”" for v in f.values)
    said = tr(_CONDITION, column=column_name(f.column, tr), op=tr(OPS[f.op]), values=values)
    return said.strip()


def match_words(match: Match, tr: Text) -> str:
    """The event with its conditions."""
    name = tr(event_name(match.event))
    if not match.filters:
        return name
    conditions = tr(_AND).join(filter_words(f, tr) for f in match.filters)
    return tr(_WHERE, event=name, conditions=conditions)


def matches_words(matches: tuple[Match, ...], tr: Text) -> str:
    return tr(_OR).join(match_words(m, tr) for m in matches)


def exclusion_words(e: Exclusion, tr: Text) -> str:
    """`Search between steps 1 and 3 ends the attempt`."""
    return tr(
        _NOT_BETWEEN,
        events=matches_words(e.any_of, tr),
        after=e.after,
        before=e.before,
        effect=EFFECTS[e.effect][0],
    )


def option_line(funnel: Funnel, tr: Text) -> str:
    """Who counts and how, in one line: what is not the default is said as well as what is."""
    parts = [
        tr(COUNTINGS[funnel.count][0]),
        tr(ORDERS[funnel.order][0]),
        window_words(funnel.window, tr),
    ]
    if funnel.count is not Counting.ATTEMPTS:
        parts.append(tr(ENTRIES[funnel.entry][0]))
    if funnel.hold is not None:
        parts.append(tr(_HELD, what=HOLDS[funnel.hold][0]))
    parts += [exclusion_words(e, tr) for e in funnel.exclusions]
    return " · ".join(parts)


def step_words(funnel: Funnel, step: int, tr: Text) -> str:
    """A step (from 1) with its conditions, its own window, and whether it is optional."""
    s = funnel.steps[step - 1]
    said = matches_words(s.any_of, tr)
    if s.window is not None:
        said += tr(_COMMA) + tr(_OWN_WINDOW, window=window_words(s.window, tr))
    return said + (tr(Words(" (optional)", "（可选）")) if s.optional else "")


def definition_lines(funnel: Funnel, tr: Text) -> list[str]:
    """The whole definition, one sentence a line, every chosen option with what it means."""
    lines = [f"{n}. {step_words(funnel, n, tr)}" for n in range(1, len(funnel.steps) + 1)]
    chosen = [COUNTINGS[funnel.count], ORDERS[funnel.order]]
    if funnel.count is not Counting.ATTEMPTS:
        chosen.append(ENTRIES[funnel.entry])
    if funnel.hold is not None:
        chosen.append(HOLDS[funnel.hold])
    colon = tr(Words(": ", "："))
    lines += [f"{tr(name)}{colon}{tr(meaning)}" for name, meaning in chosen]
    whole = Words("Window: the whole funnel {window}.", "转化窗口：整个漏斗须在{window}完成。")
    lines.append(tr(whole, window=window_words(funnel.window, tr)))
    lines += [
        f"{exclusion_words(e, tr)}{colon}{tr(EFFECTS[e.effect][1])}" for e in funnel.exclusions
    ]
    return lines
