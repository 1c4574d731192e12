"""Ready-made funnels: what most shops ask first. A shop offers those whose events it has."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from i18n import Words
from metrics.funnels.spec import DAY, Funnel, Window, simple


@dataclass(frozen=True, slots=True)
class ReadyFunnel:
    """A funnel with a name. `key` stands in addresses."""

    key: str
    name: Words
    funnel: Funnel

    def missing(self, known: Iterable[str]) -> tuple[str, ...]:
        """Its events that a shop with these event names never had."""
        return tuple(sorted(self.funnel.events - set(known)))


READY_FUNNELS = (
    ReadyFunnel(
        "purchase",
        Words("From browsing to payment", "浏览到支付"),
        simple("page_view", "view_item", "add_to_cart", "begin_checkout", "purchase"),
    ),
    ReadyFunnel(
        "search_cart",
        Words("From search to cart", "搜索到加购"),
        simple("search", "view_item", "add_to_cart"),
    ),
    ReadyFunnel(
        "registration",
        Words("From a visit to registration", "访问到注册"),
        simple("page_view", "sign_up"),
    ),
    ReadyFunnel(
        "invitation",
        Words("From an invitation sent to a purchase", "邀请到下单"),
        simple("invite_sent", "invite_accepted", "purchase", window=Window(seconds=30 * DAY)),
    ),
)
