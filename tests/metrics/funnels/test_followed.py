"""What people did next, and their ways between two steps, against the events read one by one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any, NamedTuple

import pytest

from data.scope import Scope, Viewer
from data.warehouse import Warehouse
from i18n import Problem
from metrics.funnels.events import event_numbers
from metrics.funnels.next_events import next_events
from metrics.funnels.paths import LONGEST_PATH, paths
from metrics.funnels.people import Bar, State, funnel_people
from metrics.funnels.spec import Funnel
from metrics.people import people_page
from tests.metrics.funnels.busy_shop import FUNNELS, SPAN, THROUGH, history, rows
from tests.world import World, event, order, world

CNY = Scope("CNY")
FOLLOWED = ("plain", "sessions", "attempts", "same day", "optional", "same event twice")
NOW = datetime.fromisoformat(THROUGH)


class Seen(NamedTuple):
    at: datetime
    event: str
    session: str | None


class Unit(NamedTuple):
    person: str
    session: str | None
    steps: dict[int, datetime]


@pytest.fixture(scope="module")
def embedded(tmp_path_factory: pytest.TempPathFactory) -> World:
    return history(tmp_path_factory.mktemp("history"))


def everything() -> dict[str, list[Seen]]:
    """Every person's events, paid orders among them."""
    made = rows(7)
    found: dict[str, list[Seen]] = {}
    for e in made["events"]:
        seen = Seen(e["occurred_at"], e["event"], e["session_id"])
        found.setdefault(e["user_id"] or e["visitor_id"], []).append(seen)
    for o in made["orders"]:
        found[o["user_id"]].append(Seen(o["ordered_at"], "purchase", o["session_id"]))
    return {who: [s for s in seen if s.at <= NOW] for who, seen in found.items()}


def units_of(warehouse: Warehouse, funnel: Funnel, bar: Bar) -> list[Unit]:
    page = people_page(warehouse, funnel_people(warehouse, CNY, funnel, SPAN, bar), limit=999)
    found = []
    for row in page.rows:
        told = dict(zip([c.key for c in page.columns], row, strict=True))
        steps = {n + 1: told.get(f"step_{n + 1}") for n in range(len(funnel.steps))}
        found.append(Unit(row[0], told.get("session_id"), {k: v for k, v in steps.items() if v}))
    return found


def later(funnel: Funnel, unit: Unit, since: datetime, order: dict[str, int]) -> list[Seen]:
    """The unit's events after an instant and in the window, in the order in which they are read."""
    window, start = funnel.window, unit.steps[1]

    def in_window(seen: Seen) -> bool:
        if unit.session is not None and seen.session != unit.session:
            return False
        if window.kind == "day":
            return seen.at.date() == start.date()
        return window.seconds is None or seen.at <= start + timedelta(seconds=window.seconds)

    followed = [s for s in everything()[unit.person] if s.at > since and in_window(s)]
    return sorted(followed, key=lambda s: (s.at, order[s.event]))


def told_next(warehouse: Warehouse, funnel: Funnel, bar: Bar, step: int) -> dict[str, Any]:
    """First and any events of the units behind a bar after a step."""
    order = event_numbers(warehouse)
    first: Counter[str] = Counter()
    within: Counter[str] = Counter()
    units = [u for u in units_of(warehouse, funnel, bar) if step in u.steps]
    for unit in units:
        events = [s.event for s in later(funnel, unit, unit.steps[step], order)]
        first.update(events[:1])
        within.update(set(events))
    return {"units": len(units), "next": dict(first), "within": dict(within)}


