"""The command line of the files: `pack` writes the weekly review of a shop."""

from __future__ import annotations

import argparse
import os
import re
import sys
import tempfile
from collections.abc import Sequence
from contextlib import closing
from datetime import date
from pathlib import Path

from data.dimensions import USER_DIMENSIONS
from data.progress import Progress, progress_bar
from data.scope import LOCAL_VIEWER, Scope, Span
from data.settings import Settings, load_settings
from data.warehouse import Shelf, Warehouse
from i18n import LANGUAGES, Problem, Text, Words, parse_language
from metrics import asked
from metrics.periods import WeekStart
from metrics.review.deck import DEFAULT_DECK
from metrics.review.memory import remembered
from metrics.review.weekly import week_of, weekly_review
from reports.formats import FORMATS, Format
from reports.packing import pack_of
from store import REVIEW_DECK, open_store

_ISO_WEEK = re.compile(r"(\d{4})-?W(\d{1,2})", re.IGNORECASE)
_READING = Words("Counting the week", "统计本周数据")
_WRITING = Words("Writing the file", "生成文件")
_DONE = Words(
    "{pages} metrics of {week} written to {file}.", "已将{week} {pages} 项指标写入 {file}。"
)


def main(arguments: Sequence[str]) -> int:
    """Run one command. 0: done; 2: could not be done, and why."""
    options = _parser().parse_args(arguments)
    tr = Text(options.lang)
    try:
        return _pack(options, tr)
    except Problem as problem:
        sys.stderr.write(problem.say(tr) + "\n")
        return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m reports", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    pack = commands.add_parser("pack", help="the weekly review as slides, PDF, workbook or page")
    pack.add_argument("--settings", type=Path, help="settings file (default: northstar.toml)")
    pack.add_argument("--shop", required=True, help="key of the shop in the settings")
    pack.add_argument("--week", help="2026-W40 or a day of it (default: the last complete week)")
    pack.add_argument("--to", required=True, metavar="FORMAT", help=" | ".join(FORMATS))
    pack.add_argument("--out", type=Path, metavar="FILE", help="default: named after the week")
    pack.add_argument("--customers", choices=tuple(asked.CUSTOMERS), default="all")
    for dimension in USER_DIMENSIONS:
        pack.add_argument(
            f"--{dimension.key}",
            metavar="A,B",
            help=f"only these values of the {dimension.name.en.lower()}",
        )
    pack.add_argument("--currency", help="currency of the amounts (default: the shop's)")
    pack.add_argument(
        "--lang",
        choices=LANGUAGES,
        default=parse_language(os.environ.get("LC_ALL") or os.environ.get("LANG")),
        help="language of the file and of messages",
    )
    return parser


def _pack(options: argparse.Namespace, tr: Text) -> int:
    to = format_of(options.to)
    settings = load_settings(options.settings)
    warehouse = Shelf.of(settings, options.shop).open(LOCAL_VIEWER)
    week = None if options.week is None else week_from(options.week, warehouse.reporting.week_start)
    filters = {d.key: getattr(options, d.key) for d in USER_DIMENSIONS}
    scope = asked.scope(warehouse, options.currency, options.customers, filters)
    if options.out is not None:
        require_writable(options.out)
    with progress_bar(tr) as progress:
        out, pages, shown = _written(options, settings, warehouse, scope, week, to, tr, progress)
    sys.stdout.write(tr(_DONE, pages=pages, week=shown, file=out) + "\n")
    return 0


def _written(
    options: argparse.Namespace,
    settings: Settings,
    warehouse: Warehouse,
    scope: Scope,
    week: Span | None,
    to: Format,
    tr: Text,
    progress: Progress,
) -> tuple[Path, int, str]:
    """Compute the review and write its file: where, how many metrics, which week."""
    progress(0.05, _READING)
    with closing(open_store(settings.store.url)) as store:
        saved = store.load(REVIEW_DECK, warehouse.shop)
        deck = DEFAULT_DECK if saved is None else saved.body
        memory = remembered(store, warehouse.shop)
        review = weekly_review(warehouse, scope, week, deck, memory, store)
    progress(0.5, _WRITING)
    name = settings.shops[options.shop].name
    pack = pack_of(review, warehouse.reporting, name.words, tr)
    content = to.write(pack, lambda share: progress(0.5 + 0.5 * share, _WRITING))
    out: Path = options.out or Path(to.file_name(pack.file_stem))
    save(out, content)
    return out, len(pack.pages), pack.subtitle


def format_of(key: str) -> Format:
    """The format of a word, whatever its case."""
    found = FORMATS.get(key.lower().lstrip("."))
    if found is None:
        raise Problem(
            "pack_format",
            Words("“{found}” is not a format of the pack.", "“{found}”不是可用的文件格式。"),
            Words("Choose one of: {known}.", "请选择：{known}。"),
            found=key,
            known=", ".join(FORMATS),
        )
    return found


def week_from(text: str, week_start: WeekStart) -> Span:
    """The calendar week of `2026-W40` or of a day in it. A week that starts on a Sunday has the
    number of the ISO week that its middle lies in."""
    match = _ISO_WEEK.fullmatch(text.strip())
    try:
        if match is None:
            return week_of(date.fromisoformat(text.strip()), week_start)
        return week_of(date.fromisocalendar(int(match[1]), int(match[2]), 3), week_start)
    except (ValueError, OverflowError) as error:
        raise Problem(
            "pack_week",
            Words("“{found}” is not a week.", "“{found}”不是有效的周。"),
            Words(
                "Write 2026-W40, or a day of the week such as 2026-09-30.",
                "请写作 2026-W40，或该周中的某一天，例如 2026-09-30。",
            ),
            found=text,
        ) from error


def require_writable(out: Path) -> None:
    """Say that a file can't be written before the numbers are computed."""
    folder = out.parent
    if out.is_dir():
        raise _not_written(out, Words("it is a folder", "该路径是文件夹"))
    if not folder.is_dir():
        raise _not_written(out, Words("the folder does not exist", "文件夹不存在"))
    if not os.access(out if out.exists() else folder, os.W_OK):
        raise _not_written(out, Words("no right to write there", "没有写入权限"))


def save(out: Path, content: bytes) -> None:
    """Write the file whole or not at all: what stood there before stays until the new one is
    complete."""
    try:
        handle, name = tempfile.mkstemp(dir=out.parent, prefix=f".{out.name}.")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
            Path(name).chmod(0o644)
            Path(name).replace(out)
        except OSError:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise _not_written(out, Words(reason, reason)) from error


def _not_written(out: Path, why: Words) -> Problem:
    return Problem(
        "pack_not_written",
        Words("{file} can't be written: {why}.", "无法写入 {file}：{why}。"),
        Words("Name another file with --out.", "请用 --out 指定其他文件。"),
        file=out,
        why=why,
    )
