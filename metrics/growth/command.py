"""`python -m metrics growth`: flows of users or money, by week or month."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from typing import Any

from data.scope import Scope
from data.warehouse import Warehouse
from i18n import Problem, Text, Words
from metrics import asked
from metrics.growth.result import money_growth, user_growth
from metrics.growth.spec import DIMENSIONS, GRAINS, Criterion
from metrics.growth.text import Answer, Found, as_csv, as_json, as_table
from metrics.periods import Grain

Opened = Callable[[argparse.Namespace], tuple[Warehouse, Scope]]
USERS, MONEY = "users", "money"


def add_growth(commands: Any, of_range: argparse.ArgumentParser, opened: Opened) -> None:
    """Add the command; `opened` answers the options that all commands share."""
    parser = commands.add_parser(
        "growth", parents=[of_range], help="new, retained, resurrected, churned"
    )
    parser.add_argument(
        "--grain", choices=GRAINS, default=Grain.WEEK, help="whole periods; default: %(default)s"
    )
    parser.add_argument(
        "--criterion",
        choices=tuple(Criterion),
        help="what makes a user count; default: active, of money bought",
    )
    parser.add_argument(
        "--value", choices=(USERS, MONEY), default=USERS, help="default: %(default)s (money: GMV)"
    )
    parser.add_argument("--breakdown", choices=DIMENSIONS, help="by the values of this property")
    parser.set_defaults(run=lambda options, tr: _run(options, tr, opened))


def _run(options: argparse.Namespace, tr: Text, opened: Opened) -> int:
    span, grain = asked.span(options.start, options.end), Grain(options.grain)
    if options.value == MONEY and options.criterion == Criterion.ACTIVE:
        raise Problem(
            "growth_money_of_active",
            Words(
                "Money flows are those of buyers: --criterion active has none.",
                "金额流量按购买用户计算，--criterion active 没有金额。",
            ),
            Words(
                "Leave --criterion away, or ask for --value users.",
                "请去掉 --criterion，或改用 --value users。",
            ),
        )
    warehouse, scope = opened(options)
    found: Found
    if options.value == MONEY:
        found = money_growth(warehouse, scope, span, grain, options.breakdown)
    else:
        criterion = Criterion(options.criterion or Criterion.ACTIVE)
        found = user_growth(warehouse, scope, span, grain, criterion, options.breakdown)
    if found.lacking:
        raise Problem(
            "growth_not_available",
            Words(
                "The shop {shop} has nothing to count: it lacks {lacking}.",
                "店铺 {shop} 没有可统计的数据：缺少 {lacking}。",
            ),
            Words(
                "Map them in its mapping.yaml (docs/guides/importing.md) and import again.",
                "请在 mapping.yaml 中配置映射（见 docs/guides/importing.md）后重新导入。",
            ),
            shop=warehouse.shop,
            lacking=", ".join(found.lacking),
        )
    answer = Answer(warehouse, scope, found)
    if options.format == "json":
        sys.stdout.write(as_json(answer, tr) + "\n")
    else:
        sys.stdout.write(as_csv(found) if options.format == "csv" else as_table(answer, tr))
    return 0
