"""Overview: where the shop stands, what moved, and why."""

from i18n import Words
from ui.deck import deck, deck_editor
from ui.finding import overview_finding
from ui.overview import (
    Asked,
    bridge,
    card_of,
    explain_panel,
    left_out,
    lines_of,
    north_star,
    table,
    tile_grid,
)
from ui.page import page_header
from ui.session import text

asked, chosen_deck = Asked.now(), deck()
card = card_of(asked)
star = lines_of(card, (chosen_deck.north_star,))
page_header(
    Words("Overview", "总览"),
    overview_finding(star[0] if star else None, card.lines, text(), asked.scope.currency),
)
tile_grid(lines_of(card, chosen_deck.tiles), asked)
left_out(card, chosen_deck.tiles)
if star:
    north_star(chosen_deck.north_star, asked)
bridge(asked)
table(card, asked)
explain_panel(card, asked)
deck_editor()
