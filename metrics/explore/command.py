"""`python -m metrics explore`: any metrics by any dimension, over time, or by a second one."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from typing import Any

from data.scope import Scope
from data.warehouse import Warehouse
from i18n import Problem, Text, Words
from metrics import asked
from metrics.explore.result import explore
from metrics.explore.spec import BY, DEFAULT_METRICS, DEFAULT_TOP, TOPS, Order, Shape, Spec, Step
from metrics.explore.text import Answer, as_csv, as_json, as_table
from metrics.periods import Comparison, Grain

Opened = Callable[[argparse.Namespace], tuple[Warehouse, Scope]]


def add_explore(commands: Any, of_range: argparse.ArgumentParser, opened: Opened) -> None:
    """Add the command; `opened` answers the options that all commands share."""
    parser = commands.add_parser(
        "explore", parents=[of_range], help="metrics by a dimension, by two, or over time"
    )
    parser.add_argument(
        "--metrics",
        default=",".join(DEFAULT_METRICS),
        metavar="A,B",
        help="keys, the first decides the order (default: %(default)s)",
    )
    parser.add_argument("--by", choices=tuple(BY), default="market", help="default: %(default)s")
    columns = parser.add_mutually_exclusive_group()
    columns.add_argument("--split", choices=tuple(BY), help="a second dimension in the columns")
    columns.add_argument("--grain", choices=tuple(Grain), help="calendar buckets in the columns")
    columns.add_argument("--board", action="store_true", help="all metrics")
    parser.add_argument(
        "--in", dest="path", default="", metavar="D=V>D=V",
        help="the place in the drill: market=CN>channel=kol",
    )  # fmt: skip
    parser.add_argument(
        "--top", type=int, choices=TOPS, default=DEFAULT_TOP, help="default: %(default)s"
    )
    parser.add_argument(
        "--order", choices=tuple(Order), default=Order.VALUE, help="default: %(default)s"
    )
    parser.add_argument(
        "--compare", choices=tuple(Comparison), default=Comparison.PREVIOUS,
        help="default: %(default)s",
    )  # fmt: skip
    parser.set_defaults(run=lambda options, tr: _run(options, tr, opened))


def _run(options: argparse.Namespace, tr: Text, opened: Opened) -> int:
    span = asked.span(options.start, options.end)
    spec = Spec(
        metrics=asked.metric_keys(options.metrics),
        by=options.by,
        shape=_shape(options),
        split=options.split,
        path=_path(options.path),
        top=options.top,
        order=Order(options.order),
    )
    warehouse, scope = opened(options)
    grain = Grain(options.grain or Grain.WEEK)
    found = explore(warehouse, scope, span, Comparison(options.compare), spec, grain)
    answer = Answer(warehouse, scope, found, grain)
    if options.format == "json":
        sys.stdout.write(as_json(answer) + "\n")
    else:
        sys.stdout.write(as_csv(answer) if options.format == "csv" else as_table(answer, tr))
    return 0


def _shape(options: argparse.Namespace) -> Shape:
    if options.split is not None:
        return Shape.SPLIT
    if options.grain is not None:
        return Shape.TIME
    return Shape.BOARD if options.board else Shape.METRICS


def _path(text: str) -> tuple[Step, ...]:
    """The steps of `market=CN>channel=kol`."""
    steps: list[Step] = []
    for part in (p for p in text.split(">") if p.strip()):
        dimension, equals, value = part.strip().partition("=")
        if not equals or dimension not in BY or not value.strip():
            raise Problem(
                "explore_path",
                Words("“{part}” is no step of a drill.", "“{part}”不是有效的下钻步骤。"),
                Words("Write {example}; dimensions are {known}.",
                      "请写成 {example}；可用维度：{known}。"),
                part=part.strip(),
                example="market=CN>channel=kol",
                known=", ".join(BY),
            )  # fmt: skip
        steps.append((dimension, value.strip()))
    return tuple(steps)
