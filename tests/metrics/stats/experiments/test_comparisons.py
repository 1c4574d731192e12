"""Rates, means, ratios and CUPED against published numbers and against scipy and statsmodels."""

from __future__ import annotations

import math

import numpy as np
import pytest
import statsmodels.api as sm
from scipy.stats import ttest_ind
from statsmodels.stats.proportion import confint_proportions_2indep, proportions_ztest
from statsmodels.stats.weightstats import CompareMeans, DescrStatsW

from metrics.stats.experiments.effect import LiftStatus, Method, Status
from metrics.stats.experiments.means import cuped, cuped_ratio, ratio_delta, welch
from metrics.stats.experiments.proportions import two_proportions
from metrics.stats.experiments.sums import Sums


def drawn(seed: int, n: int, mean: float = 10.0, sd: float = 3.0) -> np.ndarray:
    return np.random.default_rng(seed).normal(mean, sd, n)


def sums(*columns: np.ndarray) -> Sums:
    return Sums.of_values(*[c.tolist() for c in columns])


@pytest.mark.parametrize(
    ("control", "treatment", "low", "high"),
    [
        ((48, 80), (56, 70), 0.0524, 0.3339),
        ((3, 10), (9, 10), 0.1705, 0.8090),
        ((2, 7), (6, 7), 0.0582, 0.8062),
    ],
)
def test_newcombes_published_intervals(control, treatment, low, high):
    """Newcombe (1998), Stat. Med. 17:873, table II, method 10."""
    found = two_proportions(*control, *treatment)
    assert (found.low, found.high) == pytest.approx((low, high), abs=5e-5)


def test_the_lady_tasting_tea():
    """Fisher (1935): 3 of 4 against 1 of 4; 34 of 70 orders are as extreme."""
    found = two_proportions(1, 4, 3, 4)
    assert found.method is Method.FISHER
    assert found.p_value == pytest.approx(34 / 70, abs=1e-12)
    assert found.statistic is None


def test_returning_visitors_against_new_ones():
    """UCI Online Shoppers Purchasing Intention (Sakar & Kastro 2018, DOI 10.24432/C5F88Q, CC BY
    4.0): 1,470 of 10,551 sessions of returning visitors ended in a purchase, and 422 of 1,694 of
    new ones."""
    found = two_proportions(1470, 10551, 422, 1694)
    z, p = proportions_ztest([422, 1470], [1694, 10551])
    low, high = confint_proportions_2indep(422, 1694, 1470, 10551, method="newcomb")
    assert found.statistic == pytest.approx(z, rel=1e-10)
    assert found.p_value == pytest.approx(p, rel=1e-10)
    assert (found.low, found.high) == pytest.approx((low, high), rel=1e-10)
    assert found.diff == pytest.approx(0.10979, abs=1e-5)
    assert found.lift == pytest.approx(0.78803, abs=1e-5)


@pytest.mark.parametrize(
    "converted", [(4, 1000, 5, 1000), (3, 1000, 5, 1000), (996, 1000, 997, 1000)]
)
def test_exact_below_five_expected(converted):
    """4 + 5 of 2,000 is 4.5 a thousand; what did not happen counts as well."""
    assert two_proportions(*converted).method is Method.FISHER


def test_z_from_five_expected_on():
    assert two_proportions(5, 1000, 5, 1000).method is Method.POOLED_Z


@pytest.mark.parametrize(
    ("counts", "status"),
    [
        ((0, 0, 3, 10), Status.EMPTY_ARM),
        ((3, 10, 0, 0), Status.EMPTY_ARM),
        ((0, 100, 0, 90), Status.NO_VARIANCE),
        ((100, 100, 90, 90), Status.NO_VARIANCE),
        ((0, 1, 0, 1), Status.NO_VARIANCE),
    ],
)
def test_a_rate_that_cannot_be_compared_says_why(counts, status):
    found = two_proportions(*counts)
    assert (found.status, found.p_value, found.low, found.high) == (status, None, None, None)
    assert found.reason is not None


def test_one_unit_each_is_exact():
    found = two_proportions(0, 1, 1, 1)
    assert (found.status, found.p_value) == (Status.OK, pytest.approx(1.0))


def test_none_of_control_has_no_lift():
    found = two_proportions(0, 1000, 30, 1000)
    assert found.lift is None
    assert found.lift_status is LiftStatus.ZERO_CONTROL
    assert found.significant


