"""The people behind the bars of the lifecycle funnel."""

from __future__ import annotations

from typing import Any

from i18n import Text, Words
from metrics.audiences.definitions import of_lifecycle
from metrics.lifecycle.people import Number, count_of, lifecycle_people, number_name, numbers_of
from metrics.lifecycle.result import Asked, Cohort, Lifecycle
from metrics.lifecycle.stages import STAGES, Mode, Stage, State, rule_words
from metrics.lifecycle.statement import up_to
from ui.behind import Behind
from ui.session import text

BEHIND: Behind[Number] = Behind("lifecycle")


def selecting(found: Lifecycle) -> dict[str, Any]:
    """What the figure is drawn with, so that its bars can be clicked."""
    return BEHIND.on_select(lambda data, _trace: number_of(data, found.cohort))


def number_of(data: Any, cohort: Cohort) -> Number | None:
    """The number of a bar by its stage and reading; a hatched bar shows the value to date."""
    stage, reading = Stage(data[0]), data[1]
    if reading == State.IN_PROGRESS:
        return Number(stage, Mode.SEQUENTIAL, State.IN_PROGRESS)
    number = Number(stage, Mode(reading))
    return number if count_of(cohort, number) else Number(stage, Mode(reading), State.SO_FAR)


def people_picker(found: Lifecycle) -> None:
    """Every number of the figure, and those who were lost, which have no bar."""
    tr = text()
    BEHIND.picker(
        numbers_of(found.cohort),
        lambda number: number_name(found.cohort, number, tr),
        Words(
            "Click a bar, or choose whom to list: who reached a stage, who did not, who is in "
            "progress",
            "点击柱形，或在此选择：达成、未达成、观察中的用户",
        ),
    )


def opened_people(found: Lifecycle, asked: Asked) -> None:
    """The drawer of the number that was clicked before this run."""
    number = BEHIND.wanted()
    if number is None or count_of(found.cohort, number) == 0:
        return
    BEHIND.open(
        lambda tr: number_name(found.cohort, number, tr),
        lifecycle_people(asked, found.span, number),
        note=note(found, number, text()),
        definition=of_lifecycle(asked.population, found.span, number),
    )


def note(found: Lifecycle, number: Number, tr: Text) -> str:
    """The rules that decide who is on the list."""
    if number.stage is Stage.ACQUIRE:
        stages: tuple[Stage, ...] = (Stage.ACQUIRE,)
    else:
        stages = up_to(number.stage, number.mode)
    rules = tr(Words("; ", "；")).join(
        tr(
            Words("{stage}: {rule}", "{stage}：{rule}"),
            stage=STAGES[s],
            rule=rule_words(s, found.rules, found.population, tr),
        )
        for s in stages
    )
    return tr(_NOTES[number.state], rules=rules)


_NOTES: dict[State, Words] = {
    State.REACHED: Words("{rules}.", "{rules}。"),
    State.NOT_REACHED: Words(
        "The window is over without it. {rules}.", "观察期已满仍未达成。{rules}。"
    ),
    State.IN_PROGRESS: Words(
        "The window is still open, whatever they have done. {rules}.",
        "观察期未满，无论是否已达成。{rules}。",
    ),
    State.SO_FAR: Words(
        "The window is still open for everybody. {rules}.", "所有人的观察期均未满。{rules}。"
    ),
}
