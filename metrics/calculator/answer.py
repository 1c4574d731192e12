"""Two arms judged: trust check first, then the look of the chosen mode, then what surrounds it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum

from metrics.calculator.question import Kind, Question
from metrics.stats.experiments import power
from metrics.stats.experiments.always_valid import DEFAULT_UNITS
from metrics.stats.experiments.bayes import Posterior, beta_binomial, normal_posterior
from metrics.stats.experiments.effect import Effect
from metrics.stats.experiments.means import welch
from metrics.stats.experiments.modes import Look, Mode, at_any_time, fixed, group_sequential
from metrics.stats.experiments.proportions import two_proportions
from metrics.stats.experiments.srm import SampleRatio, sample_ratio

POWER = 0.8


class Verdict(StrEnum):
    """What the numbers allow to say."""

    INVALID = "invalid"
    NO_ANSWER = "no_answer"
    TOO_EARLY = "too_early"
    BETTER = "better"
    WORSE = "worse"
    KEEP_RUNNING = "keep_running"
    INCONCLUSIVE = "inconclusive"


@dataclass(frozen=True, slots=True)
class Answer:
    """`detectable` is the difference that so many units show with 80 % power, `more_units` how many
    more it takes if the difference seen is the true one; both at the spread seen and for one look.
    None where there is no spread to go by. `bayes` is not peek-proof."""

    question: Question
    look: Look
    sample_ratio: SampleRatio | None
    bayes: Posterior | None
    detectable: float | None
    more_units: int | None

    @property
    def verdict(self) -> Verdict:
        effect = self.look.effect
        if self.sample_ratio_alarm:
            return Verdict.INVALID
        if effect.reason is not None or effect.diff is None:
            return Verdict.NO_ANSWER
        if self.look.gated:
            return Verdict.TOO_EARLY
        if self.look.conclusive:
            up = effect.diff > 0
            return Verdict.BETTER if up != self.question.lower_is_better else Verdict.WORSE
        if self.look.mode is Mode.ALWAYS_VALID or not self.look.is_last:
            return Verdict.KEEP_RUNNING
        return Verdict.INCONCLUSIVE

    @property
    def sample_ratio_alarm(self) -> bool:
        """By the test that fits how often one looks."""
        found = self.sample_ratio
        if found is None:
            return False
        return found.alarm if self.look.mode is Mode.FIXED else found.alarm_any_time


def answered(question: Question) -> Answer:
    """The whole analysis; what cannot be computed says why in its place."""
    look = _look(question)
    control, treatment = question.control.sums, question.treatment.sums
    nominal = look.nominal
    detectable = more = None
    if nominal.diff is not None and nominal.se:
        detectable = power.detectable(nominal.se, power=POWER)
        found = power.units_more(nominal.diff, nominal.se, question.units, power=POWER)
        more = None if math.isinf(found) else math.ceil(found)
    return Answer(
        question,
        look,
        question.weights and sample_ratio([control.n, treatment.n], question.weights),
        _bayes(question, nominal),
        detectable,
        more,
    )


def _look(question: Question) -> Look:
    control, treatment = question.control.sums, question.treatment.sums

    def compare(alpha: float) -> Effect:
        if question.kind is Kind.MEANS:
            return welch(control, treatment, alpha=alpha)
        return two_proportions(
            question.control.converted,
            control.n,
            question.treatment.converted,
            treatment.n,
            alpha=alpha,
        )

    if question.mode is Mode.GROUP_SEQUENTIAL and question.units:
        return group_sequential(compare, question.fractions)
    if question.mode is Mode.ALWAYS_VALID:
        return at_any_time(compare, control, treatment, planned=question.planned or DEFAULT_UNITS)
    return fixed(compare)


def _bayes(question: Question, nominal: Effect) -> Posterior | None:
    if nominal.diff is None:
        return None
    if question.kind is Kind.RATES:
        c, t = question.control, question.treatment
        return beta_binomial(c.converted, c.sums.n, t.converted, t.sums.n)
    return normal_posterior(nominal.diff, nominal.se) if nominal.se else None
