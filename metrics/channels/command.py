"""`python -m metrics channels`: what customers cost and what they brought, by channel and below."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from typing import Any

from data.scope import Scope
from data.warehouse import Warehouse
from i18n import Problem, Text, Words
from metrics import asked
from metrics.channels.result import channels
from metrics.channels.spec import DRILL, NEEDS, Cost, Node
from metrics.channels.text import Answer, as_csv, as_json, as_table
from metrics.like_for_like import comparable
from metrics.periods import Comparison

Opened = Callable[[argparse.Namespace], tuple[Warehouse, Scope]]


def add_channels(commands: Any, of_range: argparse.ArgumentParser, opened: Opened) -> None:
    """Add the command; `opened` answers the options that all commands share."""
    parser = commands.add_parser(
        "channels", parents=[of_range], help="spend, CAC, LTV, payback and ROAS by channel"
    )
    parser.add_argument(
        "--path",
        default="",
        metavar="A>B",
        help=f"the rows below this place in {' > '.join(DRILL)}; default: channels",
    )
    parser.add_argument(
        "--cost", choices=tuple(Cost), default=Cost.MARKETING, help="default: %(default)s"
    )
    parser.add_argument(
        "--compare", choices=tuple(Comparison), default=Comparison.PREVIOUS,
        help="default: %(default)s",
    )  # fmt: skip
    parser.set_defaults(run=lambda options, tr: _run(options, tr, opened))


def _run(options: argparse.Namespace, tr: Text, opened: Opened) -> int:
    span = asked.span(options.start, options.end)
    node = Node(tuple(v.strip() for v in options.path.split(">") if v.strip()))
    warehouse, scope = opened(options)
    refuse_without(warehouse, warehouse.coverage.lacking(*NEEDS))
    against = comparable(
        warehouse, scope, span, asked.comparison(warehouse, scope, span, options.compare)
    )
    found = channels(warehouse, scope, span, against, node)
    answer = Answer(warehouse, scope, found, Cost(options.cost))
    if options.format == "json":
        sys.stdout.write(as_json(answer, tr) + "\n")
    else:
        sys.stdout.write(as_csv(answer) if options.format == "csv" else as_table(answer, tr))
    return 0


def refuse_without(warehouse: Warehouse, lacking: Sequence[str]) -> None:
    """A `Problem` that names the tables which the shop lacks, if there are any."""
    if not lacking:
        return
    raise Problem(
        "channels_not_available",
        Words(
            "The shop {shop} has no acquisition cost: it lacks {lacking}.",
            "店铺 {shop} 无法计算获客成本：缺少 {lacking}。",
        ),
        Words(
            "Map them in its mapping.yaml (docs/guides/importing.md) and import again.",
            "请在 mapping.yaml 中配置映射（见 docs/guides/importing.md）后重新导入。",
        ),
        shop=warehouse.shop,
        lacking=", ".join(lacking),
    )
