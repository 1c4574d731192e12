"""The course of a target, read back from the figure."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from charts.target_course import target_course
from data.scope import Span
from i18n import Words
from metrics.catalog import METRICS
from metrics.meeting.course import Course
from metrics.meeting.pacing import Pace, Standing
from metrics.reading import Reading
from tests.charts.shop import EN, ZH

WEEK = Span(date(2024, 1, 1), date(2024, 1, 8))


def course(*sums: float, target: float = 70, end: float | None = None) -> Course:
    """Running sums of the first days of a week, and where it is heading."""
    days = [WEEK.start + timedelta(days=n) for n in range(7)]
    pace = Pace(
        metric=METRICS["orders"], grain="week", span=WEEK, done=WEEK, target=target, due=None,
        to_date=Reading(sums[-1]), days_left=7 - len(sums), rest=None, even=end, shaped=None,
        like_part=None, like_whole=None, standing=Standing.BEHIND, past=(), sql={},
    )  # fmt: skip
    so_far = tuple(zip(days, sums, strict=False))
    ahead = () if end is None else (so_far[-1], (days[-1], end))
    return Course(pace, so_far, ahead, {})


def drawn(of: Course, tr=EN, dark=False, marks=()):
    return target_course(of, tr, dark=dark, currency=None, marks=marks)


def trace(figure, name):
    return next(t for t in figure.data if t.name == name)


def test_sums_stand_at_the_ends_of_their_days_and_the_plan_from_end_to_end():
    figure = drawn(course(5, 12, end=42))
    assert list(trace(figure, "so far").x) == [datetime(2024, 1, 2), datetime(2024, 1, 3)]
    assert list(trace(figure, "plan").x) == [datetime(2024, 1, 1), datetime(2024, 1, 8)]
    assert list(trace(figure, "plan").y) == [0, 70]
    assert list(trace(figure, "ahead").y) == [12, 42]
    assert figure.layout.yaxis.range[0] == 0


def test_hover_says_what_the_plan_asked_for_and_what_is_only_expected():
    figure = drawn(course(5, 12, end=42))
    assert trace(figure, "so far").hovertext[1] == (
        "<b>Orders</b><br>12<br>even plan by then: 20<br>2 Jan 2024"
    )
    assert "42 expected" in trace(figure, "ahead").hovertext[1]


@pytest.mark.parametrize(
    ("tr", "said"),
    [
        (
            EN,
            "Orders: 12 by 2 Jan, where an even plan asks for 20; heading for 42 of a target "
            "of 70.",
        ),
        (ZH, "订单数：截至1月2日 12，匀速计划应达 20；预计期末 42，目标 70。"),
    ],
    ids=["en", "zh"],
)
def test_says_what_it_shows(tr, said):
    assert drawn(course(5, 12, end=42), tr).layout.meta["alt"] == said


def test_a_week_that_is_over_heads_nowhere():
    figure = drawn(course(10, 20, 30, 40, 50, 60, 65))
    assert [t.name for t in figure.data] == ["plan", "so far"]
    assert figure.layout.meta["alt"] == "Orders: 65 of a target of 70."


def test_labels_at_the_edge_do_not_touch():
    figure = drawn(course(5, 12, end=69))
    labels = [a for a in figure.layout.annotations if a.xref == "paper"]
    assert {a.text for a in labels} == {"target 70", "<b>69</b>"}
    heights = [a.y / figure.layout.yaxis.range[1] * 262 + a.yshift for a in labels]
    assert abs(heights[0] - heights[1]) >= 15


def test_annotated_days_are_marked_and_others_left_out():
    marks = [(date(2024, 1, 3), Words("Sale", "促销")), (date(2024, 2, 3), Words("Late", "晚"))]
    figure = drawn(course(5, 12, end=42), marks=marks)
    assert [s.x0 for s in figure.layout.shapes] == [datetime(2024, 1, 3, 12)]
    assert "Sale" in [a.text for a in figure.layout.annotations]
