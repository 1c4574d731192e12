"""Retention as lines: by segment over the periods, and one period over time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from charts.retention_curves import retention_curves
from charts.retention_over_time import over_time
from charts.theme import DARK, LIGHT
from data.scope import Span
from i18n import LANGUAGES, Language, Text
from metrics.reading import Reading, Reason, share
from metrics.stats.intervals import Difference
from tests.charts.retention import (
    NOT_BEGUN,
    Cohort,
    Line,
    Pooled,
    months,
    pooled_row,
    three_months,
)

EN = Text("en")


def trace(figure: Any, name: str) -> Any:
    return next(t for t in figure.data if t.name == name)


def curve(line: Line, **more: Any) -> Any:
    return retention_curves(
        [line], ["All"], ["0", "1", "2"], "Retention", "share", EN, dark=False, **more
    )


def test_the_first_column_is_left_out_where_everybody_is_there() -> None:
    figure = curve(Line(None, 170, pooled_row()))
    points = trace(figure, "curve")
    assert (list(points.x), list(points.y)) == ([1], [0.4])
    assert [list(c) for c in points.customdata] == [[None, 1]]


def test_the_first_column_stays_where_it_was_measured() -> None:
    line = Line(None, 100, [Pooled(share(60, 100), 1), *pooled_row()[1:]])
    assert list(trace(curve(line), "curve").x) == [0, 1]


def test_the_band_is_the_interval() -> None:
    """40 of 100: Wilson 30.94 % to 49.80 %."""
    band = trace(curve(Line(None, 170, pooled_row())), "interval")
    assert list(band.y) == pytest.approx([0.3094, 0.4980], abs=5e-5)


def test_channels_have_their_colours_and_names_at_the_right_end() -> None:
    lines = [Line("kol", 100, pooled_row()), Line(None, 70, pooled_row())]
    figure = retention_curves(
        lines, ["<KOL>", "All others"], ["0", "1", "2"], "Retention", "share", EN,
        dark=True, dimension="channel",
    )  # fmt: skip
    curves = [t for t in figure.data if t.name == "curve"]
    assert [c.line.color for c in curves] == [DARK.channel("kol"), DARK.comparison]
    assert {"&lt;KOL&gt;", "All others"} <= {a.text for a in figure.layout.annotations}


def points_of(column: int) -> list[tuple[Cohort, Reading]]:
    return [(c, c.cells[column]) for c in three_months()]


def drawn(**more: Any) -> Any:
    return over_time(points_of(1), "Month 1", "share", "month", EN, dark=False, **more)


def test_running_points_are_hollow_and_small_ones_grey() -> None:
    points = trace(drawn(), "points")
    assert list(points.y) == [0.4, 0.25]
    assert list(points.marker.color) == [LIGHT.accent, LIGHT.paper]
    assert list(points.marker.line.color) == [LIGHT.accent, LIGHT.comparison]
    assert list(points.customdata) == [0, 1]


def test_the_line_to_a_running_point_is_dashed() -> None:
    assert [t.line.dash for t in drawn().data if t.name == "course"] == ["4px,3px"]


def test_what_has_not_begun_is_a_tick_with_its_reason() -> None:
    ahead = trace(drawn(), "missing")
    assert "lies after the end of the data" in ahead.hovertext[0]
    assert list(ahead.customdata) == [2]


def test_the_interval_of_a_few_people_does_not_press_the_others_flat() -> None:
    """3 of 4 reach from 30 % to 95 %; the axis is that of the others."""
    january, february, march = months(3)
    points = [
        Cohort(january, True, 1000, False, (share(300, 1000),)),
        Cohort(february, True, 4, True, (share(1, 4),)),
        Cohort(march, True, 1000, False, (share(310, 1000),)),
    ]
    figure = over_time(
        [(c, c.cells[0]) for c in points], "Month 1", "share", "month", EN, dark=False
    )
    assert figure.layout.yaxis.range[1] < 0.4


@dataclass(frozen=True)
class Moved:
    before: tuple[Span, ...]
    after: tuple[Span, ...]
    base: Pooled
    now: Pooled
    difference: Difference
    p_value: float


@pytest.mark.parametrize(
    ("p_value", "said"), [(0.03, "significant, p = 0.030"), (1e-9, "significant, p &lt; 0.001"),
                          (0.5, "not significant, p = 0.500")]
)  # fmt: skip
def test_the_test_is_said_with_what_was_compared(p_value: float, said: str) -> None:
    one, two, _ = months(3)
    moved = Moved(
        (one,), (two,), Pooled(share(40, 100), 1), Pooled(share(5, 10), 1),
        Difference(0.1, -0.2, 0.39), p_value,
    )  # fmt: skip
    figure = drawn(shift=moved)
    text = next(a.text for a in figure.layout.annotations if "against" in a.text)
    assert text.startswith(
        "mature cohorts: the last 1 against 1 before<br>+10.0 pt (−20.0 to +39.0), "
    )
    assert text.endswith(said)
    assert [s.y0 for s in figure.layout.shapes] == [0.4, 0.5]


@pytest.mark.parametrize("language", LANGUAGES)
def test_both_are_said_in_words(language: Language) -> None:
    tr = Text(language)
    lines = [Line(None, 170, pooled_row())]
    curves = retention_curves(lines, ["A"], ["0", "1", "2"], "M", "share", tr, dark=True)
    course = over_time(points_of(1), "M", "share", "month", tr, dark=True)
    for figure in (curves, course):
        assert "40.0%" in figure.layout.meta["alt"]
        assert (" to " in figure.layout.meta["alt"]) == (language == "en")


def test_nothing_known_is_said_and_nothing_given_is_refused() -> None:
    missing = Line(None, 0, [Pooled(Reading.missing(Reason.NO_ROWS), 0)])
    empty = retention_curves([missing], ["A"], ["0"], "M", "share", EN, dark=False)
    assert "no value" in empty.layout.meta["alt"]
    ahead = over_time(
        [(c, NOT_BEGUN) for c in three_months()], "M", "share", "month", EN, dark=False
    )
    assert "no value" in ahead.layout.meta["alt"]
    with pytest.raises(ValueError, match="at least one line"):
        retention_curves([], [], [], "M", "share", EN, dark=False)
    with pytest.raises(ValueError, match="at least one cohort"):
        over_time([], "M", "share", "month", EN, dark=False)
