"""Parts sum to the change: by hand, then for anything."""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import permutations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from metrics.stats.bridges import Bridge, additive, mix_and_rate, product, product_plus

Factors = dict[str, float]
Segments = dict[str, tuple[float, float]]

NAMES = ("buyers", "frequency", "aov")
everyday = st.fixed_dictionaries({k: st.floats(1e-3, 1e6) for k in NAMES})
extreme = st.fixed_dictionaries(
    {k: st.just(0.0) | st.floats(-1e100, 1e100) | st.floats(5e-324, 1e-300) for k in NAMES}
)
amounts = st.dictionaries(st.sampled_from("abcde"), st.floats(-1e15, 1e15), min_size=1)
segments = st.dictionaries(
    st.sampled_from("abcd"),
    st.tuples(st.floats(-1e9, 1e9), st.just(0.0) | st.floats(1e-3, 1e9)),
    min_size=1,
).filter(lambda found: sum(x for _, x in found.values()) > 0)


def parts(bridge: Bridge) -> dict[str, float]:
    return {p.key: p.value for p in bridge.parts}


def assert_closes(bridge: Bridge) -> None:
    """To twelve digits of the change, or to the last digits of the largest number in it."""
    values = [p.value for p in bridge.parts]
    assert all(math.isfinite(v) for v in values)
    coarse = max(map(abs, (bridge.start, bridge.end, *values)))
    assert math.isclose(
        math.fsum(values), bridge.end - bridge.start, rel_tol=1e-12, abs_tol=2 * math.ulp(coarse)
    )


# Sums


def test_a_sum_moves_by_its_parts_differences() -> None:
    bridge = additive({"new": 10, "retained": 5}, {"new": 7, "retained": 9, "resurrected": 2})
    assert (bridge.start, bridge.end) == (15, 18)
    assert parts(bridge) == {"new": -3, "retained": 4, "resurrected": 2}


@given(amounts, amounts)
def test_every_sum_closes(before: Factors, after: Factors) -> None:
    assert_closes(additive(before, after))


@given(amounts, amounts)
def test_going_back_undoes_a_sum(before: Factors, after: Factors) -> None:
    there, back = additive(before, after), additive(after, before)
    coarse = max(map(abs, (there.start, there.end, *parts(there).values())))
    undone = {key: -value for key, value in parts(back).items()}
    assert parts(there) == pytest.approx(undone, abs=4 * math.ulp(coarse))


# Products

# The worked example of LMDIR, an R package (M. K. Heun): two sub-categories, three factors.
LMDIR = [
    ((1, 10, 2), (4, 5, 3), (50.47438029, -25.23719014, 14.76280986)),
    ((4, 5, 3), (5, 6, 4), (19.31568569, 15.78206435, 24.90224996)),
    ((4, 5, 3), (8, 2, 4), (42.96021467, -56.79031473, 17.83010006)),
    ((8, 2, 4), (10, 1, 5), (12.6549815, -39.30996299, 12.6549815)),
]


@pytest.mark.parametrize(("before", "after", "expected"), LMDIR)
def test_a_product_matches_the_published_example(
    before: tuple[float, ...], after: tuple[float, ...], expected: tuple[float, ...]
) -> None:
    bridge = product(dict(zip(NAMES, before, strict=True)), dict(zip(NAMES, after, strict=True)))
    assert tuple(parts(bridge).values()) == pytest.approx(expected, abs=5e-9)


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


def test_moves_that_cancel_but_for_rounding_keep_their_size() -> None:
    """20 → 20.000000000000004: one rounding step over the logarithm of one is not the level."""
    nearly = {"buyers": 20.0, "frequency": math.nextafter(1, 2)}
    found = parts(product({"buyers": 10, "frequency": 2}, nearly))
    assert found == pytest.approx({"buyers": 20 * math.log(2), "frequency": -20 * math.log(2)})


