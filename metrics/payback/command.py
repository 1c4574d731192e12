"""`python -m metrics payback`: when customers have brought what they cost."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from typing import Any

from data.scope import Scope, Span
from data.warehouse import Warehouse
from i18n import Text
from metrics import asked
from metrics.channels.command import refuse_without
from metrics.channels.spec import NEEDS, Cost
from metrics.payback.result import payback
from metrics.payback.spec import By
from metrics.payback.text import Answer, as_csv, as_json, as_table

Opened = Callable[[argparse.Namespace], tuple[Warehouse, Scope]]


def add_payback(commands: Any, of_any_range: argparse.ArgumentParser, opened: Opened) -> None:
    """Add the command; `opened` answers the options that all commands share."""
    parser = commands.add_parser(
        "payback", parents=[of_any_range], help="cumulative value of new customers against CAC"
    )
    parser.add_argument(
        "--by", choices=tuple(By), default=By.MONTH, help="cohorts; default: %(default)s"
    )
    parser.add_argument(
        "--cost", choices=tuple(Cost), default=Cost.MARKETING, help="default: %(default)s"
    )
    parser.set_defaults(run=lambda options, tr: _run(options, tr, opened))


def _run(options: argparse.Namespace, tr: Text, opened: Opened) -> int:
    warehouse, scope = opened(options)
    refuse_without(warehouse, warehouse.coverage.lacking(*NEEDS))
    found = payback(warehouse, scope, _span(options, warehouse), By(options.by))
    answer = Answer(warehouse, scope, found, Cost(options.cost))
    if options.format == "json":
        sys.stdout.write(as_json(answer, tr) + "\n")
    elif options.format == "csv":
        sys.stdout.write(as_csv(found, answer.cost))
    else:
        sys.stdout.write(as_table(answer, tr))
    return 0


def _span(options: argparse.Namespace, warehouse: Warehouse) -> Span:
    """The days of the options; each that is not given is the end of the data."""
    covered = warehouse.coverage
    start = options.start or covered.start.isoformat()
    return asked.span(start, options.end or covered.until.isoformat())
