"""What a metric should reach: a value for each week, or for each month, that has one."""

from __future__ import annotations

import math
from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from i18n import Problem, Words
from store.kinds import Kind
from store.metric_keys import require_metric_key

TargetGrain = Literal["week", "month"]
MOST = 600
"""Buckets of one metric: more than ten years of weeks."""
_MONDAY, _SUNDAY = 0, 6


class MetricTargets(BaseModel):
    """All targets of one metric in one grain, by the first day of the week or month.

    Shares are 0.14, never 14. `currency` is that of an amount of money, None for other units.
    Whether the shop's weeks start on the day these do is known further up.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    metric: str
    grain: TargetGrain
    values: dict[date, float]
    currency: str | None = Field(default=None, pattern=r"^[A-Z]{3}$")

    @model_validator(mode="after")
    def _can_be_kept(self) -> MetricTargets:
        require_metric_key(self.metric)
        if len(self.values) > MOST:
            raise Problem("targets_many", _MANY, n=len(self.values), most=MOST)
        for start, value in self.values.items():
            if not math.isfinite(value):
                raise Problem("target_number", _NUMBER, on=start)
            if self.grain == "month" and start.day != 1:
                raise Problem("target_bucket", _MONTH, on=start)
        days = {start.weekday() for start in self.values}
        if self.grain == "week" and days not in (set(), {_MONDAY}, {_SUNDAY}):
            raise Problem("target_bucket", _WEEK)
        return self

    @property
    def record(self) -> str:
        """The name under which the store keeps them."""
        return record_name(self.metric, self.grain)


def record_name(metric: str, grain: TargetGrain) -> str:
    """The name under which the store keeps a metric's targets of a grain."""
    return f"{metric}:{grain}"


TARGETS = Kind("targets", Words(en="targets", zh="目标"), MetricTargets)

_MANY = Words(
    en="{n} targets of one metric; at most {most} are kept.",
    zh="单个指标有 {n} 个目标，最多可保存 {most} 个。",
)
_NUMBER = Words(en="The target of {on} is no number.", zh="{on} 的目标不是有效数字。")
_MONTH = Words(
    en="The target of a month stands at its first day; got {on}.",
    zh="月目标应以当月 1 日为准，当前为 {on}。",
)
_WEEK = Words(
    en="The targets of weeks all stand at a Monday, or all at a Sunday.",
    zh="周目标的起始日须全部为周一，或全部为周日。",
)
