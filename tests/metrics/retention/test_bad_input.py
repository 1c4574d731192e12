"""Shops and questions with little to answer: shown with the reason, or refused in words."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from data.scope import Span
from i18n import Problem
from metrics.families import FAMILY_OF
from metrics.measures import measure
from metrics.periods import Grain
from metrics.reading import Reason
from metrics.retention.spec import Bracket, Kind, Return, Spec, Start, Value
from tests.metrics.retention.asking import CNY, DAILY, JANUARY, ask, opened, parts
from tests.world import event, order, shop, user


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


def test_visits_that_name_no_user_are_no_activity_of_registered_ones(tmp_path: Path) -> None:
    """Events of an unknown visitor say nothing of user 1, who ordered in month 1: said so."""
    w = opened(
        tmp_path,
        "2024-04-01",
        users=[user(1, "2024-01-02")],
        events=[event(None, "2024-01-03", visitor_id="v")],
        orders=[order(1, "2024-02-05")],
    )
    found = ask(w, Spec(grain=Grain.MONTH))
    assert found.activity_is_orders
    assert [c.numerator for c in found.cohorts[0].cells[:2]] == [0, 1]


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
