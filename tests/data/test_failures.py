"""What a reader or a writer is told when the place of the data fails: never a driver's error."""

from __future__ import annotations

import errno
import os
import shutil
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from sqlalchemy import func, make_url, select

from data.rollups import facts
from data.scope import LOCAL_VIEWER
from data.settings import Limits
from data.version_schemas import SchemaVersions
from data.versions import open_versions
from data.warehouse import Shelf, Warehouse
from i18n import LANGUAGES, Problem, Text
from tests.world import World, order, shop, world
from ui.serve import free_port

ANYTHING = select(facts)


class Relay:
    """A port that passes everything on to a server, until the line is cut."""

    def __init__(self, host: str, port: int) -> None:
        self.server = (host, port)
        self.port = free_port()
        self._open: list[socket.socket] = []
        self.mend()

    def mend(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", self.port))
        threading.Thread(target=self._accept, args=(self._listener,), daemon=True).start()

    def cut(self) -> None:
        for line in (self._listener, *self._open):
            with suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)
            line.close()
        self._open.clear()

    def _accept(self, listener: socket.socket) -> None:
        with suppress(OSError):
            while True:
                near, _ = listener.accept()
                far = socket.create_connection(self.server)
                self._open += [near, far]
                for a, b in ((near, far), (far, near)):
                    threading.Thread(target=_pass_on, args=(a, b), daemon=True).start()


def _pass_on(a: socket.socket, b: socket.socket) -> None:
    with suppress(OSError):
        while got := a.recv(65536):
            b.sendall(got)


@pytest.fixture
def relayed(postgres_database: Callable[[], str]) -> Iterator[tuple[Relay, World]]:
    """A shop with one order, reached over a line that can be cut."""
    url = make_url(postgres_database())
    relay = Relay(url.host or "127.0.0.1", url.port or 5432)
    over = url.set(host="127.0.0.1", port=relay.port).render_as_string(hide_password=False)
    yield relay, world(over, orders=[order(1, "2024-01-01")], through="2025-01-01")
    relay.cut()


@contextmanager
def told(code: str, *words: str) -> Iterator[None]:
    """The block raises this `Problem`; both languages say these words and never the password."""
    with pytest.raises(Problem) as caught:
        yield
    assert caught.value.code == code
    for language in LANGUAGES:
        said = caught.value.say(Text(language))
        assert all(word in said for word in words)
        assert "northstar:northstar" not in said


def shelf(url: str) -> Shelf:
    return Shelf("world", shop(), open_versions(url, "world", Limits()), Limits())


def test_a_server_that_is_down_at_the_start() -> None:
    port = free_port()
    url = f"postgresql+psycopg://northstar:northstar@127.0.0.1:{port}/shop"
    with told("warehouse_unreachable", str(port), "northstar.toml"):
        shelf(url).open(LOCAL_VIEWER)
    with told("warehouse_unreachable"), open_versions(url, "a", Limits()).draft(from_current=False):
        pass


def test_a_server_that_goes_away_from_a_reader_and_comes_back(
    relayed: tuple[Relay, World],
) -> None:
    relay, made = relayed
    page = made.warehouse()
    assert len(page.fetch(ANYTHING))
    relay.cut()
    with told("warehouse_unreachable", str(relay.port)):
        page.fetch(ANYTHING)
    relay.mend()
    assert len(page.fetch(ANYTHING))


def test_a_server_that_goes_away_from_a_writer(relayed: tuple[Relay, World]) -> None:
    """What was published before is still there, and the next build goes through."""
    relay, made = relayed
    before = made.versions.current()

    def build() -> None:
        with made.versions.draft(from_current=True) as draft:
            draft.publish()
            relay.cut()
            draft.connection.execute(ANYTHING)

    with told("warehouse_unreachable"):
        build()
    relay.mend()
    assert made.versions.current() == before
    made.load(orders=[order(2, "2024-01-02")])
    assert made.versions.current() != before


def test_a_server_that_goes_away_at_the_last_moment(relayed: tuple[Relay, World]) -> None:
    """Everything is built, and pointing to it fails."""
    relay, made = relayed
    before = made.versions.current()

    def build() -> None:
        with made.versions.draft(from_current=True) as draft:
            draft.publish()
            draft.connection.commit()
            relay.cut()

    with told("warehouse_unreachable"):
        build()
    relay.mend()
    assert made.versions.current() == before


def test_a_file_locked_by_another_program(tmp_path: Path) -> None:
    made = world(tmp_path, orders=[order(1, "2024-01-01")])
    version = made.versions.current()
    file = tmp_path / f"warehouse_{version}.duckdb"
    hold = "import duckdb, sys; c = duckdb.connect(sys.argv[1]); print(1, flush=True); input()"
    with subprocess.Popen(
        [sys.executable, "-c", hold, str(file)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "1\n"
        with told("warehouse_locked"):
            made.warehouse().fetch(ANYTHING)
        other.communicate("\n")
    assert len(made.warehouse().fetch(ANYTHING))


def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    """A file stands where the folder should be."""
    (tmp_path / "wh").write_text("", "utf-8")
    versions = open_versions(f"duckdb:///{tmp_path / 'wh'}", "world", Limits())
    with told("warehouse_not_writable", "wh"), versions.draft(from_current=False):
        pass


def test_a_full_disk_leaves_the_shop_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = world(tmp_path, orders=[order(1, "2024-01-01")])
    before = made.versions.list()

    def full(_source: Path, target: Path) -> None:
        target.write_bytes(b"half")
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(shutil, "copyfile", full)
    with told("warehouse_not_writable", os.strerror(errno.ENOSPC)):
        made.load(orders=[order(2, "2024-01-02")])
    assert made.versions.list() == before


@pytest.mark.parametrize("kind", ["duckdb", "postgresql"])
def test_a_version_that_was_removed_under_a_page(
    kind: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    where = tmp_path if kind == "duckdb" else request.getfixturevalue("postgres_database")()
    made = world(where, orders=[order(1, "2024-01-01")])
    page = made.warehouse()
    old = made.versions.current()
    made.load(orders=[order(2, "2024-01-02")])
    if isinstance(made.versions, SchemaVersions):
        made.versions._drop(old or "")
    else:
        (tmp_path / f"warehouse_{old}.duckdb").unlink()
    with told("version_gone"):
        page.fetch(ANYTHING)


def impatient(made: World) -> Warehouse:
    return Shelf("world", made.shop, open_versions(made.url, "world", Limits(statement_seconds=1)),
                 Limits()).open(LOCAL_VIEWER)  # fmt: skip


def test_a_question_over_the_limit_is_stopped_on_duckdb(tmp_path: Path) -> None:
    made = world(tmp_path, orders=[order(1, "2024-01-01")])
    numbers = func.range(10**12).table_valued("range")
    with told("statement_timeout", "limits.statement_seconds"):
        impatient(made).fetch(select(func.sum(func.sin(numbers.c.range))))


def test_a_question_over_the_limit_is_stopped_on_postgresql(
    postgres_database: Callable[[], str],
) -> None:
    made = world(postgres_database(), orders=[order(1, "2024-01-01")])
    page = impatient(made)
    with told("statement_timeout", "limits.statement_seconds"):
        page.fetch(select(func.pg_sleep(60)))
    assert len(page.fetch(ANYTHING)), "the connection lives on"
