"""The units behind a bar: as many as the bar says, from the same step that it counts."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import CTE, ColumnElement, and_, false, func, select

from data.scope import Scope, Span
from data.sources import Sources
from data.warehouse import Warehouse
from i18n import LANGUAGES, Problem, Text, Words
from metrics.funnels.breakdown import segment_of, top_values, with_value
from metrics.funnels.names import step_label
from metrics.funnels.question import Question
from metrics.funnels.result import Breakdown
from metrics.funnels.spec import Counting, Funnel, Order
from metrics.funnels.units import units
from metrics.people import Column, Kind, People


class State(StrEnum):
    """Which part of a bar; the first three belong to a step."""

    REACHED = "reached"
    DROPPED = "dropped"
    IN_PROGRESS = "in_progress"
    CONVERTED = "converted"
    UNDER_WAY = "under_way"
    """In progress at whatever step."""
    LEFT_OUT = "left_out"


@dataclass(frozen=True, slots=True)
class Bar:
    """What was clicked: the units in a state (`StepCount` says what each means) at a step (from 1),
    perhaps only those of one segment (`Segment.value` of a break-down)."""

    state: State = State.REACHED
    step: int = 1
    breakdown: Breakdown | None = None
    value: str | None = None


def require_bar(funnel: Funnel, bar: Bar) -> None:
    """Raise a `Problem` for a step that the funnel does not have."""
    if not 1 <= bar.step <= len(funnel.steps):
        raise Problem("bar_step", _NO_STEP, step=bar.step, n=len(funnel.steps))


def behind(src: Sources, q: Question, bar: Bar) -> CTE:
    """One row per unit of the bar, with everything that `units` says of it."""
    u = of_segment(src, q, bar)
    return select(u).where(in_state(q, u, bar)).cte("behind_bar")


def of_segment(src: Sources, q: Question, bar: Bar) -> CTE:
    """The units of the bar's segment, in whatever state: all of them without a break-down."""
    require_bar(q.funnel, bar)
    unit = units(src, q)
    if bar.breakdown is None:
        return unit
    valued = with_value(src, q, unit, bar.breakdown)
    top = top_values(valued)
    return (
        select(*[valued.c[c.name] for c in unit.c])
        .select_from(valued.outerjoin(top, top.c.value == valued.c.value))
        .where(segment_of(top) == bar.value)
        .cte("unit_of_segment")
    )


def in_state(q: Question, u: CTE, bar: Bar) -> ColumnElement[bool]:
    """Whether a unit is in the bar's state at its step."""
    full, kept = len(q.funnel.required), u.c.left_out.is_(False)
    rank = rank_of(q.funnel, bar.step)
    optional = q.funnel.steps[bar.step - 1].optional
    match bar.state:
        case State.LEFT_OUT:
            return u.c.left_out.is_(True)
        case State.CONVERTED:
            return and_(kept, u.c.level == full)
        case State.UNDER_WAY:
            return and_(kept, u.c.open.is_(True), u.c.level < full)
        case State.REACHED:
            here = u.c[f"step_{bar.step}"].is_not(None) if optional else u.c.level >= rank
            return and_(kept, here)
    if optional:
        # Those who went on without it did not drop here, and nobody waits for it.
        return false()
    waiting = bar.state is State.IN_PROGRESS
    return and_(kept, u.c.level == rank - 1, u.c.open.is_(waiting))


def rank_of(funnel: Funnel, step: int) -> int:
    """How many required steps there are up to a step, itself included."""
    return sum(not s.optional for s in funnel.steps[:step])


def required_before(funnel: Funnel, step: int) -> int:
    """The nearest required step before a step; the first one has none and stands for itself."""
    earlier = [n for n in range(1, step) if not funnel.steps[n - 1].optional]
    return earlier[-1] if earlier else 1


