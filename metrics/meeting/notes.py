"""Annotations of a metric, and the decisions that are still open."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from data.scope import Span
from data.warehouse import Coverage
from i18n import Problem, Words
from store import Annotation, Decision, Saved


def notes_of(
    saved: Iterable[Saved[Annotation]], metric: str, span: Span
) -> tuple[Saved[Annotation], ...]:
    """The annotations of a metric within a span, by day; those that can't be read are left out."""
    found = [
        one
        for one in saved
        if not isinstance(one.content, Problem)
        and one.body.metric == metric
        and span.start <= one.body.on < span.end
    ]
    return tuple(sorted(found, key=lambda one: (one.body.on, one.name)))


def open_decisions(saved: Iterable[Saved[Decision]], on: date) -> tuple[Saved[Decision], ...]:
    """The open decisions that were made by the day `on`, the most urgent first."""
    found = [
        one
        for one in saved
        if not isinstance(one.content, Problem)
        and one.body.status == "open"
        and one.body.made_on <= on
    ]
    return tuple(sorted(found, key=lambda one: (one.body.due, one.body.made_on, one.name)))


def is_overdue(decision: Decision, on: date) -> bool:
    """Open, and its day is over."""
    return decision.status == "open" and decision.due < on


def require_seen(note: Annotation, coverage: Coverage) -> None:
    """A `Problem` for an annotation of a day that the data has not come to, or lies before it:
    no chart would show it."""
    if note.on > coverage.last_day:
        raise Problem(
            "annotation_future", _FUTURE, _FUTURE_HINT, on=note.on, last=coverage.last_day
        )
    if note.on < coverage.start:
        raise Problem("annotation_early", _EARLY, _EARLY_HINT, on=note.on, first=coverage.start)


_FUTURE = Words(
    "The data goes to {last}; {on} is not in it yet.", "数据截至 {last}，尚未覆盖 {on}。"
)
_FUTURE_HINT = Words(
    "Write down what is planned as a decision, with its day.", "计划中的事项请记为决策并注明日期。"
)
_EARLY = Words(
    "The data begins on {first}; {on} lies before it.", "数据自 {first} 起，{on} 早于该日。"
)
_EARLY_HINT = Words("Choose a later day.", "请选择更晚的日期。")
