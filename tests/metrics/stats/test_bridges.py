"""Parts sum to the change: by hand, then for anything."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.stats.bridges import Bridge, additive, product, product_plus

positive = st.floats(1e-3, 1e6)
factors = st.fixed_dictionaries({"buyers": positive, "frequency": positive, "aov": positive})
amounts = st.dictionaries(st.sampled_from("abcde"), st.floats(-1e9, 1e9), min_size=1)


def parts(bridge: Bridge) -> dict[str, float]:
    return {p.key: p.value for p in bridge.parts}


def assert_closes(bridge: Bridge) -> None:
    change = bridge.end - bridge.start
    size = max(abs(bridge.start), abs(bridge.end), *(abs(p.value) for p in bridge.parts), 1.0)
    assert math.fsum(p.value for p in bridge.parts) == pytest.approx(change, abs=1e-9 * size)


def test_a_sum_moves_by_its_parts_differences() -> None:
    bridge = additive({"new": 10, "retained": 5}, {"new": 7, "retained": 9, "resurrected": 2})
    assert (bridge.start, bridge.end) == (15, 18)
    assert parts(bridge) == {"new": -3, "retained": 4, "resurrected": 2}


def test_a_product_where_one_factor_moves_gives_it_the_whole_change() -> None:
    """10 buyers × 2 orders → 15 buyers × 2 orders: 20 → 30, all of it by buyers."""
    bridge = product({"buyers": 10, "frequency": 2}, {"buyers": 15, "frequency": 2})
    assert parts(bridge) == pytest.approx({"buyers": 10, "frequency": 0})


def test_a_product_by_logarithmic_means() -> None:
    """2 × 3 = 6 → 4 × 6 = 24. Both doubled, so each has half of the change of 18."""
    assert parts(product({"a": 2, "b": 3}, {"a": 4, "b": 6})) == pytest.approx({"a": 9, "b": 9})


def test_opposite_moves_that_cancel_still_show() -> None:
    """10 × 2 → 20 × 1: nothing changed in total, +13.86 and −13.86 did (20 × ln 2)."""
    found = parts(product({"buyers": 10, "frequency": 2}, {"buyers": 20, "frequency": 1}))
    assert found == pytest.approx({"buyers": 20 * math.log(2), "frequency": -20 * math.log(2)})


def test_a_factor_that_vanishes_takes_the_change() -> None:
    """No buyers: the frequency of nobody is zero as well, and the two share the loss."""
    found = parts(product({"buyers": 10, "frequency": 2}, {"buyers": 0, "frequency": 2}))
    assert found == {"buyers": -20, "frequency": 0}
    both = parts(product({"buyers": 10, "frequency": 2}, {"buyers": 0, "frequency": 0}))
    assert both == {"buyers": -10, "frequency": -10}


def test_nothing_to_nothing_is_no_change() -> None:
    assert parts(product({"a": 0, "b": 3}, {"a": 0, "b": 5})) == {"a": 0, "b": 0}


def test_a_product_plus_guests() -> None:
    bridge = product_plus({"a": 2, "b": 3}, {"a": 4, "b": 6}, {"guests": 1}, {"guests": 5})
    assert (bridge.start, bridge.end) == (7, 29)
    assert parts(bridge) == pytest.approx({"a": 9, "b": 9, "guests": 4})


@given(amounts, amounts)
def test_every_sum_closes(before: dict[str, float], after: dict[str, float]) -> None:
    assert_closes(additive(before, after))


@given(factors, factors)
def test_every_product_closes(before: dict[str, float], after: dict[str, float]) -> None:
    assert_closes(product(before, after))


@given(factors, factors)
def test_going_back_undoes_the_parts(before: dict[str, float], after: dict[str, float]) -> None:
    there, back = product(before, after), product(after, before)
    size = max(there.start, there.end)
    undone = {key: -value for key, value in parts(back).items()}
    assert parts(there) == pytest.approx(undone, abs=1e-6 * size)
