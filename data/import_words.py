"""What is said of an import: on the command line and on a page alike."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from data.building import Imported
from data.importing.reading import SourceFile
from data.spend_words import restated_line
from i18n import Text, Words


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