@pytest.mark.parametrize("state", [State.DROPPED, State.REACHED])
@pytest.mark.parametrize("name", FOLLOWED)
def test_next_events_are_those_that_a_reader_finds(
    embedded: World, name: str, state: State
) -> None:
    warehouse, funnel = embedded.warehouse(), FUNNELS[name]
    step = len(funnel.steps) - 1
    bar = Bar(state, step)
    found = next_events(warehouse, CNY, funnel, SPAN, bar)
    assert found.step is not None
    told = told_next(warehouse, funnel, bar, found.step)
    assert found.units == told["units"]
    assert {e.event: e.next for e in found.events if e.next} == told["next"]
    assert {e.event: e.within for e in found.events if e.within} == told["within"]
    assert found.nothing == told["units"] - sum(told["next"].values())
    compared = told_next(warehouse, funnel, Bar(State.CONVERTED), found.step)
    assert found.converted == compared["units"] > 0
    assert {e.event: e.converted_next for e in found.events if e.converted_next} == (
        compared["next"]
    )
    assert {e.event: e.converted_within for e in found.events if e.converted_within} == (
        compared["within"]
    )


def test_the_converted_are_not_compared_with_themselves(embedded: World) -> None:
    warehouse, funnel = embedded.warehouse(), FUNNELS["plain"]
    for bar in (Bar(State.CONVERTED), Bar(State.REACHED, 3)):
        found = next_events(warehouse, CNY, funnel, SPAN, bar)
        assert (found.converted, found.step) == (0, 3)
        assert found.units > 0


def test_where_everybody_stands_elsewhere_each_is_followed_from_their_own(embedded: World) -> None:
    """In progress at any step: no step in common, nobody to compare with."""
    warehouse = embedded.warehouse()
    funnel = FUNNELS["plain"].model_copy(update={"window": FUNNELS["same item"].window})
    found = next_events(warehouse, CNY, funnel, SPAN, Bar(State.UNDER_WAY))
    units = units_of(warehouse, funnel, Bar(State.UNDER_WAY))
    assert (found.step, found.converted, found.units) == (None, 0, len(units))
    order, first = event_numbers(warehouse), Counter[str]()
    for u in units:
        first.update([s.event for s in later(funnel, u, max(u.steps.values()), order)][:1])
    assert {e.event: e.next for e in found.events if e.next} == dict(first)


def told_paths(
    warehouse: Warehouse, funnel: Funnel, bar: Bar, after: int, before: int
) -> Counter[tuple[tuple[str, ...], bool, bool]]:
    found: Counter[tuple[tuple[str, ...], bool, bool]] = Counter()
    order = event_numbers(warehouse)
    for unit in units_of(warehouse, funnel, bar):
        if after not in unit.steps:
            continue
        events = later(funnel, unit, unit.steps[after], order)
        arrived = unit.steps.get(before)
        if arrived is not None:
            events = [s for s in events if s.at < arrived]
        told = [name for name, _ in groupby(s.event for s in events)]
        found[tuple(told[:LONGEST_PATH]), len(told) > LONGEST_PATH, arrived is not None] += 1
    return found


@pytest.mark.parametrize("state", [State.DROPPED, State.REACHED])
@pytest.mark.parametrize("name", FOLLOWED)
def test_ways_are_those_that_a_reader_finds(embedded: World, name: str, state: State) -> None:
    warehouse, funnel = embedded.warehouse(), FUNNELS[name]
    after, before = [n + 1 for n in funnel.required][:2]
    bar = Bar(state, before if state is State.DROPPED else 1)
    found = paths(warehouse, CNY, funnel, SPAN, bar, after, before)
    told = told_paths(warehouse, funnel, bar, after, before)
    assert found.units == sum(told.values()) > 0
    shown = {(p.events, p.more, p.arrived): p.units for p in found.paths}
    assert shown.items() <= told.items()
    assert sorted(shown.values(), reverse=True) == sorted(told.values(), reverse=True)[:20]


def test_both_databases_follow_alike(embedded: World, postgres_database: Callable[[], str]) -> None:
    here, there = embedded.warehouse(), history(postgres_database()).warehouse()
    for name in FOLLOWED:
        funnel = FUNNELS[name]
        after, before = [n + 1 for n in funnel.required][:2]
        one, other = (next_events(w, CNY, funnel, SPAN, Bar(State.DROPPED, before))
                      for w in (here, there))  # fmt: skip
        assert (one.events, one.nothing) == (other.events, other.nothing), name
        ways = [paths(w, CNY, funnel, SPAN, Bar(), after, before).paths for w in (here, there)]
        assert ways[0] == ways[1], name


