"""Credit by removal effect in a first-order Markov chain with two absorbing ends."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True)
class Chain:
    """How often paths began with a state, went from one state to another, and ended after it in a
    conversion or in nothing. Every path has at least one state; moves from a state to itself say
    nothing about where a path ends and may be left out."""

    starts: Mapping[str, float]
    moves: Mapping[tuple[str, str], float]
    conversions: Mapping[str, float]
    losses: Mapping[str, float]

    @property
    def states(self) -> tuple[str, ...]:
        """Every state, sorted."""
        ends = {*self.starts, *self.conversions, *self.losses}
        return tuple(sorted(ends.union(*self.moves)))


def removal_effects(chain: Chain) -> dict[str, float]:
    """Of each state: the share of conversions that is lost when every path into it ends in
    nothing, in [0, 1]. Empty without a conversion.

    Anderl, Becker, von Wangenheim and Schumann (2016), Mapping the customer journey. With
    N = (I - Q)^-1, s the distribution of starts and b = N r the chance of a conversion from each
    state, the paths that meet state c are (s N)_c / N_cc, and b_c of them convert: so the effect
    is (s N)_c b_c / (N_cc s b), one inverse for all states.
    """
    states = chain.states
    if sum(chain.conversions.values()) <= 0:
        return {}
    place = {state: n for n, state in enumerate(states)}
    size = len(states)
    moves, start, converts = np.zeros((size, size)), np.zeros(size), np.zeros(size)
    left = np.zeros(size)
    for (origin, target), n in chain.moves.items():
        if origin != target:
            moves[place[origin], place[target]] += n
    for state, n in chain.starts.items():
        start[place[state]] = n
    for state, n in chain.conversions.items():
        converts[place[state]] = n
    for state, n in chain.losses.items():
        left[place[state]] = n
    out = moves.sum(axis=1) + converts + left
    out[out == 0] = 1.0
    visits = np.linalg.inv(np.eye(size) - moves / out[:, None])
    chance = visits @ (converts / out)
    seen = (start / start.sum()) @ visits
    whole = float((start / start.sum()) @ chance)
    effects = seen * chance / (np.diag(visits) * whole)
    return {state: float(min(max(effects[n], 0.0), 1.0)) for state, n in place.items()}


def shares(effects: Mapping[str, float]) -> dict[str, float]:
    """Removal effects scaled to sum to 1. They overlap (a path is lost with each of its channels),
    so that unscaled they sum to more."""
    total = sum(effects.values())
    return {state: effect / total for state, effect in effects.items()} if total else {}
