"""Cohort measures: repurchase after the first order, and what a customer is worth."""

from __future__ import annotations

from i18n import Words
from metrics.metric import Adds, Group, Metric, Unit

BY_USER = ("orders.user_id",)
COHORT_DAYS = (30, 60, 90, 180, 365)
LTV_DAYS = (30, 90, 180, 365)


def _repurchase(days: int) -> Metric:
    return Metric(
        key=f"repurchase_rate_{days}",
        name=Words(f"Repurchase within {days} days", f"{days} 日复购率"),
        meaning=Words(
            f"Of first-time buyers whose first order is at least {days} days old, the share with a "
            f"second paid order within {days} days. A cohort measure: it does not change "
            "afterwards.",
            f"首单已满 {days} 天的新买家中，{days} 天内再次下单并付款的占比。按首单同期群计算，"
            "成熟后不再变化。",
        ),
        formula=Words(
            f"first-time buyers with a 2nd paid order within {days} days ÷ first-time buyers whose "
            f"first order is ≥ {days} days old",
            f"{days} 天内有第 2 笔已付款订单的首购用户 ÷ 首单已满 {days} 天的首购用户",
        ),
        unit=Unit.SHARE,
        good="up",
        adds=Adds.NEVER,
        group=Group.REPURCHASE,
        numerator=f"again_{days}",
        denominator=f"eligible_{days}",
        needs=BY_USER,
        when="cohort",
        identified_only=True,
        days=days,
    )


def _ltv(days: int) -> tuple[Metric, Metric]:
    return (
        Metric(
            key=f"ltv_{days}",
            name=Words(f"LTV {days} days, per customer", f"{days} 日价值 / 付费客户"),
            meaning=Words(
                f"Cumulative value (gross margin, or net revenue by the setting) within {days} "
                "days of the first order, per paying customer. Only customers whose "
                f"{days} days are over. Pairs with CAC.",
                f"首单后 {days} 天内的累计价值（默认毛利，可设为净收入）÷ 付费客户数。"
                f"仅计已满 {days} 天的客户，与获客成本（CAC）配对使用。",
            ),
            formula=Words(
                f"Σ value within {days} days of the first order ÷ first-time buyers of the range "
                f"whose {days} days are over",
                f"Σ 首单后 {days} 天内的价值 ÷ 区间内首购且已满 {days} 天的客户",
            ),
            unit=Unit.MONEY,
            good="up",
            adds=Adds.NEVER,
            group=Group.VALUE,
            numerator=f"customer_value_{days}",
            denominator=f"customer_mature_{days}",
            needs=BY_USER,
            when="cohort",
            identified_only=True,
            days=days,
        ),
        Metric(
            key=f"ltv_{days}_registered",
            name=Words(f"LTV {days} days, per registered user", f"{days} 日价值 / 注册用户"),
            meaning=Words(
                f"Cumulative value within {days} days of registration, per registered user, buyers "
                f"or not. Only users whose {days} days are over. Pairs with cost per registration.",
                f"注册后 {days} 天内的累计价值 ÷ 注册用户数（含未购买者）。"
                f"仅计已满 {days} 天的用户，与单个注册成本配对使用。",
            ),
            formula=Words(
                f"Σ value within {days} days of registration ÷ users registered in the range whose "
                f"{days} days are over",
                f"Σ 注册后 {days} 天内的价值 ÷ 区间内注册且已满 {days} 天的用户",
            ),
            unit=Unit.MONEY,
            good="up",
            adds=Adds.NEVER,
            group=Group.VALUE,
            numerator=f"registered_value_{days}",
            denominator=f"registered_mature_{days}",
            needs=("orders", "users.registered_at"),
            when="cohort",
            identified_only=True,
            days=days,
        ),
    )


REPURCHASE: tuple[Metric, ...] = tuple(_repurchase(d) for d in COHORT_DAYS)
VALUE: tuple[Metric, ...] = tuple(m for d in LTV_DAYS for m in _ltv(d))
