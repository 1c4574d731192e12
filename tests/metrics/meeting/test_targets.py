"""The target of a span, by hand: sums share and add, ratios weigh by days, nothing is invented."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from data.scope import LOCAL_VIEWER, Scope, Span, Viewer
from data.settings import Reporting
from i18n import Problem, Words
from metrics.catalog import METRICS
from metrics.meeting.targets import bodies, currency_of, target_for, why_not_compared
from metrics.periods import Grain, buckets
from store import Action, MetricTargets, Saved

MONDAYS = Reporting(currency="CNY")
SUNDAYS = Reporting(currency="CNY", week_start="sunday")
DAY = timedelta(days=1)


def day(text: str) -> date:
    return date.fromisoformat(f"2026-{text}")


def span(start: str, last: str) -> Span:
    return Span(day(start), day(last) + DAY)


def months(metric: str, **values: float) -> MetricTargets:
    """`sep=30` is the target of September 2026."""
    number = {"jul": 7, "aug": 8, "sep": 9, "oct": 10, "nov": 11}
    return MetricTargets(
        metric=metric,
        grain="month",
        values={date(2026, number[m], 1): v for m, v in values.items()},
    )


def weeks(metric: str, values: dict[str, float]) -> MetricTargets:
    return MetricTargets(
        metric=metric, grain="week", values={day(start): v for start, v in values.items()}
    )


def target(metric: str, of: Span, *kept: MetricTargets, at: Reporting = MONDAYS) -> float | None:
    return target_for(kept, METRICS[metric], of, at)


def test_a_whole_month_has_its_own_target() -> None:
    assert target("orders", span("09-01", "09-30"), months("orders", sep=300)) == 300


def test_month_to_date_has_the_elapsed_share() -> None:
    """12 of September's 30 days: 300 · 12 / 30."""
    assert target("orders", span("09-01", "09-12"), months("orders", sep=300)) == 120


def test_quarter_to_date_adds_whole_months_and_a_share() -> None:
    """July 310 + August 620 + 15 of September's 30 days of 300."""
    kept = months("orders", jul=310, aug=620, sep=300)
    assert target("orders", span("07-01", "09-15"), kept) == 310 + 620 + 150


def test_a_month_without_a_target_leaves_the_quarter_without_one() -> None:
    assert target("orders", span("07-01", "09-15"), months("orders", jul=310, sep=300)) is None


def test_rates_are_the_mean_weighted_by_days() -> None:
    """31 days of 2 %, 30 of 5 %; the elapsed part of a month is the month's rate."""
    kept = months("conversion_rate", aug=0.02, sep=0.05)
    assert target("conversion_rate", span("08-01", "09-30"), kept) == pytest.approx(
        (31 * 0.02 + 30 * 0.05) / 61
    )
    assert target("conversion_rate", span("08-01", "08-07"), kept) == pytest.approx(0.02)


def test_a_level_is_that_of_the_last_bucket() -> None:
    assert target("mapu", span("08-01", "09-12"), months("mapu", aug=100, sep=130)) == 130


def test_people_counted_once_do_not_add() -> None:
    kept = months("buyers", aug=100, sep=130)
    assert target("buyers", span("09-01", "09-30"), kept) == 130
    assert target("buyers", span("08-01", "09-30"), kept) is None
    assert target("buyers", span("09-01", "09-12"), kept) is None


def test_whole_weeks_add_and_a_broken_one_shares() -> None:
    kept = weeks("orders", {"11-16": 70, "11-23": 140})
    assert target("orders", span("11-16", "11-29"), kept) == 210
    assert target("orders", span("11-16", "11-25"), kept) == 70 + 60


def test_months_are_never_made_of_weeks_nor_weeks_of_months() -> None:
    assert target("orders", span("11-16", "11-22"), months("orders", nov=300)) is None
    monday_first = weeks("orders", {"06-01": 70, "06-08": 70})
    assert target("orders", span("06-01", "06-30"), monday_first) is None


def test_a_span_that_begins_inside_a_bucket_has_none() -> None:
    assert target("orders", span("09-02", "09-30"), months("orders", sep=300)) is None
    assert target("orders", span("11-17", "11-23"), weeks("orders", {"11-16": 7})) is None


