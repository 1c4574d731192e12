"""Funnels that come with the product; a shop is offered those whose events it has."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from i18n import Words
from metrics.funnels.spec import DAY, Filter, Funnel, Match, Step, Window, simple


@dataclass(frozen=True, slots=True)
class Ready:
    """A ready-made funnel. `about` says what it answers, and what it can't."""

    key: str
    name: Words
    about: Words
    funnel: Funnel

    def missing(self, known: Collection[str]) -> tuple[str, ...]:
        """Its events that are not among `known`, in alphabetical order."""
        return tuple(sorted(self.funnel.events.difference(known)))


def _plain(*events: str, days: int) -> Funnel:
    return simple(*events, window=Window(seconds=days * DAY))


def _invited() -> Funnel:
    referred = Match(event="sign_up", filters=(Filter(column="channel", values=("referral",)),))
    first = Step(any_of=(referred,))
    rest = tuple(Step(any_of=(Match(event=e),)) for e in ("view_item", "purchase"))
    return Funnel(steps=(first, *rest), window=Window(seconds=30 * DAY))


READY: tuple[Ready, ...] = (
    Ready(
        "buying",
        Words("Browse to paid order", "浏览到支付"),
        Words(
            "Where do visitors get lost on the way to a paid order?",
            "从浏览到支付，用户在哪一步流失？",
        ),
        _plain("page_view", "view_item", "add_to_cart", "begin_checkout", "purchase", days=7),
    ),
    Ready(
        "registration",
        Words("Registration", "注册转化"),
        Words("How many visitors register?", "访客中有多少人完成注册？"),
        _plain("page_view", "sign_up", days=7),
    ),
    Ready(
        "invited",
        Words("Invited people to first order", "受邀用户首单"),
        Words(
            "How many of those who register on an invitation go on to order? An event funnel "
            "follows one person at a time; the invitation was sent by another, so it begins with "
            "the invited person's registration.",
            "受邀注册的用户有多少下了单？事件漏斗逐人跟踪，而发出邀请的是另一个人，因此以受邀人注册"
            "为起点。",
        ),
        _invited(),
    ),
    Ready(
        "search",
        Words("Search to cart", "搜索到加购"),
        Words("Do searches lead to items in the cart?", "搜索能否带来加购？"),
        _plain("search", "view_item", "add_to_cart", days=1),
    ),
    Ready(
        "again",
        Words("Order to next order", "下单到再次下单"),
        Words(
            "How many buyers pay for another order within 90 days?",
            "有多少买家在 90 天内再次支付订单？",
        ),
        _plain("purchase", "purchase", days=90),
    ),
)


def offered(known: Collection[str]) -> tuple[Ready, ...]:
    """Those whose events are all among `known`, in the order of the menu."""
    return tuple(r for r in READY if not r.missing(known))
