"""What makes retention wrong, one trap a test, each small enough to work out by hand."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from data.scope import Scope, Span
from data.warehouse import Warehouse
from i18n import Problem
from metrics.families import FAMILY_OF
from metrics.measures import measure
from metrics.people import people_page
from metrics.periods import Grain
from metrics.reading import Maturity, Reading, Reason
from metrics.retention.ask import retention
from metrics.retention.people import Part, Who, cell_people
from metrics.retention.result import Retention, shift
from metrics.retention.spec import Bracket, Clock, Kind, Return, Spec, Start, Value, brackets_of
from metrics.retention.summary import summary
from tests.world import Row, event, fx, item, order, refund, shop, user, world

CNY = Scope("CNY")
JANUARY = Span(date(2024, 1, 1), date(2024, 2, 1))
MONTHS = Span(date(2024, 1, 1), date(2024, 4, 1))
DAILY = Spec(grain=Grain.DAY)
BUYING = Spec(start=Start.FIRST_PURCHASE, returning=Return.PURCHASE, grain=Grain.MONTH)
LINK: Row = {"visitor_id": "v", "user_id": "1", "linked_at": None}


def opened(folder: Path, through: str, settings: Any = None, **tables: list[Row]) -> Warehouse:
    return world(folder, settings=settings or shop(), through=through, **tables).warehouse()


def ask(warehouse: Warehouse, spec: Spec, span: Span = JANUARY, by: str | None = None) -> Retention:
    return retention(warehouse, CNY, span, spec, by)


def parts(cell: Reading) -> tuple[float | None, float | None]:
    return cell.numerator, cell.denominator


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
        events=[event(None, "2024-01-01 12:00", visitor_id="v")],
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


def test_money_is_of_the_day_it_was_paid_and_net_of_refunds(tmp_path: Path) -> None:
    """January: 10 CNY and 5 USD at 8, which is 50; in February 20, of which 5 come back."""
    w = opened(
        tmp_path,
        "2024-04-01",
        shop(refund_day="refund"),
        orders=[order(1, "2024-01-05", 10), order(1, "2024-01-06", 5, currency="USD"),
                order(1, "2024-02-06", 20, order_id="a")],
        refunds=[refund("2024-03-05", 5, order_id="a")],
        fx_rates=fx("USD", 8, date(2024, 1, 6)),
    )  # fmt: skip
    spec = Spec(
        start=Start.FIRST_PURCHASE, returning=Return.PURCHASE, grain=Grain.MONTH,
        value=Value.REVENUE,
    )  # fmt: skip
    cells = ask(w, spec).cohorts[0].cells
    assert [c.value for c in cells[:3]] == [50, 20, -5]


def test_money_without_a_rate_is_no_value(tmp_path: Path) -> None:
    w = opened(tmp_path, "2024-04-01", orders=[order(1, "2024-01-06", 5, currency="USD")])
    spec = Spec(start=Start.FIRST_PURCHASE, value=Value.REVENUE, grain=Grain.MONTH)
    found = ask(w, spec)
    assert found.cohorts[0].cells[0].reason is Reason.NO_RATE
    assert found.pooled[0].reading.reason is Reason.NO_RATE


def test_revenue_retention_of_a_cohort_that_brought_nothing_has_no_value(tmp_path: Path) -> None:
    """User 1 registers in January and buys in February only: there is no month 0 to divide by.
    User 2 brings 40 in January and 10 in February of it: 25 %."""
    w = opened(
        tmp_path,
        "2024-04-01",
        users=[user(1, "2024-01-01", country="CN"), user(2, "2024-01-01", country="US")],
        orders=[order(1, "2024-02-01", 10), order(2, "2024-01-02", 40), order(2, "2024-02-02", 10)],
    )
    spec = Spec(value=Value.REVENUE_RETENTION, grain=Grain.MONTH)
    assert ask(w, spec).cohorts[0].cells[1].value == 0.5
    by_market = {s.value: s.pooled[1].reading for s in ask(w, spec, by="market").segments}
    assert by_market["CN"].reason is Reason.ZERO_DENOMINATOR
    assert by_market["US"].value == 0.25


def test_margin_without_costs_says_so_or_is_assumed(tmp_path: Path) -> None:
    rows: dict[str, list[Row]] = {"orders": [order(1, "2024-01-05", 10)]}
    spec = Spec(start=Start.FIRST_PURCHASE, value=Value.MARGIN, grain=Grain.MONTH)
    unknown = ask(opened(tmp_path / "a", "2024-03-01", **rows), spec).cohorts[0].cells[0]
    assumed = ask(opened(tmp_path / "b", "2024-03-01", shop(margin_rate=0.4), **rows), spec)
    assert unknown.reason is Reason.COST_UNKNOWN
    assert (assumed.cohorts[0].cells[0].value, assumed.cohorts[0].cells[0].assumed) == (4, True)


def test_cumulative_revenue_at_the_last_age_is_the_orders_table(tmp_path: Path) -> None:
    """Whatever the months: 10 + 20 + 5 of user 1 and 7 of user 2."""
    w = opened(
        tmp_path,
        "2024-05-01",
        orders=[order(1, "2024-01-05", 10), order(1, "2024-02-05", 20), order(1, "2024-04-05", 5),
                order(2, "2024-02-07", 7)],
    )  # fmt: skip
    spec = Spec(
        start=Start.FIRST_PURCHASE, value=Value.REVENUE, kind=Kind.ON_OR_BEFORE, grain=Grain.MONTH
    )
    whole = Span(date(2024, 1, 1), date(2024, 5, 1))
    found = retention(w, CNY, whole, spec)
    last = [[c for c in cohort.cells if c.value is not None] for cohort in found.cohorts]
    brought = sum(cells[-1].numerator or 0 for cells in last if cells)
    assert brought == 42
    assert measure(w, CNY, [whole], [FAMILY_OF["gmv"]]).rows[0]["gmv"] == brought


def test_column_0_of_registrations_is_the_acquisition_chart(tmp_path: Path) -> None:
    w = opened(
        tmp_path,
        "2024-03-01",
        users=[user(1, "2024-01-01"), user(2, "2024-01-31"), user(3, "2024-02-01"),
               user(4, "2024-01-09", is_test=True)],
        events=[event(1, "2024-01-01")],
    )  # fmt: skip
    new = measure(w, CNY, [JANUARY], [FAMILY_OF["new_users"]]).rows[0]["new_users"]
    assert ask(w, Spec(grain=Grain.MONTH)).cohorts[0].size == new == 2


def test_a_cohort_of_one_is_shown_with_its_interval_and_marked(tmp_path: Path) -> None:
    w = opened(
        tmp_path, "2024-03-01", users=[user(1, "2024-01-01")], events=[event(1, "2024-01-01")]
    )
    (january,) = ask(w, Spec(grain=Grain.MONTH)).cohorts
    cell = january.cells[0]
    assert (january.size, january.small, cell.value) == (1, True, 1)
    assert cell.low == pytest.approx(0.2065, abs=5e-5)


def test_a_shop_with_orders_only_follows_orders(tmp_path: Path) -> None:
    w = opened(tmp_path, "2024-04-01", orders=[order(1, "2024-01-05"), order(1, "2024-02-05")])
    found = ask(w, Spec(start=Start.FIRST_PURCHASE, grain=Grain.MONTH))
    assert found.activity_is_orders
    assert parts(found.cohorts[0].cells[1]) == (1, 1)
    assert ask(w, Spec()).lacking == ("users.registered_at",)


def test_activity_that_the_settings_take_from_events_needs_events(tmp_path: Path) -> None:
    w = opened(
        tmp_path, "2024-04-01", shop(activity_events=("search",)), orders=[order(1, "2024-01-05")]
    )
    assert ask(w, Spec(start=Start.FIRST_PURCHASE)).lacking == ("events",)


def test_an_unknown_event_is_named_with_a_near_one(tmp_path: Path) -> None:
    w = opened(
        tmp_path, "2024-02-01", users=[user(1)], events=[event(1, "2024-01-03", "add_to_cart")]
    )
    spec = Spec(returning=Return.EVENT, return_event="add_to_card")
    with pytest.raises(Problem, match="add_to_cart") as raised:
        ask(w, spec)
    assert raised.value.code == "retention_event_unknown"


def test_a_start_event_nobody_did_in_the_range_says_so(tmp_path: Path) -> None:
    w = opened(
        tmp_path,
        "2024-03-01",
        users=[user(1)],
        events=[event(1, "2024-02-03", "share"), event(1, "2024-01-03")],
    )
    spec = Spec(start=Start.EVENT, start_event="share", grain=Grain.MONTH)
    (january,) = ask(w, spec).cohorts
    assert (january.size, january.reason) == (0, Reason.NO_ROWS)
    assert {c.reason for c in january.cells} == {Reason.NO_ROWS}


def test_a_range_before_the_data_is_not_covered(tmp_path: Path) -> None:
    w = opened(tmp_path, "2024-03-01", users=[user(1)], events=[event(1, "2024-01-03")])
    found = ask(w, Spec(grain=Grain.MONTH), Span(date(2023, 1, 1), date(2023, 3, 1)))
    assert {c.reason for c in found.cohorts} == {Reason.NOT_COVERED}
    assert found.pooled[0].reading.reason is Reason.IMMATURE


def test_days_of_ten_years_are_refused_in_words(tmp_path: Path) -> None:
    w = opened(tmp_path, "2024-03-01", users=[user(1)], events=[event(1, "2024-01-03")])
    with pytest.raises(Problem, match="at most 400") as raised:
        ask(w, DAILY, Span(date(2014, 1, 1), date(2024, 1, 1)))
    assert raised.value.code == "retention_too_many_cohorts"


def test_the_last_mature_cohorts_are_tested_against_those_before(tmp_path: Path) -> None:
    """Days 1 to 4: 0 of 10 come back on the first two, 10 of 10 on the next two: twenty against
    twenty people. The 5th is running and in neither."""
    users = [user(f"{d}-{n}", f"2024-01-0{d}") for d in range(1, 6) for n in range(10)]
    events = [event(f"{d}-{n}", f"2024-01-0{d + 1}") for d in (3, 4) for n in range(10)]
    w = opened(tmp_path, "2024-01-06 12:00", users=users, events=events)
    moved = shift(ask(w, DAILY, Span(date(2024, 1, 1), date(2024, 1, 6))), 1)
    assert moved is not None
    assert [s.start.day for s in moved.before] == [1, 2]
    assert [s.start.day for s in moved.after] == [3, 4]
    assert parts(moved.base.reading) == (0, 20)
    assert parts(moved.now.reading) == (20, 20)
    assert moved.difference.diff == 1
    assert moved.p_value < 0.001


@pytest.mark.parametrize(
    ("by", "sizes"),
    [
        ("coupon", {"yes": 1, "no": 1, "no_order": 1}),
        ("first_category", {"toys": 1, "books": 1, "no_order": 1}),
        ("referred", {"yes": 1, "no": 2}),
        ("channel", {"kol": 2, "direct": 1}),
    ],
)
def test_segments_are_of_the_first_order_and_the_way_in(
    tmp_path: Path, by: str, sizes: dict[str, int]
) -> None:
    """User 1: a coupon and most spent on toys in the first order, books in the second. User 2:
    books, brought by user 1. User 3: no order. A later coupon or category moves nobody."""
    w = opened(
        tmp_path,
        "2024-04-01",
        users=[user(1, channel="kol"), user(2, channel="kol", referrer_id="1"),
               user(3, channel="direct")],
        events=[event(2, "2024-02-02")],
        orders=[order(1, "2024-01-03", 9, order_id="a", coupon_code="NEW"),
                order(1, "2024-01-04", 9, order_id="b"),
                order(2, "2024-01-03", 9, order_id="c", coupon_code=""),
                order(2, "2024-01-05", 9, order_id="d", coupon_code="X")],
        order_items=[item("a", "i", 2, 4, category="toys"), item("a", "j", 1, 1, category="books"),
                     item("b", "j", 1, 9, category="books"), item("c", "j", 1, 9, category="books"),
                     item("d", "i", 1, 9, category="toys")],
    )  # fmt: skip
    found = ask(w, Spec(grain=Grain.MONTH), by=by)
    assert {s.value: s.size for s in found.segments} == sizes
    whole, of_parts = found.pooled[1].reading, [s.pooled[1].reading for s in found.segments]
    assert sum(r.numerator or 0 for r in of_parts) == whole.numerator == 1
    assert sum(r.denominator or 0 for r in of_parts) == whole.denominator == 3


def test_the_smaller_segments_are_one_group(tmp_path: Path) -> None:
    """Ten markets: eight stand for themselves, two users are in the others, and are listed."""
    users = [user(n, country=f"C{n}") for n in range(10)]
    users += [user(f"{n}b", country=f"C{n}") for n in range(8)]
    w = opened(tmp_path, "2024-03-01", users=users, events=[event("9", "2024-02-03")])
    spec = Spec(grain=Grain.MONTH)
    found = ask(w, spec, by="market")
    assert [s.value for s in found.segments] == [*[f"C{n}" for n in range(8)], None]
    assert parts(found.segments[-1].pooled[1].reading) == (1, 2)
    others = Part("market", None, tuple(f"C{n}" for n in range(8)))
    people = cell_people(w, CNY, spec, JANUARY, [JANUARY], Bracket(1, 1), Who.RETURNED, others)
    assert [row[0] for row in people_page(w, people).rows] == ["9"]


def test_the_people_of_a_cell_have_their_first_return_in_it(tmp_path: Path) -> None:
    """User 1 came on the 5th and the 9th of February, user 2 in March."""
    w = opened(
        tmp_path,
        "2024-04-01",
        users=[user(1, "2024-01-02 08:00"), user(2)],
        events=[event(1, "2024-02-09"), event(1, "2024-02-05"), event(2, "2024-03-01")],
    )
    page = people_page(
        w, cell_people(w, CNY, Spec(grain=Grain.MONTH), JANUARY, [JANUARY], Bracket(1, 1))
    )
    keys = [c.key for c in page.columns]
    row = dict(zip(keys, page.rows[0], strict=True))
    assert page.total == 1
    assert (row["person_id"], row["returned_on"], row["acts"]) == ("1", date(2024, 2, 5), 2)
    assert row["began_at"].isoformat() == "2024-01-02T08:00:00"


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


@pytest.mark.parametrize(
    ("code", "options"),
    [
        ("retention_grain", {"grain": Grain.YEAR}),
        ("retention_event_not_named", {"start": Start.EVENT}),
        ("retention_event_not_named", {"return_event": "share"}),
        ("retention_periods", {"periods": 401}),
        ("retention_rolling_value", {"kind": Kind.ROLLING, "value": Value.REVENUE}),
        ("retention_cumulative_share",
         {"kind": Kind.ON_OR_BEFORE, "value": Value.REVENUE_RETENTION}),
        ("retention_brackets", {"kind": Kind.BRACKET}),
        ("retention_brackets_order",
         {"kind": Kind.BRACKET, "brackets": (Bracket(4, 7), Bracket(7, 9))}),
    ],
)  # fmt: skip
def test_parts_that_do_not_go_together_are_refused(code: str, options: dict[str, Any]) -> None:
    with pytest.raises(Problem) as raised:
        Spec(**options)
    assert raised.value.code == code
