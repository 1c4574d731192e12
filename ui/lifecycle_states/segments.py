"""The states by a property of the user: a panel for each part, the table, the people behind."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from charts.states import StateLine
from charts.states_panels import StatePanel, state_panels
from data.dimensions import DIMENSIONS as ALL_DIMENSIONS
from format import dates, numbers
from i18n import Text, Words
from metrics.audiences.definitions import of_states
from metrics.metric import Unit
from metrics.states.people import StateBar, state_people
from metrics.states.readings import PartCourse, Snapshot
from metrics.states.spec import DIMENSIONS, STATES, State
from metrics.user_segments import Segment, segment_words
from ui.behind import Behind
from ui.figures import draw
from ui.lifecycle_states.asked import Asked
from ui.page import section
from ui.session import choose, dark, text, warehouse
from ui.tables import scroll_table

STACKED = (State.ACTIVE, State.RESURRECTED, State.NEW, State.DORMANT, State.CHURNED)
"""From the foot upwards: who is there, then who is not."""


@dataclass(frozen=True, slots=True)
class Point:
    """A part and a day by place, and a state."""

    part: int
    day: int
    state: State


BEHIND: Behind[Point] = Behind("states_part")


def state_lines(course: Sequence[Snapshot], tr: Text) -> list[StateLine]:
    """The states over the days as the figures take them."""
    return [StateLine(s.value, tr(STATES[s]), [snap.counts[s] for snap in course]) for s in STACKED]


def part_section(asked: Asked) -> None:
    """The states of each part over time, and on the day in numbers."""
    tr = text()
    section(
        tr(Words("Where does it differ?", "差异在哪里？")),
        tr(Words("Share of each state at the end of each period, part by part; beside the name its "
                 "users. Parts sum to all users exactly.",
                 "各组在各周期末的状态占比；名称旁为该组用户数。各组之和恰为全部用户。")),
    )  # fmt: skip
    key = f"states_by_{tr.language}"
    st.session_state[key] = asked.by
    st.segmented_control(
        tr(Words("Break down by", "拆分维度")),
        list(DIMENSIONS),
        key=key,
        format_func=lambda k: tr(ALL_DIMENSIONS[k].name),
        on_change=lambda: choose(by=st.session_state[key] or asked.by),
        label_visibility="collapsed",
    )
    parts = asked.part_courses()
    if parts and any(s.users for s in parts[0].course):
        days = [(s.on, s.running) for s in parts[0].course]
        panels = [
            StatePanel(part_name(asked.by, p.value, tr), state_lines(p.course, tr)) for p in parts
        ]
        draw(state_panels(days, panels, tr, dark=dark()), BEHIND.figure_key, **_selecting(parts))
        BEHIND.picker(
            choices(parts),
            lambda point: name_of(asked.by, parts, point, tr),
            Words("Click a panel, or choose whom to list", "点击图表，或在此选择要查看的名单"),
        )
        _opened_people(asked, parts)
    scroll_table(*part_table(asked, tr), "states_parts")


def part_name(by: str, value: str | None, tr: Text) -> str:
    return tr(segment_words(Segment(by), value))


def part_table(asked: Asked, tr: Text) -> tuple[list[str], list[list[str]]]:
    """Users of each part on the day, and the share of each state."""
    header = [
        tr(Words("Group", "分组")),
        tr(Words("Users", "用户数")),
        *[tr(STATES[s]) for s in State],
    ]
    rows = []
    for part in asked.parts():
        shares = [numbers.full(part.snapshot.share(s).value, Unit.SHARE, tr) for s in State]
        users = numbers.full(part.snapshot.users, Unit.COUNT, tr)
        rows.append([part_name(asked.by, part.value, tr), users, *shares])
    return header, rows


def count_of(parts: Sequence[PartCourse], point: Point) -> int:
    """As many users as the point says; 0 where it is not drawn."""
    if not 0 <= point.part < len(parts) or not 0 <= point.day < len(parts[point.part].course):
        return 0
    return parts[point.part].course[point.day].counts[point.state]


def _selecting(parts: Sequence[PartCourse]) -> dict[str, Any]:
    def read(data: Any, _trace: int) -> Point | None:
        if not isinstance(data, (list, tuple)) or len(data) != 3:
            return None
        point = Point(int(data[0]), int(data[1]), State(data[2]))
        return point if count_of(parts, point) else None

    return BEHIND.on_select(read)


def choices(parts: Sequence[PartCourse]) -> list[Point]:
    """Every state of every part on the last day; a click opens the other days."""
    if not parts:
        return []
    last = len(parts[0].course) - 1
    points = [Point(n, last, s) for n in range(len(parts)) for s in State]
    return [p for p in points if count_of(parts, p)]


def name_of(by: str, parts: Sequence[PartCourse], point: Point, tr: Text) -> str:
    """Who is listed and how many."""
    if not count_of(parts, point):
        return ""
    part = parts[point.part]
    return tr(
        Words("{part} · {on} · {state}: {n}", "{part} · {on} · {state}：{n} 人"),
        part=part_name(by, part.value, tr),
        on=dates.day(part.course[point.day].on, tr, warehouse().coverage.last_day),
        state=STATES[point.state],
        n=numbers.full(count_of(parts, point), Unit.COUNT, tr),
    )


def bar_of(parts: Sequence[PartCourse], point: Point) -> StateBar:
    part = parts[point.part]
    return StateBar(part.course[point.day].on, point.state, part.group)


def _opened_people(asked: Asked, parts: Sequence[PartCourse]) -> None:
    """The drawer of the point that was clicked before this run."""
    point = BEHIND.wanted()
    if point is None or not count_of(parts, point):
        return
    bar = bar_of(parts, point)
    people = state_people(warehouse(), asked.scope, bar)
    BEHIND.open(lambda tr: name_of(asked.by, parts, point, tr), people, definition=of_states(bar))
