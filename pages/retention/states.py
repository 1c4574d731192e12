"""Lifecycle states: who is active, who sleeps, who has gone, and who moved between two days."""

from i18n import Words
from ui.lifecycle_states.asked import Asked
from ui.lifecycle_states.parts import (
    FIRST_SCREEN,
    choice_section,
    course_section,
    download,
    feedback_section,
    finding,
    how_computed,
    matrix_section,
    part_section,
    tiles,
)
from ui.page import page_header
from ui.session import text
from ui.states import empty, waiting

asked = Asked.now()
with waiting("states", FIRST_SCREEN):
    now, matrix = asked.snapshot(), asked.matrix()
page_header(Words("Lifecycle states", "用户状态"), finding(now, matrix, text()))
if now.reason is not None:
    empty(text(), now.reason)
else:
    tiles(asked, now, matrix.before, asked.stakes(now))
    course_section(asked.course())
    matrix_section(asked, now, matrix)
    part_section(asked)
    feedback_section(asked)
    choice_section(asked)
    download(asked, now)
    how_computed(asked)
