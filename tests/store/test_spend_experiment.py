"""What an experiment on spend may say: kept whole, or refused with what is wrong."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from i18n import LANGUAGES, Problem, Text
from store import SPEND_EXPERIMENT, SpendExperiment, Store
from store.spend_experiment import LONGEST_SOURCE


def experiment(**changes: Any) -> SpendExperiment:
    given: dict[str, Any] = {
        "channel": "kol", "start": date(2026, 8, 3), "end": date(2026, 8, 30), "currency": "CNY",
        "spend": 10_000.5, "customers": 50.0, "low": -2.0, "high": 70.0, "source": "geo", **changes,
    }  # fmt: skip
    return SpendExperiment(**given)


def test_it_reads_back_as_it_was(store: Store) -> None:
    body = experiment()
    saved = store.save(SPEND_EXPERIMENT, "s", body, author="lin", based_on=None, name="one")
    assert saved.body == body
    found = store.load(SPEND_EXPERIMENT, "s", "one")
    assert found is not None
    assert found.body == body


def test_one_day_is_a_span() -> None:
    assert experiment(end=date(2026, 8, 3)).start == date(2026, 8, 3)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"channel": " "}, "experiment_channel"),
        ({"end": date(2026, 8, 2)}, "experiment_days"),
        ({"spend": 0}, "experiment_numbers"),
        ({"customers": -1, "low": -2}, "experiment_numbers"),
        ({"spend": float("nan")}, "experiment_numbers"),
        ({"high": float("inf")}, "experiment_numbers"),
        ({"low": 50}, "experiment_interval"),
        ({"high": 49}, "experiment_interval"),
        ({"source": ""}, "experiment_source"),
        ({"source": "x" * (LONGEST_SOURCE + 1)}, "experiment_source"),
    ],
)
def test_what_makes_no_sense_is_refused_with_what_is_wrong(
    changes: dict[str, Any], code: str, language: Any
) -> None:
    with pytest.raises(Problem) as told:
        experiment(**changes)
    assert told.value.code == code
    assert "{" not in told.value.say(Text(language))


def test_a_deleted_one_can_be_restored(store: Store) -> None:
    """Its history keeps every version."""
    one = store.save(SPEND_EXPERIMENT, "s", experiment(), author="a", based_on=None, name="one")
    store.delete(SPEND_EXPERIMENT, "s", author="b", based_on=one.revision, name="one")
    assert store.list(SPEND_EXPERIMENT, "s") == ()
    [gone] = store.deleted(SPEND_EXPERIMENT, "s")
    back = store.restore(
        SPEND_EXPERIMENT, "s", gone.revision, author="c", based_on=gone.revision, name="one"
    )
    assert back.body == experiment()
    assert len(store.history(SPEND_EXPERIMENT, "s", "one")) == 3
