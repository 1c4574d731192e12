"""Several arms at once, against scipy and by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.stats import chi2_contingency, ttest_ind

from metrics.stats.experiments.effect import Status
from metrics.stats.experiments.omnibus import Omnibus, means_differ, rates_differ


def test_rates_are_pearsons_chi_square() -> None:
    """Of 100 each 10, 20 and 30: 20 expected everywhere; 2 · 100/20 + 2 · 100/80 = 12.5."""
    found = rates_differ([(10, 100), (20, 100), (30, 100)])
    assert found.statistic == pytest.approx(12.5)
    assert found.df == 2
    assert found.p_value == pytest.approx(math.exp(-12.5 / 2))  # two degrees of freedom
    table = np.array([[10, 20, 30], [90, 80, 70]])
    assert found.p_value == pytest.approx(chi2_contingency(table, correction=False).pvalue)


def test_two_means_are_welchs_t_squared() -> None:
    rng = np.random.default_rng(3)
    a, b = rng.normal(1, 1, 40), rng.normal(1.4, 3, 25)
    found = means_differ([(x.mean(), x.var(ddof=1), len(x)) for x in (a, b)])
    plain = ttest_ind(a, b, equal_var=False)
    assert found.statistic == pytest.approx(plain.statistic**2)
    assert found.p_value == pytest.approx(plain.pvalue)


def test_the_order_of_arms_and_the_unit_do_not_matter() -> None:
    arms = [(1.0, 2.0, 30), (1.5, 1.0, 50), (0.9, 4.0, 20)]
    first = means_differ(arms)
    assert means_differ(arms[::-1]).p_value == pytest.approx(first.p_value)
    scaled = [(7 * m, 49 * v, n) for m, v, n in arms]
    assert means_differ(scaled).p_value == pytest.approx(first.p_value)


@pytest.mark.parametrize(
    ("found", "status"),
    [
        (rates_differ([(1, 5)]), Status.EMPTY_ARM),
        (rates_differ([(1, 5), (0, 0)]), Status.EMPTY_ARM),
        (rates_differ([(0, 5), (0, 9)]), Status.NO_VARIANCE),
        (rates_differ([(5, 5), (9, 9)]), Status.NO_VARIANCE),
        (means_differ([(1.0, 1.0, 5), (1.0, 1.0, 1)]), Status.ONE_UNIT),
        (means_differ([(1.0, 0.0, 5), (2.0, 0.0, 5)]), Status.NO_VARIANCE),
        (means_differ([(1.0, 0.0, 5), (2.0, 1.0, 5)]), Status.ONE_ARM_CONSTANT),
    ],
)
def test_what_cannot_be_computed_says_why(found: Omnibus, status: Status) -> None:
    assert found.status is status
    assert found.p_value is None


def test_more_conversions_than_units_are_refused() -> None:
    with pytest.raises(ValueError, match="conversions"):
        rates_differ([(6, 5), (1, 5)])
