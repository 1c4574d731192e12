"""Attribution: who deserves the credit for an order, and does the answer depend on the model?"""

from i18n import Words
from ui.attribution.asked import Asked, answered
from ui.attribution.choose import choose_question
from ui.attribution.claims import claims_section
from ui.attribution.finding import finding
from ui.attribution.parts import how_computed, nothing, notices, spread_section, tiles
from ui.attribution.paths import paths_section
from ui.attribution.table import campaign_section, table_section
from ui.page import Head
from ui.session import text

asked, head = Asked.now(), Head(Words("Attribution", "归因"))
found = answered(asked)
head.say(finding(found, text()))
if found is not None:
    choose_question(asked)
    notices(found, asked)
    if not nothing(found):
        tiles(found, asked)
        spread_section(found, asked)
        table_section(found, asked)
        campaign_section(found, asked)
        claims_section(found, asked)
        how_computed(found, paths_section(found, asked))
