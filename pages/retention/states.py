"""Lifecycle states: who is active, who sleeps, who has gone, and who moved between two days."""

from i18n import Words
from ui.lifecycle_states.asked import Asked
from ui.lifecycle_states.parts import (
    answered,
    choice_section,
    course_section,
    download,
    feedback_section,
    finding,
    how_computed,
    matrix_section,
    tiles,
)
from ui.lifecycle_states.segments import part_section
from ui.page import Head
from ui.session import text

asked, head = Asked.now(), Head(Words("Lifecycle states", "用户状态"))
found = answered(asked)
head.say(finding(found, text()))
if found is not None:
    now, matrix = found
    tiles(asked, now, matrix.before, asked.stakes(now))
    course_section(asked.course())
    matrix_section(asked, now, matrix)
    part_section(asked)
    feedback_section(asked)
    choice_section(asked)
    download(asked, now)
    how_computed(asked)
