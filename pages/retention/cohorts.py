"""Cohorts: who comes back, when, how much they bring, and whether it is getting better."""

import streamlit as st

from i18n import Words
from ui.page import Head
from ui.retention.asked import Asked
from ui.retention.choose import choose_question
from ui.retention.course import curve_section, over_time_section
from ui.retention.finding import finding
from ui.retention.milestones import milestones
from ui.retention.parts import cohorts_of, table_section
from ui.retention.table import download, how_computed
from ui.session import scope, span, text

asked, head = Asked.now(), Head(Words("Cohorts", "同期群留存"))
choose_question(asked)
found = cohorts_of(asked)
head.say(finding(found, text(), scope().currency))
if found is not None and not found.lacking:
    milestones(asked.milestones(span()))
if found is not None and table_section(asked, found):
    over_time_section(found)
    curve_section(asked, found)
    download(found)
    how_computed(found)
    if asked.complete():
        st.rerun()
