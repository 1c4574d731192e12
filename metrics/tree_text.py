"""An input tree over two ranges as JSON, as CSV, or as lines for the eye."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from data.scope import Scope, Span
from data.warehouse import Warehouse
from format import numbers
from format.columns import aligned
from format.csv_text import csv_text
from i18n import Text, Words
from metrics.reading import REASONS
from metrics.trees import TreeReading


def tree_json(reading: TreeReading, warehouse: Warehouse, scope: Scope) -> str:
    """Inputs before and after, each with its part of the change; the parts sum to it."""
    return json.dumps(_document(reading, warehouse, scope), ensure_ascii=False, indent=2)


def _document(reading: TreeReading, warehouse: Warehouse, scope: Scope) -> dict[str, Any]:
    tree, bridge = reading.tree, reading.bridge
    parts = _parts(reading)
    return {
        "shop": warehouse.shop,
        "data_version": reading.version,
        "data_through": warehouse.coverage.through.isoformat() + "Z",
        "currency": scope.currency,
        "filters": {c.dimension: sorted(c.values) for c in scope.choices},
        "tree": tree.key,
        "unit": tree.unit,
        "equation": tree.equation._asdict(),
        "before": _span(reading.before),
        "after": _span(reading.after),
        "start": bridge and bridge.start,
        "end": bridge and bridge.end,
        "reason": reading.reason,
        "inputs": [
            {
                "key": moved.leaf.key,
                "name": moved.leaf.name._asdict(),
                "unit": moved.leaf.unit,
                "before": moved.before,
                "after": moved.after,
                "part_of_change": parts.get(moved.leaf.key),
            }
            for moved in reading.inputs
        ],
        "sql": dict(reading.sql),
    }


def _parts(reading: TreeReading) -> dict[str, float]:
    return {} if reading.bridge is None else {p.key: p.value for p in reading.bridge.parts}


def _span(span: Span | None) -> dict[str, str] | None:
    return None if span is None else {"from": f"{span.start}", "to": f"{span.end}"}


def tree_csv(reading: TreeReading) -> str:
    """One line per input, then the total."""
    header = ("input", "unit", "before", "after", "part_of_change", "data_version")
    parts = _parts(reading)
    rows: list[tuple[object, ...]] = [
        (m.leaf.key, m.leaf.unit, m.before, m.after, parts.get(m.leaf.key), reading.version)
        for m in reading.inputs
    ]
    if reading.bridge is not None:
        b, tree = reading.bridge, reading.tree
        rows.append((tree.key, tree.unit, b.start, b.end, b.end - b.start, reading.version))
    return csv_text(header, rows)


def tree_table(reading: TreeReading, scope: Scope, tr: Text) -> str:
    """The equation, the two ranges, and each input with its part of the change."""
    return "\n".join(_lines(reading, scope, tr)) + "\n"


def _lines(reading: TreeReading, scope: Scope, tr: Text) -> Iterator[str]:
    tree, bridge = reading.tree, reading.bridge
    yield tr(tree.equation)
    if bridge is None or reading.before is None or reading.after is None:
        why = tr(REASONS[reading.reason]) if reading.reason else numbers.NO_VALUE
        yield tr(Words("There is no bridge: {why}.", "无法分解：{why}。"), why=why)
        return
    header = [
        tr(Words("Input", "构成")),
        _ends(reading.before, tr),
        _ends(reading.after, tr),
        tr(Words("Part of the change", "对变化的贡献")),
    ]
    parts, money = _parts(reading), scope.currency
    rows = [
        [
            tr(m.leaf.name),
            numbers.full(m.before, m.leaf.unit, tr, money),
            numbers.full(m.after, m.leaf.unit, tr, money),
            numbers.full(parts[m.leaf.key], tree.unit, tr, money),
        ]
        for m in reading.inputs
    ]
    total = (bridge.start, bridge.end, bridge.end - bridge.start)
    rows.append([tr(tree.name), *[numbers.full(v, tree.unit, tr, money) for v in total]])
    yield from aligned(header, rows, right=(1, 2, 3))


def _ends(span: Span, tr: Text) -> str:
    return tr(
        Words("{start} to {end} (exclusive)", "{start} 至 {end}（不含）"),
        start=span.start,
        end=span.end,
    )
