"""What is asked of two arms."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum

from i18n import Problem, Words
from metrics.stats.experiments.modes import Mode
from metrics.stats.experiments.sums import Sums


class Kind(StrEnum):
    """What an arm's numbers are."""

    RATES = "rates"
    MEANS = "means"


KINDS: dict[Kind, Words] = {
    Kind.RATES: Words("Conversion rate", "转化率"),
    Kind.MEANS: Words("Mean per unit", "人均值"),
}
MODES: dict[Mode, Words] = {
    Mode.FIXED: Words("Fixed horizon", "固定样本"),
    Mode.GROUP_SEQUENTIAL: Words("Group-sequential", "成组序贯"),
    Mode.ALWAYS_VALID: Words("Always valid", "随时可看"),
}


@dataclass(frozen=True, slots=True)
class Arm:
    """One arm: what it is called, and its sums."""

    name: str
    sums: Sums

    @property
    def converted(self) -> int:
        """Of an arm of rates."""
        return round(self.sums.sums[0] + self.sums.n * self.sums.shift[0])


@dataclass(frozen=True, slots=True)
class Question:
    """Treatment against control. `weights` as the split was configured, in any scale; None where
    nobody configured one, and then it is not checked. A
    group-sequential test needs `planned` units of both arms; `looks` counts the looks so far, this
    one included, taken to be evenly spaced. An always-valid one is tightest at `planned` units."""

    kind: Kind
    control: Arm
    treatment: Arm
    weights: tuple[float, float] | None = (1.0, 1.0)
    mode: Mode = Mode.FIXED
    planned: int | None = None
    looks: int = 1
    lower_is_better: bool = False

    def __post_init__(self) -> None:
        given = self.weights
        if given is not None and not all(math.isfinite(w) and w > 0 for w in given):
            raise Problem(
                "weights_not_positive",
                Words(
                    "Both arms need a share above 0; got {c} and {t}.",
                    "两组的流量占比都须大于 0；当前为 {c} 和 {t}。",
                ),
                Words(
                    "Give the split as it was configured: 50 and 50.",
                    "请填写配置的分流比例，如 50 和 50。",
                ),
                c=f"{given[0]:g}",
                t=f"{given[1]:g}",
            )
        if self.mode is Mode.GROUP_SEQUENTIAL and not self.planned:
            raise Problem(
                "planned_units_missing",
                Words(
                    "A group-sequential test needs its planned number of units.",
                    "成组序贯检验需要计划样本量。",
                ),
                Words(
                    "Give the units of both arms that were planned before the start, or choose "
                    "“Always valid”.",
                    "请填写开始前计划的两组总样本量，或改用“随时可看”。",
                ),
            )
        if (self.planned is not None and self.planned < 1) or self.looks < 1:
            raise Problem(
                "plan_not_positive",
                Words("Planned units and looks are at least 1.", "计划样本量与查看次数至少为 1。"),
            )

    @property
    def units(self) -> int:
        return self.control.sums.n + self.treatment.sums.n

    @property
    def fractions(self) -> tuple[float, ...]:
        """Of the planned units, at each look so far."""
        now = self.units / (self.planned or self.units or 1)
        return tuple(now * (k + 1) / self.looks for k in range(self.looks))
