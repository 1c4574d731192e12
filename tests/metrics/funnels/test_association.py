"""What goes with converting: counts against histories read one by one, and nothing that leaks."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from data.scope import Scope, Viewer
from data.warehouse import Warehouse
from i18n import Problem
from metrics.funnels.ask import funnel_counts
from metrics.funnels.association import (
    FEWEST,
    Association,
    Factor,
    associated,
    default_early,
    early_choices,
)
from metrics.funnels.people import Bar
from metrics.funnels.spec import DAY, Funnel, simple
from tests.metrics.funnels.busy_shop import FUNNELS, SPAN, history, rows
from tests.metrics.funnels.test_followed import everything, units_of
from tests.world import Row, World, event, order, user, world

CNY = Scope("CNY")
LOOKED_AT = ("plain", "first entry", "sessions", "attempts", "any order", "leave out", "same day")
HALF_AN_HOUR, SIX_HOURS = 1_800, 21_600
VIEW_BUY = simple("view_item", "purchase", window={"seconds": DAY})


@pytest.fixture(scope="module")
def embedded(tmp_path_factory: pytest.TempPathFactory) -> World:
    return history(tmp_path_factory.mktemp("history"))


def ask(
    warehouse: Warehouse, funnel: Funnel = VIEW_BUY, seconds: int = HALF_AN_HOUR
) -> Association:
    return associated(warehouse, CNY, funnel, SPAN, seconds)


def found(a: Association) -> dict[tuple[str, str], tuple[int, int, int, int]]:
    return {(f.column, f.value): (f.n, f.k, f.others_n, f.others_k)
            for f in (*a.at_entry, *a.soon_after)}  # fmt: skip


def factor(a: Association, column: str, value: str) -> Factor:
    return next(f for f in (*a.at_entry, *a.soon_after) if (f.column, f.value) == (column, value))


class Told:
    """The same by reading: every unit that counts, its entry, its outcome, and what it had. No
    window is open: the data end long after the range."""

    def __init__(self, warehouse: Warehouse, funnel: Funnel) -> None:
        self.units: list[tuple[str, str | None, datetime, datetime | None]] = []
        for u in units_of(warehouse, funnel, Bar()):
            begins = self._begins(funnel, u.person, u.session)
            if funnel.count == "attempts":
                begins = [u.steps[1]]
            last = len(funnel.steps)
            done = max(u.steps.values()) if last in u.steps else None
            self.units.append((u.person, u.session, begins[0], done))

    def _begins(self, funnel: Funnel, person: str, session: str | None) -> list[datetime]:
        any_step = funnel.order == "unordered"
        names = {m.event for n in funnel.required for m in funnel.steps[n].any_of}
        if not any_step:
            names = set(funnel.steps[0].events)
        first, last = datetime(2024, 1, 2), datetime(2024, 1, 6)
        return sorted(
            s.at for s in everything()[person]
            if s.event in names and first <= s.at < last
            and (session is None or s.session == session)
        )  # fmt: skip

    def split(self, has: Callable[[str, str | None, datetime], bool]) -> tuple[int, int, int, int]:
        with_it = [u for u in self.units if has(u[0], u[1], u[2])]
        others = [u for u in self.units if u not in with_it]
        return (
            len(with_it), sum(u[3] is not None for u in with_it),
            len(others), sum(u[3] is not None for u in others),
        )  # fmt: skip


@pytest.mark.parametrize("name", LOOKED_AT)
def test_the_units_are_those_of_the_bars_whose_window_is_over(embedded: World, name: str) -> None:
    warehouse, funnel = embedded.warehouse(), FUNNELS[name]
    last = funnel_counts(warehouse, CNY, funnel, SPAN).total.steps[-1].overall
    a = ask(warehouse, funnel)
    assert (a.converted, a.units) == (last.numerator, last.denominator)
    assert a.units > a.converted > 0


@pytest.mark.parametrize("name", LOOKED_AT)
def test_counts_are_those_that_a_reader_finds(embedded: World, name: str) -> None:
    """A user's channel among those registered at entry, and an event soon after it."""
    warehouse, funnel = embedded.warehouse(), FUNNELS[name]
    told, a = Told(warehouse, funnel), ask(warehouse, funnel)
    assert len(told.units) == a.units
    records = {u["user_id"]: u for u in rows(7)["users"]}

    def registered(who: str, _session: str | None, at: datetime) -> bool:
        return who in records and records[who]["registered_at"] <= at

    assert found(a)["registered", "yes"] == told.split(registered)
    told.units = [u for u in told.units if registered(u[0], u[1], u[2])]
    in_china = told.split(lambda who, _s, _at: records[who]["country"] == "CN")
    assert found(a)["country", "CN"] == in_china


