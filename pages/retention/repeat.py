"""Repeat and churn: how long until a second purchase, and which silence means goodbye."""

from i18n import Words
from ui.page import page_header
from ui.session import text
from ui.states import waiting
from ui.survival.asked import Asked
from ui.survival.parts import (
    FIRST_SCREEN,
    choose_segment,
    curve_section,
    every_number,
    finding,
    gap_section,
    how_computed,
)

asked = Asked.now()
with waiting("repeat", FIRST_SCREEN):
    second, gap = asked.second_purchase(), asked.gap()
page_header(Words("Repeat and churn", "复购与流失"), finding(second, gap, text()), with_dates=False)
choose_segment()
curve_section(
    Words("How long until the second purchase?", "多久会二次购买？"), second, "second_purchase"
)
last = asked.last_activity()
curve_section(Words("How long do people stay?", "用户能留多久？"), last, "last_activity")
gap_section(gap, asked.churn_days)
every_number([second, last])
how_computed(asked, [second, last], gap)
