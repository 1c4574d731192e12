"""The review's figure: two panels, limits week by week, targets, what is not final, annotations."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from charts.review import LARGE, working_backwards
from charts.theme import LIGHT
from data.scope import Span
from i18n import LANGUAGES, Language, Text
from metrics.catalog import METRICS
from metrics.reading import Reading, Reason
from metrics.review.ranges import part_a_year_before, ranges_of, week_a_year_before
from metrics.review.result import Band, Box, BoxKind, InForce, ReviewLine, Section
from metrics.scorecard import Point
from metrics.stats.xmr import Judgement, Rule, Verdict
from store import Annotation, Saved
from store.saved import Action

EN = Text("en")
WEEK = Span(date(2026, 11, 9), date(2026, 11, 16))
RANGES = ranges_of(WEEK, date(2027, 1, 1))
WEEKS = [100.0, 110.0, 90.0, 130.0, 100.0, 140.0]
MONTHS = [400.0 + 10 * n for n in range(12)] + [250.0]
BANDS = tuple(Band(80, 100, 120) for _ in range(6))


def points(spans: Sequence[Span], values: Sequence[float | None], *, open_end: bool) -> Any:
    made = [
        Point(s, Reading(v) if v is not None else Reading.missing(Reason.NOT_COVERED), False)
        for s, v in zip(spans, values, strict=True)
    ]
    return (*made[:-1], replace(made[-1], running=True)) if open_end else tuple(made)


def line(key: str = "gmv", *, running: bool = False, notes: Sequence[str] = ()) -> ReviewLine:
    weeks = points(RANGES.weeks, WEEKS, open_end=running)
    before = [week_a_year_before(s) for s in RANGES.weeks]
    months_before = [part_a_year_before(s) for s in RANGES.months]
    saved = [_note(key, n, text) for n, text in enumerate(notes)]
    return ReviewLine(
        metric=METRICS[key],
        owner="",
        section=Section.STAR,
        weeks=weeks,
        weeks_before=points(before, [90.0] * 6, open_end=False),
        week_targets=(None,) * 5 + (125.0,),
        months=points(RANGES.months, MONTHS, open_end=True),
        months_before=points(months_before, [None, *MONTHS[1:]], open_end=False),
        month_targets=(None,) * 13,
        history=weeks,
        limits_in_force=InForce(None, None, BANDS, None, None, False, False, ()),
        judgement=Judgement(Verdict.SIGNAL_UP, Rule.RUN_OF_8, None, 26),
        counted=True,
        strip=(Box(BoxKind.LAST_WEEK, weeks[-1], weeks[-2], None, None),),
        notes=tuple(saved),
        decisions=(),
        sql={},
        ignored=(),
    )


def _note(key: str, n: int, text: str) -> Saved[Annotation]:
    body = Annotation(metric=key, on=date(2026, 11, 11) + timedelta(days=n), text=text)
    at = datetime(2026, 11, 1, tzinfo=UTC)
    return Saved("annotation", "s", str(n), 1, None, Action.SAVED, "lin", at, "", body)


def drawn(of: ReviewLine, tr: Text = EN, **more: Any) -> Any:
    return working_backwards(of, tr, dark=False, currency="CNY", **more)


def trace(figure: Any, name: str) -> Any:
    return next(t for t in figure.data if t.name == name)


def texts(figure: Any) -> str:
    return " ".join(a.text for a in figure.layout.annotations)


def test_the_week_that_breaks_a_rule_and_the_one_outside_its_band_are_diamonds() -> None:
    """130 in the fourth week lies above 120; the last breaks a rule of its line."""
    marker = trace(drawn(line()), "weeks").marker
    assert list(marker.symbol) == ["circle"] * 3 + ["diamond", "circle", "diamond"]
    assert marker.color[3] == LIGHT.signal


def test_months_have_a_scale_of_their_own_where_they_hold_more_than_a_week() -> None:
    """A month of GMV is 400, a week 100: no common scale. A rate has one for both panels."""
    sums, rates = drawn(line()), drawn(line("conversion_rate"))
    assert sums.layout.yaxis2.range[1] > 3 * sums.layout.yaxis.range[1]
    assert (sums.layout.yaxis2.side, sums.layout.yaxis2.showticklabels) == ("right", True)
    assert rates.layout.yaxis.range == rates.layout.yaxis2.range
    assert rates.layout.yaxis2.showticklabels is False


def test_the_running_month_is_hollow_and_dashed() -> None:
    figure = drawn(line())
    assert trace(figure, "months").marker.color[-1] == LIGHT.paper
    dashes = {t.line.dash for t in figure.data if t.xaxis == "x2" and t.name == "course"}
    assert dashes == {"solid", "4px,3px"}


def test_a_running_week_is_hollow_and_no_signal() -> None:
    marker = trace(drawn(line(running=True)), "weeks").marker
    assert (marker.symbol[-1], marker.color[-1]) == ("circle", LIGHT.paper)


def test_limits_targets_and_the_year_before_are_named() -> None:
    figure = drawn(line())
    said = texts(figure)
    assert "natural limits ¥80.0 – ¥120" in said
    assert "year before" in said
    assert "target" in said
    bands = [s for s in figure.layout.shapes if s.type == "rect"]
    assert [(s.x0, s.x1) for s in bands] == [(n - 0.5, n + 0.5) for n in range(6)]
    assert {(s.y0, s.y1) for s in bands} == {(80, 120)}
    target = [s for s in figure.layout.shapes if s.y0 == s.y1 == 125]
    assert [(s.x0, s.x1) for s in target] == [(4.7, 5.3)]


def test_an_annotation_stands_in_both_panels_and_is_named_once() -> None:
    """11 November is the third day of the sixth week: 4.5 + 2.5 / 7."""
    figure = drawn(line(notes=["<b>Live</b> stream"]))
    lines = [s for s in figure.layout.shapes if s.yref == "paper"]
    assert [s.xref for s in lines] == ["x", "x2"]
    assert lines[0].x0 == pytest.approx(4.5 + 2.5 / 7)
    assert texts(figure).count("&lt;b&gt;Live") == 1


def test_more_annotations_than_rows_keep_their_lines() -> None:
    figure = drawn(line(notes=["one", "two", "three"]))
    assert len([s for s in figure.layout.shapes if s.yref == "paper"]) == 6
    assert "three" not in texts(figure)


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_is_told_to_those_who_do_not_see_it(language: Language) -> None:
    alt = drawn(line(), Text(language)).layout.meta["alt"]
    assert alt.startswith("GMV. Weeks: from" if language == "en" else "成交总额（GMV）。周：从")


def test_a_wall_gets_larger_letters_not_other_numbers() -> None:
    small, large = drawn(line()), drawn(line(), large=True)
    assert large.layout.height == pytest.approx(LARGE * small.layout.height)
    assert large.layout.font.size == pytest.approx(LARGE * small.layout.font.size)
    assert list(trace(large, "weeks").y) == list(trace(small, "weeks").y)


def test_a_figure_is_small() -> None:
    """Eight of them are the most a page shows."""
    assert len(json.dumps(drawn(line()).to_plotly_json(), default=str)) < 20_000
