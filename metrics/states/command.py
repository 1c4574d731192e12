"""`python -m metrics states`: lifecycle states on a day, their moves, value and thresholds."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from data.scope import Scope, Span
from data.warehouse import Warehouse
from i18n import Text
from metrics import asked
from metrics.growth.spec import GRAINS
from metrics.periods import Grain
from metrics.states.readings import Snapshot
from metrics.states.result import Asked
from metrics.states.spec import DIMENSIONS
from metrics.states.text import Answer, as_csv, as_json, as_table

Opened = Callable[[argparse.Namespace], tuple[Warehouse, Scope]]


def add_states(commands: Any, filtered: argparse.ArgumentParser, opened: Opened) -> None:
    """Add the command; `opened` answers the options that all commands share."""
    parser = commands.add_parser(
        "states", parents=[filtered], help="new, active, dormant, churned, resurrected users"
    )
    parser.add_argument("--on", metavar="DAY", help="default: the last complete day")
    parser.add_argument("--against", metavar="DAY", help="another day: who moved between the two")
    parser.add_argument("--breakdown", choices=DIMENSIONS, help="by the values of this property")
    parser.add_argument(
        "--trend", choices=GRAINS, help="also at the ends of the weeks or months since --against"
    )
    parser.set_defaults(run=lambda options, tr: _run(options, tr, opened))


def _run(options: argparse.Namespace, tr: Text, opened: Opened) -> int:
    on = None if options.on is None else asked.day("--on", options.on)
    against = None if options.against is None else asked.day("--against", options.against)
    warehouse, scope = opened(options)
    states = Asked(warehouse, scope)
    day = on or states.last_day
    snapshot = states.on(day)
    by = options.breakdown
    answer = Answer(
        warehouse,
        scope,
        snapshot,
        states.stakes(snapshot),
        by,
        () if by is None else states.broken_down(day, by),
        None if against is None else states.matrix(against, day),
        _trend(states, against, day, options.trend),
        states.choices(day),
        states.feedback(day),
        states.ignored,
        states.sql,
    )
    if options.format == "json":
        sys.stdout.write(as_json(answer, tr) + "\n")
    else:
        sys.stdout.write(as_csv(answer) if options.format == "csv" else as_table(answer, tr))
    return 0


def _trend(
    states: Asked, against: date | None, day: date, grain: str | None
) -> tuple[Snapshot, ...]:
    if grain is None:
        return ()
    start = states.warehouse.coverage.start if against is None else min(against, day)
    end = max(day, start) + timedelta(days=1)
    return states.course(Span(start, end), Grain(grain))