@pytest.fixture(scope="module")
def walk(tmp_path_factory: pytest.TempPathFactory) -> World:
    """ann: cart, then search, search, page, cart again, and pays; bob: cart, page, nothing; the
    page of the day after next lies outside the window."""
    return world(
        tmp_path_factory.mktemp("walk"),
        users=[{"user_id": u, "registered_at": datetime(2024, 1, 1), "country": c}
               for u, c in (("ann", "CN"), ("bob", "US"))],
        events=[
            event("ann", "2024-01-02 10:00", "view_item"),
            event("ann", "2024-01-02 10:00", "add_to_cart"),
            event("ann", "2024-01-02 10:01", "search"),
            event("ann", "2024-01-02 10:02", "search"),
            event("ann", "2024-01-02 10:03", "page_view"),
            event("ann", "2024-01-02 10:04", "add_to_cart"),
            event("bob", "2024-01-02 10:00", "view_item"),
            event("bob", "2024-01-02 10:05", "add_to_cart"),
            event("bob", "2024-01-02 10:06", "page_view"),
            event("bob", "2024-01-04 10:06", "review"),
        ],
        orders=[order("ann", "2024-01-02 10:05")],
        through="2024-03-01",
    )  # fmt: skip


def test_the_same_event_in_a_row_is_told_once(walk: World) -> None:
    """The first of two events at the first instant serves step 1, the other one step 2."""
    found = paths(walk.warehouse(), CNY, FUNNELS["plain"], SPAN, Bar(), 2, 3)
    assert [(p.events, p.arrived, p.units) for p in found.paths] == [
        (("search", "page_view", "add_to_cart"), True, 1),
        (("page_view",), False, 1),
    ]


def test_a_way_without_events_leads_straight_on(walk: World) -> None:
    found = paths(walk.warehouse(), CNY, FUNNELS["plain"], SPAN, Bar(), 1, 2)
    assert [(p.events, p.arrived, p.units) for p in found.paths] == [((), True, 2)]


def test_what_lies_outside_the_window_is_not_next(walk: World) -> None:
    found = next_events(walk.warehouse(), CNY, FUNNELS["plain"], SPAN, Bar(State.DROPPED, 3))
    assert [(e.event, e.next, e.converted_next) for e in found.events if e.next] == [
        ("page_view", 1, 0)
    ]
    assert "review" not in {e.event for e in found.events}


def test_a_viewer_of_one_market_follows_only_its_people(walk: World) -> None:
    american = walk.warehouse(Viewer("x", markets=frozenset({"US"})))
    assert paths(american, CNY, FUNNELS["plain"], SPAN, Bar(), 2, 3).units == 1
    assert next_events(american, CNY, FUNNELS["plain"], SPAN, Bar(step=2)).units == 1


def test_nobody_behind_a_bar_did_nothing(walk: World) -> None:
    found = next_events(walk.warehouse(), CNY, FUNNELS["plain"], SPAN, Bar(State.LEFT_OUT))
    assert (found.units, found.nothing, found.events) == (0, 0, ())
    none = paths(walk.warehouse(), CNY, FUNNELS["plain"], SPAN, Bar(State.LEFT_OUT), 1, 2)
    assert (none.units, none.paths) == (0, ())


@pytest.mark.parametrize(
    ("name", "pair", "code"),
    [
        ("any order", (1, 2), "paths_any_order"),
        ("plain", (2, 2), "paths_steps"),
        ("optional", (1, 2), "paths_steps"),
        ("plain", (1, 9), "paths_steps"),
    ],
)
def test_a_pair_without_a_way_is_refused(
    walk: World, name: str, pair: tuple[int, int], code: str
) -> None:
    with pytest.raises(Problem) as caught:
        paths(walk.warehouse(), CNY, FUNNELS[name], SPAN, Bar(), *pair)
    assert caught.value.code == code
