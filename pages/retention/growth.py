"""Growth accounting: new, resurrected and churned users or money, and whether more come than go."""

from i18n import Words
from ui.growth.asked import Asked
from ui.growth.parts import (
    answered,
    away_section,
    choose_view,
    every_number,
    finding,
    flow_section,
    how_computed,
    tiles,
)
from ui.growth.segments import part_section
from ui.page import Head
from ui.session import text

asked, head = Asked.now(), Head(Words("Growth accounting", "增长核算"))
choose_view()
found = answered(asked)
head.say(finding(found, text()))
if found is not None:
    tiles(found)
    flow_section(found, asked)
    if found.reason is None:
        away_section(found)
        split = part_section(found, asked)
        every_number(found, split)
        how_computed(found, split)
