"""Rows that are on purpose in no table, counted by name with their amount."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from data.importing.amounts import MONEY, rounded
from data.importing.evaluate import number
from data.importing.frame import Frame
from data.importing.where import matches
from i18n import Words

SET_ASIDE = pa.schema(
    [
        ("source", pa.string()),
        ("path", pa.string()),
        ("name", pa.string()),
        ("reason_en", pa.string()),
        ("reason_zh", pa.string()),
        ("rows", pa.int64()),
        ("amount", MONEY),
    ]
)
"""One row per group and file; `amount` is in the currency of the source, null if not asked for."""


@dataclass(frozen=True)
class Aside:
    """One group of rows set aside from one file."""

    name: str
    reason: Words
    rows: int
    amount: Decimal | None

    def record(self, source: str, path: str) -> dict[str, object]:
        return {
            "source": source,
            "path": path,
            "name": self.name,
            "reason_en": self.reason.en,
            "reason_zh": self.reason.zh,
            "rows": self.rows,
            "amount": self.amount,
        }


def set_aside(frame: Frame) -> Iterator[tuple[np.ndarray, Aside]]:
    """The source's named groups in the order of the mapping: which rows of `frame`, and what
    they add up to. The first group that fits takes a row; a group without rows is not listed."""
    free = np.ones(frame.height, dtype=bool)
    for group in frame.source.set_aside:
        chosen = matches(group.where, frame) & free
        free &= ~chosen
        if not chosen.any():
            continue
        amount = None
        if group.amount is not None:
            exact = number(group.amount, frame.narrowed(chosen)).values
            amount = pc.sum(rounded(exact, MONEY) if len(exact) == 0 else exact)
            amount = rounded(pa.array([amount.as_py()], exact.type), MONEY)[0].as_py()
        yield chosen, Aside(group.name, group.reason, int(chosen.sum()), amount)
