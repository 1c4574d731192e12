"""Versions as DuckDB files in the shop's folder; `CURRENT` names the one to read."""

from __future__ import annotations

import fcntl
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.engine import make_url

from data.dialects import reading_engine, writing_engine
from data.drafts import Versions, busy
from data.settings import Limits
from i18n import Problem, Words


class FileVersions(Versions):
    """DuckDB files in one folder."""

    def __init__(self, folder: Path, limits: Limits) -> None:
        self.folder = folder
        self.limits = limits

    def current(self) -> str | None:
        try:
            return (self.folder / "CURRENT").read_text("utf-8").strip() or None
        except FileNotFoundError:
            return None

    def list(self) -> list[str]:
        return sorted(p.stem.removeprefix("warehouse_") for p in self.folder.glob("*.duckdb"))

    def reader(self, version: str) -> Engine:
        url = make_url(f"duckdb:///{self._file(version)}")
        return reading_engine(
            url,
            seconds=self.limits.statement_seconds,
            memory=self.limits.memory,
            threads=self.limits.threads,
        )

    def point(self, version: str) -> None:
        fresh = self.folder / f".CURRENT.{secrets.token_hex(4)}"
        with _writable(self.folder):
            fresh.write_text(version, "utf-8")
            os.replace(fresh, self.folder / "CURRENT")

    def _file(self, version: str) -> Path:
        return self.folder / f"warehouse_{version}.duckdb"

    def _lock(self) -> Iterator[None]:
        with _writable(self.folder):
            self.folder.mkdir(parents=True, exist_ok=True)
            handle = (self.folder / ".lock").open("w")
        with handle:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise busy(str(self.folder)) from error
            yield

    def _open(self, version: str, base: str | None) -> Engine:
        if base is not None:
            with _writable(self.folder):
                shutil.copyfile(self._file(base), self._file(version))
        url = make_url(f"duckdb:///{self._file(version)}")
        return writing_engine(url, memory=self.limits.memory, threads=self.limits.threads)

    def _drop(self, version: str) -> None:
        self._file(version).unlink(missing_ok=True)
        self._file(version).with_suffix(".duckdb.wal").unlink(missing_ok=True)


@contextmanager
def _writable(folder: Path) -> Iterator[None]:
    """A folder that can't be written becomes a sentence instead of a system error."""
    try:
        yield
    except OSError as error:
        raise _not_writable(folder, error) from error


def _not_writable(folder: Path, error: OSError) -> Problem:
    return Problem(
        "warehouse_not_writable",
        Words(
            "The warehouse folder {folder} can't be written: {error}.",
            "无法写入数据仓库目录 {folder}：{error}。",
        ),
        Words(
            "Give this user write access and space, or change the shop's url in northstar.toml.",
            "请确认有写入权限和足够的空间，或在 northstar.toml 中修改该店铺的 url。",
        ),
        folder=folder,
        error=error.strerror or error,
    )
