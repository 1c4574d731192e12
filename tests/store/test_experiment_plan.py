"""What a plan of an experiment may say: kept whole, or refused with what is wrong."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from i18n import LANGUAGES, Problem, Text
from store import EXPERIMENT_PLAN, ExperimentPlan, Guardrail, PlannedArm, Store
from store.experiment_plan import LONGEST_TEXT, MOST_ARMS

HALVES = (PlannedArm(arm="a", weight=0.5, is_control=True), PlannedArm(arm="b", weight=0.5))


def plan(**changes: Any) -> ExperimentPlan:
    given: dict[str, Any] = {
        "name": "Checkout", "starts_on": date(2026, 8, 3), "ends_on": date(2026, 8, 30),
        "arms": HALVES, "primary": ("orders_within_14_days",),
        "guardrails": (Guardrail(metric="refund_share_within_14_days", margin=0.02),),
        "secondary": ("gmv_within_14_days",), **changes,
    }  # fmt: skip
    return ExperimentPlan(**given)


def weighing(*weights: float, controls: int = 1) -> tuple[PlannedArm, ...]:
    return tuple(
        PlannedArm(arm=f"arm {n}", weight=w, is_control=n < controls) for n, w in enumerate(weights)
    )


def test_it_reads_back_as_it_was(store: Store) -> None:
    body = plan(worth=0.01, cap=0.99, cap_nonzero=True, planned_units=20_000, owner="林")
    saved = store.save(EXPERIMENT_PLAN, "s", body, author="lin", based_on=None, name="checkout")
    assert saved.body == body
    found = store.load(EXPERIMENT_PLAN, "s", "checkout")
    assert found is not None
    assert found.body == body


def test_blanks_around_names_are_not_part_of_them() -> None:
    """An arm typed as “b ” would never meet the exposures of “b”."""
    arms = (HALVES[0], PlannedArm(arm=" b ", weight=0.5))
    made = plan(arms=arms, name=" Checkout ", primary=(" orders_within_14_days",))
    assert (made.arms, made.name, made.primary) == (HALVES, "Checkout", ("orders_within_14_days",))


@pytest.mark.parametrize(
    "changes",
    [
        {"arms": weighing(50, 50)},
        {"arms": weighing(0.9, 0.1)},
        {"arms": weighing(0.33, 0.33, 0.33)},
        {"arms": weighing(*[10] * MOST_ARMS)},
        {"ends_on": date(2026, 8, 3)},
        {"ends_on": None, "planned_units": 1},
        {"ends_on": None, "mode": "always_valid"},
        {"unit": "visitor", "mode": "fixed"},
        {"cap": 0.5},
        {"guardrails": (), "secondary": ()},
    ],
)
def test_what_is_kept(changes: dict[str, Any]) -> None:
    assert plan(**changes) is not None


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"name": " "}, "plan_name"),
        ({"hypothesis": "x" * (LONGEST_TEXT + 1)}, "plan_text"),
        ({"unit": "session"}, "plan_unit"),
        ({"ends_on": date(2026, 8, 2)}, "plan_days"),
        ({"arms": weighing(1)}, "plan_arms"),
        ({"arms": weighing(*[10] * (MOST_ARMS + 1))}, "plan_arms"),
        ({"arms": (HALVES[0], PlannedArm(arm=" ", weight=0.5))}, "plan_arms"),
        ({"arms": (HALVES[0], PlannedArm(arm="a ", weight=0.5))}, "plan_arm_twice"),
        ({"arms": weighing(0.5, 0.5, controls=0)}, "plan_control"),
        ({"arms": weighing(0.5, 0.5, controls=2)}, "plan_control"),
        ({"arms": weighing(1, 0)}, "plan_weights"),
        ({"arms": weighing(1.5, -0.5)}, "plan_weights"),
        ({"arms": weighing(0.5, float("nan"))}, "plan_weights"),
        ({"arms": weighing(0.5, float("inf"))}, "plan_weights"),
        ({"arms": weighing(0.5, 0.4)}, "plan_weights_sum"),
        ({"arms": weighing(1, 1)}, "plan_weights_sum"),
        ({"primary": ()}, "plan_primary"),
        ({"primary": tuple("wxyz")}, "plan_primary"),
        ({"secondary": ("orders_within_14_days",)}, "plan_metric_twice"),
        ({"guardrails": (Guardrail(metric="m", margin=0),)}, "plan_margin"),
        ({"guardrails": (Guardrail(metric="m", margin=1),)}, "plan_margin"),
        ({"guardrails": (Guardrail(metric="m", margin=float("nan")),)}, "plan_margin"),
        ({"mode": "peeking"}, "plan_mode"),
        ({"planned_units": 0}, "plan_units"),
        ({"ends_on": None}, "plan_end"),
        ({"worth": -0.1}, "plan_number"),
        ({"alpha": 0}, "plan_number"),
        ({"power": 1}, "plan_number"),
        ({"worth": float("nan")}, "plan_number"),
        ({"cap": 1}, "plan_cap"),
        ({"cap": 0.4}, "plan_cap"),
        ({"cap": float("nan")}, "plan_cap"),
    ],
)
def test_what_makes_no_sense_is_refused_with_what_is_wrong(
    changes: dict[str, Any], code: str
) -> None:
    with pytest.raises(Problem) as told:
        plan(**changes)
    assert told.value.code == code
    for language in LANGUAGES:
        assert "{" not in told.value.say(Text(language))
