"""`python -m metrics referral`: i, c and K of a range, by acquisition cohort or by medium."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from typing import Any

from data.scope import Scope
from data.warehouse import Warehouse
from i18n import Problem, Text, Words
from metrics import asked
from metrics.periods import Grain
from metrics.referral.referral import referral
from metrics.referral.text import as_csv, as_json, as_table

Opened = Callable[[argparse.Namespace], tuple[Warehouse, Scope]]
GRAINS = (Grain.DAY, Grain.WEEK, Grain.MONTH)


def add_referral(commands: Any, of_range: argparse.ArgumentParser, opened: Opened) -> None:
    """Add the command; `opened` answers the options that all commands share."""
    parser = commands.add_parser(
        "referral", parents=[of_range], help="invitations, K, cycle time, reward cost"
    )
    parser.add_argument(
        "--by", choices=("cohort", "medium"), default="cohort", help="default: %(default)s"
    )
    parser.add_argument(
        "--grain", choices=GRAINS, default=Grain.WEEK, help="of cohorts; default: %(default)s"
    )
    parser.set_defaults(run=lambda options, tr: _run(options, tr, opened))


def _run(options: argparse.Namespace, tr: Text, opened: Opened) -> int:
    span = asked.span(options.start, options.end)
    warehouse, scope = opened(options)
    found = referral(warehouse, scope, span, Grain(options.grain))
    if found.lacking:
        raise Problem(
            "referral_not_available",
            Words(
                "The shop {shop} has no invitations to follow: it lacks {lacking}.",
                "店铺 {shop} 没有可跟踪的邀请：缺少 {lacking}。",
            ),
            Words(
                "Map them in its mapping.yaml (docs/guides/importing.md) and import again.",
                "请在 mapping.yaml 中配置映射（见 docs/guides/importing.md）后重新导入。",
            ),
            shop=warehouse.shop,
            lacking=", ".join(found.lacking),
        )
    if options.format == "json":
        sys.stdout.write(as_json(found, options.by, warehouse, tr) + "\n")
    elif options.format == "csv":
        sys.stdout.write(as_csv(found, options.by))
    else:
        sys.stdout.write(as_table(found, options.by, warehouse.shop, tr))
    return 0
