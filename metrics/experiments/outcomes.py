"""What an experiment can be judged by: outcomes of a unit within a window after its exposure.

A key says both: `orders_within_14_days`. The window begins at the unit's first exposure and lasts
so many times 24 hours; what is counted by calendar day (activity) begins on the day after.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from data.unit_outcomes import BEFORE_DAYS as BEFORE_DAYS
from i18n import Problem, Words
from metrics.metric import Unit

MOST_DAYS = 180


class Kind(StrEnum):
    """How arms are compared."""

    PROPORTION = "proportion"
    RETENTION = "retention"
    COUNT = "count"
    MEAN = "mean"
    RATIO = "ratio"
    QUANTILE = "quantile"


KINDS: dict[Kind, Words] = {
    Kind.PROPORTION: Words("rate", "转化率"),
    Kind.RETENTION: Words("retention", "留存率"),
    Kind.COUNT: Words("count per unit", "人均次数"),
    Kind.MEAN: Words("mean per unit", "人均值"),
    Kind.RATIO: Words("ratio of sums", "比率"),
    Kind.QUANTILE: Words("quantile", "分位数"),
}


class Measure(StrEnum):
    """What is known of each unit in its window. `PRIOR` has the same from before the exposure."""

    BOUGHT = "bought"
    FIRST = "first_order"
    ORDERS = "orders"
    GMV = "gmv"
    NET = "net_revenue"
    MARGIN = "margin"
    REFUNDS = "refunds"
    ACTIVE_DAYS = "active_days"
    RETURNED = "returned"


MONEY = (Measure.GMV, Measure.NET, Measure.MARGIN, Measure.REFUNDS)

PRIOR: dict[Measure, str] = {
    Measure.ORDERS: "prior_orders",
    Measure.GMV: "prior_gmv",
    Measure.NET: "prior_net_revenue",
    Measure.MARGIN: "prior_margin",
    Measure.ACTIVE_DAYS: "prior_active_days",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Base:
    """An outcome without its window. `top` (over `bottom`, for a ratio) is what is summed; `share`
    the quantile of order values. `name` and `meaning` carry {days}; `short`
    is for figures whose windows are all the same."""

    key: str
    kind: Kind
    unit: Unit
    short: Words
    name: Words
    meaning: Words
    top: Measure
    bottom: Measure | None = None
    share: float | None = None
    lower_is_better: bool = False
    needs: tuple[str, ...]


_SALES = ("orders",)
_ACTIVE = ("events / orders",)

BASES: tuple[Base, ...] = (
    Base(
        key="bought", kind=Kind.PROPORTION, unit=Unit.SHARE, top=Measure.BOUGHT, needs=_SALES,
        short=Words("Buyers", "购买率"),
        name=Words("Buyers within {days} days", "{days} 日购买率"),
        meaning=Words(
            "Share of units with a paid order within {days} days of their first exposure.",
            "首次曝光后 {days} 天内有已付款订单的用户占比。",
        ),
    ),
    Base(
        key="first_order", kind=Kind.PROPORTION, unit=Unit.SHARE, top=Measure.FIRST, needs=_SALES,
        short=Words("First orders", "首购率"),
        name=Words("First orders within {days} days", "{days} 日首购率"),
        meaning=Words(
            "Share of units whose first order ever came within {days} days of their exposure.",
            "首次曝光后 {days} 天内完成人生首单的用户占比。",
        ),
    ),
    Base(
        key="orders", kind=Kind.COUNT, unit=Unit.TIMES, top=Measure.ORDERS, needs=_SALES,
        short=Words("Orders per unit", "人均订单数"),
        name=Words("Orders per unit within {days} days", "{days} 日人均订单数"),
        meaning=Words(
            "Paid orders within {days} days of the first exposure, per unit; who did not order "
            "counts with 0.",
            "首次曝光后 {days} 天内的已付款订单数，除以全部用户（未下单计 0）。",
        ),
    ),
    Base(
        key="gmv", kind=Kind.MEAN, unit=Unit.MONEY, top=Measure.GMV, needs=_SALES,
        short=Words("GMV per unit", "人均成交额"),
        name=Words("GMV per unit within {days} days", "{days} 日人均成交额"),
        meaning=Words(
            "GMV of paid orders within {days} days of the first exposure, per unit.",
            "首次曝光后 {days} 天内已付款订单的成交额，除以全部用户。",
        ),
    ),
    Base(
        key="net_revenue", kind=Kind.MEAN, unit=Unit.MONEY, top=Measure.NET, needs=_SALES,
        short=Words("Net revenue per unit", "人均净收入"),
        name=Words("Net revenue per unit within {days} days", "{days} 日人均净收入"),
        meaning=Words(
            "GMV less discounts and refunds, plus shipping, within {days} days of the first "
            "exposure, per unit. A refund counts when it was paid back.",
            "首次曝光后 {days} 天内：成交额 − 优惠 − 退款 + 运费，除以全部用户；退款按退款时间计。",
        ),
    ),
    Base(
        key="margin", kind=Kind.MEAN, unit=Unit.MONEY, top=Measure.MARGIN,
        needs=("orders", "orders.cost_amount / order_items.cost_amount"),
        short=Words("Gross margin per unit", "人均毛利"),
        name=Words("Gross margin per unit within {days} days", "{days} 日人均毛利"),
        meaning=Words(
            "GMV less discounts, refunds and the cost of goods within {days} days of the first "
            "exposure, per unit.",
            "首次曝光后 {days} 天内：成交额 − 优惠 − 退款 − 商品成本，除以全部用户。",
        ),
    ),
    Base(
        key="gmv_per_order", kind=Kind.RATIO, unit=Unit.MONEY, top=Measure.GMV,
        bottom=Measure.ORDERS, needs=_SALES,
        short=Words("Order value", "客单价"),
        name=Words("Order value within {days} days", "{days} 日客单价"),
        meaning=Words(
            "GMV over paid orders within {days} days of the first exposure; the spread is that of "
            "units, not of orders.",
            "首次曝光后 {days} 天内成交额 ÷ 已付款订单数；波动按用户而非订单估计。",
        ),
    ),
    Base(
        key="refund_share", kind=Kind.RATIO, unit=Unit.SHARE, top=Measure.REFUNDS,
        bottom=Measure.GMV, lower_is_better=True, needs=("orders", "refunds"),
        short=Words("Refunds over GMV", "退款率"),
        name=Words("Refunds over GMV within {days} days", "{days} 日退款率"),
        meaning=Words(
            "Refunds over GMV, both within {days} days of the first exposure. Lower is better.",
            "首次曝光后 {days} 天内退款金额 ÷ 成交额，越低越好。",
        ),
    ),
    Base(
        key="active_days", kind=Kind.COUNT, unit=Unit.TIMES, top=Measure.ACTIVE_DAYS, needs=_ACTIVE,
        short=Words("Active days", "人均活跃天数"),
        name=Words("Active days within {days} days", "{days} 日人均活跃天数"),
        meaning=Words(
            "Days with own activity among the {days} after the day of exposure, per unit.",
            "曝光次日起 {days} 天内的人均活跃天数。",
        ),
    ),
    Base(
        key="orders_per_active_day", kind=Kind.RATIO, unit=Unit.TIMES, top=Measure.ORDERS,
        bottom=Measure.ACTIVE_DAYS, needs=("orders", *_ACTIVE),
        short=Words("Orders per active day", "每活跃日订单数"),
        name=Words("Orders per active day within {days} days", "{days} 日每活跃日订单数"),
        meaning=Words(
            "Paid orders within {days} days of the first exposure over active days in the {days} "
            "days after it.",
            "首次曝光后 {days} 天内已付款订单数 ÷ 曝光次日起 {days} 天内的活跃天数。",
        ),
    ),
    Base(
        key="returned", kind=Kind.RETENTION, unit=Unit.SHARE, top=Measure.RETURNED, needs=_ACTIVE,
        short=Words("Retained, last week", "末周留存率"),
        name=Words("Retained in the last week of {days} days", "{days} 日末周留存率"),
        meaning=Words(
            "Share of units with own activity in the last 7 of the {days} days after the day of "
            "exposure (in all of them, if there are fewer).",
            "曝光次日起第 {days} 天为止的最后 7 天内有活跃的用户占比（不足 7 天则为全部天数）。",
        ),
    ),
    Base(
        key="order_value_p50", kind=Kind.QUANTILE, unit=Unit.MONEY, top=Measure.GMV, share=0.5,
        needs=_SALES,
        short=Words("Median order value", "订单金额中位数"),
        name=Words("Median order value within {days} days", "{days} 日订单金额中位数"),
        meaning=Words(
            "Median GMV of an order within {days} days of the first exposure; orders of one unit "
            "are not taken for independent.",
            "首次曝光后 {days} 天内订单金额的中位数；同一用户的多笔订单不视为相互独立。",
        ),
    ),
    Base(
        key="order_value_p90", kind=Kind.QUANTILE, unit=Unit.MONEY, top=Measure.GMV, share=0.9,
        needs=_SALES,
        short=Words("Order value, P90", "订单金额 P90"),
        name=Words("90th percentile of order value within {days} days", "{days} 日订单金额 P90"),
        meaning=Words(
            "The order value that one order in ten exceeds, within {days} days of the first "
            "exposure; orders of one unit are not taken for independent.",
            "首次曝光后 {days} 天内订单金额的第 90 百分位；同一用户的多笔订单不视为相互独立。",
        ),
    ),
)  # fmt: skip
_BY_KEY = {b.key: b for b in BASES}
_FORM = re.compile(r"^([a-z0-9_]+)_within_([0-9]{1,3})_days?$")


@dataclass(frozen=True, slots=True)
class Outcome:
    """A base with its window in days."""

    base: Base
    days: int

    @property
    def key(self) -> str:
        return f"{self.base.key}_within_{self.days}_days"

    @property
    def kind(self) -> Kind:
        return self.base.kind

    @property
    def is_rate(self) -> bool:
        """Whether each unit counts with 1 or 0."""
        return self.base.kind in (Kind.PROPORTION, Kind.RETENTION)

    @property
    def variables(self) -> tuple[str, ...]:
        """What of a unit goes into its sums, in the order in which statistics take them: (y) or
        (y, x), (y, d) or (y, d, x, w), with x and w from before the exposure. Empty for quantiles.
        """
        b = self.base
        if b.kind is Kind.QUANTILE:
            return ()
        parts = [b.top] if b.bottom is None else [b.top, b.bottom]
        priors = [PRIOR.get(p) for p in parts]
        if self.is_rate or None in priors:
            return tuple(parts)
        return (*parts, *[p for p in priors if p is not None])

    @property
    def has_prior(self) -> bool:
        width = 1 if self.base.bottom is None else 2
        return len(self.variables) == 2 * width

    def name(self) -> Words:
        return _filled(self.base.name, self.days)

    def meaning(self) -> Words:
        return _filled(self.base.meaning, self.days)


def _filled(words: Words, days: int) -> Words:
    return Words(words.en.format(days=days), words.zh.format(days=days))


def outcome(key: str) -> Outcome:
    """The outcome of a key; a `Problem` that says what there is where it is not known."""
    found = _FORM.match(key.strip())
    if found is not None and found[1] in _BY_KEY and 1 <= int(found[2]) <= MOST_DAYS:
        return Outcome(_BY_KEY[found[1]], int(found[2]))
    raise Problem(
        "outcome_unknown",
        Words(
            "There is no experiment metric “{key}” (any more).",
            "没有名为“{key}”的实验指标（或已不存在）。",
        ),
        Words(
            "Write one of {bases}, then _within_N_days with 1 to {most} days: "
            "orders_within_14_days.",
            "请使用 {bases} 之一，后接 _within_N_days（1 至 {most} 天），"
            "如 orders_within_14_days。",
        ),
        key=key,
        bases=", ".join(_BY_KEY),
        most=MOST_DAYS,
    )


def is_known(key: str) -> bool:
    try:
        outcome(key)
    except Problem:
        return False
    return True


def usual_outcomes(days: int) -> tuple[Outcome, ...]:
    """What is shown of an experiment for which nobody chose: every base with this window."""
    shown = ("bought", "orders", "gmv", "net_revenue", "gmv_per_order", "refund_share", "returned")
    return tuple(Outcome(_BY_KEY[b], days) for b in shown)
