"""Every experiment: where it stands, whether to trust it, what it says; all of them together."""

from i18n import Words
from ui.experiment.asked import say_whose
from ui.experiments.asked import answered
from ui.experiments.filters import filters
from ui.experiments.impact import impact_section
from ui.experiments.rules import how_computed
from ui.experiments.table import table_section
from ui.experiments.tiles import tiles
from ui.page import Head
from ui.session import text

head = Head(Words("Experiments", "实验列表"), with_dates=False)
found = answered()
head.say(found.headline(text()))
if found.listing is not None:
    say_whose()
    tiles(found)
    table_section(found, filters(found))
    impact_section(found)
    how_computed(found)
