"""How tests look at a batch."""

from __future__ import annotations

from typing import Any

from data.importing.reading import Batch
from tests.importing.conftest import ORDERS

AT = "2024-01-05 10:00"


def orders(batch: Batch) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = batch.tables["orders"].to_pylist()
    return rows


def rejected(batch: Batch) -> list[tuple[int, str, str]]:
    return [(r["line"], r["column_name"], r["reason"]) for r in batch.rejects.to_pylist()]


def accounted(batch: Batch) -> None:
    for file in batch.files:
        parts = file.rows_loaded + file.rows_rejected + file.rows_set_aside
        assert file.rows_read == parts


def with_column(column: str, expression: str) -> str:
    """The plain mapping of orders with one more (or another) column."""
    kept = [line for line in ORDERS.splitlines() if not line.strip().startswith(f"{column}:")]
    return "\n".join([*kept, f"          {column}: {expression}", ""])
