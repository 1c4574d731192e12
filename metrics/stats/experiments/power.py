"""How many units, how many days, how small an effect: before the start and during the test.

Two-sided throughout. Sizes are units of both arms together unless named `per_arm`; `share` is the
part of them that treatment gets. With m comparisons of the same control, pass `comparisons=m`.
"""

from __future__ import annotations

import math
from functools import lru_cache

from scipy.optimize import brentq
from scipy.stats import norm


@lru_cache(maxsize=256)
def _quantiles(alpha: float, power: float, comparisons: int) -> float:
    if not (0 < alpha < 1 and 0 < power < 1 and comparisons >= 1):
        raise ValueError(
            f"alpha and power lie in (0, 1), comparisons are at least 1; "
            f"got {alpha}, {power}, {comparisons}."
        )
    return float(norm.isf(alpha / comparisons / 2) + norm.ppf(power))


def _require_share(share: float) -> None:
    if not 0 < share < 1:
        raise ValueError(f"treatment's share lies between 0 and 1; got {share}.")


def units_for_rates(
    control: float,
    treatment: float,
    *,
    alpha: float = 0.05,
    power: float = 0.8,
    share: float = 0.5,
    comparisons: int = 1,
    pooled: bool = True,
) -> float:
    """Units of both arms to tell two rates apart. Infinite where they are equal.

    With the pooled rate under no difference (Fleiss 1981; R power.prop.test: 10 % against 11 %
    needs 14,751 per arm), or unpooled. Rates strictly between 0 and 1, else ValueError.
    """
    _require_share(share)
    if not (0 < control < 1 and 0 < treatment < 1):
        raise ValueError(f"rates lie between 0 and 1; got {control} and {treatment}.")
    _quantiles(alpha, power, comparisons)
    if control == treatment:
        return math.inf
    unpooled = control * (1 - control) / (1 - share) + treatment * (1 - treatment) / share
    middle = (1 - share) * control + share * treatment
    null = middle * (1 - middle) / (share * (1 - share)) if pooled else unpooled
    root = float(norm.isf(alpha / comparisons / 2)) * math.sqrt(null) + float(
        norm.ppf(power)
    ) * math.sqrt(unpooled)
    return root**2 / (treatment - control) ** 2


def units_for_means(
    sd: float,
    difference: float,
    *,
    alpha: float = 0.05,
    power: float = 0.8,
    share: float = 0.5,
    comparisons: int = 1,
    correlation: float = 0.0,
) -> float:
    """Units of both arms to see a difference of means, by the normal approximation.

    `sd` per unit (for a ratio metric the delta method's), `correlation` with the covariate of
    CUPED. Infinite for a difference of 0. sd above 0 and |correlation| < 1, else ValueError.
    """
    _require_share(share)
    if not (sd > 0 and -1 < correlation < 1):
        raise ValueError(f"sd > 0 and |correlation| < 1; got {sd}, {correlation}.")
    k = _quantiles(alpha, power, comparisons)
    if difference == 0:
        return math.inf
    variance = sd * sd * (1 - correlation**2) / (share * (1 - share))
    return variance * k * k / difference**2


def detectable_mean(
    sd: float,
    units: float,
    *,
    alpha: float = 0.05,
    power: float = 0.8,
    share: float = 0.5,
    comparisons: int = 1,
    correlation: float = 0.0,
) -> float:
    """The smallest difference of means that so many units show with that power."""
    one = units_for_means(
        sd, 1.0, alpha=alpha, power=power, share=share, comparisons=comparisons,
        correlation=correlation,
    )  # fmt: skip
    if not units > 0:
        raise ValueError(f"units are above 0; got {units}.")
    return math.sqrt(one / units)


def detectable_rate(
    control: float,
    units: float,
    *,
    alpha: float = 0.05,
    power: float = 0.8,
    share: float = 0.5,
    comparisons: int = 1,
) -> float | None:
    """The smallest rise of a rate, in shares, that so many units show with that power. None where
    even all converting would not be seen."""
    if not units > 0:
        raise ValueError(f"units are above 0; got {units}.")

    def lacking(rise: float) -> float:
        needed = units_for_rates(
            control, control + rise, alpha=alpha, power=power, share=share,
            comparisons=comparisons,
        )  # fmt: skip
        return needed - units

    least, most = (1 - control) * 1e-9, (1 - control) * (1 - 1e-9)
    if lacking(most) > 0:
        return None
    return float(brentq(lacking, least, most, xtol=1e-12))


