"""The command line of the warehouse: build the demo shop, import, refresh, inspect, roll back."""

from __future__ import annotations

import argparse
import os
import platform
from collections.abc import Sequence
from dataclasses import replace
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from data.building import (
    Keep,
    RulesOf,
    build_demo,
    import_mapping,
    keep_none,
    rebuild,
    rules_as_before,
)
from data.cli_lines import say
from data.cli_spend import SaveRules, add_spend_commands, save_nowhere
from data.demo.spec import PRESETS
from data.import_words import import_lines
from data.importing.mapping import load_mapping
from data.progress import progress_bar
from data.refresh import settings_fingerprint
from data.scope import LOCAL_VIEWER
from data.settings import Settings, load_settings
from data.versions import open_versions
from data.warehouse import Shelf
from i18n import LANGUAGES, Problem, Text, Words, parse_language

RUNS_ON = ("streamlit", "sqlalchemy", "duckdb", "duckdb-sqlalchemy", "psycopg", "pandas", "plotly")


def main(
    arguments: Sequence[str],
    *,
    keep: Keep = keep_none,
    rules: RulesOf = rules_as_before,
    save_rules: SaveRules = save_nowhere,
) -> int:
    """Run one command. 0: done; 1: looked and found something wrong; 2: could not be done.
    `keep` names the funnels that a refresh keeps, `rules` the team's channel rules, which
    `save_rules` puts where they are kept."""
    asked = _parser().parse_args(arguments)
    asked.keep, asked.rules, asked.save_rules = keep, rules, save_rules
    tr = Text(asked.lang)
    try:
        settings = load_settings(asked.settings)
        return int(asked.run(settings, asked, tr))
    except Problem as problem:
        say(problem.say(tr), to_error=True)
        return 2


