"""Planner: how many users and days an experiment needs, and its plan written down."""

from i18n import Words
from ui.page import Head
from ui.planner.asked import answered, question
from ui.planner.choose import choose_question
from ui.planner.parts import (
    answer_section,
    curves_section,
    finding,
    how_computed,
    tables_section,
)
from ui.planner.record import record_section
from ui.session import text

head = Head(Words("Planner", "实验规划"), with_dates=False)
choose_question()
found = answered(question())
head.say(finding(found, text()))
if found is not None:
    answer_section(found)
    curves_section(found)
    tables_section(found)
    how_computed(found)
record_section(found)
