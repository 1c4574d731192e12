"""What an experiment measured of a channel's spend: how many customers more money brought."""

from __future__ import annotations

import math
from datetime import date

from pydantic import BaseModel, ConfigDict, model_validator

from i18n import Problem, Words
from store.kinds import Kind

LONGEST_SOURCE = 300


class SpendExperiment(BaseModel):
    """A hold-out, geo or budget experiment on one channel, from `start` to `end` (both included).

    `customers` new paying customers came because of `spend`, with their 95 % interval from `low`
    to `high`; `low` may be below zero where the experiment could not rule out that none did.
    `source` says where it is written up. For spend taken away both are the loss, as positive
    numbers.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    channel: str
    start: date
    end: date
    currency: str
    spend: float
    customers: float
    low: float
    high: float
    source: str

    @model_validator(mode="after")
    def _makes_sense(self) -> SpendExperiment:
        if not self.channel.strip():
            raise Problem("experiment_channel", _CHANNEL)
        if self.end < self.start:
            raise Problem("experiment_days", _DAYS, start=self.start, end=self.end)
        if not all(math.isfinite(v) for v in (self.spend, self.customers, self.low, self.high)):
            raise Problem("experiment_numbers", _FINITE)
        if self.spend <= 0 or self.customers <= 0:
            raise Problem("experiment_numbers", _POSITIVE)
        if not self.low < self.customers < self.high:
            raise Problem(
                "experiment_interval", _INTERVAL, _ORDER,
                low=self.low, customers=self.customers, high=self.high,
            )  # fmt: skip
        if not self.source.strip():
            raise Problem("experiment_source", _SOURCE)
        if len(self.source) > LONGEST_SOURCE:
            raise Problem("experiment_source", _LONG, n=len(self.source), most=LONGEST_SOURCE)
        return self


SPEND_EXPERIMENT = Kind(
    "spend_experiment", Words(en="spend experiment", zh="投放实验结果"), SpendExperiment
)

_CHANNEL = Words(en="Choose the channel of the experiment.", zh="请选择实验所属的渠道。")
_DAYS = Words(
    en="The experiment ends ({end}) before it begins ({start}).",
    zh="实验结束日（{end}）早于开始日（{start}）。",
)
_FINITE = Words(en="Spend and customers must be numbers.", zh="花费与新客数必须是有效数字。")
_POSITIVE = Words(
    en="Spend and customers must be above zero: an experiment without an effect has no cost per "
    "customer.",
    zh="花费与新客数必须大于 0：没有效果的实验谈不上单客成本。",
)
_INTERVAL = Words(
    en="The customers ({customers:g}) must lie inside their interval ({low:g} to {high:g}).",
    zh="新客数（{customers:g}）必须位于其区间（{low:g} 至 {high:g}）之内。",
)
_ORDER = Words(
    en="Enter the 95 % interval of the experiment: its lower end first.",
    zh="请填写实验给出的 95% 区间，先填下限。",
)
_SOURCE = Words(
    en="Say where the experiment is written up: a link or a sentence.",
    zh="请注明实验出处：链接或一句说明。",
)
_LONG = Words(
    en="The source has {n} characters; at most {most} are kept.",
    zh="出处共 {n} 个字符，最多保留 {most} 个。",
)
