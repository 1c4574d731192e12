"""The people behind a number of the lifecycle funnel: as many as it says, from the same step."""

from __future__ import annotations

from dataclasses import dataclass

from data.scope import Span
from format import numbers
from i18n import Text, Words
from metrics.lifecycle.result import Asked, Cohort
from metrics.lifecycle.stages import FOLLOWED, MODES, STAGES, Mode, Population, Stage, State
from metrics.lifecycle.statement import people, up_to
from metrics.people import Column, Kind, People
from metrics.reading import Reason


@dataclass(frozen=True, slots=True)
class Number:
    """A number of the funnel: the people in a state at a stage, in one of the two readings."""

    stage: Stage = Stage.ACQUIRE
    mode: Mode = Mode.SEQUENTIAL
    state: State = State.REACHED


def count_of(cohort: Cohort, number: Number) -> int:
    """How many people the number says; 0 where it has no value."""
    found = cohort.at(number.stage, number.mode)
    reading = found.reading
    reached, mature = int(reading.numerator or 0), int(reading.denominator or 0)
    return {
        State.REACHED: reached,
        State.NOT_REACHED: mature - reached,
        State.IN_PROGRESS: reading.left_out,
        State.SO_FAR: found.so_far,
    }[number.state]


def numbers_of(cohort: Cohort) -> list[Number]:
    """Every number that has people behind it, stage by stage, the sequential ones first. The two
    readings of the first stage are the same; a value to date stands where none is final."""
    found = [Number()]
    for mode in Mode:
        for stage in FOLLOWED[0 if mode is Mode.SEQUENTIAL else 1 :]:
            immature = cohort.at(stage, mode).reading.reason is Reason.IMMATURE
            states = (State.SO_FAR, State.IN_PROGRESS) if immature else _FINAL
            found += [Number(stage, mode, state) for state in states]
    return [number for number in found if count_of(cohort, number)]


_FINAL = (State.REACHED, State.NOT_REACHED, State.IN_PROGRESS)


def lifecycle_people(asked: Asked, span: Span, number: Number) -> People:
    """The list behind a number of `asked.funnel(span)`: latest acquired first, with when each
    stage that counts was reached."""
    stage, mode = number.stage, number.mode
    rows = people(asked.sources, asked.question([span]), stage, number.state, mode)
    columns = []
    if asked.population is Population.VISITED:
        columns.append(Column("acquired_at", Words("First visit", "首次访问"), Kind.INSTANT))
    if stage is not Stage.ACQUIRE:
        columns += [
            Column(f"{s}_at", STAGES[s], Kind.DAY if s is Stage.RETAIN else Kind.INSTANT)
            for s in up_to(stage, mode)
        ]
    return People(asked.sources, rows, tuple(columns), ("-acquired_at",))


def number_name(cohort: Cohort, number: Number, tr: Text) -> str:
    """Who is listed and how many: `Reached Convert (sequential): 1,204`."""
    n = numbers.full(count_of(cohort, number), "count", tr)
    if number.stage is Stage.ACQUIRE:
        return tr(_ACQUIRED, n=n)
    return tr(_NAMES[number.state], stage=STAGES[number.stage], mode=MODES[number.mode], n=n)


_ACQUIRED = Words("Acquired: {n}", "获客：{n} 人")
_NAMES: dict[State, Words] = {
    State.REACHED: Words("Reached {stage} ({mode}): {n}", "达成{stage}（{mode}）：{n} 人"),
    State.NOT_REACHED: Words(
        "Did not reach {stage} ({mode}): {n}", "未达成{stage}（{mode}）：{n} 人"
    ),
    State.IN_PROGRESS: Words(
        "In progress for {stage} ({mode}): {n}", "{stage}观察中（{mode}）：{n} 人"
    ),
    State.SO_FAR: Words(
        "Reached {stage} so far ({mode}): {n}", "截至目前达成{stage}（{mode}）：{n} 人"
    ),
}
