"""Annotations, targets and decisions: kept whole, or refused with what is wrong."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from i18n import LANGUAGES, Problem, Text
from store import (
    ANNOTATION,
    DECISION,
    TARGETS,
    Annotation,
    Decision,
    EditConflict,
    Kind,
    MetricTargets,
    Store,
)

NOTE = {"metric": "gmv", "on": date(2026, 11, 11), "text": "11.11 \u2014 双十一"}
PLAN = {"metric": "gmv", "grain": "month", "values": {date(2026, 11, 1): 1.5e6}, "currency": "CNY"}
DECIDED = {
    "text": "Stop the coupon", "owner": "Lin", "due": date(2026, 12, 7), "metric": "aov",
    "expected": "AOV up 2 %", "made_on": date(2026, 11, 30),
}  # fmt: skip
WHOLE: list[tuple[Kind[Any], Any]] = [
    (ANNOTATION, Annotation(**NOTE)),
    (TARGETS, MetricTargets(**PLAN)),
    (TARGETS, MetricTargets(metric="aov", grain="week", values={})),
    (DECISION, Decision(**DECIDED)),
    (DECISION, Decision(**{**DECIDED, "metric": None, "status": "done", "outcome": "+1 %"})),
]


@pytest.mark.parametrize(("kind", "body"), WHOLE)
def test_each_reads_back_as_it_was(store: Store, kind: Kind[Any], body: Any) -> None:
    store.save(kind, "s", body, author="lin", based_on=None, name="one")
    [found] = store.list(kind, "s")
    assert found.body == body


@pytest.mark.parametrize(("kind", "body"), WHOLE)
def test_the_second_of_two_editors_is_told_and_loses_nothing(
    store: Store, kind: Kind[Any], body: Any
) -> None:
    first = store.save(kind, "s", body, author="lin", based_on=None, name="one")
    store.save(kind, "s", body, author="ada", based_on=first.revision, name="one")
    with pytest.raises(EditConflict) as told:
        store.save(kind, "s", body, author="bo", based_on=first.revision, name="one")
    assert "ada" in told.value.say(Text("zh"))
    assert [v.author for v in store.history(kind, "s", "one")] == ["bo", "ada", "lin"]
    draft = told.value.draft
    assert draft is not None
    assert draft.body == body


def test_space_around_a_text_is_left_out() -> None:
    assert Annotation(**{**NOTE, "text": "  sale\n"}).text == "sale"


def test_targets_of_a_metric_have_one_record_a_grain() -> None:
    assert MetricTargets(**PLAN).record == "gmv:month"


def weeks(*starts: date) -> dict[str, Any]:
    return {"grain": "week", "values": dict.fromkeys(starts, 1.0)}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("model", "given", "changes", "code"),
    [
        (Annotation, NOTE, {"text": "  "}, "store_text"),
        (Annotation, NOTE, {"text": "x" * 201}, "store_text"),
        (Annotation, NOTE, {"text": "a\x00b"}, "store_text"),
        (Annotation, NOTE, {"metric": "GMV "}, "metric_key"),
        (MetricTargets, PLAN, {"metric": ""}, "metric_key"),
        (MetricTargets, PLAN, {"values": {date(2026, 11, 2): 1.0}}, "target_bucket"),
        (MetricTargets, PLAN, {"values": {date(2026, 11, 1): float("nan")}}, "target_number"),
        (MetricTargets, PLAN, weeks(date(2026, 11, 16), date(2026, 11, 22)), "target_bucket"),
        (MetricTargets, PLAN, weeks(date(2026, 11, 17)), "target_bucket"),
        (MetricTargets, PLAN, {"values": dict.fromkeys(
            (date(y, m, 1) for y in range(1950, 2001) for m in range(1, 13)), 1.0
        )}, "targets_many"),
        (Decision, DECIDED, {"text": ""}, "store_text"),
        (Decision, DECIDED, {"owner": " "}, "store_text"),
        (Decision, DECIDED, {"expected": "x" * 501}, "store_text"),
        (Decision, DECIDED, {"due": date(2026, 11, 29)}, "decision_due"),
        (Decision, DECIDED, {"metric": "no key"}, "metric_key"),
    ],
)  # fmt: skip
def test_what_can_not_be_kept_is_refused_in_words(
    model: Any, given: dict[str, Any], changes: dict[str, Any], code: str, language: Any
) -> None:
    with pytest.raises(Problem) as told:
        model(**{**given, **changes})
    assert told.value.code == code
    assert "{" not in told.value.say(Text(language))


def test_weeks_start_on_mondays_or_on_sundays() -> None:
    for start in (date(2026, 11, 16), date(2026, 11, 15)):
        assert MetricTargets(**{**PLAN, **weeks(start)}).values == {start: 1.0}