@pytest.mark.parametrize("name", LOOKED_AT)
def test_early_events_are_those_that_a_reader_finds(embedded: World, name: str) -> None:
    warehouse, funnel = embedded.warehouse(), FUNNELS[name]
    told, a = Told(warehouse, funnel), ask(warehouse, funnel, SIX_HOURS)
    soon = timedelta(seconds=SIX_HOURS)
    told.units = [u for u in told.units if u[3] is None or u[3] > u[2] + soon]
    assert a.waiting == len(told.units)
    assert a.waiting_converted == sum(u[3] is not None for u in told.units)
    named = funnel.events

    def had(name: str) -> Callable[[str, str | None, datetime], bool]:
        return lambda who, session, at: any(
            s.event == name and at < s.at <= at + soon and session in (None, s.session)
            for s in everything()[who]
        )

    for other in ("search", "page_view", "begin_checkout"):
        if other not in named:
            nobody = (0, 0, a.waiting, a.waiting_converted)
            assert found(a).get(("event", other), nobody) == told.split(had(other)), other
    assert a.soon_after
    assert not {f.value for f in a.soon_after} & named


def test_both_databases_find_the_same(
    embedded: World, postgres_database: Callable[[], str]
) -> None:
    there = history(postgres_database()).warehouse()
    for name in LOOKED_AT:
        here = ask(embedded.warehouse(), FUNNELS[name])
        assert found(ask(there, FUNNELS[name])) == found(here), name


def at(minutes: float, day: int = 2) -> str:
    return str(datetime(2024, 1, day, 10) + timedelta(minutes=minutes))


def crowd(where: Path) -> World:
    """240 users look at an item. The first 60 search 5 minutes later and half of them buy after two
    hours; of the others a sixth buys then. Ten more buy at once and search an hour later. Users who
    come through kol are every second one."""
    users: list[Row] = []
    events: list[Row] = []
    orders: list[Row] = []
    for n in range(250):
        who = f"u{n:03}"
        users.append(user(who, channel="kol" if n % 2 else "email", country="CN"))
        events.append(event(who, at(0), "view_item", category="toys"))
        searches, at_once = n < 60, n >= 240
        if searches or at_once:
            events.append(event(who, at(5 if searches else 60), "search"))
        if at_once:
            orders.append(order(who, at(2)))
        elif n % 2 == 0 if searches else n % 6 == 0:
            orders.append(order(who, at(120)))
    return world(where, users=users, events=events, orders=orders, through="2024-03-01")


@pytest.fixture(scope="module")
def searching(tmp_path_factory: pytest.TempPathFactory) -> World:
    return crowd(tmp_path_factory.mktemp("crowd"))


def test_searching_goes_with_buying_three_times_as_often(searching: World) -> None:
    """30 of 60 against 30 of 180: half against a sixth."""
    search = factor(ask(searching.warehouse()), "event", "search")
    assert (search.n, search.k, search.others_n, search.others_k) == (60, 30, 180, 30)
    assert search.ratio is not None
    assert search.ratio.ratio == pytest.approx(3)
    assert search.ratio.low > 1
    assert search.difference is not None
    assert search.difference.diff == pytest.approx(1 / 3)
    assert search.differs


def test_who_converted_at_once_is_no_evidence_against_what_came_later(searching: World) -> None:
    """The ten that bought after two minutes had no time to search, and search after buying."""
    a = ask(searching.warehouse())
    assert (a.units, a.converted) == (250, 70)
    assert (a.waiting, a.waiting_converted) == (240, 60)


def test_a_longer_look_leaves_fewer_to_compare(searching: World) -> None:
    """After three hours everybody has bought who will."""
    a = ask(searching.warehouse(), seconds=3 * 3600)
    assert (a.waiting, a.waiting_converted) == (180, 0)
    assert not any(f.differs for f in a.soon_after)


def test_one_of_two_values_is_told(searching: World) -> None:
    """kol is as good as not email; what everybody shares says nothing."""
    told = {(f.column, f.value) for f in ask(searching.warehouse()).at_entry}
    assert len([c for c, _ in told if c == "channel"]) == 1
    assert not {c for c, _ in told} & {"country", "entry.category", "registered"}


def test_adjusted_over_everything_that_is_shown(searching: World) -> None:
    a = ask(searching.warehouse())
    tested = [f for f in (*a.at_entry, *a.soon_after) if f.p_value is not None]
    assert len(tested) > 1
    assert all((f.adjusted or 0) >= (f.p_value or 0) for f in tested)
    smallest = min(f.p_value or 1 for f in tested)
    assert min(f.adjusted or 1 for f in tested) == pytest.approx(smallest * len(tested))


def test_too_few_are_not_tested_and_stand_last(tmp_path: Path) -> None:
    """Of 100 users 29 came from an ad, and 71 from elsewhere, 30 of them from a friend."""
    sources = ["ad"] * (FEWEST - 1) + ["friend"] * FEWEST + ["direct"] * 41
    made = world(
        tmp_path,
        users=[user(n, channel=c) for n, c in enumerate(sources)],
        events=[event(n, at(0), "view_item") for n in range(100)],
        orders=[order(n, at(90)) for n in range(0, 100, 3)],
        through="2024-03-01",
    )
    a = ask(made.warehouse())
    by_value = {f.value: f for f in a.at_entry if f.column == "channel"}
    assert by_value["ad"].p_value is None
    assert not by_value["ad"].enough
    assert by_value["friend"].p_value is not None
    assert a.at_entry[-1].value == "ad"