def test_whole_buckets_go_before_broken_ones() -> None:
    """June 2026 begins on a Monday: its first seven days are a whole week, and 7/30 of June."""
    week = weeks("orders", {"06-01": 99})
    june = MetricTargets(metric="orders", grain="month", values={day("06-01"): 300})
    kept = (june, week)
    assert target("orders", span("06-01", "06-07"), *kept) == 99
    assert target_for(kept, METRICS["orders"], span("06-01", "06-07"), MONDAYS, grain="month") == 70
    assert target("orders", span("06-01", "06-05"), *kept) == 50
    assert target("orders", span("06-01", "06-05"), week) == pytest.approx(99 * 5 / 7)


def test_weeks_that_start_on_sunday() -> None:
    kept = weeks("orders", {"11-15": 70})
    assert target("orders", span("11-15", "11-21"), kept, at=SUNDAYS) == 70
    assert target("orders", span("11-15", "11-21"), kept, at=MONDAYS) is None


def test_february_of_a_leap_year_has_29_days() -> None:
    kept = MetricTargets(metric="orders", grain="month", values={date(2028, 2, 1): 290})
    of = Span(date(2028, 2, 1), date(2028, 2, 11))
    assert target_for([kept], METRICS["orders"], of, MONDAYS) == 100


def test_week_53_belongs_to_both_years() -> None:
    """28 December 2026 to 3 January 2027."""
    kept = MetricTargets(metric="orders", grain="week", values={date(2026, 12, 28): 70})
    of = Span(date(2026, 12, 28), date(2027, 1, 4))
    assert target_for([kept], METRICS["orders"], of, MONDAYS) == 70


def test_amounts_of_another_currency_are_left_out() -> None:
    kept = MetricTargets(metric="gmv", grain="month", values={day("09-01"): 9.0}, currency="USD")
    assert target("gmv", span("09-01", "09-30"), kept) is None
    assert target("gmv", span("09-01", "09-30"), kept, at=Reporting(currency="USD")) == 9
    assert currency_of(METRICS["gmv"], MONDAYS) == "CNY"
    assert currency_of(METRICS["orders"], MONDAYS) is None


@pytest.mark.parametrize("grain", ["week", "month"])
def test_parts_of_a_sum_add_up_to_the_whole(grain: Any) -> None:
    """Wherever a bucket is cut: the share to a day and its rest by days are the target."""
    start = {"week": day("11-16"), "month": day("11-01")}[grain]
    [whole] = buckets(Span(start, start + DAY), Grain(grain))
    end = {"week": day("11-23"), "month": day("12-01")}[grain]
    kept = MetricTargets(metric="gmv", grain=grain, values={whole.span.start: 1234.5})
    each = [
        target_for([kept], METRICS["gmv"], Span(start, start + n * DAY), MONDAYS) or 0.0
        for n in range(1, (end - start).days + 1)
    ]
    steps = [b - a for a, b in zip([0.0, *each], each, strict=False)]
    assert each[-1] == pytest.approx(1234.5)
    assert steps == pytest.approx([1234.5 / len(each)] * len(each))


def test_targets_are_the_whole_shops() -> None:
    china = Scope.of("CNY", market=frozenset({"CN"}))
    gmv, orders = METRICS["gmv"], METRICS["orders"]
    some = Viewer("lin", markets=frozenset({"CN"}))
    assert why_not_compared(gmv, Scope("CNY"), LOCAL_VIEWER, MONDAYS) is None
    assert why_not_compared(orders, Scope("USD"), LOCAL_VIEWER, MONDAYS) is None
    assert why_not_compared(gmv, Scope("USD"), LOCAL_VIEWER, MONDAYS) is not None
    assert why_not_compared(gmv, china, LOCAL_VIEWER, MONDAYS) is not None
    assert why_not_compared(gmv, Scope("CNY"), some, MONDAYS) is not None


def test_a_record_that_can_not_be_read_is_left_out() -> None:
    at = datetime(2026, 11, 30, tzinfo=UTC)
    kept, told = months("orders", sep=300), Problem("x", Words("x", "x"))
    both: list[Saved[MetricTargets]] = [
        Saved("targets", "s", "one", 1, None, Action.SAVED, "lin", at, "", content)
        for content in (kept, told)
    ]
    assert bodies(both) == [kept]
