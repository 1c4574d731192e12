"""The sentence of the funnel page says what is final, what is to date, and what is zero."""

from __future__ import annotations

from datetime import date

import pytest

from data.scope import Span
from i18n import Text
from metrics.funnels.result import FunnelCounts, Segment, StepCount
from metrics.funnels.spec import Counting, Funnel, Window, simple
from metrics.reading import Maturity, Reading, Reason, share
from ui.funnel.finding import final_on, finding, largest_loss

EN, ZH = Text("en"), Text("zh")
THREE = simple("view_item", "add_to_cart", "purchase", window=Window(seconds=2 * 86_400))
DAYS = Span(date(2024, 1, 1), date(2024, 1, 8))


def rate(n: int, of: int, left_out: int, *, to_date: bool) -> Reading:
    if to_date:
        found = share(n, of)
        return Reading(found.value, n, of, found.low, found.high, maturity=Maturity.RUNNING)
    return share(n, of, left_out=left_out)


def counts(
    *mature: int, open_: tuple[int, ...] = (), funnel: Funnel = THREE, to_date: bool = False
) -> FunnelCounts:
    """`counts(100, 40, 10)`: how many of those whose window is over reached each step; `open_`:
    at which step the others are."""
    steps = []
    waiting = sum(open_)
    for n, reached in enumerate(mature):
        before = mature[max(n - 1, 0)]
        steps.append(
            StepCount(
                n + 1,
                optional=False,
                reached=reached + (sum(open_[n:]) if open_ else 0),
                dropped=0 if to_date else before - reached,
                in_progress=open_[n - 1] if open_ and n else 0,
                overall=rate(reached, mature[0], waiting, to_date=to_date),
                from_before=rate(reached, before, waiting, to_date=to_date)
                if n
                else Reading.missing(Reason.NO_ROWS),
            )
        )
    under_way = sum(open_[:-1]) if open_ else 0
    total = Segment(None, mature[0] + waiting, mature[-1], under_way, 0, tuple(steps))
    return FunnelCounts(funnel, DAYS, total, None, (), 0, "", "v", ())


def test_conversion_and_the_largest_loss() -> None:
    assert finding(counts(100, 40, 10), EN) == (
        "10.0% of 100 users that began with Item view reached Paid order within 2 days. "
        "The largest loss is before Add to cart: 60.0% of those at the step before get no further."
    )
    assert finding(counts(100, 40, 10), ZH) == (
        "100 人从“浏览商品”进入，2 天内到达“支付成功”的占 10.0%。"
        "流失最多的是“加入购物车”之前：上一步的 60.0% 止步于此。"
    )


def test_the_number_in_the_sentence_is_the_denominator_of_its_rate() -> None:
    """140 entered, of 40 the window is open: 10 % is of the 100 others."""
    said = finding(counts(100, 40, 10, open_=(30, 10, 0)), EN)
    assert said.startswith("10.0% of 100 users that began with Item view (their window is over)")


def test_nobody_converted_is_a_measured_zero() -> None:
    assert "none reached Paid order. That is a measured zero." in finding(counts(9, 4, 0), EN)


def test_nobody_entered() -> None:
    assert finding(counts(0, 0, 0), EN) == "Nobody entered this funnel in this period."


def test_two_steps_lose_at_one_place_only() -> None:
    assert largest_loss(counts(10, 5, funnel=simple("a", "b"))) is None


@pytest.mark.parametrize(
    ("funnel", "day"),
    [
        (THREE, date(2024, 1, 10)),
        (simple("a", "b", window=Window(seconds=60)), date(2024, 1, 9)),
        (simple("a", "b", window=Window(kind="day", seconds=None)), date(2024, 1, 8)),
        (simple("a", "b", window=Window(kind="session", seconds=None)), None),
        (simple("a", "b", count=Counting.SESSIONS), None),
    ],
)
def test_when_the_last_window_ends(funnel: Funnel, day: date | None) -> None:
    """Entered until the 7th: two days later, the next day, the same day; a session says when."""
    assert final_on(counts(10, 5, funnel=funnel)) == day
