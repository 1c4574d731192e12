"""Serving: the first deep link, a port that is taken, an app that does not start, the end."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from i18n import Problem, Text
from tests.services.server import start_server
from ui.serve import ROOT, address_of, free_port, main, require_free
from ui.visit import visit

EXAMPLE = ROOT / "tests" / "services" / "example_app.py"


def test_the_very_first_deep_link_finds_its_page_and_the_end_frees_the_port(
    tmp_path: Path,
) -> None:
    """Without a session of its own to `/`, the first reader of /failing is told "not found"."""
    server = start_server(tmp_path / "log", None, {}, EXAMPLE)
    try:
        assert visit(server.address, "failing").page_found
        assert not visit(server.address, "no-such-page").page_found
    finally:
        server.process.send_signal(signal.SIGTERM)
        code = server.process.wait(30)
    assert code == 0
    require_free("127.0.0.1", int(server.address.rpartition(":")[2]))


def test_the_address_is_told_in_both_languages() -> None:
    """One line each, both with the address, after the app is healthy."""
    port = free_port()
    command = [sys.executable, "-m", "ui.serve", "--port", str(port), "--app", str(EXAMPLE)]
    process = subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL, text=True, env={**os.environ, "PYTHONUTF8": "1"},
    )  # fmt: skip
    try:
        assert process.stdout is not None
        lines = [process.stdout.readline() for _ in range(4)]
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(30)
    assert [f"http://127.0.0.1:{port} " in line for line in lines] == [False, False, True, True]
    assert lines[2].startswith("Northstar")
    assert lines[3].startswith("北极星")


def test_a_port_in_use_is_told_with_a_free_one() -> None:
    """Another program listens: the message names the port and one that is free."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(Problem) as caught:
            require_free("127.0.0.1", port)
    assert caught.value.code == "port_in_use"
    assert f"Port {port} on 127.0.0.1 is already in use" in str(caught.value)
    require_free("127.0.0.1", int(str(caught.value).rpartition("PORT=")[2]))
    assert f"{port} 端口已被其他程序占用" in caught.value.say(Text("zh"))


@pytest.mark.parametrize(
    ("host", "port"), [("127.0.0.1", 99_999), ("203.0.113.1", 8501), ("no.such.host.invalid", 1)]
)
def test_an_address_that_is_not_ours_is_told(host: str, port: int) -> None:
    """A port out of range, an address of another machine, a name that no machine has."""
    with pytest.raises(Problem, match=f"Cannot listen on {host}, port {port}"):
        require_free(host, port)


def test_an_app_that_does_not_start_ends_with_a_code_and_a_sentence(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """A script that is not there: no address, a reason in both languages, exit code 1."""
    before = [signal.getsignal(number) for number in _SIGNALS]
    try:
        code = main(["--port", str(free_port()), "--app", str(tmp_path / "none.py")])
    finally:
        for number, handler in zip(_SIGNALS, before, strict=True):
            signal.signal(number, handler)
    said = capfd.readouterr()
    assert code == 1
    assert "http://" not in said.out
    assert "The dashboard did not start" in said.err
    assert "看板未能启动：进程已退出" in said.err


_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@pytest.mark.parametrize(
    ("host", "near"),
    [
        ("127.0.0.1", "http://127.0.0.1:1"),
        ("0.0.0.0", "http://127.0.0.1:1"),
        ("::", "http://[::1]:1"),
        ("shop.example", "http://shop.example:1"),
    ],
)
def test_the_address_is_one_that_a_reader_here_can_open(host: str, near: str) -> None:
    """0.0.0.0 and :: mean "every address" and are no place to go."""
    assert address_of(host, 1) == near
