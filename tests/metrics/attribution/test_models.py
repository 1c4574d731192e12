"""Every model by hand on one path, the rules of paths, and what is bad about input."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from data.scope import Scope, Viewer
from metrics.attribution.campaigns import campaigns
from metrics.attribution.journeys import journeys
from metrics.attribution.people import attribution_people, behind
from metrics.attribution.result import Attribution, attribution
from metrics.attribution.spec import Conversions, Dated, Model, Spec
from metrics.people import people_page
from metrics.reading import Reason
from tests.metrics.asking import JANUARY, span
from tests.world import Row, World, at, fx, order, refund, user, world

CNY = Scope("CNY")


def touch(who: Any, when: str, channel: str, **more: Any) -> Row:
    return {"user_id": str(who), "touched_at": at(when), "channel": channel, **more}


def spent(day: str, channel: str, amount: float, **more: Any) -> Row:
    return {"day": at(day).date(), "channel": channel, "spend": amount, "kind": "ads", **more}


def shop_of(folder: Path, touches: list[Row], **more: Any) -> World:
    """One customer who pays 100 on 20 January at noon, unless said otherwise."""
    tables = {"users": [user(1)], "orders": [order(1, "2024-01-20 12:00", 100)], **more}
    return world(folder, touchpoints=touches, through="2024-03-01", **tables)


def answer(made: World, spec: Spec | None = None, **more: Any) -> Attribution:
    warehouse = made.warehouse(**more)
    found = attribution(warehouse, CNY, JANUARY, spec or Spec(), tuple(Model))
    warehouse.close()
    return found


def credit(found: Attribution, model: Model) -> dict[str, float]:
    """Channels with any credit."""
    given = {c.channel: c.credit[model].credits for c in found.channels}
    return {c: n for c, n in given.items() if n}


THREE = [
    touch(1, "2024-01-06 12:00", "paid_search"),
    touch(1, "2024-01-13 12:00", "email"),
    touch(1, "2024-01-20 12:00", "direct"),
]
"""Fourteen, seven and no days before the order, the last at its very instant."""


@pytest.mark.parametrize(
    ("model", "expected"),
    [
        (Model.FIRST, {"paid_search": 1}),
        (Model.LAST, {"direct": 1}),
        (Model.LAST_NON_DIRECT, {"email": 1}),
        (Model.LINEAR, {"paid_search": 1 / 3, "email": 1 / 3, "direct": 1 / 3}),
        # Half-lives of seven days: weights 1/4, 1/2 and 1 of 7/4.
        (Model.TIME_DECAY, {"paid_search": 1 / 7, "email": 2 / 7, "direct": 4 / 7}),
        (Model.POSITION, {"paid_search": 0.4, "email": 0.2, "direct": 0.4}),
        # No path without each of them: three equal effects of 1.
        (Model.MARKOV, {"paid_search": 1 / 3, "email": 1 / 3, "direct": 1 / 3}),
        (Model.SHAPLEY, {"paid_search": 1 / 3, "email": 1 / 3, "direct": 1 / 3}),
    ],
)
def test_a_path_of_three_by_hand(tmp_path: Path, model: Model, expected: dict[str, float]) -> None:
    found = answer(shop_of(tmp_path, THREE))
    assert credit(found, model) == pytest.approx(expected)
    row = found.of("email")
    assert row is not None
    assert row.credit[model].revenue == pytest.approx(100 * expected.get("email", 0))


def test_position_gives_two_steps_half_each_and_one_step_all(tmp_path: Path) -> None:
    two = answer(shop_of(tmp_path / "two", THREE[:2]))
    assert credit(two, Model.POSITION) == {"paid_search": 0.5, "email": 0.5}
    one = answer(shop_of(tmp_path / "one", THREE[:1]))
    assert all(credit(one, m) == {"paid_search": 1} for m in Model)


def test_position_shares_the_middle_of_five_steps(tmp_path: Path) -> None:
    """A, B, A, B, A: 40 % + 6.67 % + 40 % for A, twice 6.67 % for B."""
    channels = ("kol", "email", "kol", "email", "kol")
    path = [touch(1, f"2024-01-{10 + n}", c) for n, c in enumerate(channels)]
    found = credit(answer(shop_of(tmp_path, path)), Model.POSITION)
    assert found == pytest.approx({"kol": 0.8 + 0.2 / 3, "email": 0.4 / 3})


def test_shapley_counts_a_channel_once_where_linear_counts_its_steps(tmp_path: Path) -> None:
    path = [touch(1, f"2024-01-{10 + n}", c) for n, c in enumerate(("kol", "email", "kol"))]
    found = answer(shop_of(tmp_path, path))
    assert credit(found, Model.SHAPLEY) == pytest.approx({"kol": 1 / 2, "email": 1 / 2})
    assert credit(found, Model.LINEAR) == pytest.approx({"kol": 2 / 3, "email": 1 / 3})


def test_touches_in_a_row_of_one_channel_are_one_step(tmp_path: Path) -> None:
    """Ten clicks on search and one mail: half each, not ten elevenths."""
    path = [touch(1, f"2024-01-0{n}", "paid_search") for n in range(1, 10)]
    found = answer(shop_of(tmp_path, [*path, touch(1, "2024-01-15", "email")]))
    assert credit(found, Model.LINEAR) == {"paid_search": 0.5, "email": 0.5}


def test_last_non_direct_is_direct_only_where_all_is_direct(tmp_path: Path) -> None:
    path = [touch(1, "2024-01-10", "direct"), touch(1, "2024-01-12", "direct")]
    assert credit(answer(shop_of(tmp_path, path)), Model.LAST_NON_DIRECT) == {"direct": 1}


def test_a_conversion_without_a_touch_goes_to_direct_under_every_model(tmp_path: Path) -> None:
    """Customer 2 has no touch: it is outside the chain, so paid search keeps its own conversion."""
    made = shop_of(
        tmp_path,
        THREE[:1],
        users=[user(1), user(2)],
        orders=[order(1, "2024-01-20 12:00", 100), order(2, "2024-01-21", 50)],
    )
    found = answer(made)
    assert (found.conversions, found.untouched) == (2, 1)
    for model in Model:
        assert credit(found, model) == {"paid_search": 1, "direct": 1}


def test_touches_after_the_order_or_before_the_window_do_not_count(tmp_path: Path) -> None:
    """Thirty days to the second are within the look-back, a second more is not."""
    path = [
        touch(1, "2023-12-21 11:59:59", "kol"),
        touch(1, "2023-12-21 12:00:00", "email"),
        touch(1, "2024-01-20 12:00:01", "paid_search"),
    ]
    assert credit(answer(shop_of(tmp_path, path)), Model.LINEAR) == {"email": 1}


def test_ties_in_time_stand_in_the_order_of_their_names(tmp_path: Path) -> None:
    """Two touches at one instant: email before kol, whichever row came first."""
    when = "2024-01-10 09:00"
    for n, names in enumerate((("kol", "email"), ("email", "kol"))):
        found = answer(shop_of(tmp_path / str(n), [touch(1, when, c) for c in names]))
        assert credit(found, Model.FIRST) == {"email": 1}
        assert credit(found, Model.LAST) == {"kol": 1}


def test_only_the_kinds_that_count_are_in_the_path(tmp_path: Path) -> None:
    """A view comes before the click; a touch that does not say its kind is a click."""
    path = [
        touch(1, "2024-01-10", "kol", kind="view"),
        touch(1, "2024-01-11", "email", kind=None),
        touch(1, "2024-01-12", "affiliate", kind="code"),
    ]
    made = shop_of(tmp_path, path)
    assert credit(answer(made), Model.FIRST) == {"kol": 1}
    assert credit(answer(made, Spec(kinds=("click",))), Model.LINEAR) == {"email": 1}


def test_touches_of_a_visitor_are_those_of_the_user_it_became(tmp_path: Path) -> None:
    path = [{"visitor_id": "v", "touched_at": at("2024-01-10"), "channel": "kol"}]
    links = [{"visitor_id": "v", "user_id": "1", "linked_at": at("2024-01-15")}]
    assert credit(answer(shop_of(tmp_path, path, identities=links)), Model.LAST) == {"kol": 1}


def test_a_channel_nobody_knows_keeps_its_name_and_an_empty_one_is_unknown(tmp_path: Path) -> None:
    path = [touch(1, "2024-01-10", "Plakat <b>"), touch(1, "2024-01-11", "")]
    found = credit(answer(shop_of(tmp_path, path)), Model.LINEAR)
    assert found == {"Plakat <b>": 0.5, "unknown": 0.5}


def test_later_orders_count_only_where_every_order_is_asked_for(tmp_path: Path) -> None:
    """Each order by itself: the same touch may be in both paths. A guest's has no touch."""
    made = shop_of(
        tmp_path,
        THREE[:1],
        orders=[order(1, "2024-01-20", 100), order(1, "2024-01-25", 30), order(None, "2024-01-26")],
    )
    assert credit(answer(made), Model.LAST) == {"paid_search": 1}
    found = answer(made, Spec(Conversions.ORDERS))
    assert credit(found, Model.LAST) == {"paid_search": 2, "direct": 1}


