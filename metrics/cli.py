"""The command line of the numbers: scorecard, input trees, funnels, retention, channels, health,
experiments planned, registered and judged, own numbers compared, targets, docs."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from data.checks.finding import Severity
from data.dimensions import USER_DIMENSIONS
from data.scope import LOCAL_VIEWER, Scope
from data.settings import load_settings
from data.warehouse import Shelf, Warehouse
from i18n import LANGUAGES, Problem, Text, Words, parse_language
from metrics import asked
from metrics.answer import answer
from metrics.answer_text import as_csv, as_json, as_table
from metrics.attribution.command import add_attribution
from metrics.calculator.command import add_compare
from metrics.catalog import METRICS
from metrics.channels.command import add_channels
from metrics.dictionary import markdown
from metrics.experiments.command import add_experiment
from metrics.experiments.listing_command import add_experiments
from metrics.experiments.register_command import add_register
from metrics.explore.command import add_explore
from metrics.funnels.command import add_funnel
from metrics.growth.command import add_growth
from metrics.health import health
from metrics.health_text import health_csv, health_json, health_table
from metrics.lifecycle.command import add_lifecycle
from metrics.meeting.command import add_targets
from metrics.payback.command import add_payback
from metrics.periods import Comparison, Grain
from metrics.planner.command import add_plan
from metrics.referral.command import add_referral
from metrics.retention.command import add_retention
from metrics.saturation.command import add_saturation
from metrics.states.command import add_states
from metrics.tree_text import tree_csv, tree_json, tree_table
from metrics.trees import read_tree

FORMATS = ("table", "csv", "json")


def main(arguments: Sequence[str]) -> int:
    """Run one command. 0: done; 1: looked and found something wrong; 2: could not be done."""
    options = _parser().parse_args(arguments)
    tr = Text(options.lang)
    try:
        return int(options.run(options, tr))
    except Problem as problem:
        sys.stderr.write(problem.say(tr) + "\n")
        return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m metrics", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    language = argparse.ArgumentParser(add_help=False)
    language.add_argument(
        "--lang",
        choices=LANGUAGES,
        default=parse_language(os.environ.get("LC_ALL") or os.environ.get("LANG")),
        help="language of words and messages",
    )
    shop = argparse.ArgumentParser(add_help=False, parents=[language])
    shop.add_argument("--settings", type=Path, help="settings file (default: northstar.toml)")
    shop.add_argument("--shop", required=True, help="key of the shop in the settings")
    shop.add_argument("--format", choices=FORMATS, default="table")
    filtered = _filtered(shop)
    of_range, of_any_range = _ranged(filtered, required=True), _ranged(filtered, required=False)

    card = commands.add_parser("scorecard", parents=[of_range], help="metrics over a range")
    card.add_argument("--metrics", metavar="A,B", help="keys (default: all; see `docs`)")
    card.add_argument("--grain", choices=tuple(Grain), help="by calendar buckets of the range")
    card.add_argument(
        "--compare",
        choices=tuple(Comparison),
        help="default: previous; with --grain none",
    )
    card.set_defaults(run=_scorecard)

    tree = commands.add_parser("tree", parents=[of_range], help="what moved a number")
    tree.add_argument("--tree", required=True, help="key of the input tree")
    tree.add_argument(
        "--compare",
        choices=(Comparison.PREVIOUS, Comparison.LAST_YEAR),
        default=Comparison.PREVIOUS,
        help="default: %(default)s",
    )
    tree.set_defaults(run=_tree)

    add_funnel(commands, of_range, _opened)
    add_lifecycle(commands, of_range, _opened)
    add_referral(commands, of_range, _opened)
    add_retention(commands, of_any_range, _opened)
    add_growth(commands, of_range, _opened)
    add_states(commands, filtered, _opened)
    add_saturation(commands, filtered, _opened)
    add_experiment(commands, filtered, _opened)
    add_channels(commands, of_range, _opened)
    add_payback(commands, of_any_range, _opened)
    add_attribution(commands, of_range, _opened)
    add_experiments(commands, filtered, _opened)
    add_explore(commands, of_range, _opened)
    add_compare(commands, language)
    add_plan(commands, filtered, _opened)
    add_register(commands, language, _open)
    add_targets(commands, shop, _open)

    checks = commands.add_parser("health", parents=[shop], help="what is wrong with the data")
    checks.set_defaults(run=_health)

    docs = commands.add_parser("docs", parents=[language], help="write the metric dictionary")
    docs.add_argument(
        "--out", type=Path, default=Path("docs/metrics.md"), help="default: %(default)s"
    )
    docs.set_defaults(run=_docs)
    return parser


def _filtered(shop: argparse.ArgumentParser) -> argparse.ArgumentParser:
    """The options that say whom a question is asked of, and the currency of the answer."""
    filtered = argparse.ArgumentParser(add_help=False, parents=[shop])
    filtered.add_argument("--customers", choices=tuple(asked.CUSTOMERS), default="all")
    for dimension in USER_DIMENSIONS:
        filtered.add_argument(
            f"--{dimension.key}",
            metavar="A,B",
            help=f"only these values of the {dimension.name.en.lower()}",
        )
    filtered.add_argument("--currency", help="currency of the answer (default: the shop's)")
    return filtered


def _ranged(filtered: argparse.ArgumentParser, *, required: bool) -> argparse.ArgumentParser:
    """The same with a range of days."""
    ranged = argparse.ArgumentParser(add_help=False, parents=[filtered])
    ranged.add_argument("--from", dest="start", required=required, metavar="DAY", help="first day")
    ranged.add_argument(
        "--to",
        dest="end",
        required=required,
        metavar="DAY",
        help="the day after the last (exclusive)",
    )
    return ranged


def _open(options: argparse.Namespace) -> Warehouse:
    return Shelf.of(load_settings(options.settings), options.shop).open(LOCAL_VIEWER)


def _scorecard(options: argparse.Namespace, tr: Text) -> int:
    span = asked.span(options.start, options.end)
    keys = asked.metric_keys(options.metrics)
    warehouse = _open(options)
    scope = _scope(options, warehouse)
    grain = None if options.grain is None else Grain(options.grain)
    usual = Comparison.PREVIOUS if grain is None else Comparison.NONE
    comparison = usual if options.compare is None else Comparison(options.compare)
    found = answer(warehouse, scope, span, grain, comparison, keys)
    if options.format == "json":
        sys.stdout.write(as_json(found) + "\n")
    else:
        sys.stdout.write(as_csv(found) if options.format == "csv" else as_table(found, tr))
    return 0


def _opened(options: argparse.Namespace) -> tuple[Warehouse, Scope]:
    """The warehouse, and the filters and currency of the common options."""
    warehouse = _open(options)
    return warehouse, _scope(options, warehouse)


def _scope(options: argparse.Namespace, warehouse: Warehouse) -> Scope:
    filters = {d.key: getattr(options, d.key) for d in USER_DIMENSIONS}
    return asked.scope(warehouse, options.currency, options.customers, filters)


def _tree(options: argparse.Namespace, tr: Text) -> int:
    span = asked.span(options.start, options.end)
    key = asked.tree_key(options.tree)
    warehouse = _open(options)
    scope = _scope(options, warehouse)
    found = read_tree(warehouse, scope, key, span, Comparison(options.compare))
    if options.format == "json":
        sys.stdout.write(tree_json(found, warehouse, scope) + "\n")
    else:
        csv = options.format == "csv"
        sys.stdout.write(tree_csv(found) if csv else tree_table(found, scope, tr))
    return 0


def _health(options: argparse.Namespace, tr: Text) -> int:
    warehouse = _open(options)
    found = health(warehouse, datetime.now(UTC).replace(tzinfo=None))
    if options.format == "json":
        sys.stdout.write(health_json(found, warehouse) + "\n")
    else:
        csv = options.format == "csv"
        sys.stdout.write(health_csv(found, tr) if csv else health_table(found, tr))
    return 1 if any(check.severity is Severity.ERROR for check in found.checks) else 0


def _docs(options: argparse.Namespace, tr: Text) -> int:
    try:
        options.out.parent.mkdir(parents=True, exist_ok=True)
        options.out.write_text(markdown(), "utf-8")
    except OSError as error:
        raise Problem(
            "docs_not_written",
            Words("{file} can't be written: {error}.", "无法写入 {file}：{error}。"),
            Words("Name another file with --out.", "请用 --out 指定其他文件。"),
            file=options.out,
            error=error.strerror,
        ) from error
    written = Words("{n} metrics written to {file}.", "已将 {n} 个指标写入 {file}。")
    sys.stdout.write(tr(written, n=len(METRICS), file=options.out) + "\n")
    return 0
