"""`python -m metrics attribution`: credits by channel under every model, side by side."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from typing import Any

from data.scope import Scope
from data.warehouse import Warehouse
from i18n import Problem, Text, Words
from metrics import asked
from metrics.attribution.campaigns import campaigns
from metrics.attribution.journeys import journeys
from metrics.attribution.result import attribution
from metrics.attribution.spec import Conversions, Dated, Model, Spec, models_of
from metrics.attribution.text import Answer, as_csv, as_json, as_table
from metrics.reading import REASONS

Opened = Callable[[argparse.Namespace], tuple[Warehouse, Scope]]
EVERY = "all"


def add_attribution(commands: Any, of_range: argparse.ArgumentParser, opened: Opened) -> None:
    """Add the command; `opened` answers the options that all commands share."""
    parser = commands.add_parser(
        "attribution", parents=[of_range], help="credit, cost and ROAS by channel under each model"
    )
    parser.add_argument(
        "--model",
        default=EVERY,
        metavar="A,B",
        help=f"{EVERY}, or some of: {', '.join(Model)}; default: %(default)s",
    )
    parser.add_argument(
        "--conversions", choices=tuple(Conversions), default=Conversions.NEW,
        help="first paid orders, or every paid order; default: %(default)s",
    )  # fmt: skip
    parser.add_argument(
        "--dated", choices=tuple(Dated), default=Dated.CASH,
        help="by the date of the order, or of the touch; default: %(default)s",
    )  # fmt: skip
    parser.add_argument("--lookback", type=int, help="days before the order (default: the shop's)")
    parser.add_argument("--half-life", type=int, help="of time decay (default: the shop's)")
    parser.add_argument("--kinds", metavar="A,B", help="click, view, code (default: the shop's)")
    parser.add_argument("--of", metavar="CHANNEL", help="the campaigns of this channel")
    parser.set_defaults(run=lambda options, tr: _run(options, tr, opened))


def _models(listed: str) -> tuple[Model, ...]:
    if listed == EVERY:
        return tuple(Model)
    wanted = [part.strip() for part in listed.split(",") if part.strip()]
    unknown = [w for w in wanted if w not in tuple(Model)]
    if unknown or not wanted:
        raise Problem(
            "unknown_model",
            Words("There is no attribution model “{found}”.", "没有名为“{found}”的归因模型。"),
            Words("Choose from: {known}.", "可选：{known}。"),
            found=", ".join(unknown) or listed,
            known=", ".join([EVERY, *Model]),
        )
    return models_of(wanted)


def _spec(options: argparse.Namespace, warehouse: Warehouse) -> Spec:
    usual = Spec.of(warehouse.reporting.attribution)
    kinds = usual.kinds
    if options.kinds is not None:
        kinds = tuple(sorted({k.strip() for k in options.kinds.split(",") if k.strip()}))
    return Spec(
        Conversions(options.conversions),
        Dated(options.dated),
        usual.lookback_days if options.lookback is None else options.lookback,
        usual.half_life_days if options.half_life is None else options.half_life,
        kinds,
    )


def _run(options: argparse.Namespace, tr: Text, opened: Opened) -> int:
    span, models = asked.span(options.start, options.end), _models(options.model)
    warehouse, scope = opened(options)
    found = attribution(warehouse, scope, span, _spec(options, warehouse), models)
    if found.lacking:
        raise Problem(
            "attribution_not_available",
            Words(
                "The shop {shop} has no touches to credit: it lacks {lacking}.",
                "店铺 {shop} 没有可归因的触点：缺少 {lacking}。",
            ),
            Words(
                "Map them in its mapping.yaml (docs/guides/importing.md) and import again.",
                "请在 mapping.yaml 中配置映射（见 docs/guides/importing.md）后重新导入。",
            ),
            shop=warehouse.shop,
            lacking=", ".join(found.lacking),
        )
    if found.reason is not None:
        raise Problem(
            "attribution_empty",
            Words("There is no conversion to credit: {reason}.", "没有可归因的转化：{reason}。"),
            Words("Choose other days or fewer filters.", "请更换时间范围或减少筛选条件。"),
            reason=REASONS[found.reason],
        )
    of_channel = None
    if options.of is not None:
        known = [c.channel for c in found.channels]
        if options.of not in known:
            raise Problem(
                "unknown_channel",
                Words("No touch of channel “{found}” is in any path.", "没有渠道“{found}”的触点。"),
                Words("Choose from: {known}.", "可选：{known}。"),
                found=options.of,
                known=", ".join(known),
            )
        of_channel = campaigns(warehouse, found, options.of)
    walked = journeys(warehouse, found) if options.format == "json" else None
    answer = Answer(warehouse, scope, found, walked, of_channel)
    if options.format == "json":
        sys.stdout.write(as_json(answer, tr) + "\n")
    else:
        sys.stdout.write(as_csv(answer) if options.format == "csv" else as_table(answer, tr))
    return 0
