"""Exposures of strangers, before the start, with another arm; shares that are no whole."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from data.checks.finding import Severity
from data.scope import Viewer
from tests.data.checks.seeing import checks
from tests.world import Row, World, at, event, order, user, world

KEYS = ("exposed_units", "early_exposures", "exposed_arms", "arm_weights")


def met(unit: str, when: str = "2024-01-06", arm: str = "a", experiment: str = "x") -> Row:
    return {"experiment_id": experiment, "unit_id": unit, "arm": arm, "exposed_at": at(when)}


def definition(key: str, unit: str = "user") -> Row:
    return {"experiment_id": key, "name": key, "unit": unit, "started_at": at("2024-01-05")}


def split(key: str, *weights: str) -> list[Row]:
    return [
        {"experiment_id": key, "arm": arm, "weight": Decimal(w), "is_control": arm == "a"}
        for arm, w in zip("abc", weights, strict=False)
    ]


def shop_of(where: Path | str, *exposures: Row, arms: tuple[Row, ...] = ()) -> World:
    """User 1, test user 2, a customer who is in no users table, a visitor."""
    more: dict[str, Any] = {"experiment_arms": arms or split("x", "0.5", "0.5")}
    return world(
        where,
        users=[user(1, country="CN"), user(2, is_test=True)],
        orders=[order("customer", "2024-01-05")],
        events=[event(None, "2024-01-05", visitor_id="visitor")],
        experiments=[definition("x"), definition("by_session", "session")],
        exposures=exposures,
        through="2024-02-01",
        **more,
    )


def test_exposures_in_order(tmp_path: Path) -> None:
    """A test user is known, and a session is no unit that could be. Three thirds are a whole."""
    exposures = [
        *[met(u) for u in ("1", "2", "customer", "visitor")],
        met("session 7", experiment="by_session"),
        met("1", arm="anything", experiment="arms not listed"),
    ]
    thirds = (*split("x", "0.33", "0.33", "0.33"), *split("percent", "50", "50"))
    found = checks(shop_of(tmp_path, *exposures, arms=thirds))
    assert [found[k].severity for k in KEYS] == [Severity.OK] * 4


@pytest.mark.parametrize("where", ["duckdb", "postgresql"])
def test_exposures_in_disorder(where: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    """Stranger s twice and t once in x, t in z; one exposure a second early; arm c; 0.5 + 0.4."""
    make: Callable[[], str] | None = (
        request.getfixturevalue("postgres_database") if where == "postgresql" else None
    )
    exposures = [
        met("s"), met("s", "2024-01-07"), met("t"), met("t", experiment="z"),
        met("1", "2024-01-04 23:59:59"), met("1", arm="c"),
    ]  # fmt: skip
    made = shop_of(
        tmp_path if make is None else make(), *exposures, arms=(*split("x", "0.5", "0.4"),)
    )
    found = checks(made)
    assert [found[k].severity for k in KEYS] == [Severity.WARNING] * 4
    told = {k: found[k].listing for k in KEYS}
    rows = {k: listing.rows for k, listing in told.items() if listing is not None}
    assert rows == {
        "exposed_units": (("x", 2), ("z", 1)),
        "early_exposures": (("x", 1),),
        "exposed_arms": (("x", "c", 1),),
        "arm_weights": (("x", 2, 0.9),),
    }
    assert found["exposed_units"].sentence.en.startswith("3 exposed units are neither")
    assert "x/c" in found["exposed_arms"].sentence.zh
    assert "x (0.9)" in found["arm_weights"].sentence.en


def test_a_shop_without_experiments_hears_nothing_of_them(tmp_path: Path) -> None:
    assert not set(KEYS) & set(checks(world(tmp_path, orders=[order(1, "2024-01-05")])))


def test_a_viewer_of_some_markets_is_not_told(tmp_path: Path) -> None:
    """Strangers are of no market."""
    made = shop_of(tmp_path, met("s"))
    assert not set(KEYS) & set(checks(made, viewer=Viewer("lin", markets=frozenset({"CN"}))))
