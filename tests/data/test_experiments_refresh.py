"""Experiments after a refresh for some days are what a whole refresh would have made of them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from shutil import copytree
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from sqlalchemy import delete, select, update

from data.refresh import refresh
from data.rollups import experiment_cells, experiment_units, user_numbers
from data.schema import contract
from tests.data.test_incremental import bring, pieces
from tests.metrics.experiments.small_experiments import small_experiments
from tests.metrics.small_shops import SmallShop, seeds
from tests.world import Row, World, at, event, fx, order, refund, shop, user, world

UNSHRUNK = (Phase.explicit, Phase.reuse, Phase.generate)
CELL_KEYS = ("experiment_id", "days", "exposed_on", "market", "arm", "segmentation", "segment")
Kept = dict[tuple[Any, ...], dict[str, Any]]


def kept(found: World) -> tuple[Kept, Kept]:
    """Units and cells as they stand, by their keys."""
    version = found.versions.current()
    assert version is not None
    engine = found.versions.reader(version)
    with engine.connect() as connection:
        units = connection.execute(select(experiment_units)).mappings().all()
        cells = connection.execute(select(experiment_cells)).mappings().all()
    engine.dispose()
    return (
        {(u["experiment_id"], u["person_no"]): dict(u) for u in units},
        {
            tuple(c[k] for k in CELL_KEYS): {k: v for k, v in c.items() if k not in CELL_KEYS}
            for c in cells
        },
    )


def assert_as_whole(found: World) -> None:
    """What stands now against what a refresh of everything leaves."""
    units, cells = kept(found)
    with found.versions.draft(from_current=True) as draft:
        refresh(draft.connection, found.shop, data_through=found.through)
        draft.publish()
    whole_units, whole_cells = kept(found)
    assert units == whole_units
    assert set(cells) == set(whole_cells)
    for key, row in whole_cells.items():
        assert cells[key] == pytest.approx(row, rel=1e-9, abs=1e-9), key


def arrive(found: World, rows: dict[str, list[Row]], through: datetime | None = None) -> None:
    """A batch comes in by the import's own merge, and only its days are refreshed."""
    found.through = through or found.through
    with found.versions.draft(from_current=True) as draft:
        touched = bring(draft.connection, rows)
        refresh(draft.connection, found.shop, touched=touched, data_through=found.through)
        draft.publish()


def assert_in_pieces(made: SmallShop, url: str, seed: int) -> None:
    rnd = Random(seed)
    found = World(url, made.shop, made.through)
    assert made.through is not None
    ends = sorted(made.through - timedelta(days=rnd.randrange(25)) for _ in range(5))
    for piece, end in zip(pieces(made, rnd), ends, strict=False):
        arrive(found, piece, end)
    assert_as_whole(found)


@settings(max_examples=5, phases=UNSHRUNK)
@given(seeds)
def test_in_pieces(seed: int) -> None:
    with TemporaryDirectory() as folder:
        assert_in_pieces(small_experiments(seed), f"duckdb:///{folder}", seed)


