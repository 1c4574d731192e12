"""What each number of referral is called, means and is in, with the shop's days filled in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from data.settings import ReferralRules
from format import numbers
from format.durations import in_hours
from i18n import Text, Words
from metrics.reading import Reading
from metrics.referral.referral import Referral
from metrics.referral.steps import Step

Measure = Literal[
    "invites_per_user", "accepted_share", "k_factor", "cycle_days", "amplification",
    "customers_per_user", "reward_cost",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Meaning:
    """A number's name, what it is made of (holes are the rules' names), and its unit: one of
    `metrics.metric.Unit`, or `days`."""

    name: Words
    formula: Words
    unit: Literal["times", "share", "money", "days"]


MEASURES: dict[Measure, Meaning] = {
    "invites_per_user": Meaning(
        Words("Invitations per user (i)", "人均邀请数（i）"),
        Words(
            "invitations sent within {invite_days} days of registration ÷ users acquired whose "
            "{invite_days} days are over",
            "注册后 {invite_days} 天内发出的邀请数 ÷ 已满 {invite_days} 天的获客人数",
        ),
        "times",
    ),
    "accepted_share": Meaning(
        Words("Share accepted (c)", "邀请接受率（c）"),
        Words(
            "of these invitations, those whose {accept_days} days are over: share accepted within "
            "{accept_days} days of the sending; an invitee counts once, for the first acceptance",
            "上述邀请中已满 {accept_days} 天的部分，发出后 {accept_days} 天内被接受的占比；"
            "同一被邀请人只计首次接受",
        ),
        "share",
    ),
    "k_factor": Meaning(
        Words("K factor", "K 因子"),
        Words("i × c: users brought per user acquired", "i × c：每名获客用户带来的新用户数"),
        "times",
    ),
    "cycle_days": Meaning(
        Words("Cycle time", "裂变周期"),
        Words(
            "median time from an accepted invitation to its invitee's first own invitation, where "
            "there is one so far",
            "从发出邀请到被邀请人首次发出邀请的中位时长（仅计已发出过邀请的被邀请人）",
        ),
        "days",
    ),
    "amplification": Meaning(
        Words("Amplification", "放大倍数"),
        Words(
            "1 ÷ (1 − K): users in the end per user acquired otherwise; only for K below 1",
            "1 ÷ (1 − K)：每名非裂变用户最终带来的用户总数（含本人），仅在 K < 1 时有意义",
        ),
        "times",
    ),
    "customers_per_user": Meaning(
        Words("Referred customers per user", "人均带来新客数"),
        Words(
            "K × share of the invitees who accepted and have made their first paid order since the "
            "invitation, to date",
            "K × 已接受的被邀请人中，受邀后完成首单付款的占比（截至目前）",
        ),
        "times",
    ),
    "reward_cost": Meaning(
        Words("Reward cost per referred customer", "单个裂变新客奖励成本"),
        Words(
            "rewards of the invitations whose {accept_days} days are over ÷ invitees who made "
            "their first paid order since the invitation, to date; rewards are in the shop's own "
            "currency, converted on the day of acceptance; those accepted too late are in neither",
            "已满 {accept_days} 天的邀请的奖励支出 ÷ 受邀后完成首单付款的被邀请人数（截至目前）；"
            "奖励以店铺本币计，按接受当日汇率换算；逾期接受的邀请均不计入",
        ),
        "money",
    ),
}

STEPS: dict[Step, Words] = {
    Step.ACQUIRED: Words("Acquired", "获客"),
    Step.INVITED: Words("Invited", "邀请"),
    Step.SENT: Words("Invitations", "邀请数"),
    Step.ACCEPTED: Words("Accepted", "接受"),
    Step.CUSTOMERS: Words("Bought", "首购"),
}

MEDIA: dict[str, Words] = {
    "link": Words("Link", "链接"),
    "qr_code": Words("QR code", "二维码"),
    "email": Words("E-mail", "邮件"),
    "chat": Words("Chat", "聊天分享"),
    "unknown": Words("Unknown", "未知"),
}
"""Names of usual media; another one is shown as the source writes it."""


def medium_name(medium: str) -> Words:
    return MEDIA.get(medium, Words(medium, medium))


def formula_text(measure: Measure, rules: ReferralRules, tr: Text) -> str:
    """What the number is made of, with the days of this shop."""
    return tr(MEASURES[measure].formula, **rules.model_dump())


def reading_of(row: Referral, measure: Measure) -> Reading:
    found: Reading = getattr(row, measure)
    return found


def value_text(value: float | None, measure: Measure, tr: Text, currency: str | None) -> str:
    """The value in its unit, in full."""
    if value is None:
        return numbers.NO_VALUE
    unit = MEASURES[measure].unit
    return in_hours(value * 24, tr) if unit == "days" else numbers.full(value, unit, tr, currency)


def not_counted(row: Referral, tr: Text) -> list[str]:
    """What is in no number because it is not over, came too late, or should be looked at."""
    counts = row.counts
    said: list[str] = []

    def say(n: int, one: Words, many: Words) -> None:
        if n:
            said.append(tr(one if n == 1 else many, n=numbers.full(n, "count", tr)))

    say(
        counts["acquired"] - counts["members"],
        Words("{n} user in progress, not in i", "{n} 人观察中，未计入 i"),
        Words("{n} users in progress, not in i", "{n} 人观察中，未计入 i"),
    )
    say(
        counts["open"],
        Words("{n} invitation still open, not in c", "{n} 个邀请未到期，未计入 c"),
        Words("{n} invitations still open, not in c", "{n} 个邀请未到期，未计入 c"),
    )
    say(
        counts["late"],
        Words("{n} accepted too late", "{n} 个逾期接受"),
        Words("{n} accepted too late", "{n} 个逾期接受"),
    )
    say(
        counts["known_before"],
        Words(
            "{n} accepted by a user registered before the invitation",
            "{n} 个由邀请前已注册的用户接受",
        ),
        Words(
            "{n} accepted by users registered before the invitation",
            "{n} 个由邀请前已注册的用户接受",
        ),
    )
    return said