def _parser() -> argparse.ArgumentParser:
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--settings", type=Path, help="settings file (default: northstar.toml)")
    common.add_argument(
        "--lang",
        choices=LANGUAGES,
        default=parse_language(os.environ.get("LC_ALL") or os.environ.get("LANG")),
        help="language of messages",
    )
    common.add_argument("--quiet", action="store_true", help="no progress bar")
    parser = argparse.ArgumentParser(prog="python -m data", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    demo = commands.add_parser("demo", parents=[common], help="build the demo shop")
    demo.add_argument("--preset", choices=tuple(PRESETS), default="demo")
    demo.add_argument("--users", type=int, help="number of users (default: the preset's)")
    demo.add_argument("--seed", type=int, help="another seed makes another shop")
    demo.add_argument("--shop", default="demo", help="key of the shop in the settings")
    demo.add_argument("--if-absent", action="store_true", help="only when it has no data yet")
    demo.set_defaults(run=_demo)

    load = commands.add_parser("import", parents=[common], help="bring in a shop by its mapping")
    load.add_argument("mapping", type=Path, help="mapping.yaml")
    load.add_argument("--if-absent", action="store_true", help="only when the shop has no data yet")
    load.set_defaults(run=_import)

    again = commands.add_parser("refresh", parents=[common], help="cut the serving tables anew")
    again.add_argument("--shop", required=True)
    again.set_defaults(run=_refresh)

    add_spend_commands(commands, common)

    doctor = commands.add_parser("doctor", parents=[common], help="say what is set up and works")
    doctor.set_defaults(run=_doctor)

    listed = commands.add_parser("versions", parents=[common], help="list a shop's versions")
    listed.add_argument("--shop", required=True)
    listed.set_defaults(run=_versions)

    back = commands.add_parser("rollback", parents=[common], help="make an old version current")
    back.add_argument("--shop", required=True)
    back.add_argument("version", help="as listed by `versions`")
    back.set_defaults(run=_rollback)
    return parser


def _demo(settings: Settings, asked: argparse.Namespace, tr: Text) -> int:
    if asked.if_absent and _is_ready(settings, asked.shop, tr, asked):
        return 0
    spec = PRESETS[asked.preset]
    spec = replace(spec, users=asked.users or spec.users, seed=asked.seed or spec.seed)
    with progress_bar(tr, quiet=asked.quiet) as progress:
        built = build_demo(settings, asked.shop, spec, progress, keep=asked.keep, rules=asked.rules)
    say(
        tr(
            Words(
                "Demo shop of {users:,} users published as version {version} in {seconds:.0f} s.",
                "演示店铺（{users:,} 名用户）已发布为版本 {version}，用时 {seconds:.0f} 秒。",
            ),
            users=spec.users,
            version=built.version,
            seconds=built.seconds,
        )
    )
    return 0


def _is_ready(settings: Settings, shop: str, tr: Text, asked: argparse.Namespace) -> bool:
    """Whether the shop has data that this program can read; data of another layout or cut by
    other settings is cut anew, which needs no import."""
    shelf = Shelf.of(settings, shop)
    if shelf.versions.current() is None:
        return False
    try:
        warehouse = shelf.open(LOCAL_VIEWER)
        stale = warehouse.cut_by != settings_fingerprint(shelf.shop)
    except Problem as problem:
        if problem.code != "warehouse_outdated":
            raise
        stale = True
    if stale:
        rebuild(settings, shop, keep=asked.keep, rules=asked.rules)
    there = Words("The shop “{shop}” is there already.", "店铺“{shop}”已存在。")
    say(tr(there, shop=shop))
    return True


def _import(settings: Settings, asked: argparse.Namespace, tr: Text) -> int:
    if asked.if_absent and _is_ready(settings, load_mapping(asked.mapping).shop, tr, asked):
        return 0
    with progress_bar(tr, quiet=asked.quiet) as progress:
        done = import_mapping(settings, asked.mapping, progress, keep=asked.keep, rules=asked.rules)
    for line in import_lines(done, tr):
        say(line)
    return 0


def _refresh(settings: Settings, asked: argparse.Namespace, tr: Text) -> int:
    with progress_bar(tr, quiet=asked.quiet) as progress:
        built = rebuild(settings, asked.shop, progress, keep=asked.keep, rules=asked.rules)
    say(
        tr(
            Words(
                "Serving tables cut anew; version {version} published in {seconds:.1f} s.",
                "服务表已重新生成；版本 {version} 已发布，用时 {seconds:.1f} 秒。",
            ),
            version=built.version,
            seconds=built.seconds,
        )
    )
    return 0


def _versions(settings: Settings, asked: argparse.Namespace, tr: Text) -> int:
    versions = open_versions(settings.shop(asked.shop).url, asked.shop, settings.limits)
    current = versions.current()
    for name in versions.list():
        say(f"{name}  {tr(Words('current', '当前'))}" if name == current else name)
    return 0


def _rollback(settings: Settings, asked: argparse.Namespace, tr: Text) -> int:
    versions = open_versions(settings.shop(asked.shop).url, asked.shop, settings.limits)
    if asked.version not in versions.list():
        raise Problem(
            "unknown_version",
            Words("The shop {shop} has no version {version}.", "店铺 {shop} 没有版本 {version}。"),
            Words(
                "List them: python -m data versions --shop {shop}.",
                "查看全部版本：python -m data versions --shop {shop}。",
            ),
            shop=asked.shop,
            version=asked.version,
        )
    versions.point(asked.version)
    say(
        tr(
            Words("Readers now see version {version}.", "读者现在看到的是版本 {version}。"),
            version=asked.version,
        )
    )
    return 0


def _doctor(settings: Settings, asked: argparse.Namespace, tr: Text) -> int:
    """Versions of what it runs on, then each shop: reachable, filled, cut by today's settings."""
    say(f"Python {platform.python_version()}  {platform.system()} {platform.machine()}")
    for package in RUNS_ON:
        try:
            say(f"{package} {version(package)}")
        except PackageNotFoundError:
            say(f"{package} {tr(Words('is not installed', '未安装'))}")
    wrong = 0
    for key in settings.shops:
        try:
            say(f"{key}: {_condition(settings, key, tr)}")
        except Problem as problem:
            wrong = 1
            say(f"{key}: {problem.say(tr)}")
    return wrong


def _condition(settings: Settings, key: str, tr: Text) -> str:
    shelf = Shelf.of(settings, key)
    warehouse = shelf.open(LOCAL_VIEWER)
    coverage = warehouse.coverage
    sentence = tr(
        Words(
            "version {version}, days {start} to {last}, {orders:,} orders, {events:,} events",
            "版本 {version}，{start} 至 {last}，订单 {orders:,}，事件 {events:,}",
        ),
        version=warehouse.version,
        start=coverage.start,
        last=coverage.last_day,
        orders=coverage.filled.get("orders", 0),
        events=coverage.filled.get("events", 0),
    )
    if warehouse.cut_by != settings_fingerprint(shelf.shop):
        stale = Words(
            "; settings changed since: run python -m data refresh --shop {shop}",
            "；设置已更改，请运行 python -m data refresh --shop {shop}",
        )
        sentence += tr(stale, shop=key)
    return sentence
