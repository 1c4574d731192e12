"""Serve the dashboard: `python -m ui.serve [--host HOST] [--port PORT]`.

Starts `streamlit run app.py` as a child, waits until it is healthy, opens one session of its own
to `/` and only then tells the address. Until some session has run `app.py`, Streamlit does not know
the pages, and the first reader's deep link would be told that its page does not exist.
"""

from __future__ import annotations

import argparse
import errno
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from types import FrameType
from typing import TextIO

from streamlit import config

from i18n import LANGUAGES, Problem, Text, Words
from ui.visit import visit

ROOT = Path(__file__).resolve().parents[1]

START_SECONDS = 60.0
STOP_SECONDS = 10.0
STDERR = 2

_STARTING = Words(en="Starting Northstar …", zh="北极星启动中……")
_READY = Words(
    en="Northstar is at {address} (Ctrl-C stops it)",
    zh="北极星已就绪：{address} （按 Ctrl-C 停止）",
)
_FIRST_PAGE = Words(
    en="The first page did not open cleanly; the reason stands in the lines above.",
    zh="首页未能正常打开，原因见上方日志。",
)

_PORT_IN_USE = Words(
    en="Port {port} on {host} is already in use by another program.",
    zh="{host} 的 {port} 端口已被其他程序占用。",
)
_PORT_IN_USE_HINT = Words(
    en="Stop that program, or choose another port: make run PORT={other}",
    zh="请先停止该程序，或换一个端口：make run PORT={other}",
)
_CANNOT_LISTEN = Words(
    en="Cannot listen on {host}, port {port}: {reason}.",
    zh="无法监听 {host} 的 {port} 端口：{reason}。",
)
_CANNOT_LISTEN_HINT = Words(
    en="Use an address of this machine (127.0.0.1 for you alone, 0.0.0.0 for the network) "
    "and a port from 1024 to 65535.",
    zh="地址须属于本机（127.0.0.1 仅本机可访问，0.0.0.0 对局域网开放），端口取 1024–65535。",
)
_DID_NOT_START = Words(
    en="The dashboard did not start: {reason}.",
    zh="看板未能启动：{reason}。",
)
_DID_NOT_START_HINT = Words(
    en="The lines above say why; `make test` shows whether the installation is whole.",
    zh="原因见上方日志；可运行 make test 检查安装是否完整。",
)
_ENDED = Words(en="it ended with code {code}", zh="进程已退出，退出码 {code}")
_SILENT = Words(en="no answer within {seconds:.0f} seconds", zh="{seconds:.0f} 秒内没有响应")


def require_free(host: str, port: int) -> None:
    """Nothing if `host:port` can be listened on, else a `Problem` that says what to do."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
    except (OSError, OverflowError) as error:
        if isinstance(error, OSError) and error.errno == errno.EADDRINUSE:
            raise Problem(
                "port_in_use", _PORT_IN_USE, _PORT_IN_USE_HINT,
                host=host, port=port, other=free_port(host),
            ) from error  # fmt: skip
        reason = (error.strerror if isinstance(error, OSError) else None) or str(error).rstrip(".")
        raise Problem(
            "cannot_listen", _CANNOT_LISTEN, _CANNOT_LISTEN_HINT,
            host=host, port=port, reason=reason,
        ) from error  # fmt: skip


def free_port(host: str = "127.0.0.1") -> int:
    """A port of this machine that nobody listens on now."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.bind((host, 0))
        port: int = probe.getsockname()[1]
        return port


def address_of(host: str, port: int) -> str:
    """Where a reader on this machine finds what listens on `host:port`."""
    near = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
    return f"http://[{near}]:{port}" if ":" in near else f"http://{near}:{port}"


def serve(app: Path, host: str, port: int) -> int:
    """Run the app until it ends or this process is told to stop; the exit code for the shell.

    SIGINT, SIGTERM and SIGHUP end the child too, so that the port is free again afterwards.
    """
    require_free(host, port)
    _say(_STARTING)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _interrupt)
    child: subprocess.Popen[bytes] | None = None
    try:
        # A session of its own: Ctrl-C then reaches the child once, from here, and not twice.
        # Its output is the log, so it goes to standard error; the address is told from here.
        child = subprocess.Popen(
            [
                sys.executable, "-m", "streamlit", "run", str(app),
                "--server.address", host, "--server.port", str(port),
                "--server.headless", "true", "--logger.hideWelcomeMessage", "true",
            ],
            cwd=ROOT, stdin=subprocess.DEVNULL, stdout=STDERR, start_new_session=True,
        )  # fmt: skip
        address = address_of(host, port)
        _await_health(child, address)
        _open_first_session(address)
        _say(_READY, address=address)
        return child.wait()
    except KeyboardInterrupt:
        return 0
    finally:
        if child is not None:
            _end(child)


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _await_health(child: subprocess.Popen[bytes], address: str) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if (code := child.poll()) is not None:
            raise _did_not_start(_ENDED, code=code)
        if _healthy(address):
            return
        time.sleep(0.1)
    raise _did_not_start(_SILENT, seconds=START_SECONDS)


def _healthy(address: str) -> bool:
    connection = HTTPConnection(address.removeprefix("http://"), timeout=2)
    try:
        connection.request("GET", "/_stcore/health")
        return connection.getresponse().status == 200
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()


def _open_first_session(address: str) -> None:
    """The page may fail (a warehouse that is down): the app still serves and says so there."""
    try:
        clean = not visit(address).errors
    except (OSError, TimeoutError):
        clean = False
    if not clean:
        _say(_FIRST_PAGE, to=sys.stderr)


def _did_not_start(why: Words, **values: object) -> Problem:
    reason = Words(*(Text(language)(why, **values) for language in LANGUAGES))
    return Problem("did_not_start", _DID_NOT_START, _DID_NOT_START_HINT, reason=reason)


def _end(child: subprocess.Popen[bytes]) -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    child.terminate()
    try:
        child.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()


def _say(words: Words, /, to: TextIO = sys.stdout, **values: object) -> None:
    for language in LANGUAGES:
        to.write(Text(language)(words, **values) + "\n")
    to.flush()


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line. Host and port default to `.streamlit/config.toml` and its environment."""
    parser = argparse.ArgumentParser(prog="python -m ui.serve", description="Serve the dashboard.")
    parser.add_argument("--host", default=config.get_option("server.address") or "127.0.0.1")
    parser.add_argument("--port", type=int, default=config.get_option("server.port"))
    parser.add_argument("--app", type=Path, default=ROOT / "app.py", help="the script to serve")
    asked = parser.parse_args(arguments)
    try:
        return serve(asked.app, asked.host, asked.port)
    except Problem as problem:
        for language in LANGUAGES:
            sys.stderr.write(problem.say(Text(language)) + "\n")
        return 1


if __name__ == "__main__":
    sys.exit(main())
