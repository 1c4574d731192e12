"""The frame: language and scope from the URL, the menu, the scope bar, then the page."""

import streamlit as st

from ui.guard import guarded
from ui.navigation import navigation
from ui.number_menu.frame import number_menus
from ui.page import frame_style
from ui.scope_bar import scope_bar
from ui.session import at_page, begin, text
from ui.views.opening import open_view

st.set_page_config(page_title="Northstar · 北极星", layout="wide", page_icon="🧭")
begin()
page = navigation(text())  # before the widgets: a menu click would otherwise reset them
frame_style()
at_page(page.url_path)
with guarded():
    open_view(page.url_path)
    scope_bar()
    number_menus()
    page.run()
