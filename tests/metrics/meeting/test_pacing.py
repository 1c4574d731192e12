"""Where a target stands, by hand: one shop, 10 of February's 29 days gone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from data.scope import Span
from data.warehouse import Warehouse
from metrics.meeting.course import course
from metrics.meeting.pacing import Pace, Standing, as_document, paces, running_bucket
from metrics.reading import Reason
from store import MetricTargets
from tests.world import order, user, world

JANUARY, FEBRUARY = date(2024, 1, 1), date(2024, 2, 1)
ORDERS = [
    order(1, "2023-01-01", 10),
    # February 2023: ¥20 in its first ten days, ¥50 in all.
    *(order(1, f"2023-02-{d:02d}", 10) for d in (3, 10, 11, 20)),
    order(2, "2023-02-28", 10),
    order(1, "2024-01-15", 10),
    # February 2024: ¥30 by the end of the tenth.
    *(order(who, f"2024-02-{d:02d}", 10) for who, d in ((1, 1), (2, 5), (2, 10))),
]


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    folder = tmp_path_factory.mktemp("pacing")
    users = [user(n, "2023-01-01") for n in (1, 2)]
    return world(folder, through="2024-02-11", orders=ORDERS, users=users).warehouse()


def target(metric: str, grain: Any = "month", **values: float) -> MetricTargets:
    """`jan=15` is the target of January 2024."""
    starts = {"jan": JANUARY, "feb": FEBRUARY, "w06": date(2024, 2, 5), "w05": date(2024, 1, 29)}
    currency = "CNY" if metric in ("gmv", "aov", "spend", "net_revenue") else None
    kept = {starts[k]: v for k, v in values.items()}
    return MetricTargets(metric=metric, grain=grain, values=kept, currency=currency)


def pace(shop: Warehouse, metric: str, **values: float) -> Pace:
    [found] = paces(shop, [target(metric, **values)], "month")
    return found


def test_the_running_bucket_holds_the_last_complete_day(shop: Warehouse) -> None:
    assert running_bucket(shop, "month") == Span(FEBRUARY, date(2024, 3, 1))
    assert running_bucket(shop, "week") == Span(date(2024, 2, 5), date(2024, 2, 12))


def test_a_sum_ends_by_even_pace_and_by_last_years_shape(shop: Warehouse) -> None:
    """¥30 in 10 days: 30 · 29 / 10 = 87; last year 20 grew to 50, so 30 grows to 75. Against 80
    that is behind, and each of the 19 days left has to bring 50 / 19."""
    found = pace(shop, "gmv", feb=80)
    assert found.to_date.value == 30
    assert found.due == pytest.approx(80 * 10 / 29)
    assert found.even == pytest.approx(87)
    assert found.shaped == pytest.approx(75)
    assert found.end == found.shaped
    assert found.standing is Standing.BEHIND
    assert (found.days_left, found.rest) == (19, pytest.approx(50 / 19))
    assert pace(shop, "gmv", feb=75).standing is Standing.AHEAD


def test_the_course_of_a_sum_goes_on_by_last_years_shape(shop: Warehouse) -> None:
    """¥10 on the 1st, ¥20 by the 5th, ¥30 by the 10th. Last year ¥20 by the 10th, ¥30 on the 11th,
    ¥40 on the 20th, ¥50 on the 28th, its last day: half as much again each, 75 on the 29th."""
    found = course(shop, pace(shop, "gmv", feb=80))
    assert found is not None
    assert [v for _, v in found.so_far] == [10, 10, 10, 10, 20, 20, 20, 20, 20, 30]
    ahead = {day.day: value for day, value in found.ahead}
    assert {n: ahead[n] for n in (10, 11, 19, 20, 28, 29)} == {
        10: 30, 11: 45, 19: 45, 20: 60, 28: 75, 29: 75,
    }  # fmt: skip
    assert len(ahead) == 20
    assert found.due(date(2024, 2, 10)) == pytest.approx(80 * 10 / 29)


def test_the_course_goes_on_evenly_without_a_year_before(tmp_path: Path) -> None:
    young = world(tmp_path, through="2024-02-11", orders=ORDERS[-4:]).warehouse()
    found = course(young, pace(young, "gmv", feb=80))
    assert found is not None
    assert [value for _, value in found.ahead][:2] == [30, 33]
    assert found.ahead[-1] == (date(2024, 2, 29), pytest.approx(87))


def test_what_does_not_add_up_has_no_course(shop: Warehouse) -> None:
    assert course(shop, pace(shop, "buyers", feb=5)) is None
    assert course(shop, pace(shop, "aov", feb=10)) is None


def test_people_counted_once_end_by_last_years_shape_alone(shop: Warehouse) -> None:
    """2 buyers so far; last year 1 of 2 had come by the tenth. No share of a target of people."""
    found = pace(shop, "buyers", feb=5)
    assert found.to_date.value == 2
    assert (found.even, found.shaped) == (None, 4)
    assert (found.due, found.rest) == (None, None)
    assert found.standing is Standing.BEHIND


def test_a_ratio_ends_where_it_stands(shop: Warehouse) -> None:
    found = pace(shop, "aov", feb=10)
    assert (found.end, found.due, found.rest) == (10, 10, None)
    assert found.standing is Standing.AHEAD


def test_a_finished_bucket_is_met_or_missed(shop: Warehouse) -> None:
    """January: ¥10 of ¥15."""
    [past] = pace(shop, "gmv", jan=15, feb=80).past
    assert (past.span.start, past.target, past.reading.value) == (JANUARY, 15, 10)
    assert past.standing is Standing.MISSED


def test_weeks_are_paced_like_months(shop: Warehouse) -> None:
    """5 to 11 February: 2 orders in 6 of 7 days; the week before had one of a target of one."""
    [found] = paces(shop, [target("orders", "week", w05=1, w06=7)], "week")
    assert (found.to_date.value, found.days_left) == (2, 1)
    assert found.even == pytest.approx(7 / 3)
    assert [k.standing for k in found.past] == [Standing.MET]


def test_last_years_part_without_a_value_shapes_nothing(tmp_path: Path) -> None:
    young = world(tmp_path, through="2024-02-11", orders=ORDERS[-4:]).warehouse()
    found = pace(young, "gmv", feb=80)
    assert (found.shaped, found.even) == (None, pytest.approx(87))
    assert found.like_part is not None
    assert found.like_part.reason is Reason.NOT_COVERED


def test_a_bucket_that_is_over_has_ended(tmp_path: Path) -> None:
    """The data ends with January: 10 of 10 is met, and nothing is left to bring."""
    over = world(tmp_path, through="2024-02-01", orders=ORDERS[:-3]).warehouse()
    found = pace(over, "gmv", jan=10)
    assert (found.standing, found.end, found.days_left) == (Standing.MET, 10, 0)
    assert found.rest is None


def test_neither_an_unknown_metric_nor_a_bucket_without_a_target_is_paced(shop: Warehouse) -> None:
    kept = [target("gone_metric", feb=1), target("gmv", jan=1), target("sessions_gone", feb=1)]
    assert paces(shop, kept, "month") == ()
    assert paces(shop, [target("gmv", "week", w06=1)], "month") == ()


def test_what_is_good_in_neither_way_is_not_judged(shop: Warehouse) -> None:
    assert pace(shop, "returning_buyer_share", feb=0.5).standing is Standing.UNKNOWN


def test_the_document_has_full_precision(shop: Warehouse) -> None:
    told = as_document(pace(shop, "gmv", feb=80))
    assert told["needed_a_day"] == pytest.approx(50 / 19)
    assert told["standing"] == "behind"


@pytest.mark.postgres
def test_both_databases_pace_alike(shop: Warehouse, postgres_database: Callable[[], str]) -> None:
    users = [user(n, "2023-01-01") for n in (1, 2)]
    other = world(postgres_database(), through="2024-02-11", orders=ORDERS, users=users).warehouse()
    kept = [target(m, jan=15, feb=80) for m in ("gmv", "orders", "buyers", "aov", "mapu")]
    both = [[as_document(p) for p in paces(w, kept, "month")] for w in (shop, other)]
    assert both[0] == both[1]
