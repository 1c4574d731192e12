"""Why did it move: a change taken apart exactly, each part signal or noise."""

from i18n import Words
from ui.page import Head
from ui.session import text
from ui.why.asked import Asked
from ui.why.choose import choose_question
from ui.why.computed import how_computed, how_stepped
from ui.why.parts import answered, opened_section, said, tiles, whole_section
from ui.why.steps import steps_answered, steps_said, steps_section
from ui.why.table import every_number, table_section

asked, head = Asked.now(), Head(Words("Why did it move", "变动归因"))
choose_question(asked)
if asked is not None and asked.by_segment:
    found = answered(asked)
    head.say(said(found, text()))
    if found is not None:
        tiles(found)
        whole_section(found, asked)
        opened_section(asked)
        table_section(found, asked)
        every_number(found, asked)
        how_computed(found)
else:
    stepped = steps_answered(asked)
    head.say(steps_said(stepped, asked, text()))
    if stepped is not None and asked is not None:
        steps_section(stepped, asked)
        how_stepped(stepped)
