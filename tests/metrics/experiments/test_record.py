"""An experiment as the warehouse and its plan tell it, to whom."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from data.scope import Scope, Viewer
from i18n import Problem
from metrics.experiments.record import Experiment, Role, experiment, experiments
from metrics.experiments.sums import fetched
from metrics.stats.experiments.modes import Mode
from store import EXPERIMENT_PLAN, ExperimentPlan, Guardrail, PlannedArm, Store, open_store
from tests.world import World, at, order, shop, user, world


class Clock:
    now = datetime(2024, 1, 1, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(tmp_path: Path, clock: Clock) -> Iterator[Store]:
    opened = open_store(f"sqlite:///{tmp_path / 'store.sqlite'}", clock=clock)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def two_markets(tmp_path_factory: pytest.TempPathFactory) -> World:
    """“both” met users of CN and US, “american” only one of the US, “nobody” none."""
    return world(
        tmp_path_factory.mktemp("two_markets"),
        settings=shop(timezone="Asia/Shanghai"),
        users=[user(1, country="CN"), user(2, country="US")],
        orders=[order(1, "2024-03-05", 10), order(2, "2024-03-05", 30)],
        experiments=[
            {"experiment_id": key, "name": key.title(), "unit": "user", "owner": "Lin",
             "started_at": at("2024-02-29 16:00"), "ended_at": end, "primary_metric": primary}
            for key, end, primary in (
                ("both", None, "orders_within_7_days"),
                ("american", at("2024-03-20 15:59"), "likes_within_7_days"),
                ("nobody", None, None),
            )
        ],
        experiment_arms=[
            {"experiment_id": key, "arm": arm, "weight": Decimal("0.5"), "is_control": arm == "b"}
            for key in ("both", "american", "nobody") for arm in "ab"
        ],
        exposures=[
            {"experiment_id": key, "unit_id": unit, "arm": arm, "exposed_at": at("2024-03-03")}
            for key, unit, arm in (("both", "1", "a"), ("both", "2", "b"), ("american", "2", "a"))
        ],
        through="2024-05-01",
    )  # fmt: skip


def told(made: World, store: Store | None = None, *markets: str) -> dict[str, Experiment]:
    viewer = Viewer("lin", markets=frozenset(markets) if markets else None)
    warehouse = made.warehouse(viewer)
    found = experiments(warehouse, Scope("CNY"), store)
    warehouse.close()
    return {e.key: e for e in found}


def plan(**changes: Any) -> ExperimentPlan:
    given: dict[str, Any] = {
        "name": "Planned", "starts_on": date(2024, 3, 1), "ends_on": date(2024, 3, 31),
        "arms": (PlannedArm(arm="b", weight=60, is_control=True), PlannedArm(arm="a", weight=40)),
        "primary": ("gmv_within_14_days",), "worth": 0.02, "mode": "fixed", **changes,
    }  # fmt: skip
    return ExperimentPlan(**given)


def test_without_a_plan_the_warehouse_tells(two_markets: World) -> None:
    """Days are the shop's: 16:00 UTC of February 29 is March 1 in Shanghai. Control comes first."""
    both = told(two_markets)["both"]
    assert (both.started_on, both.ended_on, both.owner) == (date(2024, 3, 1), None, "Lin")
    assert [(a.name, a.weight, a.is_control) for a in both.arms] == [
        ("b", 0.5, True), ("a", 0.5, False),
    ]  # fmt: skip
    assert both.control == both.arms[0]
    assert both.treatments == both.arms[1:]
    assert [j.outcome.key for j in both.primary] == ["orders_within_7_days"]
    assert {j.outcome.days for j in both.metrics} == {7}
    assert len({j.outcome.key for j in both.metrics}) == len(both.metrics)
    assert (both.mode, both.fixed_before, both.known_times) == (Mode.ALWAYS_VALID, False, True)


def test_a_primary_metric_that_means_nothing_is_named(two_markets: World) -> None:
    american = told(two_markets)["american"]
    assert american.unknown == ("likes_within_7_days",)
    assert american.primary == ()
    assert {j.role for j in american.metrics} == {Role.SECONDARY}
    assert (american.mode, american.ended_on) == (Mode.GROUP_SEQUENTIAL, date(2024, 3, 20))


