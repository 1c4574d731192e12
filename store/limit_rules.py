"""How a metric's natural limits are drawn: where they rest, where its level has changed."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import NamedTuple

from pydantic import BaseModel, ConfigDict, model_validator

from i18n import Problem, Words
from store.kinds import Kind
from store.metric_keys import require_metric_key

MOST_DIVIDERS = 20
LONGEST_REASON = 300


class Baseline(NamedTuple):
    """Days that the limits are locked to, both included."""

    start: date
    end: date


class Divider(BaseModel):
    """An explained shift: what came before `on` says nothing about what comes after."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    on: date
    reason: str

    @model_validator(mode="after")
    def _is_explained(self) -> Divider:
        if not self.reason:
            raise Problem("divider_reason", _NO_REASON, on=self.on)
        if len(self.reason) > LONGEST_REASON:
            raise Problem("divider_reason", _LONG, n=len(self.reason), most=LONGEST_REASON)
        return self


class LimitRules(BaseModel):
    """The rules of one metric. Without `baseline` the limits move along with the weeks before.
    `seasonal`: values are freed from the time of the year first. `trended`: limits follow a trend
    (True), never do (False), or do where the values drift (None). `by_median` takes the median
    moving range, which a few odd weeks do not widen.

    A change is a version of its own, with author, time and the reason as its note.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    metric: str
    baseline: Baseline | None = None
    dividers: tuple[Divider, ...] = ()
    seasonal: bool = False
    trended: bool | None = None
    by_median: bool = False

    @model_validator(mode="after")
    def _can_be_followed(self) -> LimitRules:
        require_metric_key(self.metric)
        if self.baseline is not None and self.baseline.end <= self.baseline.start:
            raise Problem("limit_rules_baseline", _BASELINE, **self.baseline._asdict())
        if len(self.dividers) > MOST_DIVIDERS:
            raise Problem("limit_rules_dividers", _MANY, n=len(self.dividers), most=MOST_DIVIDERS)
        twice = [day for day, n in Counter(d.on for d in self.dividers).items() if n > 1]
        if twice:
            raise Problem("limit_rules_dividers", _TWICE, on=twice[0])
        return self


LIMIT_RULES = Kind("limit_rules", Words(en="rules of limits", zh="波动范围规则"), LimitRules)

_NO_REASON = Words(
    en="Say what happened on {on}: a divider without a reason can't be checked later.",
    zh="请说明 {on} 发生了什么：没有原因的分界点日后无法核对。",
)
_LONG = Words(
    en="The reason has {n} characters; at most {most} are kept.",
    zh="原因共 {n} 个字符，最多保留 {most} 个。",
)
_BASELINE = Words(
    en="The baseline ends ({end}) before it has begun ({start}).",
    zh="基准期结束日（{end}）早于或等于开始日（{start}）。",
)
_MANY = Words(
    en="{n} dividers; at most {most} are kept.", zh="共 {n} 个分界点，最多保留 {most} 个。"
)
_TWICE = Words(en="Two dividers on {on}: keep one.", zh="{on} 有两个分界点，请只保留一个。")
