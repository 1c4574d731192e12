"""The statements of the lifecycle funnel: one row per person first, counted from there.

`followed` says of each person acquired in a range which stages they reached and which windows are
over. The numbers, the break-downs and the list of people behind a number are all read from it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    Float,
    Select,
    and_,
    case,
    cast,
    false,
    func,
    literal,
    select,
    true,
)

from data.dialects import HOUR, add_days, days_between, later, quantile, seconds_between
from data.scope import Span
from data.settings import LifecycleRules
from data.sources import Sources
from data.warehouse import Coverage
from metrics.lifecycle.stages import FOLLOWED, Mode, Population, Stage, State
from metrics.windows import window_days


@dataclass(frozen=True, slots=True)
class Question:
    """Which people, followed by which rules. `event_no` is the number of the activation event."""

    spans: Sequence[Span]
    coverage: Coverage
    rules: LifecycleRules
    population: Population
    event_no: int


def followed(src: Sources, question: Question) -> CTE:
    """One row per range and person acquired in it: for every stage when it was reached
    (`…_at`, null if not within its window), whether its window is over (`…_over`) and how long
    it took (`…_hours`; whole days for the stage of coming back)."""
    w, a = window_days(src, question.spans, question.coverage.until), src.acquired
    rules, of, acquired_at = question.rules, question.population.value, a.c.acquired_at
    e = src.first_events
    activation = (
        select(e.c.person_no, e.c.first_at)
        .where(e.c.population == of, e.c.event_no == question.event_no)
        .cte("activation")
    )

    def within(at: ColumnElement[Any], n: int) -> ColumnElement[Any]:
        return case((and_(at >= acquired_at, at < later(acquired_at, n)), at))

    last_day = add_days(a.c.acquired_on, rules.retain_to_day)
    came_back = case((a.c.retained_on <= last_day, a.c.retained_on))
    reached: dict[Stage, ColumnElement[Any]] = {
        Stage.ACTIVATE: within(activation.c.first_at, rules.activation_days),
        Stage.RETAIN: came_back,
        Stage.CONVERT: within(a.c.converted_at, rules.convert_days),
        Stage.REFER: within(a.c.referred_at, rules.refer_days),
    }
    over = _windows_over(question, a)
    begun = a.c.acquired_on <= literal(
        question.coverage.last_day - timedelta(days=rules.retain_from_day)
    )
    columns: list[ColumnElement[Any]] = []
    for stage in FOLLOWED:
        at = reached[stage]
        took: ColumnElement[Any] = seconds_between(acquired_at, at) / HOUR
        if stage is Stage.RETAIN:
            took = days_between(a.c.acquired_on, at) * 24
        columns += [
            at.label(f"{stage}_at"),
            over[stage].label(f"{stage}_over"),
            cast(took, Float).label(f"{stage}_hours"),
            (begun if stage is Stage.RETAIN else true()).label(f"{stage}_begun"),
        ]
    return (
        select(
            w.c.window_no,
            a.c.person_no,
            *[a.c[d] for d in ("market", "channel", "platform", "campaign")],
            acquired_at,
            *columns,
        )
        .select_from(
            w.join(a, a.c.acquired_on == w.c.day).outerjoin(
                activation, activation.c.person_no == a.c.person_no
            )
        )
        .where(a.c.population == of)
        .cte("followed")
    )


def _windows_over(question: Question, a: CTE) -> dict[Stage, ColumnElement[bool]]:
    """Whether the window of each stage is over for a person. Windows end at instants, except that
    of coming back, which ends with a complete reporting day."""
    rules, through = question.rules, question.coverage.through
    first_open = question.coverage.until - timedelta(days=rules.retain_to_day)

    def past(n: int) -> ColumnElement[bool]:
        return a.c.acquired_at <= literal(through - timedelta(days=n))

    return {
        Stage.ACTIVATE: past(rules.activation_days),
        Stage.RETAIN: a.c.acquired_on < literal(first_open),
        Stage.CONVERT: past(rules.convert_days),
        Stage.REFER: past(rules.refer_days),
    }


def up_to(stage: Stage, mode: Mode) -> tuple[Stage, ...]:
    """The stages that count for this one in a reading."""
    if mode is Mode.OF_ACQUIRED:
        return (stage,)
    return FOLLOWED[: FOLLOWED.index(stage) + 1]


def _reached(f: CTE, stage: Stage, mode: Mode) -> ColumnElement[bool]:
    return and_(*[f.c[f"{s}_at"].is_not(None) for s in up_to(stage, mode)])


def _over(f: CTE, stage: Stage, mode: Mode) -> ColumnElement[bool]:
    return and_(*[f.c[f"{s}_over"] for s in up_to(stage, mode)])


def _begun(f: CTE, stage: Stage, mode: Mode) -> ColumnElement[bool]:
    """Whether a window of the reading has begun: of several, the last to begin decides."""
    return and_(*[f.c[f"{s}_begun"] for s in up_to(stage, mode)])


def measures(f: CTE, *, medians: bool) -> list[ColumnElement[Any]]:
    """How many were acquired, and for every stage and reading: whose window is over (`mature`),
    who of them reached it (`reached`), whose window has begun, who reached it so far though it is
    open, and the median time of those who count as reached."""

    def how_many(condition: ColumnElement[bool]) -> ColumnElement[Any]:
        return func.sum(case((condition, 1), else_=0))

    found: list[ColumnElement[Any]] = [func.count().label("acquired")]
    for stage in FOLLOWED:
        for mode in Mode:
            name = f"{stage}_{mode}"
            over, reached = _over(f, stage, mode), _reached(f, stage, mode)
            counts = and_(over, reached)
            found += [
                how_many(over).label(f"{name}_mature"),
                how_many(counts).label(f"{name}_reached"),
                how_many(_begun(f, stage, mode)).label(f"{name}_begun"),
                how_many(reached).label(f"{name}_so_far"),
            ]
            if medians:
                took = case((counts, f.c[f"{stage}_hours"]))
                found.append(quantile(took, literal(0.5)).label(f"{name}_median"))
    return found


def statement(src: Sources, question: Question, *, medians: bool = True) -> Select[Any]:
    """One row per range in which somebody was acquired."""
    f = followed(src, question)
    return (
        select(f.c.window_no, *measures(f, medians=medians))
        .group_by(f.c.window_no)
        .order_by(f.c.window_no)
    )


def broken_down(src: Sources, question: Question, dimension: str, most: int) -> Select[Any]:
    """One row per range and value of a dimension: the `most` values with the most people in the
    first range stand for themselves; everybody else is in the row whose `value` is null."""
    f = followed(src, question)
    size = func.count().label("size")
    top = (
        select(f.c[dimension].label("value"), size)
        .where(f.c.window_no == 0)
        .group_by(f.c[dimension])
        .order_by(size.desc(), f.c[dimension])
        .limit(most)
        .cte("largest")
    )
    return (
        select(f.c.window_no, top.c.value, *measures(f, medians=True))
        .select_from(f.outerjoin(top, top.c.value == f.c[dimension]))
        .group_by(f.c.window_no, top.c.value)
        .order_by(f.c.window_no, func.count().desc())
    )


def people(
    src: Sources, question: Question, stage: Stage, state: State, mode: Mode = Mode.OF_ACQUIRED
) -> CTE:
    """The people behind a number of the first range: `person_no`, `acquired_at`, and when each
    stage that counts was reached (`…_at`, null where it was not). As many rows as the number
    says."""
    f = followed(src, question)
    first = f.c.window_no == 0
    if stage is Stage.ACQUIRE:
        everybody = first if state is State.REACHED else false()
        return select(f.c.person_no, f.c.acquired_at).where(everybody).cte("behind_number")
    over, reached = _over(f, stage, mode), _reached(f, stage, mode)
    condition = {
        State.REACHED: and_(over, reached),
        State.NOT_REACHED: and_(over, ~reached),
        State.IN_PROGRESS: ~over,
        State.SO_FAR: reached,
    }[state]
    return (
        select(f.c.person_no, f.c.acquired_at, *[f.c[f"{s}_at"] for s in up_to(stage, mode)])
        .where(first, condition)
        .cte("behind_number")
    )
