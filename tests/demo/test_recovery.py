"""A small share of `make bench-recovery`: the truth is found, and a wrong truth is not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bench.demo_claims import Claim
from bench.recovery import Found, Study, study, too_few, too_many
from data.demo import PRESETS
from data.demo.trials import KEYS, SEARCH_TRIAL
from metrics.stats.experiments.effect import Effect, LiftStatus, Method, Status

SPEC = replace(PRESETS["bench"], users=25_000)
RUNS = 12


@pytest.fixture(scope="module", params=[False, True], ids=["same people", "anew"])
def made(request: pytest.FixtureRequest) -> Study:
    return study(SPEC, RUNS, anew=request.param)


def test_every_experiment_finds_its_truth_and_no_other(made: Study) -> None:
    """Nothing is flagged: what holds is held, a checkout without effect and the search experiment
    without its lost exposures are missed."""
    assert made.faults() == []
    pairs = zip(made.claims, made.found, strict=True)
    wrong = [found.covered for claim, found in pairs if claim.holds is False]
    assert len(wrong) == 2
    assert max(wrong) < RUNS / 2


def test_about_95_of_100_intervals_hold(made: Study) -> None:
    """13 claims in 12 draws: of 156 intervals that are right 19 times of 20, fewer than 139 hold
    once in a thousand studies."""
    right = [f for c, f in zip(made.claims, made.found, strict=True) if c.holds]
    assert all(f.bounded == RUNS for f in right)
    assert not too_few(sum(f.covered for f in right), sum(f.bounded for f in right))


def test_the_lost_arm_is_told_in_every_draw_and_no_other(made: Study) -> None:
    for key, split in zip(KEYS, made.splits, strict=True):
        alarmed = RUNS if key == KEYS[SEARCH_TRIAL] else 0
        assert (split.at_end, split.any_day) == (alarmed, alarmed), key


def test_the_study_can_fail() -> None:
    """178 of 200 are too few for 95 % (4.8 in ten thousand), 179 may be chance (1.2 in a thousand);
    likewise 4 and 3 alarms of 200 where one in a thousand is allowed."""
    assert too_few(178, 200)
    assert not too_few(179, 200)
    assert too_many(4, 200, 0.001)
    assert not too_many(3, 200, 0.001)


def test_a_lift_is_judged_by_its_own_interval() -> None:
    """Lift 10 % from 5 to 15 %: 15 % is held, 16 % is not; without ends nothing is judged."""
    effect = Effect(
        100, 100, Method.WELCH, Status.OK, 0.05, 1.0, 1.1, 0.1, 0.025, 198, 4.0, 0.0001, 0.05, 0.15,
        0.1, 0.05, 0.15, LiftStatus.OK,
    )  # fmt: skip
    for truth, held in ((0.15, 1), (0.16, 0)):
        found = Found()
        found.add(effect, Claim("", 0, lambda _: effect, truth, True))
        assert (found.bounded, found.covered, found.significant) == (1, held, 1)
    found = Found()
    found.add(replace(effect, lift_low=None), Claim("", 0, lambda _: effect, 0.15, True))
    assert (found.runs, found.bounded) == (1, 0)