def test_a_factor_that_vanishes_takes_the_change() -> None:
    """No buyers: the frequency of nobody is zero as well, and the two share the loss."""
    found = parts(product({"buyers": 10, "frequency": 2}, {"buyers": 0, "frequency": 2}))
    assert found == {"buyers": -20, "frequency": 0}
    both = parts(product({"buyers": 10, "frequency": 2}, {"buyers": 0, "frequency": 0}))
    assert both == {"buyers": -10, "frequency": -10}


def test_zero_is_the_limit_of_small() -> None:
    """Buyers 10 → 1e-300 is as good as none: the formula must lead to what zero gives.

    The limit is slow: at 1e-300, frequency still has ln 2 / ln(1e301 / 2) of the loss of 20.
    """
    nearly = parts(product({"buyers": 10, "frequency": 2}, {"buyers": 1e-300, "frequency": 4}))
    none = parts(product({"buyers": 10, "frequency": 2}, {"buyers": 0, "frequency": 4}))
    assert none == {"buyers": -20, "frequency": 0}
    assert nearly["frequency"] == pytest.approx(20 * math.log(2) / math.log(1e301 / 2))


def test_nothing_to_nothing_is_no_change() -> None:
    assert parts(product({"a": 0, "b": 3}, {"a": 0, "b": 5})) == {"a": 0, "b": 0}


def test_a_loss_that_deepens_is_shared_like_a_gain() -> None:
    """Margin per order −2 → −4 at 3 → 6 orders: −6 → −24, the mirror of 6 → 24."""
    found = parts(product({"orders": 3, "margin": -2}, {"orders": 6, "margin": -4}))
    assert found == pytest.approx({"orders": -9, "margin": -9})


def test_a_factor_that_turns_negative_has_no_logarithm() -> None:
    """Orders 3 → 5 and margin 2 → −4: 6 → −20. Orders first: +4, then −30; margin first: −18,
    then −8. The means are −2 and −24."""
    found = parts(product({"orders": 3, "margin": 2}, {"orders": 5, "margin": -4}))
    assert found == pytest.approx({"orders": -2, "margin": -24})


def test_three_factors_of_which_one_turns() -> None:
    """a 1 → −1, b 1 → 2, c 1 → 3: 1 → −6. a's step is −2 × b × c: −2 where a goes first (2 of the
    6 orders), −4 after b alone, −6 after c alone (1 each), −12 where it goes last (2): −38 / 6.
    b's is a × c: 1 (2), −1 after a, 3 after c, −3 (2): −2 / 6; c's is 2 × a × b: likewise."""
    found = parts(product({"a": 1, "b": 1, "c": 1}, {"a": -1, "b": 2, "c": 3}))
    assert found == pytest.approx({"a": -38 / 6, "b": -2 / 6, "c": -2 / 6})


def test_two_signs_that_turn_leave_the_product_positive() -> None:
    """−1 × −1 → 1 × 1: the same product, and no logarithm of a negative ratio is taken."""
    assert parts(product({"a": -1, "b": -1}, {"a": 1, "b": 1})) == {"a": 0, "b": 0}


def test_a_product_too_small_to_be_written_still_closes() -> None:
    """1e-400 is 0 in floating point, though no factor is; the change is shared by logarithms."""
    found = parts(product({"a": 1e-200, "b": 1e-200}, {"a": 1, "b": 1}))
    assert found == pytest.approx({"a": 0.5, "b": 0.5})


def test_factors_that_differ_in_name_are_refused() -> None:
    with pytest.raises(ValueError, match="Hint: a factor that was nothing is 0"):
        product({"a": 1, "b": 2}, {"a": 3})


def test_a_product_too_large_to_be_written_is_refused() -> None:
    with pytest.raises(ValueError, match="Hint"):
        product({"a": 1e200, "b": 1e200}, {"a": 1, "b": 1})


@given(everyday | extreme, everyday | extreme)
@example({"buyers": 5e-324, "frequency": 3, "aov": 1}, {"buyers": 1e100, "frequency": 1, "aov": 1})
@example({"buyers": 1e-162, "frequency": 1e-162, "aov": 1}, dict.fromkeys(NAMES, 3e-162))
def test_every_product_closes(before: Factors, after: Factors) -> None:
    assert_closes(product(before, after))


