"""Acquisition and conversion: who came, and who bought."""

from __future__ import annotations

from i18n import Words
from metrics.metric import Adds, Group, Metric, Unit

CONVERSION: tuple[Metric, ...] = (
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
        identified_only=True,
    ),
)
