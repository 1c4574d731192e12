"""`python -m metrics register`: write down the plan of an experiment, also of one run elsewhere."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from data.scope import LOCAL_VIEWER, Scope
from data.settings import load_settings
from data.warehouse import Warehouse
from data.zones import reporting_day
from i18n import Text, Words
from metrics.experiments.plan_file import read_plans
from metrics.experiments.plans import save_plan, seen_arms, seen_words, stored_plan
from store import EXPERIMENT_PLAN, Store, open_store

Opened = Callable[[argparse.Namespace], Warehouse]


def add_register(commands: Any, language: argparse.ArgumentParser, opened: Opened) -> None:
    """Add the command; `opened` answers --settings and --shop."""
    parser = commands.add_parser(
        "register", parents=[language], help="write down plans of experiments"
    )
    parser.add_argument("--settings", type=Path, help="settings file (default: northstar.toml)")
    parser.add_argument("--shop", required=True, help="key of the shop in the settings")
    parser.add_argument("--id", metavar="KEY", help="one experiment (default: all of the file)")
    parser.add_argument("--file", type=Path, required=True, help="plan as YAML or JSON")
    parser.add_argument("--note", default="", help="reason of a change after the start")
    parser.add_argument("--author", default=LOCAL_VIEWER.user, help="default: %(default)s")
    parser.add_argument(
        "--if-absent", action="store_true", help="only experiments without a plan so far"
    )
    parser.set_defaults(run=lambda options, tr: _run(options, tr, opened))


def _run(options: argparse.Namespace, tr: Text, opened: Opened) -> int:
    plans = read_plans(options.file, options.id)
    warehouse = opened(options)
    today = reporting_day(datetime.now(UTC).replace(tzinfo=None), warehouse.reporting.zone)
    scope = Scope(warehouse.reporting.currency)
    with closing(open_store(load_settings(options.settings).store.url)) as store:
        for key, plan in plans.items():
            if options.if_absent and _known(store, warehouse.shop, key):
                continue
            before = stored_plan(store, warehouse.shop, key)
            saved = save_plan(
                store,
                warehouse.shop,
                key,
                plan,
                options.author,
                None if before is None else before.revision,
                options.note,
                today,
            )
            _say(tr(_SAVED, name=plan.name, key=key, n=saved.revision))
            for line in seen_words(seen_arms(warehouse, scope, key, plan), tr):
                _say("  " + line)
    return 0


def _known(store: Store, shop: str, key: str) -> bool:
    """Whether anybody ever wrote a plan of it down, a deleted one included."""
    return bool(store.history(EXPERIMENT_PLAN, shop, key))


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")


_SAVED = Words(
    "“{name}” ({key}) is registered, revision {n}.", "已登记“{name}”（{key}），第 {n} 版。"
)
