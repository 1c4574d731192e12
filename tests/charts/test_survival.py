"""Survival curves and the histogram of gaps, from a shop that can be counted by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from charts.gaps import histogram
from charts.survival import survival_curves
from charts.theme import LIGHT
from data.scope import Scope
from i18n import LANGUAGES, Language, Text
from metrics.survival.gaps import ChurnGap, churn_gap
from metrics.survival.result import SurvivalAnswer, survival
from metrics.survival.spec import Outcome
from metrics.user_segments import Segment
from tests.world import World, order, user, world

EN = Text("en")
ALL = Scope.of("CNY")


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> World:
    """Ten buyers of 1 January, five from a channel called <kol>; number n orders again after
    n × 10 days, 9 and 10 not yet. The last complete day is 30 March, day 89."""
    people = [user(n, channel="<kol>" if n <= 5 else "direct") for n in range(1, 11)]
    first = [order(n, "2024-01-01") for n in range(1, 11)]
    days = ("01-11", "01-21", "01-31", "02-10", "02-20", "03-01", "03-11", "03-21")
    again = [order(n, f"2024-{d}") for n, d in enumerate(days, 1)]
    return world(
        tmp_path_factory.mktemp("shop"), through="2024-03-31", users=people, orders=[*first, *again]
    )


@pytest.fixture(scope="module")
def everybody(shop: World) -> SurvivalAnswer:
    return survival(shop.warehouse(), ALL, Outcome.SECOND_PURCHASE)


@pytest.fixture(scope="module")
def by_channel(shop: World) -> SurvivalAnswer:
    return survival(shop.warehouse(), ALL, Outcome.SECOND_PURCHASE, segment=Segment.CHANNEL)


@pytest.fixture(scope="module")
def gap(shop: World) -> ChurnGap:
    return churn_gap(shop.warehouse(), ALL)


def traces(figure: Any, name: str) -> list[Any]:
    return [t for t in figure.data if t.name == name]


def texts(figure: Any) -> list[str]:
    return [a.text for a in figure.layout.annotations]


def test_the_curve_falls_in_steps_to_what_is_left(everybody: SurvivalAnswer) -> None:
    """A tenth each time, and the last age watched is on it: 20 % from day 80 to day 89."""
    (curve,) = traces(survival_curves(everybody, EN, dark=False), "curve")
    assert list(curve.x) == [0, 10, 20, 30, 40, 50, 60, 70, 80, 89]
    assert list(curve.y) == pytest.approx([1, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.2])
    assert curve.line.shape == "hv"
    assert list(curve.customdata[1]) == [None, 10]


def test_the_band_is_the_interval_and_runs_in_steps(everybody: SurvivalAnswer) -> None:
    (band,) = traces(survival_curves(everybody, EN, dark=False), "interval")
    step = everybody.whole.survival
    assert step is not None
    assert band.y[0] == step.steps[0].low
    assert band.y[-1] == step.steps[0].high
    assert list(band.x[:3]) == [10, 20, 20]


def test_the_table_stands_under_its_ticks(everybody: SurvivalAnswer) -> None:
    """Ticks every 30 days: all ten are watched on day 0, eight reach day 30 (the third orders on
    it), five day 60, two day 89."""
    figure = survival_curves(everybody, EN, dark=False)
    assert list(figure.layout.xaxis.tickvals) == [0, 30, 60]
    counts = {a.x: a.text for a in figure.layout.annotations if a.text.isdigit()}
    assert counts == {0: "10", 30: "8", 60: "5"}


def test_the_median_is_a_line_down_and_words(everybody: SurvivalAnswer) -> None:
    figure = survival_curves(everybody, EN, dark=False)
    lines = [s for s in figure.layout.shapes if s.y1 == 0.5]
    assert {(s.x0, s.x1) for s in lines} == {(0, 50), (50, 50)}
    assert any("half by day 50 (10" in t for t in texts(figure))


def test_segments_have_names_colours_and_a_test(by_channel: SurvivalAnswer) -> None:
    figure = survival_curves(by_channel, EN, dark=False)
    curves = traces(figure, "curve")
    assert {c.customdata[0][0] for c in curves} == {"<kol>", "direct"}
    direct = next(c for c in curves if c.customdata[0][0] == "direct")
    assert direct.line.color == LIGHT.channel("direct")
    assert "&lt;kol&gt;" in texts(figure)
    assert any("log-rank test: the segments differ" in t for t in texts(figure))


def test_no_curve_is_refused(shop: World) -> None:
    none = survival(
        shop.warehouse(), Scope.of("CNY", customer=frozenset({"guest"})), Outcome.SECOND_PURCHASE
    )
    with pytest.raises(ValueError, match="at least one curve"):
        survival_curves(none, EN, dark=False)


def test_bars_hold_all_gaps_and_those_beyond_the_mark_are_grey(gap: ChurnGap) -> None:
    """Gaps of 10, 20, …, 80 days in bars of two days; nine of ten came within 80 (all)."""
    figure = histogram(gap, EN, dark=False, chosen=45)
    (bars,) = traces(figure, "gaps")
    assert sum(bars.y) == 8
    assert [list(c) for c in bars.customdata][:2] == [[9, 10], [19, 20]]
    assert list(bars.marker.color) == [LIGHT.accent] * 4 + [LIGHT.comparison] * 4
    assert "50.0% of them by then" in bars.hovertext[3]


def test_the_suggested_gap_is_marked_and_the_one_in_force_beside_it(gap: ChurnGap) -> None:
    figure = histogram(gap, EN, dark=False, chosen=45)
    assert "<b>suggested: 80 days (100%)</b>" in texts(figure)
    assert "in force: 45 days (50.0%)" in texts(figure)
    assert [s.x0 for s in figure.layout.shapes] == [80.5, 45.5]
    alone = histogram(gap, EN, dark=False, chosen=80)
    assert len(alone.layout.shapes) == 1


def test_an_empty_histogram_is_drawn_without_a_mark(tmp_path: Path) -> None:
    made = world(tmp_path, orders=[order(1, "2024-01-01")])
    figure = histogram(churn_gap(made.warehouse(), ALL), EN, dark=True)
    assert len(figure.layout.shapes) == 0
    assert figure.layout.meta["alt"] == "Nobody has come back yet."


@pytest.mark.parametrize("language", LANGUAGES)
def test_both_are_said_in_words(
    everybody: SurvivalAnswer, gap: ChurnGap, language: Language
) -> None:
    tr = Text(language)
    curve = survival_curves(everybody, tr, dark=True).layout.meta["alt"]
    bars = histogram(gap, tr, dark=True).layout.meta["alt"]
    assert "50" in curve
    assert "80" in bars
    assert ("days" in bars) == ("day" in curve) == (language == "en")
