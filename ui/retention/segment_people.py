"""The people behind the curves of retention: of everybody, or of one part."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from data.scope import Span
from format import numbers
from i18n import Text, Words
from metrics.audiences.definitions import of_retention
from metrics.metric import Unit
from metrics.retention.people import WHO, Who, cell_people
from metrics.retention.result import Pooled, Retention, Segment, counted
from metrics.retention.spec import Value
from metrics.retention.words import column_name, rule
from metrics.user_segments import Group, segment_words
from ui.behind import Behind
from ui.retention.asked import Asked
from ui.segment_choice import EVERYBODY
from ui.session import text, warehouse


@dataclass(frozen=True, slots=True)
class Point:
    """A column by place, of a group (None: everybody), and whom."""

    group: Group | None
    column: int
    who: Who = Who.RETURNED


BEHIND: Behind[Point] = Behind("retention_curve")
_LISTED = 4
"""Columns of each part that the list of choices offers; a click opens the others."""


def group_of(split: Retention, value: str | None) -> Group | None:
    if split.by is None:
        return None
    named = () if value is not None else _named(split)
    return Group(split.by, value, named)


def _named(split: Retention) -> tuple[str, ...]:
    return tuple(s.value for s in split.segments if s.value is not None)


def lines(split: Retention) -> tuple[Segment, ...]:
    """What is drawn: the parts, or everybody as one."""
    if split.by is not None:
        return split.segments
    return (Segment(None, split.size, split.pooled),)


def pooled_of(split: Retention, point: Point) -> Pooled | None:
    """The number of a point, if it is drawn."""
    if not 0 <= point.column < len(split.columns):
        return None
    found = [s for s in lines(split) if group_of(split, s.value) == point.group]
    return found[0].pooled[point.column] if found else None


def count_of(split: Retention, point: Point) -> int:
    """As many people as the point says."""
    pooled = pooled_of(split, point)
    if pooled is None or pooled.reading.value is None:
        return 0
    back, size = (int(n or 0) for n in (pooled.reading.numerator, pooled.reading.denominator))
    return {Who.COHORT: size, Who.RETURNED: back, Who.NOT_RETURNED: size - back}[point.who]


def selecting(split: Retention) -> dict[str, Any]:
    """What the figure is drawn with, so that points can be clicked; only people can be listed."""
    if split.spec.value is not Value.USERS:
        return {}

    def read(data: Any, _trace: int) -> Point | None:
        if not isinstance(data, (list, tuple)) or len(data) != 2:
            return None
        point = Point(group_of(split, data[0]), int(data[1]))
        return point if count_of(split, point) else None

    return BEHIND.on_select(read)


def choices(split: Retention) -> list[Point]:
    """Of each part the first columns, those who came back and those who did not."""
    points = [
        Point(group_of(split, s.value), column, who)
        for s in lines(split)
        for column in range(min(len(split.columns), _LISTED))
        for who in (Who.RETURNED, Who.NOT_RETURNED)
    ]
    return [p for p in points if count_of(split, p)]


def name_of(split: Retention, point: Point, tr: Text) -> str:
    """Who is listed and how many."""
    group = point.group
    return tr(
        Words("{group} · {column} · {who}: {n}", "{group} · {column} · {who}：{n} 人"),
        group=EVERYBODY if group is None else segment_words(group.by, group.value),
        column=column_name(split.spec, split.columns[point.column], tr),
        who=WHO[point.who],
        n=numbers.full(count_of(split, point), Unit.COUNT, tr),
    )


def picker(split: Retention) -> None:
    if split.spec.value is Value.USERS:
        tr = text()
        BEHIND.picker(
            choices(split),
            lambda point: name_of(split, point, tr),
            Words("Click a point, or choose whom to list", "点击数据点，或在此选择要查看的名单"),
        )


def cohorts_in(split: Retention, column: int) -> list[Span]:
    """The cohorts that a point pools: those whose period is over."""
    return [c.span for c in split.cohorts if c.size and counted(c.cells[column])]


def opened_people(split: Retention, asked: Asked) -> None:
    """The drawer of the point that was clicked before this run."""
    point, tr = BEHIND.wanted(), text()
    if point is None or split.spec.value is not Value.USERS or not count_of(split, point):
        return
    spans, column = cohorts_in(split, point.column), split.columns[point.column]
    people = cell_people(
        warehouse(), asked.scope, split.spec, split.span, spans, column, point.who, point.group
    )
    BEHIND.open(
        lambda tr: name_of(split, point, tr),
        people,
        note=rule(split.spec, tr),
        definition=of_retention(split.spec, split.span, spans, column, point.who, point.group),
    )
