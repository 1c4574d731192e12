"""Versions: published at once or not at all, kept to the end of a page, rolled back, pruned."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Column, MetaData, Table, delete, func, select, update
from sqlalchemy.schema import CreateTable, DropTable

from data.dialects import load_rows
from data.drafts import VERSION_SHAPE
from data.refresh import settings_fingerprint
from data.rollups import sales_day
from data.schema import contract
from data.scope import LOCAL_VIEWER, Scope
from data.settings import Limits
from data.versions import open_versions
from data.warehouse import Shelf, Warehouse
from i18n import Problem
from metrics.families import FAMILY_OF
from metrics.measures import measure
from tests.metrics.asking import JANUARY
from tests.world import World, arrow, order, shop, world


@pytest.fixture(params=["duckdb", "postgresql"])
def where(request: pytest.FixtureRequest, tmp_path: Path) -> Path | str:
    """A place for versions: a folder, or an empty database."""
    if request.param == "duckdb":
        return tmp_path / "wh"
    make: Callable[[], str] = request.getfixturevalue("postgres_database")
    return make()


@pytest.fixture
def made(where: Path | str) -> World:
    """A shop with one order of 10."""
    return world(where, orders=[order(1, "2024-01-01")], through="2025-01-01")


def gmv(warehouse: Warehouse) -> float:
    return measure(warehouse, Scope("CNY"), [JANUARY], [FAMILY_OF["gmv"]]).rows[0]["gmv"]


def now(made: World) -> float:
    warehouse = made.warehouse()
    found = gmv(warehouse)
    warehouse.close()
    return found


def test_a_draft_is_seen_by_nobody_until_it_is_published(made: World) -> None:
    first = made.versions.current()
    with made.versions.draft(from_current=True) as draft:
        draft.connection.execute(update(sales_day).values(gmv=99))
        draft.connection.commit()
        draft.publish()
        assert made.versions.current() == first
        assert now(made) == 10
    assert made.versions.current() == draft.version != first
    assert now(made) == 99


@pytest.mark.parametrize("committed", [True, False])
def test_all_or_nothing_when_a_build_fails(made: World, committed: bool) -> None:
    """It fails after half of it was written and even committed: nothing is left of it."""
    before = made.versions.list()

    def build() -> None:
        with made.versions.draft(from_current=True) as draft:
            draft.connection.execute(delete(sales_day))
            if committed:
                draft.connection.commit()
            draft.publish()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        build()
    assert made.versions.list() == before
    assert now(made) == 10


def test_a_draft_that_nobody_published_is_dropped(made: World) -> None:
    before = made.versions.list()
    with made.versions.draft(from_current=True):
        pass
    assert made.versions.list() == before


def test_a_failed_pointing_leaves_no_version(made: World, monkeypatch: pytest.MonkeyPatch) -> None:
    before = made.versions.list()

    def full(_version: str) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(made.versions, "point", full)
    with pytest.raises(ZeroDivisionError), made.versions.draft(from_current=True) as draft:
        draft.publish()
    assert made.versions.list() == before


def test_a_second_writer_is_told_to_wait(made: World) -> None:
    second = open_versions(made.url, "world", Limits())
    with (
        made.versions.draft(from_current=True),
        pytest.raises(Problem) as caught,
        second.draft(from_current=True),
    ):
        pass
    assert caught.value.code == "refresh_running"
    with second.draft(from_current=True) as draft:
        draft.publish()
    assert made.versions.current() == draft.version


def test_a_page_keeps_its_version_while_others_are_published(made: World) -> None:
    """A page asks on and on while two versions are published: it always reads the 10 that it
    began with, a page after it the newest."""
    page = made.warehouse()
    stop, seen, failed = threading.Event(), [], []

    def read() -> None:
        try:
            while not stop.is_set():
                seen.append(gmv(page))
        except Problem as problem:
            failed.append(problem)

    reader = threading.Thread(target=read)
    reader.start()
    for more in (100, 1000):
        made.load(orders=[order(2, "2024-01-02", more)])
    stop.set()
    reader.join()
    assert not failed
    assert seen
    assert set(seen) == {10.0}
    assert gmv(page) == 10
    page.close()
    assert now(made) == 1110


def test_rolling_back_is_pointing_again(made: World) -> None:
    first = made.versions.current()
    assert first is not None
    made.load(orders=[order(2, "2024-01-02", 5)])
    assert now(made) == 15
    made.versions.point(first)
    assert now(made) == 10
    made.load(orders=[order(2, "2024-01-02", 7)])
    assert now(made) == 17, "what follows builds on the version pointed to"


def test_pruning_keeps_the_last_and_never_the_current(where: Path | str) -> None:
    made = world(where, orders=[order(1, "2024-01-01")], through="2025-01-01")
    versions = open_versions(made.url, "world", Limits(keep_versions=2))
    for _ in range(3):
        with versions.draft(from_current=True) as draft:
            draft.publish()
    kept = versions.list()
    assert len(kept) == 2
    assert versions.current() == kept[-1]
    versions.point(kept[0])
    for _ in range(3):
        with versions.draft(from_current=False):
            pass
    assert versions.list() == kept, "an unpublished draft pushes nothing out"


def test_versions_are_named_by_their_time(made: World) -> None:
    made.load(orders=[order(2, "2024-01-02", 5)])
    names = made.versions.list()
    assert names == sorted(names)
    assert all(re.fullmatch(VERSION_SHAPE, name) for name in names)


def test_nothing_published_says_how_to_import(where: Path | str) -> None:
    url = str(where) if "://" in str(where) else f"duckdb:///{where}"
    shelf = Shelf("world", shop(), open_versions(url, "world", Limits()), Limits())
    with pytest.raises(Problem) as caught:
        shelf.open(LOCAL_VIEWER)
    assert caught.value.code == "warehouse_empty"


def test_readers_cannot_write(made: World) -> None:
    """The reading engine refuses, whoever asks."""
    version = made.versions.current()
    assert version is not None
    engine = made.versions.reader(version)
    with engine.connect() as connection, pytest.raises(Exception, match="read-only"):
        connection.execute(delete(sales_day))
    engine.dispose()
    assert now(made) == 10


def test_other_settings_show_as_stale_until_a_refresh(made: World) -> None:
    """The version says by which settings it was cut."""
    cut_by = made.warehouse().cut_by
    assert cut_by == settings_fingerprint(made.shop)
    made.shop = shop(timezone="Asia/Shanghai")
    assert made.warehouse().cut_by != settings_fingerprint(made.shop)
    made.load(frozenset(), orders=[order(2, "2024-01-31 20:00", 5)])
    assert made.warehouse().cut_by == settings_fingerprint(made.shop)
    assert now(made) == 10, "in Shanghai the second order is of February"


def test_settings_that_are_applied_while_reading_need_no_refresh() -> None:
    one, other = shop(), shop(week_start="sunday", refund_day="refund", margin_rate=0.4)
    assert settings_fingerprint(one) == settings_fingerprint(other)


def test_one_shop_never_prunes_another(postgres_database: Callable[[], str]) -> None:
    """On a server two shops share a database; the key of one begins with the other's."""
    url = postgres_database()
    short, long = (open_versions(url, key, Limits(keep_versions=2)) for key in ("a", "a_1"))
    with long.draft(from_current=False) as kept:
        kept.publish()
    for _ in range(4):
        with short.draft(from_current=False) as draft:
            draft.publish()
    assert long.list() == [kept.version]
    assert long.current() == kept.version
    assert len(short.list()) == 2


def test_a_column_new_in_the_contract_leaves_no_rows_behind(
    postgres_database: Callable[[], str],
) -> None:
    """The server's version was written before orders had a coupon code: copying keeps the rest."""
    orders = contract.tables["orders"]
    made = world(postgres_database(), orders=[order(1, "2024-01-01")], through="2025-01-01")
    with made.versions.draft(from_current=True) as draft:
        draft.connection.execute(DropTable(orders))
        kept = [Column(c.name, c.type) for c in orders.columns if c.name != "coupon_code"]
        older = Table("orders", MetaData(), *kept)
        draft.connection.execute(CreateTable(older))
        load_rows(
            draft.connection,
            older,
            arrow("orders", [order(1, "2024-01-01")]).drop_columns(["coupon_code"]),
        )
        draft.publish()
    with made.versions.draft(from_current=True) as draft:
        assert draft.connection.scalar(select(func.count()).select_from(orders)) == 1
