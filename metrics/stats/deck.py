"""Signal over many lines at once: with twelve charts on the wall, one breaks a rule by chance.

A line's own rules say that it deserves a look. What a meeting opens with has to hold for all lines
together: on pure noise the opening is silent in at least nine weeks of ten (ADR 24).
"""

from __future__ import annotations

import math

from scipy.stats import t as student

from metrics.stats.xmr import Judgement, Verdict

BY_CHANCE = 0.03
"""How often one of all lines may pass by its distance, and how often by its run, on noise."""
LEAST_DISTANCE, LEAST_RUN = 3.0, 8
"""Never less than a line's own rules ask for."""
_FREEDOM = 0.62
"""Degrees of freedom of a standard deviation from n − 1 moving ranges, per range (Wheeler 1995,
Advanced Topics in SPC, table 2)."""


def needed_distance(lines: int, points: int) -> float:
    """How far from its mean a value has to lie among so many lines, in standard deviations, when
    its limits rest on so many points: few points give limits that may be too narrow by chance."""
    tail = 1 - BY_CHANCE / (2 * lines)
    freedom = _FREEDOM * (points - 1)
    return max(LEAST_DISTANCE, float(student.ppf(tail, freedom)) * math.sqrt(1 + 1 / points))


def needed_run(lines: int) -> int:
    """How many values on one side of the mean: noise does it less often than once in 2^(n − 1)."""
    return max(LEAST_RUN, 1 + math.ceil(math.log2(lines / BY_CHANCE)))


def stands(judgement: Judgement, lines: int) -> bool:
    """Whether a line's signal still is one among `lines` that were judged together."""
    if judgement.verdict not in (Verdict.SIGNAL_UP, Verdict.SIGNAL_DOWN):
        return False
    far = abs(judgement.distance) > needed_distance(lines, judgement.points)
    return far or judgement.run >= needed_run(lines)
