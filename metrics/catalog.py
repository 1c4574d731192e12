"""What each number means. One entry per metric; nothing here computes.

The keys are those of the definitions page (docs/metrics.md is generated from this file). Numerators
and denominators are measures: columns of the statements listed in `metrics/families.py`.
"""

from __future__ import annotations

from i18n import Words
from metrics.metric import Adds, Group, Metric, Unit

SALES = ("orders",)
ACTIVITY = ("events",)


def _index(*metrics: Metric) -> dict[str, Metric]:
    by_key = {m.key: m for m in metrics}
    if len(by_key) != len(metrics):
        raise ValueError("two metrics share a key")
    return by_key


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
        needs=SALES,
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
            needs=SALES,
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


COHORT_DAYS = (30, 60, 90, 180, 365)
LTV_DAYS = (30, 90, 180, 365)

METRICS: dict[str, Metric] = _index(
    Metric(
        key="gmv",
        name=Words("GMV", "成交总额（GMV）"),
        meaning=Words(
            "Value of all paid orders before discounts, guests included. Orders refunded later "
            "stay in it: a refund never reduces GMV.",
            "全部已付款订单的商品金额（折扣前，含游客订单）。"
            "之后退款的订单仍计入，退款不冲减 GMV。",
        ),
        formula=Words("Σ items × unit price over paid orders", "Σ 已付款订单的商品件数 × 单价"),
        unit=Unit.MONEY,
        good="up",
        adds=Adds.FULLY,
        group=Group.MONEY,
        numerator="gmv",
        needs=SALES,
    ),
    Metric(
        key="net_revenue",
        name=Words("Net revenue", "净收入"),
        meaning=Words(
            "What is left of GMV after discounts and refunds, plus shipping income where the "
            "source has it. Adjustments such as bad debt are not in it.",
            "GMV 扣除折扣与退款后的金额；如数据源含运费收入则加上。坏账等调整不计入。",
        ),
        formula=Words(
            "GMV − discounts − refunds + shipping income", "GMV − 折扣 − 退款 + 运费收入"
        ),
        unit=Unit.MONEY,
        good="up",
        adds=Adds.FULLY,
        group=Group.MONEY,
        numerator="net_revenue",
        needs=SALES,
    ),
    Metric(
        key="gross_margin",
        name=Words("Gross margin", "毛利"),
        meaning=Words(
            "Net revenue without shipping income, less the cost of goods that were not returned. "
            "Where cost is unknown on more than 1 % of GMV there is no value, unless a margin rate "
            "is set; then the number is marked as assumed.",
            "净收入（不含运费收入）减去未退回商品的成本。若超过 1% 的 GMV 没有成本数据则不显示；"
            "设置了假设毛利率时按其估算并标注“假设”。",
        ),
        formula=Words(
            "net revenue − shipping income − cost of goods not returned",
            "净收入 − 运费收入 − 未退回商品成本",
        ),
        unit=Unit.MONEY,
        good="up",
        adds=Adds.FULLY,
        group=Group.MONEY,
        numerator="gross_margin",
        needs=SALES,
    ),
    Metric(
        key="orders",
        name=Words("Orders", "订单数"),
        meaning=Words(
            "Paid orders, guests included. An order counts on the day it was paid, or ordered "
            "where no payment time is known.",
            "已付款订单数（含游客）。按付款日计；没有付款时间时按下单日计。",
        ),
        formula=Words("count of paid orders", "已付款订单计数"),
        unit=Unit.COUNT,
        good="up",
        adds=Adds.FULLY,
        group=Group.MONEY,
        numerator="orders",
        needs=SALES,
    ),
    Metric(
        key="aov",
        name=Words("Average order value", "客单价"),
        meaning=Words(
            "GMV per paid order, guest orders included.", "每笔已付款订单的平均 GMV（含游客订单）。"
        ),
        formula=Words("GMV ÷ orders", "GMV ÷ 订单数"),
        unit=Unit.MONEY,
        good="up",
        adds=Adds.NEVER,
        group=Group.MONEY,
        numerator="gmv",
        denominator="orders",
        needs=SALES,
    ),
    Metric(
        key="aov_identified",
        name=Words("Average order value, identified", "会员客单价"),
        meaning=Words(
            "GMV per paid order of identified customers.", "会员（已识别客户）每笔订单的平均 GMV。"
        ),
        formula=Words("GMV of identified customers ÷ their orders", "会员 GMV ÷ 会员订单数"),
        unit=Unit.MONEY,
        good="up",
        adds=Adds.NEVER,
        group=Group.MONEY,
        numerator="gmv_identified",
        denominator="orders_identified",
        needs=SALES,
        identified_only=True,
    ),
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
        needs=("orders.user_id",),
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
        needs=("orders.user_id",),
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
        needs=("orders.user_id",),
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
        needs=("orders.user_id",),
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
        needs=("orders.user_id",),
        identified_only=True,
    ),
    *[_repurchase(d) for d in COHORT_DAYS],
    Metric(
        key="dau",
        name=Words("Daily active users", "日活跃用户（DAU）"),
        meaning=Words(
            "Users with at least one active event on a day; over a longer range the mean of its "
            "complete days. A paid order is an active event.",
            "当日有至少一个活跃事件的用户数；区间多于一天时取各完整日的平均。付款下单也算活跃。",
        ),
        formula=Words(
            "Σ daily active users ÷ complete days of the range",
            "Σ 每日活跃用户 ÷ 区间完整天数",
        ),
        unit=Unit.COUNT,
        good="up",
        adds=Adds.NEVER,
        group=Group.ACTIVITY,
        numerator="user_days",
        denominator="complete_days",
        needs=ACTIVITY,
        identified_only=True,
    ),
    Metric(
        key="wau",
        name=Words("Weekly active users", "周活跃用户（WAU）"),
        meaning=Words(
            "Different users with an active event in the 7 days that end with the last complete "
            "day of the range.",
            "截至区间最后一个完整日的近 7 天内，有活跃事件的用户去重人数。",
        ),
        formula=Words("distinct active users, trailing 7 days", "近 7 天活跃用户去重计数"),
        unit=Unit.COUNT,
        good="up",
        adds=Adds.NOT_OVER_TIME,
        group=Group.ACTIVITY,
        numerator="wau",
        needs=ACTIVITY,
        when="trailing",
        identified_only=True,
        days=7,
    ),
    Metric(
        key="mau",
        name=Words("Monthly active users", "月活跃用户（MAU）"),
        meaning=Words(
            "Different users with an active event in the 30 days that end with the last complete "
            "day of the range.",
            "截至区间最后一个完整日的近 30 天内，有活跃事件的用户去重人数。",
        ),
        formula=Words("distinct active users, trailing 30 days", "近 30 天活跃用户去重计数"),
        unit=Unit.COUNT,
        good="up",
        adds=Adds.NOT_OVER_TIME,
        group=Group.ACTIVITY,
        numerator="mau",
        needs=ACTIVITY,
        when="trailing",
        identified_only=True,
        days=30,
    ),
    Metric(
        key="stickiness",
        name=Words("Stickiness", "粘性（DAU/MAU）"),
        meaning=Words(
            "How much of the month's users come on a day: daily over monthly active users, both "
            "summed over the complete days of the range.",
            "月活跃用户中平均每天来访的比例：区间各完整日的 DAU 之和 ÷ MAU 之和。",
        ),
        formula=Words("Σ DAU ÷ Σ MAU over the days of the range", "Σ DAU ÷ Σ MAU（逐日累加）"),
        unit=Unit.SHARE,
        good="up",
        adds=Adds.NEVER,
        group=Group.ACTIVITY,
        numerator="user_days",
        denominator="mau_days",
        needs=ACTIVITY,
        when="trailing",
        identified_only=True,
        days=30,
    ),
    Metric(
        key="active_users",
        name=Words("Active users of the period", "期内活跃用户"),
        meaning=Words(
            "Different users with at least one active event in the range.",
            "区间内有至少一个活跃事件的用户去重人数。",
        ),
        formula=Words("distinct users with ≥ 1 active event", "有 ≥ 1 个活跃事件的用户去重计数"),
        unit=Unit.COUNT,
        good="up",
        adds=Adds.NOT_OVER_TIME,
        group=Group.ACTIVITY,
        numerator="active_users",
        needs=ACTIVITY,
        identified_only=True,
    ),
    Metric(
        key="arpu",
        name=Words("ARPU", "ARPU（活跃用户人均收入）"),
        meaning=Words(
            "Net revenue of identified customers per active user of the same range.",
            "同一区间内，会员净收入 ÷ 活跃用户数。",
        ),
        formula=Words(
            "net revenue of identified customers ÷ active users", "会员净收入 ÷ 活跃用户数"
        ),
        unit=Unit.MONEY,
        good="up",
        adds=Adds.NEVER,
        group=Group.VALUE,
        numerator="net_revenue_identified",
        denominator="active_users",
        needs=("orders", "events"),
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
        needs=("orders.user_id",),
        identified_only=True,
    ),
    Metric(
        key="new_users",
        name=Words("New users", "新增用户"),
        meaning=Words("Users registered in the range.", "区间内注册的用户数。"),
        formula=Words("count of registrations", "注册用户计数"),
        unit=Unit.COUNT,
        good="up",
        adds=Adds.FULLY,
        group=Group.ACQUISITION,
        numerator="new_users",
        needs=("users.registered_at",),
        identified_only=True,
    ),
    Metric(
        key="conversion_rate",
        name=Words("Conversion rate", "转化率（会话）"),
        meaning=Words(
            "Of the sessions that began in the range, the share that a paid order names.",
            "区间内开始的会话中，产生已付款订单的占比。",
        ),
        formula=Words("sessions with a paid order ÷ sessions", "有已付款订单的会话 ÷ 会话数"),
        unit=Unit.SHARE,
        good="up",
        adds=Adds.NEVER,
        group=Group.CONVERSION,
        numerator="sessions_converted",
        denominator="sessions",
        needs=("events.session_id", "orders.session_id"),
    ),
    Metric(
        key="visitor_conversion",
        name=Words("Visitor conversion", "访客转化率"),
        meaning=Words(
            "Of the different visitors of the range (a linked visitor is its user, and a buyer is "
            "always one), the share who bought as identified customers.",
            "区间内去重访客（已关联的访客按用户计，购买者必为访客）中，以会员身份购买的占比。",
        ),
        formula=Words("visitors who bought ÷ visitors", "购买的访客 ÷ 访客数"),
        unit=Unit.SHARE,
        good="up",
        adds=Adds.NEVER,
        group=Group.CONVERSION,
        numerator="buyers",
        denominator="visitors",
        needs=("events", "orders.user_id"),
    ),
    *[m for d in LTV_DAYS for m in _ltv(d)],
)

NORTH_STARS = ("mapu", "gmv", "net_revenue", "buyers", "mau", "wau", "active_users")
"""What a team may steer by: counts and sums that grow when the shop does."""

DEFAULT_NORTH_STAR = "mapu"

DEFAULT_TILES = (
    "gmv",
    "net_revenue",
    "orders",
    "aov",
    "buyers",
    "frequency",
    "arppu",
    "returning_buyer_share",
    "new_users",
    "conversion_rate",
    "stickiness",
    "gross_margin",
)
"""The deck before anybody chose one; what a shop lacks is left out and named."""
