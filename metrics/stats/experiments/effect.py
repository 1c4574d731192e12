"""The one answer of every comparison: difference, interval and lift, or why there is none."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from scipy.special import stdtr, stdtrit

from i18n import Words


class Status(StrEnum):
    """Whether a comparison could be computed."""

    OK = "ok"
    EMPTY_ARM = "empty_arm"
    ONE_UNIT = "one_unit"
    NO_VARIANCE = "no_variance"
    ONE_ARM_CONSTANT = "one_arm_constant"
    ZERO_DENOMINATOR = "zero_denominator"
    TOO_FEW_FOR_QUANTILE = "too_few_for_quantile"
    NO_WIDTH = "no_width"


STATUSES: dict[Status, Words] = {
    Status.OK: Words("computed", "可计算"),
    Status.EMPTY_ARM: Words("an arm has no units yet", "有一组还没有样本"),
    Status.ONE_UNIT: Words(
        "an arm has a single unit, which has no spread", "有一组只有 1 个样本，无法估计波动"
    ),
    Status.NO_VARIANCE: Words(
        "all units have the same value in both arms, so nothing can be told apart",
        "两组所有样本取值相同，无从比较",
    ),
    Status.ONE_ARM_CONSTANT: Words(
        "all units of one arm have the same value (no buyer yet, for example): too little data",
        "有一组所有样本取值相同（例如尚无人购买），数据太少",
    ),
    Status.ZERO_DENOMINATOR: Words("nothing to divide by in an arm", "有一组的分母合计为零"),
    Status.TOO_FEW_FOR_QUANTILE: Words(
        "too few units for this quantile", "样本太少，无法比较该分位数"
    ),
    Status.NO_WIDTH: Words(
        "many units share the value at this quantile, so its spread has no estimate",
        "大量样本恰好等于该分位数，无法估计其波动",
    ),
}


class LiftStatus(StrEnum):
    """Whether the difference can be said relative to control."""

    OK = "ok"
    UNBOUNDED = "unbounded"
    ZERO_CONTROL = "zero_control"
    NOT_COMPUTED = "not_computed"


LIFT_STATUSES: dict[LiftStatus, Words] = {
    LiftStatus.OK: Words("computed", "可计算"),
    LiftStatus.UNBOUNDED: Words(
        "control is too close to zero for its spread: the lift has no bounds",
        "对照组均值相对其波动太接近零，提升幅度没有上下界",
    ),
    LiftStatus.ZERO_CONTROL: Words(
        "control is zero, so there is no lift", "对照组为零，无法计算提升幅度"
    ),
    LiftStatus.NOT_COMPUTED: Words("no difference to relate", "没有可换算的差值"),
}


class Method(StrEnum):
    """Which test made the p-value."""

    POOLED_Z = "pooled_z"
    FISHER = "fisher"
    WELCH = "welch"
    RATIO_DELTA = "ratio_delta"
    CUPED = "cuped"
    CUPED_RATIO = "cuped_ratio"
    QUANTILE = "quantile"


METHODS: dict[Method, Words] = {
    Method.POOLED_Z: Words(
        "two-proportion z test with the pooled rate, interval by Newcombe",
        "双比例 z 检验（合并比例），区间用 Newcombe 法",
    ),
    Method.FISHER: Words(
        "Fisher's exact test (an expected count is below 5), interval by Newcombe",
        "Fisher 精确检验（期望频数小于 5），区间用 Newcombe 法",
    ),
    Method.WELCH: Words("Welch's t test", "Welch t 检验"),
    Method.RATIO_DELTA: Words(
        "Welch's t test on the delta method for ratios", "比率指标 delta 法 + Welch t 检验"
    ),
    Method.CUPED: Words("CUPED, then Welch's t test", "CUPED 方差缩减 + Welch t 检验"),
    Method.CUPED_RATIO: Words(
        "CUPED on linearised ratios, then Welch's t test", "比率线性化 CUPED + Welch t 检验"
    ),
    Method.QUANTILE: Words("difference of quantiles", "分位数之差检验"),
}


@dataclass(frozen=True, slots=True)
class ArmMean:
    """What an arm adds to a comparison: `mean`, the variance of that mean (already divided by n),
    and the degrees of freedom of that variance."""

    n: int
    mean: float
    variance: float
    df: float


@dataclass(frozen=True, slots=True)
class Effect:
    """Treatment against control. `diff`, `se`, `low`, `high` are in the metric's unit (a rate in
    shares: 0.02 is two points); `lift` is diff / |control| (0.1 is 10 %) with its interval.

    All p-values are two-sided and of the difference. `df` None means the normal distribution,
    `statistic` None an exact test. Whatever could not be computed is None and `status` (for the
    lift, `lift_status`) says why. Intervals cover 1 − `alpha`.
    """

    n_control: int
    n_treatment: int
    method: Method
    status: Status
    alpha: float = 0.05
    control: float | None = None
    treatment: float | None = None
    diff: float | None = None
    se: float | None = None
    df: float | None = None
    statistic: float | None = None
    p_value: float | None = None
    low: float | None = None
    high: float | None = None
    lift: float | None = None
    lift_low: float | None = None
    lift_high: float | None = None
    lift_status: LiftStatus = LiftStatus.NOT_COMPUTED
    variances: tuple[float, float] | None = None
    """of the means of control and treatment"""

    @property
    def reason(self) -> Words | None:
        """Why there is no answer; None where there is one."""
        return None if self.status is Status.OK else STATUSES[self.status]

    @property
    def significant(self) -> bool:
        return self.p_value is not None and self.p_value < self.alpha

    def at(self, alpha: float) -> Effect:
        """The same comparison of means with the intervals of another level (`contrast`'s alone:
        rates have intervals of their own)."""
        if self.df is None or alpha == self.alpha:
            return replace(self, alpha=alpha)
        return self.widened(-float(stdtrit(self.df, alpha / 2)), alpha=alpha)

    def widened(self, quantile: float, **also: Any) -> Effect:
        """The same difference with the interval diff ∓ `quantile`·se, and the lift's to match;
        `also` are other fields that change with it."""
        if self.diff is None or self.se is None or self.variances is None:
            return replace(self, **also) if also else self
        low, high = self.diff - quantile * self.se, self.diff + quantile * self.se
        return replace(self, low=low, high=high, **_lift(self, quantile), **also)


def undefined(n_control: int, n_treatment: int, method: Method, status: Status) -> Effect:
    """No answer, and why."""
    return Effect(n_control, n_treatment, method, status)


def contrast(control: ArmMean, treatment: ArmMean, method: Method, alpha: float = 0.05) -> Effect:
    """Welch's t test of two means whose variances are known to the arms' own degrees of freedom.

    Welch (1947), Biometrika 34:28; degrees of freedom by Satterthwaite (1946). Status NO_VARIANCE
    where both variances are zero, ONE_ARM_CONSTANT where one is.
    """
    a, b = control.variance, treatment.variance
    diff = treatment.mean - control.mean
    known = Effect(
        control.n, treatment.n, method, Status.OK, alpha, control.mean, treatment.mean, diff
    )
    if a <= 0 and b <= 0:
        return replace(known, status=Status.NO_VARIANCE)
    if a <= 0 or b <= 0:
        return replace(known, status=Status.ONE_ARM_CONSTANT)
    variance = a + b
    # Shares, not squares of variances: those would vanish for very small values.
    df = 1 / ((a / variance) ** 2 / control.df + (b / variance) ** 2 / treatment.df)
    se = math.sqrt(variance)
    statistic = diff / se
    p_value = float(2 * stdtr(df, -abs(statistic)))
    measured = (control.mean, treatment.mean, diff, se, df, statistic, p_value)
    found = Effect(control.n, treatment.n, method, Status.OK, alpha, *measured, variances=(a, b))
    return found.widened(-float(stdtrit(df, alpha / 2)))


def with_lift(effect: Effect, quantile: float) -> Effect:
    """The lift and its interval by Fieller (1954), J. R. Stat. Soc. B 16:175.

    It excludes 0 exactly where diff ∓ quantile·se does. Unbounded where control itself is not
    distinguishable from zero at this quantile (g ≥ 1): the lift is then given without ends.
    """
    return replace(effect, **_lift(effect, quantile))


def _lift(effect: Effect, quantile: float) -> dict[str, Any]:
    """The fields of the lift."""
    c, t, variances = effect.control, effect.treatment, effect.variances
    if c is None or t is None or variances is None:
        return {}
    if abs(c) <= 1e-12 * abs(t - c):  # zero, but for rounding
        return {"lift_status": LiftStatus.ZERO_CONTROL}
    lift = (t - c) / abs(c)
    a = c * c - quantile * quantile * variances[0]
    b = t * c
    # b² − a(t² − q²B), in differences of like size: a product of squares would lose its digits.
    q2 = quantile * quantile
    root = (
        q2 * (variances[0] * t * t + variances[1] * c * c) - q2 * q2 * variances[0] * variances[1]
    )
    if a <= 0 or root < 0:
        unbounded = LiftStatus.UNBOUNDED
        return {"lift": lift, "lift_low": None, "lift_high": None, "lift_status": unbounded}
    ends = [(b - math.sqrt(root)) / a - 1, (b + math.sqrt(root)) / a - 1]
    low, high = ends if c > 0 else (-ends[1], -ends[0])
    return {"lift": lift, "lift_low": low, "lift_high": high, "lift_status": LiftStatus.OK}
