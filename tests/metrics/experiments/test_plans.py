"""Writing a plan down: what is checked, what a late change needs, what exposures say against it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from data.scope import Scope
from i18n import Problem, Text
from metrics.experiments.plan_file import read_plans
from metrics.experiments.plan_words import decision_table
from metrics.experiments.plans import (
    Seen,
    check_key,
    needs_note,
    save_plan,
    seen_arms,
    seen_words,
    stored_plan,
)
from metrics.experiments.record import experiments, of_plan
from store import EXPERIMENT_PLAN, EditConflict, ExperimentPlan, Saved, Store, open_store
from tests.world import at, shop, user, world

BEFORE, AFTER = date(2024, 5, 1), date(2024, 6, 20)


def plan(**changes: Any) -> ExperimentPlan:
    """Starts on 1 June 2024."""
    body: dict[str, Any] = {
        "name": "Buy button",
        "starts_on": date(2024, 6, 1),
        "ends_on": date(2024, 6, 28),
        "arms": (
            {"arm": "control", "weight": 50, "is_control": True},
            {"arm": "sticky", "weight": 50},
        ),
        "primary": ("orders_within_14_days",),
        "guardrails": ({"metric": "gmv_within_14_days", "margin": 0.1},),
        **changes,
    }
    return ExperimentPlan.model_validate(body)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """Its clock stands at noon of 1 May 2024."""
    opened = open_store(
        f"sqlite:///{tmp_path}/store.sqlite", clock=lambda: datetime(2024, 5, 1, 12, tzinfo=UTC)
    )
    yield opened
    opened.close()


def saved(
    store: Store,
    body: ExperimentPlan,
    based_on: int | None = None,
    note: str = "",
    today: date = BEFORE,
) -> Saved[ExperimentPlan]:
    return save_plan(store, "world", "buy_button", body, "lin", based_on, note, today)


def test_a_plan_is_saved_and_changed_before_the_start_without_a_word(store: Store) -> None:
    first = saved(store, plan())
    second = saved(store, plan(worth=0.02), first.revision)
    assert (first.revision, second.revision, second.based_on) == (1, 2, 1)
    assert stored_plan(store, "world", "buy_button") == second


def test_a_change_after_the_start_needs_its_reason(store: Store) -> None:
    first = saved(store, plan())
    with pytest.raises(Problem) as told:
        saved(store, plan(worth=0.02), 1, today=AFTER)
    assert told.value.code == "plan_note"
    assert "2024-06-01" in str(told.value)
    with pytest.raises(Problem):
        saved(store, plan(worth=0.02), 1, "   ", AFTER)
    assert stored_plan(store, "world", "buy_button") == first
    second = saved(store, plan(worth=0.02), 1, "legal asked for it", AFTER)
    assert second.note == "legal asked for it"


def test_moving_the_start_does_not_undo_that_it_has_begun(store: Store) -> None:
    first = saved(store, plan())
    later = plan(starts_on=date(2024, 7, 1), ends_on=date(2024, 7, 28))
    assert needs_note(first, later, AFTER)
    with pytest.raises(Problem):
        saved(store, later, 1, today=AFTER)


def test_the_first_day_itself_is_not_after_the_start(store: Store) -> None:
    first = saved(store, plan())
    assert not needs_note(first, plan(), date(2024, 6, 1))
    assert needs_note(first, plan(), date(2024, 6, 2))


def test_a_first_registration_after_the_start_needs_none(store: Store) -> None:
    assert saved(store, plan(fixed_on=date(2024, 5, 20)), today=AFTER).revision == 1


def test_the_same_plan_is_not_saved_twice(store: Store) -> None:
    first = saved(store, plan())
    assert saved(store, plan(), 1, today=AFTER) == first
    assert len(store.history(EXPERIMENT_PLAN, "world", "buy_button")) == 1


def test_two_edits_of_the_same_revision_conflict_and_neither_is_lost(store: Store) -> None:
    saved(store, plan())
    mine = saved(store, plan(worth=0.02), 1)
    with pytest.raises(EditConflict) as told:
        saved(store, plan(worth=0.03), 1)
    assert told.value.stored == mine
    kept = [s.body.worth for s in store.history(EXPERIMENT_PLAN, "world", "buy_button")]
    assert kept == [0.03, 0.02, 0.0]
    with pytest.raises(EditConflict):
        saved(store, plan(worth=0.04))


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"primary": ("joy_within_14_days",)}, "outcome_unknown"),
        ({"secondary": ("orders_within_999_days",)}, "outcome_unknown"),
        ({"guardrails": ({"metric": "joy", "margin": 0.1},)}, "outcome_unknown"),
        ({"guardrails": ({"metric": "margin_within_14_days", "margin": 0.1},)}, "plan_guardrail"),
        ({"fixed_on": date(2024, 5, 2)}, "plan_fixed_on"),
    ],
)
def test_what_the_store_cannot_know_is_checked(
    store: Store, changes: dict[str, Any], code: str
) -> None:
    with pytest.raises(Problem) as told:
        saved(store, plan(**changes))
    assert told.value.code == code
    assert stored_plan(store, "world", "buy_button") is None


@pytest.mark.parametrize("key", ["", "  ", "a\nb", "x" * 121])
def test_a_key_is_some_text(store: Store, key: str) -> None:
    with pytest.raises(Problem) as told:
        check_key(key.strip())
    assert told.value.code == "plan_key"


def exposed(unit: str, arm: str) -> dict[str, Any]:
    return {
        "experiment_id": "buy_button", "unit_id": unit, "arm": arm, "exposed_at": at("2024-06-02"),
    }  # fmt: skip


def test_arms_of_the_exposures_that_the_plan_does_not_have(tmp_path: Path) -> None:
    """Seen: control, blue. Planned: control, sticky."""
    w = world(
        tmp_path / "wh",
        settings=shop(),
        users=[user(1), user(2)],
        exposures=[exposed("1", "control"), exposed("2", "blue")],
    ).warehouse()
    found = seen_arms(w, Scope("CNY"), "buy_button", plan())
    assert found == Seen(2, ("blue",), ("sticky",))
    en, zh = (seen_words(found, Text(lang)) for lang in ("en", "zh"))
    assert "not in the plan: blue" in en[0]
    assert "没有任何曝光：sticky" in zh[1]
    assert seen_arms(w, Scope("CNY"), "another", plan()) == Seen(0, (), ())
    w.close()


def test_a_stored_plan_is_the_experiment_it_was_shown_as(tmp_path: Path, store: Store) -> None:
    """What the form shows before it is saved is what is read back: metrics, arms, rules."""
    saved(store, plan(worth=0.02))
    w = world(tmp_path / "wh", settings=shop(), users=[user(1)]).warehouse()
    [read] = experiments(w, Scope("CNY"), store)
    shown = of_plan("buy_button", plan(worth=0.02))
    assert (read.metrics, read.arms, read.mode, read.worth) == (
        shown.metrics, shown.arms, shown.mode, shown.worth,
    )  # fmt: skip
    tr = Text("en")
    assert decision_table(read, tr) == decision_table(shown, tr)
    w.close()


def write(folder: Path, text: str, name: str = "plan.yaml") -> Path:
    file = folder / name
    file.write_text(text, "utf-8")
    return file


ONE = """
name: Buy button
starts_on: 2024-06-01
ends_on: 2024-06-28
arms:
  - { arm: control, weight: 50, is_control: true }
  - { arm: sticky, weight: 50 }
