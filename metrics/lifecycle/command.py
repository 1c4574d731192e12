"""`python -m metrics lifecycle`: the funnel of a range, its parts and its course."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from typing import Any

from data.scope import Scope
from data.warehouse import Warehouse
from i18n import Problem, Text, Words
from metrics import asked
from metrics.lifecycle.result import Asked
from metrics.lifecycle.stages import DIMENSIONS, Population
from metrics.lifecycle.text import Answer, as_csv, as_json, as_table
from metrics.periods import Comparison, Grain

Opened = Callable[[argparse.Namespace], tuple[Warehouse, Scope]]


def add_lifecycle(commands: Any, of_range: argparse.ArgumentParser, opened: Opened) -> None:
    """Add the command; `opened` answers the options that all commands share."""
    parser = commands.add_parser(
        "lifecycle", parents=[of_range], help="acquire, activate, retain, convert, refer"
    )
    parser.add_argument(
        "--population",
        choices=tuple(Population),
        default=Population.REGISTERED,
        help="default: %(default)s",
    )
    parser.add_argument(
        "--compare",
        choices=tuple(Comparison),
        default=Comparison.PREVIOUS,
        help="default: %(default)s",
    )
    parser.add_argument("--breakdown", choices=DIMENSIONS, help="by the values of this property")
    parser.add_argument(
        "--grain", choices=tuple(Grain), help="by day, week or month of acquisition"
    )
    parser.set_defaults(run=lambda options, tr: _run(options, tr, opened))


def _run(options: argparse.Namespace, tr: Text, opened: Opened) -> int:
    span = asked.span(options.start, options.end)
    warehouse, scope = opened(options)
    compared = asked.comparison(warehouse, scope, span, options.compare)
    population = Population(options.population)
    lifecycle = Asked(warehouse, scope, population)
    lacking = lifecycle.lacking()
    if lacking:
        raise Problem(
            "lifecycle_not_available",
            Words(
                "The shop {shop} has nobody to follow: it lacks {lacking}.",
                "店铺 {shop} 没有可跟踪的人群：缺少 {lacking}。",
            ),
            Words(
                "Map them in its mapping.yaml (docs/guides/importing.md) and import again.",
                "请在 mapping.yaml 中配置映射（见 docs/guides/importing.md）后重新导入。",
            ),
            shop=warehouse.shop,
            lacking=", ".join(lacking),
        )
    by, grain = options.breakdown, options.grain
    answer = Answer(
        warehouse,
        scope,
        lifecycle.funnel(span, compared),
        compared,
        None if by is None else lifecycle.broken_down(span, by, compared),
        None if grain is None else lifecycle.trend(span, Grain(grain)),
    )
    if options.format == "json":
        sys.stdout.write(as_json(answer, tr) + "\n")
    else:
        sys.stdout.write(as_csv(answer) if options.format == "csv" else as_table(answer, tr))
    return 0
