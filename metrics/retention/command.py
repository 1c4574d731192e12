"""`python -m metrics retention`: the cohorts of a range as a triangle, pooled, and by segment."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from typing import Any

from data.scope import Scope, Span
from data.warehouse import Warehouse
from i18n import Problem, Text, Words
from metrics import asked
from metrics.periods import Grain, floor, following
from metrics.retention.ask import retention
from metrics.retention.spec import (
    GRAINS,
    Clock,
    Kind,
    Return,
    Spec,
    Start,
    Value,
    brackets_of,
    event_of,
)
from metrics.retention.text import as_csv, as_json, as_table
from metrics.user_segments import Segment

Opened = Callable[[argparse.Namespace], tuple[Warehouse, Scope]]


def add_retention(commands: Any, of_range: argparse.ArgumentParser, opened: Opened) -> None:
    """Add the command; `opened` answers the options that all commands share."""
    parser = commands.add_parser(
        "retention", parents=[of_range], help="cohorts: who came back, and what they brought"
    )
    parser.add_argument(
        "--start",
        dest="begins",
        default=Start.REGISTRATION,
        help="registration, first_purchase, first_visit or event:NAME; default: %(default)s",
    )
    parser.add_argument(
        "--return",
        dest="returning",
        default=Return.ACTIVITY,
        help="activity, purchase or event:NAME; default: %(default)s",
    )
    parser.add_argument("--grain", choices=GRAINS, default=Grain.WEEK, help="default: %(default)s")
    parser.add_argument(
        "--clock", choices=tuple(Clock), default=Clock.CALENDAR, help="default: %(default)s"
    )
    parser.add_argument(
        "--kind", choices=tuple(Kind), default=Kind.BOUNDED, help="default: %(default)s"
    )
    parser.add_argument(
        "--value", choices=tuple(Value), default=Value.USERS, help="default: %(default)s"
    )
    parser.add_argument("--periods", type=int, help="the last period shown (default: as usual)")
    parser.add_argument("--brackets", help="ranges of periods for the kind bracket: 1-3,4-7,8-30")
    parser.add_argument(
        "--returns-count-as-activity",
        action="store_true",
        help="refunds and cancellations count like orders",
    )
    parser.add_argument("--breakdown", choices=tuple(Segment), help="pooled by this property")
    parser.set_defaults(run=lambda options, tr: _run(options, tr, opened))


def _spec(options: argparse.Namespace) -> Spec:
    start, start_event = event_of(options.begins, "start", tuple(Start))
    returning, return_event = event_of(options.returning, "return", tuple(Return))
    return Spec(
        start=Start(start),
        returning=Return(returning),
        grain=Grain(options.grain),
        clock=Clock(options.clock),
        kind=Kind(options.kind),
        value=Value(options.value),
        start_event=start_event,
        return_event=return_event,
        periods=options.periods,
        brackets=() if options.brackets is None else brackets_of(options.brackets),
        returns_count=options.returns_count_as_activity,
    )


def _span(options: argparse.Namespace, warehouse: Warehouse, grain: Grain) -> Span:
    """The range asked for; an end that is not given is that of the data's last cohort."""
    covered = warehouse.coverage
    last = floor(covered.last_day, grain, warehouse.reporting.week_start)
    start = options.start or covered.start.isoformat()
    end = options.end or following(last, grain).isoformat()
    return asked.span(start, end)


def _run(options: argparse.Namespace, tr: Text, opened: Opened) -> int:
    spec = _spec(options)
    warehouse, scope = opened(options)
    span = _span(options, warehouse, spec.grain)
    by = None if options.breakdown is None else Segment(options.breakdown)
    found = retention(warehouse, scope, span, spec, by)
    if found.lacking:
        raise Problem(
            "retention_not_available",
            Words(
                "The shop {shop} has nothing to follow here: it lacks {lacking}.",
                "店铺 {shop} 缺少所需数据：{lacking}。",
            ),
            Words(
                "Choose another start or return, or map the data in its mapping.yaml "
                "(docs/guides/importing.md) and import again.",
                "请改选其他起始或回访行为，或在 mapping.yaml 中配置映射"
                "（见 docs/guides/importing.md）后重新导入。",
            ),
            shop=warehouse.shop,
            lacking=", ".join(found.lacking),
        )
    if options.format == "json":
        sys.stdout.write(as_json(found, warehouse, scope, tr) + "\n")
    else:
        csv = options.format == "csv"
        sys.stdout.write(as_csv(found) if csv else as_table(found, warehouse, scope, tr))
    return 0
