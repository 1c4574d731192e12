"""What the command line says of imports and of spend, a line for each thing that matters."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path

from data.building import Imported
from data.channel_listing import RawChannel
from data.dimensions import CHANNEL
from data.importing.reading import SourceFile
from data.spend_preview import Preview
from data.spend_words import amounts, remarks, restated_line
from format import numbers
from i18n import Text, Words


def say(line: str, *, to_error: bool = False) -> None:
    (sys.stderr if to_error else sys.stdout).write(line + "\n")


def file_lines(files: Iterable[SourceFile], tr: Text) -> list[str]:
    of_file = Words(
        "{file}: {read:,} rows read, {loaded:,} loaded, {aside:,} set aside, {rejected:,} rejected",
        "{file}：读取 {read:,} 行，载入 {loaded:,} 行，搁置 {aside:,} 行，拒收 {rejected:,} 行",
    )
    return [
        tr(
            of_file,
            file=Path(file.path).name,
            read=file.rows_read,
            loaded=file.rows_loaded,
            aside=file.rows_set_aside,
            rejected=file.rows_rejected,
        )
        for file in files
    ]


def import_lines(done: Imported, tr: Text) -> list[str]:
    """What an import did, a line for each file and table that matters."""
    of_table = Words(
        "{table}: {new:,} new, {changed:,} changed, {same:,} unchanged, {gone:,} gone",
        "{table}：新增 {new:,}，变更 {changed:,}，未变 {same:,}，移除 {gone:,}",
    )
    lines = file_lines(done.batch.files if done.batch else (), tr)
    lines += [
        tr(
            of_table,
            table=name,
            new=change.inserted,
            changed=change.updated,
            same=change.unchanged,
            gone=change.removed,
        )
        for name, change in (done.report.tables.items() if done.report else ())
    ]
    lines += [restated_line(r, tr) for r in done.restated]
    if done.built is None:
        lines.append(tr(Words("Nothing had changed since last time.", "与上次相比没有任何变化。")))
    else:
        lines.append(
            tr(
                Words(
                    "Published as version {version} of shop {shop} in {seconds:.1f} s.",
                    "已发布为店铺 {shop} 的版本 {version}，用时 {seconds:.1f} 秒。",
                ),
                version=done.built.version,
                shop=done.shop,
                seconds=done.seconds,
            )
        )
    return lines


def preview_lines(p: Preview, tr: Text) -> list[str]:
    """What files of spend would bring."""
    comma = tr(Words(", ", "、"))
    lines = [
        tr(
            Words(
                "{rows:,} rows, {first} to {last}, {days} days, {accounts}: {spend}",
                "{rows:,} 行，{first} 至 {last} 共 {days} 天，{accounts}：{spend}",
            ),
            rows=p.rows,
            first=p.first,
            last=p.last,
            days=p.days,
            accounts=comma.join(a or "–" for a in p.accounts),
            spend=amounts(p.spend, tr),
        )
    ]
    lines += [
        f"  {tr(CHANNEL.label(channel))}: {amounts(sums, tr)}"
        for channel, sums in p.channels.items()
    ]
    return lines + remarks(p, tr)


def channel_lines(listed: Iterable[RawChannel], currency: str, tr: Text) -> list[str]:
    """A line for each word, those in no channel first."""
    header = Words(
        "written | channel | spend ({currency}) | campaigns | users | orders | touches | events",
        "来源写法 | 渠道 | 花费（{currency}） | 广告系列 | 用户 | 订单 | 触点 | 事件",
    )
    lines = [tr(header, currency=currency)]
    for c in listed:
        channels = " + ".join(tr(CHANNEL.label(k)) for k in c.channels)
        mark = "✕ " if c.open else ""
        spend = numbers.full(c.spend, "money", tr, "")
        counts = [str(c.campaigns), *[f"{n:,}" for n in c.counted.values()]]
        unrated = tr(_SOME_UNRATED, n=c.unrated) if c.unrated else ""
        cells = [mark + (c.raw or tr(_NOTHING)), channels, spend + unrated, *counts]
        lines.append(" | ".join(cells))
    return lines


_NOTHING = Words("(nothing)", "（空）")
_SOME_UNRATED = Words(" and {n} rows without a rate", "，另有 {n} 行缺汇率")
