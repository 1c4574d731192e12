"""The people behind a number of referral, from the same steps as the number."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, case, func, select

from data.sources import Sources
from metrics.referral.steps import Asked, Step, acquired, invited
from metrics.windows import window_days


def people(src: Sources, asked: Asked, step: Step, medium: str | None = None) -> Select[Any]:
    """The people of one step over all ranges, as many rows as the step counts.

    Acquired are the members, invited the members who invited, one row each. Accepted and customers
    are one row per invitee, with who invited them; `invitee_id` is empty where the viewer may not
    see the invitee, or the source does not name them.
    """
    w = window_days(src, asked.spans, asked.until)
    p = src.people
    home = [p.c.user_id, p.c.registered_at, p.c.market, p.c.channel, p.c.platform]
    if step is Step.ACQUIRED:
        users = acquired(src, asked, w)
        return (
            select(*home)
            .join_from(users, p, p.c.user_no == users.c.user_no)
            .where(users.c.is_member)
            .order_by(p.c.user_no)
        )
    ids = ("invitation_id", "invited_at", "accepted_at", "invitee_id", "invitee_paid_at")
    sent = invited(src, asked, w, *ids)
    through_it = [] if medium is None else [sent.c.medium == medium]
    if step is Step.INVITED:
        return (
            select(*home, func.count().label("invitations"))
            .join_from(sent, p, p.c.user_no == sent.c.user_no)
            .where(*through_it, sent.c.is_member)
            .group_by(p.c.user_no, *home)
            .order_by(p.c.user_no)
        )
    reached = sent.c.is_accepted if step is Step.ACCEPTED else sent.c.is_customer
    u = src.canonical("users")
    return (
        select(
            u.c.user_id.label("invitee_id"),
            p.c.user_id.label("inviter_id"),
            sent.c.medium,
            sent.c.invited_at,
            sent.c.accepted_at,
            case((sent.c.is_customer, sent.c.invitee_paid_at)).label("first_paid_at"),
        )
        .select_from(
            sent.join(p, p.c.user_no == sent.c.user_no).outerjoin(
                u, u.c.user_id == sent.c.invitee_id
            )
        )
        .where(*through_it, reached)
        .order_by(sent.c.accepted_at, p.c.user_no, sent.c.invited_at, sent.c.invitation_id)
    )
