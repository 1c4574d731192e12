"""Trust checks, corrections, segments, quantiles, guardrails, Bayes, power."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.stats import beta, chisquare, norm
from statsmodels.stats.meta_analysis import combine_effects
from statsmodels.stats.power import NormalIndPower

from metrics.stats.experiments import bayes, power
from metrics.stats.experiments.effect import Effect, Method, Status
from metrics.stats.experiments.means import welch
from metrics.stats.experiments.multiplicity import Correction, adjusted
from metrics.stats.experiments.non_inferiority import non_inferior
from metrics.stats.experiments.proportions import two_proportions
from metrics.stats.experiments.quantiles import QuantileArm, quantile_arm, quantile_difference
from metrics.stats.experiments.segments import heterogeneity
from metrics.stats.experiments.srm import sample_ratio
from metrics.stats.experiments.sums import Sums


def test_the_published_mismatch():
    """Kohavi, Tang & Xu (2020), chapter 3: 821,588 against 815,482 at 50:50 has p = 1.8e-6."""
    found = sample_ratio([821_588, 815_482], [50, 50])
    assert found.p_value == pytest.approx(1.8e-6, rel=0.03)
    assert found.alarm
    assert found.p_value == pytest.approx(chisquare([821_588, 815_482]).pvalue, rel=1e-10)


def test_configured_weights_are_used():
    """900 and 100 are what 0.9 and 0.1 ask for."""
    found = sample_ratio([900, 100], [0.9, 0.1])
    assert (found.p_value, found.expected) == (pytest.approx(1.0), pytest.approx((900, 100)))
    assert sample_ratio([900, 100], [0.5, 0.5]).alarm_any_time


def test_an_arm_without_weight_does_not_count():
    assert sample_ratio([50, 50, 0], [1, 1, 0]).df == 1
    with pytest.raises(ValueError, match="without weight"):
        sample_ratio([50, 50, 3], [1, 1, 0])


def test_nothing_to_compare_has_no_ratio():
    assert sample_ratio([0, 0], [1, 1]) is None
    assert sample_ratio([10], [1]) is None


def test_any_time_is_slower_to_alarm():
    found = sample_ratio([5170, 4830], [1, 1])
    assert found.alarm
    assert not found.alarm_any_time
    assert found.e_value > 1


def test_the_e_value_has_mean_one_without_mismatch():
    """Summed over all splits of 40 units, as a fair bet is."""
    total = sum(
        sample_ratio([k, 40 - k], [3, 1]).e_value * math.comb(40, k) * 0.75**k * 0.25 ** (40 - k)
        for k in range(41)
    )
    assert total == pytest.approx(1.0, abs=1e-9)


def test_holm_by_hand_and_undefined_left_out():
    """0.01·3, 0.02·2, 0.03·1 but not below the one before."""
    found = adjusted([0.03, None, 0.01, 0.02], Correction.HOLM)
    assert found == [pytest.approx(0.04), None, pytest.approx(0.03), pytest.approx(0.04)]


def test_false_discovery_rates_by_hand():
    """BH: 0.01·3/1, 0.02·3/2, 0.03·3/3, the smallest from the right; BY times 1 + 1/2 + 1/3."""
    p = [0.01, 0.02, 0.03]
    assert adjusted(p, Correction.BENJAMINI_HOCHBERG) == pytest.approx([0.03] * 3)
    assert adjusted(p, Correction.BENJAMINI_YEKUTIELI) == pytest.approx([0.055] * 3)
    assert adjusted([None], Correction.HOLM) == [None]


def effect(diff: float, se: float) -> Effect:
    return Effect(100, 100, Method.WELCH, Status.OK, diff=diff, se=se)


@pytest.mark.filterwarnings("ignore::RuntimeWarning")  # theirs, of a negative variance
@given(st.lists(st.tuples(st.floats(-5, 5), st.floats(0.1, 3)), min_size=2, max_size=8))
def test_heterogeneity_is_statsmodels(parts):
    found = heterogeneity([effect(d, s) for d, s in parts])
    theirs = combine_effects(
        np.array([d for d, _ in parts]), np.array([s * s for _, s in parts]), method_re="dl"
    )
    assert found.q == pytest.approx(theirs.q, rel=1e-8, abs=1e-10)
    assert found.tau2 == pytest.approx(max(0, theirs.tau2), rel=1e-8, abs=1e-10)
    # Theirs goes on with a negative variance between segments; ours is then 0, the fixed effect.
    fixed = theirs.tau2 <= 0
    mean = theirs.mean_effect_fe if fixed else theirs.mean_effect_re
    se = theirs.sd_eff_w_fe if fixed else theirs.sd_eff_w_re
    assert found.common == pytest.approx(mean, rel=1e-8, abs=1e-9)
    assert found.common_se == pytest.approx(se, rel=1e-8)


def test_alike_segments_shrink_to_the_whole_and_far_ones_stay():
    alike = heterogeneity([effect(1.0, 1), effect(1.2, 1), effect(0.9, 1)])
    assert alike.i_squared == 0
    assert [s.diff for s in alike.shrunken] == pytest.approx([alike.common] * 3)
    apart = heterogeneity([effect(0, 0.1), effect(10, 0.1)])
    assert apart.p_value < 1e-6
    assert apart.shrunken[1].diff == pytest.approx(10, abs=0.01)


def test_two_segments_are_the_z_of_their_difference():
    found = heterogeneity([effect(1, 0.3), effect(2, 0.4)])
    assert found.p_value == pytest.approx(2 * norm.sf(1 / 0.5), rel=1e-10)


def test_segments_without_an_answer_are_left_out():
    none = Effect(0, 5, Method.WELCH, Status.EMPTY_ARM)
    assert heterogeneity([none, effect(1, 1)]) is None
    assert heterogeneity([effect(1, 1), none, effect(2, 1)]).shrunken[1] is None


def test_the_spread_of_a_median_is_that_of_the_normal():
    """√(π/2)·σ/√n = 1.2533·σ/√n."""
    rng = np.random.default_rng(1)
    c, t = rng.normal(0, 1, 20_000), rng.normal(0, 1, 20_000)
    found = quantile_difference(quantile_arm(c, 0.5), quantile_arm(t, 0.5), 0.5)
    assert found.se == pytest.approx(1.2533 * math.sqrt(2 / 20_000), rel=0.1)
    assert found.diff == pytest.approx(np.median(t) - np.median(c))


def test_one_persons_values_are_not_independent():
    """Each value nine times: three times the spread, not a third of it."""
    rng = np.random.default_rng(2)
    people = rng.normal(0, 1, 500)
    nine, who = np.repeat(people, 9), np.repeat(np.arange(500), 9)
    alone = quantile_arm(nine, 0.5)
    clustered = quantile_arm(nine, 0.5, units=who)
    assert clustered.cluster_factor == pytest.approx(9, rel=0.01)
    assert (alone.cluster_factor, clustered.units) == (1.0, 500)


def test_quantiles_that_cannot_be_compared_say_why():
    few, flat = QuantileArm(20, 5, 4, 6), QuantileArm(2000, 0, 0, 0)
    assert quantile_difference(few, few, 0.99).status is Status.TOO_FEW_FOR_QUANTILE
    assert quantile_difference(flat, flat, 0.5).status is Status.NO_WIDTH
    none = quantile_arm([], 0.5)
    assert quantile_difference(none, few, 0.5).status is Status.EMPTY_ARM


def test_non_inferiority_by_hand():
    """98.5 against 100 with a margin of 2 %: (98.5 − 98) / √(0.1² + (0.98·0.1)²)."""
    e = welch(Sums.of_sd(10_000, 100, 10), Sums.of_sd(10_000, 98.5, 10))
    found = non_inferior(e, 0.02)
    assert found.statistic == pytest.approx(0.5 / math.hypot(0.1, 0.098), rel=1e-9)
    assert found.holds
    assert found.bound > 0
    assert not non_inferior(e, 0.01).holds


def test_where_less_is_better_more_is_the_loss():
    e = welch(Sums.of_sd(10_000, 100, 10), Sums.of_sd(10_000, 101, 10))
    assert non_inferior(e, 0.02, lower_is_better=True).holds
    assert not non_inferior(e, 0.005, lower_is_better=True).holds


def test_a_guardrail_without_an_answer_does_not_hold():
    found = non_inferior(two_proportions(0, 9, 0, 9), 0.02)
    assert (found.p_value, found.holds) == (None, False)


@pytest.mark.parametrize("counts", [(2, 20, 5, 22), (0, 10, 0, 10), (30, 100, 30, 100)])
def test_the_beta_posterior_by_brute_force(counts):
    xc, nc, xt, nt = counts
    c, t = beta(1 + xc, 1 + nc - xc), beta(1 + xt, 1 + nt - xt)
    found = bayes.beta_binomial(*counts)
    win = quad(lambda x: t.pdf(x) * c.cdf(x), 0, 1)[0]
    gain = quad(lambda x: t.sf(x) * c.cdf(x), 0, 1)[0]
    loss = quad(lambda x: c.sf(x) * t.cdf(x), 0, 1)[0]
    assert found.chance_to_win == pytest.approx(win, abs=1e-8)
    assert (found.loss_control, found.loss_treatment) == pytest.approx((gain, loss), abs=1e-8)
    low = quad(lambda x: c.pdf(x) * t.cdf(x + found.low), 0, 1)[0]
    assert low == pytest.approx(0.025, abs=1e-6)


def test_the_exact_sum_and_the_quadrature_agree():
    exact = bayes.beta_binomial(1470, 10551, 422, 1694)
    near = bayes.beta_binomial(1470, 10551, 422, 1694, prior=(1 + 1e-9, 1))
    assert exact.exact
    assert not near.exact
    assert near.chance_to_win == pytest.approx(exact.chance_to_win, abs=1e-9)
    assert bayes.beta_binomial(150_000, 10**6, 150_000, 10**6).chance_to_win == pytest.approx(
        0.5, abs=1e-9
    )


def test_the_normal_posterior_and_its_losses():
    found = bayes.normal_posterior(0.02, 0.01)
    loss = quad(lambda d: max(-d, 0) * norm.pdf(d, 0.02, 0.01), -0.1, 0.0)[0]
    assert found.chance_to_win == pytest.approx(norm.cdf(2))
    assert found.loss_treatment == pytest.approx(loss, rel=1e-6)
    assert found.loss_control == pytest.approx(0.02 + loss, rel=1e-6)


def test_a_prior_draws_the_estimate_halfway():
    """Prior as sure as the data, mean 0: half the estimate, se / √2."""
    found = bayes.normal_posterior(0.02, 0.01, prior_sd=0.01)
    assert (found.low + found.high) / 2 == pytest.approx(0.01)
    assert found.chance_to_win == pytest.approx(norm.cdf(math.sqrt(2)))


def test_the_chances_of_being_best_sum_to_one():
    arms = [bayes.rate_posterior(x, 1000) for x in (100, 110, 120)]
    found = bayes.best_of(arms)
    assert sum(found) == pytest.approx(1.0, abs=1e-9)
    assert found == tuple(sorted(found))
    two = bayes.best_of([bayes.rate_posterior(30, 200), bayes.rate_posterior(40, 200)])
    assert two[1] == pytest.approx(bayes.beta_binomial(30, 200, 40, 200).chance_to_win, abs=1e-9)
    means = bayes.best_of([bayes.mean_posterior(1, 0.1), bayes.mean_posterior(1, 0.1)])
    assert means == pytest.approx((0.5, 0.5))


def test_the_sample_size_of_power_prop_test():
    """R: power.prop.test(p1 = .10, p2 = .11, power = .8) says n = 14,750.79 in each group."""
    assert power.units_for_rates(0.10, 0.11) / 2 == pytest.approx(14_750.79, abs=0.01)


def test_sixteen_times_the_variance():
    """Lehr's rule: about 16 σ² / δ² per arm (15.7), and the same as statsmodels."""
    per_arm = power.units_for_means(3.0, 0.5) / 2
    assert per_arm == pytest.approx(15.7 * 9 / 0.25, rel=0.001)
    theirs = NormalIndPower().solve_power(0.5 / 3, alpha=0.05, power=0.8)
    assert per_arm == pytest.approx(theirs, rel=1e-5)


