"""Ask a small shop what the arms of an experiment came to."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from data.scope import Scope
from data.warehouse import Warehouse
from metrics.experiments.outcomes import BASES, Outcome
from metrics.experiments.record import Arm, Experiment, experiments
from metrics.stats.experiments.sums import Sums
from tests.metrics.experiments.oracle import Moments


def outcomes(days: int) -> tuple[Outcome, ...]:
    """Everything that has sums."""
    every = (Outcome(base, days) for base in BASES)
    return tuple(o for o in every if o.variables)


def vectors(days: int) -> tuple[tuple[str, ...], ...]:
    return tuple(dict.fromkeys(o.variables for o in outcomes(days)))


def listed(warehouse: Warehouse) -> dict[str, Experiment]:
    """Experiments as the warehouse names them, by key."""
    scope = Scope(warehouse.reporting.currency)
    return {e.key: e for e in experiments(warehouse, scope, None)}


def planned(like: Experiment, key: str, **more: object) -> Experiment:
    """An experiment that the warehouse has no row of."""
    arms = (Arm("a", 0.5, True), Arm("b", 0.5, False))
    unknown: dict[str, object] = {
        "key": key, "arms": arms, "started_on": None, "ended_on": None,
        "known_times": False, "in_warehouse": False, **more,
    }  # fmt: skip
    return replace(like, **unknown)  # type: ignore[arg-type]


def of_sums(sums: Sums) -> Moments:
    """The same in the form in which the oracle tells it."""
    size = len(sums.sums)
    away = np.array(sums.sums) / max(sums.n, 1)
    products = np.array(sums.products).reshape(size, size) - sums.n * np.outer(away, away)
    return Moments(sums.n, np.array(sums.shift) + away, products)


def assert_close(found: Moments, told: Moments) -> None:
    """Costs of goods that came back are kept with four decimals, so money is close, not equal."""
    assert found.n == told.n
    np.testing.assert_allclose(found.mean, told.mean, rtol=1e-6, atol=2e-3)
    np.testing.assert_allclose(found.products, told.products, rtol=1e-5, atol=2.0)
