"""Event funnel: how many get from one event to the next, how fast, and where they stop."""

import streamlit as st

from ui.association import association_section
from ui.funnel.asked import Asked
from ui.funnel.builder import builder
from ui.funnel.choose import choose_funnel
from ui.funnel.results import bars, breakdown, opened_people, periods, times, trend
from ui.funnel.states import TITLE, answered
from ui.funnel.table import Answers, every_number, how_computed
from ui.page import Head

asked, head = Asked.now(), Head(TITLE)
choose_funnel(asked)
builder(asked)
counts = answered(asked, head)
if asked is not None and counts is not None:
    bars(counts)
    opened_people(counts)
    found, money = Answers(counts), None
    if counts.total.entered:
        left, right = st.columns(2)
        with left:
            duration = times(asked)
        with right:
            course = trend(asked)
        periods(asked)
        found = Answers(counts, duration, course, breakdown(asked))
        association_section(asked.funnel, asked.span)
        money = every_number(asked, found)
    how_computed(asked, found, money)