def test_registering_after_entry_is_not_known_at_entry(tmp_path: Path) -> None:
    """Only who buys registers, an hour after the first look: that goes with buying entirely, and
    must not be told."""
    buyers = [user(f"b{n}", at(60), gender="f") for n in range(40)]
    lookers = [user(f"l{n}", gender="m") for n in range(40)]
    made = world(
        tmp_path,
        users=[*buyers, *lookers],
        events=[event(u["user_id"], at(0), "view_item") for u in (*buyers, *lookers)],
        orders=[order(u["user_id"], at(120)) for u in buyers],
        through="2024-03-01",
    )
    a = ask(made.warehouse())
    assert found(a)["registered", "yes"] == (40, 0, 40, 40)
    assert not any(f.column == "gender" for f in a.at_entry)


def test_a_home_known_from_the_first_order_is_not_known_at_entry(tmp_path: Path) -> None:
    """The record names no country; the order does, and only those who bought have one."""
    made = world(
        tmp_path,
        users=[user(n) for n in range(80)] + [user("x", country="US")],
        events=[event(n, at(0), "view_item") for n in range(80)],
        orders=[order(n, at(120), country="CN") for n in range(40)],
        through="2024-03-01",
    )
    assert not any(f.column == "country" for f in ask(made.warehouse()).at_entry)


def test_only_orders_before_the_entry_make_a_buyer(tmp_path: Path) -> None:
    """Ten of eighty had bought the day before; all who buy afterwards have not."""
    made = world(
        tmp_path,
        users=[user(n) for n in range(80)],
        events=[event(n, at(0), "view_item") for n in range(80)],
        orders=[order(n, at(0, day=1)) for n in range(10)]
        + [order(n, at(120)) for n in range(20, 40)],
        through="2024-03-01",
    )
    assert found(ask(made.warehouse()))["bought_before", "yes"] == (10, 0, 70, 20)


def test_the_entry_is_the_first_one_whatever_came_of_it(tmp_path: Path) -> None:
    """a looks on Tuesday and searches, looks on Thursday and buys: the search lies soon after the
    first entry, though the second one converted."""
    made = world(
        tmp_path,
        users=[user("a")],
        events=[event("a", at(0), "view_item", channel="kol"), event("a", at(5), "search"),
                event("a", at(0, day=4), "view_item", channel="email")],
        orders=[order("a", at(30, day=4))],
        through="2024-03-01",
    )  # fmt: skip
    a = ask(made.warehouse())
    assert found(a)["event", "search"] == (1, 1, 0, 0)
    assert (a.waiting, a.waiting_converted) == (1, 1)


def test_an_open_window_is_on_neither_side(tmp_path: Path) -> None:
    """b looked in the last hours: may still buy."""
    made = world(
        tmp_path,
        events=[event("a", at(0), "view_item"), event("b", at(0, day=5), "view_item")],
        through="2024-01-05 12:00",
    )
    assert ask(made.warehouse()).units == 1


def test_nobody_entered_is_nothing_to_compare(tmp_path: Path) -> None:
    made = world(
        tmp_path, events=[event("a", at(0), "view_item"), event("a", at(1), "search")],
        orders=[order("a", "2024-02-02")], through="2024-03-01",
    )  # fmt: skip
    a = associated(made.warehouse(), CNY, simple("search", "purchase"), SPAN)
    none = associated(made.warehouse(Viewer("x", markets=frozenset())), CNY, VIEW_BUY, SPAN)
    assert (a.units, a.converted) == (1, 0)
    assert (none.units, none.at_entry, none.soon_after) == (0, (), ())


def test_personal_properties_need_the_right(embedded: World) -> None:
    seen = ask(embedded.warehouse(Viewer("x", personal_data=False)), FUNNELS["plain"])
    assert "city" not in {f.column for f in seen.at_entry}
    assert "city" not in seen.sql[0]
    assert "city" in {f.column for f in ask(embedded.warehouse(), FUNNELS["plain"]).at_entry}


def test_a_viewer_of_one_market_compares_only_its_people(embedded: World) -> None:
    seen = ask(embedded.warehouse(Viewer("x", markets=frozenset({"CN"}))), FUNNELS["plain"])
    assert 0 < seen.units < ask(embedded.warehouse(), FUNNELS["plain"]).units


@pytest.mark.parametrize("seconds", [0, DAY, 9 * DAY])
def test_a_look_has_to_end_before_the_window(searching: World, seconds: int) -> None:
    with pytest.raises(Problem) as caught:
        ask(searching.warehouse(), seconds=seconds)
    assert caught.value.code == "association_early"


@pytest.mark.parametrize(
    ("window", "default"),
    [
        ({"seconds": 7 * DAY}, 3600),
        ({"seconds": 3600}, 1800),
        ({"seconds": 60}, 30),
        ({"kind": "session", "seconds": None}, 1800),
        ({"kind": "day", "seconds": None}, 3600),
    ],
)
def test_the_look_leaves_time_to_convert(window: dict[str, Any], default: int) -> None:
    funnel = simple("view_item", "purchase", window=window)
    assert default_early(funnel) == default
    assert default in early_choices(funnel)