@given(everyday, everyday)
def test_going_back_undoes_a_product(before: Factors, after: Factors) -> None:
    there, back = product(before, after), product(after, before)
    size = max(map(abs, parts(there).values()))
    undone = {key: -value for key, value in parts(back).items()}
    assert parts(there) == pytest.approx(undone, abs=1e-12 * size)


@given(everyday | extreme, everyday | extreme)
def test_the_order_of_the_factors_does_not_matter(before: Factors, after: Factors) -> None:
    """But for what two factors lose where their product is too small to be written (< 1e-200)."""
    expected = parts(product(before, after))
    size = max(map(abs, expected.values()))
    for order in permutations(NAMES):
        found = product({k: before[k] for k in order}, {k: after[k] for k in order})
        assert parts(found) == pytest.approx(expected, abs=1e-9 * size + 1e-200)


@given(everyday, everyday, st.integers(-20, 20))
def test_another_currency_scales_every_part(before: Factors, after: Factors, power: int) -> None:
    rate = 2.0**power
    there = parts(product(before, after))
    found = product({**before, "aov": before["aov"] * rate}, {**after, "aov": after["aov"] * rate})
    size = max(map(abs, there.values())) * rate
    scaled = {k: v * rate for k, v in there.items()}
    assert parts(found) == pytest.approx(scaled, abs=1e-12 * size)


def test_a_product_plus_guests() -> None:
    bridge = product_plus({"a": 2, "b": 3}, {"a": 4, "b": 6}, {"guests": 1}, {"guests": 5})
    assert (bridge.start, bridge.end) == (7, 29)
    assert parts(bridge) == pytest.approx({"a": 9, "b": 9, "guests": 4})


def test_a_rest_named_like_a_factor_is_refused() -> None:
    """One of the two would have been overwritten and the bridge would not have closed."""
    with pytest.raises(ValueError, match="Hint: name the rest"):
        product_plus({"a": 2}, {"a": 3}, {"a": 1}, {"a": 5})


@given(everyday, everyday, amounts, amounts)
def test_every_product_with_a_rest_closes(
    before: Factors, after: Factors, rest: Factors, rest_after: Factors
) -> None:
    assert_closes(product_plus(before, after, rest, rest_after))


# Ratios of sums

SIMPSON: tuple[Segments, Segments] = (
    {"app": (40, 400), "web": (12, 600)},
    {"app": (24, 200), "web": (24, 800)},
)
"""Conversion rises in both (10 → 12 %, 2 → 3 %) and falls in total (5.2 → 4.8 %)."""


def test_both_rates_rise_and_the_whole_falls() -> None:
    """R̄ = 5 %. Mix: (0.2 − 0.4)(11 − 5) = −1.2 and (0.8 − 0.6)(2.5 − 5) = −0.5 points; rate:
    0.3 × 2 = +0.6 and 0.7 × 1 = +0.7 points. Together −0.4."""
    bridge = mix_and_rate(*SIMPSON)
    assert (bridge.start, bridge.end) == pytest.approx((0.052, 0.048))
    assert parts(bridge) == pytest.approx(
        {"mix:app": -0.012, "rate:app": 0.006, "mix:web": -0.005, "rate:web": 0.007}
    )


def test_growth_of_an_average_segment_moves_nothing() -> None:
    """Against R̄, a segment as good as the whole has no mix effect, however large it gets. Without
    R̄ in the formula it would seem to add what the others lose."""
    before: Segments = {"average": (10, 100), "good": (20, 100), "bad": (0, 100)}
    after: Segments = {"average": (30, 300), "good": (20, 100), "bad": (0, 100)}
    found = parts(mix_and_rate(before, after))
    assert found["mix:average"] == pytest.approx(0)
    assert found["mix:good"] == pytest.approx(-found["mix:bad"])


