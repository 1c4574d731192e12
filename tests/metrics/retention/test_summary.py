"""Days 1, 7 and 30: who is counted, compared with whom, week by week."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from data.scope import Span
from metrics.reading import Reason
from metrics.retention.spec import Spec
from metrics.retention.summary import summary
from tests.metrics.retention.asking import CNY, JANUARY, opened, parts
from tests.world import event, user


def test_days_1_7_30_leave_out_who_is_not_there_yet(tmp_path: Path) -> None:
    """Complete to the end of January 9. Registered on the 1st (back on days 1 and 7), the 2nd and
    the 9th: day 1 is over for two, day 7 for two, day 30 for nobody."""
    w = opened(
        tmp_path,
        "2024-01-10",
        users=[user(1, "2024-01-01"), user(2, "2024-01-02"), user(3, "2024-01-09")],
        events=[event(1, "2024-01-02"), event(1, "2024-01-08")],
    )
    found = summary(w, CNY, JANUARY, Spec())
    assert [(d.day, parts(d.reading), d.reading.left_out) for d in found.days] == [
        (1, (1, 2), 1),
        (7, (1, 2), 1),
        (30, (None, None), 3),
    ]
    assert found.days[2].reading.reason is Reason.NOT_BEGUN


def test_day_1_is_compared_with_as_many_days_before(tmp_path: Path) -> None:
    """From the 8th, complete to the end of the 10th: the 8th and 9th are over, so the 1st and 2nd
    are the base, whatever became of the 3rd."""
    days = (1, 2, 3, 8, 9, 10)
    w = opened(
        tmp_path,
        "2024-01-11",
        users=[user(d, f"2024-01-{d:02}") for d in days],
        events=[event(1, "2024-01-02"), event(3, "2024-01-04"), event(8, "2024-01-09"),
                event(9, "2024-01-10")],
    )  # fmt: skip
    (first, *_) = summary(w, CNY, Span(date(2024, 1, 8), date(2024, 1, 15)), Spec()).days
    assert parts(first.reading) == (2, 2)
    assert first.compared == Span(date(2024, 1, 1), date(2024, 1, 3))
    assert first.before is not None
    assert parts(first.before) == (1, 2)
    assert first.change is not None
    assert first.change.diff == 0.5


def test_the_trend_of_day_1_shows_a_running_week_to_date(tmp_path: Path) -> None:
    """Two weeks; in the second only Monday's day 1 is over, Wednesday's has not begun."""
    w = opened(
        tmp_path,
        "2024-01-10 12:00",
        users=[user(1, "2024-01-02"), user(2, "2024-01-08"), user(3, "2024-01-10")],
        events=[event(1, "2024-01-03"), event(2, "2024-01-09")],
    )
    (first, *_) = summary(w, CNY, Span(date(2024, 1, 1), date(2024, 1, 15)), Spec()).days
    (_, before), (_, running) = first.trend
    assert (parts(before), before.maturity) == ((1, 1), "mature")
    assert (parts(running), running.maturity, running.left_out) == ((1, 1), "running", 1)
