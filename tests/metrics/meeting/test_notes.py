"""Which annotations stand on a chart, and which decisions are still open."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from data.scope import Span
from data.warehouse import Coverage
from i18n import LANGUAGES, Problem, Text, Words
from metrics.meeting.notes import is_overdue, notes_of, open_decisions, require_seen
from store import Action, Annotation, Decision, Saved

NOVEMBER = Span(date(2026, 11, 1), date(2026, 12, 1))


def saved(name: str, content: Any) -> Saved[Any]:
    at = datetime(2026, 11, 30, tzinfo=UTC)
    return Saved("k", "s", name, 1, None, Action.SAVED, "lin", at, "", content)


def note(on: int, metric: str = "gmv", month: int = 11) -> Saved[Annotation]:
    body = Annotation(metric=metric, on=date(2026, month, on), text=f"day {on}")
    return saved(f"{month}-{on}", body)


def decision(name: str, due: int, **changes: Any) -> Saved[Decision]:
    given = {"text": name, "owner": "Lin", "made_on": date(2026, 11, 2), **changes}
    return saved(name, Decision(due=date(2026, 11, due), **given))


SPOILT = saved("spoilt", Problem("x", Words("x", "x")))


def test_notes_of_the_metric_within_the_span_by_day() -> None:
    kept = [note(30), note(1), note(5, "aov"), note(1, month=12), note(31, month=10), SPOILT]
    assert [n.body.on.day for n in notes_of(kept, "gmv", NOVEMBER)] == [1, 30]


def test_the_most_urgent_open_decision_comes_first() -> None:
    kept = [
        decision("late", 25),
        decision("soon", 9),
        decision("over", 4, status="done"),
        decision("given up", 4, status="dropped"),
        decision("made later", 20, made_on=date(2026, 11, 17)),
        SPOILT,
    ]
    assert [d.name for d in open_decisions(kept, date(2026, 11, 16))] == ["soon", "late"]


def test_a_decision_is_overdue_when_its_day_is_over() -> None:
    one = decision("one", 9).body
    assert not is_overdue(one, date(2026, 11, 9))
    assert is_overdue(one, date(2026, 11, 10))
    assert not is_overdue(decision("one", 9, status="done").body, date(2026, 11, 10))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("on", "code"),
    [
        (date(2026, 11, 15), None),
        (date(2026, 11, 16), "annotation_future"),
        (date(2025, 1, 1), None),
        (date(2024, 12, 31), "annotation_early"),
    ],
)
def test_a_day_that_no_chart_shows_is_refused(on: date, code: str | None, language: Any) -> None:
    coverage = Coverage(
        start=date(2025, 1, 1), through=datetime(2026, 11, 15, 23), until=date(2026, 11, 15),
        last_day=date(2026, 11, 15), built_at=datetime(2026, 11, 16), filled={},
    )  # fmt: skip
    body = Annotation(metric="gmv", on=on, text="x")
    if code is None:
        require_seen(body, coverage)
        return
    with pytest.raises(Problem) as told:
        require_seen(body, coverage)
    assert told.value.code == code
    assert str(on) in told.value.say(Text(language))
