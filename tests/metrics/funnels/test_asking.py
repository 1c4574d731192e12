"""What a funnel's answer says, checked by hand on five people."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from data.scope import Scope, Span, Viewer
from i18n import Problem
from metrics.funnels.ask import funnel_counts, funnel_trend
from metrics.funnels.breakdown import MOST_SEGMENTS
from metrics.funnels.compare import compare_periods, compare_segments
from metrics.funnels.money import funnel_money
from metrics.funnels.result import NOT_REACHED, OTHER, Breakdown, FunnelCounts
from metrics.funnels.spec import DAY, Funnel, simple
from metrics.funnels.times import funnel_times
from metrics.periods import Grain
from metrics.reading import Maturity, Reason
from tests.world import World, event, order, user, world

JANUARY = Span(date(2024, 1, 1), date(2024, 2, 1))
BUY = simple("view_item", "add_to_cart", "purchase")
CNY = Scope("CNY")


@pytest.fixture(scope="module")
def five(tmp_path_factory: pytest.TempPathFactory) -> World:
    """a buys after 3 h, b stops at the cart, c only looks, d looks on the last day of January and
    buys in February, e looks when the data end."""
    return world(
        tmp_path_factory.mktemp("five"),
        users=[
            user("a", channel="kol"), user("b", channel="kol"), user("c", channel="direct"),
            user("d", channel=None), user("e", channel="direct"),
        ],
        events=[
            event("a", "2024-01-02 10:00", "view_item", category="toys"),
            event("a", "2024-01-02 11:00", "add_to_cart", value=100, currency="CNY"),
            event("b", "2024-01-03 10:00", "view_item", category="toys"),
            event("b", "2024-01-03 10:10", "add_to_cart", value=30, currency="CNY"),
            event("c", "2024-01-10 10:00", "view_item", category="books"),
            event("d", "2024-01-31 23:00", "view_item"),
            event("d", "2024-01-31 23:30", "add_to_cart"),
            event("e", "2024-02-09 10:00", "view_item"),
        ],
        orders=[order("a", "2024-01-02 13:00", 120), order("d", "2024-02-03 00:00", 80)],
        through="2024-02-10 00:00",
    )  # fmt: skip


def ask(made: World, funnel: Funnel = BUY, span: Span = JANUARY, by: Breakdown | None = None,
        viewer: Viewer | None = None) -> FunnelCounts:  # fmt: skip
    warehouse = made.warehouse() if viewer is None else made.warehouse(viewer)
    return funnel_counts(warehouse, CNY, funnel, span, by)


def test_an_order_after_the_range_but_within_the_window_counts(five: World) -> None:
    """Four look in January; a, b and d fill carts; a buys in January and d in February."""
    total = ask(five).total
    assert [s.reached for s in total.steps] == [4, 3, 2]
    assert [s.dropped for s in total.steps] == [0, 1, 1]
    assert (total.entered, total.converted, total.in_progress) == (4, 2, 0)


def test_rates_come_with_their_parts(five: World) -> None:
    last = ask(five).total.steps[2]
    assert (last.overall.numerator, last.overall.denominator) == (2, 4)
    assert (last.from_before.numerator, last.from_before.denominator) == (2, 3)
    assert last.overall.low is not None
    assert last.overall.low < 0.5


def test_an_entry_with_an_open_window_is_no_loss(five: World) -> None:
    """e entered a day before the data end: in progress, in no rate."""
    span = Span(date(2024, 1, 1), date(2024, 2, 10))
    total = ask(five, span=span).total
    assert (total.entered, total.in_progress) == (5, 1)
    cart = total.steps[1]
    assert (cart.dropped, cart.in_progress) == (1, 1)
    assert (cart.overall.numerator, cart.overall.denominator) == (3, 4)
    assert cart.overall.left_out == 1


def test_with_nothing_but_open_windows_the_value_to_date_is_running(five: World) -> None:
    total = ask(five, span=Span(date(2024, 2, 5), date(2024, 2, 10))).total
    assert total.steps[1].overall.value == 0
    assert total.steps[1].overall.maturity is Maturity.RUNNING


def test_nobody_entered_is_no_rate_of_zero(five: World) -> None:
    total = ask(five, span=Span(date(2023, 1, 1), date(2023, 1, 8))).total
    assert total.entered == 0
    assert total.steps[1].overall.reason is Reason.NO_ROWS


def test_segments_sum_to_the_total(five: World) -> None:
    """kol: a and b; direct: c; unknown: d."""
    found = ask(five, by=Breakdown("channel"))
    assert {s.value: (s.entered, s.converted) for s in found.segments} == {
        "kol": (2, 1), "direct": (1, 0), "unknown": (1, 1),
    }  # fmt: skip
    assert found.segments[0].value == "kol"
    assert found.values == 3


def test_a_step_property_is_that_of_the_event_that_served_it(five: World) -> None:
    found = ask(five, by=Breakdown("category", 1))
    assert {s.value: s.entered for s in found.segments} == {"toys": 2, "books": 1, "unknown": 1}
    of_cart = ask(five, by=Breakdown("currency", 2))
    assert {s.value: s.entered for s in of_cart.segments} == {
        "CNY": 2, "unknown": 1, NOT_REACHED: 1,
    }  # fmt: skip


def test_many_values_become_the_largest_and_all_others(tmp_path: Path) -> None:
    """Twenty campaigns with one user each and one with two: eight stand alone."""
    named = [user(n, campaign=f"c{n:02}") for n in range(20)] + [user("x", campaign="c07")]
    made = world(
        tmp_path,
        users=named,
        events=[event(u["user_id"], "2024-01-02 10:00", "view_item") for u in named]
        + [event("x", "2024-01-02 10:01", "add_to_cart")],
        through="2024-03-01",
    )
    found = ask(made, simple("view_item", "add_to_cart"), by=Breakdown("campaign"))
    assert found.values == 20
    assert len(found.segments) == MOST_SEGMENTS + 1
    assert (found.segments[0].value, found.segments[0].entered) == ("c07", 2)
    assert (found.segments[-1].value, found.segments[-1].entered) == (OTHER, 12)


def test_personal_properties_need_the_right(five: World) -> None:
    with pytest.raises(Problem) as caught:
        ask(five, by=Breakdown("city"), viewer=Viewer("x", personal_data=False))
    assert caught.value.code == "breakdown_personal"


def test_times_are_between_required_steps(five: World) -> None:
    """To the cart: 60, 10 and 30 minutes; to the order: 2 h and 48.5 h less 30 min."""
    found = funnel_times(five.warehouse(), CNY, BUY, JANUARY)
    cart, paid = found.steps
    assert (cart.units, cart.quantiles[0.5]) == (3, 1800)
    assert (paid.units, paid.mean) == (2, (2 + 48.5) / 2 * 3600)
    assert found.overall.quantiles[0.5] == (3 + 49) / 2 * 3600


def test_money_is_what_the_events_of_a_step_carry(five: World) -> None:
    """Carts of 100 and 30 (d's has no value), orders of 120 and 80; looking carries none."""
    found = funnel_money(five.warehouse(), CNY, BUY, JANUARY)
    assert [(s.units, s.money) for s in found.steps] == [(0, None), (2, 130), (2, 200)]


def test_a_user_who_enters_in_two_weeks_is_in_both(tmp_path: Path) -> None:
    made = world(
        tmp_path,
        events=[
            event("a", "2024-01-02 10:00", "view_item"),
            event("a", "2024-01-09 10:00", "view_item"),
            event("a", "2024-01-09 11:00", "add_to_cart"),
        ],
        through="2024-03-01",
    )
    funnel = simple("view_item", "add_to_cart", window={"seconds": DAY})
    span = Span(date(2024, 1, 1), date(2024, 1, 15))
    weeks = funnel_trend(made.warehouse(), CNY, funnel, span, Grain.WEEK).points
    assert [(p.total.entered, p.total.converted) for p in weeks] == [(1, 0), (1, 1)]
    assert ask(made, funnel, span).total.entered == 1


def test_weeks_whose_windows_are_open_are_running(five: World) -> None:
    span = Span(date(2024, 1, 29), date(2024, 2, 19))
    points = funnel_trend(five.warehouse(), CNY, BUY, span, Grain.WEEK).points
    assert [p.maturity for p in points] == [Maturity.MATURE, Maturity.RUNNING, Maturity.NOT_BEGUN]


def test_two_periods_differ_in_points(five: World) -> None:
    """First half: a and b and c look, one buys; second half: d looks and buys."""
    half = Span(date(2024, 1, 1), date(2024, 1, 16))
    other = Span(date(2024, 1, 16), date(2024, 2, 1))
    found = compare_periods(ask(five, span=other), ask(five, span=half))
    assert found.overall[1].difference == pytest.approx(1 - 1 / 3)
    assert found.overall[1].low is not None
    assert found.overall[1].low < found.overall[1].difference
    assert all(d.adjusted is not None and d.p_value is not None for d in found.overall)
    assert all((d.adjusted or 0) >= (d.p_value or 0) for d in found.overall)


def test_a_segment_is_compared_with_all_others_together(five: World) -> None:
    """kol 1 of 2 against 1 of 2 of the others."""
    found = {d.value: d for d in compare_segments(ask(five, by=Breakdown("channel")))}
    assert found["kol"].overall[1].difference == 0
    assert found["direct"].overall[1].difference == pytest.approx(0 - 2 / 3)


def test_a_viewer_of_one_market_counts_only_its_people(tmp_path: Path) -> None:
    made = world(
        tmp_path,
        users=[user("a", country="CN"), user("b", country="US"), user("t", is_test=True)],
        events=[event(u, "2024-01-02 10:00", "view_item") for u in ("a", "b", "t")]
        + [event("a", "2024-01-02 10:01", "add_to_cart")],
        through="2024-03-01",
    )
    funnel = simple("view_item", "add_to_cart")
    assert ask(made, funnel).total.entered == 2
    chinese = ask(made, funnel, viewer=Viewer("x", markets=frozenset({"CN"})))
    assert (chinese.total.entered, chinese.total.converted) == (1, 1)
    assert ask(made, funnel, viewer=Viewer("x", markets=frozenset())).total.entered == 0


def test_purchases_of_a_funnel_are_the_paid_orders(five: World) -> None:
    """Every attempt that begins with a purchase: the two orders, whatever follows."""
    funnel = simple("purchase", "view_item", count="attempts", window={"seconds": 60})
    span = Span(date(2024, 1, 1), date(2024, 2, 10))
    assert ask(five, funnel, span).total.entered == 2


def test_an_unknown_event_is_named(five: World) -> None:
    with pytest.raises(Problem) as caught:
        ask(five, simple("view_item", "add_to_card"))
    assert caught.value.code == "funnel_event_unknown"
    assert "add_to_cart" in str(caught.value)


def test_a_filter_keeps_some_events(five: World) -> None:
    """Only toys: a and b enter."""
    toys = {"event": "view_item", "filters": [{"column": "category", "values": ["toys"]}]}
    steps = [{"any_of": [toys]}, {"any_of": [{"event": "purchase"}]}]
    found = ask(five, Funnel.model_validate({"steps": steps}))
    assert [s.reached for s in found.total.steps] == [2, 1]


def test_day_windows_end_at_midnight_of_the_reporting_zone(five: World) -> None:
    """d's cart follows on the same day, the order days later."""
    funnel = simple("view_item", "add_to_cart", "purchase", window={"kind": "day", "seconds": None})
    span = Span(date(2024, 1, 31), date(2024, 1, 31) + timedelta(days=1))
    assert [s.reached for s in ask(five, funnel, span).total.steps] == [1, 1, 0]


def test_an_excluded_event_after_the_window_leaves_nobody_out(tmp_path: Path) -> None:
    """Cart after half an hour, a return to the shop after two: the window of an hour was over."""
    made = world(
        tmp_path,
        users=[user("a")],
        events=[
            event("a", "2024-01-02 10:00", "view_item"),
            event("a", "2024-01-02 10:30", "add_to_cart"),
            event("a", "2024-01-02 12:00", "search"),
        ],
        orders=[order("a", "2024-02-02 10:00")],
        through="2024-03-01",
    )
    excluded = {"any_of": [{"event": "search"}], "after": 1, "before": 3, "effect": "leave_out"}
    for order_ in ("ordered", "unordered"):
        funnel = simple(
            "view_item", "add_to_cart", "purchase", window={"seconds": 3600}, order=order_,
            exclusions=[excluded],
        )  # fmt: skip
        assert ask(made, funnel).total.left_out == 0
        assert funnel_times(made.warehouse(), CNY, funnel, JANUARY).steps[0].units == 1


def test_whoever_comes_back_before_the_end_stays_in_the_rate(tmp_path: Path) -> None:
    """Ten looked long ago, five of them filled a cart. The five look again on the last day: their
    new windows are open, but half of those who could be seen to the end converted."""
    names = [f"u{n}" for n in range(10)]
    made = world(
        tmp_path,
        events=[
            *[event(u, "2024-01-02 10:00", "view_item") for u in names],
            *[event(u, "2024-01-02 11:00", "add_to_cart") for u in names[:5]],
            *[event(u, "2024-01-19 10:00", "view_item") for u in names[:5]],
            event("new", "2024-01-19 10:00", "view_item"),
        ],
        through="2024-01-20",
    )
    funnel = simple("view_item", "add_to_cart")
    span = Span(date(2024, 1, 1), date(2024, 1, 20))
    found = ask(made, funnel, span)
    cart = found.total.steps[1]
    assert (cart.overall.numerator, cart.overall.denominator) == (5, 10)
    assert (found.total.entered, cart.overall.left_out) == (11, 1)
    assert found.rates_before == date(2024, 1, 13)
    assert "2024-01-12" in found.rates_sql or "2024-01-13" in found.rates_sql
    [point] = funnel_trend(made.warehouse(), CNY, funnel, span, Grain.MONTH).points
    assert (point.total.steps[1].overall.numerator, point.total.steps[1].overall.denominator) == (
        5, 10,
    )  # fmt: skip


def test_first_entries_have_one_window_each(tmp_path: Path) -> None:
    """With first entry whoever comes back is judged by the first time alone."""
    made = world(
        tmp_path,
        events=[
            event("a", "2024-01-02 10:00", "view_item"),
            event("a", "2024-01-19 10:00", "view_item"),
            event("a", "2023-12-01 10:00", "add_to_cart"),
        ],
        through="2024-01-20",
    )
    funnel = simple("view_item", "add_to_cart", entry="first")
    found = ask(made, funnel, Span(date(2024, 1, 1), date(2024, 1, 20)))
    assert found.rates_before is None
    assert found.total.steps[1].overall.denominator == 1
