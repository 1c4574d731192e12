"""Repeat and churn: how long until a second purchase, and which silence means goodbye."""

from i18n import Words
from ui.page import Head
from ui.segment_choice import choose_segment
from ui.session import text
from ui.survival.asked import Asked
from ui.survival.parts import (
    answered,
    curve_section,
    every_number,
    finding,
    gap_section,
    how_computed,
)

asked, head = Asked.now(), Head(Words("Repeat and churn", "复购与流失"), with_dates=False)
choose_segment("survival")
found = answered(asked)
head.say(finding(found, text()))
if found is not None:
    second, last, gap = found
    curve_section(Words("How long until the second purchase?", "多久会二次购买？"), second)
    curve_section(Words("How long do people stay?", "用户能留多久？"), last)
    gap_section(gap, asked.churn_days)
    every_number([second, last])
    how_computed(asked, [second, last], gap)
