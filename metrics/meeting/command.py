"""`python -m metrics targets`: what is planned and how it is kept; bring in a sheet of targets."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from data.scope import LOCAL_VIEWER
from data.settings import load_settings
from data.warehouse import Warehouse
from format import numbers
from format.columns import aligned
from format.csv_text import csv_text
from i18n import Problem, Text, Words
from metrics.catalog import METRICS
from metrics.meeting.bucket_text import write_bucket
from metrics.meeting.pacing import Pace, as_document, paces
from metrics.meeting.target_file import COLUMNS, read_targets
from metrics.meeting.target_sheets import Plan, as_csv, laid_over
from metrics.meeting.targets import GRAINS, bodies
from metrics.meeting.words import bucket_name, pace_sentence
from store import TARGETS, MetricTargets, Saved, Store, open_store

Opened = Callable[[argparse.Namespace], Warehouse]


def add_targets(commands: Any, shop: argparse.ArgumentParser, opened: Opened) -> None:
    """Add the command; `opened` answers --settings and --shop."""
    parser = commands.add_parser(
        "targets", parents=[shop], help="targets by week and month, and their pace"
    )
    parser.add_argument(
        "--file", type=Path, help="CSV or XLSX with metric, from (2026-W40, 2026-10) and target"
    )
    parser.add_argument("--save", action="store_true", help="keep the file's targets")
    parser.add_argument("--note", default="", help="why; kept in the history")
    parser.add_argument("--author", default=LOCAL_VIEWER.user, help="default: %(default)s")
    parser.set_defaults(run=lambda options, tr: _run(options, tr, opened))


def _run(options: argparse.Namespace, tr: Text, opened: Opened) -> int:
    if options.save and options.file is None:
        raise Problem("targets_no_file", _NO_FILE, _GIVE_FILE)
    warehouse = opened(options)
    with closing(open_store(load_settings(options.settings).store.url)) as store:
        kept = store.list(TARGETS, warehouse.shop)
        if options.file is None:
            _list(options.format, warehouse, kept, tr)
            return 0
        rows = read_targets(_content(options.file), options.file.name, warehouse.reporting)
        plan = laid_over(rows, kept, warehouse.reporting)
        if options.save and plan.edits:
            _save(store, warehouse.shop, plan, options)
    _say_plan(options, plan, warehouse, tr)
    return 0


def _content(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise Problem("targets_file", _UNREADABLE, _CHECK, file=file, why=error.strerror) from error


def _save(store: Store, shop: str, plan: Plan, options: argparse.Namespace) -> None:
    store.save_all(TARGETS, shop, plan.edits, author=options.author, note=options.note)


def _list(form: str, warehouse: Warehouse, kept: Sequence[Saved[MetricTargets]], tr: Text) -> None:
    targets = bodies(kept)
    if form == "csv":
        sys.stdout.write(as_csv(targets, tr))
        return
    found = [p for grain in GRAINS for p in paces(warehouse, targets, grain)]
    if form == "json":
        sys.stdout.write(_json(warehouse, kept, found) + "\n")
        return
    last, currency = warehouse.coverage.last_day, warehouse.reporting.currency
    for pace in found:
        sys.stdout.write(pace_sentence(pace, tr, currency, last) + "\n")
    if found:
        sys.stdout.write("\n")
    rows = [
        [
            _metric_name(t.metric, tr),
            bucket_name(start, t.grain, tr, last),
            _figure(t.metric, value, tr, t.currency),
        ]
        for t in targets
        for start, value in sorted(t.values.items())
    ]
    header = [tr(words) for words in COLUMNS.values()]
    lines = aligned(header, rows, right=[2]) if rows else [tr(_NONE)]
    sys.stdout.write("\n".join(lines) + "\n")


def _json(warehouse: Warehouse, kept: Sequence[Saved[MetricTargets]], found: Sequence[Pace]) -> str:
    document = {
        "shop": warehouse.shop,
        "data_version": warehouse.version,
        "currency": warehouse.reporting.currency,
        "targets": [
            {
                "metric": one.body.metric,
                "grain": one.body.grain,
                "currency": one.body.currency,
                "values": {on.isoformat(): v for on, v in sorted(one.body.values.items())},
                "author": one.author,
                "edited_at": one.edited_at.isoformat(),
                "revision": one.revision,
            }
            for one in kept
            if not isinstance(one.content, Problem)
        ],
        "pace": [as_document(pace) for pace in found],
    }
    return json.dumps(document, ensure_ascii=False, indent=2)


def _say_plan(options: argparse.Namespace, plan: Plan, warehouse: Warehouse, tr: Text) -> None:
    """Each target of the file, before and after."""
    if options.format == "json":
        document = {
            "saved": options.save,
            "steps": [
                {
                    "line": s.row.line,
                    "metric": s.row.metric.key,
                    "grain": s.row.grain,
                    "from": s.row.start.isoformat(),
                    "before": s.before,
                    "target": s.row.value,
                }
                for s in plan.steps
            ],
        }
        sys.stdout.write(json.dumps(document, ensure_ascii=False, indent=2) + "\n")
        return
    if options.format == "csv":
        steps = [
            [s.row.line, s.row.metric.key, write_bucket(s.row.start, s.row.grain), s.before,
             s.row.value]
            for s in plan.steps
        ]  # fmt: skip
        sys.stdout.write(csv_text(["line", "metric", "from", "before", "target"], steps))
        return
    last, currency = warehouse.coverage.last_day, warehouse.reporting.currency
    rows = [
        [
            tr(s.row.metric.name),
            bucket_name(s.row.start, s.row.grain, tr, last),
            numbers.full(s.before, s.row.metric.unit, tr, currency),
            numbers.full(s.row.value, s.row.metric.unit, tr, currency),
        ]
        for s in plan.steps
    ]
    header = [tr(w) for w in (COLUMNS["metric"], COLUMNS["from"], _BEFORE, COLUMNS["target"])]
    sys.stdout.write("\n".join(aligned(header, rows, right=[2, 3])) + "\n")
    changed = sum(step.changes for step in plan.steps)
    words = _SAVED if options.save else _WOULD
    sys.stdout.write(tr(words, n=len(plan.steps), changed=changed) + "\n")


def _metric_name(key: str, tr: Text) -> str:
    return tr(METRICS[key].name) if key in METRICS else tr(_GONE, key=key)


def _figure(key: str, value: float, tr: Text, currency: str | None) -> str:
    unit = METRICS[key].unit if key in METRICS else "times"
    return numbers.full(value, unit, tr, currency)


_BEFORE = Words("before", "原目标")
_GONE = Words("{key} (no such metric any more)", "{key}（指标已不存在）")
_NONE = Words("No targets yet.", "尚未设定目标。")
_SAVED = Words(
    "{n} targets, {changed} changed; saved.", "共 {n} 个目标，变动 {changed} 个，已保存。"
)
_WOULD = Words(
    "{n} targets, {changed} would change. Add --save to keep them.",
    "共 {n} 个目标，将变动 {changed} 个。加 --save 保存。",
)
_NO_FILE = Words("--save needs a file of targets.", "--save 需要目标文件。")
_GIVE_FILE = Words("Name it with --file.", "请用 --file 指定。")
_UNREADABLE = Words("{file} can't be opened: {why}.", "无法打开 {file}：{why}。")
_CHECK = Words("Check the path and that you may read it.", "请检查路径与读取权限。")
