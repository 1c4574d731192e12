"""Each trap of survival by hand: who is watched, until when, and what ends a time."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from data.scope import Scope
from i18n import LANGUAGES, Problem, Text
from metrics.people import people_page
from metrics.reading import Reason
from metrics.stats.survival import AtAge
from metrics.survival.gaps import RULE, ChurnGap, churn_gap
from metrics.survival.people import Point, Who, curve_people
from metrics.survival.result import SurvivalAnswer, survival
from metrics.survival.spec import (
    RULES,
    Criterion,
    Outcome,
    Question,
)
from metrics.user_segments import Segment, segment_words
from tests.metrics.asking import span
from tests.world import Row, World, event, item, order, user, world

ALL = Scope.of("CNY")


def made(folder: Path, *orders: Row, through: str = "2024-03-01", **more: Any) -> World:
    return world(folder, through=through, orders=orders, **more)


def second(shop: World, **more: Any) -> SurvivalAnswer:
    return survival(shop.warehouse(), ALL, Outcome.SECOND_PURCHASE, **more)


def last(shop: World, churn_days: int, **more: Any) -> SurvivalAnswer:
    return survival(shop.warehouse(), ALL, Outcome.LAST_ACTIVITY, churn_days=churn_days, **more)


def gap_of(shop: World, **more: Any) -> ChurnGap:
    return churn_gap(shop.warehouse(), ALL, **more)


def test_three_buyers_by_hand(tmp_path: Path) -> None:
    """1 January: one orders again after 10 days, one after 20, one not yet in 59 days (the last
    complete day is 29 February)."""
    shop = made(
        tmp_path,
        order(1, "2024-01-01"), order(1, "2024-01-11"), order(1, "2024-01-12"),
        order(2, "2024-01-01"), order(2, "2024-01-21"), order(3, "2024-01-01"),
    )  # fmt: skip
    found = second(shop).whole
    assert found.counts == (AtAge(10, 1, 0), AtAge(20, 1, 0), AtAge(59, 0, 1))
    assert found.survival is not None
    assert found.survival.quantile().age == 20


def test_two_orders_on_one_day_are_age_zero(tmp_path: Path) -> None:
    shop = made(tmp_path, order(1, "2024-01-01 08:00"), order(1, "2024-01-01 09:00"))
    assert second(shop).whole.counts == (AtAge(0, 1, 0),)


def test_an_order_on_the_running_day_is_not_seen_yet(tmp_path: Path) -> None:
    """The data end at noon of 11 January: the second order at 10 o'clock belongs to a day that is
    not over, and the buyer is watched to the 10th. A first order on the 11th is left out."""
    shop = made(
        tmp_path,
        order(1, "2024-01-01"), order(1, "2024-01-11 10:00"), order(2, "2024-01-11 09:00"),
        through="2024-01-11 12:00",
    )  # fmt: skip
    found = second(shop).whole
    assert found.counts == (AtAge(9, 0, 1),)
    assert found.left_out == 1


def test_cancelled_orders_and_guests_start_no_time(tmp_path: Path) -> None:
    shop = made(
        tmp_path,
        order(1, "2024-01-01", status="cancelled"), order(1, "2024-01-11"),
        order(None, "2024-01-01"), order(None, "2024-01-02"),
    )  # fmt: skip
    assert second(shop).whole.counts == (AtAge(49, 0, 1),)


def test_the_range_keeps_first_orders_and_not_second_ones(tmp_path: Path) -> None:
    """First in January, second in February: in the range January with its second order."""
    shop = made(tmp_path, order(1, "2024-01-30"), order(1, "2024-02-03"), order(2, "2024-02-05"))
    found = second(shop, span=span("2024-01-01", "2024-02-01")).whole
    assert found.counts == (AtAge(4, 1, 0),)


def test_the_last_days_can_end_nobodys_time(tmp_path: Path) -> None:
    """Churn gap 10, last complete day 31 January: ends are seen to 21 January. Seen last on the
    20th: ended at 19. Seen last on the 25th: watched to age 20, the 21st. Began on the 25th: left
    out."""
    shop = made(
        tmp_path,
        order(1, "2024-01-01"), order(1, "2024-01-20"),
        order(2, "2024-01-01"), order(2, "2024-01-25"),
        order(3, "2024-01-25"),
        through="2024-02-01",
    )  # fmt: skip
    found = last(shop, 10).whole
    assert found.counts == (AtAge(19, 1, 0), AtAge(20, 0, 1))
    assert found.left_out == 1


def test_the_gap_is_over_on_its_last_whole_day(tmp_path: Path) -> None:
    """Last order on the 21st, silent from the 22nd to the 31st: ten whole days are over."""
    shop = made(tmp_path, order(1, "2024-01-21"), through="2024-02-01")
    assert last(shop, 10).whole.counts == (AtAge(0, 1, 0),)
    assert last(shop, 11).whole.left_out == 1


def test_who_comes_back_after_a_long_silence_is_alive(tmp_path: Path) -> None:
    """Silent for 40 days, then back: the time goes on to the last order."""
    shop = made(tmp_path, order(1, "2024-01-01"), order(1, "2024-02-10"), through="2024-04-01")
    assert last(shop, 30).whole.counts == (AtAge(40, 1, 0),)


def test_activity_is_more_than_orders(tmp_path: Path) -> None:
    """An order on 1 January, a visit on the 9th, another one before registration that is not the
    user's."""
    shop = made(
        tmp_path,
        order(1, "2024-01-05"),
        users=[user(1, "2024-01-05")],
        events=[event(1, "2024-01-09"), event(None, "2024-01-02", visitor_id="v")],
        identities=[{"visitor_id": "v", "user_id": "1", "linked_at": None}],
    )
    assert last(shop, 10, criterion=Criterion.ACTIVE).whole.counts == (AtAge(4, 1, 0),)
    assert last(shop, 10).whole.counts == (AtAge(0, 1, 0),)


