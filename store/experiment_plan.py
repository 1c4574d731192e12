"""What was fixed about an experiment before it started: metrics, margins, mode, decision table."""

from __future__ import annotations

import math
from datetime import date

from pydantic import BaseModel, ConfigDict, model_validator

from i18n import Problem, Words
from store.kinds import Kind

MOST_ARMS = 10
MOST_PRIMARY = 3
MODES = ("fixed", "group_sequential", "always_valid")
LONGEST_TEXT = 1000
ROUNDED = 0.005
"""What a share loses at most by being written with two digits: three times 0.33 is a whole."""


class PlannedArm(BaseModel):
    """An arm and its share of the units, in any scale."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    arm: str
    weight: float
    is_control: bool = False


class Guardrail(BaseModel):
    """A metric that may lose at most `margin` of control (0.02: two percent of it)."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    metric: str
    margin: float


class ExperimentPlan(BaseModel):
    """The record of one experiment. `primary`, `guardrails` and `secondary` name metrics by key
    (`orders_within_14_days`); whether a metric still exists is known further up. The decision table
    follows from `worth` (the smallest lift worth shipping, as a share of control), the margins and
    `alpha`. `planned_units` are those of all arms. `cap` is the percentile at which money per unit
    is cut (0.99), over units above zero alone where `cap_nonzero`.

    `fixed_on`: the day on which the plan was fixed elsewhere, as its owner says; None where it was
    written here.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    name: str
    owner: str = ""
    hypothesis: str = ""
    unit: str = "user"
    starts_on: date
    ends_on: date | None = None
    arms: tuple[PlannedArm, ...]
    primary: tuple[str, ...]
    guardrails: tuple[Guardrail, ...] = ()
    secondary: tuple[str, ...] = ()
    mode: str = "group_sequential"
    planned_units: int | None = None
    worth: float = 0.0
    alpha: float = 0.05
    power: float = 0.8
    cap: float | None = None
    cap_nonzero: bool = False
    fixed_on: date | None = None

    @model_validator(mode="after")
    def _makes_sense(self) -> ExperimentPlan:
        if not self.name:
            raise Problem("plan_name", _NAME)
        if max(len(self.hypothesis), len(self.owner), len(self.name)) > LONGEST_TEXT:
            raise Problem("plan_text", _TEXT, most=LONGEST_TEXT)
        if self.unit not in ("user", "visitor"):
            raise Problem("plan_unit", _UNIT, unit=self.unit)
        if self.ends_on is not None and self.ends_on < self.starts_on:
            raise Problem("plan_days", _DAYS, start=self.starts_on, end=self.ends_on)
        self._check_arms()
        self._check_metrics()
        if self.mode not in MODES:
            raise Problem("plan_mode", _MODE, mode=self.mode, modes=", ".join(MODES))
        if self.planned_units is not None and self.planned_units < 1:
            raise Problem("plan_units", _UNITS)
        if self.mode == "group_sequential" and not (self.planned_units or self.ends_on):
            raise Problem("plan_end", _END, _END_HINT)
        for value, low, high, what in (
            (self.worth, 0.0, 10.0, _WORTH),
            (self.alpha, 0.0001, 0.5, _ALPHA),
            (self.power, 0.5, 0.999, _POWER),
        ):
            if not low <= value <= high:
                raise Problem("plan_number", what, value=value)
        if self.cap is not None and not 0.5 <= self.cap < 1:
            raise Problem("plan_cap", _CAP, value=self.cap)
        return self

    def _check_arms(self) -> None:
        names = [a.arm for a in self.arms]
        if not 2 <= len(names) <= MOST_ARMS or not all(names):
            raise Problem("plan_arms", _ARMS, most=MOST_ARMS)
        twice = sorted({n for n in names if names.count(n) > 1})
        if twice:
            raise Problem("plan_arm_twice", _TWICE, arm=twice[0])
        if sum(a.is_control for a in self.arms) != 1:
            raise Problem("plan_control", _CONTROL)
        if not all(math.isfinite(a.weight) and a.weight > 0 for a in self.arms):
            raise Problem("plan_weights", _WEIGHTS, _WEIGHTS_HINT)
        total = math.fsum(a.weight for a in self.arms)
        off = ROUNDED * len(names)
        if not any(abs(total - whole) <= off * whole for whole in (1, 100)):
            raise Problem("plan_weights_sum", _SUM, _WEIGHTS_HINT, total=total)

    def _check_metrics(self) -> None:
        if not 1 <= len(self.primary) <= MOST_PRIMARY:
            raise Problem("plan_primary", _PRIMARY, most=MOST_PRIMARY)
        named = [*self.primary, *[g.metric for g in self.guardrails], *self.secondary]
        again = sorted({n for n in named if named.count(n) > 1})
        if again:
            raise Problem("plan_metric_twice", _METRIC_TWICE, metric=again[0])
        for guard in self.guardrails:
            if not 0 < guard.margin < 1:
                raise Problem(
                    "plan_margin", _MARGIN, _MARGIN_HINT, metric=guard.metric, margin=guard.margin
                )


EXPERIMENT_PLAN = Kind(
    "experiment_plan", Words(en="experiment plan", zh="实验方案"), ExperimentPlan
)

_NAME = Words(en="Give the experiment a name.", zh="请填写实验名称。")
_TEXT = Words(
    en="Name, owner and hypothesis hold at most {most} characters each.",
    zh="名称、负责人与假设各不超过 {most} 个字符。",
)
_UNIT = Words(
    en="An experiment is on users or visitors, not on “{unit}”.",
    zh="实验单位须为用户或访客，不支持“{unit}”。",
)
_DAYS = Words(
    en="The experiment ends ({end}) before it starts ({start}).",
    zh="实验结束日（{end}）早于开始日（{start}）。",
)
_ARMS = Words(
    en="An experiment has 2 to {most} arms, each with a name.",
    zh="实验须有 2 至 {most} 个组，且每组都有名称。",
)
_TWICE = Words(en="The arm “{arm}” is listed twice.", zh="实验组“{arm}”重复出现。")
_CONTROL = Words(en="Mark exactly one arm as control.", zh="请指定且仅指定一个对照组。")
_WEIGHTS = Words(en="Every arm needs a share above 0.", zh="每组的流量占比都须大于 0。")
_SUM = Words(
    en="The shares of the arms add up to {total:g}, not to 1 or 100.",
    zh="各组流量占比合计为 {total:g}，应为 1 或 100。",
)
_WEIGHTS_HINT = Words(
    en="Give the split as it was configured: 50 and 50, or 0.9 and 0.1.",
    zh="请按实际配置填写，如 50 和 50，或 0.9 和 0.1。",
)
_PRIMARY = Words(
    en="Choose 1 to {most} primary metrics: they decide.", zh="请选择 1 至 {most} 个核心指标。"
)
_METRIC_TWICE = Words(
    en="The metric {metric} has two roles; it can have one.", zh="指标 {metric} 只能担任一种角色。"
)
_MARGIN = Words(
    en="The margin of {metric} is {margin:g}; it must lie between 0 and 1.",
    zh="{metric} 的非劣界值为 {margin:g}，须介于 0 和 1 之间。",
)
_MARGIN_HINT = Words(
    en="0.02 allows treatment to lose 2 % of control.", zh="0.02 表示允许实验组最多比对照组差 2%。"
)
_MODE = Words(en="“{mode}” is no mode: {modes}.", zh="没有“{mode}”这种模式，可选：{modes}。")
_UNITS = Words(en="The planned number of units is at least 1.", zh="计划样本量至少为 1。")
_END = Words(
    en="A group-sequential test needs a planned size or an end date.",
    zh="成组序贯检验需要计划样本量或结束日期。",
)
_END_HINT = Words(
    en="Give one of them, or choose “Always valid”.", zh="请填写其一，或改用“随时可看”。"
)
_WORTH = Words(
    en="The smallest lift worth shipping is {value:g}; it must lie between 0 and 10.",
    zh="最小可上线提升为 {value:g}，须介于 0 和 10 之间。",
)
_ALPHA = Words(
    en="The significance level is {value:g}; it must lie between 0.0001 and 0.5.",
    zh="显著性水平为 {value:g}，须介于 0.0001 和 0.5 之间。",
)
_POWER = Words(
    en="The power is {value:g}; it must lie between 0.5 and 0.999.",
    zh="检验功效为 {value:g}，须介于 0.5 和 0.999 之间。",
)
_CAP = Words(
    en="The cap is {value:g}; as a percentile it must lie between 0.5 and 1 (0.99).",
    zh="截尾分位为 {value:g}，须介于 0.5 和 1 之间（如 0.99）。",
)
