"""What is said of lifecycle states: of a day, of parts, between two days, at what stake."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from metrics.reading import Reading, Reason, share
from metrics.states.spec import State
from metrics.stats.intervals import Difference
from metrics.user_segments import Group

Counts = Mapping[State, int]


@dataclass(frozen=True, slots=True)
class Snapshot:
    """How many users are in each state at the end of a day; all states are there, 0 or more.

    `running`: the day is not complete. `short_history`: the data begins so late that whoever was
    active before it looks churned or is unknown.
    """

    on: date
    counts: Counts
    running: bool
    short_history: bool
    reason: Reason | None = None

    @property
    def users(self) -> int:
        return sum(self.counts.values())

    def share(self, state: State) -> Reading:
        """Of all users, with Wilson's interval."""
        if self.reason is not None:
            return Reading.missing(self.reason)
        return share(self.counts[state], self.users)


@dataclass(frozen=True, slots=True)
class Part:
    """The users of one value of a dimension, everybody without one: `value` is None for all other
    values, `group` says who is meant."""

    value: str | None
    snapshot: Snapshot
    group: Group | None = None


@dataclass(frozen=True, slots=True)
class PartCourse:
    """The users of one value of a dimension over some days; value and group as in `Part`."""

    value: str | None
    course: tuple[Snapshot, ...]
    group: Group | None = None


@dataclass(frozen=True, slots=True)
class Matrix:
    """How many users went from which state (None: had not registered yet) into which, between the
    ends of two days. Rows and columns sum to the two days' states."""

    before: Snapshot
    after: Snapshot
    cells: Mapping[tuple[State | None, State], int]
    sql: str

    def row(self, state: State | None) -> int:
        return sum(n for (a, _), n in self.cells.items() if a is state)

    def share(self, before: State | None, after: State) -> Reading:
        """Of the users who were in `before`."""
        return share(self.cells[before, after], self.row(before))


@dataclass(frozen=True, slots=True)
class Stake:
    """Net revenue of the users of a state, in the reporting currency: of the last 365 days, and of
    all time. `customers` ever bought. `per_user` divides the first by all users of the state."""

    customers: int
    lately: Reading
    ever: Reading
    per_user: Reading


@dataclass(frozen=True, slots=True)
class Choice:
    """Another value of one setting, and the share of users whose state it would change."""

    setting: str
    days: int
    moved: Reading
    is_current: bool


@dataclass(frozen=True, slots=True)
class Compared:
    """A share of the churned beside the same share of the retained, and their difference."""

    churned: Reading
    retained: Reading
    difference: Difference | None


@dataclass(frozen=True, slots=True)
class Score:
    """The mean of users' own mean scores, with its t interval."""

    users: int
    mean: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Feedback:
    """What churned users said beside retained ones: reasons by users who gave any, the most of the
    churned first; satisfaction of users who gave a score; and how many of these gave a low one.
    `lacking` says what the shop has no data of."""

    reasons: Mapping[str, Compared]
    churned_score: Score
    retained_score: Score
    low_scores: Compared
    lacking: tuple[str, ...]
    sql: Mapping[str, str]