def test_segments_of_the_first_order_are_not_those_of_later_ones(tmp_path: Path) -> None:
    """The coupon on the second order and its category say nothing of the first."""
    first, later = order(1, "2024-01-01", coupon_code=""), order(
        1, "2024-01-05", coupon_code="SAVE8"
    )  # fmt: skip
    shop = made(
        tmp_path,
        first, later, order(2, "2024-01-01", coupon_code="SAVE8"),
        order_items=[
            item(first["order_id"], price=3, category="toys"),
            item(first["order_id"], "i2", price=5, category="home"),
            item(later["order_id"], price=50, category="shoes"),
        ],
    )  # fmt: skip
    coupon = second(shop, segment=Segment.COUPON)
    assert {c.value: c.counts for c in coupon.curves} == {
        "no": (AtAge(4, 1, 0),),
        "yes": (AtAge(59, 0, 1),),
    }
    category = second(shop, segment=Segment.CATEGORY)
    assert {c.value for c in category.curves} == {"home", "unknown"}


def test_the_largest_segments_stand_for_themselves(tmp_path: Path) -> None:
    """Three markets of 3, 2 and 1: two are named, the third is among all others, untested."""
    users = [user(n, country=c) for n, c in enumerate(("CN", "CN", "CN", "US", "US", "DE"))]
    shop = made(
        tmp_path,
        *[order(n, "2024-01-01") for n in range(6)],
        order(0, "2024-01-03"), order(3, "2024-01-05"),
        users=users,
    )  # fmt: skip
    found = second(shop, segment=Segment.MARKET, most=2)
    assert [(c.value, c.people) for c in found.curves] == [("CN", 3), ("US", 2), (None, 1)]
    assert found.whole.people == 6
    assert found.test is not None
    assert found.test.df == 1
    assert len(found.pairs) == 1


def test_what_a_shop_lacks_is_named(tmp_path: Path) -> None:
    shop = made(tmp_path, order(1, "2024-01-01"))
    with pytest.raises(Problem, match=r"orders\.coupon_code"):
        second(shop, segment=Segment.COUPON)


