"""How fresh the data is, and timestamps that lie ahead of it."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import func, select

from data.checks.finding import Cell, Found, Listing, Severity, filled
from data.checks.look import Look
from data.importing.ledger import imports
from data.schema import TIME_OF
from i18n import Words

LATE_AFTER = timedelta(hours=36)
"""A shop that is refreshed daily is late when a day and a half went by."""

LIVE_WITHIN = timedelta(days=3)
"""Data that ended longer before its refresh than this is history: nobody waits for its next day."""

PLANNED_AHEAD = frozenset({"experiments", "memberships", "fx_rates", "calendar"})
"""Tables that may say what will be."""

MORE_TIMES: dict[str, tuple[str, ...]] = {
    "users": ("first_seen_at",),
    "orders": ("paid_at", "delivered_at"),
    "invitations": ("accepted_at",),
    "campaign_sends": ("sent_at",),
}


def freshness(look: Look) -> Found:
    """How far the data goes, when it was refreshed, what was imported last."""
    through, built = look.coverage.through, look.coverage.built_at
    hours = max(0.0, (look.now - built).total_seconds() / 3600)
    told = filled(
        Words(
            "The data goes to {through}; it was refreshed {ago}.{imported}",
            "数据截至 {through}，{ago}刷新。{imported}",
        ),
        through=look.local(through),
        ago=_ago(hours),
        imported=_last_import(look),
    )
    if through > built:
        return Found(
            Severity.ERROR,
            filled(
                Words(
                    "The data goes to {through}, but it was refreshed before "
                    "that, at {built}: some timestamp lies in the future.",
                    "数据截至 {through}，却晚于刷新时间 {built}：存在未来的时间戳。",
                ),
                through=look.local(through),
                built=look.local(built),
            ),
            Words(
                "Mend the timestamp or its time zone in the mapping, or set data_through.",
                "请修正该时间戳或映射中的时区，也可设置 data_through。",
            ),
        )
    if hours * 3600 > LATE_AFTER.total_seconds() and built - through <= LIVE_WITHIN:
        return Found(
            Severity.WARNING,
            told,
            Words(
                "It was up to date at its last refresh and has missed the next one. Run the import "
                "or python -m data refresh.",
                "上次刷新时数据是最新的，但之后没有按时刷新。请运行导入或 python -m data refresh。",
            ),
        )
    return Found(Severity.OK, told)


def _ago(hours: float) -> Words:
    if hours < 1:
        return Words("less than an hour ago", "不到 1 小时前")
    return filled(Words("{hours:,.1f} hours ago", "{hours:,.1f} 小时前"), hours=hours)


def _last_import(look: Look) -> Words:
    """When the last files came in, and how many rows; nothing for a shop that was generated."""
    if not look.sees_all:
        return Words("", "")
    latest = select(func.max(imports.c.imported_at)).scalar_subquery()
    found = look.one(
        select(
            func.max(imports.c.imported_at).label("at"),
            func.count().label("files"),
            func.coalesce(func.sum(imports.c.rows_read), 0).label("rows"),
        ).where(imports.c.imported_at == latest)
    )
    if found["at"] is None:
        return Words("", "")
    return filled(
        Words(
            " Last import: {at} (files: {files:,}, rows read: {rows:,}).",
            "最近一次导入：{at}，{files:,} 个文件，读取 {rows:,} 行。",
        ),
        at=look.local(found["at"]),
        files=int(found["files"]),
        rows=int(found["rows"]),
    )


def future(look: Look) -> Found:
    """Timestamps after the end of the data."""
    rows: list[tuple[Cell, ...]] = []
    for name, first in TIME_OF.items():
        columns = [c for c in (first, *MORE_TIMES.get(name, ())) if look.has(f"{name}.{c}")]
        if name in PLANNED_AHEAD or not columns:
            continue
        table = look.table(name)
        for c in columns:
            found = look.one(
                select(func.count().label("n"), func.max(table.c[c]).label("latest")).where(
                    look.day_is_later(table.c[c])
                )
            )
            if found["n"]:
                rows.append((name, c, int(found["n"]), f"{found['latest']:%Y-%m-%d %H:%M}"))
    if not rows:
        return Found(
            Severity.OK,
            Words("No timestamp lies after the end of the data.", "没有晚于数据截止时间的时间戳。"),
        )
    return Found(
        Severity.WARNING,
        filled(
            Words(
                "{n:,} timestamps lie after the end of the data ({through}): {where}.",
                "{n:,} 个时间戳晚于数据截止时间（{through}）：{where}。",
            ),
            n=sum(int(str(r[2])) for r in rows),
            through=look.local(look.coverage.through),
            where=", ".join(f"{r[0]}.{r[1]} ({r[2]:,})" for r in rows),
        ),
        Words(
            "They count in no finished period. Check the time zone of the mapping, or whether "
            "data_through is older than the files.",
            "它们不会计入任何已结束的周期。请检查映射中的时区，或 data_through 是否早于文件内容。",
        ),
        Listing(
            (
                Words("Table", "数据表"),
                Words("Column", "字段"),
                Words("Rows", "行数"),
                Words("Latest (UTC)", "最晚（UTC）"),
            ),
            tuple(rows),
        ),
    )
