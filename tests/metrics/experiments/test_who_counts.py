"""Who counts in an experiment, in which arm and segment."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from data.scope import Scope
from metrics.experiments.sums import ALL, fetched
from tests.metrics.experiments.asking import listed, planned
from tests.metrics.experiments.trials import EXPOSED, made, met, trial, unit, units
from tests.world import at, event, order, user


@pytest.mark.parametrize(("through", "n"), [("2024-03-08 23:59", 0), ("2024-03-09 00:00", 1)])
def test_only_days_whose_whole_window_is_over(tmp_path: Path, through: str, n: int) -> None:
    """Who was exposed on March 1 is followed for 7 days up to the end of March 8."""
    shop_of = made(tmp_path, through=through)
    warehouse = shop_of.warehouse()
    experiment = listed(warehouse)["x"]
    for from_units in (True, False):
        found = fetched(
            warehouse, Scope("CNY"), experiment, 7, [("orders", "prior_orders")],
            from_units=from_units,
        )  # fmt: skip
        assert sum(r["n"] for k, r in found.rows.items() if k[0] == ALL) == n
    warehouse.close()


def test_a_visitor_who_registers_later_keeps_every_day_and_stays_a_visitor(tmp_path: Path) -> None:
    """v comes back on March 3 and 4, registers as u on the 4th, orders on the 5th. w does the same
    visits and never registers. Neither of them was a user when they met the experiment."""
    shop_of = made(
        tmp_path,
        users=[user("u", "2024-03-04 12:00")],
        experiments=[trial(unit="visitor")],
        exposures=[met("v"), met("w", arm="b")],
        events=[event(None, f"2024-03-0{d}", visitor_id=v) for v in "vw" for d in (1, 3, 4)],
        identities=[{"visitor_id": "v", "user_id": "u", "linked_at": at("2024-03-04 12:00")}],
        orders=[order("u", "2024-03-05")],
    )
    warehouse = shop_of.warehouse()
    found = fetched(
        warehouse, Scope("CNY"), listed(warehouse)["x"], 7,
        [("orders", "active_days", "prior_orders", "prior_active_days")],
    )  # fmt: skip
    warehouse.close()
    told = {
        k[3]: found.of(("orders", "active_days"), k)
        for k in found.rows if k[:2] == ("tenure", "visitor")
    }  # fmt: skip
    assert {a: (s.n, s.shift[0] + s.sums[0], s.shift[1] + s.sums[1]) for a, s in told.items()} == {
        "a": (1, 1, 3), "b": (1, 0, 2),
    }  # fmt: skip


def test_a_user_is_new_for_a_day(tmp_path: Path) -> None:
    shop_of = made(
        tmp_path,
        users=[user("u", "2024-02-29 12:00:01"), user("w", "2024-02-29 12:00:00")],
        exposures=[met("u"), met("w", arm="b")],
    )
    assert {arm: u["tenure"] for arm, u in units(shop_of).items()} == {"a": "new", "b": "known"}


def test_a_visitor_and_its_user_are_one_unit(tmp_path: Path) -> None:
    """Exposed as a visitor, then as the user: the first exposure counts, once."""
    shop_of = made(
        tmp_path,
        exposures=[met("v", "2024-03-01 11:00"), met("u", "2024-03-01 12:00")],
        identities=[{"visitor_id": "v", "user_id": "u", "linked_at": at("2024-03-01 11:30")}],
    )
    assert str(unit(shop_of)["exposed_at"]) == "2024-03-01 11:00:00"


def test_test_users_and_strangers_are_nobody(tmp_path: Path) -> None:
    """Neither a test user, nor its visitor, nor a name that no table knows."""
    shop_of = made(
        tmp_path,
        users=[user("u", "2023-06-01"), user("t", is_test=True)],
        exposures=[met(u, arm=u) for u in ("u", "t", "of t", "stranger")],
        identities=[{"visitor_id": "of t", "user_id": "t", "linked_at": at("2024-02-01")}],
    )
    assert list(units(shop_of)) == ["u"]


def test_who_was_in_two_arms_is_shown_and_does_not_count(tmp_path: Path) -> None:
    shop_of = made(
        tmp_path,
        users=[user("u"), user("w")],
        exposures=[met("u"), met("u", "2024-03-03", "b"), met("w", arm="b")],
    )
    assert {arm: u["arms"] for arm, u in units(shop_of).items()} == {"a": 2, "b": 1}
    assert unit(shop_of)["arm"] == "b"


def test_arms_of_the_winner_after_the_end_count_nobody_out(tmp_path: Path) -> None:
    """On March 10 the test ends and everybody gets b, which is logged as an exposure."""
    ended = "2024-03-10"
    shop_of = made(
        tmp_path,
        experiments=[trial(ended=ended)],
        exposures=[met("u"), met("u", "2024-03-11", "b")],
    )
    assert (unit(shop_of)["arm"], unit(shop_of)["arms"]) == ("a", 1)


@pytest.mark.parametrize(
    ("when", "inside"),
    [("2024-01-31 23:59:59", False), ("2024-02-01 00:00:00", True),
     ("2024-03-10 00:00:00", True), ("2024-03-10 00:00:01", False)],
)  # fmt: skip
def test_exposures_before_the_start_and_after_the_end(
    tmp_path: Path, when: str, inside: bool
) -> None:
    shop_of = made(tmp_path, experiments=[trial(ended="2024-03-10")], exposures=[met("u", when)])
    assert units(shop_of)["a"]["in_time"] == inside
    warehouse = shop_of.warehouse()
    found = fetched(warehouse, Scope("CNY"), listed(warehouse)["x"], 7, [("bought",)])
    warehouse.close()
    assert bool(found.rows) == inside


def test_who_was_early_is_not_let_in_by_a_second_exposure(tmp_path: Path) -> None:
    shop_of = made(tmp_path, exposures=[met("u", "2024-01-20"), met("u", "2024-03-01")])
    assert not units(shop_of)["a"]["in_time"]


def test_sessions_have_no_units(tmp_path: Path) -> None:
    """A session may be called as a user is; it is not one."""
    assert units(made(tmp_path, experiments=[trial(unit="session")])) == {}


def test_an_arm_outside_of_the_plan_is_told(tmp_path: Path) -> None:
    """Which arms there should be is not known down here: c has its row."""
    arms = [
        {"experiment_id": "x", "arm": a, "weight": Decimal("0.5"), "is_control": a == "a"}
        for a in "ab"
    ]
    shop_of = made(tmp_path, experiment_arms=arms, exposures=[met("u", arm="c")])
    warehouse = shop_of.warehouse()
    experiment = listed(warehouse)["x"]
    found = fetched(warehouse, Scope("CNY"), experiment, 7, [("bought",)])
    warehouse.close()
    assert [a.name for a in experiment.arms] == ["a", "b"]
    assert {k[3] for k in found.rows} == {"c"}


def test_an_experiment_without_exposures(tmp_path: Path) -> None:
    shop_of = made(tmp_path, exposures=[])
    warehouse = shop_of.warehouse()
    experiment = listed(warehouse)["x"]
    for from_units in (True, False):
        found = fetched(
            warehouse, Scope("CNY"), experiment, 7, [("bought",)], from_units=from_units
        )
        assert (dict(found.rows), found.unrated, found.of_days()) == ({}, 0, [])
        assert found.of(("bought",), (ALL, "", None, "a")).n == 0
    warehouse.close()


def test_exposures_that_only_a_plan_knows(tmp_path: Path) -> None:
    """No row in experiments: the plan's days cut, both included."""
    shop_of = made(
        tmp_path,
        experiments=[trial("other")],
        users=[user(u) for u in "uvw"],
        exposures=[met("u", "2024-03-01"), met("v", "2024-03-02"), met("w", "2024-03-03")],
    )
    warehouse = shop_of.warehouse()
    days_of_plan = [at("2024-03-02").date()] * 2
    experiment = planned(
        listed(warehouse)["other"], "x", started_on=days_of_plan[0], ended_on=days_of_plan[1]
    )
    found = fetched(warehouse, Scope("CNY"), experiment, 7, [("bought",)])
    warehouse.close()
    assert not found.shifted
    assert found.of_days() == days_of_plan[:1]


def test_the_tier_and_the_past_at_the_exposure(tmp_path: Path) -> None:
    """Silver since February, gold for one day up to the very second of the exposure, gold again
    afterwards; one order before, one at the same second."""
    shop_of = made(
        tmp_path,
        memberships=[
            {"user_id": "u", "tier": "silver", "valid_from": at("2024-02-01"), "valid_to": None},
            {"user_id": "u", "tier": "gold", "valid_from": at("2024-02-29 12:00"),
             "valid_to": at(EXPOSED)},
            {"user_id": "u", "tier": "gold", "valid_from": at("2024-03-01 12:00:01"),
             "valid_to": None},
        ],
        orders=[order("u", "2023-09-01"), order("u", EXPOSED)],
    )  # fmt: skip
    row = units(shop_of)["a"]
    assert (row["tier"], row["past_orders"]) == ("silver", "one")
