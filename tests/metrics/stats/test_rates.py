"""What a counted thing costs: intervals against their definition and by simulation."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.stats.rates import Scatter, cost_change, dispersion, unit_cost


def test_unit_cost_by_hand() -> None:
    """10 customers for 1,000: the score interval of a count of 10 is x + z²/2 ± z·√(x + z²/4), that
    is 5.432 to 18.409; 1,000 divided by them."""
    low, high = unit_cost(1000, 10)
    assert low == pytest.approx(1000 / 18.409, rel=1e-4)
    assert high == pytest.approx(1000 / 5.432, rel=1e-4)


def test_more_scatter_is_a_wider_interval() -> None:
    narrow, wide = unit_cost(1000, 40), unit_cost(1000, 40, 3.0)
    assert wide[0] < narrow[0] < 25 < narrow[1] < wide[1]


def test_dispersion_by_hand() -> None:
    """Days of 2, 4, 6: mean 4, squares about it 8; 8 / 4 over 2 degrees of freedom is 1. Days of
    0, 0, 12: mean 4, squares 96; 24 over 2 is 12. Both: (2 + 24) / 4 = 6.5."""
    calm, wild = Scatter(12, 4 + 16 + 36, 3), Scatter(12, 144, 3)
    assert dispersion([calm]) == 1
    assert dispersion([wild]) == 12
    assert dispersion([calm, wild]) == 6.5
    assert dispersion([Scatter(5, 25, 1)]) == 1
    assert dispersion([Scatter(0, 0, 9)]) == 1


def test_cost_change_by_hand() -> None:
    """100 for 10 before, 100 for 8 now: 12.5 against 10 is a quarter more."""
    found = cost_change((100, 10), (100, 8))
    assert found.change == pytest.approx(0.25)
    assert found.low < 0 < found.high


@given(
    st.floats(1, 1e6), st.integers(1, 5000), st.floats(1, 1e6), st.integers(1, 5000),
    st.floats(1, 9),
)  # fmt: skip
def test_the_change_lies_in_its_interval_and_turns_around(
    spend_0: float, n_0: int, spend_1: float, n_1: int, scatter: float
) -> None:
    there = cost_change((spend_0, n_0), (spend_1, n_1), scatter)
    back = cost_change((spend_1, n_1), (spend_0, n_0), scatter)
    assert there.low <= there.change <= there.high
    assert 1 + there.low == pytest.approx(1 / (1 + back.high), rel=1e-6)


def test_intervals_hold_what_they_say() -> None:
    """Counts of 30 and 60 drawn 2,000 times: about 95 of 100 intervals hold the truth."""
    rng = np.random.default_rng(4)
    drawn = [(int(a), int(b)) for a, b in zip(rng.poisson(30, 2000), rng.poisson(60, 2000),
                                              strict=True)]  # fmt: skip
    of_cost = [unit_cost(1000, a) for a, _ in drawn]
    of_change = [cost_change((1000, a), (1800, b)) for a, b in drawn]
    truth = (1800 / 60) / (1000 / 30) - 1
    assert np.mean([low <= 1000 / 30 <= high for low, high in of_cost]) == pytest.approx(
        0.95, abs=0.015
    )
    assert np.mean([c.low <= truth <= c.high for c in of_change]) == pytest.approx(0.95, abs=0.015)


@pytest.mark.parametrize(("spend", "n", "scatter"), [(0, 1, 1), (1, 0, 1), (1, 1, 0.5), (-1, 1, 1)])
def test_what_can_not_be_divided_is_refused(spend: float, n: float, scatter: float) -> None:
    with pytest.raises(ValueError, match="must be above 0"):
        unit_cost(spend, n, scatter)
