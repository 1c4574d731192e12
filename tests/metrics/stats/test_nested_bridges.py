"""Parts sum to the change at every level: by hand, then for segments that appear and vanish."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.stats.bridges import mix_and_rate
from metrics.stats.nested_bridges import (
    Effect,
    Nested,
    effects_of,
    nested_ratio,
    nested_sum,
    together,
)

Ratios = dict[str, dict[str, tuple[float, float]]]

pairs = st.tuples(st.floats(-1e6, 1e6), st.just(0.0) | st.integers(1, 1_000_000).map(float))
ratios = st.dictionaries(
    st.sampled_from("abc"), st.dictionaries(st.sampled_from("xyz"), pairs, min_size=1), min_size=1
).filter(lambda found: sum(x for inner in found.values() for _, x in inner.values()) > 0)
sums = st.dictionaries(
    st.sampled_from("abc"),
    st.dictionaries(st.sampled_from("xyz"), st.floats(-1e9, 1e9), min_size=1),
    min_size=1,
)


def assert_closes(found: Nested) -> None:
    """To twelve digits of the largest number in it, at both levels."""
    totals = [b.effect.total for b in found.branches]
    coarse = max(map(abs, (found.start, found.end, *totals)))
    assert math.isclose(
        math.fsum(totals), found.end - found.start, rel_tol=1e-12, abs_tol=1e-12 * coarse
    )
    for branch in found.branches:
        inner = [e.total for e in branch.inner]
        largest = max(map(abs, (branch.effect.mix, branch.effect.inside, *inner)))
        assert math.isclose(
            math.fsum(inner), branch.effect.inside, rel_tol=1e-12, abs_tol=1e-12 * largest
        )


def test_a_segments_own_rate_opens_into_mix_and_rate_inside_it() -> None:
    """Search converts 10 of 100, then 14 of 100: brand 8/20 and generic 2/80, then 10/40 and 4/60.
    Direct converts 10 of 100 both times. Shares stay at a half, so there is no mix between them,
    and search's rate rose from 10 to 14 %: half of that, 2 points, is the whole change.

    Inside search the middle rate is 12 %. Brand: share 20 to 40 %, rate 40 to 25 %, so mix
    0.2 · (32.5 - 12) = 4.1 points and rate 0.3 · (-15) = -4.5. Generic: share 80 to 60 %, rate 2.5
    to 6.67 %, so mix -0.2 · (4.583 - 12) = 1.483 and rate 0.7 · 4.167 = 2.917. Half of each counts.
    """
    before = {
        "search": {"brand": (8.0, 20.0), "generic": (2.0, 80.0)},
        "direct": {"-": (10.0, 100.0)},
    }
    after = {
        "search": {"brand": (10.0, 40.0), "generic": (4.0, 60.0)},
        "direct": {"-": (10.0, 100.0)},
    }
    found = nested_ratio(before, after)
    search, direct = found.branches
    assert (found.start, found.end) == (0.1, 0.12)
    assert (search.effect.mix, search.effect.rate) == pytest.approx((0.0, 0.02))
    assert direct.effect.total == pytest.approx(0.0)
    told = {e.key: (e.mix, e.rate) for e in search.inner}
    assert told["brand"] == pytest.approx((0.0205, -0.0225))
    assert told["generic"] == pytest.approx((0.0074167, 0.0145833), abs=1e-6)


def test_what_is_inside_a_segment_that_appeared_sums_to_it() -> None:
    """5 of 100, then with a new channel of 20 of 100: 12.5 %; the middle is 8.75 %. The new one
    holds half of all, 11.25 points above the middle: 5.625 points; its campaigns have a quarter of
    all each, one converting 30 % (21.25 above: 5.3125), one 10 % (1.25 above: 0.3125)."""
    found = nested_ratio(
        {"old": {"-": (5.0, 100.0)}},
        {"old": {"-": (5.0, 100.0)}, "new": {"x": (15.0, 50.0), "y": (5.0, 50.0)}},
    )
    [new] = [b for b in found.branches if b.effect.key == "new"]
    assert new.effect == Effect("new", whole=pytest.approx(0.05625))
    assert {e.key: e.whole for e in new.inner} == pytest.approx({"x": 0.053125, "y": 0.003125})


def test_an_amount_opens_into_differences() -> None:
    found = nested_sum({"a": {"x": 3, "y": 1}}, {"a": {"x": 5}, "b": {"z": 2}})
    assert [(b.effect.key, b.effect.total) for b in found.branches] == [("a", 1), ("b", 2)]
    assert [(e.key, e.total) for e in found.branches[0].inner] == [("x", 2), ("y", -1)]


@given(ratios, ratios)
def test_every_ratio_closes_at_both_levels(before: Ratios, after: Ratios) -> None:
    assert_closes(nested_ratio(before, after))


@given(sums, sums)
def test_every_sum_closes_at_both_levels(
    before: dict[str, dict[str, float]], after: dict[str, dict[str, float]]
) -> None:
    assert_closes(nested_sum(before, after))


@given(ratios, ratios)
def test_going_back_undoes_a_ratio(before: Ratios, after: Ratios) -> None:
    there, back = nested_ratio(before, after), nested_ratio(after, before)
    undone = {b.effect.key: b for b in back.branches}
    for branch in there.branches:
        other = undone[branch.effect.key]
        coarse = max(map(abs, (there.start, there.end, branch.effect.total, 1e-9)))
        assert branch.effect.total == pytest.approx(-other.effect.total, abs=1e-9 * coarse)
        inner = {e.key: -e.total for e in other.inner}
        assert {e.key: e.total for e in branch.inner} == pytest.approx(inner, abs=1e-6 * coarse)


@given(ratios, ratios)
def test_the_outer_level_is_the_plain_bridge(before: Ratios, after: Ratios) -> None:
    """Opening a segment does not change what stands beside it."""

    def summed(side: Ratios) -> dict[str, tuple[float, float]]:
        return {
            k: (math.fsum(y for y, _ in i.values()), math.fsum(x for _, x in i.values()))
            for k, i in side.items()
        }

    plain = effects_of(mix_and_rate(summed(before), summed(after)).parts)
    assert tuple(b.effect for b in nested_ratio(before, after).branches) == plain


@given(ratios, ratios)
def test_all_others_together_lose_nothing(before: Ratios, after: Ratios) -> None:
    effects = [b.effect for b in nested_ratio(before, after).branches]
    rest = together("…", effects[1:])
    coarse = max((abs(v) for e in effects for v in (e.mix, e.rate, e.whole)), default=1.0)
    assert effects[0].total + rest.total == pytest.approx(
        math.fsum(e.total for e in effects), abs=1e-9 * max(coarse, 1e-9)
    )


def test_a_negative_denominator_is_refused() -> None:
    with pytest.raises(ValueError, match="denominators must not be negative"):
        nested_ratio({"a": {"x": (1.0, 2.0)}}, {"a": {"x": (1.0, -1.0), "y": (1.0, 3.0)}})
