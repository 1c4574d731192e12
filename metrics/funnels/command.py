"""`python -m metrics funnel`: a funnel over any events, headless."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from data.scope import Scope
from data.warehouse import Warehouse
from i18n import Problem, Text, Words
from metrics import asked
from metrics.funnels.answer import FunnelAnswer, funnel_csv, funnel_json, funnel_table
from metrics.funnels.ask import funnel_counts, funnel_trend
from metrics.funnels.compare import compare_periods
from metrics.funnels.result import Breakdown
from metrics.funnels.spec import Counting, Entry, Funnel, Hold, Order
from metrics.funnels.times import funnel_times
from metrics.funnels.written import exclusions, funnel_from, step_windows, steps, window
from metrics.like_for_like import comparable
from metrics.periods import Comparison, Grain

Opened = Callable[[argparse.Namespace], tuple[Warehouse, Scope]]
GRAINS = (Grain.DAY, Grain.WEEK, Grain.MONTH)


def add_funnel(commands: Any, of_range: argparse.ArgumentParser, opened: Opened) -> None:
    """Add the command; `opened` gives the warehouse and scope of the common options."""
    parser = commands.add_parser(
        "funnel", parents=[of_range], help="a funnel over any events, by steps"
    )
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--steps", metavar="A,B|C,D?", help="events; | either, ? optional")
    what.add_argument("--definition", type=Path, metavar="FILE", help="a funnel as JSON")
    parser.add_argument("--window", default="7d", help="30m, 12h, 7d, session, day (7d)")
    parser.add_argument("--step-windows", metavar="2=1h,…", help="windows of single steps")
    parser.add_argument("--order", choices=tuple(Order), default=Order.ORDERED)
    parser.add_argument("--entry", choices=tuple(Entry), default=Entry.FURTHEST)
    parser.add_argument("--count", choices=tuple(Counting), default=Counting.USERS)
    parser.add_argument("--hold", choices=("item", "session"), help="what stays the same")
    parser.add_argument(
        "--exclude", action="append", default=[], metavar="EVENT:1-3:stop",
        help="an event that must not lie between; stop or leave_out; may be repeated",
    )  # fmt: skip
    parser.add_argument("--breakdown", metavar="COLUMN[@STEP]", help="a user's or step's property")
    parser.add_argument("--grain", choices=GRAINS, help="also by day, week or month of entry")
    parser.add_argument("--compare", choices=tuple(Comparison), default=Comparison.NONE)

    def run(options: argparse.Namespace, tr: Text) -> int:
        return _run(options, tr, opened)

    parser.set_defaults(run=run)


def _run(options: argparse.Namespace, tr: Text, opened: Opened) -> int:
    span = asked.span(options.start, options.end)
    funnel, breakdown = _funnel(options), _breakdown(options.breakdown)
    warehouse, scope = opened(options)
    counts = funnel_counts(warehouse, scope, funnel, span, breakdown)
    times = funnel_times(warehouse, scope, funnel, span)
    grain = None if options.grain is None else Grain(options.grain)
    trend = None
    if grain in (Grain.DAY, Grain.WEEK, Grain.MONTH):
        trend = funnel_trend(warehouse, scope, funnel, span, grain)
    against = comparable(
        warehouse, scope, span, asked.comparison(warehouse, scope, span, options.compare)
    )
    before = None if against is None else funnel_counts(warehouse, scope, funnel, against)
    difference = None if before is None else compare_periods(counts, before)
    answer = FunnelAnswer(warehouse, scope, counts, times, trend, before, difference)
    if options.format == "json":
        sys.stdout.write(funnel_json(answer) + "\n")
    else:
        csv = options.format == "csv"
        sys.stdout.write(funnel_csv(answer) if csv else funnel_table(answer, tr))
    return 0


def _funnel(options: argparse.Namespace) -> Funnel:
    if options.definition is not None:
        return funnel_from(_read(options.definition))
    made = step_windows(options.step_windows, steps(options.steps))
    hold = {"item": Hold.ITEM, "session": Hold.SESSION, None: None}[options.hold]
    return funnel_from(
        {
            "steps": made,
            "order": options.order,
            "window": window(options.window),
            "entry": options.entry,
            "count": options.count,
            "hold": hold,
            "exclusions": exclusions(options.exclude, len(made)),
        }
    )


def _read(path: Path) -> dict[str, Any]:
    try:
        found: dict[str, Any] = dict(json.loads(path.read_text("utf-8")))
    except (OSError, ValueError, TypeError) as error:
        raise Problem("funnel_file", _FILE, file=path, error=str(error)) from error
    return found


def _breakdown(text: str | None) -> Breakdown | None:
    if text is None:
        return None
    column, at, step = text.partition("@")
    if at and not step.isdigit():
        raise Problem("breakdown_step", _STEP, found=text)
    return Breakdown(column, int(step) if at else None)


_FILE = Words("{file} can't be read as a funnel: {error}.", "无法从 {file} 读取漏斗：{error}。")
_STEP = Words(
    "“{found}” names no step: write channel, or channel@2 for the channel of the second step.",
    "“{found}”没有指明步骤：请写 channel，或用 channel@2 表示第 2 步事件的渠道。",
)
