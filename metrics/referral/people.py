"""The people behind a number of referral, from the same steps as the number."""

from __future__ import annotations

from sqlalchemy import CTE, case, func, select

from data.scope import Scope, Span
from data.sources import Sources
from data.warehouse import Warehouse
from i18n import Words
from metrics.people import Column, Kind, People
from metrics.referral.referral import asked
from metrics.referral.steps import Asked, Step, acquired, invited
from metrics.windows import window_days

COUNT_OF: dict[Step, str] = {
    Step.ACQUIRED: "members",
    Step.INVITED: "inviters",
    Step.SENT: "sent",
    Step.ACCEPTED: "accepted",
    Step.CUSTOMERS: "customers",
}
"""Which of `Referral.counts` says how many are listed."""

_INVITEE = Column("invitee_id", Words("Who was invited", "被邀请人"))
_INVITATION = (
    _INVITEE,
    Column("medium", Words("Medium", "邀请方式"), Kind.MEDIUM),
    Column("invited_at", Words("Invited", "邀请时间"), Kind.INSTANT),
    Column("accepted_at", Words("Accepted", "接受时间"), Kind.INSTANT),
    Column("first_paid_at", Words("First order", "首单时间"), Kind.INSTANT),
)
_COLUMNS: dict[Step, tuple[Column, ...]] = {
    Step.ACQUIRED: (),
    Step.INVITED: (Column("invitations", Words("Invitations", "邀请数"), Kind.COUNT),),
    Step.SENT: _INVITATION,
    Step.ACCEPTED: _INVITATION,
    Step.CUSTOMERS: _INVITATION,
}
_ORDER: dict[Step, tuple[str, ...]] = {
    Step.ACQUIRED: ("-registered_at",),
    Step.INVITED: ("-invitations",),
    Step.SENT: ("-invited_at", "invitation_id"),
    Step.ACCEPTED: ("-accepted_at", "invitation_id"),
    Step.CUSTOMERS: ("-first_paid_at", "invitation_id"),
}


def referral_people(warehouse: Warehouse, scope: Scope, span: Span, step: Step) -> People:
    """The list behind a number of `referral` for the same range: users for the first two steps,
    then a row per invitation, who is listed being who sent it."""
    src = warehouse.sources(scope)
    rows = people(src, asked(warehouse, [span]), step)
    return People(src, rows, _COLUMNS[step], _ORDER[step])


def people(src: Sources, asked: Asked, step: Step, medium: str | None = None) -> CTE:
    """The people of one step over all ranges, as many rows as the step counts; `person_no` is the
    user acquired.

    Acquired are the members, invited the members who invited, one row each. From there on a row is
    an invitation: sent by a member, accepted, or of an invitee who bought. `invitee_id` is empty
    where the viewer may not see the invitee, or the source does not name them.
    """
    w = window_days(src, asked.spans, asked.until)
    if step is Step.ACQUIRED:
        users, p = acquired(src, asked, w), src.people
        return (
            select(users.c.user_no.label("person_no"), p.c.registered_at)
            .join_from(users, p, p.c.user_no == users.c.user_no)
            .where(users.c.is_member)
            .cte("behind_number")
        )
    ids = ("invitation_id", "invited_at", "accepted_at", "invitee_id", "invitee_paid_at")
    sent = invited(src, asked, w, *ids)
    person = sent.c.user_no.label("person_no")
    through_it = [] if medium is None else [sent.c.medium == medium]
    if step is Step.INVITED:
        return (
            select(person, func.count().label("invitations"))
            .where(*through_it, sent.c.is_member)
            .group_by(sent.c.user_no)
            .cte("behind_number")
        )
    counts = {
        Step.SENT: sent.c.is_member,
        Step.ACCEPTED: sent.c.is_accepted,
        Step.CUSTOMERS: sent.c.is_customer,
    }[step]
    u = src.canonical("users")
    return (
        select(
            person,
            sent.c.invitation_id,
            u.c.user_id.label("invitee_id"),
            sent.c.medium,
            sent.c.invited_at,
            sent.c.accepted_at,
            case((sent.c.is_customer, sent.c.invitee_paid_at)).label("first_paid_at"),
        )
        .select_from(sent.outerjoin(u, u.c.user_id == sent.c.invitee_id))
        .where(*through_it, counts)
        .cte("behind_number")
    )
