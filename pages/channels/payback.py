"""Payback: when new customers have brought what they cost, by month, channel or market."""

from i18n import Words
from ui.page import Head
from ui.payback.asked import Asked, answered
from ui.payback.finding import finding
from ui.payback.parts import (
    choose_question,
    curve_section,
    every_number,
    how_computed,
    notices,
    table_section,
)
from ui.payback.people import opened_people
from ui.payback.tiles import tiles
from ui.session import scope, text

asked, head = Asked.now(), Head(Words("Payback", "回本周期"))
found = answered(asked)
head.say(finding(found, asked.cost, scope().currency, text()))
if found is not None:
    notices(found, asked)
    choose_question(asked)
    tiles(found, asked)
    table_section(found, asked)
    curve_section(found, asked)
    every_number(found, asked)
    how_computed(found)
    opened_people(found, asked)
