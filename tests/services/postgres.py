"""PostgreSQL for tests: the server named in the environment, or a throw-away cluster."""

from __future__ import annotations

import os
import pwd
import re
import shutil
import subprocess
import tempfile
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import URL, make_url

from tests.services import absent
from ui.serve import free_port

VARIABLE = "NORTHSTAR_TEST_POSTGRES"
USER = "northstar"


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """SQLAlchemy URL (`postgresql+psycopg://…`) of a server on which databases may be created."""
    named = os.environ.get(VARIABLE)
    if named:
        _require_answer(named)
        yield named
        return
    with throwaway_cluster(server_binaries()) as url:
        yield url


@pytest.fixture
def postgres_database(postgres_url: str) -> Iterator[Callable[[], str]]:
    """Call it for the URL of a new, empty database of this test; all are dropped at its end."""
    server = make_url(postgres_url)
    created: list[str] = []

    def create() -> str:
        name = f"northstar_test_{uuid.uuid4().hex[:12]}"
        _on_server(server, sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        created.append(name)
        return server.set(database=name).render_as_string(hide_password=False)

    yield create
    for name in created:
        drop = sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name))
        _on_server(server, drop)


def server_binaries() -> Path:
    """The folder of `initdb` and `pg_ctl`, newest version first: Debian's, else what is on PATH.

    Skips the test where there is none, or where nobody may run it.
    """
    versions = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    newest = max(versions, key=_version, default=None) or shutil.which("initdb")
    if newest is None:
        absent("PostgreSQL", f"no server binaries found and {VARIABLE} is not set")
    if os.geteuid() == 0 and not (_has_user("postgres") and shutil.which("runuser")):
        absent("PostgreSQL", "the server refuses root, and cannot be run as user `postgres` here")
    return Path(newest).resolve().parent


@contextmanager
def throwaway_cluster(binaries: Path) -> Iterator[str]:
    """A cluster of its own folder and port, without durability, gone at the end."""
    folder = Path(tempfile.mkdtemp(prefix="northstar-postgres-"))
    try:
        if os.geteuid() == 0:
            shutil.chown(folder, "postgres")
        data, port = folder / "data", free_port()
        _run(binaries / "initdb", "-D", data, "-U", USER, "--auth=trust",
             "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync", "--no-instructions")  # fmt: skip
        options = (
            f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 "
            "-c fsync=off -c synchronous_commit=off -c full_page_writes=off"
        )
        _run(binaries / "pg_ctl", "start", "-w", "-D", data, "-l", folder / "log", "-o", options)
        try:
            yield f"postgresql+psycopg://{USER}@127.0.0.1:{port}/postgres"
        finally:
            _run(binaries / "pg_ctl", "stop", "-w", "-m", "immediate", "-D", data)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _version(initdb: Path) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", initdb.parts[-3]))


def _has_user(name: str) -> bool:
    try:
        pwd.getpwnam(name)
    except KeyError:
        return False
    return True


def _run(*command: str | Path) -> None:
    """Run as `postgres` when we are root: the server refuses to run with root's rights."""
    words = [str(word) for word in command]
    if os.geteuid() == 0:
        words = ["runuser", "-u", "postgres", "--", *words]
    # Output to a file: the server inherits it, and a pipe would stay open as long as it runs.
    with tempfile.TemporaryFile("w+") as output:
        done = subprocess.run(
            words, stdin=subprocess.DEVNULL, stdout=output, stderr=output, cwd="/", check=False
        )
        if done.returncode:
            output.seek(0)
            pytest.fail(f"{' '.join(words)}\n{output.read()}", pytrace=False)


def _on_server(server: URL, statement: sql.Composed) -> None:
    plain = server.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(plain, autocommit=True) as connection:
        connection.execute(statement)


def _require_answer(url: str) -> None:
    """A server that was named and does not answer is a fault to mend, not a reason to skip."""
    plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    try:
        psycopg.connect(plain, connect_timeout=10).close()
    except psycopg.OperationalError as error:
        pytest.fail(f"{VARIABLE} names a server that does not answer: {error}", pytrace=False)
