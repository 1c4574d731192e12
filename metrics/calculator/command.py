"""`python -m metrics compare`: two arms from the command line, without a shop."""

from __future__ import annotations

import argparse
import sys
from typing import Any

from i18n import Problem, Text, Words
from metrics.calculator.answer import answered
from metrics.calculator.pasted import arm, number
from metrics.calculator.question import Arm, Kind, Question
from metrics.calculator.text import as_csv, as_json, as_table
from metrics.stats.experiments.modes import Mode


def add_compare(commands: Any, language: argparse.ArgumentParser) -> None:
    """Add the command; `language` holds the one option that all commands share."""
    parser = commands.add_parser(
        "compare", parents=[language], help="two arms of own numbers: significance without a shop"
    )
    given = parser.add_mutually_exclusive_group(required=True)
    given.add_argument("--counts", metavar="CONVERTED/UNITS", help="treatment: 422/1694")
    given.add_argument("--means", metavar="MEAN/SD/UNITS", help="treatment: 10.4/3.2/500")
    parser.add_argument("--against", required=True, help="control, in the same form")
    parser.add_argument(
        "--split", default="50/50", metavar="T/C", help="as configured, or none: not checked"
    )
    parser.add_argument("--mode", choices=tuple(Mode), default=Mode.FIXED)
    parser.add_argument(
        "--planned", type=int, metavar="UNITS", help="units of both arms at the end"
    )
    parser.add_argument("--looks", type=int, default=1, help="looks so far, this one included")
    parser.add_argument("--lower-is-better", action="store_true")
    parser.add_argument("--format", choices=("table", "csv", "json"), default="table")
    parser.set_defaults(run=_compare)


def _compare(options: argparse.Namespace, tr: Text) -> int:
    kind = Kind.RATES if options.counts else Kind.MEANS
    question = Question(
        kind,
        _arm(tr(Words("control", "对照组")), kind, options.against),
        _arm(tr(Words("treatment", "实验组")), kind, options.counts or options.means),
        None if options.split == "none" else _weights(options.split),
        Mode(options.mode),
        options.planned,
        options.looks,
        options.lower_is_better,
    )
    found = answered(question)
    if options.format == "json":
        sys.stdout.write(as_json(found) + "\n")
    else:
        sys.stdout.write(as_csv(found, tr) if options.format == "csv" else as_table(found, tr))
    return 0


def _weights(text: str) -> tuple[float, float]:
    treatment, control = (number(p, Words("Split", "分流比例")) for p in _parts(text, 2))
    return control, treatment


def _arm(name: str, kind: Kind, text: str) -> Arm:
    return arm(name, kind, _parts(text, 2 if kind is Kind.RATES else 3))


def _parts(text: str, wanted: int) -> list[str]:
    parts = text.split("/")
    if len(parts) != wanted:
        raise Problem(
            "compare_parts",
            Words(
                "“{text}” has {n} parts; {wanted} are needed with / between them.",
                "“{text}”有 {n} 项；需要用 / 分隔的 {wanted} 项。",
            ),
            Words("For example 422/1694, or 10.4/3.2/500.", "例如 422/1694，或 10.4/3.2/500。"),
            text=text,
            n=len(parts),
            wanted=wanted,
        )
    return parts
