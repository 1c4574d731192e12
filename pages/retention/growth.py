"""Growth accounting: new, resurrected and churned users or money, and whether more come than go."""

from i18n import Words
from ui.growth.asked import Asked, able
from ui.growth.parts import (
    FIRST_SCREEN,
    away_section,
    choose_view,
    every_number,
    finding,
    flow_section,
    how_computed,
    part_section,
    tiles,
)
from ui.growth.view import NEEDS, View
from ui.page import page_header
from ui.session import text, warehouse
from ui.states import not_available, waiting

asked = Asked.now()
with waiting("growth", FIRST_SCREEN):
    found = asked.whole() if able() else None
page_header(Words("Growth accounting", "增长核算"), finding(found, text()))
choose_view()
if found is None:
    not_available(warehouse().coverage.lacking(*NEEDS[View.BOUGHT]), text())
else:
    tiles(found)
    flow_section(found, asked)
    if found.reason is None:
        away_section(found)
        split = part_section(found, asked)
        every_number(found, split)
        how_computed(found, split)
