"""The sentence that the channel page opens with."""

from __future__ import annotations

from format import numbers
from i18n import Text, Words
from metrics.channels.bridge import moved, summary
from metrics.channels.result import Table, paid
from metrics.channels.spec import value_name
from metrics.metric import Unit
from metrics.reading import REASONS
from metrics.stats.nested_bridges import RATE
from ui.channels.asked import Asked

_ANSWERS = Words(
    "What does a new customer cost, what does she bring, and when does she pay back?",
    "一位新客要花多少钱？能带来多少价值？多久回本？",
)
_NONE = Words("No cost per new customer: {reason}.", "无法计算获客成本：{reason}。")
_COSTS = Words("A new customer cost {cac}", "获客成本 {cac}")
_IN = Words("A new customer of {place} cost {cac}", "{place}获客成本 {cac}")
_CHANGED = Words(
    ", {change} against the comparison ({low} to {high})",
    "，较对比期 {change}（区间 {low} 至 {high}）",
)
_SAME = Words(", no clear change ({low} to {high})", "，较对比期无显著变化（区间 {low} 至 {high}）")
_MOSTLY = Words("; most of it in {name}", "，主要来自{name}")
_PAID = Words(" Paid channels alone: {cac}.", "付费渠道单独计算为 {cac}。")
_END = Words(".", "。")


def finding(found: Table | None, asked: Asked, tr: Text) -> str:
    """The cost of all rows, whether it moved beyond chance, and where most of it comes from."""
    if found is None:
        return tr(_ANSWERS)
    currency = asked.scope.currency
    cac = found.total.now.cac(asked.cost)
    if cac.value is None:
        return tr(_NONE, reason=REASONS[cac.reason]) if cac.reason else tr(_ANSWERS)
    said = numbers.short(cac.value, Unit.MONEY, tr, currency)
    if found.node.path:
        level = len(found.node.path) - 1
        name = value_name(("channel", "campaign", "market")[level], found.node.path[-1], tr)
        first = tr(_IN, place=name, cac=said)
    else:
        first = tr(_COSTS, cac=said)
    return first + _moved(found, asked, tr) + tr(_END) + _paid(found, asked, tr)


def _moved(found: Table, asked: Asked, tr: Text) -> str:
    change = found.total.change(asked.cost)
    if change is None:
        return ""
    low, high = (numbers.signed_percent(v) for v in (change.low, change.high))
    if not change.is_clear:
        return tr(_SAME, low=low, high=high)
    text = tr(_CHANGED, change=numbers.signed_percent(change.change), low=low, high=high)
    bridge = moved(found, asked.cost)
    if bridge is None:
        return text
    parts = summary(bridge)
    whole = parts.end - parts.start
    largest = max(parts.parts, key=lambda p: p.value * whole, default=None)
    if largest is None or largest.value * whole <= 0 or abs(largest.value) < abs(whole) / 3:
        return text
    what, _, key = largest.key.partition(":")
    name = (
        tr(Words("{name}'s own cost", "{name}自身成本"), name=value_name(found.node.by, key, tr))
        if what == RATE
        else tr(Words("the mix", "结构变化"))
    )
    return text + tr(_MOSTLY, name=name)


def _paid(found: Table, asked: Asked, tr: Text) -> str:
    bought = paid(found)
    reading = None if bought is None else bought.cac(asked.cost)
    if reading is None or reading.value is None:
        return ""
    return tr(_PAID, cac=numbers.short(reading.value, Unit.MONEY, tr, asked.scope.currency))
