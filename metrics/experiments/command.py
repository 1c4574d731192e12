"""`python -m metrics experiment`: one experiment, wholly."""

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
from metrics.experiments.analysis import analysis
from metrics.experiments.record import experiment
from metrics.experiments.text import as_csv, as_json, as_table
from store import open_store

Opened = Callable[[argparse.Namespace], tuple[Warehouse, Scope]]


def add_experiment(commands: Any, filtered: argparse.ArgumentParser, opened: Opened) -> None:
    """Add the command; `opened` answers the options that all commands share."""
    parser = commands.add_parser(
        "experiment", parents=[filtered], help="one A/B test: verdict, trust, every metric"
    )
    parser.add_argument("--id", required=True, help="its experiment_id")
    parser.set_defaults(run=lambda options, tr: _run(options, tr, opened))


def _run(options: argparse.Namespace, tr: Text, opened: Opened) -> int:
    warehouse, scope = opened(options)
    with closing(open_store(load_settings(options.settings).store.url)) as store:
        asked = experiment(warehouse, scope, store, options.id)
    found = analysis(warehouse, scope, asked)
    if options.format == "json":
        sys.stdout.write(as_json(found, warehouse, scope, tr) + "\n")
    elif options.format == "csv":
        sys.stdout.write(as_csv(found, tr, scope.currency))
    else:
        sys.stdout.write(as_table(found, tr, scope.currency))
    return 0
