"""Audiences: lists of people kept as definitions, asked again of the data of now."""

from i18n import Words
from ui.audiences.board import (
    audiences,
    back_again,
    choose_one,
    every_audience,
    finding,
    look_at,
    no_audience,
)
from ui.page import page_header
from ui.session import text

kept = audiences()
page_header(Words("Audiences", "人群包"), finding(kept, text()), with_dates=False)
if kept:
    every_audience(kept)
    look_at(choose_one(kept))
else:
    no_audience()
back_again()
