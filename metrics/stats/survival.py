"""How long until something happens, from counts: for each age, how often it happened and how many
left the view unharmed. Ages are whole periods (days here) from 0.

Those who are censored at an age were watched through the whole of it, so they count as at risk
there. Whoever sends counts censors at the last age that was watched to its end.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray
from scipy.stats import chi2, norm
from statsmodels.stats.multitest import multipletests


@dataclass(frozen=True, slots=True)
class AtAge:
    """What happened at one age: `events` units met it, `censored` units were last watched there."""

    age: int
    events: int
    censored: int = 0


@dataclass(frozen=True, slots=True)
class Step:
    """The survival curve from `age` on, until the next step.

    `at_risk` units reached this age without the event. `survival` is the share still without it
    after this age, with its interval; the ends are None where everybody or nobody is left, because
    there the spread has no estimate.
    """

    age: int
    at_risk: int
    events: int
    censored: int
    survival: float
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Quantile:
    """The age by which a share has met the event. None: not within what was watched (for an end of
    the interval: it lies beyond)."""

    age: int | None
    low: int | None
    high: int | None


@dataclass(frozen=True, slots=True)
class Survival:
    """A Kaplan-Meier curve. `steps` hold every age with an event or a censoring, ascending."""

    n: int
    events: int
    steps: tuple[Step, ...]
    confidence: float

    @property
    def last_age(self) -> int:
        """The highest age that was watched; the curve says nothing beyond it."""
        return self.steps[-1].age

    def at(self, age: int) -> Step | None:
        """The step that holds at an age: None before the first one (where survival is 1) and
        beyond the last age."""
        if age > self.last_age:
            return None
        found = None
        for step in self.steps:
            if step.age > age:
                break
            found = step
        return found

    def at_risk(self, ages: Sequence[int]) -> tuple[int, ...]:
        """The at-risk table: at each age, how many reached it without the event and were watched
        there. 0 beyond the last age."""
        gone = np.array([s.age for s in self.steps])
        left = np.array([s.events + s.censored for s in self.steps])
        return tuple(self.n - int(left[gone < age].sum()) for age in ages)

    def quantile(self, share: float = 0.5) -> Quantile:
        """The first age at which at least `share` of the units have met the event; 0.5 is the
        median. `share` in (0, 1), else ValueError.

        Interval by Brookmeyer & Crowley (1982), Biometrics 38:29: the ages at which the ends of
        the curve's interval cross the same height.
        """
        if not 0 < share < 1:
            raise ValueError(f"a quantile's share lies between 0 and 1; got {share}")
        height = 1 - share
        return Quantile(
            self._crosses([(s.age, s.survival) for s in self.steps], height),
            self._crosses([(s.age, s.low) for s in self.steps], height),
            self._crosses([(s.age, s.high) for s in self.steps], height),
        )

    @staticmethod
    def _crosses(ends: Iterable[tuple[int, float | None]], height: float) -> int | None:
        # A share that should be the height exactly may miss it by rounding.
        reached = (age for age, end in ends if end is not None and end <= height + 1e-12)
        return next(reached, None)


def kaplan_meier(counts: Iterable[AtAge], *, confidence: float = 0.95) -> Survival | None:
    """The share without the event by age, and its interval. `None` where nobody was watched.

    Kaplan & Meier (1958), J. Am. Stat. Assoc. 53:457, with Greenwood's variance and the interval
    on the scale of log(-log S) (Kalbfleisch & Prentice 1980), which stays within [0, 1].
    `counts` come as a `GROUP BY age` returns them, in any order; rows of one age add up. Ages and
    counts are not negative, else ValueError. The units are different people; at an age events
    come before censorings.
    """
    table = _by_age(counts)
    if table is None:
        return None
    ages, events, censored = table
    n = int(events.sum() + censored.sum())
    at_risk = n - np.concatenate(([0], np.cumsum(events + censored)[:-1]))
    survival = np.cumprod(1 - events / at_risk)
    left = at_risk - events
    with np.errstate(divide="ignore", invalid="ignore"):
        variance = np.cumsum(np.where(events > 0, events / (at_risk * left), 0.0))
    z = float(norm.ppf((1 + confidence) / 2))
    steps = []
    for i, age in enumerate(ages):
        share = float(survival[i])
        low, high = _log_log(share, float(variance[i]), z) if left[i] else (None, None)
        steps.append(
            Step(int(age), int(at_risk[i]), int(events[i]), int(censored[i]), share, low, high)
        )
    return Survival(n, int(events.sum()), tuple(steps), confidence)


def _log_log(share: float, variance: float, z: float) -> tuple[float | None, float | None]:
    """The interval of a share strictly between 0 and 1; `variance` is that of its logarithm."""
    if not 0 < share < 1:
        return None, None
    theta = z * math.sqrt(variance) / abs(math.log(share))
    return share ** math.exp(theta), share ** math.exp(-theta)


@dataclass(frozen=True, slots=True)
class LogRank:
    """Whether groups differ: chi-square on `df` degrees of freedom and its p-value. `observed`
    and `expected` are events per group, in the order asked; expected under no difference."""

    chi_square: float
    df: int
    p_value: float
    observed: tuple[int, ...]
    expected: tuple[float, ...]


def log_rank(groups: Sequence[Iterable[AtAge]]) -> LogRank | None:
    """The log-rank test of k groups: do they meet the event at the same pace?

    Mantel (1966), Cancer Chemother. Rep. 50:163; Peto & Peto (1972). Every age weighs by its
    number at risk; curves that cross may differ and still not be told apart. `None` where there is
    nothing to compare: fewer than two groups with somebody at risk when an event happened, or
    everybody at risk met it at once. Groups are different people.
    """
    tables = [_by_age(counts) for counts in groups]
    ages = sorted({int(a) for t in tables if t for a, d in zip(t[0], t[1], strict=True) if d})
    if not ages:
        return None
    at_risk = np.zeros((len(tables), len(ages)))
    events = np.zeros_like(at_risk)
    for i, table in enumerate(tables):
        if table is not None:
            at_risk[i], events[i] = _at(table, np.array(ages))
    risk, died = at_risk.sum(axis=0), events.sum(axis=0)
    expected = (at_risk * (died / risk)).sum(axis=1)
    present = np.flatnonzero(expected > 0)
    if len(present) < 2:
        return None
    share = at_risk[present] / risk
    with np.errstate(divide="ignore", invalid="ignore"):
        weight = np.where(risk > 1, died * (risk - died) / (risk - 1), 0.0)
    spread = np.diag((share * weight).sum(axis=1)) - (share * weight) @ share.T
    if not weight.any():
        return None
    away = (events.sum(axis=1) - expected)[present][:-1]
    statistic = float(away @ np.linalg.solve(spread[:-1, :-1], away))
    df = len(present) - 1
    return LogRank(
        statistic,
        df,
        float(chi2.sf(statistic, df)),
        tuple(int(d) for d in events.sum(axis=1)),
        tuple(float(e) for e in expected),
    )


@dataclass(frozen=True, slots=True)
class Pair:
    """Two groups by their place, their own test, and its p-value adjusted for all pairs."""

    first: int
    second: int
    test: LogRank
    p_adjusted: float


def pairwise_log_rank(
    groups: Sequence[Iterable[AtAge]], *, adjust: str = "holm"
) -> tuple[Pair, ...]:
    """Every two groups compared, the smallest adjusted p-value first. Pairs that can't be compared
    are left out.

    `adjust`: `holm` (Holm 1979: a false difference among all pairs in at most 5 % of cases at
    p <= 0.05) or `fdr_bh` (Benjamini & Hochberg 1995, for exploring); else ValueError.
    """
    if adjust not in ("holm", "fdr_bh"):
        raise ValueError(f"adjust is holm or fdr_bh; got {adjust!r}")
    listed = [list(counts) for counts in groups]
    tested = [
        (a, b, test)
        for a, b in combinations(range(len(listed)), 2)
        if (test := log_rank([listed[a], listed[b]])) is not None
    ]
    if not tested:
        return ()
    adjusted = multipletests([t.p_value for *_, t in tested], method=adjust)[1]
    pairs = [Pair(a, b, t, float(p)) for (a, b, t), p in zip(tested, adjusted, strict=True)]
    return tuple(sorted(pairs, key=lambda p: (p.p_adjusted, p.test.p_value, p.first, p.second)))


_Counts = NDArray[np.int64]
_Table = tuple[_Counts, _Counts, _Counts]


def _by_age(counts: Iterable[AtAge]) -> _Table | None:
    """Ages ascending with their events and censorings; None where nobody was counted."""
    found: dict[int, list[int]] = {}
    for row in counts:
        if row.age < 0 or row.events < 0 or row.censored < 0:
            raise ValueError(
                f"ages and counts are not negative; got {row}.\n"
                "Hint: leave out whoever has not been watched for one whole age."
            )
        if row.events or row.censored:
            sums = found.setdefault(row.age, [0, 0])
            sums[0] += row.events
            sums[1] += row.censored
    if not found:
        return None
    ages = np.array(sorted(found))
    events, censored = np.array([found[int(a)] for a in ages]).T
    return ages, events, censored


def _at(table: _Table, ages: _Counts) -> tuple[_Counts, _Counts]:
    """How many of a group are at risk at these ages, and how many meet the event there."""
    own, events, censored = table
    gone = np.concatenate(([0], np.cumsum(events + censored)))
    before = np.searchsorted(own, ages, side="left")
    at_risk = gone[-1] - gone[before]
    met = np.zeros(len(ages), dtype=np.int64)
    same = (before < len(own)) & (own[np.minimum(before, len(own) - 1)] == ages)
    met[same] = events[before[same]]
    return at_risk, met
