"""A store that can't be opened, read or written says why, in both languages."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import column, event, table, update
from sqlalchemy.schema import DropTable

from i18n import Problem
from store import OVERVIEW_DECK, Store, open_store
from store.engine import build_engine, find_place, make_file
from store.migrating import VERSION_TABLE, migration
from store.models import Base
from tests.store.conftest import Opens, deck, told

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    "url",
    [
        "",
        "var/store.sqlite",
        "duckdb:///var/warehouse.duckdb",
        "mysql://root@localhost/northstar",
        "postgresql+asyncpg://localhost/northstar",
        "sqlite://",
        "sqlite:///:memory:",
        "sqlite:///file:store?mode=memory&uri=true",
        "sqlite:///store.sqlite?timeout=30",
        "sqlite:///what?.sqlite",
    ],
)
def test_an_address_that_is_none(url: str) -> None:
    """In memory is refused too: such a store would forget everything at the end."""
    with pytest.raises(Problem) as problem:
        open_store(url)
    told(problem.value, "store_url", "is no address", "不是有效的应用存储地址")
    assert f"“{url}”" in str(problem.value)


@pytest.mark.parametrize(
    "url", ["mysql://root:s3cret@localhost/northstar", "postgresql//root:s3cret@localhost/x"]
)
def test_a_wrong_address_does_not_show_its_password(url: str) -> None:
    with pytest.raises(Problem) as problem:
        open_store(url)
    assert "localhost" in str(problem.value)
    assert "s3cret" not in str(problem.value)


def test_folders_are_made_and_names_may_hold_any_sign(tmp_path: Path, opened: Opens) -> None:
    file = tmp_path / "a b" / "北极星 #1 100%.sqlite"
    store = opened(f"sqlite:///{file}")
    store.save(OVERVIEW_DECK, "uci", deck(), author="Anna", based_on=None)
    assert [each.name for each in file.parent.iterdir()] == [file.name]


def test_a_relative_address_stays_where_it_was_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, opened: Opens
) -> None:
    monkeypatch.chdir(tmp_path)
    store = opened("sqlite:///var/store.sqlite")
    monkeypatch.chdir("/")
    store.save(OVERVIEW_DECK, "uci", deck(), author="Anna", based_on=None)
    assert (tmp_path / "var" / "store.sqlite").stat().st_size > 0


def test_opening_again_finds_everything(url: str, opened: Opens) -> None:
    saved = opened(url).save(OVERVIEW_DECK, "uci", deck(), author="Anna", based_on=None)
    assert opened(url).load(OVERVIEW_DECK, "uci") == saved


def test_four_processes_start_at_once(url: str, opened: Opens) -> None:
    """Each finds no store and wants to make it; every one of them can use it afterwards."""
    script = (
        "import sys; from store import *; s = open_store(sys.argv[1]);"
        "d = OverviewDeck(north_star='mapu', tiles=('gmv', 'orders', 'aov'));"
        "s.save(OVERVIEW_DECK, 'uci', d, author='A', based_on=None, name=sys.argv[2])"
    )
    starts = [
        subprocess.Popen(
            [sys.executable, "-c", script, url, f"deck {i}"],
            cwd=ROOT,
            stderr=subprocess.PIPE,
            text=True,
        )
        for i in range(4)
    ]
    assert [start.communicate()[1] for start in starts] == [""] * 4
    names = [saved.name for saved in opened(url).list(OVERVIEW_DECK, "uci")]
    assert names == ["deck 0", "deck 1", "deck 2", "deck 3"]


def test_two_programs_do_not_migrate_at_once(url: str) -> None:
    """While one is at it, another waits, and says so when it takes too long."""
    place = find_place(url)
    make_file(place)
    engine = build_engine(place, wait_seconds=5)
    with migration(engine), pytest.raises(Problem) as problem:
        open_store(url, wait_seconds=0.05)
    engine.dispose()
    told(problem.value, "store_locked", "did not become free in time", "等待超时")


def test_a_folder_that_can_not_be_made(tmp_path: Path) -> None:
    (tmp_path / "var").write_text("a file, not a folder")
    with pytest.raises(Problem) as problem:
        open_store(f"sqlite:///{tmp_path}/var/store.sqlite")
    told(problem.value, "store_folder", "can't be made there", "无法在该位置创建")


def test_a_folder_in_the_files_place(tmp_path: Path) -> None:
    with pytest.raises(Problem) as problem:
        open_store(f"sqlite:///{tmp_path}")
    told(problem.value, "store_unreachable", "unable to open", "无法连接应用存储")


def test_a_file_that_is_no_database_is_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "notes.txt"
    file.write_text("Minutes of the weekly meeting. " * 100)
    before = file.read_bytes()
    with pytest.raises(Problem) as problem:
        open_store(f"sqlite:///{file}")
    told(problem.value, "store_damaged", "is not a database of Northstar's", "不是有效的数据库文件")
    assert file.read_bytes() == before


def test_a_file_that_vanishes_is_told_and_not_replaced(tmp_path: Path, opened: Opens) -> None:
    """An empty store in its place would look as if nothing had ever been saved."""
    file = tmp_path / "store.sqlite"
    store = opened(f"sqlite:///{file}")
    file.unlink()
    with pytest.raises(Problem) as problem:
        store.load(OVERVIEW_DECK, "uci")
    told(problem.value, "store_unreachable", "can't be reached", "无法连接应用存储")
    with pytest.raises(Problem) as problem:
        store.save(OVERVIEW_DECK, "uci", deck(), author="Anna", based_on=None)
    told(problem.value, "store_unreachable", "can't be reached", "无法连接应用存储")
    assert not file.exists()


def test_a_backup_put_in_place_is_seen_at_once(tmp_path: Path, opened: Opens) -> None:
    file, backup = tmp_path / "store.sqlite", tmp_path / "backup.sqlite"
    store = opened(f"sqlite:///{file}")
    saved = store.save(OVERVIEW_DECK, "uci", deck("dau"), author="Anna", based_on=None)
    backup.write_bytes(file.read_bytes())
    store.save(OVERVIEW_DECK, "uci", deck("mau"), author="Anna", based_on=1)
    backup.replace(file)
    assert store.load(OVERVIEW_DECK, "uci") == saved


def test_tables_that_vanish_are_told(url: str, store: Store) -> None:
    with store.engine.begin() as connection:
        for each in reversed(Base.metadata.sorted_tables):
            connection.execute(DropTable(each))
    with pytest.raises(Problem) as problem:
        store.load(OVERVIEW_DECK, "uci")
    told(problem.value, "store_tables_missing", "has lost its tables", "缺少数据表")


def test_a_store_of_a_newer_program_is_not_touched(url: str, store: Store) -> None:
    versions = table(VERSION_TABLE, column("version_num"))
    with store.engine.begin() as connection:
        connection.execute(update(versions).values(version_num="9999"))
    with pytest.raises(Problem) as problem:
        open_store(url)
    told(problem.value, "store_newer", "it stands at 9999", "库版本 9999")


def test_a_locked_file_is_told_and_can_still_be_read(tmp_path: Path, opened: Opens) -> None:
    file = tmp_path / "store.sqlite"
    store = opened(f"sqlite:///{file}", wait_seconds=0.05)
    saved = store.save(OVERVIEW_DECK, "uci", deck(), author="Anna", based_on=None)
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(Problem) as problem:
            store.save(OVERVIEW_DECK, "uci", deck("dau"), author="Bo", based_on=1)
        told(problem.value, "store_locked", "being written by somebody else", "正被其他程序写入")
        assert store.load(OVERVIEW_DECK, "uci") == saved
    store.save(OVERVIEW_DECK, "uci", deck("dau"), author="Bo", based_on=1)


def test_somebody_reading_does_not_keep_others_from_saving(tmp_path: Path, opened: Opens) -> None:
    file = tmp_path / "store.sqlite"
    store = opened(f"sqlite:///{file}", wait_seconds=0.05)
    store.save(OVERVIEW_DECK, "uci", deck(), author="Anna", based_on=None)
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN")
        assert other.execute("SELECT count(*) FROM record").fetchone() == (1,)
        store.save(OVERVIEW_DECK, "uci", deck("dau"), author="Bo", based_on=1)


def test_a_new_file_locked_by_another_is_told(tmp_path: Path, opened: Opens) -> None:
    file = tmp_path / "store.sqlite"
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(Problem) as problem:
            opened(f"sqlite:///{file}", wait_seconds=0.05)
    told(problem.value, "store_locked", "did not become free in time", "等待超时")
    opened(f"sqlite:///{file}")


@contextmanager
def without_rights() -> Iterator[None]:
    """As somebody to whom file permissions apply: the superuser may write anything."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that everybody may enter and write; pytest's own are for one user."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o777)
        yield Path(name)