def test_no_curve_says_why(tmp_path: Path) -> None:
    bought = made(tmp_path / "bought", order(1, "2024-01-05"), order(None, "2024-01-06"))
    assert second(bought, span=span("2023-01-01", "2023-02-01")).reason is Reason.NOT_COVERED
    assert second(bought, span=span("2025-01-01", "2025-02-01")).reason is Reason.NOT_BEGUN
    assert second(bought, span=span("2024-01-07", "2024-01-08")).reason is Reason.NO_ROWS
    assert last(bought, 56).reason is Reason.IMMATURE
    guests = survival(
        bought.warehouse(), Scope.of("CNY", customer=frozenset({"guest"})), Outcome.SECOND_PURCHASE
    )
    assert guests.reason is Reason.GUESTS_ONLY
    without = world(tmp_path / "without", users=[user(1)], events=[event(1, "2024-01-05")])
    assert second(without).reason is Reason.TABLE_MISSING


def test_a_churn_gap_is_needed(tmp_path: Path) -> None:
    shop = made(tmp_path, order(1, "2024-01-05"))
    with pytest.raises(ValueError, match="at least 1 day"):
        survival(shop.warehouse(), ALL, Outcome.LAST_ACTIVITY)


def test_nine_of_ten_returns_suggest_the_gap(tmp_path: Path) -> None:
    """Returns after 1, 2, …, 10 days, one each: nine of ten came within 9 days."""
    orders = [o for n in range(1, 11)
              for o in (order(n, "2024-01-01"), order(n, f"2024-01-{n + 1:02d}"))]  # fmt: skip
    found = gap_of(made(tmp_path, *orders))
    assert (found.suggested, found.comebacks, found.open_gaps) == (9, 10, 10)
    assert found.counts[0] == (1, 1)
    assert found.within(9) == 0.9
    assert found.is_guess


def test_several_orders_on_one_day_are_no_gap(tmp_path: Path) -> None:
    """Two orders on the 1st, two on the 5th: one return after 4 days."""
    shop = made(
        tmp_path,
        order(1, "2024-01-01 08:00"), order(1, "2024-01-01 09:00"),
        order(1, "2024-01-05 08:00"), order(1, "2024-01-05 09:00"),
    )  # fmt: skip
    assert gap_of(shop).counts == ((4, 1),)


def test_silences_that_still_last_are_counted_beside(tmp_path: Path) -> None:
    """Back after 5 and after 20 days; silent for 54, 39 and 10 days at the end. All returns came
    within 20 days, but of five silences one ended at 5, and of the three still watched at 20 one:
    7/15 ended, and a third of those silent for 5 days came back."""
    shop = made(
        tmp_path,
        order(1, "2024-01-01"), order(1, "2024-01-06"),
        order(2, "2024-01-01"), order(2, "2024-01-21"),
        order(3, "2024-02-19"),
    )  # fmt: skip
    found = gap_of(shop)
    assert found.suggested == 20
    assert found.with_open_gaps is not None
    assert found.with_open_gaps.age is None
    assert found.still_return(5) == pytest.approx(1 / 3)
    assert found.still_return(60) is None


def test_a_shop_where_nobody_came_back_suggests_nothing(tmp_path: Path) -> None:
    found = gap_of(made(tmp_path, order(1, "2024-01-01")))
    assert (found.suggested, found.reason, found.within(5)) == (None, Reason.NO_ROWS, None)


def test_the_list_names_those_whom_the_curve_counts(tmp_path: Path) -> None:
    shop = made(
        tmp_path, order(1, "2024-01-01"), order(1, "2024-01-11"), order(2, "2024-01-02"),
        users=[user(1), user(2)],
    )  # fmt: skip
    warehouse = shop.warehouse()
    question = Question(Outcome.SECOND_PURCHASE, warehouse.coverage)
    page = people_page(warehouse, curve_people(warehouse, ALL, question, Point(Who.ENDED)))
    keys = [c.key for c in page.columns]
    assert page.total == 1
    assert page.rows[0][keys.index("person_id")] == "1"
    assert page.rows[0][keys.index("age_days")] == 10


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_rules_are_said_with_their_figures(language: str) -> None:
    tr = Text("zh" if language == "zh" else "en")
    assert "90" in tr(RULES[Outcome.LAST_ACTIVITY], days=90, criterion="x")
    assert "110" in tr(RULE, share="90%", days=110, still="26%", watched=373)
    assert segment_words(Segment.CATEGORY, "toys").zh == "toys"
    assert tr(segment_words(Segment.COUPON, None)) in ("All others", "其他")
