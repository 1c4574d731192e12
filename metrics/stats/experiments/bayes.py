"""The Bayesian reading. Not peek-proof: who stops as soon as a chance is high is often wrong."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.optimize import brentq
from scipy.special import betaln
from scipy.stats import beta, norm

_EXACT_UP_TO = 100_000
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(64)
_PANELS = 16


@dataclass(frozen=True, slots=True)
class Posterior:
    """`chance_to_win` is P(treatment above control). `loss_treatment` is what choosing treatment is
    expected to lose against control, `loss_control` the reverse, and `low`, `high` the credible
    interval of the difference: all in the metric's unit (of the lift, for `normal_posterior`)."""

    chance_to_win: float
    loss_treatment: float
    loss_control: float
    low: float
    high: float
    exact: bool


def beta_binomial(
    converted_control: int,
    n_control: int,
    converted_treatment: int,
    n_treatment: int,
    *,
    prior: tuple[float, float] = (1.0, 1.0),
    alpha: float = 0.05,
) -> Posterior:
    """Two rates with a Beta(a, b) prior each (flat unless given).

    P(t > c) by the exact sum of Cook (2005), UT MD Anderson 005-05, where a + conversions is whole
    and at most 100,000; else by quadrature. Interval of the difference by quadrature of its
    distribution. Counts with 0 ≤ converted ≤ n (n may be 0: the prior alone), else ValueError.
    """
    for converted, n in ((converted_control, n_control), (converted_treatment, n_treatment)):
        if not 0 <= converted <= n:
            raise ValueError(f"conversions must lie in [0, n]; got {converted} of {n}.")
    c = prior[0] + converted_control, prior[1] + n_control - converted_control
    t = prior[0] + converted_treatment, prior[1] + n_treatment - converted_treatment
    win = _above(t, c)
    # E[(t − c)+] = E[t]·P(t' > c) − E[c]·P(t > c'), a dash for one more success.
    mean_c, mean_t = c[0] / sum(c), t[0] / sum(t)
    gain = mean_t * _above((t[0] + 1, t[1]), c) - mean_c * _above(t, (c[0] + 1, c[1]))
    gain = max(0.0, gain)
    loss = max(0.0, gain - (mean_t - mean_c))
    places, weights = _grid(beta(*c))
    density = weights * beta.pdf(places, *c)

    def below(d: float) -> float:
        return float(density @ beta.cdf(places + d, *t))

    low, high = (
        float(brentq(lambda d, s=s: below(d) - s, -1.0, 1.0, xtol=1e-10))
        for s in (alpha / 2, 1 - alpha / 2)
    )
    return Posterior(win, loss, gain, low, high, _is_exact(t[0]))


def normal_posterior(
    estimate: float,
    se: float,
    *,
    prior_mean: float = 0.0,
    prior_sd: float | None = None,
    alpha: float = 0.05,
) -> Posterior:
    """An estimate (a difference or a lift) with its standard error, and a normal prior in the same
    unit; without `prior_sd` the prior is flat. se above 0, else ValueError.

    Losses: E[max(−δ, 0)] = s·φ(μ/s) − μ·Φ(−μ/s) and its mirror.
    """
    if not se > 0:
        raise ValueError(f"a standard error is above 0; got {se}.")
    mean, sd = estimate, se
    if prior_sd is not None:
        precision = 1 / se**2 + 1 / prior_sd**2
        mean = (estimate / se**2 + prior_mean / prior_sd**2) / precision
        sd = math.sqrt(1 / precision)
    z = mean / sd
    loss = float(sd * norm.pdf(z) - mean * norm.sf(z))
    half = float(norm.isf(alpha / 2)) * sd
    return Posterior(
        float(norm.cdf(z)), max(0.0, loss), max(0.0, loss + mean), mean - half, mean + half, True
    )


def best_of(posteriors: Sequence[Any]) -> tuple[float, ...]:
    """Probability that each of several arms is the highest; sums to 1. `posteriors` are frozen
    scipy distributions (`rate_posterior`, `mean_posterior`). By quadrature of fᵢ·ΠFⱼ.
    Empty for none.
    """
    made = []
    for i, one in enumerate(posteriors):
        places, weights = _grid(one)
        product = weights * one.pdf(places)
        for j, other in enumerate(posteriors):
            if j != i:
                product = product * other.cdf(places)
        made.append(float(product.sum()))
    return tuple(made)


def rate_posterior(converted: int, n: int, prior: tuple[float, float] = (1.0, 1.0)) -> Any:
    """The distribution of a rate, for `best_of`."""
    return beta(prior[0] + converted, prior[1] + n - converted)


def mean_posterior(mean: float, se: float) -> Any:
    """The distribution of a mean under a flat prior, for `best_of`."""
    return norm(mean, se)


def _is_exact(successes: float) -> bool:
    return successes == int(successes) and successes <= _EXACT_UP_TO


def _above(t: tuple[float, float], c: tuple[float, float]) -> float:
    """P(Beta(t) > Beta(c))."""
    if _is_exact(t[0]):
        i = np.arange(int(t[0]))
        logs = betaln(c[0] + i, c[1] + t[1]) - np.log(t[1] + i) - betaln(1 + i, t[1]) - betaln(*c)
        return float(min(1.0, np.exp(logs).sum()))
    places, weights = _grid(beta(*t))
    return float(min(1.0, (weights * beta.pdf(places, *t)) @ beta.cdf(places, *c)))


def _grid(of: Any) -> tuple[Any, Any]:
    """Gauss–Legendre panels over all but 1e-15 of a distribution."""
    edges = np.linspace(of.ppf(1e-15), of.isf(1e-15), _PANELS + 1)
    half = (edges[1:] - edges[:-1])[:, None] / 2
    middle = (edges[1:] + edges[:-1])[:, None] / 2
    return (middle + half * _NODES).ravel(), (half * _WEIGHTS).ravel()
