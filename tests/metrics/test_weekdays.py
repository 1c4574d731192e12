"""A Saturday is held against Saturdays."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pytest

from charts.outside import outside
from charts.trend import trend
from i18n import Text
from metrics.catalog import METRICS
from metrics.periods import Grain
from metrics.scorecard import Series
from metrics.weekdays import weekday_limits
from tests.charts.shop import series

GMV = METRICS["gmv"]
WEEK = [80.0, 90.0, 100.0, 100.0, 110.0, 130.0, 90.0]
"""Monday to Sunday."""
WOBBLE = [1.0, 1.02, 0.98, 1.01, 0.99]
MONDAY = date(2024, 1, 1)


def sold(values: Sequence[float], **more: bool) -> Series:
    return series(values, key="gmv", first=MONDAY, grain=Grain.DAY, **more)  # type: ignore[arg-type]


def usual(n: int) -> list[float]:
    return [v * WOBBLE[k % 5] for k, v in enumerate((WEEK * (n // 7 + 1))[:n])]


def test_the_same_amount_is_usual_on_a_saturday_and_a_signal_on_a_tuesday() -> None:
    """Eight weeks; then 131 on the last day, once a Saturday and once a Tuesday."""
    for n, is_signal in ((8 * 7 + 5, False), (8 * 7 + 1, True)):
        found = sold([*usual(n), 131.0])
        each = weekday_limits(found.points, GMV)
        assert (outside(found.points[-1], each[-1]) is not None) == is_signal
        assert not any(outside(p, own) for p, own in zip(found.points[:-1], each, strict=False))


def test_the_figure_has_a_step_a_day_and_says_what_it_is() -> None:
    found = sold([*usual(57), 131.0])
    each = weekday_limits(found.points, GMV)
    figure = trend(found, None, (), Text("zh"), dark=False, currency="CNY", by_day=each)
    steps = [s for s in figure.layout.shapes if s.type == "rect"]
    assert len(steps) == 58
    assert "按星期调整" in " ".join(a.text for a in figure.layout.annotations)
    assert "1 个点超出" in figure.layout.meta["alt"]


@pytest.mark.parametrize(
    "values",
    [usual(13), [100.0 + 3 * n for n in range(60)]],
    ids=["less than two weeks", "a level that drifts"],
)
def test_without_a_level_there_is_no_band(values: list[float]) -> None:
    assert weekday_limits(sold(values).points, GMV) == ()


def test_a_running_day_is_not_judged_nor_in_its_limits() -> None:
    done = sold(usual(58))
    running = sold([*usual(58), 5.0], running_last=True)
    each = weekday_limits(running.points, GMV)
    assert each[:58] == weekday_limits(done.points, GMV)
    assert outside(running.points[-1], each[-1]) is None
