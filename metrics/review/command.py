"""`python -m metrics review`: the weekly review of a shop, as its page shows it."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from contextlib import closing
from typing import Any

from data.scope import Scope
from data.settings import load_settings
from data.warehouse import Warehouse
from i18n import Text
from metrics.review.asked import week_named
from metrics.review.deck import DEFAULT_DECK
from metrics.review.memory import remembered
from metrics.review.text import as_csv, as_json, as_table
from metrics.review.weekly import weekly_review
from store import REVIEW_DECK, open_store

Opened = Callable[[argparse.Namespace], tuple[Warehouse, Scope]]


def add_review(commands: Any, filtered: argparse.ArgumentParser, opened: Opened) -> None:
    """Add the command; `opened` answers the options that all commands share."""
    parser = commands.add_parser(
        "review", parents=[filtered], help="the weekly review, with what is signal"
    )
    parser.add_argument(
        "--week", metavar="WEEK", help="2026-W40 or a day of it (default: the last complete one)"
    )
    parser.set_defaults(run=lambda options, tr: _run(options, tr, opened))


def _run(options: argparse.Namespace, tr: Text, opened: Opened) -> int:
    warehouse, scope = opened(options)
    named = options.week
    week = None if named is None else week_named(named, warehouse.reporting.week_start)
    with closing(open_store(load_settings(options.settings).store.url)) as store:
        saved = store.load(REVIEW_DECK, warehouse.shop)
        deck = DEFAULT_DECK if saved is None else saved.body
        memory = remembered(store, warehouse.shop)
        found = weekly_review(warehouse, scope, week, deck, memory, store)
    if options.format == "json":
        sys.stdout.write(as_json(found, tr) + "\n")
    else:
        sys.stdout.write(as_csv(found) if options.format == "csv" else as_table(found, tr))
    return 0
