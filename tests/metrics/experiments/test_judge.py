"""How one metric is read in each mode, and what is left of p-values."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from metrics.experiments.judge import Plan, comparing, conclusive, corrected, family, judge, level
from metrics.experiments.outcomes import outcome
from metrics.experiments.record import Arm, Judged, Role
from metrics.stats.experiments.effect import Effect
from metrics.stats.experiments.group_sequential import boundaries
from metrics.stats.experiments.means import cuped, cuped_ratio, ratio_delta, welch
from metrics.stats.experiments.modes import Mode
from metrics.stats.experiments.proportions import two_proportions
from metrics.stats.experiments.sums import Sums
from tests.metrics.experiments.made import (
    BOUGHT,
    CONTROL,
    OVER,
    TREATMENT,
    experiment,
    rates,
    table,
)

COUNTS = {CONTROL: (100, 1_000), TREATMENT: (140, 1_000)}
EXPOSED = {CONTROL: 1_010, TREATMENT: 1_000}


def test_a_fixed_horizon_at_its_end_is_the_plain_test() -> None:
    """100 of 1,000 against 140 of 1,000: z = 2.753, p = 0.0059, by the pooled rate of 12 %."""
    found = judge(experiment(), BOUGHT, table(rates(COUNTS)), OVER, EXPOSED)
    effect = found.compared[0].effect
    plain = two_proportions(100, 1_000, 140, 1_000)
    assert effect == plain
    assert effect.p_value == pytest.approx(0.00592, abs=1e-5)
    assert found.arms[0].missing == 10
    assert found.arms[1].total == pytest.approx(140)


def test_a_fixed_horizon_looked_at_early_is_read_sequentially() -> None:
    """No p-value then: at 40 % of the units the boundary asks for p < 0.0008."""
    early = Plan(Mode.FIXED, 2_000, 5_000, (0.4,), over=False)
    look = judge(experiment(), BOUGHT, table(rates(COUNTS)), early, EXPOSED).compared[0].look
    assert early.early
    assert look.mode is Mode.GROUP_SEQUENTIAL
    assert look.p_value is None
    assert look.boundary == boundaries((0.4,))[0]
    assert look.boundary.level < 0.001
    assert not look.conclusive


def test_the_family_shares_the_level_in_sequential_modes_only() -> None:
    arms = (Arm(CONTROL, 0.4, True), Arm("a", 0.3, False), Arm("b", 0.3, False))
    three = experiment(arms=arms)
    sequential = Plan(Mode.GROUP_SEQUENTIAL, 2_000, 2_000, (1.0,), over=True)
    assert family(three) == 2
    assert level(three, BOUGHT, sequential) == 0.025
    assert level(three, BOUGHT, OVER) == 0.05
    secondary = replace(BOUGHT, role=Role.SECONDARY)
    assert level(three, secondary, sequential) == 0.05


def test_holm_over_what_decides_bh_over_what_is_explored() -> None:
    """Two primary p-values of 0.0059 and 0.0321: Holm doubles the smaller, keeps the larger."""
    second = Judged(outcome("first_order_within_7_days"), Role.PRIMARY)
    third = Judged(outcome("returned_within_7_days"), Role.SECONDARY)
    other = {CONTROL: (100, 1_000), TREATMENT: (131, 1_000)}
    sums = table(
        rates(COUNTS), rates(other, variable="first_order"), rates(other, variable="returned")
    )
    e = experiment((BOUGHT, second, third))
    results = corrected([judge(e, j, sums, OVER, EXPOSED) for j in e.metrics])
    raw = [r.compared[0].look.p_value for r in results]
    made = [r.compared[0].adjusted for r in results]
    assert raw[0] is not None
    assert raw[1] is not None
    assert made[0] == pytest.approx(2 * raw[0])
    assert made[1] == pytest.approx(raw[1])
    assert made[2] == pytest.approx(raw[2])
    assert all(conclusive(r.compared[0]) for r in results)


def test_without_an_end_nothing_is_concluded_before_the_gate() -> None:
    """20 buyers an arm are too few for a sequence, however far apart the arms are."""
    open_ended = Plan(Mode.ALWAYS_VALID, 400, 0, (), over=False)
    few = {CONTROL: (20, 200), TREATMENT: (80, 200)}
    e = experiment(mode=Mode.ALWAYS_VALID)
    gated = judge(e, BOUGHT, table(rates(few)), open_ended, {}).compared[0]
    assert gated.look.gated
    assert not conclusive(gated)
    many = {CONTROL: (200, 2_000), TREATMENT: (400, 2_000)}
    opened = corrected([judge(e, BOUGHT, table(rates(many)), open_ended, {})])[0].compared[0]
    assert not opened.look.gated
    assert conclusive(opened)


def test_money_without_a_rate_says_nothing() -> None:
    gmv = Judged(outcome("gmv_within_7_days"), Role.PRIMARY)
    sums = table(rates(COUNTS, variable="gmv"), unrated=1)
    rows = {k: {**r, "prior_gmv": 0.0, "gmv_x_prior_gmv": 0.0, "prior_gmv_x_prior_gmv": 0.0}
            for k, r in sums.rows.items()}  # fmt: skip
    found = judge(experiment((gmv,)), gmv, replace(sums, rows=rows), OVER, EXPOSED)
    assert found.no_rate
    assert found.compared == ()
    bought = judge(experiment(), BOUGHT, table(rates(COUNTS), unrated=1), OVER, EXPOSED)
    assert not bought.no_rate


def test_nobody_with_a_whole_window_is_no_p_value() -> None:
    empty = table(rates({CONTROL: (0, 0), TREATMENT: (0, 0)}))
    found = judge(experiment(), BOUGHT, empty, OVER, EXPOSED)
    assert found.compared[0].effect.p_value is None
    assert found.compared[0].effect.reason is not None
    assert found.arms[0].mean is None
    assert found.arms[0].missing == 1_010


@pytest.mark.parametrize("key", ["orders", "gmv_per_order", "refund_share", "gmv"])
@pytest.mark.parametrize("alpha", [0.5, 0.05, 0.01, 1e-6])
def test_a_mean_compared_once_is_the_same_at_every_level(key: str, alpha: float) -> None:
    """The interval of another level is that of a comparison made at it, to the last digits."""
    judged = Judged(outcome(f"{key}_within_7_days"), Role.PRIMARY)
    width = len(judged.outcome.variables)
    rng = np.random.default_rng(7)
    c, t = (Sums.of_values(*(rng.gamma(2.0, 3.0 + k, 200) for _ in range(width))) for k in (0, 1))
    test = {1: welch, 2: cuped, 4: cuped_ratio}[width] if key != "refund_share" else ratio_delta
    made = test(c, t, alpha=alpha)
    told = made if isinstance(made, Effect) else made.effect
    assert comparing(judged, c, t)(alpha) == told


def test_no_answer_stays_none_at_another_level() -> None:
    judged = Judged(outcome("orders_within_7_days"), Role.PRIMARY)
    nothing = Sums.of_values([], [])
    assert comparing(judged, nothing, nothing)(0.01) == replace(
        cuped(nothing, nothing).effect, alpha=0.01
    )


@pytest.mark.parametrize("mode", [Mode.FIXED, Mode.GROUP_SEQUENTIAL])
def test_without_any_size_only_what_holds_at_any_time_is_read(mode: Mode) -> None:
    """Neither a planned size nor an end: a p-value of one look would be peeked at for ever."""
    endless = Plan(mode, 2_000, 0, (), over=False)
    look = judge(experiment(), BOUGHT, table(rates(COUNTS)), endless, EXPOSED).compared[0].look
    assert look.mode is Mode.ALWAYS_VALID
    assert look.nominal.p_value == pytest.approx(0.00592, abs=1e-5)
    assert look.p_value is not None
    assert look.p_value > 0.05


def test_a_sequence_shares_its_level_once() -> None:
    """Two treatments: alpha is halved, and the p-value is not doubled as well."""
    arms = (Arm(CONTROL, 0.4, True), Arm("a", 0.3, False), Arm("b", 0.3, False))
    e = experiment(arms=arms, mode=Mode.ALWAYS_VALID)
    counts = {CONTROL: (200, 2_000), "a": (400, 2_000), "b": (210, 2_000)}
    open_ended = Plan(Mode.ALWAYS_VALID, 6_000, 0, (), over=False)
    first, second = corrected([judge(e, BOUGHT, table(rates(counts)), open_ended, {})])[0].compared
    assert first.effect.alpha == 0.025
    assert first.adjusted is None
    assert conclusive(first)
    assert not conclusive(second)
