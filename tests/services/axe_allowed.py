"""Accessibility faults of the framework itself, which no page of ours can mend."""

from __future__ import annotations

from typing import NamedTuple


class Allowed(NamedTuple):
    """A fault that is not ours: axe's rule, the element (or one around it), and why."""

    rule: str
    selector: str
    reason: str


ALLOWED = (
    Allowed(
        "list",
        '[data-testid="stSidebarNavItems"]',
        "st.navigation puts each section's heading and items in <div> between <ul> and <li>.",
    ),
    Allowed(
        "listitem",
        '[data-testid="stSidebarNavItems"]',
        "The same <div> between <ul> and <li>.",
    ),
    Allowed(
        "svg-img-alt",
        '[data-testid="stMetricChart"]',
        "The sparkline of st.metric draws unnamed marks; its tile's text carries the numbers.",
    ),
    Allowed(
        "color-contrast",
        '[data-testid="stCode"] .token',
        "st.code colours keywords in a fixed blue that no theme setting reaches.",
    ),
    Allowed(
        "color-contrast",
        '[data-testid="stCaptionContainer"]',
        "st.caption fades the theme's text; our pages write asides in a colour of their own.",
    ),
    Allowed(
        "target-size",
        '[data-testid="stMultiSelect"] button',
        "The framework's button that clears st.multiselect is 14 px; each tag can be removed too.",
    ),
    Allowed(
        "target-size",
        '[data-testid="stDateInput"] [role="spinbutton"]',
        "Day and month of st.date_input are narrower than 24 px; the calendar button is not.",
    ),
)
