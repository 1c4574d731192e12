"""Buyers: how many, how often, how many come back."""

from __future__ import annotations

from i18n import Words
from metrics.metric import Adds, Group, Metric, Unit

BY_USER = ("orders.user_id",)

BUYERS: tuple[Metric, ...] = (
    Metric(
        key="buyers",
        name=Words("Buyers", "购买用户数"),
        meaning=Words(
            "Different identified customers with at least one paid order in the range. Guests "
            "can't be told apart and are not in it.",
            "区间内至少有一笔已付款订单的会员人数（去重）。游客无法识别，不计入。",
        ),
        formula=Words("distinct users with ≥ 1 paid order", "有 ≥ 1 笔已付款订单的用户去重计数"),
        unit=Unit.COUNT,
        good="up",
        adds=Adds.NOT_OVER_TIME,
        group=Group.BUYERS,
        numerator="buyers",
        needs=BY_USER,
        identified_only=True,
    ),
    Metric(
        key="frequency",
        name=Words("Orders per buyer", "购买频次"),
        meaning=Words(
            "Paid orders of identified customers per buyer of the same range.",
            "同一区间内，会员订单数 ÷ 购买用户数。",
        ),
        formula=Words("orders of identified buyers ÷ buyers", "会员订单数 ÷ 购买用户数"),
        unit=Unit.TIMES,
        good="up",
        adds=Adds.NEVER,
        group=Group.BUYERS,
        numerator="orders_identified",
        denominator="buyers",
        needs=BY_USER,
        identified_only=True,
    ),
    Metric(
        key="mapu",
        name=Words("Monthly active purchasing users", "月活跃购买用户（MAPU）"),
        meaning=Words(
            "Different customers with a paid order in the 30 days that end with the last complete "
            "day of the range.",
            "截至区间最后一个完整日的近 30 天内，有已付款订单的用户去重人数。",
        ),
        formula=Words("distinct buyers in the trailing 30 days", "近 30 天购买用户去重计数"),
        unit=Unit.COUNT,
        good="up",
        adds=Adds.NOT_OVER_TIME,
        group=Group.BUYERS,
        numerator="mapu",
        needs=BY_USER,
        when="trailing",
        identified_only=True,
        days=30,
    ),
    Metric(
        key="repeat_buyer_share",
        name=Words("Repeat buyers of the period", "期内复购占比"),
        meaning=Words(
            "Of the buyers of the range, the share with two or more paid orders in it.",
            "区间内购买用户中，下单（已付款）两次及以上的占比。",
        ),
        formula=Words(
            "buyers with ≥ 2 paid orders in the range ÷ buyers",
            "区间内 ≥ 2 笔已付款订单的用户 ÷ 购买用户数",
        ),
        unit=Unit.SHARE,
        good="up",
        adds=Adds.NEVER,
        group=Group.REPURCHASE,
        numerator="repeat_buyers",
        denominator="buyers",
        needs=BY_USER,
        identified_only=True,
    ),
    Metric(
        key="returning_buyer_share",
        name=Words("Returning buyers", "老买家占比"),
        meaning=Words(
            "Of the buyers of the range, the share with a paid order before it, however long ago.",
            "区间内购买用户中，此前（不限时间）已有过已付款订单的占比。",
        ),
        formula=Words(
            "buyers with a paid order before the range ÷ buyers",
            "区间前已有已付款订单的购买用户 ÷ 购买用户数",
        ),
        unit=Unit.SHARE,
        good="neither",
        adds=Adds.NEVER,
        group=Group.REPURCHASE,
        numerator="buyers_returning",
        denominator="buyers",
        needs=BY_USER,
        identified_only=True,
    ),
    Metric(
        key="arppu",
        name=Words("ARPPU", "ARPPU（购买用户人均收入）"),
        meaning=Words(
            "Net revenue of identified customers per buyer of the same range.",
            "同一区间内，会员净收入 ÷ 购买用户数。",
        ),
        formula=Words("net revenue of identified customers ÷ buyers", "会员净收入 ÷ 购买用户数"),
        unit=Unit.MONEY,
        good="up",
        adds=Adds.NEVER,
        group=Group.VALUE,
        numerator="net_revenue_identified",
        denominator="buyers",
        needs=BY_USER,
        identified_only=True,
    ),
)