primary: [orders_within_14_days]
guardrails: [{ metric: gmv_within_14_days, margin: 0.1 }]
"""


def test_a_file_of_one_plan_and_of_several(tmp_path: Path) -> None:
    one = write(tmp_path, ONE)
    assert read_plans(one, "x") == {"x": plan()}
    several = "experiments:\n  x:" + ONE.replace("\n", "\n    ") + "\n  y: {name: Y}\n"
    file = write(tmp_path, several, "several.yaml")
    assert read_plans(file, "x") == {"x": plan()}
    with pytest.raises(Problem) as told:
        read_plans(file, None)
    assert told.value.code == "plan_field_missing"


def test_json_is_read_as_well(tmp_path: Path) -> None:
    file = write(tmp_path, plan().model_dump_json(indent=1), "plan.json")
    assert read_plans(file, "x") == {"x": plan()}


@pytest.mark.parametrize(
    ("text", "code", "said"),
    [
        ("", "plan_file_empty", "holds no plan"),
        ("- 1", "plan_file_empty", "holds no plan"),
        ("name: [", "mapping_yaml", "not valid YAML"),
        (ONE.replace("weight: 50 }", "weight: 60 }"), "plan_weights_sum", "add up to 110"),
        (ONE.replace("2024-06-01", "2024-13-01"), "plan_field_wrong", "line 3: starts_on is"),
        (ONE.replace("primary:", "primry:"), "plan_field_unknown", "no field primry"),
        (ONE.replace("weight: 50 }", "weight: many }"), "plan_field_wrong", "a number"),
        ("experiments: {y: {}}", "plan_file_unknown", "has no plan of “x”; it has y"),
    ],
)
def test_a_file_without_sense_is_told_by_line(
    tmp_path: Path, text: str, code: str, said: str
) -> None:
    with pytest.raises(Problem) as told:
        read_plans(write(tmp_path, text), "x")
    assert told.value.code == code
    assert said in str(told.value)


def test_a_single_plan_needs_the_name_of_its_experiment(tmp_path: Path) -> None:
    with pytest.raises(Problem) as told:
        read_plans(write(tmp_path, ONE), None)
    assert told.value.code == "plan_file_key"
    with pytest.raises(Problem) as told:
        read_plans(tmp_path / "none.yaml", "x")
    assert told.value.code == "plan_file_missing"
