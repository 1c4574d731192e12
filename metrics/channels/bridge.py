"""Why the cost per new customer moved: the mix of channels against each channel's own cost."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from metrics.channels.result import Row, Table
from metrics.channels.spec import Cost
from metrics.channels.sums import Sums
from metrics.stats.bridges import Bridge, Part, mix_and_rate
from metrics.stats.nested_bridges import MIX, RATE, Effect, effects_of

OTHERS = "\N{HORIZONTAL ELLIPSIS}"
"""The key of the values that stand together in one row."""


@dataclass(frozen=True, slots=True)
class Moved:
    """The change of the cost per new customer from the comparison to the range, exactly."""

    bridge: Bridge
    effects: tuple[Effect, ...]

    @property
    def mix(self) -> float:
        """What the shares did together: rows that came or went are a matter of shares as well."""
        return sum(e.mix + e.whole for e in self.effects)


def moved(found: Table, cost: Cost) -> Moved | None:
    """The bridge between the two ranges of a table; None where one of them has no customers or no
    comparison was asked for."""
    pairs = [(_key(r), r) for r in found.rows]
    return _moved(pairs, cost)


def opened(found: Table, row: Row, below: Table, cost: Cost) -> Moved | None:
    """The same change with one row opened into the rows below it, whose effects together are
    exactly the row's own."""
    pairs = [(_key(r), r) for r in found.rows if r is not row]
    inner = [(_inner(row, r), r) for r in below.rows]
    whole = _moved([*pairs, *inner], cost)
    if whole is None:
        return None
    prefix = f"{_key(row)}>"
    kept = tuple(
        Effect(e.key.removeprefix(prefix), e.mix, e.rate, e.whole)
        for e in whole.effects
        if e.key.startswith(prefix)
    )
    return Moved(whole.bridge, kept)


def _key(row: Row) -> str:
    return OTHERS if row.value is None else row.value


def _inner(row: Row, below: Row) -> str:
    return f"{_key(row)}>{_key(below)}"


def _moved(pairs: Iterable[tuple[str, Row]], cost: Cost) -> Moved | None:
    before: dict[str, tuple[float, float]] = {}
    after: dict[str, tuple[float, float]] = {}
    for key, row in pairs:
        if row.before is None or _lost(row.before, cost) or _lost(row.now, cost):
            return None
        before[key] = (row.before.cost(cost), float(row.before.customers))
        after[key] = (row.now.cost(cost), float(row.now.customers))
    if not all(sum(n for _, n in side.values()) > 0 for side in (before, after)):
        return None
    bridge = mix_and_rate(before, after)
    ranked = sorted(effects_of(bridge.parts), key=lambda e: -abs(e.total))
    return Moved(bridge, tuple(ranked))


def _lost(sums: Sums, cost: Cost) -> bool:
    """Whether a part of the spend has no exchange rate."""
    return bool(sums.spend_unrated or (cost is Cost.LOADED and sums.revenue_unrated))


MOST_PARTS = 8


def summary(found: Moved) -> Bridge:
    """Mix as one part, the largest own costs each, the rest of them together: for a figure."""
    ranked = sorted((e for e in found.effects if e.rate), key=lambda e: -abs(e.rate))
    named = [Part(f"{RATE}:{e.key}", e.rate) for e in ranked[:MOST_PARTS]]
    rest = sum(e.rate for e in ranked[MOST_PARTS:])
    others = [Part(f"{RATE}:{OTHERS}", rest)] if ranked[MOST_PARTS:] else []
    return Bridge(found.bridge.start, found.bridge.end, (Part(MIX, found.mix), *named, *others))
