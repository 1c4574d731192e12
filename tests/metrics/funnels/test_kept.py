"""Funnels answered from what a refresh keeps: the same as walked, and really read from there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from sqlalchemy import delete, select, update

from data.refresh import refresh
from data.rollups import MOST_KEPT_STEPS, kept_attempts, kept_funnels
from data.scope import Scope, Span, Viewer
from data.serving.kept_attempts import MOST_KEPT
from data.settings import Settings, load_settings
from data.warehouse import Warehouse
from metrics.funnels.ask import funnel_counts, funnel_trend
from metrics.funnels.keepable import fingerprint, keepable
from metrics.funnels.keeping import kept_in, to_keep
from metrics.funnels.question import Bucket, Question
from metrics.funnels.ready import READY
from metrics.funnels.spec import MOST_STEPS, Funnel, simple
from metrics.funnels.times import funnel_times
from metrics.funnels.units import units
from metrics.periods import Grain
from store import SAVED_FUNNEL, SavedFunnel, open_store
from tests.data.test_incremental import bring
from tests.metrics.funnels.histories import NAMES, ZONE, every_choice, funnel_of, history
from tests.world import Row, World, event, order, shop, user

CNY = Scope("CNY")
BUY = simple("view_item", "add_to_cart", "purchase")
LOOK = simple("view_item", "add_to_cart")
JANUARY = Span(date(2024, 1, 1), date(2024, 2, 1))


def add(made: World, funnels: Sequence[Funnel], rows: dict[str, list[Row]], *,
        whole: bool = False) -> None:  # fmt: skip
    """Another version with these rows; only what they touched is refreshed."""
    with made.versions.draft(from_current=True) as draft:
        touched = bring(draft.connection, rows) if rows else frozenset({date(2024, 1, 1)})
        refresh(
            draft.connection,
            made.shop,
            touched=None if whole else touched,
            data_through=made.through,
            keep=lambda: to_keep(draft.connection, made.shop.reporting, funnels),
        )
        draft.publish()


def rows_of(warehouse: Warehouse, q: Question, *, with_times: bool) -> Counter[tuple[Any, ...]]:
    u = units(warehouse.sources(CNY), q, with_times=with_times)
    times = [u.c[f"step_{n + 1}"] for n in range(len(q.funnel.steps))] if with_times else []
    more = [u.c.bucket] if q.bucket else []
    found = warehouse.fetch(select(u.c.person_no, u.c.level, u.c.open, u.c.left_out, *more, *times))
    return Counter(tuple(str(v) for v in row) for row in found.itertuples(index=False, name=None))


def assert_kept_is_raw(warehouse: Warehouse, funnel: Funnel, spans: Sequence[Span]) -> None:
    buckets: tuple[Bucket | None, ...] = (None, Grain.WEEK)
    for span in spans:
        for bucket in buckets:
            q = Question.of(warehouse, funnel, span, bucket)
            assert q.kept is not None
            raw = replace(q, kept=None)
            for with_times in (True, False):
                kept = rows_of(warehouse, q, with_times=with_times)
                assert kept == rows_of(warehouse, raw, with_times=with_times), (funnel, span)


def kept_choices(rnd: Random, n: int) -> list[Funnel]:
    """Funnels of any options that can be kept, as first entry and as furthest attempt."""
    funnels = [f for c in every_choice() if (f := funnel_of(c)) is not None and keepable(f)]
    return rnd.sample(funnels, n)


def arrive(seed: int, url: str) -> tuple[World, list[Funnel], list[Span]]:
    """A small history that comes in four pieces, late events among them; each piece refreshes
    only the days that it touched."""
    rnd = Random(seed)
    made = history(rnd)
    named = [event("far", "2024-02-01", n) for n in NAMES]
    every = {**made.rows, "events": [*made.rows["events"], *named]}
    funnels = kept_choices(rnd, 6)
    pieces: list[dict[str, list[Row]]] = [
        {"users": every["users"], "identities": every["identities"],
         "order_items": every["order_items"]},
        {}, {}, {},
    ]  # fmt: skip
    for table in ("events", "orders"):
        for n, row in enumerate(every[table]):
            named_row = {**row, "event_id": f"e{n}"} if table == "events" else row
            rnd.choice(pieces).setdefault(table, []).append(named_row)
    found = World(url, shop(timezone=ZONE.key), made.through)
    for piece in pieces:
        add(found, funnels, piece)
    first = date(2024, 3, 9)
    spans = [Span(first + timedelta(days=a), first + timedelta(days=b))
             for a in range(-1, 5) for b in range(a + 1, 7)]  # fmt: skip
    return found, funnels, [*rnd.sample(spans, 6), Span(date(2024, 1, 1), date(2024, 5, 1))]


@pytest.mark.parametrize(
    "seed", [*range(3), *(pytest.param(seed, marks=pytest.mark.study) for seed in range(3, 13))]
)
def test_kept_is_what_a_walk_finds_whatever_the_range(seed: int) -> None:
    with TemporaryDirectory() as folder:
        made, funnels, spans = arrive(seed, f"duckdb:///{folder}")
        for funnel in funnels:
            assert_kept_is_raw(made.warehouse(), funnel, spans)


def test_so_it_is_in_postgresql(postgres_database: Callable[[], str]) -> None:
    made, funnels, spans = arrive(100, postgres_database())
    for funnel in funnels:
        assert_kept_is_raw(made.warehouse(), funnel, spans[-3:])


@pytest.fixture
def two(tmp_path: Path) -> World:
    """a buys on the day after looking; b looks twice on one day, the second time into the cart."""
    made = World(f"duckdb:///{tmp_path}", shop(), datetime(2024, 3, 1))
    events = [
        event("a", "2024-01-02 10:00", "view_item", event_id="1"),
        event("a", "2024-01-02 11:00", "add_to_cart", event_id="2"),
        event("b", "2024-01-03 10:00", "view_item", event_id="3"),
        event("b", "2024-01-03 20:00", "view_item", event_id="4"),
        event("b", "2024-01-03 20:30", "add_to_cart", event_id="5"),
    ]
    users = [user("a", country="CN"), user("b", country="US")]
    bought = order("a", "2024-01-03 13:00", 120)
    add(made, [BUY], {"users": users, "events": events, "orders": [bought]})
    return made


def reached(made: World, funnel: Funnel = BUY, span: Span = JANUARY) -> list[int]:
    return [s.reached for s in funnel_counts(made.warehouse(), CNY, funnel, span).total.steps]


def meddle(made: World) -> None:
    """What is kept says from now on that everybody reached everything."""
    with made.versions.draft(from_current=True) as draft:
        draft.connection.execute(update(kept_attempts).values(
            level=3, place=0, step_2=kept_attempts.c.step_1, step_3=kept_attempts.c.step_1,
        ))  # fmt: skip
        draft.publish()


def test_the_answer_comes_from_what_is_kept(two: World) -> None:
    """Two look, two fill carts, one buys; a hand that meddles with what is kept is believed."""
    assert reached(two) == [2, 2, 1]
    meddle(two)
    assert reached(two) == [2, 2, 2]
    assert funnel_times(two.warehouse(), CNY, BUY, JANUARY).overall.units == 2
    trend = funnel_trend(two.warehouse(), CNY, BUY, JANUARY, Grain.WEEK)
    assert trend.points[0].total.converted == 2


def test_another_funnel_is_walked(two: World) -> None:
    meddle(two)
    other = simple("view_item", "add_to_cart", "purchase", window={"seconds": 3600 * 48})
    assert reached(two, other) == [2, 2, 1]


def test_first_entry_is_kept_beside_the_furthest(two: World) -> None:
    """b's cart lies in the hour after the second look, not after the first."""
    furthest, first = (
        simple("view_item", "add_to_cart", window={"seconds": 3600}, entry=entry)
        for entry in ("furthest", "first")
    )
    add(two, [furthest], {})
    assert reached(two, furthest) == [2, 2]
    assert reached(two, first) == [2, 1]
    for asked in (furthest, first):
        assert_kept_is_raw(two.warehouse(), asked, [JANUARY])


