"""Bodies of older versions are brought up, or it is said why they can't be."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import BaseModel, ConfigDict

from i18n import Problem, Text, Words
from store import Kind, Store

NAME = Words(en="goal", zh="目标")


class GoalV1(BaseModel):
    metric: str


class Goal(BaseModel):
    """The third version: the metric became `key`, and got a value."""

    model_config = ConfigDict(extra="forbid")

    key: str
    value: float


def rename(body: dict[str, Any]) -> dict[str, Any]:
    body["key"] = body.pop("metric")
    return body


def add_value(body: dict[str, Any]) -> dict[str, Any]:
    return body | {"value": 0.0}


FIRST = Kind("goal", NAME, GoalV1)
THIRD = Kind("goal", NAME, Goal, version=3, upgrades={1: rename, 2: add_value})


def test_an_old_body_climbs_every_step_and_stays_as_it_was_stored(store: Store) -> None:
    store.save(FIRST, "uci", GoalV1(metric="gmv"), author="Anna", based_on=None)
    loaded = store.load(THIRD, "uci")
    assert loaded is not None
    assert loaded.body == Goal(key="gmv", value=0)
    store.save(THIRD, "uci", Goal(key="aov", value=1), author="Bo", based_on=1)
    assert [v.body for v in store.history(THIRD, "uci")] == [
        Goal(key="aov", value=1),
        Goal(key="gmv", value=0),
    ]


def test_restoring_an_old_body_stores_it_in_todays_format(store: Store) -> None:
    store.save(FIRST, "uci", GoalV1(metric="gmv"), author="Anna", based_on=None)
    store.restore(THIRD, "uci", 1, author="Bo", based_on=1)
    without_upgrades = Kind("goal", NAME, Goal, version=3)
    loaded = store.load(without_upgrades, "uci")
    assert loaded is not None
    assert loaded.body == Goal(key="gmv", value=0)


@pytest.mark.parametrize(
    ("kind", "code", "said"),
    [
        (Kind("goal", NAME, Goal, version=3, upgrades={1: rename}), "body_too_old", "format 2"),
        (Kind("goal", NAME, Goal), "body_unreadable", "key: Field required"),
        (
            Kind("goal", NAME, Goal, version=2, upgrades={1: add_value}),
            "body_unreadable",
            "key: Field required",
        ),
        (
            Kind("goal", NAME, Goal, version=3, upgrades={1: rename, 2: rename}),
            "body_unreadable",
            "KeyError: 'metric'",
        ),
    ],
    ids=["no step", "no longer valid", "step not enough", "step fails"],
)
def test_a_body_that_can_not_be_read_says_why_and_hides_nothing_else(
    store: Store, kind: Kind[Goal], code: str, said: str
) -> None:
    store.save(FIRST, "uci", GoalV1(metric="gmv"), author="Anna", based_on=None)
    with pytest.raises(Problem) as told:
        store.load(kind, "uci")
    assert told.value.code == code
    assert said in str(told.value)
    assert "「目标」" in told.value.say(Text("zh"))
    listed, old = store.list(kind, "uci")[0], store.history(kind, "uci")[0]
    assert (listed.author, old.author) == ("Anna", "Anna")
    with pytest.raises(Problem, match="goal"):
        _ = old.body
    with pytest.raises(Problem, match="goal"):
        store.restore(kind, "uci", 1, author="Bo", based_on=1)
    # The reader can choose anew: an unreadable version does not block its record.
    saved = store.save(kind, "uci", Goal(key="aov", value=1), author="Bo", based_on=1)
    assert store.load(kind, "uci") == saved


def test_a_body_from_a_newer_program_is_not_guessed_at(store: Store) -> None:
    store.save(THIRD, "uci", Goal(key="gmv", value=1), author="Anna", based_on=None)
    with pytest.raises(Problem, match=r"newer Northstar \(format 3; this one reads 1\)") as told:
        store.load(Kind("goal", NAME, Goal), "uci")
    assert told.value.code == "body_too_new"


def test_a_models_own_problem_keeps_both_languages() -> None:
    class Strict(BaseModel):
        metric: str

        def model_post_init(self, _context: object) -> None:
            raise Problem("no", Words(en="not this one", zh="不能是这个"))

    with pytest.raises(Problem) as told:
        Kind("goal", NAME, Strict).read({"metric": "gmv"}, 1)
    assert told.value.code == "body_unreadable"
    assert "not this one" in told.value.say(Text("en"))
    assert "不能是这个" in told.value.say(Text("zh"))


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_a_number_json_can_not_carry_is_refused_before_it_is_stored(
    store: Store, value: float
) -> None:
    with pytest.raises(ValueError, match=r"valid number|read back"):
        store.save(THIRD, "uci", Goal(key="gmv", value=value), author="Anna", based_on=None)
    assert store.history(THIRD, "uci") == ()
