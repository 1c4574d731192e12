"""Shops that are generated once and kept: their serving tables follow the program."""

from __future__ import annotations

from data.building import rebuild
from data.scope import LOCAL_VIEWER
from data.settings import Settings
from data.warehouse import Shelf
from i18n import Problem
from metrics.funnels.keeping import kept_in


def up_to_date(settings: Settings, shop: str) -> None:
    """Cut the shop anew if its serving tables are those of another version of the program."""
    try:
        _ = Shelf.of(settings, shop).open(LOCAL_VIEWER).coverage
    except Problem as problem:
        if problem.code != "warehouse_outdated":
            raise
        rebuild(settings, shop, keep=kept_in)