def test_a_new_segment_is_a_part_of_its_own() -> None:
    """10 % of 100 orders, then 100 more at 20 %: R 10 → 15 %, R̄ 12.5 %. New: 0.5 × (20 − 12.5) =
    3.75 points; the old one's share halves: (0.5 − 1)(10 − 12.5) = 1.25."""
    bridge = mix_and_rate({"old": (10, 100)}, {"old": (10, 100), "fresh": (20, 100)})
    assert parts(bridge) == pytest.approx({"mix:old": 0.0125, "rate:old": 0, "new:fresh": 0.0375})


def test_a_segment_that_vanishes_is_a_part_of_its_own() -> None:
    bridge = mix_and_rate({"old": (10, 100), "closed": (20, 100)}, {"old": (10, 100)})
    assert parts(bridge) == pytest.approx(
        {"mix:old": -0.0125, "rate:old": 0, "gone:closed": -0.0375}
    )


def test_a_segment_without_denominator_is_not_there() -> None:
    """No orders in a market is the same as no such market; nothing is divided by zero."""
    listed = mix_and_rate({"de": (10, 100), "fr": (0, 0)}, {"de": (10, 100), "fr": (20, 100)})
    assert listed == mix_and_rate({"de": (10, 100)}, {"de": (10, 100), "fr": (20, 100)})


def test_a_refund_where_nothing_was_sold_is_not_lost() -> None:
    """−5 in a market without orders lowers the whole by 5 of 100: it has no mix, only this."""
    bridge = mix_and_rate({"de": (50, 100)}, {"de": (50, 100), "fr": (-5, 0)})
    assert parts(bridge) == pytest.approx({"mix:de": 0, "rate:de": 0, "rate:fr": -0.05})


@pytest.mark.parametrize("nothing", [{}, {"a": (0.0, 0.0)}, {"a": (1.0, -1.0), "b": (1.0, 5.0)}])
def test_a_ratio_over_nothing_has_no_parts(nothing: Segments) -> None:
    with pytest.raises(ValueError, match="Hint: a ratio over nothing"):
        mix_and_rate(nothing, {"a": (1, 2)})


@given(segments, segments)
def test_every_ratio_closes(before: Segments, after: Segments) -> None:
    assert_closes(mix_and_rate(before, after))


@given(segments, segments)
def test_going_back_undoes_a_ratio(before: Segments, after: Segments) -> None:
    there, back = mix_and_rate(before, after), mix_and_rate(after, before)
    turned = {"new": "gone", "gone": "new"}
    undone = {
        f"{turned.get(kind, kind)}:{name}": -value
        for key, value in parts(back).items()
        for kind, _, name in [key.partition(":")]
    }
    size = max(map(abs, (there.start, there.end, *parts(there).values())))
    assert parts(there) == pytest.approx(undone, abs=1e-9 * size)


@given(segments, segments)
def test_each_segment_keeps_its_sum_however_it_is_split(before: Segments, after: Segments) -> None:
    """Mix and rate of a segment together are s₁(r₁ − R̄) − s₀(r₀ − R̄), whatever the other do."""
    bridge = mix_and_rate(before, after)
    middle = (bridge.start + bridge.end) / 2
    d0, d1 = (math.fsum(x for _, x in side.values()) for side in (before, after))
    size = max(map(abs, (bridge.start, bridge.end, *parts(bridge).values())))
    for name in {*before, *after}:
        (y0, x0), (y1, x1) = before.get(name, (0, 0)), after.get(name, (0, 0))
        whole = (y1 - middle * x1) / d1 - (y0 - middle * x0) / d0
        mine = [v for k, v in parts(bridge).items() if k.partition(":")[2] == name]
        assert math.fsum(mine) == pytest.approx(whole, abs=1e-9 * size)


@pytest.mark.parametrize("bad", [math.nan, math.inf])
@pytest.mark.parametrize("bridge", [additive, product])
def test_a_missing_number_is_refused_not_spread(
    bridge: Callable[[Factors, Factors], Bridge], bad: float
) -> None:
    with pytest.raises(ValueError, match="Hint: leave out what has no value"):
        bridge({"a": 1.0}, {"a": bad})
    with pytest.raises(ValueError, match="Hint: leave out what has no value"):
        mix_and_rate({"a": (1.0, 1.0)}, {"a": (bad, 1.0)})
