"""Sizes, detectable lifts and power of a test with several arms, in each mode."""

from __future__ import annotations

from functools import lru_cache

from scipy.stats import norm

from metrics.planner.baseline import Baseline
from metrics.planner.spec import Guarded, Question
from metrics.stats.experiments import always_valid, group_sequential, power
from metrics.stats.experiments.modes import Mode

LOOKS = (1, 2, 3, 5, 7, 10, 14, 21, 28)
"""Looks that sizes are made for. Sixty looks cost half a percent more than 28."""


def looks_in(days: float) -> int:
    """Looks of a test of so many days, one a day as the experiment's page has them; rounded up, at
    most 28."""
    return next((n for n in LOOKS if n >= days), LOOKS[-1])


@lru_cache(maxsize=1024)
def inflation(mode: Mode, looks: int, alpha: float, chance: float) -> float:
    """By how much the mode raises the size of a test with one look."""
    if mode is Mode.FIXED:
        return 1.0
    if mode is Mode.GROUP_SEQUENTIAL:
        return group_sequential.inflation(looks, alpha=alpha, power=chance)
    return always_valid.inflation(looks, alpha=alpha, power=chance)


def least_inflation(mode: Mode, alpha: float, chance: float) -> float:
    """What it is at least, however many looks: boundaries cost more with each, a sequence less."""
    if mode is Mode.ALWAYS_VALID:
        return inflation(mode, LOOKS[-1], alpha, chance)
    return 1.0


@lru_cache(maxsize=256)
def _bounds(mode: Mode, looks: int, alpha: float) -> tuple[tuple[float, ...], tuple[float, ...]]:
    fractions = tuple((n + 1) / looks for n in range(looks))
    if mode is Mode.ALWAYS_VALID:
        return fractions, always_valid.widths(fractions, alpha)
    return fractions, tuple(b.z for b in group_sequential.boundaries(fractions, alpha=alpha))


def rise(asked: Question, lift: float) -> float:
    """The wanted change as a factor less one: a fall where lower is better."""
    return -lift if asked.outcome.base.lower_is_better else lift


def units_for(asked: Question, base: Baseline, lift: float) -> float | None:
    """Units of all arms that one look needs, so that the smallest treatment finds this lift;
    None where the rate would leave [0, 1]. `base` has a variance."""
    value = base.value or 0.0
    found = []
    for share, part in _pairs(asked):
        if asked.outcome.is_rate:
            moved = value * (1 + rise(asked, lift))
            if not 0 < moved < 1:
                return None
            pair = power.units_for_rates(
                value, moved, alpha=asked.alpha, power=asked.power, share=share,
                comparisons=asked.comparisons,
            )  # fmt: skip
        else:
            pair = power.units_for_means(
                base.sd, lift * abs(value), alpha=asked.alpha, power=asked.power, share=share,
                comparisons=asked.comparisons, correlation=_correlation(asked, base),
            )  # fmt: skip
        found.append(pair / part)
    return max(found)


def detectable(asked: Question, base: Baseline, units: float) -> float | None:
    """The smallest lift that one look at so many units of all arms finds, in every treatment; None
    where not even all of them converting would be seen."""
    value = base.value or 0.0
    found = []
    for share, part in _pairs(asked):
        if asked.outcome.is_rate:
            rate = power.detectable_rate(
                value, units * part, alpha=asked.alpha, power=asked.power, share=share,
                comparisons=asked.comparisons,
            )  # fmt: skip
            if rate is None:
                return None
            found.append(rate / value)
        else:
            mean = power.detectable_mean(
                base.sd, units * part, alpha=asked.alpha, power=asked.power, share=share,
                comparisons=asked.comparisons, correlation=_correlation(asked, base),
            )  # fmt: skip
            found.append(mean / abs(value))
    return max(found)


def chance(asked: Question, base: Baseline, lift: float, units: float, looks: int) -> float | None:
    """The power to find this lift with so many units of all arms, in the mode that is asked."""
    if lift == 0:
        drift = 0.0
    else:
        needed = units_for(asked, base, lift)
        if needed is None:
            return None
        drift = power.drift_of(
            units, needed, alpha=asked.alpha, power=asked.power, comparisons=asked.comparisons
        )
    if asked.mode is Mode.FIXED:
        z = float(norm.isf(asked.level / 2))
        return float(norm.sf(z - drift) + norm.cdf(-z - drift))
    return min(1.0, group_sequential.crossed(*_bounds(asked.mode, looks, asked.level), drift))


def guard_units(asked: Question, guard: Guarded, base: Baseline) -> float:
    """Units of all arms with which the guardrail is shown to hold, if nothing changes."""
    return max(
        power.units_for_margin(
            base.value or 0.0, base.sd, guard.margin, alpha=asked.alpha, power=asked.power,
            share=share, lower_is_better=guard.outcome.base.lower_is_better,
        ) / part
        for share, part in _pairs(asked)
    )  # fmt: skip


def guard_chance(asked: Question, guard: Guarded, base: Baseline, units: float) -> float:
    """The chance that it is shown to hold with so many units of all arms, if nothing changes."""
    return min(
        power.power_for_margin(
            base.value or 0.0, base.sd, guard.margin, units * part, alpha=asked.alpha,
            share=share, lower_is_better=guard.outcome.base.lower_is_better,
        )
        for share, part in _pairs(asked)
    )  # fmt: skip


def _pairs(asked: Question) -> list[tuple[float, float]]:
    """Of each treatment with control: its share of the two, and their share of all."""
    control, *others = asked.shares
    return [(w / (control + w), control + w) for w in others]


def _correlation(asked: Question, base: Baseline) -> float:
    return base.correlation or 0.0 if asked.cuped else 0.0
