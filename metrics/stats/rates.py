"""What a counted thing costs: spend over a count, with intervals. Pure: numbers in, numbers out.

Spend is known, how many customers it brought is a count. Counts scatter at least like Poisson's;
where a shop's daily counts scatter more (campaign days, weekdays), the intervals are wider by as
much (quasi-Poisson, Wedderburn 1974, Biometrika 61:439).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from statsmodels.stats.proportion import proportion_confint
from statsmodels.stats.rates import confint_poisson


class Scatter(NamedTuple):
    """Counts of the days of one stretch: their sum, the sum of their squares, how many days."""

    total: float
    squares: float
    days: int


class CostChange(NamedTuple):
    """Change of a cost per unit relative to before (0.1 is 10 % dearer), with its interval."""

    change: float
    low: float
    high: float

    @property
    def is_clear(self) -> bool:
        """Whether the interval says which way it went."""
        return self.low > 0 or self.high < 0


def dispersion(stretches: Iterable[Scatter]) -> float:
    """How many times Poisson's variance the daily counts have, pooled over the stretches, each
    about its own mean (Pearson's statistic over its degrees of freedom). Never below 1, so that a
    quiet month narrows nothing; 1 where there are too few days to say."""
    chi, freedom = 0.0, 0
    for total, squares, days in stretches:
        if days < 2 or total <= 0:
            continue
        mean = total / days
        chi += (squares - total * mean) / mean
        freedom += days - 1
    return max(1.0, chi / freedom) if freedom else 1.0


def unit_cost(
    spend: float, count: float, scatter: float = 1.0, confidence: float = 0.95
) -> tuple[float, float]:
    """Interval of spend / count from the score interval of the count (Barker 2002, Am. Stat. 56:85,
    in statsmodels). `spend` and `count` above 0, `scatter` at least 1, else ValueError."""
    _require(spend, count, scatter)
    low, high = confint_poisson(count / scatter, 1.0, method="score", alpha=1 - confidence)
    return spend / (float(high) * scatter), spend / (float(low) * scatter)


def cost_change(
    before: tuple[float, float],
    after: tuple[float, float],
    scatter: float = 1.0,
    confidence: float = 0.95,
) -> CostChange:
    """By how much a cost per unit changed, from (spend, count) before to the one after.

    Of the n counts of both stretches together, how many fall into the first is binomial, with odds
    that are the ratio of the two rates: Wilson's interval of that share, turned into the ratio of
    costs (Przyborowski & Wilenski 1940, Biometrika 31:313, with Wilson's limits). Spends and counts
    above 0, `scatter` at least 1, else ValueError.
    """
    for spend, count in (before, after):
        _require(spend, count, scatter)
    (spend_0, n_0), (spend_1, n_1) = before, after
    low, high = proportion_confint(
        n_0 / scatter, (n_0 + n_1) / scatter, alpha=1 - confidence, method="wilson"
    )
    dearer = spend_1 / spend_0

    def ratio(share: float) -> float:
        return dearer * share / (1 - share)

    return CostChange(dearer * n_0 / n_1 - 1, ratio(float(low)) - 1, ratio(float(high)) - 1)


def _require(spend: float, count: float, scatter: float) -> None:
    if not (spend > 0 and count > 0 and scatter >= 1):
        raise ValueError(
            f"spend and count must be above 0 and scatter at least 1; got spend={spend}, "
            f"count={count}, scatter={scatter}.\nHint: without spend or customers there is no "
            "cost; say which of them is missing."
        )
