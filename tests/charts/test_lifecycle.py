"""The lifecycle figures: lengths, whiskers, hatching, hollow points, words for those who listen."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from charts.lifecycle import funnel
from charts.lifecycle_more import by_parts, by_week, scale_of
from i18n import LANGUAGES, Language, Text, Words
from metrics.lifecycle.result import Asked
from metrics.lifecycle.stages import Stage
from metrics.periods import Comparison, Grain
from tests.metrics.asking import JANUARY, span
from tests.metrics.lifecycle.test_traps import asked, cart, made
from tests.world import event, order, user

EN = Text("en")


@pytest.fixture(scope="module")
def final(tmp_path_factory: pytest.TempPathFactory) -> Asked:
    """Four users of January, two with a cart, one of whom bought; channel kol, but one."""
    return shop_of(tmp_path_factory.mktemp("final"), "2024-06-01")


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Asked:
    """The same as it stood at the end of 16 January: windows of 7 days are over for two users."""
    return shop_of(tmp_path_factory.mktemp("running"), "2024-01-17")


def shop_of(folder: Path, through: str) -> Asked:
    channels = ("kol", "kol", "kol", "<b>direct</b>")
    people = [user(n, f"2024-01-{n * 4 + 1:02d}", channel=channels[n - 1]) for n in range(1, 5)]
    return asked(
        made(
            folder,
            through,
            users=people,
            events=[cart(1, "2024-01-05 12:00"), cart(2, "2024-01-10"), event(1, "2024-01-13")],
            orders=[order(1, "2024-01-06")],
        )
    )


def trace(figure: Any, name: str) -> Any:
    return next(t for t in figure.data if t.name == name)


def test_a_bar_is_as_long_as_its_rate_and_its_whisker_ends_at_the_interval(final: Asked) -> None:
    """2 of 4 activated: half of the width; Wilson says 15.0 % to 85.0 %."""
    bars = trace(funnel(final.funnel(JANUARY), Comparison.NONE, EN, dark=False), "sequential")
    row = [c[0] for c in bars.customdata].index("activate")
    assert bars.x[row] == 0.5
    assert bars.error_x.array[row] == pytest.approx(0.35, abs=1e-3)
    assert bars.marker.pattern.shape[row] == ""


def test_what_is_in_progress_is_hatched_and_has_no_whisker(running: Asked) -> None:
    """Nobody's 30 days are over: the bar is the quarter who bought so far. Two of four still have
    days left to activate: the strip is half as wide as the figure."""
    figure = funnel(running.funnel(JANUARY), Comparison.NONE, EN, dark=False)
    bars, strip = trace(figure, "of_acquired"), trace(figure, "in_progress")
    row = [c[0] for c in bars.customdata].index("convert")
    assert (bars.x[row], bars.marker.pattern.shape[row]) == (0.25, "/")
    assert bars.error_x.array[row] is None
    assert strip.customdata[0][0] == "activate"
    assert (strip.base[0], strip.x[0]) == (0.5, 0.5)
    assert "so far" in bars.hovertext[row]


def test_small_multiples_share_a_scale_and_escape_what_the_data_say(final: Asked) -> None:
    split = final.broken_down(JANUARY, "channel", Comparison.NONE)
    whole = final.funnel(JANUARY).cohort
    scale = scale_of(split)
    name = Words("Channel", "渠道")
    figures = [by_parts(split, name, whole, s, scale, EN, dark=False) for s in list(Stage)[1:]]
    assert len({tuple(f.layout.xaxis.range) for f in figures}) == 1
    assert "&lt;b&gt;direct&lt;/b&gt;" in figures[0].layout.yaxis.ticktext
    assert [*trace(figures[0], "sequential").x] == [2 / 3, 0]


def test_open_weeks_are_hollow_and_weeks_ahead_have_a_tick(running: Asked) -> None:
    """Days 7–30: the weeks of 1 and 8 January have begun, that of 15 January has not."""
    course = running.trend(span("2024-01-01", "2024-01-22"), Grain.WEEK)
    figure = by_week(course, Stage.RETAIN, EN, dark=False)
    points, ahead = trace(figure, "sequential"), trace(figure, "not begun")
    assert set(points.marker.color) == {figure.layout.paper_bgcolor}
    assert len(points.x) + len(ahead.x) == 3
    assert "lies after" in ahead.hovertext[-1]


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_figure_is_said_in_words(final: Asked, language: Language) -> None:
    tr = Text(language)
    figure = funnel(final.funnel(JANUARY), Comparison.PREVIOUS, tr, dark=True)
    assert "50.0%" in figure.layout.meta["alt"]
    assert ("acquired" in figure.layout.meta["alt"]) == (language == "en")
    course = final.trend(JANUARY, Grain.WEEK)
    assert by_week(course, Stage.CONVERT, tr, dark=True).layout.meta["alt"]
