"""By what a funnel can be broken down, and the value of every unit."""

from __future__ import annotations

from typing import Any

from sqlalchemy import CTE, ColumnElement, Integer, String, and_, case, cast, func, literal, select
from sqlalchemy.sql.selectable import FromClause

from data.dimensions import CHANNEL, MARKET, PLATFORM, UNKNOWN
from data.sources import PERSONAL, Sources
from i18n import Problem, Words
from metrics.funnels.events import column_of
from metrics.funnels.question import Question
from metrics.funnels.result import NOT_REACHED, OTHER, Breakdown
from metrics.funnels.rows import Rows
from metrics.funnels.spec import OWN_COLUMNS, PROPERTY

MOST_SEGMENTS = 8
"""More can't be told apart; the others are one segment, and how many there are is said."""
LAST_PLACE = 1_000_000_000

HOME = (MARKET.key, CHANNEL.key, PLATFORM.key)
OF_USERS: dict[str, Words] = {
    "campaign": Words("Campaign", "推广活动"),
    "country": Words("Country", "国家/地区"),
    "city": Words("City", "城市"),
    "language": Words("Language", "语言"),
    "gender": Words("Gender", "性别"),
    "birth_year": Words("Year of birth", "出生年份"),
}
USER_COLUMNS: dict[str, Words] = {
    MARKET.key: MARKET.name,
    CHANNEL.key: CHANNEL.name,
    PLATFORM.key: PLATFORM.name,
    **OF_USERS,
}
"""Properties of the user, by their column. City, gender and year of birth need the right to see
them."""


def allowed(column: str, src: Sources) -> bool:
    """Whether this viewer may break down by a user's property."""
    return src.viewer.personal_data or column not in PERSONAL["users"]


def require_breakdown(b: Breakdown, q: Question, src: Sources) -> None:
    """Raise a `Problem` for a property that does not exist, or is not for this viewer."""
    if b.step is not None:
        known = b.column in OWN_COLUMNS or b.column.startswith(PROPERTY)
        if not known or not 1 <= b.step <= len(q.funnel.steps):
            raise Problem(
                "breakdown_unknown", _UNKNOWN, _OF_EVENTS, column=b.column,
                known=", ".join(OWN_COLUMNS), n=len(q.funnel.steps),
            )  # fmt: skip
    elif b.column not in USER_COLUMNS:
        raise Problem(
            "breakdown_unknown", _UNKNOWN, _OF_PEOPLE, column=b.column,
            known=", ".join(USER_COLUMNS),
        )  # fmt: skip
    elif not allowed(b.column, src):
        raise Problem("breakdown_personal", _PERSONAL, column=USER_COLUMNS[b.column])


def with_value(src: Sources, q: Question, unit: CTE, b: Breakdown | None) -> CTE:
    """The units with `value`: what they are broken down by, as text; null without a break-down."""
    if b is None:
        return select(*unit.c, cast(literal(None), String).label("value")).cte("unit_value")
    require_breakdown(b, q, src)
    joined, value = _of_event(src, q, unit, b) if b.step else _of_user(src, unit, b.column)
    return select(*unit.c, value.label("value")).select_from(joined).cte("unit_value")


def _known(value: Any) -> ColumnElement[str]:
    return func.coalesce(func.nullif(cast(value, String), ""), UNKNOWN)


def _of_user(src: Sources, unit: CTE, column: str) -> tuple[FromClause, ColumnElement[str]]:
    if column in HOME:
        home = src.persons
        return (
            unit.outerjoin(home, home.c.person_no == unit.c.person_no),
            _known(home.c[column]),
        )
    users, p = src.canonical("users"), src.people
    joined = unit.outerjoin(p, p.c.user_no == unit.c.person_no).outerjoin(
        users, users.c.user_id == p.c.user_id
    )
    return joined, _known(users.c[column])


def _of_event(
    src: Sources, q: Question, unit: CTE, b: Breakdown
) -> tuple[FromClause, ColumnElement[str]]:
    """The property of the event that served a step; of several at one instant the smallest."""
    n = b.step or 1
    at = unit.c[f"step_{n}"]
    e = Rows(src, q).step_with(
        n - 1, {"value": cast(column_of(src, b.column), String)}, "step_event"
    )
    keys = [e.c[k] for k in q.keys]
    one = (
        select(*keys, e.c.instant, func.min(e.c.value).label("value"))
        .group_by(*keys, e.c.instant)
        .cte("step_value")
    )
    same = [one.c[k] == unit.c[k] for k in q.keys]
    joined = unit.outerjoin(one, and_(*same, one.c.instant == at))
    return joined, case((at.is_(None), NOT_REACHED), else_=_known(one.c.value))


def top_values(valued: CTE) -> CTE:
    """`value`, its `place` by how many units have it, and `known`: how many values there are."""
    counted = (
        select(valued.c.value, func.count().label("n"))
        .where(valued.c.left_out.is_(False))
        .group_by(valued.c.value)
        .cte("segment_size")
    )
    order = [counted.c.n.desc(), counted.c.value]
    return select(
        counted.c.value,
        cast(func.row_number().over(order_by=order), Integer).label("place"),
        func.count().over().label("known"),
    ).cte("segment_place")


def segment_of(place: CTE) -> ColumnElement[str]:
    """The value, or `OTHER` where there are too many."""
    return case((place.c.place <= MOST_SEGMENTS, place.c.value), else_=OTHER)


_UNKNOWN = Words("There is no break-down by “{column}”.", "无法按“{column}”拆分。")
_OF_PEOPLE = Words("Choose one of: {known}.", "可选：{known}。")
_OF_EVENTS = Words(
    "Choose one of {known} or properties.NAME, of a step from 1 to {n}.",
    "可选：{known} 或 properties.名称，步骤序号为 1–{n}。",
)
_PERSONAL = Words(
    "{column} describes a person; your rights don't include it.",
    "“{column}”属于个人信息，您没有查看权限。",
)
