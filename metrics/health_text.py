"""Data health as JSON, as CSV, or as lines for the eye."""

from __future__ import annotations

import json
from typing import Any

from data.checks.finding import SEVERITIES, Cell
from data.warehouse import Warehouse
from format.columns import aligned
from format.csv_text import csv_text
from i18n import Text, Words
from metrics.health import Health


def health_json(health: Health, warehouse: Warehouse) -> str:
    """Checks with both languages, figures and SQL; the contract; rows by day."""
    return json.dumps(_document(health, warehouse), ensure_ascii=False, indent=2)


def _document(health: Health, warehouse: Warehouse) -> dict[str, Any]:
    return {
        "shop": warehouse.shop,
        "data_version": health.version,
        "data_through": health.coverage.through.isoformat() + "Z",
        "finding": health.finding._asdict(),
        "checks": [
            {
                "key": check.key,
                "severity": check.severity,
                "name": check.name._asdict(),
                "sentence": check.sentence._asdict(),
                "advice": check.advice and check.advice._asdict(),
                "table": check.listing
                and {
                    "columns": [c.en for c in check.listing.columns],
                    "rows": [[_plain(cell) for cell in row] for row in check.listing.rows],
                },
                "sql": list(check.sql(warehouse)),
            }
            for check in health.checks
        ],
        "tables": [
            {
                "table": t.table,
                "rows": t.rows,
                "present": list(t.present),
                "absent": list(t.absent),
                "required_absent": list(t.required_absent),
                "metrics_off": [metric.key for metric in t.off],
            }
            for t in health.tables
        ],
        "days": [
            {
                "table": d.table,
                "first": d.days[0].isoformat(),
                "last": d.days[-1].isoformat(),
                "missing": [day.isoformat() for day in d.missing],
                "closed_weekdays": [day + 1 for day in d.closed],
                "rows": list(d.counts),
            }
            for d in health.days
        ],
    }


def _plain(cell: Cell) -> object:
    return cell._asdict() if isinstance(cell, Words) else cell


def health_csv(health: Health, tr: Text) -> str:
    """One line per check."""
    header = ("key", "severity", "sentence", "advice", "data_version")
    return csv_text(
        header,
        (
            (c.key, c.severity, tr(c.sentence), c.advice and tr(c.advice), health.version)
            for c in health.checks
        ),
    )


def health_table(health: Health, tr: Text) -> str:
    """The finding, the checks by severity, the contract."""
    checks = [[tr(SEVERITIES[c.severity]), tr(c.name), tr(c.sentence)] for c in health.checks]
    tables = [
        [
            t.table,
            f"{t.rows:,}",
            ", ".join(t.present),
            ", ".join(t.absent) if t.rows else tr(Words("everything", "全部")),
            ", ".join(m.key for m in t.off),
        ]
        for t in health.tables
    ]
    of_check = (Words("Severity", "级别"), Words("Check", "检查"), Words("Finding", "结果"))
    of_table = (
        Words("Table", "数据表"), Words("Rows", "行数"), Words("Has", "已有字段"),
        Words("Lacks", "缺少字段"), Words("Metrics without a value", "无法计算的指标"),
    )  # fmt: skip
    lines = [
        tr(health.finding),
        "",
        *aligned([tr(w) for w in of_check], checks),
        "",
        *aligned([tr(w) for w in of_table], tables, right=(1,)),
    ]
    return "\n".join(lines) + "\n"