def last_step_of(funnel: Funnel, bar: Bar) -> int | None:
    """The step that everybody behind the bar is known to have reached last; `None` where it is
    another one for each."""
    match bar.state:
        case State.REACHED:
            return bar.step
        case State.CONVERTED:
            return len(funnel.steps)
        case State.DROPPED | State.IN_PROGRESS:
            return required_before(funnel, bar.step)
    return None


def reached_at(q: Question, u: CTE, step: int) -> ColumnElement[Any]:
    """When a unit had reached a step: in any order, when it had done all steps up to it."""
    if q.funnel.order is not Order.UNORDERED:
        return u.c[f"step_{step}"]
    before = [u.c[f"step_{n + 1}"] for n in q.funnel.required if n < step - 1]
    here = u.c[f"step_{step}"]
    return func.greatest(*before, here) if before else here


def funnel_people(
    warehouse: Warehouse, scope: Scope, funnel: Funnel, span: Span, bar: Bar
) -> People:
    """The list behind a bar of `funnel_counts` for the same question: latest entries first."""
    q = Question.of(warehouse, funnel, span)
    src = warehouse.sources(scope)
    rows = behind(src, q, bar)
    columns: list[Column] = []
    if q.by_session:
        columns.append(Column("session_id", Words("Session", "会话")))
    if "item_id" in q.keys:
        columns.append(Column("item_id", Words("Item", "商品")))
    if funnel.order is Order.UNORDERED:
        columns.append(Column("begun", Words("Began", "开始时间"), Kind.INSTANT))
    columns += [
        Column(f"step_{n}", _step_words(funnel, n), Kind.INSTANT)
        for n in _steps_to_see(funnel, bar)
    ]
    also = tuple(k for k in q.keys if k != "person_no")
    return People(src, rows, tuple(columns), ("-begun", *also))


def _steps_to_see(funnel: Funnel, bar: Bar) -> range:
    """Steps that somebody behind the bar may have reached; in any order optional ones anywhere."""
    lost = bar.state in (State.DROPPED, State.IN_PROGRESS)
    if lost and funnel.order is not Order.UNORDERED:
        return range(1, bar.step)
    return range(1, len(funnel.steps) + 1)


def _step_words(funnel: Funnel, step: int) -> Words:
    """“2 Add to cart” in every language."""
    return Words(*[f"{step} {step_label(funnel, step, Text(language))}" for language in LANGUAGES])


UNITS: dict[Counting, Words] = {
    Counting.USERS: Words("users", "名用户"),
    Counting.SESSIONS: Words("sessions", "个会话"),
    Counting.ATTEMPTS: Words("attempts", "次尝试"),
}

SENTENCES: dict[State, Words] = {
    State.REACHED: Words(
        "{n} {units} reached step {step}, {name}", "{n} {units}到达第 {step} 步：{name}"
    ),
    State.DROPPED: Words(
        "{n} {units} were lost before step {step}, {name}",
        "{n} {units}在第 {step} 步（{name}）之前流失",
    ),
    State.IN_PROGRESS: Words(
        "{n} {units} may still come to step {step}, {name}",
        "{n} {units}仍有机会到达第 {step} 步：{name}",
    ),
    State.CONVERTED: Words("{n} {units} converted", "{n} {units}完成转化"),
    State.UNDER_WAY: Words("{n} {units} are still in progress", "{n} {units}仍在进行中"),
    State.LEFT_OUT: Words(
        "{n} {units} are left out by an exclusion", "{n} {units}因排除条件被剔除"
    ),
}


def bar_sentence(funnel: Funnel, bar: Bar, n: str, tr: Text) -> str:
    """Who is listed and how many (`n` as text), in words."""
    name = step_label(funnel, bar.step, tr)
    return tr(SENTENCES[bar.state], n=n, units=UNITS[funnel.count], step=bar.step, name=name)


_NO_STEP = Words(
    "The funnel has no step {step}; its steps are 1 to {n}.",
    "漏斗没有第 {step} 步，步骤序号为 1–{n}。",
)
