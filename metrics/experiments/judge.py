"""One metric judged: every arm against control, read in the mode that was chosen."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from metrics.experiments.outcomes import MONEY, Kind
from metrics.experiments.record import Experiment, Judged, Role
from metrics.experiments.sums import Table
from metrics.stats.experiments.always_valid import DEFAULT_UNITS, Gate
from metrics.stats.experiments.bayes import Posterior, beta_binomial, normal_posterior
from metrics.stats.experiments.effect import Effect
from metrics.stats.experiments.group_sequential import Boundary, boundaries
from metrics.stats.experiments.means import cuped_effect, ratio_delta, welch
from metrics.stats.experiments.modes import Look, Mode, at_any_time, at_boundary, fixed
from metrics.stats.experiments.multiplicity import Correction, adjusted
from metrics.stats.experiments.non_inferiority import NonInferiority, non_inferior
from metrics.stats.experiments.proportions import two_proportions
from metrics.stats.experiments.quantiles import QuantileArm, quantile_difference
from metrics.stats.experiments.sums import Sums

Compare = Callable[[float], Effect]


@dataclass(frozen=True, slots=True)
class Plan:
    """How far the experiment is, for one window: `fractions` of the planned units at each look so
    far (a look is a day of data; none where no size can be told), and whether it is over by plan.
    `early` says that a test of a fixed horizon is looked at before its end: it is then read as a
    sequential one."""

    mode: Mode
    units: int
    planned: int
    fractions: tuple[float, ...]
    over: bool

    @property
    def early(self) -> bool:
        return self.mode is Mode.FIXED and not self.over

    @property
    def read_as(self) -> Mode:
        """The mode that is valid at this look: without a size to measure looks by, only the one
        that holds at any time."""
        if self.mode is Mode.FIXED and self.over:
            return Mode.FIXED
        bounded = self.mode is not Mode.ALWAYS_VALID and self.fractions
        return Mode.GROUP_SEQUENTIAL if bounded else Mode.ALWAYS_VALID

    @property
    def along_the_way(self) -> Plan:
        """As looks before the last one are read."""
        return replace(self, over=False)


@dataclass(frozen=True, slots=True)
class ArmNumbers:
    """`n` units with a whole window; `missing` units whose window is still open. `mean` and `total`
    in the metric's unit: of a ratio, the ratio and what is divided; None with nobody."""

    arm: str
    n: int
    missing: int
    mean: float | None
    total: float | None


@dataclass(frozen=True, slots=True)
class Compared:
    """One arm against control. `look` decides; `plain` is the same without CUPED (None where there
    is no covariate), `reduction` what CUPED took off the variance. `adjusted` is the p-value after
    correction: Holm over primary metrics and arms, Benjamini–Hochberg over secondary ones; None
    where a boundary or the family's share of the level takes its place. `uncapped` is set where a
    cap is."""

    arm: str
    look: Look
    plain: Effect | None
    reduction: float | None
    bayes: Posterior | None
    margin: NonInferiority | None
    adjusted: float | None = None
    uncapped: Effect | None = None

    @property
    def effect(self) -> Effect:
        return self.look.effect


@dataclass(frozen=True, slots=True)
class Result:
    """A metric with its arms and comparisons, in the order of the experiment's arms. `no_rate`:
    money without an exchange rate is in it, so nothing is said. `cap`, `over`: where money was cut,
    and how many units lay above."""

    judged: Judged
    plan: Plan
    arms: tuple[ArmNumbers, ...]
    compared: tuple[Compared, ...]
    no_rate: bool = False
    cap: float | None = None
    over: int | None = None

    def of(self, arm: str) -> Compared | None:
        return next((c for c in self.compared if c.arm == arm), None)


def family(experiment: Experiment) -> int:
    """How many claims decide: primary metrics times treatments."""
    return max(1, len(experiment.primary) * len(experiment.treatments))


@lru_cache(maxsize=256)
def looks(fractions: tuple[float, ...], alpha: float) -> tuple[Boundary, ...]:
    """The boundaries of all looks at once."""
    return tuple(boundaries(fractions, alpha=alpha))


def comparing(judged: Judged, control: Sums, treatment: Sums, *, covariate: bool = True) -> Compare:
    """The test that fits the metric, at any level. A mean is compared once: another level only
    moves the ends of its interval."""
    outcome = judged.outcome
    width = 1 if outcome.base.bottom is None else 2
    if outcome.is_rate:
        return lambda alpha: two_proportions(
            converted(control), control.n, converted(treatment), treatment.n, alpha=alpha
        )
    if outcome.has_prior and covariate:
        found = cuped_effect(control, treatment, width)
    else:
        plain = welch if width == 1 else ratio_delta
        found = plain(_first(control, width), _first(treatment, width))
    return found.at


def quantiles_comparing(control: QuantileArm, treatment: QuantileArm, share: float) -> Compare:
    return lambda alpha: quantile_difference(control, treatment, share, alpha=alpha)


def read(
    compare: Compare,
    plan: Plan,
    control: Sums,
    treatment: Sums,
    *,
    alpha: float,
    at: int = -1,
) -> Look:
    """One comparison in its mode; `at` is the look of the plan that is meant. The sums are those by
    which the gate tells whether there is enough to conclude."""
    if plan.read_as is Mode.GROUP_SEQUENTIAL:
        boundary = looks(plan.fractions, alpha)[at]
        return _gated(at_boundary(compare, boundary, alpha=alpha), control, treatment)
    if plan.read_as is Mode.ALWAYS_VALID:
        planned = plan.planned or DEFAULT_UNITS
        return at_any_time(compare, control, treatment, alpha=alpha, planned=planned)
    return fixed(compare, alpha=alpha)