def test_an_order_of_today_moves_an_attempt_of_last_week(two: World) -> None:
    """b buys a week after looking, less an hour; only that day is refreshed."""
    late = order("b", "2024-01-10 19:00", 10)
    add(two, [BUY], {"orders": [late]})
    assert reached(two) == [2, 2, 2]
    assert_kept_is_raw(two.warehouse(), BUY, [JANUARY])


def test_a_day_that_is_far_away_is_not_walked_again(two: World) -> None:
    """What was meddled with in January stays meddled with when May comes."""
    meddle(two)
    add(two, [BUY], {"events": [event("a", "2024-05-02 10:00", "view_item", event_id="9")]})
    assert reached(two) == [2, 2, 2]
    may = Span(date(2024, 5, 1), date(2024, 6, 1))
    assert reached(two, span=may) == [1, 0, 0]


def test_a_funnel_that_is_no_longer_wanted_goes_and_a_new_one_comes(two: World) -> None:
    add(two, [LOOK], {})
    assert Question.of(two.warehouse(), BUY, JANUARY).kept is None
    assert_kept_is_raw(two.warehouse(), LOOK, [JANUARY])
    engine = two.versions.reader(str(two.versions.current()))
    with engine.connect() as connection:
        numbers = set(connection.execute(select(kept_attempts.c.funnel_no)).scalars())
        known = set(connection.execute(select(kept_funnels.c.funnel_no)).scalars())
    engine.dispose()
    assert numbers == known
    assert len(known) == 1


def test_a_refresh_that_keeps_nothing_leaves_nothing_old_behind(two: World) -> None:
    """Kept attempts that nobody brings up to date would be wrong from the next event on."""
    two.load(frozenset({date(2024, 1, 10)}), orders=[order("b", "2024-01-10 19:00", 10)])
    assert Question.of(two.warehouse(), BUY, JANUARY).kept is None
    assert reached(two) == [2, 2, 2]


