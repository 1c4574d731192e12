"""Activity: who was there."""

from __future__ import annotations

from data.warehouse import OR
from i18n import Words
from metrics.metric import Adds, Group, Metric, Unit

# Without either nobody's visits could be told from a stranger's: that is no activity of zero.
ACTIVITY = ("events", f"events.user_id{OR}identities")

ACTIVITY_METRICS: tuple[Metric, ...] = (
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
        needs=("orders.user_id", *ACTIVITY),
        identified_only=True,
    ),
)
