"""`python -m metrics why`: a change taken apart, by segment, factors or growth accounting."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from typing import Any

from data.scope import Scope
from data.warehouse import Warehouse
from i18n import Problem, Text, Words
from metrics import asked
from metrics.like_for_like import as_far, comparable
from metrics.periods import Comparison
from metrics.why.result import why
from metrics.why.spec import Method, Question, dimensions_of, obstacle
from metrics.why.steps import factors, growth
from metrics.why.steps_text import steps_csv, steps_json, steps_table
from metrics.why.text import as_csv, as_json, as_table

Opened = Callable[[argparse.Namespace], tuple[Warehouse, Scope]]


def add_why(commands: Any, of_range: argparse.ArgumentParser, opened: Opened) -> None:
    """Add the command; `opened` answers the options that all commands share."""
    parser = commands.add_parser("why", parents=[of_range], help="why a metric moved, part by part")
    parser.add_argument("--metric", required=True, metavar="KEY", help="see `docs`")
    parser.add_argument(
        "--by", metavar="A[,B]", help="a dimension, or one and what is inside it; default: channel"
    )
    parser.add_argument(
        "--method", choices=tuple(Method), default=Method.SEGMENTS, help="default: %(default)s"
    )
    parser.add_argument(
        "--compare",
        choices=tuple(c for c in Comparison if c is not Comparison.NONE),
        default=Comparison.PREVIOUS,
        help="default: %(default)s",
    )
    parser.set_defaults(run=lambda options, tr: _run(options, tr, opened))


def _run(options: argparse.Namespace, tr: Text, opened: Opened) -> int:
    span = asked.span(options.start, options.end)
    [key, *more] = asked.metric_keys(options.metric)
    if more:
        raise Problem("one_metric", _ONE_METRIC, _FIRST, n=len(more) + 1)
    warehouse, scope = opened(options)
    comparison = asked.comparison(warehouse, scope, span, options.compare)
    question = Question(key, span, comparison)
    method = Method(options.method)
    _refuse(question, method, warehouse, scope)
    if method is Method.SEGMENTS:
        by = asked.dimensions(options.by or "channel", dimensions_of(question.of), most=2)
        found = why(warehouse, scope, Question(key, span, comparison, by))
        if options.format == "json":
            sys.stdout.write(as_json(found, warehouse, scope) + "\n")
        else:
            csv = options.format == "csv"
            sys.stdout.write(as_csv(found) if csv else as_table(found, scope, tr))
        return 0
    steps = (factors if method is Method.FACTORS else growth)(warehouse, scope, question)
    if options.format == "json":
        sys.stdout.write(steps_json(question.of, steps, warehouse, scope) + "\n")
    elif options.format == "csv":
        sys.stdout.write(steps_csv(question.of, steps))
    else:
        sys.stdout.write(steps_table(question.of, steps, scope, tr))
    return 0


def _refuse(question: Question, method: Method, warehouse: Warehouse, scope: Scope) -> None:
    """A `Problem` where this method can't take this change apart."""
    against = comparable(warehouse, scope, question.span, question.comparison)
    both = None if against is None else as_far(question.span, against, warehouse.coverage.until)
    after = question.span if both is None else both[0]
    reason = obstacle(
        method, question.of, after, question.comparison, warehouse.reporting.week_start,
        warehouse.coverage,
    )  # fmt: skip
    if reason is not None:
        raise Problem("method_not_for_this", reason, _SEGMENTS)


_ONE_METRIC = Words(
    "--metric names {n} metrics; a change is of one.", "--metric 指定了 {n} 个指标，只能指定一个。"
)
_FIRST = Words("Ask for each of them by itself.", "请逐个查询。")
_SEGMENTS = Words("Use --method segments.", "请使用 --method segments。")
