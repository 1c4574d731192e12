"""95 % intervals from counts and sums. Pure: numbers in, numbers out."""

from __future__ import annotations

from statsmodels.stats.proportion import proportion_confint


def wilson(successes: float, n: float, confidence: float = 0.95) -> tuple[float, float]:
    """Interval of a share. Honest near 0 % and 100 %, where the textbook one is not.

    Wilson (1927), J. Am. Stat. Assoc. 22:209. `successes` in [0, n], n > 0.
    """
    if not 0 <= successes <= n or n == 0:
        raise ValueError(
            f"successes must lie in [0, n] and n above 0; got successes={successes}, n={n}.\n"
            "Hint: count people who did it, not how often they did."
        )
    low, high = proportion_confint(successes, n, alpha=1 - confidence, method="wilson")
    return float(low), float(high)
