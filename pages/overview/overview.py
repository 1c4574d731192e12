"""Overview: where the shop stands, what moved, and why."""

from i18n import Words
from ui.deck import deck
from ui.explain import ask_how
from ui.finding import overview_finding
from ui.metric_table import metric_table
from ui.overview import (
    FIRST_SCREEN,
    Asked,
    bridge,
    card_of,
    left_out,
    lines_of,
    north_star,
    tile_grid,
)
from ui.page import Head
from ui.session import text
from ui.states import waiting

asked, chosen_deck, head = Asked.now(), deck(), Head(Words("Overview", "总览"))
with waiting("overview", FIRST_SCREEN):
    card = card_of(asked)
lines = [] if card is None else card.lines
star = [line for line in lines if line.metric.key == chosen_deck.north_star]
head.say(overview_finding(star[0] if star else None, lines, text(), asked.scope.currency))
if card is not None:
    tile_grid(lines_of(card, chosen_deck.tiles), asked)
    left_out(card, chosen_deck.tiles)
    if star:
        north_star(chosen_deck.north_star, asked)
    bridge(asked)
    metric_table(card)
    ask_how(card, asked.scope.currency)