def detectable(se: float, *, alpha: float = 0.05, power: float = 0.8) -> float:
    """The true difference that a test with this standard error finds with that power."""
    return _quantiles(alpha, power, 1) * se


def power_of(difference: float, se: float, *, alpha: float = 0.05) -> float:
    """The chance that a test with this standard error finds this true difference, either side."""
    if not se > 0:
        raise ValueError(f"a standard error is above 0; got {se}.")
    z = float(norm.isf(alpha / 2))
    return float(norm.sf(z - difference / se) + norm.cdf(-z - difference / se))


def drift_of(
    units: float, needed: float, *, alpha: float = 0.05, power: float = 0.8, comparisons: int = 1
) -> float:
    """What a z statistic is expected to be at `units`, where `needed` units are what one look at
    this effect takes for that power. What looks in between or at any time would find of it is then
    `group_sequential.crossed` with their boundaries."""
    return _quantiles(alpha, power, comparisons) * math.sqrt(units / needed)


def units_for_margin(
    mean: float,
    sd: float,
    margin: float,
    *,
    alpha: float = 0.05,
    power: float = 0.8,
    share: float = 0.5,
    lower_is_better: bool = False,
) -> float:
    """Units of both arms to show that treatment is worse by less than `margin` of control, if the
    two are in truth alike; one-sided, as `non_inferiority.non_inferior` tests it.

    `margin` in (0, 1), `mean` not 0 and `sd` above 0, else ValueError.
    """
    _require_share(share)
    if not (0 < margin < 1 and sd > 0 and mean != 0):
        raise ValueError(f"0 < margin < 1, sd > 0 and a mean; got {margin}, {sd}, {mean}.")
    factor = 1 + margin if lower_is_better else 1 - margin
    variance = sd * sd * (1 / share + factor**2 / (1 - share))
    k = _quantiles(min(2 * alpha, 1 - 1e-12), power, 1)
    return variance * k * k / (margin * mean) ** 2


def power_for_margin(
    mean: float,
    sd: float,
    margin: float,
    units: float,
    *,
    alpha: float = 0.05,
    share: float = 0.5,
    lower_is_better: bool = False,
) -> float:
    """The chance that so many units of both arms show it."""
    # At a power of one half the two quantiles are the one of alpha alone.
    half = units_for_margin(
        mean, sd, margin, alpha=alpha, power=0.5, share=share, lower_is_better=lower_is_better
    )
    z = float(norm.isf(alpha))
    return float(norm.cdf(z * math.sqrt(units / half) - z))


def exaggeration(difference: float, se: float, *, alpha: float = 0.05) -> float:
    """By how much a significant result overstates a true difference, on average; at least 1.

    E[|estimate| given significant] / |difference| (Gelman & Carlin 2014, Perspect. Psychol. Sci.
    9:641). Infinite for no difference.
    """
    chance = power_of(difference, se, alpha=alpha)
    if difference == 0:
        return math.inf
    z, d = float(norm.isf(alpha / 2)), abs(difference) / se
    above = d * norm.sf(z - d) + norm.pdf(z - d)
    below = -d * norm.cdf(-z - d) + norm.pdf(z + d)
    return float((above + below) / chance / d)


def units_more(
    difference: float, se: float, units: int, *, alpha: float = 0.05, power: float = 0.8
) -> float:
    """How many more units of both arms until this difference, if it is the true one, would be found
    with that power, at the spread seen so far. 0 where they are enough; infinite for none."""
    if abs(difference) <= 1e-12 * se:
        return math.inf
    needed = units * (_quantiles(alpha, power, 1) * se / difference) ** 2
    return max(0.0, needed - units)


def days_for(units: float, new_units_per_day: float) -> int | None:
    """Whole days until so many units have come, of `new_units_per_day` that were not there before
    (not weekly users divided by seven). None where none come."""
    if not new_units_per_day > 0 or math.isinf(units):
        return None
    return math.ceil(units / new_units_per_day - 1e-9)