def test_a_plan_says_what_the_warehouse_does_not(two_markets: World, store: Store) -> None:
    """Metrics, arms and mode are the plan's, times those of the warehouse where it has them."""
    guard = Guardrail(metric="refund_share_within_14_days", margin=0.05)
    body = plan(guardrails=(guard,), secondary=("gone_within_7_days",))
    store.save(EXPERIMENT_PLAN, "world", body, author="lin", based_on=None, name="both")
    store.save(EXPERIMENT_PLAN, "world", plan(), author="lin", based_on=None, name="only planned")
    found = told(two_markets, store)
    both = found["both"]
    assert [(j.outcome.key, j.role, j.margin) for j in both.metrics] == [
        ("gmv_within_14_days", Role.PRIMARY, None),
        ("refund_share_within_14_days", Role.GUARDRAIL, 0.05),
    ]
    assert both.unknown == ("gone_within_7_days",)
    assert [(a.name, a.weight) for a in both.arms] == [("b", 60), ("a", 40)]
    assert (both.name, both.mode, both.ended_on) == ("Planned", Mode.FIXED, date(2024, 3, 31))
    assert both.known_times
    only = found["only planned"]
    assert (only.known_times, only.in_warehouse) == (False, False)
    assert (only.started_on, only.ended_on) == (date(2024, 3, 1), date(2024, 3, 31))


@pytest.mark.parametrize(
    ("written", "body", "before"),
    [
        (datetime(2024, 3, 1, tzinfo=UTC), plan(), True),
        (datetime(2024, 3, 2, tzinfo=UTC), plan(), False),
        # Whoever writes a plan late does not get around it with a later start.
        (datetime(2024, 3, 9, tzinfo=UTC), plan(starts_on=date(2024, 3, 20)), False),
        (datetime(2024, 3, 9, tzinfo=UTC), plan(fixed_on=date(2024, 2, 1)), True),
        (datetime(2024, 3, 9, tzinfo=UTC), plan(fixed_on=date(2024, 3, 2)), False),
    ],
)
def test_whether_the_plan_was_fixed_before_the_start(
    two_markets: World,
    store: Store,
    clock: Clock,
    written: datetime,
    body: ExperimentPlan,
    before: bool,
) -> None:
    clock.now = written
    store.save(EXPERIMENT_PLAN, "world", body, author="lin", based_on=None, name="both")
    both = told(two_markets, store)["both"]
    assert (both.fixed_before, both.changed) == (before, ())


def test_changes_after_the_start_are_told(two_markets: World, store: Store, clock: Clock) -> None:
    """Changed once before the start and twice after; a refused edit is none."""
    for day, worth in ((1, 0.01), (60, 0.02), (70, 0.03), (80, 0.04)):
        clock.now = datetime.fromordinal(date(2024, 1, 1).toordinal() + day).replace(tzinfo=UTC)
        last = store.load(EXPERIMENT_PLAN, "world", "both")
        store.save(
            EXPERIMENT_PLAN, "world", plan(worth=worth), author="lin", name="both",
            based_on=None if last is None else last.revision,
        )  # fmt: skip
    with pytest.raises(Problem):
        store.save(EXPERIMENT_PLAN, "world", plan(), author="wu", name="both", based_on=1)
    both = told(two_markets, store)["both"]
    assert [c.body.worth for c in both.changed] == [0.03, 0.04]
    assert (both.worth, both.fixed_before) == (0.04, False)


def test_viewers_of_some_markets_see_what_their_users_met(two_markets: World) -> None:
    """A sum without what was shown means nothing; what nobody of theirs met is not theirs."""
    assert set(told(two_markets)) == {"both", "american", "nobody"}
    assert set(told(two_markets, None, "CN")) == {"both"}
    assert set(told(two_markets, None, "US")) == {"both", "american"}
    assert set(told(two_markets, None, "DE")) == set()
    assert told(two_markets, None, "CN")["both"] == told(two_markets)["both"]


def test_viewers_of_some_markets_see_only_their_units(two_markets: World) -> None:
    for markets, gmv in (((), {"a": 10, "b": 30}), (("CN",), {"a": 10}), (("US",), {"b": 30})):
        viewer = Viewer("lin", markets=frozenset(markets) if markets else None)
        warehouse = two_markets.warehouse(viewer)
        both = experiment(warehouse, Scope("CNY"), None, "both")
        for from_units in (False, True):
            found = fetched(
                warehouse, Scope("CNY"), both, 7, [("gmv", "prior_gmv")], from_units=from_units
            )
            sums = {k[3]: found.of(("gmv",), k) for k in found.rows if k[0] == "all"}
            assert {a: s.shift[0] + s.sums[0] / s.n for a, s in sums.items()} == gmv
        warehouse.close()


def test_an_experiment_that_is_not_there_names_the_others(two_markets: World) -> None:
    warehouse = two_markets.warehouse(Viewer("lin", markets=frozenset({"CN"})))
    with pytest.raises(Problem) as refused:
        experiment(warehouse, Scope("CNY"), None, "american")
    warehouse.close()
    assert refused.value.code == "experiment_unknown"
    assert "both" in str(refused.value)
    assert "nobody" not in str(refused.value)
