"""Explore: any metrics by any dimension, down to the people behind a number."""

from i18n import Words
from ui.explore.asked import Asked, answered
from ui.explore.choose import choose_question, place
from ui.explore.figure import figure_section
from ui.explore.files import files, how_computed, notes
from ui.explore.finding import finding
from ui.explore.people import opened_people
from ui.explore.table import table_section
from ui.page import Head
from ui.session import text

asked, head = Asked.now(), Head(Words("Explore", "自助分析"))
choose_question(asked)
place(asked)
found = answered(asked)
head.say(finding(found, text(), asked.scope.currency))
if found is not None:
    notes(found)
    figure_section(found, asked)
    table_section(found, asked)
    files(found, asked)
    how_computed(found)
    opened_people(asked)