def test_by_touch_date_credit_counts_where_it_was_earned(tmp_path: Path) -> None:
    """Ordered on 5 February, touched in January: February by order date, January by touch date.
    Under last touch the credit falls into February, and is told as outside of January."""
    path = [touch(1, "2024-01-20", "kol"), touch(1, "2024-02-04", "email")]
    made = shop_of(tmp_path, path, orders=[order(1, "2024-02-05", 100)])
    assert answer(made).reason is Reason.NO_ROWS
    found = answer(made, Spec(dated=Dated.ACCRUAL))
    assert credit(found, Model.FIRST) == {"kol": 1}
    assert credit(found, Model.LAST) == {}
    email = found.of("email")
    assert email is not None
    assert email.credit[Model.LAST].outside == 1
    assert credit(found, Model.LINEAR) == {"kol": 0.5}
    assert all(check.holds for check in found.checks)


def test_a_credit_that_is_lost_fails_the_check(tmp_path: Path) -> None:
    check = answer(shop_of(tmp_path, THREE)).checks[0]
    assert check.holds
    assert not replace(check, credits=check.credits - 0.01).holds


def test_revenue_is_net_of_discounts_and_refunds_in_the_reporting_currency(tmp_path: Path) -> None:
    """$100 − $10 discount + $5 shipping − ¥35 back, at ¥7: 630."""
    one = order(1, "2024-01-20", 100, currency="USD", discount_amount=10, shipping_amount=5)
    made = shop_of(
        tmp_path,
        THREE[:1],
        orders=[one],
        refunds=[refund("2024-02-10", 35, order_id=one["order_id"], currency="CNY")],
        fx_rates=fx("USD", 7, at("2024-01-20").date()),
    )
    assert answer(made).revenue == pytest.approx(630)