def test_counts_beyond_n_are_refused():
    with pytest.raises(ValueError, match="not conversion events"):
        two_proportions(11, 10, 1, 10)


def test_welch_of_the_nist_cars():
    """NIST/SEMATECH e-Handbook 1.3.5.3: miles per gallon of 249 US and 79 Japanese cars."""
    found = welch(Sums.of_sd(79, 30.48101, 6.107710), Sums.of_sd(249, 20.14458, 6.414700))
    assert found.statistic == pytest.approx(-12.94627, abs=1e-4)
    assert found.df == pytest.approx(136.8750, abs=1e-3)


def test_welch_is_scipys():
    c, t = drawn(1, 40), drawn(2, 25, 11, 8)
    found = welch(sums(c), sums(t))
    theirs = ttest_ind(t, c, equal_var=False)
    ends = CompareMeans(DescrStatsW(t), DescrStatsW(c)).tconfint_diff(usevar="unequal")
    assert found.p_value == pytest.approx(theirs.pvalue, rel=1e-10)
    assert found.df == pytest.approx(theirs.df, rel=1e-10)
    assert (found.low, found.high) == pytest.approx(ends, rel=1e-10)


def test_values_near_a_billion_keep_their_spread():
    """Σy² in floating point has no digits left: plain sums give variances of 0 and 164 for 1."""
    c, t = 1e9 + drawn(3, 300, 0, 1), 1e9 + drawn(4, 300, 0.5, 1)
    found = welch(sums(c), sums(t))
    theirs = ttest_ind(t - 1e9, c - 1e9, equal_var=False)
    assert found.p_value == pytest.approx(theirs.pvalue, rel=1e-6)


@pytest.mark.parametrize(
    ("control", "treatment", "status"),
    [
        ([], [1.0, 2.0], Status.EMPTY_ARM),
        ([1.0], [1.0, 2.0], Status.ONE_UNIT),
        ([3.0, 3.0], [3.0, 3.0, 3.0], Status.NO_VARIANCE),
        ([0.0, 0.0, 0.0], [0.0, 5.0, 0.0], Status.ONE_ARM_CONSTANT),
        ([0.1] * 7, [0.1] * 9, Status.NO_VARIANCE),
    ],
)
def test_means_that_cannot_be_compared_say_why(control, treatment, status):
    found = welch(Sums.of_values(control), Sums.of_values(treatment))
    assert (found.status, found.p_value, found.se) == (status, None, None)


def test_sums_of_no_real_values_are_refused():
    with pytest.raises(ValueError, match="no real values"):
        welch(Sums.of_mean(10, 100, 900), Sums.of_mean(10, 100, 1100))


def test_a_ratio_is_the_regression_with_errors_by_cluster():
    """Orders per session, users as units: OLS on the session's intercept and arm, cluster-robust,
    differs by (m − 1)/m in each arm alone."""
    rng = np.random.default_rng(5)
    arms, ols = [], []
    for arm, rate in ((0, 1.0), (1, 1.2)):
        d = rng.poisson(3, 200) + 1.0
        y = rng.poisson(rate * d * rng.gamma(2, 0.5, 200)).astype(float)
        arms.append(sums(y, d))
        ols += [
            (arm, u + 1000 * arm, yy / dd, dd) for u, (yy, dd) in enumerate(zip(y, d, strict=True))
        ]
    x = np.array([[1.0, a] for a, *_ in ols])
    y, w = (np.array([row[i] for row in ols]) for i in (2, 3))
    groups = np.array([row[1] for row in ols])
    fit = sm.WLS(y, x, weights=w).fit(
        cov_type="cluster", cov_kwds={"groups": groups, "use_correction": False}
    )
    found = ratio_delta(*arms)
    assert found.diff == pytest.approx(fit.params[1], rel=1e-10)
    assert found.se == pytest.approx(fit.bse[1] * math.sqrt(200 / 199), rel=1e-9)


def test_a_ratio_over_nothing():
    d = Sums.of_values([1.0, 0.0], [0.0, 0.0])
    assert ratio_delta(d, d).status is Status.ZERO_DENOMINATOR


def test_a_ratio_over_ones_is_a_mean():
    c, t = drawn(6, 50), drawn(7, 60)
    one = ratio_delta(sums(c, np.ones(50)), sums(t, np.ones(60)))
    assert one.p_value == pytest.approx(welch(sums(c), sums(t)).p_value, rel=1e-10)


