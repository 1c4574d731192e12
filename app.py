"""The frame: language and scope from the URL, the menu, the scope bar, then the page."""

import streamlit as st

from ui.guard import guarded
from ui.navigation import navigation
from ui.page import frame_style
from ui.scope_bar import scope_bar
from ui.session import begin, text

st.set_page_config(page_title="Northstar · 北极星", layout="wide", page_icon="🧭")
begin()
page = navigation(text())  # before the widgets: a menu click would otherwise reset them
frame_style()
with guarded():
    scope_bar()
    page.run()
