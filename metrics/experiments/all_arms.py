"""All arms of an experiment at once: do they differ at all, which is likely the best, and how many
days it takes until what is seen would be told apart."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from metrics.experiments.analysis import Analysis, Status
from metrics.experiments.judge import Compared, Result, converted
from metrics.experiments.outcomes import Kind
from metrics.stats.experiments.bayes import best_of, mean_posterior, rate_posterior
from metrics.stats.experiments.means import arm_mean
from metrics.stats.experiments.omnibus import Omnibus, means_differ, rates_differ
from metrics.stats.experiments.power import days_for, units_more


@dataclass(frozen=True, slots=True)
class AllArms:
    """`omnibus`: whether the arms differ at all, read once (not for early looks). `best`: the
    probability of each arm, control among them, to be the best under a flat prior; not peek-proof.
    None where it can't be computed."""

    omnibus: Omnibus
    best: tuple[tuple[str, float], ...] | None


def all_arms(found: Analysis, result: Result) -> AllArms | None:
    """Of three arms or more; None of two, of a quantile, and where money has no rate."""
    outcome, arms = result.judged.outcome, found.experiment.arms
    if len(arms) < 3 or outcome.kind is Kind.QUANTILE or result.no_rate:
        return None
    table = found.tables[outcome.days]
    sums = {a.name: table.arm(outcome.variables, a.name) for a in arms}
    if outcome.is_rate:
        counts = {name: (converted(s), s.n) for name, s in sums.items()}
        omnibus = rates_differ(list(counts.values()))
        made = {name: rate_posterior(*c) for name, c in counts.items()}
    else:
        width = 1 if outcome.base.bottom is None else 2
        means = {name: arm_mean(s, width) for name, s in sums.items()}
        known = {n: (m.mean, m.variance * m.n, m.n) if m else (0.0, 0.0, 0)
                 for n, m in means.items()}  # fmt: skip
        omnibus = means_differ(list(known.values()))
        made = {
            n: mean_posterior(m.mean, math.sqrt(m.variance))
            for n, m in means.items() if m is not None and m.variance > 0
        }  # fmt: skip
    if len(made) < len(arms) or not all(s.n for s in sums.values()):
        return AllArms(omnibus, None)
    chances = best_of(list(made.values()))
    if outcome.base.lower_is_better:
        chances = _lowest(list(made.values()))
    return AllArms(omnibus, tuple(zip(made, chances, strict=True)))


def _lowest(posteriors: list[Any]) -> tuple[float, ...]:
    """The chance to be lowest: that of the mirrored means to be highest."""
    mirrored = [mean_posterior(-p.mean(), p.std()) for p in posteriors]
    return best_of(mirrored)


def days_more(found: Analysis, result: Result, compared: Compared) -> int | None:
    """Days of intake until the difference seen, if it is the true one, would be found four times in
    five at one look, at the pace so far. None where the test is not running, nobody comes, or
    nothing is seen."""
    nominal, timing = compared.look.nominal, found.timing
    if timing.status is not Status.RUNNING or not timing.run:
        return None
    if nominal.diff is None or not nominal.se:
        return None
    units = nominal.n_control + nominal.n_treatment
    pace = sum(found.exposed.arm(a.name) for a in found.experiment.arms) / timing.run
    more = units_more(
        nominal.diff, nominal.se, units, alpha=found.experiment.alpha, power=found.experiment.power
    )
    waiting = sum(a.missing for a in result.arms)
    return days_for(max(0.0, more - waiting), pace)
