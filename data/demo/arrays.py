"""Array types of the simulator, its random streams, and what NumPy lacks for grouped rows."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

NEVER = -1
"""Stands in integer arrays for "no value": an id, a word or an instant that is not there."""
MINUTE, HOUR, DAY = 60, 3_600, 86_400
"""Instants are whole seconds since 1970 in UTC inside the simulator."""

TOPICS = (
    "world", "families", "people", "trials", "purchases", "visits", "sends", "orders", "baskets",
    "refunds", "sessions", "events", "touches", "loyalty",
)  # fmt: skip
"""Every subject draws from a stream of its own, so that a change in one leaves the others alone.
New topics are added at the end."""


def stream(seed: int, topic: str, cell: int = 0) -> np.random.Generator:
    """The random numbers of one topic in one cell of users; the same wherever they are drawn."""
    key = (TOPICS.index(topic), cell)
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence(seed, spawn_key=key)))


def whole(values: npt.ArrayLike) -> Ints:
    """Numbers cut down to whole ones (towards minus infinity)."""
    found: Ints = np.floor(np.asarray(values)).astype(np.int64)
    return found


def run_starts(counts: Ints) -> Ints:
    """Index of the first row of each group when groups of these sizes lie end to end."""
    starts = np.zeros(len(counts), np.int64)
    np.cumsum(counts[:-1], out=starts[1:])
    return starts


def rank_within(groups: Ints) -> Ints:
    """0, 1, 2, … within each run of equal values of a sorted array."""
    if len(groups) == 0:
        return np.zeros(0, np.int64)
    first = np.flatnonzero(np.r_[True, groups[1:] != groups[:-1]])
    sizes = np.diff(np.r_[first, len(groups)])
    return np.arange(len(groups)) - np.repeat(first, sizes)


def expand(counts: Ints) -> Ints:
    """Group number of each row: 0 repeated counts[0] times, 1 repeated counts[1] times, …"""
    return np.repeat(np.arange(len(counts)), counts)


def pick(rng: np.random.Generator, shares: Any, size: int) -> Ints:
    """Random codes 0 … len(shares)-1 with these shares (they need not sum to one)."""
    edges = np.cumsum(np.asarray(shares, np.float64))
    found: Ints = np.searchsorted(edges[:-1], rng.random(size) * edges[-1], side="right")
    return found


def pick_by(rng: np.random.Generator, shares: Floats, rows: Ints) -> Ints:
    """Random codes whose shares stand in the row of `shares` that `rows` names for each."""
    edges = np.cumsum(shares, axis=1)
    drawn = rng.random(len(rows)) * edges[rows, -1]
    found: Ints = (drawn[:, None] >= edges[rows, :-1]).sum(axis=1)
    return found
