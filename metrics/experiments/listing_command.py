"""`python -m metrics experiments`: every experiment of a shop, and what they came to together."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from contextlib import closing
from typing import Any

from data.scope import Scope
from data.settings import load_settings
from data.warehouse import Warehouse
from i18n import Problem, Text, Words
from metrics.experiments.analysis import Status
from metrics.experiments.decision import Verdict
from metrics.experiments.listing import NEEDS, Wanted, chosen_rows, listing
from metrics.experiments.listing_text import Answer, as_csv, as_json, as_table
from metrics.experiments.programme import programme
from store import open_store

Opened = Callable[[argparse.Namespace], tuple[Warehouse, Scope]]


def add_experiments(commands: Any, filtered: argparse.ArgumentParser, opened: Opened) -> None:
    """Add the command; `opened` answers the options that all commands share."""
    parser = commands.add_parser(
        "experiments", parents=[filtered], help="every experiment, and the programme"
    )
    parser.add_argument(
        "--status", choices=tuple(Status), action="append", default=[], help="may be repeated"
    )
    parser.add_argument(
        "--verdict", choices=tuple(Verdict), action="append", default=[], help="may be repeated"
    )
    parser.add_argument("--owner", action="append", default=[], help="may be repeated")
    parser.add_argument("--search", default="", metavar="WORDS", help="in names and hypotheses")
    parser.set_defaults(run=lambda options, tr: _run(options, tr, opened))


def _run(options: argparse.Namespace, tr: Text, opened: Opened) -> int:
    warehouse, scope = opened(options)
    with closing(open_store(load_settings(options.settings).store.url)) as store:
        found = listing(warehouse, scope, store)
    lacking = warehouse.coverage.lacking(*NEEDS)
    if lacking and not found.rows:
        raise Problem(
            "experiments_not_available",
            Words(
                "The shop {shop} has no experiments: it lacks {lacking}, and no plan is "
                "registered.",
                "店铺 {shop} 没有实验：缺少 {lacking}，也没有登记方案。",
            ),
            Words(
                "Map them in its mapping.yaml (docs/guides/importing.md) and import again.",
                "请在 mapping.yaml 中配置映射（见 docs/guides/importing.md）后重新导入。",
            ),
            shop=warehouse.shop,
            lacking=", ".join(lacking),
        )
    wanted = Wanted(
        tuple(Status(s) for s in options.status),
        tuple(Verdict(v) for v in options.verdict),
        tuple(options.owner),
        options.search,
    )
    answer = Answer(warehouse, scope, found, programme(found), chosen_rows(found, wanted))
    if options.format == "json":
        sys.stdout.write(as_json(answer) + "\n")
    else:
        sys.stdout.write(as_csv(answer) if options.format == "csv" else as_table(answer, tr))
    return 0
