"""What marketing cost, and what a customer did."""

from __future__ import annotations

from data.warehouse import OR
from i18n import Words
from metrics.metric import Adds, Group, Metric, Unit

SPENT = OR.join(
    ("marketing_spend", "invitations.reward_cost", "touchpoints.cost", "campaign_sends.cost")
)
"""Spend of any kind."""

SPEND: tuple[Metric, ...] = (
    Metric(
        key="spend",
        name=Words("Marketing spend", "营销费用"),
        meaning=Words(
            "Ads, promotion, commission, materials and rewards; each cost enters once, order "
            "discounts are not in it.",
            "广告、推广、佣金、物料、奖励之和；每笔只计一次，不含订单优惠。",
        ),
        formula=Words("Σ spend of all kinds", "Σ 各类营销费用"),
        unit=Unit.MONEY,
        good="neither",
        adds=Adds.FULLY,
        group=Group.ACQUISITION,
        numerator="spend",
        needs=(SPENT,),
    ),
    Metric(
        key="blended_cac",
        name=Words("Blended CAC", "综合获客成本"),
        meaning=Words(
            "What a new paying customer cost: all spend over all customers with their first paid "
            "order ever, bought or not.",
            "获得一位新付费客户的平均花费：全部营销费用 ÷ 全部首次付款的客户（含自然流量）。",
        ),
        formula=Words(
            "marketing spend ÷ new paying customers (first paid order ever)",
            "营销费用 ÷ 新增付费客户（首次付款）",
        ),
        unit=Unit.MONEY,
        good="down",
        adds=Adds.NEVER,
        group=Group.ACQUISITION,
        numerator="spend",
        denominator="first_buyers",
        needs=(SPENT, "orders.user_id"),
        identified_only=True,
    ),
    Metric(
        key="cpr",
        name=Words("Cost per registration", "注册成本"),
        meaning=Words(
            "All spend over all registrations; never to be mixed with CAC, which divides by paying "
            "customers.",
            "全部营销费用 ÷ 全部注册用户；不与获客成本（除以付费客户）混用。",
        ),
        formula=Words("marketing spend ÷ registrations", "营销费用 ÷ 注册用户"),
        unit=Unit.MONEY,
        good="down",
        adds=Adds.NEVER,
        group=Group.ACQUISITION,
        numerator="spend",
        denominator="new_users",
        needs=(SPENT, "users.registered_at"),
    ),
    Metric(
        key="mer",
        name=Words("MER: net revenue ÷ spend", "MER：净收入 ÷ 花费"),
        meaning=Words(
            "Marketing efficiency ratio: all net revenue over all spend (some tools print the "
            "inverse).",
            "营销效率比：全部净收入 ÷ 全部营销费用（部分工具用倒数）。",
        ),
        formula=Words("net revenue ÷ marketing spend", "净收入 ÷ 营销费用"),
        unit=Unit.TIMES,
        good="up",
        adds=Adds.NEVER,
        group=Group.ACQUISITION,
        numerator="net_revenue",
        denominator="spend",
        needs=("orders", SPENT),
    ),
)