def test_a_read_only_file_can_be_read_and_says_so_when_written(
    open_folder: Path, opened: Opens
) -> None:
    file = open_folder / "store.sqlite"
    store = opened(f"sqlite:///{file}")
    saved = store.save(OVERVIEW_DECK, "uci", deck(), author="Anna", based_on=None)
    file.chmod(0o444)
    with without_rights():
        store = opened(f"sqlite:///{file}")
        assert store.load(OVERVIEW_DECK, "uci") == saved
        with pytest.raises(Problem) as problem:
            store.save(OVERVIEW_DECK, "uci", deck("dau"), author="Bo", based_on=1)
    told(problem.value, "store_read_only", "may be read but not written", "只可读取，不可写入")
    assert store.history(OVERVIEW_DECK, "uci") == (saved,)


@pytest.mark.parametrize("rights", [0o000, 0o555], ids=["not to be entered", "not to be written"])
def test_a_folder_without_rights(open_folder: Path, rights: int) -> None:
    folder = open_folder / "var"
    folder.mkdir()
    folder.chmod(rights)
    with without_rights(), pytest.raises(Problem) as problem:
        open_store(f"sqlite:///{folder}/store.sqlite")
    told(problem.value, "store_folder", "Permission denied", "无法在该位置创建")
    folder.chmod(0o700)


def test_a_full_disk_stores_nothing_by_halves(sqlite_url: str, opened: Opens) -> None:
    store = opened(sqlite_url)
    saved = store.save(OVERVIEW_DECK, "uci", deck(), author="Anna", based_on=None)

    def no_more_pages(connection: Any, _entry: Any) -> None:
        connection.execute("PRAGMA max_page_count=1")  # SQLite keeps to the pages in use

    event.listen(store.engine, "connect", no_more_pages)
    kept = [saved]

    def fill() -> None:
        for seen in range(1, 100):
            note = "x" * 1000
            kept.append(
                store.save(OVERVIEW_DECK, "uci", deck(), author="Bo", based_on=seen, note=note)
            )

    with pytest.raises(Problem) as problem:
        fill()
    told(problem.value, "store_full", "no room left", "磁盘空间不足")
    assert store.history(OVERVIEW_DECK, "uci") == tuple(reversed(kept))
    assert len(store.audit()) == len(kept)
