"""The steps of referral as SQL: acquired, invited, accepted, customers.

Numbers and the people behind them come from the same steps. The cohort is users by the day they
registered; everything after it belongs to the inviter. Windows are half-open, like every period:
an invitation sent exactly `invite_days` after registration is outside.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    Numeric,
    Select,
    and_,
    case,
    cast,
    func,
    literal,
    select,
)

from data.dialects import HOUR, later, quantile, seconds_between
from data.scope import Span
from data.settings import ReferralRules
from data.sources import Sources
from metrics.windows import window_days


@dataclass(frozen=True, slots=True)
class Asked:
    """Cohorts by registration day, and how far the data reaches: `through` is the naive UTC
    instant up to which they are complete, `until` the first reporting day that is not. Rewards
    are in `own_currency`, the shop's: an invitation names none."""

    spans: Sequence[Span]
    rules: ReferralRules
    through: datetime
    until: date
    own_currency: str


class Step(StrEnum):
    """A step with people behind it."""

    ACQUIRED = "acquired"
    INVITED = "invited"
    SENT = "sent"
    ACCEPTED = "accepted"
    CUSTOMERS = "customers"


COUNTS = (
    "acquired",
    "members",
    "inviters",
    "sent",
    "settled",
    "accepted",
    "customers",
    "open",
    "late",
    "known_before",
    "cycles",
    "unrated",
)
"""Columns that count: users acquired; those of them whose days of inviting are over (`members`) and
those of these who invited; their invitations (`sent`); invitations of everybody acquired whose days
of accepting are over (`settled`), those accepted and counted, and the invitees who bought; those
still open; accepted too late; accepted by somebody who had registered before being invited;
accepted by somebody who invited in turn; rewards without an exchange rate."""

SQUARES = ("sent_sent", "sent_settled", "sent_accepted", "settled_settled", "settled_accepted",
           "accepted_accepted", "members_settled", "members_accepted")  # fmt: skip
"""Sums over users of products of two of their counts: what intervals are made of."""


TOTAL = -1
"""The `window_no` of all ranges together."""


def acquired(src: Sources, asked: Asked, w: CTE) -> CTE:
    """One row per user registered in each range: `is_member` says that the days in which their
    invitations count are over."""
    p = src.people
    return (
        select(w.c.window_no, p.c.user_no, _is_member(p.c.registered_at, asked))
        .join_from(w, p, p.c.registered_on == w.c.day)
        .cte("acquired")
    )


def _is_member(registered_at: ColumnElement[Any], asked: Asked) -> ColumnElement[bool]:
    over = later(registered_at, asked.rules.invite_days) <= literal(asked.through)
    return over.label("is_member")


def invited(src: Sources, asked: Asked, w: CTE, *more: str) -> CTE:
    """One row per invitation that counts for its inviter, with what became of it; `more` names
    further columns of the invitation.

    `is_settled`: its days of accepting are over. `is_accepted`: settled, accepted within them, and
    the invitee's first. `is_customer`: that invitee's first paid order ever came after the
    invitation. `is_late`: accepted after its days.
    """
    v, rules = src.invites, asked.rules
    through = literal(asked.through)
    closes_at = later(v.c.invited_at, rules.accept_days)
    settled = closes_at <= through
    counted = and_(settled, v.c.counts, v.c.accepted_at < closes_at)
    after = and_(counted, v.c.invitee_paid_at >= v.c.invited_at, v.c.invitee_paid_at < through)
    in_turn = and_(
        counted, v.c.invitee_invited_at >= v.c.invited_at, v.c.invitee_invited_at < through
    )
    cycle = seconds_between(v.c.invited_at, v.c.invitee_invited_at) / HOUR
    return (
        select(
            w.c.window_no,
            _is_member(v.c.registered_at, asked),
            *[v.c[name] for name in ("user_no", "medium", "reward", "reward_on", *more)],
            _flag(settled, "is_settled"),
            _flag(counted, "is_accepted"),
            _flag(after, "is_customer"),
            _flag(and_(settled, v.c.accepted_at >= closes_at), "is_late"),
            _flag(and_(counted, v.c.invitee_registered_at < v.c.invited_at), "is_known_before"),
            case((in_turn, cycle)).label("hours"),
        )
        .join_from(w, v, v.c.registered_on == w.c.day)
        .where(
            v.c.invited_at >= v.c.registered_at,
            v.c.invited_at < later(v.c.registered_at, rules.invite_days),
            v.c.invited_at < through,
        )
        .cte("invited")
    )


def _flag(condition: ColumnElement[bool], name: str) -> ColumnElement[bool]:
    """True or false, never null."""
    return func.coalesce(condition, False).label(name)


def _many(condition: ColumnElement[bool], name: str) -> ColumnElement[Any]:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0).label(name)


