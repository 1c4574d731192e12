"""Each trust check, passed and not."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from i18n import Text
from metrics.experiments.exposed import Exposed
from metrics.experiments.judge import corrected, judge
from metrics.experiments.outcomes import outcome
from metrics.experiments.record import Arm, Experiment, Judged, Role
from metrics.experiments.sums import Key, Table
from metrics.experiments.trust import Check, State, Trust, trust
from metrics.experiments.words import finding_sentence
from tests.metrics.experiments.made import (
    CONTROL,
    OVER,
    START,
    TREATMENT,
    experiment,
    met,
    rates,
    table,
)

EVEN = {CONTROL: 1_000, TREATMENT: 1_000}
SUMS = table(rates({CONTROL: (100, 1_000), TREATMENT: (110, 1_000)}))


def checked(
    people: Exposed, *, e: Experiment | None = None, sums: Table = SUMS, over: bool = True,
    days_after: int = 1,
) -> Trust:  # fmt: skip
    asked = e or experiment()
    results = corrected([judge(asked, j, sums, OVER, {}) for j in asked.metrics])
    until = START + timedelta(days=days_after)
    return trust(asked, people, {7: sums}, results, until, over=over)


def state(found: Trust, check: Check) -> State:
    return next(f.state for f in found.findings if f.check is check)


def test_a_healthy_experiment_passes_all_there_is_to_check() -> None:
    found = checked(met(EVEN))
    assert found.failed is None
    assert {f.state for f in found.findings} == {State.PASSED, State.SKIPPED}
    assert [p for _, p in found.by_day] == [pytest.approx(1.0)]


def test_the_split_at_the_end_and_on_the_way() -> None:
    """1,000 against 1,150: p = 0.0012 passes; 1,000 against 1,160, p = 0.0006, fails at the end,
    while the test for any number of looks still waits."""
    assert state(checked(met({CONTROL: 1_000, TREATMENT: 1_150})), Check.SPLIT) is State.PASSED
    off = met({CONTROL: 1_000, TREATMENT: 1_160})
    assert state(checked(off), Check.SPLIT) is State.FAILED
    assert state(checked(off, over=False), Check.SPLIT) is State.PASSED
    far = met({CONTROL: 10_000, TREATMENT: 12_000})
    assert state(checked(far, over=False), Check.SPLIT) is State.FAILED


def test_weights_as_configured_not_halves() -> None:
    arms = (Arm(CONTROL, 0.9, True), Arm(TREATMENT, 0.1, False))
    found = checked(met({CONTROL: 9_000, TREATMENT: 1_000}), e=experiment(arms=arms))
    assert state(found, Check.SPLIT) is State.PASSED


@pytest.mark.parametrize(
    ("arms", "counts", "wanted"),
    [
        ((Arm(CONTROL, 0.5, True), Arm(TREATMENT, 0.5, False)), {**EVEN, "third": 1}, State.FAILED),
        ((), EVEN, State.FAILED),
        ((Arm(CONTROL, 0.5, False), Arm(TREATMENT, 0.5, False)), EVEN, State.FAILED),
        ((Arm(CONTROL, 0.5, True), Arm(TREATMENT, 0.3, False)), EVEN, State.WARNING),
    ],
    ids=["not in the plan", "no arms", "no control", "weights do not add up"],
)
def test_arms(arms: Any, counts: dict[str, int], wanted: State) -> None:
    assert state(checked(met(counts), e=experiment(arms=arms)), Check.ARMS) is wanted


def test_an_empty_arm() -> None:
    assert state(checked(met({CONTROL: 500, TREATMENT: 0})), Check.UNITS) is State.FAILED


def test_units_in_several_arms_fail_beyond_half_a_percent_and_chance() -> None:
    """10 of 2,010 (0.5 %) and 15 of 2,015 (0.74 %, from 0.45 % by chance) pass; 30 fail."""
    assert state(checked(met(EVEN, crossed=10)), Check.CROSSED) is State.PASSED
    assert state(checked(met(EVEN, crossed=15)), Check.CROSSED) is State.PASSED
    assert state(checked(met(EVEN, crossed=30)), Check.CROSSED) is State.FAILED


def test_arms_that_differed_before() -> None:
    """Prior orders of 0.1 against 0.2 per unit before anything was shown."""
    orders = Judged(outcome("orders_within_7_days"), Role.PRIMARY)

    def sums(prior: float) -> Table:
        rows: dict[Key, dict[str, float]] = {}
        for arm, mean in ((CONTROL, 0.1), (TREATMENT, prior)):
            rows["all", "", START, arm] = {
                "n": 1_000, "unrated": 0, "orders": 0.1, "orders_x_orders": 90.0,
                "prior_orders": mean, "prior_orders_x_prior_orders": 1_000 * mean * (1 - mean),
                "orders_x_prior_orders": 0.0,
            }  # fmt: skip
        return Table(7, rows, shifted=False, unrated=0)

    e = experiment((orders,))
    assert state(checked(met(EVEN), e=e, sums=sums(0.11)), Check.BEFORE) is State.PASSED
    assert state(checked(met(EVEN), e=e, sums=sums(0.2)), Check.BEFORE) is State.FAILED


def test_exposures_outside_of_the_test_are_said() -> None:
    assert state(checked(met(EVEN, early=3)), Check.TIMES) is State.WARNING
    assert state(checked(met(EVEN, late=3)), Check.TIMES) is State.WARNING


def test_silence_while_the_test_still_runs() -> None:
    assert state(checked(met(EVEN), days_after=3), Check.FRESH) is State.PASSED
    assert state(checked(met(EVEN), days_after=6), Check.FRESH) is State.WARNING


def test_twyman() -> None:
    """1 % against 30 %: more than five times what 2,000 units could detect."""
    sums = table(rates({CONTROL: (10, 1_000), TREATMENT: (300, 1_000)}))
    assert state(checked(met(EVEN), sums=sums), Check.TWYMAN) is State.WARNING
    assert state(checked(met(EVEN)), Check.TWYMAN) is State.PASSED


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_finding_is_a_sentence(language: Any) -> None:
    """No brace is left unfilled, whatever came out."""
    tr = Text(language)
    worlds = [
        checked(met(EVEN, crossed=40, early=2, late=1), days_after=9),
        checked(met({CONTROL: 1_000, TREATMENT: 1_500})),
        checked(met({})),
        checked(met({**EVEN, "third": 2})),
    ]
    for found in worlds:
        for finding in found.findings:
            said = finding_sentence(finding, tr)
            assert said
            assert "{" not in said


def test_a_single_day_on_which_the_split_broke() -> None:
    """Nine healthy days of 200 hide one of 150 against 50 in the whole, not in the days."""
    counts = {
        ("all", "", START + timedelta(days=d), arm): n
        for d in range(10)
        for arm, n in ((CONTROL, 150 if d == 4 else 97), (TREATMENT, 50 if d == 4 else 103))
    }
    people = Exposed(dict(counts), sum(counts.values()), 0, 0, 0)
    found = checked(people, days_after=11)
    assert state(found, Check.SPLIT) is State.PASSED
    assert state(found, Check.SPLIT_BY_DAY) is State.WARNING
    said = next(f for f in found.findings if f.check is Check.SPLIT_BY_DAY)
    assert "5 Mar" in finding_sentence(said, Text("en"))
    assert state(checked(met(EVEN)), Check.SPLIT_BY_DAY) is State.PASSED
