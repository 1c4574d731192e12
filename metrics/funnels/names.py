"""What steps, events and segments are called on screen."""

from __future__ import annotations

from data.dimensions import DIMENSIONS, UNKNOWN
from i18n import Text, Words
from metrics.funnels.breakdown import HOME
from metrics.funnels.result import NOT_REACHED, OTHER, Breakdown
from metrics.funnels.spec import Funnel

EVENTS: dict[str, Words] = {
    "page_view": Words("Page view", "浏览页面"),
    "search": Words("Search", "搜索"),
    "select_item": Words("Item clicked in a list", "点击列表商品"),
    "view_item": Words("Item view", "浏览商品"),
    "add_to_cart": Words("Add to cart", "加入购物车"),
    "remove_from_cart": Words("Remove from cart", "移出购物车"),
    "begin_checkout": Words("Checkout", "进入结算"),
    "purchase": Words("Paid order", "支付成功"),
    "sign_up": Words("Sign-up", "注册"),
    "login": Words("Login", "登录"),
    "share": Words("Share", "分享"),
    "invite_sent": Words("Invitation sent", "发出邀请"),
    "review": Words("Review", "评价"),
}
"""The canonical events; others pass through under their own names."""

_OTHER = Words("All others", "其他")
_NOT_REACHED = Words("Step not reached", "未到达该步")
_UNKNOWN = Words("Unknown", "未知")


def event_name(event: str) -> Words:
    return EVENTS.get(event, Words(event, event))


def step_name(funnel: Funnel, step: int) -> str:
    """The events of a step (from 1) under their keys, as in files: `a|b`."""
    return "|".join(dict.fromkeys(m.event for m in funnel.steps[step - 1].any_of))


def step_label(funnel: Funnel, step: int, tr: Text) -> str:
    """The events of a step (from 1) in the reader's language."""
    names = dict.fromkeys(m.event for m in funnel.steps[step - 1].any_of)
    return tr(Words(" or ", "或")).join(tr(event_name(e)) for e in names)


def segment_name(value: str | None, breakdown: Breakdown | None, tr: Text) -> str:
    """A value of a break-down; market, channel and platform have names of their own."""
    if value is None:
        return tr(Words("All", "全部"))
    special = {OTHER: _OTHER, NOT_REACHED: _NOT_REACHED, UNKNOWN: _UNKNOWN}
    if value in special:
        return tr(special[value])
    if breakdown is not None and breakdown.column in HOME:
        return tr(DIMENSIONS[breakdown.column].label(value))
    return value