def test_unequal_split_costs_and_a_covariate_pays():
    even = power.units_for_means(1, 0.1)
    assert power.units_for_means(1, 0.1, share=0.1) == pytest.approx(even * 0.25 / 0.09)
    assert power.units_for_means(1, 0.1, correlation=0.8) == pytest.approx(even * 0.36)
    assert power.units_for_means(1, 0.1, comparisons=3) > even


@given(st.floats(0.001, 0.6), st.integers(2_000, 10**6))
def test_what_can_be_detected_needs_that_many(rate, units):
    rise = power.detectable_rate(rate, units)
    assert power.units_for_rates(rate, rate + rise) == pytest.approx(units, rel=1e-5)
    mean = power.detectable_mean(2.0, units)
    assert power.units_for_means(2.0, mean) == pytest.approx(units, rel=1e-9)


def test_too_few_units_detect_nothing():
    assert power.detectable_rate(0.5, 4) is None
    assert power.units_for_rates(0.1, 0.1) == math.inf
    assert power.units_for_means(1, 0) == math.inf


def test_power_at_the_size_that_was_asked_for():
    """The se that 80 % needs: δ / (1.96 + 0.84)."""
    assert power.power_of(1, 1 / 2.801585) == pytest.approx(0.8, abs=1e-5)
    assert power.power_of(0, 1) == pytest.approx(0.05)
    assert power.power_of(power.detectable(0.3), 0.3) == pytest.approx(0.8, abs=1e-5)


def test_the_published_exaggeration():
    """Gelman & Carlin (2014): effect 2, se 8.1: power 0.06, exaggerated 9.7 times (simulated)."""
    assert power.power_of(2, 8.1) == pytest.approx(0.06, abs=0.005)
    assert power.exaggeration(2, 8.1) == pytest.approx(9.6, abs=0.2)
    assert power.exaggeration(10, 1) == pytest.approx(1.0, abs=1e-6)


def test_units_and_days_more():
    """se halves with four times the units: from z = 1.4 to 2.8 are three times as many again."""
    assert power.units_more(1.4008, 1.0, 1000) == pytest.approx(3000, rel=1e-3)
    assert power.units_more(5, 1, 1000) == 0
    assert power.units_more(0, 1, 1000) == math.inf
    assert power.days_for(1001, 100) == 11
    assert power.days_for(1000, 100) == 10
    assert power.days_for(10, 0) is None
