"""Targets and decisions: what the team aims at, decided and wrote beside its numbers."""

from i18n import Words
from ui.meeting.annotations import annotations_section
from ui.meeting.decisions import decisions_section
from ui.meeting.finding import finding
from ui.meeting.kept import Kept, arrived, say_filters_do_not_apply
from ui.meeting.pace import pace_section, paced
from ui.meeting.target_editor import editor_section
from ui.meeting.target_files import files_section
from ui.page import Head
from ui.session import text

head = Head(Words("Targets and decisions", "目标与决策"), with_dates=False)
say_filters_do_not_apply()
kept = Kept.now()
found = paced(kept)
head.say(finding(kept, found, text()))
if arrived():
    annotations_section(kept)
decisions_section(kept)
pace_section(kept, found)
editor_section(kept)
files_section(kept)
if not arrived():
    annotations_section(kept)
