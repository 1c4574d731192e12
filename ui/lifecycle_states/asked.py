"""What the states page is asked, and its answers, each computed once for its question."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from data.scope import Scope
from metrics.periods import Grain
from metrics.states.readings import Choice, Feedback, Matrix, Part, PartCourse, Snapshot, Stake
from metrics.states.result import Asked as States
from metrics.states.spec import DIMENSIONS, State
from metrics.states.text import Answer
from ui.look_back import looked_back
from ui.session import chosen, remembered, scope, span, warehouse

POINTS: dict[Grain, int] = {Grain.WEEK: 26, Grain.MONTH: 13}


@dataclass(frozen=True, slots=True)
class Asked:
    """One question of the page: a day, an earlier one, and the same people for every part."""

    scope: Scope
    on: date
    against: date
    grain: Grain
    by: str

    @classmethod
    def now(cls) -> Asked:
        """The last day of the chosen range that is complete, and the day before the range."""
        coverage, asked = warehouse().coverage, span()
        complete = max(coverage.start, coverage.until - timedelta(days=1))
        on = max(coverage.start, min(asked.end - timedelta(days=1), complete))
        against = min(max(asked.start - timedelta(days=1), coverage.start), on)
        grain = Grain.WEEK if chosen().grain in (None, Grain.DAY, Grain.WEEK) else Grain.MONTH
        by = chosen().by
        return cls(scope(), on, against, grain, by if by in DIMENSIONS else DIMENSIONS[0])

    def _states(self) -> States:
        return States(warehouse(), self.scope)

    def snapshot(self) -> Snapshot:
        return remembered(lambda: self._states().on(self.on), "states", self.scope, self.on)

    def matrix(self) -> Matrix:
        return remembered(
            lambda: self._states().matrix(self.against, self.on),
            "states_matrix", self.scope, self.against, self.on,
        )  # fmt: skip

    def part_courses(self) -> tuple[PartCourse, ...]:
        """The same by the property of the user that is chosen."""
        days = looked_back(span(), self.grain, POINTS[self.grain])

        def compute() -> tuple[PartCourse, ...]:
            states = self._states()
            return states.trends(states.ends(days, self.grain), self.by)

        return remembered(compute, "states_courses", self.scope, days, self.grain, self.by)

    def course(self) -> tuple[Snapshot, ...]:
        days = looked_back(span(), self.grain, POINTS[self.grain])
        return remembered(
            lambda: self._states().course(days, self.grain),
            "states_course", self.scope, days, self.grain,
        )  # fmt: skip

    def parts(self) -> tuple[Part, ...]:
        return remembered(
            lambda: self._states().broken_down(self.on, self.by),
            "states_parts", self.scope, self.on, self.by,
        )  # fmt: skip

    def stakes(self, snapshot: Snapshot) -> Mapping[State, Stake]:
        return remembered(
            lambda: self._states().stakes(snapshot), "states_stakes", self.scope, self.on
        )

    def choices(self) -> tuple[Choice, ...]:
        return remembered(
            lambda: self._states().choices(self.on), "states_choices", self.scope, self.on
        )

    def feedback(self) -> Feedback:
        return remembered(
            lambda: self._states().feedback(self.on), "states_feedback", self.scope, self.on
        )

    def statements(self) -> dict[str, str]:
        """The SQL of every part, for the reader who wants to check."""

        def compute() -> dict[str, str]:
            states = self._states()
            states.stakes(states.on(self.on))
            states.matrix(self.against, self.on)
            return dict(states.sql)

        return remembered(compute, "states_sql", self)

    def answer(self, snapshot: Snapshot) -> Answer:
        """Everything on the page as the command line has it, for the file."""
        return Answer(
            warehouse(), self.scope, snapshot, self.stakes(snapshot), self.by, self.parts(),
            self.matrix(), self.course(), self.choices(), self.feedback(),
            self._states().ignored, {},
        )  # fmt: skip
