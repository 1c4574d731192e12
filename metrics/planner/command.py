"""`python -m metrics plan`: how large an experiment must be, from the shop's own history."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from typing import Any

from data.scope import Scope
from data.warehouse import Warehouse
from i18n import Problem, Text, Words
from metrics.experiments.outcomes import outcome
from metrics.experiments.plans import check_guard
from metrics.planner.answer import planned
from metrics.planner.spec import (
    DEFAULT_LIFT,
    DEFAULT_OUTCOME,
    Guarded,
    Meeting,
    Question,
    lacking,
)
from metrics.planner.text import as_csv, as_json, as_table
from metrics.stats.experiments.modes import Mode

Opened = Callable[[argparse.Namespace], tuple[Warehouse, Scope]]


def add_plan(commands: Any, filtered: argparse.ArgumentParser, opened: Opened) -> None:
    """Add the command; `opened` answers the options that all commands share."""
    parser = commands.add_parser(
        "plan", parents=[filtered], help="size and duration of an experiment, from history"
    )
    parser.add_argument("--outcome", default=DEFAULT_OUTCOME, help="default: %(default)s")
    parser.add_argument(
        "--lift", type=float, default=DEFAULT_LIFT, help="default: %(default)s, which is 10 %%"
    )
    parser.add_argument("--split", default="50/50", metavar="C/T", help="shares, control first")
    parser.add_argument("--meeting", choices=tuple(Meeting), default=Meeting.VISIT)
    parser.add_argument("--primaries", type=int, default=1, help="primary metrics in all")
    parser.add_argument("--mode", choices=tuple(Mode), default=Mode.GROUP_SEQUENTIAL)
    parser.add_argument("--alpha", type=float, default=0.05)
    parser.add_argument("--power", type=float, default=0.8)
    parser.add_argument("--traffic", type=float, default=1.0, help="share of users in the test")
    parser.add_argument("--no-cuped", dest="cuped", action="store_false")
    parser.add_argument(
        "--guardrail", action="append", default=[], metavar="METRIC:MARGIN",
        help="refund_share_within_14_days:0.1; may be repeated",
    )  # fmt: skip
    parser.set_defaults(run=lambda options, tr: _run(options, tr, opened))


def _run(options: argparse.Namespace, tr: Text, opened: Opened) -> int:
    asked = Question(
        outcome(options.outcome),
        Meeting(options.meeting),
        options.lift,
        split(options.split),
        options.primaries,
        Mode(options.mode),
        options.alpha,
        options.power,
        options.traffic,
        options.cuped,
        tuple(guardrail(text) for text in options.guardrail),
    )
    warehouse, scope = opened(options)
    refuse_without(warehouse, asked)
    found = planned(warehouse, scope, asked)
    if options.format == "json":
        sys.stdout.write(as_json(found, warehouse) + "\n")
    elif options.format == "csv":
        sys.stdout.write(as_csv(found))
    else:
        sys.stdout.write(as_table(found, tr, scope.currency))
    return 0 if found.size is not None else 1


def split(text: str) -> tuple[float, ...]:
    """`50/50`, `80/20`, `34/33/33`: control first."""
    try:
        return tuple(float(part) for part in text.split("/"))
    except ValueError as error:
        raise Problem(
            "planner_split_text",
            Words("“{text}” is no split.", "“{text}”不是分流比例。"),
            Words("Write shares with / between them, control first: 50/50.",
                  "请用 / 分隔各组占比，对照组在前，如 50/50。"),
            text=text,
        ) from error  # fmt: skip


def guardrail(text: str) -> Guarded:
    """`refund_share_within_14_days:0.1`."""
    key, colon, margin = text.rpartition(":")
    try:
        share = float(margin if colon else "")
    except ValueError as error:
        raise Problem(
            "planner_guardrail_text",
            Words("“{text}” is no guardrail.", "“{text}”不是护栏指标。"),
            Words("Write METRIC:MARGIN, as refund_share_within_14_days:0.1.",
                  "请写成 指标:界值，如 refund_share_within_14_days:0.1。"),
            text=text,
        ) from error  # fmt: skip
    found = Guarded(outcome(key), share)
    check_guard(found.outcome)
    return found


def refuse_without(warehouse: Warehouse, asked: Question) -> None:
    """A `Problem` that names what the shop lacks, if it lacks any."""
    missing = lacking(warehouse.coverage, asked)
    if missing:
        raise Problem(
            "planner_not_available",
            Words(
                "The shop {shop} can't plan this: it lacks {lacking}.",
                "店铺 {shop} 无法规划该实验：缺少 {lacking}。",
            ),
            Words(
                "Map them in its mapping.yaml (docs/guides/importing.md) and import again.",
                "请在 mapping.yaml 中配置映射（见 docs/guides/importing.md）后重新导入。",
            ),
            shop=warehouse.shop,
            lacking=", ".join(missing),
        )
