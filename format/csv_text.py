"""Rows as CSV that a spreadsheet opens without running anything in it."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
"""A cell of text that begins so is taken for a formula by spreadsheets."""


def csv_text(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """The rows as comma-separated text. Numbers stay numbers, negative ones too; text that a
    spreadsheet would run as a formula gets an apostrophe in front; None is an empty cell."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([_harmless(name) for name in header])
    writer.writerows([_harmless(cell) for cell in row] for row in rows)
    return out.getvalue()


def _harmless(cell: object) -> object:
    # A formula behind leading blanks is run as well.
    if isinstance(cell, str) and (
        cell.startswith(STARTS_A_FORMULA) or cell.lstrip().startswith(STARTS_A_FORMULA)
    ):
        return f"'{cell}"
    return cell
