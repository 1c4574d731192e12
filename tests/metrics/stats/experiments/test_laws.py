"""Laws that need no oracle: swap the arms, scale, shift, split and add."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from metrics.stats.experiments.effect import Effect, LiftStatus, Status
from metrics.stats.experiments.means import cuped, cuped_ratio, ratio_delta, welch
from metrics.stats.experiments.proportions import two_proportions
from metrics.stats.experiments.sums import Sums

values = st.integers(-300, 300).map(lambda v: v / 4)
Rows = list[tuple[float, float, float, float]]
rows: st.SearchStrategy[Rows] = st.lists(
    st.tuples(values, st.integers(1, 9), values, st.integers(1, 9)), min_size=4, max_size=30
)
far = rows.map(lambda data: [(y + 150, d, x, w) for y, d, x, w in data])
counts = st.integers(1, 3_000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
METHODS: dict[str, tuple[int, Callable[[Sums, Sums], Effect]]] = {
    "welch": (1, welch),
    "ratio": (2, ratio_delta),
    "cuped": (2, lambda c, t: cuped(c, t).effect),
    "cuped_ratio": (4, lambda c, t: cuped_ratio(c, t).effect),
}
every_method = pytest.mark.parametrize("method", METHODS)


def summed(data: Rows, method: str, factor: float = 1.0, constant: float = 0.0) -> Sums:
    width = METHODS[method][0]
    columns = [list(c) for c in zip(*data, strict=True)][:width]
    if method == "cuped":
        columns = [list(c) for c in zip(*[(r[0], r[2]) for r in data], strict=True)]
    columns[0] = [v * factor + constant for v in columns[0]]
    return Sums.of_values(*columns)


def judged(control: Rows, treatment: Rows, method: str) -> Effect:
    found = METHODS[method][1](summed(control, method), summed(treatment, method))
    assume(found.status is Status.OK and found.se is not None and found.se > 1e-3)
    return found


@every_method
@given(rows, rows)
def test_swapped_arms_mirror(method: str, control: Rows, treatment: Rows) -> None:
    one, other = judged(control, treatment, method), judged(treatment, control, method)
    assert one.diff == pytest.approx(-other.diff, abs=1e-9)
    assert one.p_value == pytest.approx(other.p_value, rel=1e-6, abs=1e-12)
    assert (one.low, one.high) == pytest.approx((-other.high, -other.low), abs=1e-7)


@every_method
@given(rows, rows, st.sampled_from([0.01, 7.0, 1e6]))
def test_another_unit_changes_no_p(
    method: str, control: Rows, treatment: Rows, factor: float
) -> None:
    one = judged(control, treatment, method)
    other = METHODS[method][1](summed(control, method, factor), summed(treatment, method, factor))
    assert other.diff == pytest.approx(one.diff * factor, rel=1e-6, abs=1e-9 * factor)
    assert other.p_value == pytest.approx(one.p_value, rel=1e-6, abs=1e-12)
    if one.lift_status is other.lift_status is LiftStatus.OK and abs(one.control) > 1e-3:
        assert other.lift == pytest.approx(one.lift, rel=1e-6, abs=1e-6)


@pytest.mark.parametrize("method", ["welch", "cuped"])
@given(rows, rows, st.sampled_from([-50.0, 1e4, 1e9]))
def test_a_constant_added_changes_no_difference(
    method: str, control: Rows, treatment: Rows, constant: float
) -> None:
    """At a billion as well: the quarters survive the shift."""
    one = judged(control, treatment, method)
    other = METHODS[method][1](
        summed(control, method, 1, constant), summed(treatment, method, 1, constant)
    )
    assert other.diff == pytest.approx(one.diff, abs=1e-6)
    assert other.p_value == pytest.approx(one.p_value, rel=1e-5, abs=1e-12)


@every_method
@given(rows, rows, st.integers(0, 30))
def test_an_arm_split_and_added_is_the_arm(
    method: str, control: Rows, treatment: Rows, at: int
) -> None:
    """Each part has its own shift, as two days have."""
    one = judged(control, treatment, method)
    parts = [part for part in (control[:at], control[at:]) if part]
    whole = summed(parts[0], method)
    for part in parts[1:]:
        whole += summed(part, method)
    other = METHODS[method][1](whole, summed(treatment, method))
    assert other.n_control == one.n_control
    assert other.diff == pytest.approx(one.diff, abs=1e-9)
    assert other.p_value == pytest.approx(one.p_value, rel=1e-6, abs=1e-12)


@every_method
@given(far, far)
def test_the_lift_excludes_zero_exactly_when_the_difference_does(
    method: str, control: Rows, treatment: Rows
) -> None:
    one = judged(control, treatment, method)
    assume(abs(one.p_value - 0.05) > 1e-6)
    if one.lift_status is LiftStatus.UNBOUNDED:
        return
    assert (one.lift_low > 0 or one.lift_high < 0) == one.significant
    assert (one.low > 0 or one.high < 0) == one.significant


@given(counts, counts)
def test_rates_swapped_mirror(control: tuple[int, int], treatment: tuple[int, int]) -> None:
    one, other = two_proportions(*control, *treatment), two_proportions(*treatment, *control)
    assert one.status is other.status
    if one.status is Status.OK:
        assert one.p_value == pytest.approx(other.p_value, rel=1e-9)
        assert (one.low, one.high) == pytest.approx((-other.high, -other.low), abs=1e-12)
        assert 0 <= one.p_value <= 1
        assert -1 <= one.low <= one.diff <= one.high <= 1


@given(counts, counts)
def test_counts_and_sums_are_one_mean(control: tuple[int, int], treatment: tuple[int, int]) -> None:
    """n − 1 instead of n is all that differs."""
    one = two_proportions(*control, *treatment)
    c, t = Sums.of_counts(*control), Sums.of_counts(*treatment)
    other = welch(c, t)
    assume(other.status is Status.OK)
    assert other.diff == pytest.approx(one.diff, abs=1e-12)
    assert other.variances == pytest.approx(
        [v * a.n / (a.n - 1) for v, a in zip(one.variances, (c, t), strict=True)], rel=1e-9
    )


@given(rows, st.tuples(values, values, values, values))
def test_another_shift_is_the_same_arm(data: Rows, shift: tuple[float, ...]) -> None:
    one = Sums.of_values(*[list(c) for c in zip(*data, strict=True)])
    other = one.shifted(shift)
    assert other.means == pytest.approx(one.means, abs=1e-9)
    assert other.covariance.ravel().tolist() == pytest.approx(
        one.covariance.ravel().tolist(), abs=1e-6
    )
    assert other.effective == pytest.approx(one.effective, rel=1e-6, abs=1e-9)
