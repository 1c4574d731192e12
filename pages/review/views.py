"""Saved views: pages as somebody had them, to be opened again."""

from i18n import Words
from ui.page import page_header
from ui.session import text
from ui.views.board import board, finding, of_shop
from ui.views.kept import views

page_header(Words("Saved views", "已存视图"), finding(views(), text()), instead=of_shop())
board()