def _gated(look: Look, control: Sums, treatment: Sums) -> Look:
    """Boundaries too lean on a normal approximation: before the end, the same gate."""
    if look.is_last or Gate().open(control, treatment):
        return look
    return replace(look, gated=True)


def judge(
    experiment: Experiment,
    judged: Judged,
    table: Table,
    plan: Plan,
    exposed: dict[str, int],
) -> Result:
    """A metric that is made of sums; quantiles have `judge_quantile`."""
    variables = judged.outcome.variables
    sums = {a.name: table.arm(variables, a.name) for a in experiment.arms}
    arms = tuple(
        _numbers(judged, a.name, sums[a.name], exposed.get(a.name, 0)) for a in experiment.arms
    )
    control = experiment.control
    no_rate = bool(table.unrated) and _is_money(judged)
    if control is None or no_rate:
        return Result(judged, plan, arms, (), no_rate)
    compared = tuple(
        _compared(experiment, judged, plan, a.name, sums[control.name], sums[a.name])
        for a in experiment.treatments
    )
    return Result(judged, plan, arms, compared)


def _compared(
    experiment: Experiment, judged: Judged, plan: Plan, arm: str, control: Sums, treatment: Sums
) -> Compared:
    alpha = level(experiment, judged, plan)
    compare = comparing(judged, control, treatment)
    look = read(compare, plan, control, treatment, alpha=alpha)
    plain, reduction = None, None
    if judged.outcome.has_prior:
        plain = comparing(judged, control, treatment, covariate=False)(alpha)
        if plain.se and look.nominal.se:
            reduction = 1 - (look.nominal.se / plain.se) ** 2
    return Compared(
        arm,
        look,
        plain,
        reduction,
        _bayes(judged, control, treatment, look.nominal),
        margin_of(judged, look, experiment.alpha),
    )


def level(experiment: Experiment, judged: Judged, plan: Plan) -> float:
    """Alpha of one comparison: sequential modes share it out over the family that decides."""
    if judged.role is Role.PRIMARY and plan.read_as is not Mode.FIXED:
        return experiment.alpha / family(experiment)
    return experiment.alpha


def margin_of(judged: Judged, look: Look, alpha: float) -> NonInferiority | None:
    """The guardrail's margin, at the level of this look."""
    if judged.margin is None:
        return None
    at = look.boundary.level if look.boundary is not None else alpha
    effect = look.effect if look.mode is Mode.ALWAYS_VALID else look.nominal
    return non_inferior(
        effect, judged.margin, alpha=at, lower_is_better=judged.outcome.base.lower_is_better
    )


def corrected(results: Sequence[Result]) -> tuple[Result, ...]:
    """The same results with p-values after correction: Holm over what decides, Benjamini–Hochberg
    over what is explored; guardrails stand by their margins."""
    made = list(results)
    for role, correction in (
        (Role.PRIMARY, Correction.HOLM),
        (Role.SECONDARY, Correction.BENJAMINI_HOCHBERG),
    ):
        places = [
            (i, j) for i, r in enumerate(made) if r.judged.role is role
            for j, c in enumerate(r.compared)
            if c.look.mode is Mode.FIXED
            or (c.look.mode is Mode.ALWAYS_VALID and role is Role.SECONDARY)
        ]  # fmt: skip
        found = adjusted([made[i].compared[j].look.p_value for i, j in places], correction)
        for (i, j), p in zip(places, found, strict=True):
            compared = list(made[i].compared)
            compared[j] = replace(compared[j], adjusted=p)
            made[i] = replace(made[i], compared=tuple(compared))
    return tuple(made)


def conclusive(compared: Compared) -> bool:
    """Whether the difference from control is told apart from none, after correction."""
    if compared.adjusted is None:
        return compared.look.conclusive
    return not compared.look.gated and compared.adjusted < compared.effect.alpha


def _bayes(judged: Judged, control: Sums, treatment: Sums, nominal: Effect) -> Posterior | None:
    if judged.role is not Role.PRIMARY or nominal.diff is None:
        return None
    if judged.outcome.is_rate:
        return beta_binomial(converted(control), control.n, converted(treatment), treatment.n)
    return normal_posterior(nominal.diff, nominal.se) if nominal.se else None


def _numbers(judged: Judged, arm: str, sums: Sums, exposed: int) -> ArmNumbers:
    missing = max(exposed - sums.n, 0)
    if not sums.n:
        return ArmNumbers(arm, 0, missing, None, None)
    means = sums.means
    if judged.outcome.base.bottom is None:
        return ArmNumbers(arm, sums.n, missing, means[0], means[0] * sums.n)
    ratio = means[0] / means[1] if means[1] else None
    return ArmNumbers(arm, sums.n, missing, ratio, means[0] * sums.n)


def converted(sums: Sums) -> int:
    """How many units of a rate have 1."""
    return round(sums.sums[0] + sums.n * sums.shift[0])


def _first(sums: Sums, width: int) -> Sums:
    size = len(sums.sums)
    if size == width:
        return sums
    return Sums(
        sums.n,
        sums.shift[:width],
        sums.sums[:width],
        tuple(sums.products[i * size + j] for i in range(width) for j in range(width)),
    )


def _is_money(judged: Judged) -> bool:
    base = judged.outcome.base
    return base.kind is Kind.QUANTILE or base.top in MONEY or base.bottom in MONEY
