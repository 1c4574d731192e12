"""A number as the reader meets it: a value, or the reason there is none."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from i18n import Words
from metrics.stats.intervals import wilson


class Reason(StrEnum):
    """Why there is no value. Zero is not among them: zero means that we looked."""

    NO_ROWS = "no_rows"
    ZERO_DENOMINATOR = "zero_denominator"
    IMMATURE = "immature"
    NOT_BEGUN = "not_begun"
    NOT_COVERED = "not_covered"
    NO_RATE = "no_rate"
    COST_UNKNOWN = "cost_unknown"
    GUESTS_ONLY = "guests_only"
    TABLE_MISSING = "table_missing"
    WITHOUT_END = "without_end"
    NO_SPEND = "no_spend"
    NO_CUSTOMERS = "no_customers"
    CREDITS = "credits"
    NOT_PAID_BACK = "not_paid_back"
    NO_CREDIT = "no_credit"


REASONS: dict[Reason, Words] = {
    Reason.NO_ROWS: Words("no data", "无数据"),
    Reason.ZERO_DENOMINATOR: Words("nothing to divide by", "分母为零"),
    Reason.IMMATURE: Words("not mature yet", "尚未成熟"),
    Reason.NOT_BEGUN: Words("lies after the end of the data", "数据尚未覆盖到该时段"),
    Reason.NOT_COVERED: Words("begins before the data does", "早于数据起始日"),
    Reason.NO_RATE: Words(
        "an exchange rate is missing (see Data health)", "缺少汇率（见数据健康页）"
    ),
    Reason.COST_UNKNOWN: Words(
        "cost is unknown on more than 1 % of GMV", "超过 1% 的成交额没有成本数据"
    ),
    Reason.GUESTS_ONLY: Words("guests have no identity to count", "游客没有可识别的身份，无法计数"),
    Reason.TABLE_MISSING: Words("the shop has no data for it", "店铺缺少所需数据"),
    Reason.WITHOUT_END: Words(
        "K is 1 or more: each round would be larger than the one before",
        "K 不小于 1：每一轮都比上一轮多，没有上限",
    ),
    Reason.NO_SPEND: Words("no spend on record", "没有投放费用"),
    Reason.NO_CUSTOMERS: Words("spend, but no new customers", "有花费，但没有新客"),
    Reason.CREDITS: Words("credit notes exceed the spend", "退款冲抵超过花费"),
    Reason.NOT_PAID_BACK: Words("not paid back yet", "尚未回本"),
    Reason.NO_CREDIT: Words("spend, but no credit", "有花费，但没有归因转化"),
}


class Maturity(StrEnum):
    """Whether the window of a number is over: running values are hollow and out of means."""

    MATURE = "mature"
    RUNNING = "running"
    NOT_BEGUN = "not_begun"


@dataclass(frozen=True, slots=True)
class Reading:
    """`value` in the metric's unit (shares in [0, 1], money in the reporting currency) with the
    parts it was made of, or `reason`.

    `low` and `high` are the 95 % interval where one is defined. `left_out` counts members whose
    window is still open and who are in neither part. `assumed` marks a value that rests on an
    assumption from the settings.
    """

    value: float | None
    numerator: float | None = None
    denominator: float | None = None
    low: float | None = None
    high: float | None = None
    reason: Reason | None = None
    maturity: Maturity = Maturity.MATURE
    left_out: int = 0
    assumed: bool = False

    def __post_init__(self) -> None:
        if (self.value is None) != (self.reason is not None):
            raise ValueError("a Reading has a value or a reason, never both or neither")
        if self.value is not None and not math.isfinite(self.value):
            raise ValueError(f"a Reading's value is finite; got {self.value}")

    @classmethod
    def missing(cls, reason: Reason, *, left_out: int = 0) -> Reading:
        maturity = Maturity.MATURE
        if reason is Reason.NOT_BEGUN:
            maturity = Maturity.NOT_BEGUN
        elif reason is Reason.IMMATURE:
            maturity = Maturity.RUNNING
        return cls(None, reason=reason, left_out=left_out, maturity=maturity)


def as_document(reading: Reading, *more: str) -> dict[str, Any]:
    """A number as it stands in JSON, with full precision; `more` names further fields of it."""
    return {
        "value": reading.value,
        "numerator": reading.numerator,
        "denominator": reading.denominator,
        "interval": None if reading.low is None else [reading.low, reading.high],
        "reason": reading.reason,
        "maturity": reading.maturity,
        **{name: getattr(reading, name) for name in more},
    }


def ratio(numerator: float, denominator: float) -> Reading:
    """Ratio of two sums. Never an average of ratios."""
    if denominator == 0:
        return Reading.missing(Reason.ZERO_DENOMINATOR)
    return Reading(numerator / denominator, numerator, denominator)


def share(successes: int, n: int, *, left_out: int = 0) -> Reading:
    """A share of counted units with Wilson's interval; `left_out` units have an open window."""
    if n == 0:
        return Reading.missing(Reason.IMMATURE if left_out else Reason.NO_ROWS, left_out=left_out)
    low, high = wilson(successes, n)
    maturity = Maturity.RUNNING if left_out else Maturity.MATURE
    return Reading(
        successes / n, successes, n, low=low, high=high, maturity=maturity, left_out=left_out
    )
