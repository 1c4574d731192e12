"""After how long a silence somebody counts as gone: suggested from the shop's own gaps.

A fixed number of days fits no two shops. The suggestion is the length within which nine of ten
comebacks happened. It is made from comebacks only, and one after a long gap can only be seen in a
long history; beside it stands the Kaplan-Meier reading, which counts silences that still last.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from data.scope import Scope
from data.warehouse import Warehouse
from i18n import Words
from metrics.reading import Reason
from metrics.stats.survival import AtAge, Quantile, Survival, kaplan_meier
from metrics.survival.spec import Criterion, Outcome, Question
from metrics.survival.statement import gaps as statement

SHARE = 0.9
ENOUGH = 30
"""Comebacks below which a suggestion is a guess; it is given and marked."""

RULE = Words(
    "Suggested: of all times somebody came back, {share} were within {days} days. Silences that "
    "still last are not in it: counted too, {still} of those silent for {days} days came back "
    "within the {watched} days that can be watched.",
    "建议值：所有回访中，{share} 发生在 {days} 天内。该口径不含尚未结束的沉默期；"
    "若一并计入，沉默满 {days} 天的用户中有 {still} 在可观察的 {watched} 天内回来。",
)


@dataclass(frozen=True, slots=True)
class ChurnGap:
    """The gaps between a user's days with a sign of life, and the gap they suggest.

    `counts` are (days, comebacks after so many), ascending; `open_gaps` users are silent at the end
    of the data. `suggested` is the shortest length that holds `SHARE` of the comebacks, None
    without any. `survival` counts open gaps as censored: its curve is the share not back after a
    silence.
    """

    criterion: Criterion
    counts: tuple[tuple[int, int], ...]
    comebacks: int
    open_gaps: int
    suggested: int | None
    survival: Survival | None
    reason: Reason | None
    sql: str
    version: str

    @property
    def is_guess(self) -> bool:
        return self.comebacks < ENOUGH

    def within(self, days: int) -> float | None:
        """The share of comebacks within so many days."""
        if not self.comebacks:
            return None
        return sum(n for length, n in self.counts if length <= days) / self.comebacks

    @property
    def with_open_gaps(self) -> Quantile | None:
        """By when `SHARE` of all silences have ended, those that still last counted as censored.
        Its age is None where many never come back."""
        return None if self.survival is None else self.survival.quantile(SHARE)

    def still_return(self, days: int) -> float | None:
        """Of those silent for so many days, the share that came back as far as can be watched:
        what calling them gone gets wrong. None where nobody was watched for longer."""
        if self.survival is None or days >= self.survival.last_age:
            return None
        step = self.survival.at(days)
        silent = 1.0 if step is None else step.survival
        return None if silent == 0 else 1 - self.survival.steps[-1].survival / silent


def churn_gap(
    warehouse: Warehouse, scope: Scope, criterion: Criterion = Criterion.BOUGHT
) -> ChurnGap:
    """The gaps of everybody in the scope over the whole history, and what they suggest."""
    src = warehouse.sources(scope)
    question = Question(Outcome.SECOND_PURCHASE, warehouse.coverage, criterion=criterion)
    asked = statement(src, question)
    rows = [
        AtAge(int(days), int(ended), int(watched))
        for days, ended, watched in warehouse.fetch(asked).itertuples(index=False)
    ]
    reason = None
    if criterion is Criterion.BOUGHT and not warehouse.coverage.has("orders"):
        reason = Reason.TABLE_MISSING
    elif criterion is Criterion.BOUGHT and src.only_guests():
        reason = Reason.GUESTS_ONLY
    elif not any(r.events for r in rows):
        reason = Reason.NO_ROWS
    comebacks = sum(r.events for r in rows)
    return ChurnGap(
        criterion,
        tuple((r.age, r.events) for r in rows if r.events),
        comebacks,
        sum(r.censored for r in rows),
        _length_holding(SHARE, rows, comebacks),
        kaplan_meier(rows),
        reason,
        warehouse.sql(asked),
        warehouse.version,
    )


def _length_holding(share: float, rows: Sequence[AtAge], comebacks: int) -> int | None:
    """The shortest length that holds a share of the comebacks."""
    so_far = 0
    for row in rows:
        so_far += row.events
        if row.events and so_far >= share * comebacks - 1e-9:
            return row.age
    return None
