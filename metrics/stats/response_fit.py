"""The curves that a channel's weeks allow, drawn by their likelihood: adaptive importance sampling.

Customers are counts whose scatter may exceed Poisson's (quasi-likelihood; McCullagh & Nelder 1989,
chapter 9). Levels of markets are conditioned out exactly, the effects of controls by Laplace's
approximation, so that only four numbers are left to sample: carry-over, half, shape, base. Draws
come from a t-distribution that is fitted to them in rounds (Cappé, Guillin, Marin & Robert 2004,
"Population Monte Carlo"), from a quasi-random sequence, so that the same data give the same answer.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special, stats

from metrics.stats.response import LEAST, Fit, Floats, Series, adstock, settled

ROUNDS, DRAWS, KEPT = 4, 256, 800
ENOUGH = 60.0
"""Effective draws to which the likelihood is flattened while the search goes on."""
CONTROL_SIZE = 1.0
"""Prior standard deviation of the logarithm that a control moves customers by."""


@dataclass(frozen=True, slots=True)
class Prior:
    """What is thought possible before a look. `carry` and `base` are shares from Beta(a, b);
    `half` (in usual spends) and `shape` are log-normal: median and standard deviation of the log.
    """

    carry: tuple[float, float] = (1.0, 3.0)
    half: tuple[float, float] = (1.5, 1.2)
    shape: tuple[float, float] = (1.0, 0.25)
    base: tuple[float, float] = (1.0, 4.0)

    def from_uniform(self, u: Floats) -> Floats:
        """Points of the unit cube as (logit carry, log half, log shape, logit base)."""
        carry = stats.beta.ppf(u[:, 0], *self.carry)
        base = stats.beta.ppf(u[:, 3], *self.base)
        half = np.log(self.half[0]) + self.half[1] * special.ndtri(u[:, 1])
        shape = np.log(self.shape[0]) + self.shape[1] * special.ndtri(u[:, 2])
        return np.column_stack([_logit(carry), half, shape, _logit(base)])

    def log_density(self, z: Floats) -> Floats:
        """Of the same four, on their own scale."""
        carry, base = _log_beta(z[:, 0], *self.carry), _log_beta(z[:, 3], *self.base)
        half = stats.norm.logpdf(z[:, 1], np.log(self.half[0]), self.half[1])
        shape = stats.norm.logpdf(z[:, 2], np.log(self.shape[0]), self.shape[1])
        return np.asarray(carry + base + half + shape)


USUAL_PRIOR = Prior()


def _logit(share: Floats) -> Floats:
    return np.asarray(special.logit(np.clip(share, 1e-6, 1 - 1e-6)))


def _log_beta(logit: Floats, a: float, b: float) -> Floats:
    """Density of the logit of a Beta(a, b) share."""
    up, down = special.log_expit(logit), special.log_expit(-logit)
    return np.asarray(a * up + b * down - special.betaln(a, b))


class Likelihood:
    """The weeks used, ready to be asked how well curves fit."""

    def __init__(self, series: Series) -> None:
        padded = settled(series.relative)
        self._padded = padded
        self._used = np.flatnonzero(series.used) + padded.shape[1] - series.used.size
        self.count = series.customers[:, series.used]
        self.total = self.count.sum(axis=1)
        controls = series.controls[series.used]
        self.size = controls.shape[1]
        self.controls = controls
        self._with_one = np.column_stack([np.ones(len(controls)), controls])
        squares = controls[:, :, None] * controls[:, None, :]
        self._squares = squares.reshape(len(controls), self.size**2)
        self._moved = self.count.sum(axis=0) @ controls
        self.spread = 1.0

    def responses(self, z: Floats) -> Floats:
        """g by curve, market and week used."""
        carry, half, shape, base = _natural(z)
        worked = adstock(self._padded, carry)[..., self._used]
        with np.errstate(divide="ignore", over="ignore"):
            x = np.log(worked)
            x -= np.log(half)[:, None, None]
            x *= -shape[:, None, None]
            rise = 1 / (1 + np.exp(x, out=x))
        usual = special.expit(-shape * np.log(half))
        rise *= ((1 - base) / usual)[:, None, None]
        rise += base[:, None, None]
        return np.maximum(rise, LEAST, out=rise)

    def settle(self, g: Floats, steps: int = 3) -> tuple[Floats, Floats, Floats]:
        """The best effects of controls under each curve: log-likelihood there (without the
        spread), the effects, and the curvature, each by curve."""
        many, size = len(g), self.size
        effects = np.zeros((many, size))
        prior = np.eye(size) * self.spread / CONTROL_SIZE**2
        curvature = np.broadcast_to(prior, (many, size, size))
        for _ in range(steps if size else 0):
            demand = np.exp(effects @ self.controls.T)
            sums = g @ (demand[:, :, None] * self._with_one)
            means = sums[:, :, 1:] / sums[:, :, :1]
            weight = ((self.total / sums[:, :, 0])[:, None, :] @ g)[:, 0] * demand
            second = (weight @ self._squares).reshape(many, size, size)
            weighted = means * self.total[:, None]
            curvature = second - weighted.transpose(0, 2, 1) @ means + prior
            pull = self._moved - weighted.sum(axis=1) - effects @ prior
            step = np.linalg.solve(curvature, pull[..., None])[..., 0]
            effects = effects + np.clip(step, -1.0, 1.0)
        fit = np.log(g).reshape(many, -1) @ self.count.ravel() + effects @ self._moved
        return fit - np.log(self.sums(g, effects)) @ self.total, effects, curvature

    def sums(self, g: Floats, effects: Floats) -> Floats:
        """Over the weeks used, of g times demand: by curve and market."""
        demand = np.exp(effects @ self.controls.T)
        return np.asarray((g @ demand[:, :, None])[..., 0])

    def means(self, g: Floats, effects: Floats) -> Floats:
        """Expected customers by market and week used, under one curve."""
        demand = np.exp(effects @ self.controls.T)
        return np.asarray(g[0] * demand * (self.total / self.sums(g, effects)[0])[:, None])

    def log_posterior(self, z: Floats, prior: Prior) -> Floats:
        fit, effects, curvature = self.settle(self.responses(z))
        penalty = 0.5 * (effects**2).sum(axis=1) / CONTROL_SIZE**2
        room = 0.5 * np.linalg.slogdet(curvature / self.spread)[1] if self.size else 0.0
        return np.asarray(fit / self.spread - penalty - room + prior.log_density(z))

    def scatter(self, z: Floats, parameters: int) -> float:
        """How much more than Poisson's the weeks scatter around a curve.

        Cells and whole weeks are looked at, the larger counts: what moves all markets at once does
        not average out. Weeks that resemble the week before are worth less, by (1 + r) / (1 - r).
        """
        g = self.responses(z[None])
        mean = self.means(g, self.settle(g)[1])
        over = self.count - mean
        weeks, markets = over.shape[1], over.shape[0]
        left = max(over.size - markets - parameters, 1)
        cells = float((over**2 / np.maximum(mean, LEAST)).sum() / left)
        z_week = over.sum(axis=0) / np.sqrt(np.maximum(mean.sum(axis=0), LEAST))
        whole = float((z_week**2).sum() / max(weeks - 1 - parameters, 1))
        near = np.diff(self._used) == 1
        again = float((z_week[1:] * z_week[:-1])[near].sum() / max((z_week**2).sum(), LEAST))
        again = min(max(again, 0.0), 0.9)
        return max(max(cells, whole) * (1 + again) / (1 - again), 1.0)


def _natural(z: Floats) -> tuple[Floats, Floats, Floats, Floats]:
    carry, base = special.expit(z[:, 0]), special.expit(z[:, 3])
    return carry, np.exp(z[:, 1]), np.exp(z[:, 2]), base


def fit(series: Series, prior: Prior = USUAL_PRIOR, seed: int = 7) -> Fit:
    """All curves that the weeks allow, by how well they fit."""
    likelihood = Likelihood(series)
    search = _Search(likelihood, prior, seed)
    z, weight = search.run()
    effective = float(1 / (weight**2).sum())
    picked = _systematic(weight, KEPT)
    z = z[picked]
    best = search.best
    gain, bend = _gains(likelihood, best)
    level = _levels(likelihood, series, z, np.random.default_rng(seed))
    carry, half, shape, base = _natural(z)
    g = likelihood.responses(best[None])
    expected = likelihood.means(g, likelihood.settle(g)[1]).sum(axis=0)
    return Fit(
        carry=carry,
        half=half,
        shape=shape,
        base=base,
        level=level,
        usual=series.usual,
        spread=likelihood.spread,
        gain=gain,
        bend=bend,
        effective=effective,
        expected=expected,
    )


class _Search:
    """Rounds of draws: first from the prior, then from a t-distribution around what fitted."""

    def __init__(self, likelihood: Likelihood, prior: Prior, seed: int) -> None:
        self.likelihood, self.prior = likelihood, prior
        self.cube = stats.qmc.Sobol(6, seed=seed)
        self.best = np.zeros(4)

    def run(self) -> tuple[Floats, Floats]:
        """Draws and their weights, which sum to 1."""
        u = self._points(DRAWS)
        z = self.prior.from_uniform(u[:, :4])
        free = self._free(z)
        # The spread is told by the best curve, and says in turn how sharply to tell them apart.
        self.best = z[int(free.argmax())]
        self.likelihood.spread = self.likelihood.scatter(self.best, 4 + self.likelihood.size)
        density = self.prior.log_density(z)
        logs = self.likelihood.log_posterior(z, self.prior)
        for turn in range(ROUNDS):
            weight = _flattened(logs - density)
            last = turn == ROUNDS - 1
            centre, spread = _moments(z, weight)
            z, density = self._around(centre, spread, DRAWS * (4 if last else 1))
            logs = self.likelihood.log_posterior(z, self.prior)
            self.best = z[int((logs - self.prior.log_density(z)).argmax())]
            if not last:
                factor = self.likelihood.scatter(self.best, 4 + self.likelihood.size)
                if abs(factor / self.likelihood.spread - 1) > 0.01:
                    self.likelihood.spread = factor
                    logs = self.likelihood.log_posterior(z, self.prior)
        weight = np.exp(logs - density - (logs - density).max())
        return z, weight / weight.sum()

    def _free(self, z: Floats) -> Floats:
        return self.likelihood.settle(self.likelihood.responses(z))[0]

    def _points(self, many: int) -> Floats:
        return np.asarray(np.clip(self.cube.random(many), 1e-6, 1 - 1e-6))

    def _around(self, centre: Floats, covariance: Floats, many: int) -> tuple[Floats, Floats]:
        """From a t-distribution, one in eight from the prior: nothing possible is out of reach."""
        u = self._points(many)
        root, freedom = np.linalg.cholesky(covariance), 5.0
        normal = special.ndtri(u[:, :4]) @ root.T
        z = centre + normal * np.sqrt(freedom / stats.chi2.ppf(u[:, 4], freedom))[:, None]
        wide = u[:, 5] < 0.125
        z[wide] = self.prior.from_uniform(u[wide, :4])
        narrow = stats.multivariate_t.logpdf(z, centre, covariance, freedom)
        density = np.logaddexp(np.log(0.875) + narrow, np.log(0.125) + self.prior.log_density(z))
        return z, np.asarray(density)


def _flattened(logs: Floats) -> Floats:
    """Weights, with the likelihood flattened until enough draws count."""
    logs = logs - logs.max()
    low, high = 0.0, 1.0
    for _ in range(30):
        power = high if _effective(logs * high) >= ENOUGH else (low + high) / 2
        if power == high:
            break
        if _effective(logs * power) >= ENOUGH:
            low = power
        else:
            high = power
    weight = np.exp(logs * (power if power == high else low))
    return np.asarray(weight / weight.sum())


def _effective(logs: Floats) -> float:
    weight = np.exp(logs)
    return float(weight.sum() ** 2 / (weight**2).sum())


def _moments(z: Floats, weight: Floats) -> tuple[Floats, Floats]:
    centre = weight @ z
    apart = z - centre
    covariance = (apart * weight[:, None]).T @ apart
    return centre, 1.3 * covariance + np.eye(4) * 1e-4


def _systematic(weight: Floats, many: int) -> NDArray[np.int_]:
    """Rows by their weight, evenly (systematic resampling)."""
    edges = np.cumsum(weight)
    return np.asarray(np.searchsorted(edges, (np.arange(many) + 0.5) / many * edges[-1]))


def _levels(likelihood: Likelihood, series: Series, z: Floats, rng: np.random.Generator) -> Floats:
    """Customers a week at usual spend and today's demand, by draw and market."""
    g = likelihood.responses(z)
    _, effects, curvature = likelihood.settle(g)
    if likelihood.size:
        root = np.linalg.cholesky(np.linalg.inv(curvature) * likelihood.spread)
        noise = rng.standard_normal(effects.shape)
        effects = effects + np.einsum("gij,gj->gi", root, noise)
    spread = likelihood.spread
    counted = rng.gamma(likelihood.total / spread + 0.5, spread, (len(z), len(likelihood.total)))
    today = np.exp(effects @ series.now)
    return np.asarray(counted / likelihood.sums(g, effects) * today[:, None])


def _gains(likelihood: Likelihood, best: Floats) -> tuple[float, float]:
    """How much better the best curve fits than no effect, and than a straight line."""
    found = likelihood.settle(likelihood.responses(best[None]))[0][0]
    flat = likelihood.settle(np.ones((1, *likelihood.count.shape)))[0][0]
    carries, bases = np.meshgrid(np.linspace(0, 0.8, 9), np.linspace(0, 0.95, 20))
    far = np.full(carries.size, np.log(1e4))
    line = np.column_stack(
        [_logit(carries.ravel()), far, np.zeros(carries.size), _logit(bases.ravel())]
    )
    straight = likelihood.settle(likelihood.responses(line))[0].max()
    twice = 2 / likelihood.spread
    return float(twice * (found - flat)), float(twice * (found - straight))