def test_no_more_than_eight_are_kept(two: World) -> None:
    many = [simple("view_item", "add_to_cart", window={"seconds": 60 * n}) for n in range(1, 11)]
    add(two, many, {})
    warehouse = two.warehouse()
    kept = [f for f in many if Question.of(warehouse, f, JANUARY).kept is not None]
    assert kept == many[:MOST_KEPT]


def test_rights_hold_for_what_is_kept(two: World) -> None:
    viewer = Viewer("x", markets=frozenset({"US"}))
    total = funnel_counts(two.warehouse(viewer), CNY, BUY, JANUARY).total
    assert [s.reached for s in total.steps] == [1, 1, 0]


def test_a_version_without_kept_funnels_walks(two: World) -> None:
    with two.versions.draft(from_current=True) as draft:
        draft.connection.execute(delete(kept_funnels))
        draft.publish()
    assert Question.of(two.warehouse(), BUY, JANUARY).kept is None
    assert reached(two) == [2, 2, 1]


def test_the_mark_changes_with_what_decides_how_an_attempt_walks() -> None:
    """First entry and furthest attempt are both kept, so they share it."""
    assert fingerprint(BUY) == fingerprint(
        simple("view_item", "add_to_cart", "purchase", entry="first")
    )
    others = [
        simple("view_item", "add_to_cart", "purchase", order="strict"),
        simple("view_item", "add_to_cart", "purchase", window={"seconds": 60}),
        simple("view_item", "purchase", "add_to_cart"),
    ]
    assert len({fingerprint(f) for f in (BUY, *others)}) == 4


@pytest.mark.parametrize(
    "more",
    [{"count": "sessions"}, {"count": "attempts"}, {"hold": "item_id"}, {"hold": "session_id"},
     {"window": {"kind": "day"}}, {"window": {"kind": "session"}}],
)  # fmt: skip
def test_what_days_do_not_add_up_to_is_not_kept(more: dict[str, Any]) -> None:
    assert not keepable(simple("view_item", "purchase", **more))


def test_a_purchase_of_certain_items_is_not_kept() -> None:
    """Items of an order may come later than the order."""
    toys = {"event": "purchase", "filters": [{"column": "category", "values": ["toys"]}]}
    steps = [{"any_of": [{"event": "view_item"}]}, {"any_of": [toys]}]
    assert not keepable(Funnel.model_validate({"steps": steps}))


def test_there_is_room_for_the_longest_funnel() -> None:
    assert MOST_KEPT_STEPS == MOST_STEPS


def settings_of(made: World, folder: Path, store_url: str) -> Settings:
    file = folder / "northstar.toml"
    file.write_text(
        f"""
        [store]
        url = "{store_url}"
        [shops.world]
        name = {{ en = "World", zh = "世界" }}
        url = "{made.url}"
        """
    )
    return load_settings(file)


def kept_marks(made: World, settings: Settings) -> list[str]:
    with made.versions.draft(from_current=True) as draft:
        return [k.fingerprint for k in kept_in(settings, "world", draft.connection)]


def save(url: str, name: str, definition: dict[str, Any]) -> None:
    with closing(open_store(url)) as store:
        body = SavedFunnel(definition=definition)
        store.save(SAVED_FUNNEL, "world", body, name=name, author="a", based_on=None)


def test_ready_made_funnels_come_first_then_the_saved_ones(two: World, tmp_path: Path) -> None:
    """Nobody searches here, so that one is not kept; what can't be read is no obstacle."""
    events = ("page_view", "begin_checkout", "sign_up")
    add(two, [], {"events": [event("a", "2024-01-02", e, event_id=e) for e in events]})
    url = f"sqlite:///{tmp_path}/store.sqlite"
    settings = settings_of(two, tmp_path, url)
    ready = [fingerprint(r.funnel) for r in READY if r.key != "search"]
    assert kept_marks(two, settings) == ready
    save(url, "mine", BUY.model_dump(mode="json"))
    save(url, "broken", {"steps": "many"})
    save(url, "too_short", {"steps": []})
    save(url, "of_another_shop", simple("page_view", "order_rated").model_dump(mode="json"))
    assert kept_marks(two, settings) == [*ready, fingerprint(BUY)]


def test_a_store_that_does_not_answer_does_not_stop_a_refresh(two: World, tmp_path: Path) -> None:
    """The place of the store is a folder."""
    add(two, [], {"events": [event("a", "2024-01-02", e, event_id=e)
                             for e in ("page_view", "sign_up")]})  # fmt: skip
    settings = settings_of(two, tmp_path, f"sqlite:///{tmp_path}")
    ready = [fingerprint(r.funnel) for r in READY if r.key in ("registration", "invited", "again")]
    assert kept_marks(two, settings) == ready
