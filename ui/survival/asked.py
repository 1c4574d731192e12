"""What the page of repeat and silence is asked, and its answers, each computed once."""

from __future__ import annotations

from dataclasses import dataclass

from data.scope import Scope
from metrics.catalog.activity import ACTIVITY
from metrics.survival.gaps import ChurnGap, churn_gap
from metrics.survival.result import SurvivalAnswer, survival
from metrics.survival.spec import Criterion, Outcome
from metrics.user_segments import Segment
from ui.segment_choice import shown_segment
from ui.session import remembered, scope, warehouse


@dataclass(frozen=True, slots=True)
class Asked:
    """The same people and split for every part of the page; the whole history, since a curve
    needs time to fall."""

    scope: Scope
    segment: Segment | None

    @classmethod
    def now(cls) -> Asked:
        return cls(scope(), shown_segment())

    @property
    def criterion(self) -> Criterion:
        """What is a sign of life: activity where the shop has events, else paid orders."""
        return Criterion.ACTIVE if warehouse().coverage.has(*ACTIVITY) else Criterion.BOUGHT

    @property
    def churn_days(self) -> int:
        """After how many silent days somebody counts as gone: a setting."""
        return warehouse().reporting.states.dormant_days

    def second_purchase(self) -> SurvivalAnswer:
        w = warehouse()
        return remembered(
            lambda: survival(w, self.scope, Outcome.SECOND_PURCHASE, segment=self.segment),
            "second_purchase", self,
        )  # fmt: skip

    def last_activity(self) -> SurvivalAnswer:
        w, criterion, days = warehouse(), self.criterion, self.churn_days
        return remembered(
            lambda: survival(
                w, self.scope, Outcome.LAST_ACTIVITY,
                criterion=criterion, churn_days=days, segment=self.segment,
            ),
            "last_activity", self, criterion, days,
        )  # fmt: skip

    def gap(self) -> ChurnGap:
        w = warehouse()
        return remembered(lambda: churn_gap(w, self.scope), "churn_gap", self.scope)