def test_without_a_rate_credits_stand_and_revenue_is_withheld(tmp_path: Path) -> None:
    made = shop_of(tmp_path, THREE[:1], orders=[order(1, "2024-01-20", 100, currency="USD")])
    found = answer(made)
    row = found.of("paid_search")
    assert row is not None
    assert (found.unrated, found.revenue, row.credit[Model.LAST].revenue) == (1, None, None)
    assert row.credit[Model.LAST].credits == 1


def test_cost_is_spend_by_credit_and_never_zero_or_infinite(tmp_path: Path) -> None:
    """Search cost 60 for one customer; mail cost nothing; offline cost 40 and is in no path; a
    credit note makes affiliates negative."""
    made = shop_of(
        tmp_path,
        [touch(1, "2024-01-06", "paid_search"), touch(2, "2024-01-06", "email")],
        users=[user(1), user(2)],
        orders=[order(1, "2024-01-20", 100), order(2, "2024-01-20", 50)],
        marketing_spend=[
            spent("2024-01-05", "paid_search", 60, claimed_conversions=3, claimed_value=500),
            spent("2024-01-05", "offline", 40),
            spent("2024-01-05", "affiliate", -5),
        ],
    )
    rows = {c.channel: c for c in answer(made).channels}
    search = rows["paid_search"].cost(Model.LAST)
    assert (search.value, search.numerator, search.denominator) == (60, 60, 1)
    assert rows["paid_search"].roas(Model.LAST).value == pytest.approx(100 / 60)
    assert rows["paid_search"].overclaim(Model.LAST).value == 3
    assert rows["email"].cost(Model.LAST).reason is Reason.NO_SPEND
    assert rows["offline"].cost(Model.LAST).reason is Reason.NO_CREDIT
    assert rows["offline"].spend is not None
    assert rows["offline"].spend.amount == 40
    assert rows["affiliate"].cost(Model.LAST).reason is Reason.CREDITS


def test_a_shop_without_touches_says_which_table(tmp_path: Path) -> None:
    made = world(tmp_path, users=[user(1)], orders=[order(1, "2024-01-20")], through="2024-03-01")
    assert answer(made).lacking == ("touchpoints",)


def test_a_reader_of_one_market_credits_its_people_alone(tmp_path: Path) -> None:
    made = shop_of(
        tmp_path,
        [touch(1, "2024-01-06", "paid_search"), touch(2, "2024-01-06", "email"),
         touch(3, "2024-01-07", "kol")],
        users=[user(1, country="CN"), user(2, country="US"), user(3, country="US")],
        orders=[order(1, "2024-01-20", 100), order(2, "2024-01-20", 50)],
    )  # fmt: skip
    found = answer(made, viewer=Viewer("china", markets=frozenset({"CN"})))
    assert {c.channel for c in found.channels} == {"paid_search"}
    assert set(found.effects) == {"paid_search"}


