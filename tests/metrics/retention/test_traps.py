"""What makes retention wrong, one trap a test, each small enough to work out by hand."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from data.scope import Span
from metrics.periods import Grain
from metrics.reading import Maturity, Reason
from metrics.retention.spec import Clock, Kind, Return, Spec, Start, brackets_of
from tests.metrics.retention.asking import BUYING, DAILY, LINK, MONTHS, ask, opened, parts
from tests.world import Row, event, order, refund, shop, user


def test_a_running_cell_has_its_value_to_date_and_is_in_no_mean(tmp_path: Path) -> None:
    """Users 1 and 2 register in January and March; March 15 is the end of the data. Month 1 of
    January is over (user 1 came), month 2 is running, so only month 0 of January is pooled there;
    month 0 of March is running too."""
    w = opened(
        tmp_path,
        "2024-03-15",
        users=[user(1, "2024-01-05"), user(2, "2024-03-01")],
        events=[event(1, "2024-02-03"), event(1, "2024-03-02"), event(2, "2024-03-01")],
    )
    found = ask(w, Spec(grain=Grain.MONTH), MONTHS)
    january, february, march = found.cohorts
    assert [c.maturity for c in january.cells] == ["mature", "mature", "running"]
    assert [parts(c) for c in january.cells] == [(0, 1), (1, 1), (1, 1)]
    assert (march.cells[0].maturity, march.cells[1].reason) == ("running", Reason.NOT_BEGUN)
    assert february.cells[0].reason is Reason.NO_ROWS
    assert [p.cohorts for p in found.pooled] == [1, 1, 0]
    assert [parts(p.reading) for p in found.pooled] == [(0, 1), (1, 1), (None, None)]
    assert found.pooled[2].reading.reason is Reason.IMMATURE


def test_a_period_that_ends_with_the_data_is_mature(tmp_path: Path) -> None:
    """Complete to the end of January 8: day 1 of the 7th is over at midnight, a second earlier it
    is not."""
    rows: dict[str, list[Row]] = {
        "users": [user(1, "2024-01-07")],
        "events": [event(1, "2024-01-08")],
    }
    whole = ask(opened(tmp_path / "a", "2024-01-09", **rows), DAILY)
    cut = ask(opened(tmp_path / "b", "2024-01-08 23:59:59", **rows), DAILY)
    assert whole.cohorts[6].cells[1].maturity is Maturity.MATURE
    assert cut.cohorts[6].cells[1].maturity is Maturity.RUNNING


def test_the_mean_is_of_sums_and_not_of_rates(tmp_path: Path) -> None:
    """Three registered on the 1st and one came back, one registered on the 2nd and did:
    2 of 4, not two thirds."""
    w = opened(
        tmp_path,
        "2024-02-01",
        users=[*[user(n, "2024-01-01") for n in (1, 2, 3)], user(4, "2024-01-02")],
        events=[event(1, "2024-01-02"), event(4, "2024-01-03")],
    )
    assert parts(ask(w, DAILY).pooled[1].reading) == (2, 4)


def test_a_person_who_comes_twice_in_a_period_is_one(tmp_path: Path) -> None:
    """In week 1: two days and a second event on one of them."""
    w = opened(
        tmp_path,
        "2024-02-01",
        users=[user(1, "2024-01-02")],
        events=[event(1, t) for t in ("2024-01-08", "2024-01-10", "2024-01-10 12:00")],
    )
    assert parts(ask(w, Spec()).cohorts[0].cells[1]) == (1, 1)


def test_activity_earlier_in_the_week_of_registering_is_week_0(tmp_path: Path) -> None:
    """Known by its id on Monday, registered on Wednesday: by the calendar that is the same week,
    by the 24-hour clock it lies before the beginning."""
    rows: dict[str, list[Row]] = {
        "users": [user(1, "2024-01-03")],
        "events": [event(1, "2024-01-01 12:00")],
    }
    w = opened(tmp_path, "2024-02-01", **rows)
    assert parts(ask(w, Spec()).cohorts[0].cells[0]) == (1, 1)
    assert parts(ask(w, Spec(clock=Clock.HOURS)).cohorts[0].cells[0]) == (0, 1)


def test_visits_before_registration_are_no_activity_of_the_user(tmp_path: Path) -> None:
    """The visitor came in the week of registering, and was linked later."""
    w = opened(
        tmp_path,
        "2024-02-01",
        users=[user(1, "2024-01-03")],
        events=[event(None, "2024-01-01 12:00", visitor_id="v"), event(1, "2024-01-30")],
        identities=[LINK],
    )
    assert parts(ask(w, Spec()).cohorts[0].cells[0]) == (0, 1)
    visits = ask(w, Spec(start=Start.FIRST_VISIT))
    assert parts(visits.cohorts[0].cells[0]) == (1, 1)


@pytest.mark.parametrize(
    ("seconds", "period"), [pytest.param(-1, 0, id="before"), pytest.param(0, 1, id="at")]
)
def test_period_1_begins_after_24_hours_to_the_second(
    tmp_path: Path, seconds: int, period: int
) -> None:
    at = user(1, "2024-01-03 15:00:00")["registered_at"] + timedelta(days=1, seconds=seconds)
    w = opened(
        tmp_path,
        "2024-02-01",
        users=[user(1, "2024-01-03 15:00:00")],
        events=[event(1, at.isoformat())],
    )
    cells = ask(w, Spec(grain=Grain.DAY, clock=Clock.HOURS)).cohorts[2].cells
    assert [n for n, c in enumerate(cells) if c.numerator] == [period]


def test_a_day_of_the_calendar_has_23_hours_when_clocks_change(tmp_path: Path) -> None:
    """London, 31 March 2024: registered at 23:30 local on the 30th, back at 23:30 on the 31st,
    23 hours later. By the calendar day 1, by the 24-hour clock still day 0."""
    w = opened(
        tmp_path,
        "2024-04-30",
        shop(timezone="Europe/London"),
        users=[user(1, "2024-03-30 23:30")],
        events=[event(1, "2024-03-31 22:30")],
    )
    span = Span(date(2024, 3, 30), date(2024, 4, 1))
    calendar = ask(w, DAILY, span).cohorts[0].cells
    hours = ask(w, Spec(grain=Grain.DAY, clock=Clock.HOURS), span).cohorts[0].cells
    assert [c.numerator for c in calendar[:2]] == [0, 1]
    assert [c.numerator for c in hours[:2]] == [1, 0]


def test_weeks_begin_on_sunday_where_the_settings_say_so(tmp_path: Path) -> None:
    """Registered on Saturday the 6th, back on Sunday the 7th: week 1 there, week 0 elsewhere."""
    rows: dict[str, list[Row]] = {
        "users": [user(1, "2024-01-06")],
        "events": [event(1, "2024-01-07")],
    }
    for start, period in (("sunday", 1), ("monday", 0)):
        w = opened(tmp_path / start, "2024-02-01", shop(week_start=start), **rows)
        cells = ask(w, Spec()).cohorts[0].cells
        assert [n for n, c in enumerate(cells) if c.numerator] == [period]


def test_months_of_the_24_hour_clock_are_30_days(tmp_path: Path) -> None:
    """Registered on 1 January, back on the 31st: 30 × 24 hours later, still in January."""
    w = opened(
        tmp_path,
        "2024-04-30",
        users=[user(1, "2024-01-01")],
        events=[event(1, "2024-01-31")],
    )
    hours = ask(w, Spec(grain=Grain.MONTH, clock=Clock.HOURS)).cohorts[0].cells
    calendar = ask(w, Spec(grain=Grain.MONTH)).cohorts[0].cells
    assert [n for n, c in enumerate(hours) if c.numerator] == [1]
    assert [n for n, c in enumerate(calendar) if c.numerator] == [0]


def test_a_cohort_of_the_24_hour_clock_is_mature_when_its_last_moment_is(tmp_path: Path) -> None:
    """Somebody may still register on the 3rd until midnight: day 1 of all of them is over at the
    end of the 5th."""
    rows: dict[str, list[Row]] = {
        "users": [user(1, "2024-01-03")],
        "events": [event(1, "2024-01-04")],
    }
    spec = Spec(grain=Grain.DAY, clock=Clock.HOURS)
    for through, maturity in (("2024-01-05", "running"), ("2024-01-06", "mature"),
                              ("2024-01-05 23:59:59", "running")):  # fmt: skip
        w = opened(tmp_path / through.replace(":", ""), through, **rows)
        assert ask(w, spec).cohorts[2].cells[1].maturity == maturity


def test_rolling_counts_whoever_comes_later(tmp_path: Path) -> None:
    """Back on days 1 and 5: in 1 to 5 or later, in no later one; bounded on those two alone."""
    w = opened(
        tmp_path,
        "2024-02-01",
        users=[user(1, "2024-01-01")],
        events=[event(1, "2024-01-02"), event(1, "2024-01-06")],
    )
    rolling = ask(w, Spec(grain=Grain.DAY, kind=Kind.ROLLING, periods=7)).cohorts[0].cells
    bounded = ask(w, Spec(grain=Grain.DAY, periods=7)).cohorts[0].cells
    assert [c.numerator for c in rolling] == [1, 1, 1, 1, 1, 1, 0, 0]
    assert [c.numerator for c in bounded] == [0, 1, 0, 0, 0, 1, 0, 0]


def test_who_comes_after_the_last_column_is_in_all_rolling_ones(tmp_path: Path) -> None:
    w = opened(
        tmp_path,
        "2024-02-01",
        users=[user(1, "2024-01-01")],
        events=[event(1, "2024-01-20")],
    )
    cells = ask(w, Spec(grain=Grain.DAY, kind=Kind.ROLLING, periods=2)).cohorts[0].cells
    assert [c.numerator for c in cells] == [1, 1, 1]


def test_the_first_purchase_is_not_coming_back(tmp_path: Path) -> None:
    """By month n: everybody is in month 0 by definition, so buying again counts from month 1. The
    first purchase after registering counts from month 0."""
    w = opened(
        tmp_path,
        "2024-05-01",
        users=[user(1, "2024-01-02"), user(2, "2024-01-02")],
        orders=[order(1, "2024-01-03"), order(2, "2024-01-04"), order(2, "2024-03-04")],
    )
    cumulative = Spec(
        start=Start.FIRST_PURCHASE, returning=Return.PURCHASE, grain=Grain.MONTH,
        kind=Kind.ON_OR_BEFORE,
    )  # fmt: skip
    registered = Spec(returning=Return.PURCHASE, grain=Grain.MONTH, kind=Kind.ON_OR_BEFORE)
    assert [c.numerator for c in ask(w, cumulative).cohorts[0].cells[:4]] == [2, 0, 1, 1]
    assert [c.numerator for c in ask(w, registered).cohorts[0].cells[:4]] == [2, 2, 2, 2]


def test_a_bracket_counts_a_person_once_and_both_ends(tmp_path: Path) -> None:
    """Days 7 to 30: back on 7 and 30, not on 31."""
    spec = Spec(grain=Grain.DAY, kind=Kind.BRACKET, brackets=brackets_of("1,7-30,31-60"))
    w = opened(
        tmp_path,
        "2024-03-05",
        users=[user(1, "2024-01-01"), user(2, "2024-01-01"), user(3, "2024-01-01")],
        events=[event(1, "2024-01-08"), event(1, "2024-01-31"), event(2, "2024-01-31"),
                event(3, "2024-02-01")],
    )  # fmt: skip
    assert [c.numerator for c in ask(w, spec).cohorts[0].cells] == [0, 2, 1]


def test_everybody_begins_with_the_first_time_of_an_event(tmp_path: Path) -> None:
    """The share in December begins user 1 there, whatever came in January; user 2 begins before
    registering."""
    w = opened(
        tmp_path,
        "2024-03-01",
        users=[user(1, "2023-11-01"), user(2, "2024-01-20")],
        events=[event(1, "2023-12-05", "share"), event(1, "2024-01-05", "share"),
                event(2, "2024-01-10", "share"), event(2, "2024-02-10", "share")],
    )  # fmt: skip
    spec = Spec(
        start=Start.EVENT, start_event="share", returning=Return.EVENT, return_event="share",
        grain=Grain.MONTH,
    )  # fmt: skip
    (january,) = ask(w, spec).cohorts
    assert [parts(c) for c in january.cells[:2]] == [(1, 1), (1, 1)]


def test_refunds_are_acts_only_where_that_is_asked_for(tmp_path: Path) -> None:
    """User 1 orders in January and sends it back in February; user 2 has nothing but a refund in
    January that names no order."""
    w = opened(
        tmp_path,
        "2024-04-01",
        orders=[order(1, "2024-01-05", 10, order_id="a")],
        refunds=[refund("2024-02-05", 4, order_id="a"), refund("2024-01-09", 4, user_id="2")],
    )
    plain = ask(w, BUYING).cohorts[0]
    asked = Spec(
        start=Start.FIRST_PURCHASE, returning=Return.PURCHASE, grain=Grain.MONTH,
        returns_count=True,
    )  # fmt: skip
    counted = ask(w, asked).cohorts[0]
    assert (plain.size, parts(plain.cells[1])) == (1, (0, 1))
    assert (counted.size, parts(counted.cells[1])) == (2, (1, 2))
