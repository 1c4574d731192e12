"""Carry-over, the curve and its fit: figures worked out by hand, laws, what a fit finds again."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from metrics.stats.response import (
    Fit,
    Series,
    adstock,
    hill,
    ranged,
    response,
    seasons_of,
    settled,
    slope,
)
from metrics.stats.response_fit import fit

shares = st.floats(0.0, 0.95)
halves, shapes = st.floats(0.05, 20.0), st.floats(0.3, 3.0)
spends = st.floats(0.01, 50.0)


def test_half_of_an_effect_comes_each_week_later() -> None:
    """100 in the first week at a carry of 0.5: 50, then 25, then 12.5."""
    assert adstock(np.array([100.0, 0.0, 0.0]), 0.5).tolist() == [50.0, 25.0, 12.5]


def test_several_carries_at_once_are_those_of_each() -> None:
    spend = np.array([[100.0, 20.0, 0.0], [10.0, 0.0, 30.0]])
    both = adstock(spend, np.array([0.0, 0.5]))
    assert both[0].tolist() == spend.tolist()
    assert both[1].tolist() == adstock(spend, 0.5).tolist()


@given(st.floats(1, 1e6), shares)
def test_steady_spend_works_as_itself(spend: float, carry: float) -> None:
    worked = adstock(settled(np.full(6, spend), weeks=400), carry)
    assert worked[-1] == pytest.approx(spend, rel=1e-6)


def test_hills_curve_by_hand() -> None:
    """n = 1 and a half of 2: 1 gives 1/3, 2 gives 1/2, 6 gives 3/4; n = 2: 2² / (2² + 1²) = 4/5."""
    found = hill(np.array([0.0, 1.0, 2.0, 6.0]), 2.0, 1.0)
    assert found.tolist() == pytest.approx([0, 1 / 3, 1 / 2, 3 / 4])
    assert hill(np.array(2.0), 1.0, 2.0) == pytest.approx(0.8)


def test_the_curve_by_hand() -> None:
    """Half 1, shape 1, base 0.2: H doubles its share of H(1) = 1/2 at 3: 3/4 / (1/2) = 1.5, so
    g(3) = 0.2 + 0.8 x 1.5 = 1.4; g(0) is the base, g(1) is 1."""
    found = response(np.array([0.0, 1.0, 3.0]), 0.2, 1.0, 1.0)
    assert found.tolist() == pytest.approx([0.2, 1.0, 1.4])


@given(spends, shares, halves, shapes)
def test_the_slope_is_that_of_the_curve(a: float, base: float, half: float, shape: float) -> None:
    step = 1e-5 * a
    ends = response(np.array([a - step, a + step]), base, half, shape)
    found = float(slope(np.asarray(a), base, half, shape))
    assert found == pytest.approx(float(ends[1] - ends[0]) / (2 * step), rel=1e-3, abs=1e-7)


@given(spends, st.floats(1.0, 5.0), shares, halves, shapes)
def test_more_spend_never_draws_fewer(
    a: float, times: float, base: float, half: float, shape: float
) -> None:
    low, high = response(np.array([a, a * times]), base, half, shape)
    assert high >= low - 1e-12


@given(spends, st.floats(1.0, 5.0), shares, halves, st.floats(0.3, 1.0))
def test_without_an_s_each_customer_costs_more_than_the_one_before(
    a: float, times: float, base: float, half: float, shape: float
) -> None:
    """Shapes up to 1 bend down everywhere."""
    low, high = slope(np.array([a, a * times]), base, half, shape)
    assert high <= low * (1 + 1e-9)


def one(half: float = 1.0, base: float = 0.0, level: float = 60.0) -> Fit:
    """One known curve of a market that usually spends 1,000."""
    column = [np.array([v]) for v in (0.0, half, 1.0, base)]
    return Fit(*column, np.array([[level]]), np.array([1000.0]), 1.0, 99.0, 99.0, 1.0, column[0])


def test_what_the_next_customer_costs_by_hand() -> None:
    """60 customers at 1,000, half 1,000: 120 x s / (s + 1000). The slope at 1,000 is
    120 x 1000 / 2000² = 0.03 a unit of money: the next one costs 33.33, the average is 16.67."""
    found = one()
    assert found.customers(np.array([[1000.0]]))[0, 0] == pytest.approx(60)
    assert 1 / found.slopes(np.array([1000.0]))[0] == pytest.approx(100 / 3)


@given(st.floats(100, 5000), st.floats(1.01, 3.0), halves)
def test_marginal_cost_rises_with_spend_and_exceeds_the_average(
    spend: float, times: float, half: float
) -> None:
    found = one(half)
    now, more = (1 / found.slopes(np.array([s]))[0] for s in (spend, spend * times))
    average = spend / found.customers(np.array([[spend]]))[0, 0]
    assert more > now
    assert now >= average * (1 - 1e-9)


def weeks(
    noise: bool, half: float = 1.0, base: float = 0.0, carry: float = 0.0, level: float = 400.0
) -> Series:
    """Two years of one market whose true curve is known; `noise` draws counts."""
    rng = np.random.default_rng(5)
    spend = 1000 * rng.lognormal(0, 0.4, (1, 104))
    mean = level * response(adstock(settled(spend), carry)[:, 8:] / 1000, base, half, 1.0)
    customers = rng.poisson(mean).astype(float) if noise else mean
    controls = seasons_of(104)
    return Series(spend, customers, np.arange(104) < 100, controls, controls[-1])


def cost(half: float, base: float, level: float = 400.0) -> float:
    return 1000 / (level * float(slope(np.asarray(1.0), base, half, 1.0)))


@pytest.mark.parametrize(("half", "base", "carry"), [(1.0, 0, 0), (0.5, 0, 0.4), (2.0, 0.2, 0)])
def test_a_curve_without_noise_is_found_again(half: float, base: float, carry: float) -> None:
    """Expected customers in place of counts: within 10 % of the marginal cost and 1 % of the
    level, both inside their intervals."""
    found = fit(weeks(noise=False, half=half, base=base, carry=carry))
    marginal = ranged(1 / found.slopes(np.array([1000.0])))
    level = ranged(found.customers(np.array([[1000.0]]))[:, 0])
    assert marginal.value == pytest.approx(cost(half, base), rel=0.1)
    assert marginal.low < cost(half, base) < marginal.high
    assert level.value == pytest.approx(400, rel=0.01)
    assert abs(float(np.median(found.carry)) - carry) < 0.08
    assert found.spread == 1.0


def test_counts_leave_more_open_than_their_means_and_fewer_counts_more() -> None:
    def width(level: float) -> float:
        found = ranged(1 / fit(weeks(True, level=level)).slopes(np.array([1000.0])))
        return found.high / found.low

    assert width(400) < width(40) < width(10)


def test_the_same_weeks_give_the_same_answer() -> None:
    first, second = fit(weeks(True)), fit(weeks(True))
    assert (first.half == second.half).all()
    assert (first.level == second.level).all()


def test_scatter_beyond_counts_is_seen_and_widens() -> None:
    """Weeks whose demand moves by a quarter scatter far more than counts of 400."""
    calm = weeks(noise=True)
    moved = np.random.default_rng(8).gamma(16, 1 / 16, calm.customers.shape)
    wild = Series(calm.spend, np.round(calm.customers * moved), calm.used, calm.controls, calm.now)
    first, second = fit(calm), fit(wild)
    assert first.spread < 1.6
    assert 10 < second.spread < 50
    spans = [ranged(1 / f.slopes(np.array([1000.0]))) for f in (first, second)]
    assert spans[1].high / spans[1].low > spans[0].high / spans[0].low


def test_customers_who_come_anyway_show_no_gain() -> None:
    """Spend moves, customers do not: a curve fits no better than none."""
    rng = np.random.default_rng(3)
    spend = 1000 * rng.lognormal(0, 0.4, (1, 104))
    controls = seasons_of(104)
    flat = rng.poisson(60, (1, 104)).astype(float)
    found = fit(Series(spend, flat, np.arange(104) < 100, controls, controls[-1]))
    assert found.gain < 6
    assert fit(weeks(True)).gain > 50


def test_a_bend_shows_only_where_there_is_one() -> None:
    """A half far beyond the spend seen is a straight line."""
    assert fit(weeks(True, half=0.4)).bend > 10
    assert fit(weeks(True, half=1000.0)).bend < 4


def test_markets_share_a_curve_and_keep_their_levels() -> None:
    """Twice the people at a tenth of the money: the same curve on its own scale. Money in the
    cheap market draws 20 times as many, which a fit of the totals could not tell."""
    rng = np.random.default_rng(9)
    usual, level = np.array([1000.0, 100.0]), np.array([200.0, 400.0])
    spend = usual[:, None] * rng.lognormal(0, 0.4, (2, 104))
    mean = level[:, None] * response(spend / usual[:, None], 0.0, 1.0, 1.0)
    controls = seasons_of(104)
    found = fit(Series(spend, mean, np.arange(104) < 100, controls, controls[-1]))
    customers = found.customers(np.array([[1000.0, 100.0], [2000.0, 200.0]]))
    assert np.median(customers[:, 0]) == pytest.approx(600, rel=0.02)
    assert np.median(customers[:, 1]) == pytest.approx(800, rel=0.03)


def test_a_yearly_wave_is_not_taken_for_spend() -> None:
    """Budgets follow the season, demand does too: without controls the wave would be the effect."""
    rng = np.random.default_rng(4)
    controls = seasons_of(104)
    wave = np.exp(0.3 * controls[:, 1])
    spend = 1000 * wave * rng.lognormal(0, 0.25, 104)
    mean = 300 * wave * response(spend / 1000, 0.0, 1.0, 1.0)
    series = Series(spend[None], mean[None], np.arange(104) < 100, controls, np.zeros(3))
    plain = Series(spend[None], mean[None], series.used, controls[:, :0], np.zeros(0))
    marginal = [ranged(1 / fit(s).slopes(np.array([1000.0]))).value for s in (series, plain)]
    assert marginal[0] == pytest.approx(1000 / 150, rel=0.1)
    assert marginal[1] < 0.8 * marginal[0]


@pytest.mark.parametrize("weeks", [1, 30, 51, 52, 104])
def test_controls_are_centred_and_of_size_one(weeks: int) -> None:
    found = seasons_of(weeks)
    assert found.shape == (weeks, 3 if weeks >= 52 else 1)
    assert abs(found[:, 0].mean()) < 1e-12


@settings(max_examples=5, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_any_drawn_shop_gets_an_interval_around_its_middle(seed: int) -> None:
    rng = np.random.default_rng(seed)
    spend = rng.gamma(2.0, 500.0, (2, 60)) * (rng.random((2, 60)) < 0.8)
    customers = rng.poisson(15, (2, 60)).astype(float)
    controls = seasons_of(60)
    found = fit(Series(spend, customers, np.arange(60) < 55, controls, controls[-1]))
    middle = ranged(1 / found.slopes(found.usual))
    assert 0 < middle.low <= middle.value <= middle.high < np.inf
    curve = ranged(found.customers(found.usual[None])[:, 0])
    assert 0 < curve.low < curve.high


def test_what_does_not_fit_together_is_refused() -> None:
    calm = weeks(noise=False)
    with pytest.raises(ValueError, match="fit each other"):
        Series(calm.spend, calm.customers[:, 1:], calm.used, calm.controls, calm.now)
    with pytest.raises(ValueError, match="credit notes"):
        Series(-calm.spend, calm.customers, calm.used, calm.controls, calm.now)
    with pytest.raises(ValueError, match="needs spend and customers"):
        Series(calm.spend, calm.customers * 0, calm.used, calm.controls, calm.now)
