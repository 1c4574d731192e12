"""What the imports could not read, left out on purpose, or read by a rule."""

from __future__ import annotations

import pandas as pd
from sqlalchemy import func, select

from data.checks.finding import AND, COMMA, Cell, Found, Listing, Severity, filled, joined
from data.checks.look import Look
from data.importing.ledger import import_notes, imports, rejects, set_aside
from data.importing.problems import NOTES, REASONS
from data.warehouse import Warehouse
from i18n import Words

REJECTED_TOLERATED = 0.01
"""Above this share of rejected rows the numbers are wrong rather than rough."""

_NOT_YOURS = Found(
    Severity.INFO,
    Words(
        "The records of imports are of all markets together; only those who may see every market "
        "see them.",
        "导入记录涵盖所有市场，仅对可查看全部市场的人开放。",
    ),
)


def rejected(look: Look) -> Found | None:
    """Rows that could not be read, by reason."""
    if not look.sees_all:
        return _NOT_YOURS
    latest = (
        select(
            imports.c.source, imports.c.path, func.max(imports.c.imported_at).label("imported_at")
        )
        .group_by(imports.c.source, imports.c.path)
        .cte("latest_import")
    )
    i = imports
    read = look.one(
        select(
            func.coalesce(func.sum(i.c.rows_read), 0).label("read"),
            func.coalesce(func.sum(i.c.rows_rejected), 0).label("rejected"),
        ).select_from(
            i.join(
                latest,
                (latest.c.source == i.c.source)
                & (latest.c.path == i.c.path)
                & (latest.c.imported_at == i.c.imported_at),
            )
        )
    )
    if not read["read"]:
        return None
    if not read["rejected"]:
        return Found(
            Severity.OK,
            filled(
                Words("All {n:,} rows could be read.", "{n:,} 行全部可以读取。"),
                n=int(read["read"]),
            ),
        )
    r = rejects
    cells = look.ask(
        select(
            r.c.source,
            r.c.reason,
            func.coalesce(r.c.table_name, "").label("table_name"),
            func.coalesce(r.c.column_name, "").label("column_name"),
            func.count().label("n"),
        )
        .group_by(r.c.source, r.c.reason, r.c.table_name, r.c.column_name)
        .order_by(func.count().desc(), r.c.source, r.c.reason, r.c.table_name, r.c.column_name)
    )
    share = int(read["rejected"]) / int(read["read"])
    return Found(
        Severity.ERROR if share > REJECTED_TOLERATED else Severity.WARNING,
        filled(
            Words(
                "{n:,} of {read:,} rows were rejected ({share:.2%}).",
                "{read:,} 行中有 {n:,} 行被拒收（{share:.2%}）。",
            ),
            n=int(read["rejected"]),
            read=int(read["read"]),
            share=share,
        ),
        Words(
            "They are in no number. Download them, mend the mapping or the file, import again.",
            "它们不在任何指标中。请下载查看，修正映射或文件后重新导入。",
        ),
        Listing(
            (
                Words("Reason", "原因"),
                Words("Source", "数据源"),
                Words("Table", "数据表"),
                Words("Column", "字段"),
                Words("Cells", "处数"),
            ),
            tuple(
                (
                    REASONS.get(c["reason"], Words(c["reason"], c["reason"])),
                    c["source"],
                    c["table_name"],
                    c["column_name"],
                    int(c["n"]),
                )
                for c in cells
            ),
        ),
    )


def left_out(look: Look) -> Found | None:
    """Groups of rows that the mapping sets aside, by name, with their amount."""
    if not look.sees_all:
        return None
    s = set_aside
    groups = look.ask(
        select(
            s.c.name,
            func.min(s.c.reason_en).label("en"),
            func.min(s.c.reason_zh).label("zh"),
            func.sum(s.c.rows).label("rows"),
            func.sum(s.c.amount).label("amount"),
        )
        .group_by(s.c.name)
        .order_by(s.c.name)
    )
    if not groups:
        return None
    rows: list[tuple[Cell, ...]] = [
        (g["name"], Words(g["en"], g["zh"]), int(g["rows"]), g["amount"]) for g in groups
    ]
    told = joined(
        [
            filled(
                Words("{name} ({rows:,} rows{money})", "{name}（{rows:,} 行{money}）"),
                name=g["name"],
                rows=int(g["rows"]),
                money=Words("", "")
                if g["amount"] is None
                else filled(Words(", {a:,.2f}", "，{a:,.2f}"), a=float(g["amount"])),
            )
            for g in groups
        ],
        COMMA,
    )
    return Found(
        Severity.INFO,
        filled(
            Words(
                "{n:,} rows are set aside by name: {told}.",
                "{n:,} 行按名称搁置，不计入任何表：{told}。",
            ),
            n=sum(int(g["rows"]) for g in groups),
            told=told,
        ),
        Words(
            "The mapping says so; amounts are in the source's currency.",
            "由映射文件指定；金额为数据源币种。",
        ),
        Listing(
            (
                Words("Group", "分组"),
                Words("Why", "原因"),
                Words("Rows", "行数"),
                Words("Amount", "金额"),
            ),
            tuple(rows),
        ),
    )


def rules(look: Look) -> Found | None:
    """What was read by a rule: repeated rows, times that the clocks had twice."""
    if not look.sees_all:
        return None
    n = import_notes
    found = look.ask(
        select(n.c.source, n.c.table_name, n.c.code, func.sum(n.c.rows).label("rows"))
        .group_by(n.c.source, n.c.table_name, n.c.code)
        .order_by(n.c.source, n.c.table_name, n.c.code)
    )
    if not found:
        return None
    by_rule = {f["code"]: 0 for f in found}
    for f in found:
        by_rule[f["code"]] += int(f["rows"])
    told = [
        filled(
            Words("{n:,} × {rule}", "{rule}（{n:,} 行）"),
            n=n,
            rule=_without_stop(NOTES.get(code, Words(code, code))),
        )
        for code, n in by_rule.items()
    ]
    return Found(
        Severity.INFO,
        filled(Words("Read by a rule: {told}.", "按规则读取：{told}。"), told=joined(told, AND)),
        None,
        Listing(
            (
                Words("Rule", "规则"),
                Words("Source", "数据源"),
                Words("Table", "数据表"),
                Words("Rows", "行数"),
            ),
            tuple(
                (
                    NOTES.get(f["code"], Words(f["code"], f["code"])),
                    f["source"],
                    f["table_name"],
                    int(f["rows"]),
                )
                for f in found
            ),
        ),
    )


def _without_stop(words: Words) -> Words:
    return Words(words.en.rstrip("."), words.zh.rstrip("。"))


CELLS_DOWNLOADED = 100_000


def rejected_cells(warehouse: Warehouse) -> pd.DataFrame | None:
    """Every rejected cell, for a file; None when there is none or they are not the viewer's to see.

    What stood in the cell and its row may describe a person, so both columns are only there for
    viewers who may see personal data.
    """
    viewer, r = warehouse.viewer, rejects
    if viewer.markets is not None:
        return None
    kept = [r.c.source, r.c.path, r.c.line, r.c.table_name, r.c.column_name, r.c.reason]
    kept += [r.c.found, r.c.expected, r.c.row] if viewer.personal_data else [r.c.expected]
    found = warehouse.fetch(
        select(*kept)
        .order_by(r.c.source, r.c.path, r.c.line, r.c.column_name)
        .limit(CELLS_DOWNLOADED)
    )
    return None if found.empty else found
