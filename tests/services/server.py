"""A running dashboard for browser tests, started as `make run` starts it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from data.settings import SETTINGS_VARIABLE
from ui.serve import ROOT, STOP_SECONDS, address_of, free_port

TRACEBACK = "Traceback (most recent call last)"


@dataclass
class AppServer:
    """One served app: where it is, and its log as far as tests have read it."""

    address: str
    log: Path
    process: subprocess.Popen[bytes]
    read_to: int = 0

    def new_log(self) -> str:
        """What the app logged since the last call."""
        with self.log.open("rb") as log:
            log.seek(self.read_to)
            lines = log.read()
        self.read_to += len(lines)
        return lines.decode("utf-8", "replace")

    def require_no_traceback(self) -> None:
        """Fail if the app logged a traceback since it was last looked at."""
        lines = self.new_log()
        if TRACEBACK in lines:
            pytest.fail(f"the app at {self.address} logged a traceback:\n{lines}", pytrace=False)


Start = Callable[..., AppServer]


@pytest.fixture(scope="session")
def app_servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Start]:
    """One server per settings file, environment and app, kept for the whole run."""
    running: dict[tuple[object, ...], AppServer] = {}

    def start(
        settings: Path | None = None,
        env: Mapping[str, str] | None = None,
        app: Path | None = None,
    ) -> AppServer:
        key = (settings, tuple(sorted((env or {}).items())), app)
        if key not in running:
            log = tmp_path_factory.mktemp("server") / "app.log"
            running[key] = start_server(log, settings, env or {}, app)
        return running[key]

    yield start
    for server in running.values():
        server.process.terminate()
        server.process.wait(2 * STOP_SECONDS)
    for server in running.values():
        server.require_no_traceback()


@pytest.fixture
def app_server(app_servers: Start) -> Iterator[Start]:
    """Call it with a settings file, environment variables or an app of the test's own (none: the
    product as it stands) for a running `AppServer`. The test fails if the app logs a traceback.
    """
    used: list[AppServer] = []

    def start(
        settings: Path | None = None,
        env: Mapping[str, str] | None = None,
        app: Path | None = None,
    ) -> AppServer:
        server = app_servers(settings, env, app)
        used.append(server)
        return server

    yield start
    for server in used:
        server.require_no_traceback()


def start_server(
    log: Path, settings: Path | None, env: Mapping[str, str], app: Path | None
) -> AppServer:
    """Start `python -m ui.serve` on a free port and return when it says that it is ready."""
    port = free_port()
    address = address_of("127.0.0.1", port)
    command = [sys.executable, "-m", "ui.serve", "--host", "127.0.0.1", "--port", str(port)]
    if app is not None:
        command += ["--app", str(app)]
    surroundings = {**os.environ, **env}
    if settings is not None:
        surroundings[SETTINGS_VARIABLE] = str(settings)
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=surroundings,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=output,
        )
    assert process.stdout is not None
    # The address is said once the first session is open; an early end closes the pipe instead.
    if not any(address in line.decode() for line in process.stdout):
        process.wait()
        pytest.fail(f"the app did not start:\n{log.read_text('utf-8')}", pytrace=False)
    return AppServer(address, log, process)
