"""What the store holds that the review shows: a frozen bundle, so that the numbers stay pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

from pydantic import BaseModel

from i18n import Problem
from store import (
    ANNOTATION,
    DECISION,
    LIMIT_RULES,
    TARGETS,
    Annotation,
    Decision,
    Kind,
    LimitRules,
    MetricTargets,
    Saved,
    Store,
)

B = TypeVar("B", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Memory:
    """Records in force, each with author and time. One that can't be read is left out and named in
    `unreadable`, as `kind/name`."""

    targets: tuple[Saved[MetricTargets], ...] = ()
    annotations: tuple[Saved[Annotation], ...] = ()
    decisions: tuple[Saved[Decision], ...] = ()
    rules: tuple[Saved[LimitRules], ...] = ()
    unreadable: tuple[str, ...] = ()

    def rules_of(self, metric: str) -> LimitRules | None:
        """The rules of a metric's limits; None where nobody gave any."""
        return next((s.body for s in self.rules if s.body.metric == metric), None)

    def targets_of(self, metric: str) -> tuple[MetricTargets, ...]:
        """Its targets by week and by month."""
        return tuple(s.body for s in self.targets if s.body.metric == metric)

    def revisions(self) -> tuple[tuple[str, str, int], ...]:
        """Which versions these are: what a computed review is kept under."""
        kept = (*self.targets, *self.annotations, *self.decisions, *self.rules)
        return tuple((s.kind, s.name, s.revision) for s in kept)


def remembered(store: Store, shop: str) -> Memory:
    """Everything of a shop."""
    bad: list[str] = []
    return Memory(
        targets=_in_force(store, TARGETS, shop, bad),
        annotations=_in_force(store, ANNOTATION, shop, bad),
        decisions=_in_force(store, DECISION, shop, bad),
        rules=_in_force(store, LIMIT_RULES, shop, bad),
        unreadable=tuple(bad),
    )


def _in_force(store: Store, kind: Kind[B], shop: str, bad: list[str]) -> tuple[Saved[B], ...]:
    saved = store.list(kind, shop)
    bad += [f"{s.kind}/{s.name}" for s in saved if isinstance(s.content, Problem)]
    return tuple(s for s in saved if not isinstance(s.content, Problem))
