"""`python -m data spend` and `channels`: bring in what marketing cost, and say which channel is
meant."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any

from data.building import bring_in, rebuild
from data.channel_file import as_csv, from_csv
from data.channel_listing import raw_channels, written
from data.channels import ChannelRules
from data.cli_lines import channel_lines, preview_lines, say
from data.import_words import file_lines, import_lines
from data.importing.spend_reports import READY, report_mapping
from data.progress import progress_bar
from data.scope import LOCAL_VIEWER
from data.settings import Settings
from data.spend_preview import preview
from data.spend_words import restated_line
from data.warehouse import Shelf, Warehouse
from i18n import Problem, Text, Words

SaveRules = Callable[[Settings, str, ChannelRules], None]
"""Puts the team's rules where they are kept."""


def save_nowhere(_settings: Settings, _shop: str, _rules: ChannelRules) -> None:
    """There is no place to keep them."""
    raise Problem(
        "no_store",
        Words("There is no store to keep the channel table in.", "没有可保存渠道对照表的存储。"),
    )


def add_spend_commands(commands: Any, common: argparse.ArgumentParser) -> None:
    """Both commands, beside the others."""
    spend = commands.add_parser("spend", parents=[common], help="bring in what marketing cost")
    spend.add_argument("files", nargs="+", type=Path, metavar="FILE", help="report or sheet")
    spend.add_argument("--shop", required=True)
    spend.add_argument("--report", choices=READY, help="what it is (default: told by its header)")
    spend.add_argument("--account", help="the ad account of these files")
    spend.add_argument("--date-format", help="ymd, dmy or mdy, where the file leaves it open")
    spend.add_argument("--decimal", choices=(".", ","), help="where the file leaves it open")
    spend.add_argument("--preview", action="store_true", help="say what would come, write nothing")
    spend.set_defaults(run=_spend)

    channels = commands.add_parser(
        "channels", parents=[common], help="list what sources write and which channel is meant"
    )
    channels.add_argument("--shop", required=True)
    channels.add_argument("--save", type=Path, metavar="CSV", help="write the table to a file")
    channels.add_argument("--load", type=Path, metavar="CSV", help="make this file the table")
    channels.add_argument("--apply", action="store_true", help="cut the data by the table now")
    channels.set_defaults(run=_channels)


def _spend(settings: Settings, asked: argparse.Namespace, tr: Text) -> int:
    for path in asked.files:
        if not path.is_file():
            raise Problem(
                "file_missing",
                Words("There is no file {file}.", "找不到文件 {file}。"),
                file=path,
            )
    shop: str = asked.shop
    mapping = report_mapping(
        asked.files,
        shop,
        settings.shop(shop),
        report=asked.report,
        account=asked.account,
        date_format=asked.date_format,
        decimal=asked.decimal,
    )
    rules = asked.rules(settings, shop) or _rules_of_data(settings, shop)
    coming = preview(settings, mapping, rules)
    if asked.preview:
        replaced = [restated_line(r, tr) for r in coming.restated]
        for line in [
            *file_lines(coming.batch.files, tr), *preview_lines(coming, tr), *replaced
        ]:  # fmt: skip
            say(line)
        return 0
    for line in preview_lines(coming, tr):
        say(line)
    with progress_bar(tr, quiet=asked.quiet) as progress:
        done = bring_in(settings, mapping, progress, keep=asked.keep, rules=asked.rules)
    for line in import_lines(done, tr):
        say(line)
    return 0


def _rules_of_data(settings: Settings, shop: str) -> ChannelRules:
    """The rules that the data is cut by; none where there is no data that can be read yet."""
    try:
        return Shelf.of(settings, shop).open(LOCAL_VIEWER).channel_rules
    except Problem:
        return ChannelRules()


def _channels(settings: Settings, asked: argparse.Namespace, tr: Text) -> int:
    """1 where the data is cut by another table than the one in force."""
    shop: str = asked.shop
    warehouse = Shelf.of(settings, shop).open(LOCAL_VIEWER)
    if asked.load is not None:
        asked.save_rules(settings, shop, from_csv(_text(asked.load)))
        say(tr(Words("Saved as the table of {shop}.", "已保存为 {shop} 的渠道对照表。"), shop=shop))
    found: ChannelRules | None = asked.rules(settings, shop)
    rules = warehouse.channel_rules if found is None else found
    if asked.save is not None:
        asked.save.write_text(as_csv(rules), "utf-8-sig")
        say(str(asked.save))
    if asked.apply:
        built = rebuild(settings, shop, keep=asked.keep, rules=asked.rules)
        words = Words("Applied; version {version} published.", "已应用，版本 {version} 已发布。")
        say(tr(words, version=built.version))
        return 0
    currency = warehouse.reporting.currency
    for line in channel_lines(raw_channels(written(warehouse, currency), rules), currency, tr):
        say(line)
    return _said_whether_applied(warehouse, rules, tr)


def _said_whether_applied(warehouse: Warehouse, rules: ChannelRules, tr: Text) -> int:
    if warehouse.channel_rules.text == rules.text:
        return 0
    words = Words(
        "The table has changed since the data was cut: python -m data channels --shop {shop} "
        "--apply",
        "对照表在数据生成后有改动，请运行：python -m data channels --shop {shop} --apply",
    )
    say(tr(words, shop=warehouse.shop))
    return 1


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "UTF-8"
        raise Problem(
            "file_unreadable",
            Words("{file} can't be read: {why}.", "无法读取 {file}：{why}。"),
            file=path,
            why=reason or "",
        ) from error
