"""What users are split into: their home, how their first paid order was, who brought them.

One definition for cohorts and for survival. A segment is the same for everybody who may see the
user, whatever else they may see and whatever filters are chosen.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import CTE, ColumnElement, FromClause, case, func, literal, select, union

from data.dimensions import CHANNEL, MARKET, PLATFORM, UNKNOWN
from data.serving.cut import HOME
from data.sources import Sources
from data.warehouse import OR
from i18n import Words


class Segment(StrEnum):
    MARKET = MARKET.key
    CHANNEL = CHANNEL.key
    PLATFORM = PLATFORM.key
    COUPON = "coupon"
    CATEGORY = "first_category"
    REFERRED = "referred"


YES, NO, NO_ORDER = "yes", "no", "no_order"
WITHOUT: dict[Segment, str] = {
    Segment.COUPON: NO_ORDER,
    Segment.CATEGORY: NO_ORDER,
    Segment.REFERRED: NO,
}
"""The segment of those whom the step does not name."""

NAMES: dict[Segment, Words] = {
    Segment.MARKET: MARKET.name,
    Segment.CHANNEL: CHANNEL.name,
    Segment.PLATFORM: PLATFORM.name,
    Segment.COUPON: Words("Coupon on the first order", "首单是否用券"),
    Segment.CATEGORY: Words("Category of the first order", "首单品类"),
    Segment.REFERRED: Words("Referred or not", "是否被邀请"),
}
NEEDS: dict[Segment, tuple[str, ...]] = {
    Segment.MARKET: (),
    Segment.CHANNEL: (),
    Segment.PLATFORM: (),
    Segment.COUPON: ("orders.coupon_code",),
    Segment.CATEGORY: ("order_items.category",),
    Segment.REFERRED: (OR.join(("users.referrer_id", "invitations.accepted_at")),),
}
"""Tables and columns without which everybody would fall into one segment."""

_NO_ORDER = Words("No order yet", "尚无订单")
VALUES: dict[Segment, Mapping[str, Words]] = {
    Segment.MARKET: MARKET.values,
    Segment.CHANNEL: CHANNEL.values,
    Segment.PLATFORM: PLATFORM.values,
    Segment.COUPON: {
        YES: Words("With coupon", "用券"),
        NO: Words("Without coupon", "未用券"),
        NO_ORDER: _NO_ORDER,
    },
    Segment.CATEGORY: {UNKNOWN: Words("Unknown", "未知"), NO_ORDER: _NO_ORDER},
    Segment.REFERRED: {YES: Words("Referred", "被邀请"), NO: Words("Not referred", "非邀请")},
}
OTHERS = Words("All others", "其他")


def segment_words(segment: Segment, value: str | None) -> Words:
    """The name of a segment's value, of a category as the source writes it; the group of all
    others has no value."""
    return OTHERS if value is None else VALUES[segment].get(value, Words(value, value))


@dataclass(frozen=True, slots=True)
class Group:
    """The users of one value of a split; without a value those of none of the `named` ones."""

    by: Segment
    value: str | None
    named: tuple[str, ...] = ()

    def holds(self, segment: ColumnElement[str]) -> ColumnElement[bool]:
        """Whether a row's segment is that of the group."""
        return segment.not_in(sorted(self.named)) if self.value is None else segment == self.value


def with_segment(
    src: Sources, segment: Segment, rows: CTE, person_no: ColumnElement[int]
) -> tuple[FromClause, ColumnElement[str]]:
    """The rows joined with what tells each person's segment, and the segment."""
    if segment in HOME:
        home = src.persons
        return rows.join(home, home.c.person_no == person_no), home.c[segment]
    known = traits(src, segment)
    joined = rows.outerjoin(known, known.c.person_no == person_no)
    return joined, func.coalesce(known.c.segment, literal(WITHOUT[segment]))


def traits(src: Sources, segment: Segment) -> CTE:
    """`person_no` and `segment` of users with a paid order, or of those whom somebody brought."""
    match segment:
        case Segment.COUPON:
            return _first_order_coupon(src)
        case Segment.CATEGORY:
            return _first_order_category(src)
        case Segment.REFERRED:
            return _referred(src)
    raise ValueError(f"{segment} is part of a user's home, not a trait of its own")


def _first_order_coupon(src: Sources) -> CTE:
    """Whether the first paid order carried a coupon code."""
    s, o = src.sales, src.canonical("orders")
    with_code = func.coalesce(o.c.coupon_code, "") != ""
    return (
        select(
            s.c.user_no.label("person_no"),
            case((with_code, literal(YES)), else_=literal(NO)).label("segment"),
        )
        .join_from(s, o, o.c.order_id == s.c.order_id)
        .where(s.c.order_no == 1)
        .cte("first_order_coupon")
    )


def _first_order_category(src: Sources) -> CTE:
    """The category on which most was spent in the first paid order; of equal ones the first by
    name. Lines without one are the category `unknown`, and so is an order without lines."""
    s, i = src.sales, src.canonical("order_items")
    category = func.coalesce(func.nullif(i.c.category, ""), UNKNOWN).label("segment")
    amount = func.coalesce(func.sum(i.c.quantity * i.c.unit_price), 0)
    spent = (
        select(s.c.user_no.label("person_no"), category, amount.label("spent"))
        .select_from(s.outerjoin(i, i.c.order_id == s.c.order_id))
        .where(s.c.order_no == 1)
        .group_by(s.c.user_no, category)
        .cte("spent_on_category")
    )
    place = func.row_number().over(
        partition_by=spent.c.person_no, order_by=(spent.c.spent.desc(), spent.c.segment)
    )
    placed = select(spent.c.person_no, spent.c.segment, place.label("place")).cte("placed_category")
    return (
        select(placed.c.person_no, placed.c.segment)
        .where(placed.c.place == 1)
        .cte("first_order_category")
    )


def _referred(src: Sources) -> CTE:
    """Users whom somebody brought: an accepted invitation counts for them, or the source names
    somebody else as their referrer."""
    p, u, invited = src.people, src.canonical("users"), src.invitees
    other = func.coalesce(u.c.referrer_id, "").not_in(["", u.c.user_id])
    brought = union(select(u.c.user_id).where(other), select(invited.c.user_id)).cte("brought")
    return (
        select(p.c.user_no.label("person_no"), literal(YES).label("segment"))
        .join_from(p, brought, brought.c.user_id == p.c.user_id)
        .cte("referred")
    )
