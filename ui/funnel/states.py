"""In place of the figures: what the shop lacks for this funnel, or for any."""

from __future__ import annotations

import streamlit as st

from i18n import Words
from ui.funnel.asked import Asked, lacking_events
from ui.session import text, warehouse
from ui.states import card, not_available


def why_not(asked: Asked | None) -> None:
    """Which table or which event is needed."""
    tr = text()
    problem = None if asked is None else lacking_events(asked)
    if problem is None:
        not_available(("events",), tr)
        return
    what, *hint = problem.say(tr).split("\n")
    card(what, "\n".join(hint), "warning")


def only_orders() -> None:
    """A shop without the table `events` has paid orders alone: said, with the way to more."""
    tr = text()
    if warehouse().coverage.has("events"):
        return
    words = Words(
        "This shop has no table `events`, so paid orders are the only steps. Map it in the shop's "
        "mapping.yaml (docs/guides/importing.md) for funnels over visits and items.",
        "该店铺没有 `events` 表，只能以支付成功作为步骤。在 mapping.yaml 中配置该表"
        "（见 docs/guides/importing.md）后，即可分析浏览与加购等行为。",
    )
    st.caption(tr(words))