@settings(
    max_examples=2, phases=UNSHRUNK, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(seeds)
def test_in_pieces_on_postgresql(postgres_database: Callable[[], str], seed: int) -> None:
    assert_in_pieces(small_experiments(seed), postgres_database(), seed)


def met(experiment: str, unit: str, when: str, arm: str = "a") -> Row:
    return {"experiment_id": experiment, "unit_id": unit, "arm": arm, "exposed_at": at(when)}


def definition(key: str, started: str, ended: str | None, **more: Any) -> Row:
    end = None if ended is None else at(ended)
    return {"experiment_id": key, "name": key, "unit": "user", "started_at": at(started),
            "ended_at": end, **more}  # fmt: skip


@pytest.fixture(scope="module")
def built_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("two_tests") / "built"
    four = list(zip("1234", "abab", strict=True))
    world(
        folder,
        settings=shop(),
        through="2024-05-20 08:00",
        users=[user(n, "2023-12-15") for n in range(1, 5)],
        orders=[
            order(1, "2024-01-12", 100, order_id="jan", cost_amount=40, currency="USD"),
            order(2, "2024-01-20", 50, order_id="second"),
            order(3, "2024-05-06", 70, order_id="may", currency="USD"),
            order(4, "2024-03-03", 9, order_id="pending", status="pending"),
        ],
        events=[event(1, "2024-01-18"), event(None, "2024-01-15", visitor_id="v")],
        experiments=[
            definition("old", "2024-01-01", "2024-01-31"),
            definition("new", "2024-05-01", None),
        ],
        exposures=[
            *[met("old", u, "2024-01-10 12:00", arm) for u, arm in four],
            met("old", "v", "2024-01-15 00:00", "b"),
            met("old", "late", "2024-01-10 12:00", "b"),
            *[met("new", u, "2024-05-02 12:00", arm) for u, arm in four],
        ],
        memberships=[
            {"user_id": "3", "tier": "gold", "valid_from": at("2024-05-01"), "valid_to": None}
        ],
        fx_rates=fx("USD", 7, *[(at("2024-01-01") + timedelta(days=n)).date() for n in range(150)]),
    )  # fmt: skip
    return folder


@pytest.fixture
def shop_of_two_tests(built_once: Path, tmp_path: Path) -> World:
    """“old” ran in January, “new” began in May; users 1 to 4, visitor v, a stranger “late”."""
    copytree(built_once, tmp_path / "own")
    return World(f"duckdb:///{tmp_path / 'own'}", shop(), at("2024-05-20 08:00"))


CASES: dict[str, dict[str, list[Row]]] = {
    "one more day": {"orders": [order(2, "2024-05-20 09:00", 5, order_id="today")]},
    "a late refund": {"refunds": [refund("2024-05-19", 30, order_id="jan")]},
    "a refund in the window": {"refunds": [refund("2024-01-14", 30, order_id="jan")]},
    "a late order": {"orders": [order(4, "2024-01-11", 33, order_id="forgotten")]},
    "an order before everything": {"orders": [order(4, "2023-11-11", 33, order_id="early")]},
    "an order that is paid by now": {
        "orders": [order(4, "2024-03-03", 9, order_id="pending", paid_at=at("2024-05-04"))]
    },
    "an order that was cancelled": {
        "orders": [order(2, "2024-01-20", 50, order_id="second", status="cancelled")]
    },
    "an order of somebody else": {"orders": [order(3, "2024-01-20", 50, order_id="second")]},
    "somebody in a second arm": {"exposures": [met("old", "1", "2024-01-30", "b")]},
    "a second arm weeks after the end": {"exposures": [met("old", "1", "2024-05-19", "b")]},
    "a second arm of a running one": {"exposures": [met("new", "1", "2024-05-19", "b")]},
    "a membership corrected": {
        "memberships": [
            {"user_id": "3", "tier": "silver", "valid_from": at("2024-05-01"), "valid_to": None}
        ]
    },
    "a membership from before": {
        "memberships": [
            {"user_id": "2", "tier": "gold", "valid_from": at("2023-06-01"), "valid_to": None}
        ]
    },
    "a rate corrected": {"fx_rates": fx("USD", 8, at("2024-01-12").date())},
    "a visitor linked since": {
        "identities": [{"visitor_id": "v", "user_id": "4", "linked_at": at("2024-05-19")}]
    },
    "a visitor linked nobody knows when": {
        "orders": [order(2, "2024-05-20 09:00", 5, order_id="today")],
        "identities": [{"visitor_id": "v", "user_id": "4", "linked_at": None}],
    },
    "somebody who is known only now": {
        "users": [{"user_id": "late", "registered_at": at("2024-05-19")}]
    },
    "somebody known by an order": {"orders": [order("late", "2024-05-19", 5, order_id="today")]},
    "a visitor who is known only now": {
        "events": [
            {**event(None, "2024-05-19", visitor_id="late"), "event_id": "e1"},
        ]
    },
    "the start moved behind it": {"experiments": [definition("old", "2024-05-10", None)]},
    "the end moved": {"experiments": [definition("old", "2024-01-01", "2024-01-10 11:59")]},
    "another kind of unit": {
        "experiments": [definition("old", "2024-01-01", "2024-01-31", unit="session")]
    },
    "another country": {"users": [{**user(1, "2023-12-15"), "country": "US"}]},
}


@pytest.mark.parametrize("case", CASES)
def test_what_comes_later(shop_of_two_tests: World, case: str) -> None:
    """Something did change that a refresh of the days alone might have overlooked."""
    before = kept(shop_of_two_tests)
    arrive(shop_of_two_tests, CASES[case])
    after = kept(shop_of_two_tests)
    assert (before == after) == (case == "one more day")
    assert_as_whole(shop_of_two_tests)


def test_windows_close_over_days_on_which_nothing_happened(shop_of_two_tests: World) -> None:
    """Nobody came from May 20 to July 1; meanwhile the windows of “new” closed."""
    quiet = {"orders": [order(2, "2024-07-01 09:00", 5, order_id="july")]}
    assert not any(key[:2] == ("new", 28) for key in kept(shop_of_two_tests)[1])
    arrive(shop_of_two_tests, quiet, at("2024-07-01 10:00"))
    assert any(key[:2] == ("new", 28) for key in kept(shop_of_two_tests)[1])
    assert_as_whole(shop_of_two_tests)


def test_data_that_reach_less_far_than_before(shop_of_two_tests: World) -> None:
    """The day that the data reach was said wrong; windows that were over are open again."""
    arrive(
        shop_of_two_tests,
        {"orders": [order(2, "2024-05-20 09:00", 5, order_id="today")]},
        at("2024-05-08 10:00"),
    )
    assert not any(key[:2] == ("new", 7) for key in kept(shop_of_two_tests)[1])
    assert_as_whole(shop_of_two_tests)


def drop(found: World, table: str, **of: str) -> None:
    """Rows leave; their days are touched, as an import of the whole table would say."""
    t = contract.tables[table]
    gone = [t.c[k] == v for k, v in of.items()]
    time = {"exposures": "exposed_at", "experiments": "started_at"}[table]
    with found.versions.draft(from_current=True) as draft:
        days = {a.date() for a in draft.connection.scalars(select(t.c[time]).where(*gone))}
        draft.connection.execute(delete(t).where(*gone))
        refresh(draft.connection, found.shop, touched=frozenset(days), data_through=found.through)
        draft.publish()


def test_an_experiment_whose_exposures_are_gone(shop_of_two_tests: World) -> None:
    drop(shop_of_two_tests, "exposures", experiment_id="old")
    assert {key[0] for key in kept(shop_of_two_tests)[0]} == {"new"}
    assert {key[0] for key in kept(shop_of_two_tests)[1]} == {"new"}
    assert_as_whole(shop_of_two_tests)


def test_the_last_exposures_are_gone_and_others_stay(shop_of_two_tests: World) -> None:
    """One of “old” came in May by mistake; without it nothing of “old” is near any touched day."""
    arrive(shop_of_two_tests, {"exposures": [met("old", "1", "2024-05-19", "b")]})
    with shop_of_two_tests.versions.draft(from_current=True) as draft:
        t = contract.tables["exposures"]
        draft.connection.execute(delete(t).where(t.c.exposed_at >= at("2024-05-19")))
        touched = frozenset({at("2024-05-19").date()})
        through = shop_of_two_tests.through
        refresh(draft.connection, shop_of_two_tests.shop, touched=touched, data_through=through)
        draft.publish()
    assert_as_whole(shop_of_two_tests)


def test_a_definition_that_is_gone(shop_of_two_tests: World) -> None:
    arrive(shop_of_two_tests, {"experiments": [definition("old", "2024-05-10", None)]})
    assert not any(u["in_time"] for k, u in kept(shop_of_two_tests)[0].items() if k[0] == "old")
    drop(shop_of_two_tests, "experiments", experiment_id="old")
    assert all(u["in_time"] for k, u in kept(shop_of_two_tests)[0].items() if k[0] == "old")
    assert_as_whole(shop_of_two_tests)


def test_experiments_that_are_over_are_left_alone(shop_of_two_tests: World) -> None:
    """A unit of “old” is marked by hand: one more day in May leaves the mark, a late order of
    January does not."""

    def marked() -> set[str]:
        return {u["tier"] for k, u in kept(shop_of_two_tests)[0].items() if k[0] == "old"}

    with shop_of_two_tests.versions.draft(from_current=True) as draft:
        t = experiment_units
        old = t.c.experiment_id == "old"
        draft.connection.execute(update(t).where(old).values(tier="marked"))
        draft.publish()
    arrive(shop_of_two_tests, CASES["one more day"])
    assert marked() == {"marked"}
    arrive(shop_of_two_tests, CASES["a late order"])
    assert marked() == {"unknown"}


def test_a_shop_in_which_nobody_counts_any_more(tmp_path: Path) -> None:
    """The only user turns out to be a test user: no unit and no cell is left."""
    found = world(
        tmp_path,
        users=[user(1, "2024-01-01")],
        exposures=[met("x", "1", "2024-01-05")],
        through="2024-03-01",
    )
    assert len(kept(found)[0]) == 1
    arrive(found, {"users": [user(1, "2024-01-01", is_test=True)]})
    assert kept(found) == ({}, {})


def test_numbers_of_people_do_not_move(shop_of_two_tests: World) -> None:
    """The comparison above is by number; they are given once."""
    arrive(shop_of_two_tests, CASES["somebody known by an order"])
    assert_as_whole(shop_of_two_tests)
    version = shop_of_two_tests.versions.current()
    assert version is not None
    with shop_of_two_tests.versions.reader(version).connect() as connection:
        numbers = connection.execute(select(user_numbers)).all()
    assert len({n.user_no for n in numbers}) == len(numbers) == 5
