"""Every row of the decision table."""

from __future__ import annotations

from typing import Any

import pytest

from metrics.experiments.decision import Because, Decision, Verdict, decide, headline
from metrics.experiments.judge import Plan, corrected, judge
from metrics.experiments.outcomes import outcome
from metrics.experiments.record import Arm, Experiment, Judged, Role
from metrics.experiments.sums import Table
from metrics.experiments.trust import trust
from metrics.stats.experiments.modes import Mode
from tests.metrics.experiments.made import (
    BOUGHT,
    CONTROL,
    GUARD,
    OVER,
    START,
    TREATMENT,
    experiment,
    met,
    rates,
    table,
)

UNITS = {CONTROL: 1_000, TREATMENT: 1_000}
BETTER = {CONTROL: (100, 1_000), TREATMENT: (150, 1_000)}
WORSE = {CONTROL: (150, 1_000), TREATMENT: (100, 1_000)}
SAME = {CONTROL: (100, 1_000), TREATMENT: (104, 1_000)}
KEPT = {CONTROL: (400, 1_000), TREATMENT: (420, 1_000)}
LOST = {CONTROL: (400, 1_000), TREATMENT: (200, 1_000)}
UNSURE = {CONTROL: (40, 1_000), TREATMENT: (41, 1_000)}
RUNNING = Plan(Mode.FIXED, 2_000, 20_000, (0.1,), over=False)


def decided(e: Experiment, sums: Table, plan: Plan = OVER, **exposed: Any) -> Decision:
    counts = exposed.pop("counts", UNITS)
    people = met(counts, **exposed)
    results = corrected([judge(e, j, sums, plan, counts) for j in e.metrics])
    found = trust(e, people, {7: sums}, results, START, over=plan.over)
    return headline(decide(e, found, results))


def both(primary: dict[str, tuple[int, int]], guard: dict[str, tuple[int, int]]) -> Table:
    return table(rates(primary), rates(guard, variable="returned"))


@pytest.mark.parametrize(
    ("primary", "guard", "plan", "verdict", "because"),
    [
        (BETTER, KEPT, OVER, Verdict.SHIP, Because.BETTER),
        (WORSE, KEPT, OVER, Verdict.DONT_SHIP, Because.WORSE),
        (BETTER, LOST, OVER, Verdict.DONT_SHIP, Because.GUARDRAIL_BROKEN),
        (SAME, LOST, OVER, Verdict.DONT_SHIP, Because.GUARDRAIL_BROKEN),
        (BETTER, UNSURE, OVER, Verdict.INCONCLUSIVE, Because.GUARDRAIL_OPEN),
        (SAME, KEPT, OVER, Verdict.INCONCLUSIVE, Because.NOT_FOUND),
        (SAME, KEPT, RUNNING, Verdict.KEEP_RUNNING, Because.NOT_YET),
        (BETTER, KEPT, RUNNING, Verdict.KEEP_RUNNING, Because.NOT_YET),
    ],
)
def test_the_table(
    primary: Any, guard: Any, plan: Plan, verdict: Verdict, because: Because
) -> None:
    """The same win that ships at the end is no reason to stop at a tenth of the units."""
    found = decided(experiment((BOUGHT, GUARD)), both(primary, guard), plan)
    assert (found.verdict, found.because) == (verdict, because)


def test_a_win_that_is_not_worth_it() -> None:
    """A lift of 50 % where 60 % was the least worth shipping."""
    found = decided(experiment(worth=0.6), table(rates(BETTER)))
    assert found.because is Because.TOO_SMALL
    assert decided(experiment(worth=0.4), table(rates(BETTER))).verdict is Verdict.SHIP


def test_a_broken_split_makes_any_result_invalid() -> None:
    found = decided(experiment(), table(rates(BETTER)), counts={CONTROL: 1_000, TREATMENT: 1_400})
    assert found.verdict is Verdict.INVALID
    assert found.finding is not None
    assert found.finding.check.value == "split"


def test_nobody_met_it() -> None:
    none = {CONTROL: 0, TREATMENT: 0}
    found = decided(experiment(), table(), counts=none)
    assert found.verdict is Verdict.NOT_STARTED


def test_lower_is_better_turns_the_verdict() -> None:
    """Refunds of 10 % against 15 % of GMV, each unit with a GMV of 1: less is better."""
    refunds = Judged(outcome("refund_share_within_7_days"), Role.PRIMARY)
    counts = {CONTROL: (150, 1_000), TREATMENT: (100, 1_000)}
    rows = {
        key: {
            "n": row["n"], "unrated": 0, "refunds": row["bought"],
            "refunds_x_refunds": row["bought_x_bought"], "gmv": 1.0, "gmv_x_refunds": 0.0,
            "gmv_x_gmv": 0.0,
        }
        for key, row in rates(counts).items()
    }  # fmt: skip
    found = decided(experiment((refunds,)), Table(7, rows, shifted=False, unrated=0))
    assert found.verdict is Verdict.SHIP


def test_of_several_arms_the_one_that_can_be_shipped_speaks() -> None:
    arms = (Arm(CONTROL, 0.34, True), Arm("a", 0.33, False), Arm("b", 0.33, False))
    counts = {CONTROL: 1_000, "a": 1_000, "b": 1_000}
    sums = table(rates({CONTROL: (100, 1_000), "a": (104, 1_000), "b": (160, 1_000)}))
    found = decided(experiment(arms=arms), sums, counts=counts)
    assert (found.arm, found.verdict) == ("b", Verdict.SHIP)


def test_without_a_metric_that_exists_nothing_is_concluded() -> None:
    found = decided(experiment(()), table(rates(BETTER)))
    assert found.because is Because.NO_METRIC


def test_units_without_arms_on_record_are_invalid_not_absent() -> None:
    found = decided(experiment(arms=()), table(rates(BETTER)))
    assert found.verdict is Verdict.INVALID
    assert found.finding is not None
    assert found.finding.check.value == "arms"


def test_a_guardrail_with_too_little_data_does_not_hold_yet() -> None:
    """20 of 1,000 retained in either arm: before the gate opens it can't let an arm be shipped."""
    few = {CONTROL: (20, 1_000), TREATMENT: (20, 1_000)}
    early = Plan(Mode.GROUP_SEQUENTIAL, 2_000, 2_600, (0.77,), over=False)
    wide = Judged(GUARD.outcome, Role.GUARDRAIL, 0.9)
    great = {CONTROL: (100, 1_000), TREATMENT: (250, 1_000)}
    found = decided(experiment((BOUGHT, wide)), both(great, few), early)
    assert found.because is Because.GUARDRAIL_OPEN
