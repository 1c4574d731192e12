"""Channels: what a customer costs by channel and below, what she brings, when she pays back."""

from i18n import Words
from ui.channels.asked import Asked, answered
from ui.channels.bridge import bridge_section
from ui.channels.finding import finding
from ui.channels.parts import (
    choose_cost,
    cost_section,
    how_computed,
    notices,
    place,
    stairs_section,
)
from ui.channels.people import opened_people
from ui.channels.table import every_number, table_section
from ui.channels.tiles import Tiles
from ui.page import Head
from ui.session import text

asked, head = Asked.now(), Head(Words("Channels", "渠道"))
found = answered(asked)
head.say(finding(found, asked, text()))
if found is not None:
    notices(found, asked)
    choose_cost()
    place(found)
    tiles = Tiles(found, asked)
    cost_section(found, asked)
    table_section(found, asked)
    stairs_section(found)
    bridge_section(found, asked)
    every_number(found, asked)
    how_computed(found, asked)
    opened_people(asked)
    tiles.complete()