def per_user(sent: CTE, by: str) -> CTE:
    """Per inviter: invitations sent (of members), settled and accepted."""
    key = sent.c[by]
    return (
        select(
            key,
            sent.c.user_no,
            sent.c.is_member,
            _many(sent.c.is_member, "sent"),
            _many(sent.c.is_settled, "settled"),
            _many(sent.c.is_accepted, "accepted"),
        )
        .group_by(key, sent.c.user_no, sent.c.is_member)
        .cte("inviter")
    )


def sums(sent: CTE, by: str) -> CTE:
    """Per range or medium: totals over inviters and sums of products of their counts."""
    u = per_user(sent, by)

    def total(value: ColumnElement[Any], name: str) -> ColumnElement[Any]:
        return func.sum(value).label(name)

    member = case((u.c.is_member, 1), else_=0)
    parts = {"sent": u.c.sent, "settled": u.c.settled, "accepted": u.c.accepted, "members": member}
    products = [
        total(parts[a] * parts[b], name) for name in SQUARES for a, b in [name.split("_", 1)]
    ]
    return _summed(
        select(
            _key(u.c[by]),
            _many(u.c.sent > 0, "inviters"),
            *[total(u.c[n], n) for n in ("sent", "settled", "accepted")],
            *products,
        ),
        u.c[by],
    ).cte("inviter_sum")


def outcomes(src: Sources, asked: Asked, sent: CTE, by: str) -> CTE:
    """Per range or medium: what became of the invitations, and what the rewards cost.

    Rewards and customers are of the same invitations: settled ones, without those accepted too
    late, whose customers are not counted either.
    """
    r = src.rates
    costs = and_(sent.c.is_settled, ~sent.c.is_late, sent.c.reward != 0)
    rows: Any = sent
    rate: ColumnElement[Any] = literal(1)
    if src.scope.currency != asked.own_currency:
        due = and_(r.c.day == sent.c.reward_on, r.c.currency == asked.own_currency)
        rows, rate = sent.outerjoin(r, due), r.c.rate
    reward = cast(sent.c.reward, Numeric(24, 4)) * rate
    return _summed(
        select(
            _key(sent.c[by]),
            _many(sent.c.is_customer, "customers"),
            _many(~sent.c.is_settled, "open"),
            _many(sent.c.is_late, "late"),
            _many(sent.c.is_known_before, "known_before"),
            func.count(sent.c.hours).label("cycles"),
            quantile(sent.c.hours, literal(0.5)).label("cycle_hours"),
            func.coalesce(func.sum(case((costs, reward))), 0).label("rewards"),
            _many(and_(costs, rate.is_(None)), "unrated"),
        ).select_from(rows),
        sent.c[by],
    ).cte("outcome")


def members(src: Sources, asked: Asked, w: CTE) -> CTE:
    """Per range and in all: users acquired, and those whose days of inviting are over."""
    users = acquired(src, asked, w)
    by = users.c.window_no
    counted = select(_key(by), func.count().label("acquired"), _many(users.c.is_member, "members"))
    return _summed(counted, by).cte("cohort")


def _key(by: ColumnElement[Any]) -> ColumnElement[Any]:
    """What rows are summed by; of ranges the row of them all is `TOTAL`."""
    return func.coalesce(by, TOTAL).label("window_no") if by.key == "window_no" else by


def _summed(rows: Select[Any], by: ColumnElement[Any]) -> Select[Any]:
    """Media stand by themselves; ranges do not overlap and are summed up as well."""
    return rows.group_by(func.rollup(by) if by.key == "window_no" else by)


def by_cohort(src: Sources, asked: Asked) -> Select[Any]:
    """One row per range in which somebody registered, and one of all of them (`TOTAL`), with every
    count and sum. The ranges must not overlap."""
    w = window_days(src, asked.spans, asked.until)
    sent = invited(src, asked, w)
    m = members(src, asked, w)
    s, o = sums(sent, "window_no"), outcomes(src, asked, sent, "window_no")
    return (
        select(m.c.window_no, *_columns(m, s, o))
        .select_from(
            m.outerjoin(s, s.c.window_no == m.c.window_no).outerjoin(
                o, o.c.window_no == m.c.window_no
            )
        )
        .order_by(m.c.window_no)
    )


def by_medium(src: Sources, asked: Asked) -> Select[Any]:
    """One row per medium with invitations, over all ranges; the users acquired are the same for
    each."""
    w = window_days(src, asked.spans, asked.until)
    sent = invited(src, asked, w)
    m = members(src, asked, w)
    s, o = sums(sent, "medium"), outcomes(src, asked, sent, "medium")
    return select(s.c.medium, *_columns(m, s, o)).select_from(
        s.join(o, o.c.medium == s.c.medium).join(m, m.c.window_no == TOTAL)
    )


def _columns(m: CTE, s: CTE, o: CTE) -> list[ColumnElement[Any]]:
    """Every count and sum, null as zero; the median stays null where there is none."""
    names = (*COUNTS, *SQUARES, "rewards")
    found = [next(t.c[n] for t in (m, s, o) if n in t.c) for n in names]
    return [
        *[func.coalesce(c, 0).label(n) for c, n in zip(found, names, strict=True)],
        o.c.cycle_hours,
    ]
