"""`python -m metrics saturation`: what the next customer of each channel costs."""

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
from metrics.channels.command import refuse_without
from metrics.saturation.evidence import measured
from metrics.saturation.result import saturation
from metrics.saturation.text import Answer, Experiments, as_csv, as_json, as_table
from store import SPEND_EXPERIMENT, open_store

Opened = Callable[[argparse.Namespace], tuple[Warehouse, Scope]]


def add_saturation(commands: Any, filtered: argparse.ArgumentParser, opened: Opened) -> None:
    """Add the command; `opened` answers the options that all commands share."""
    parser = commands.add_parser(
        "saturation", parents=[filtered], help="response curves and marginal CAC by channel"
    )
    parser.set_defaults(run=lambda options, tr: _run(options, tr, opened))


def _run(options: argparse.Namespace, tr: Text, opened: Opened) -> int:
    warehouse, scope = opened(options)
    found = saturation(warehouse, scope)
    refuse_without(warehouse, found.lacking)
    answer = Answer(warehouse, scope, found, _experiments(options, warehouse, scope))
    if options.format == "json":
        sys.stdout.write(as_json(answer, tr) + "\n")
    else:
        sys.stdout.write(as_csv(answer) if options.format == "csv" else as_table(answer, tr))
    return 0


def _experiments(options: argparse.Namespace, warehouse: Warehouse, scope: Scope) -> Experiments:
    """What the team has recorded, as the page shows it."""
    with closing(open_store(load_settings(options.settings).store.url)) as store:
        return measured(warehouse, scope, store.list(SPEND_EXPERIMENT, warehouse.shop))