def test_cuped_is_written_out():
    """θ = cov(y, x) / var(x) over both arms; then Welch on y − θx, by scipy."""
    xc, xt = drawn(8, 80), drawn(9, 90)
    yc, yt = xc + drawn(10, 80, 0, 1), xt + drawn(11, 90, 0.4, 1)
    x, y = np.concatenate([xc, xt]), np.concatenate([yc, yt])
    theta = np.cov(y, x)[0, 1] / np.var(x, ddof=1)
    found = cuped(sums(yc, xc), sums(yt, xt))
    theirs = ttest_ind(yt - theta * xt, yc - theta * xc, equal_var=False)
    assert found.theta == pytest.approx(theta, rel=1e-10)
    assert found.effect.p_value == pytest.approx(theirs.pvalue, rel=1e-9)
    assert found.effect.control == pytest.approx((yc - theta * (xc - x.mean())).mean(), rel=1e-10)
    reduction = 1 - (found.effect.se / found.plain.se) ** 2
    assert found.variance_reduction == pytest.approx(reduction)
    assert found.variance_reduction > 0.8
    assert found.worth_traffic == pytest.approx(1 / (1 - reduction) - 1)


def test_cuped_without_spread_before_is_the_plain_result():
    c, t = drawn(12, 30), drawn(13, 30)
    found = cuped(sums(c, np.zeros(30)), sums(t, np.zeros(30)))
    assert found.effect == found.plain
    assert (found.theta, found.variance_reduction) == (0.0, 0.0)


def test_cuped_of_ratios_is_cuped_of_linearised_values():
    """Each arm's own linearisation around its own ratios, θ from all units together."""
    rng = np.random.default_rng(14)
    made = []
    for lift in (1.0, 1.1):
        person = rng.gamma(4, 0.25, 400)
        d, w = rng.poisson(4, 400) + 1.0, rng.poisson(4, 400) + 1.0
        made.append((rng.poisson(lift * person * d) * 1.0, d, rng.poisson(person * w) * 1.0, w))

    def line(y, d):
        return (y - y.sum() / d.sum() * d) / d.mean()

    y, d, x, w = (np.concatenate([a[i] for a in made]) for i in range(4))
    theta = np.cov(line(y, d), line(x, w))[0, 1] / np.var(line(x, w), ddof=1)
    found = cuped_ratio(*[sums(*a) for a in made])
    assert found.theta == pytest.approx(theta, rel=1e-9)
    each = [line(a[0], a[1]) - theta * line(a[2], a[3]) for a in made]
    se = math.sqrt(sum(np.var(v, ddof=1) / len(v) for v in each))
    assert found.effect.se == pytest.approx(se, rel=1e-9)
    assert found.variance_reduction > 0.1


def test_fieller_solves_its_equation():
    """The ends are the ratios ρ at which (t − ρc)² = q²(var t + ρ² var c)."""
    found = welch(sums(drawn(15, 30, 5, 3)), sums(drawn(16, 30, 6, 3)))
    q = (found.high - found.diff) / found.se
    for end in (found.lift_low, found.lift_high):
        rho = 1 + end
        left = (found.treatment - rho * found.control) ** 2
        assert left == pytest.approx(q * q * (found.variances[1] + rho**2 * found.variances[0]))


def test_a_negative_control_has_a_lift_of_the_right_sign():
    """From −10 to −8 is up by a fifth."""
    found = welch(sums(drawn(17, 500, -10, 1)), sums(drawn(18, 500, -8, 1)))
    assert found.lift == pytest.approx(0.2, abs=0.02)
    assert found.lift_low < found.lift < found.lift_high


def test_control_that_may_be_zero_has_no_bounds():
    found = welch(sums(drawn(19, 30, 0.1, 3)), sums(drawn(20, 30, 6, 3)))
    assert found.lift_status is LiftStatus.UNBOUNDED
    assert (found.lift_low, found.lift_high) == (None, None)
    assert found.low is not None


def test_rare_events_among_a_trillion_come_to_an_end():
    """3 against 1 of as many: two-sided 10 of 16 coin tosses, as among ten thousand."""
    for n in (10**4, 10**12):
        assert two_proportions(1, n, 3, n).p_value == pytest.approx(0.625, abs=1e-4)
    assert two_proportions(10**11, 2 * 10**11, 3, 10).p_value == pytest.approx(0.34375, abs=1e-4)
