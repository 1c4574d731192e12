"""What cohorts can be split by: the user's home, and how their first order or their way in was."""

from __future__ import annotations

from sqlalchemy import CTE, and_, case, func, literal, select, union

from data.dimensions import DIMENSIONS, UNKNOWN, USER_DIMENSIONS
from data.sources import Sources
from i18n import Text, Words

COUPON, CATEGORY, REFERRED = "coupon", "first_category", "referred"
YES, NO, NO_ORDER = "yes", "no", "no_order"
WITHOUT = {COUPON: NO_ORDER, CATEGORY: NO_ORDER, REFERRED: NO}
"""The segment of those whom the step does not name."""
NAMES: dict[str, Words] = {
    **{d.key: d.name for d in USER_DIMENSIONS},
    COUPON: Words("Coupon on the first order", "首单用券"),
    CATEGORY: Words("Category of the first order", "首单品类"),
    REFERRED: Words("Referred", "被邀请"),
}
NEEDS: dict[str, tuple[str, ...]] = {
    COUPON: ("orders.coupon_code",),
    CATEGORY: ("order_items.category",),
    REFERRED: ("users.referrer_id",),
}
MOST_SEGMENTS = 8
"""The largest segments stand for themselves; the others are one group."""


def segments(src: Sources, by: str) -> CTE:
    """`person_no` and `segment` of users with a first order, or with a referrer."""
    if by == COUPON:
        return _first_order_coupon(src)
    if by == CATEGORY:
        return _first_order_category(src)
    return _referred(src)


def _first_order_coupon(src: Sources) -> CTE:
    s, o = src.sales, src.canonical("orders")
    with_coupon = func.coalesce(func.nullif(o.c.coupon_code, ""), "") != ""
    return (
        select(
            s.c.user_no.label("person_no"),
            case((with_coupon, literal(YES)), else_=literal(NO)).label("segment"),
        )
        .join_from(s, o, o.c.order_id == s.c.order_id)
        .where(s.c.order_no == 1)
        .cte("first_order_coupon")
    )


def _first_order_category(src: Sources) -> CTE:
    """The category on which most was spent in the first order; of several the first by name."""
    s, i = src.sales, src.canonical("order_items")
    category = func.coalesce(func.nullif(i.c.category, ""), UNKNOWN).label("segment")
    spent = (
        select(
            s.c.user_no.label("person_no"),
            category,
            func.sum(i.c.quantity * i.c.unit_price).label("spent"),
        )
        .join_from(s, i, i.c.order_id == s.c.order_id)
        .where(s.c.order_no == 1)
        .group_by(s.c.user_no, category)
        .cte("spent_on_category")
    )
    placed = select(
        spent.c.person_no,
        spent.c.segment,
        func.row_number()
        .over(partition_by=spent.c.person_no, order_by=(spent.c.spent.desc(), spent.c.segment))
        .label("place"),
    ).cte("category_by_place")
    return (
        select(placed.c.person_no, placed.c.segment)
        .where(placed.c.place == 1)
        .cte("first_order_category")
    )


def _referred(src: Sources) -> CTE:
    """Users whom somebody brought, by an accepted invitation or as the source says."""
    p, u, i = src.people, src.canonical("users"), src.canonical("invitations")
    named = and_(u.c.referrer_id.is_not(None), u.c.referrer_id != "")
    by_source = select(u.c.user_id).where(named)
    by_invitation = select(i.c.invitee_id).where(
        i.c.accepted_at.is_not(None), i.c.invitee_id != i.c.inviter_id
    )
    brought = union(by_source, by_invitation).cte("brought")
    return (
        select(p.c.user_no.label("person_no"), literal(YES).label("segment"))
        .join_from(p, brought, brought.c.user_id == p.c.user_id)
        .cte("referred")
    )


def segment_name(by: str, value: str | None, tr: Text) -> str:
    """A segment in the reader's language; the group of all others has no value."""
    if value is None:
        return tr(Words("Other", "其他"))
    if by in DIMENSIONS:
        return tr(DIMENSIONS[by].label(value))
    return tr(_VALUES[value]) if value in _VALUES else value


_VALUES = {
    YES: Words("Yes", "是"),
    NO: Words("No", "否"),
    UNKNOWN: Words("Unknown", "未知"),
    NO_ORDER: Words("No order", "无订单"),
}
