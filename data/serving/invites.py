"""`invites`: every invitation of a user who counts, what became of it and of the invitee.

That an invitee counts once, for the first accepted invitation, is decided here over all
invitations of the shop, so that it is the same for everybody, whatever part of them they may see.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import CTE, Connection, Select, and_, case, delete, func, insert, or_, select

from data.dialects import min_by, typed
from data.rollups import invites, people, sales
from data.schema import contract
from data.serving.cut import HOME, Cut, known

INVITATIONS = contract.tables["invitations"]


def sent(cut: Cut) -> CTE:
    """Invitations from a user who counts to somebody else who does, or to nobody known yet.

    An invitation to oneself is none. An acceptance dated before the sending answers another
    question: the invitation stands as sent and not accepted.
    """
    i = INVITATIONS
    inviter, invitee = people.alias("inviter"), people.alias("invitee")
    return (
        select(
            i.c.invitation_id,
            i.c.invited_at,
            i.c.invitee_id,
            i.c.medium,
            i.c.reward_cost,
            case((i.c.accepted_at >= i.c.invited_at, i.c.accepted_at)).label("accepted_at"),
            inviter.c.user_no,
            *[inviter.c[key] for key in HOME],
            inviter.c.registered_at,
            inviter.c.registered_on,
            invitee.c.user_no.label("invitee_no"),
            invitee.c.registered_at.label("invitee_registered_at"),
        )
        .select_from(
            i.join(inviter, inviter.c.user_id == i.c.inviter_id).outerjoin(
                invitee, invitee.c.user_id == i.c.invitee_id
            )
        )
        .where(
            or_(i.c.invitee_id.is_(None), i.c.invitee_id != i.c.inviter_id),
            cut.counts(inviter.c.is_test),
            cut.counts(invitee.c.is_test),
        )
        .cte("sent")
    )


def statement(cut: Cut) -> Select[Any]:
    """One row per invitation. Of several accepted by one invitee at the same instant, the one with
    the smallest id counts; where the invitee is not known, each stands for somebody else."""
    s = sent(cut)
    first = (
        select(
            s.c.invitee_id,
            typed(min_by(s.c.invitation_id, s.c.accepted_at), s.c.invitation_id).label("counted"),
        )
        .where(s.c.invitee_id.is_not(None), s.c.accepted_at.is_not(None))
        .group_by(s.c.invitee_id)
        .cte("first_accepted")
    )
    began = (
        select(s.c.user_no, func.min(s.c.invited_at).label("invited_at"))
        .group_by(s.c.user_no)
        .cte("first_own_invitation")
    )
    order = select(sales.c.user_no, sales.c.paid_at).where(sales.c.order_no == 1).cte("first_order")
    is_first = or_(s.c.invitee_id.is_(None), first.c.counted == s.c.invitation_id)
    return select(
        s.c.user_no,
        *[s.c[key] for key in HOME],
        s.c.registered_at,
        s.c.registered_on,
        s.c.invitation_id,
        s.c.invited_at,
        known(s.c.medium).label("medium"),
        s.c.accepted_at,
        func.coalesce(and_(s.c.accepted_at.is_not(None), is_first), False).label("counts"),
        s.c.invitee_id,
        s.c.invitee_registered_at,
        began.c.invited_at.label("invitee_invited_at"),
        order.c.paid_at.label("invitee_paid_at"),
        func.coalesce(s.c.reward_cost, 0).label("reward"),
        cut.days.day_of(func.coalesce(s.c.accepted_at, s.c.invited_at)).label("reward_on"),
    ).select_from(
        s.outerjoin(first, first.c.invitee_id == s.c.invitee_id)
        .outerjoin(began, began.c.user_no == s.c.invitee_no)
        .outerjoin(order, order.c.user_no == s.c.invitee_no)
    )


def build_invites(connection: Connection, cut: Cut) -> None:
    """Fill `invites` from nothing: an old invitation changes when it is accepted, and with it
    which of the invitee's others counts. The table is small beside events."""
    connection.execute(delete(invites))
    names = [c.name for c in invites.columns]
    connection.execute(insert(invites).from_select(names, statement(cut)))
