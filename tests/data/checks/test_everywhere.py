"""Checks as a whole: order, both databases, what is asked of whom."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

from data.checks.everything import PROBES
from data.checks.finding import Severity
from tests.data.checks.seeing import checks
from tests.world import Row, days, event, fx, item, order, refund, user, world


def dirty() -> dict[str, list[Row]]:
    """A shop in which every check that needs no import has something to say."""
    twice = order(1, "2024-01-05", 10, order_id="A")
    return {
        "users": [user(1, country="CN"), user(9, is_test=True, country="CN", channel="kol")],
        "orders": [
            twice,
            twice,
            order(7, "2024-01-06", 5, order_id="B", currency="USD"),
            order(None, "2024-01-07", -2, order_id="C", platform="ios"),
            order(9, "2024-01-07", 2, order_id="D"),
        ],
        "order_items": [item("A", "x", 2, 4), item("Z")],
        "refunds": [refund("2024-01-08", 1, order_id="Q"), refund("2024-03-08", 1)],
        "events": [
            event(1, "2024-01-05", "purchase", order_id="A"),
            event(1, "2024-01-05", "purchase", order_id="A"),
            *[event(1, f"{d} 08:00") for d in days(date(2024, 1, 5), 3) for _ in range(9)],
            event(1, "2024-01-20"),
        ],
        "fx_rates": fx("EUR", 7, date(2024, 1, 5)),
    }


def told(url: Path | str) -> dict[str, tuple[Severity, str, str, object]]:
    found = checks(world(url, through="2024-02-01", **dirty()))
    return {
        k: (c.severity, c.sentence.en, c.sentence.zh, c.listing)
        for k, c in found.items()
        if k != "freshness"
    }


def test_both_databases_find_the_same(tmp_path: Path, postgres_database: Callable[[], str]) -> None:
    here, there = told(tmp_path), told(postgres_database())
    assert here == there
    assert {k for k, v in here.items() if v[0] in (Severity.ERROR, Severity.WARNING)} >= {
        "duplicate_keys", "currency_rates", "negative_amounts", "items_total", "orphans",
        "refund_orders", "future", "purchase_events", "unknown_home", "gaps",
    }  # fmt: skip


def test_the_worst_comes_first(tmp_path: Path) -> None:
    order_of = list(Severity)
    found = [order_of.index(c.severity) for c in checks(world(tmp_path, **dirty())).values()]
    assert found == sorted(found)
    assert found[0] == 0


def test_every_check_shows_what_it_asked(tmp_path: Path) -> None:
    """Freshness of a generated shop reads the version's own facts and the record of imports."""
    found = checks(world(tmp_path, **dirty()))
    assert all(c.statements for c in found.values())


def test_no_hole_is_left_in_a_sentence(tmp_path: Path) -> None:
    for c in checks(world(tmp_path, **dirty())).values():
        assert "{" not in c.sentence.en + c.sentence.zh


def test_check_keys_are_different() -> None:
    assert len({p.key for p in PROBES}) == len(PROBES)
