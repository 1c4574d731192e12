"""Event funnel: how many get from one event to the next, how fast, and where they stop."""

import streamlit as st

from i18n import Words
from ui.association import association_section
from ui.funnel.asked import Asked, counts_of
from ui.funnel.builder import builder
from ui.funnel.choose import choose_funnel
from ui.funnel.finding import finding
from ui.funnel.results import FIRST_SCREEN, bars, breakdown, opened_people, periods, times, trend
from ui.funnel.states import only_orders, why_not
from ui.funnel.table import every_number, how_computed
from ui.page import page_header
from ui.session import text
from ui.states import waiting

with waiting("funnel", FIRST_SCREEN):
    asked = Asked.now()
    counts = counts_of(asked)
page_header(Words("Event funnel", "事件漏斗"), finding(counts, text()))
choose_funnel(asked)
builder(asked)
only_orders()
if asked is None or counts is None:
    why_not(asked)
else:
    bars(counts)
    opened_people(counts)
    if counts.total.entered:
        left, right = st.columns(2)
        with left:
            times(asked)
        with right:
            trend(asked)
        periods(asked)
        breakdown(asked)
        association_section(asked.funnel, asked.span)
        every_number(asked, counts)
    how_computed(asked, counts)
