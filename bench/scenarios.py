"""Ten kinds of experiment with known truth, as sums of each arm at each look."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from metrics.stats.experiments.effect import Effect
from metrics.stats.experiments.means import cuped, ratio_delta, welch
from metrics.stats.experiments.proportions import two_proportions
from metrics.stats.experiments.sums import Sums

Columns = NDArray[np.float64]
Compare = Callable[[Sums, Sums, float], Effect]
Draw = Callable[[np.random.Generator, int, float], Columns]
"""`n` units of an arm whose expectation is `lift` above (0: no effect), one row per variable."""


@dataclass(frozen=True, slots=True)
class Scenario:
    """`sizes` of control and treatment at the end, the true mean of control, and the lift where
    there is one. `treatment` draws its arm where that differs in more than its mean. `heavy`: a
    tail so long that no interval from a mean and a variance covers what it should; printed, but its
    coverage of the difference is not judged."""

    name: str
    sizes: tuple[int, int]
    draw: Draw
    compare: Compare
    mean: float
    lift: float
    treatment: Draw | None = None
    heavy: bool = False

    def looks(
        self, rng: np.random.Generator, looks: int, lift: float
    ) -> tuple[list[Sums], list[Sums]]:
        """The sums of both arms at each of several even looks."""
        control = self.draw(rng, self.sizes[0], 0.0)
        treatment = (self.treatment or self.draw)(rng, self.sizes[1], lift)
        return _cumulated(control, looks), _cumulated(treatment, looks)


def _cumulated(values: Columns, looks: int) -> list[Sums]:
    """Sums of the first k / looks of the units, for k = 1 … looks."""
    width, n = values.shape
    shift = tuple(float(round(v)) for v in values.mean(axis=1))
    moved = values - np.array(shift)[:, None]
    ends = [n * (k + 1) // looks for k in range(looks)]
    sums = np.cumsum(moved, axis=1)[:, [e - 1 for e in ends]]
    products = np.array(
        [np.cumsum(a * b)[[e - 1 for e in ends]] for a in moved for b in moved]
    ).reshape(width * width, looks)
    return [
        Sums(e, shift, tuple(sums[:, k].tolist()), tuple(products[:, k].tolist()))
        for k, e in enumerate(ends)
    ]


def _rates(control: Sums, treatment: Sums, alpha: float) -> Effect:
    counts = [round(a.sums[0] + a.n * a.shift[0]) for a in (control, treatment)]
    return two_proportions(counts[0], control.n, counts[1], treatment.n, alpha=alpha)


def _welch(control: Sums, treatment: Sums, alpha: float) -> Effect:
    return welch(control, treatment, alpha=alpha)


def _ratio(control: Sums, treatment: Sums, alpha: float) -> Effect:
    return ratio_delta(control, treatment, alpha=alpha)


def _cuped(control: Sums, treatment: Sums, alpha: float) -> Effect:
    return cuped(control, treatment, alpha=alpha).effect


def _conversion(rate: float) -> Draw:
    return lambda rng, n, lift: (rng.random((1, n)) < rate * (1 + lift)).astype(np.float64)


def _normal(mean: float, sd: float) -> Draw:
    return lambda rng, n, lift: rng.normal(mean * (1 + lift), sd, (1, n))


def _revenue(buyers: float, sigma: float) -> Draw:
    """Most spend nothing; who buys spends log-normally with mean 1."""

    def draw(rng: np.random.Generator, n: int, lift: float) -> Columns:
        spent = rng.lognormal(-sigma * sigma / 2, sigma, n) * (1 + lift)
        return np.where(rng.random(n) < buyers, spent, 0.0)[None, :]

    return draw


def _orders_per_session(rng: np.random.Generator, n: int, lift: float) -> Columns:
    """Users differ in how many sessions they have and in how often one of them is an order."""
    sessions = 1 + rng.negative_binomial(2, 0.4, n)
    rate = np.minimum(0.1 * (1 + lift) * rng.gamma(2, 0.5, n), 1.0)
    return np.array([rng.binomial(sessions, rate), sessions], dtype=np.float64)


def _with_history(rng: np.random.Generator, n: int, lift: float) -> Columns:
    before = rng.gamma(2, 5, n)
    return np.array([before * 0.8 + rng.normal(2, 4, n) + 10 * lift, before])


def _clusters(rng: np.random.Generator, n: int, lift: float) -> Columns:
    """Stores with 20 to 200 customers each, whose means differ between stores."""
    size = rng.integers(20, 200, n).astype(np.float64)
    own = rng.normal(10 * (1 + lift), 1, n)
    return np.array([size * own + rng.normal(0, 5, n) * np.sqrt(size), size])


SCENARIOS = (
    Scenario("conversion 5%", (4000, 4000), _conversion(0.05), _rates, 0.05, 0.192),
    Scenario("conversion 0.2%", (5000, 5000), _conversion(0.002), _rates, 0.002, 1.0),
    Scenario("conversion 5%, 90/10", (7200, 800), _conversion(0.05), _rates, 0.05, 0.192),
    Scenario("normal", (400, 400), _normal(100, 30), _welch, 100, 0.057),
    Scenario(
        "small, sd 3 and 15", (60, 20), _normal(20, 3), _welch, 20, 0.4, treatment=_normal(20, 15)
    ),
    Scenario("revenue, 3% buyers", (5000, 5000), _revenue(0.03, 1.0), _welch, 0.03, 0.25),
    Scenario(
        "revenue, heavy tail", (2000, 2000), _revenue(0.03, 2.0), _welch, 0.03, 2.0, heavy=True
    ),
    Scenario("orders per session", (1500, 1500), _orders_per_session, _ratio, 0.1, 0.11),
    Scenario("CUPED", (400, 400), _with_history, _cuped, 10, 0.057),
    Scenario("clusters", (100, 100), _clusters, _ratio, 10, 0.03),
)