def test_a_filter_on_channels_is_left_out_and_named(tmp_path: Path) -> None:
    made = shop_of(tmp_path, THREE, users=[user(1, channel="kol")])
    warehouse = made.warehouse()
    scope = Scope.of("CNY", channel=frozenset({"email"}))
    found = attribution(warehouse, scope, JANUARY, Spec(), (Model.LAST,))
    assert (found.conversions, found.ignored) == (1, ("channel",))
    warehouse.close()


def test_the_customers_behind_a_credit_sum_to_it(tmp_path: Path) -> None:
    made = shop_of(
        tmp_path,
        [*THREE, touch(2, "2024-01-10", "email"),
         touch(3, "2024-01-10", "email", campaign="spring"), touch(3, "2024-01-12", "kol")],
        users=[user(1), user(2), user(3), user(4)],
        orders=[order(n, "2024-01-20 12:00", 10) for n in (1, 2, 4)],
    )  # fmt: skip
    warehouse = made.warehouse()
    for spec in (Spec(), Spec(Conversions.ORDERS), Spec(dated=Dated.ACCRUAL)):
        found = attribution(warehouse, CNY, JANUARY, spec, tuple(Model))
        for row in found.channels:
            for model in Model:
                people = attribution_people(warehouse, CNY, behind(found, row.channel, model))
                listed = warehouse.fetch(select(people.rows))
                assert listed["credit"].sum() == pytest.approx(row.credit[model].credits)
            below = campaigns(warehouse, found, row.channel)
            assert {r.channel for r in below.rows} <= {"unknown", "spring"}
            for part in below.rows:
                for model in Model:
                    of = behind(found, row.channel, model, part.channel)
                    listed = warehouse.fetch(select(attribution_people(warehouse, CNY, of).rows))
                    assert listed["credit"].sum() == pytest.approx(part.credit[model].credits)
    page = people_page(
        warehouse, attribution_people(warehouse, CNY, behind(found, "email", Model.LINEAR))
    )
    shown = [c.key for c in page.columns]
    named = {r[shown.index("person_id")]: r[shown.index("credit")] for r in page.rows}
    assert named == pytest.approx({"1": 1 / 3, "2": 1.0})
    warehouse.close()


def test_paths_are_told_with_steps_and_days(tmp_path: Path) -> None:
    """The path of three took 14 days; the touch before it of the same channel is the same step."""
    made = shop_of(tmp_path, [touch(1, "2024-01-05 11:00", "paid_search"), *THREE])
    warehouse = made.warehouse()
    found = attribution(warehouse, CNY, JANUARY, Spec(), (Model.LAST,))
    walked = journeys(warehouse, found)
    assert [p.channels for p in walked.paths] == [("paid_search", "email", "direct")]
    assert (walked.paths[0].conversions, walked.paths[0].revenue) == (1, 100)
    assert (walked.steps, walked.days) == ({3: 1}, {15: 1})
    warehouse.close()


def test_fifty_thousand_campaigns_are_forty_and_the_others(tmp_path: Path) -> None:
    """Each campaign has one customer of ten; the channel's credit is all of it."""
    n = 50_000
    made = shop_of(
        tmp_path,
        [touch(u, "2024-01-10", "kol", campaign=f"c{u:05}") for u in range(n)],
        users=[user(u) for u in range(n)],
        orders=[order(u, "2024-01-20", 1) for u in range(0, n, 10)],
        marketing_spend=[spent("2024-01-05", "kol", 10, campaign="c00000"),
                         spent("2024-01-05", "kol", 7, campaign="c00001")],
    )  # fmt: skip
    warehouse = made.warehouse()
    models = (Model.LAST, Model.MARKOV)
    found = attribution(warehouse, CNY, span("2024-01-01", "2024-02-01"), Spec(), models)
    below = campaigns(warehouse, found, "kol")
    assert (len(below.rows), below.others) == (41, n // 10 - 40)
    first, rest = below.rows[0], below.rows[-1]
    assert (first.channel, first.cost(Model.LAST).value) == ("c00000", 10)
    assert rest.spend is not None
    assert rest.spend.amount == 7
    for model in models:
        assert sum(r.credit[model].credits for r in below.rows) == pytest.approx(n // 10)
    warehouse.close()
