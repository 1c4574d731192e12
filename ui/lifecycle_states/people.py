"""The people in a state, and those who moved from one to another."""

from __future__ import annotations

from format import dates, numbers
from i18n import Text, Words
from metrics.audiences.definitions import of_states
from metrics.metric import Unit
from metrics.states.people import StateBar, Transition, state_people
from metrics.states.readings import Matrix, Snapshot
from metrics.states.spec import NOT_YET, STATES, State
from ui.behind import Behind
from ui.heat_table import picked
from ui.lifecycle_states.asked import Asked
from ui.session import text, warehouse

Bar = StateBar | Transition
BEHIND: Behind[Bar] = Behind("states")
MATRIX_KEY = "states_matrix"
ROWS: tuple[State | None, ...] = (*State, None)
"""The rows of the matrix in their order; None: not registered yet."""


def cell_clicked(asked: Asked) -> None:
    """A click in the matrix."""
    at = picked(MATRIX_KEY)
    if at is not None:
        row, column = at
        BEHIND.want(Transition(asked.against, asked.on, ROWS[row], tuple(State)[column]))


def count_of(bar: Bar, snapshot: Snapshot, matrix: Matrix) -> int:
    if isinstance(bar, StateBar):
        return snapshot.users if bar.state is None else snapshot.counts[bar.state]
    return matrix.cells[bar.before, bar.after]


def picker(asked: Asked, snapshot: Snapshot, matrix: Matrix) -> None:
    """Everybody in a state first, then every move that somebody made."""
    tr = text()
    bars: list[Bar] = [StateBar(asked.on, s) for s in State]
    bars += [Transition(asked.against, asked.on, a, b) for a in ROWS for b in State]
    BEHIND.picker(
        [b for b in bars if count_of(b, snapshot, matrix)],
        lambda bar: name_of(bar, count_of(bar, snapshot, matrix), tr),
        Words("Click a cell, or choose whom to list", "点击单元格，或在此选择要查看的名单"),
    )


def name_of(bar: Bar, n: int, tr: Text) -> str:
    """Who is listed and how many, with days as the page writes them."""
    count = numbers.full(n, Unit.COUNT, tr)
    last = warehouse().coverage.last_day
    on = dates.day(bar.on, tr, last)
    if isinstance(bar, StateBar):
        name = Words("All users", "全部用户") if bar.state is None else STATES[bar.state]
        return tr(Words("{on} · {name}: {n}", "{on} · {name}：{n} 人"), on=on, name=name, n=count)
    return tr(
        Words(
            "{before} on {against} → {after} on {on}: {n}",
            "{against}“{before}” → {on}“{after}”：{n} 人",
        ),
        before=NOT_YET if bar.before is None else STATES[bar.before],
        against=dates.day(bar.against, tr, last),
        after=STATES[bar.after],
        on=on,
        n=count,
    )


def opened_people(asked: Asked, snapshot: Snapshot, matrix: Matrix) -> None:
    """The drawer of what was clicked before this run."""
    bar = BEHIND.wanted()
    if bar is None or bar.on != asked.on:
        return
    if isinstance(bar, Transition) and bar.against != asked.against:
        return
    n = count_of(bar, snapshot, matrix)
    if n:
        people = state_people(warehouse(), asked.scope, bar)
        BEHIND.open(lambda tr: name_of(bar, n, tr), people, definition=of_states(bar))
