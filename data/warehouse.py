"""The one door between Python and the database.

A `Warehouse` is one version of one shop seen by one viewer. A page takes it once and keeps it to
the end, so it never mixes versions; every statement goes through `fetch`, which compiles it, makes
the key (version, SQL, bound values: the viewer's rights are in the SQL), asks the cache, and runs.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cached_property
from typing import Any

import pandas as pd
from sqlalchemy import Engine, Select, select
from sqlalchemy.exc import DBAPIError, ProgrammingError

from data import rollups
from data.channels import ChannelRules
from data.dialects import joins_in_order
from data.scope import Scope, Viewer
from data.settings import Limits, Reporting, Settings, Shop
from data.sources import Sources
from data.stopping import current_stop, stopped
from data.versions import Versions, open_versions, unreachable
from data.zones import reporting_day, start_of_day
from i18n import Problem, Words

Compute = Callable[[], pd.DataFrame]
Remember = Callable[[str, Compute], pd.DataFrame]


def forget(_key: str, compute: Compute) -> pd.DataFrame:
    """No cache: every statement runs."""
    return compute()


OR = " / "
"""Between two columns of which one is enough: `events.user_id / identities`."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """What this version's data covers, in reporting days.

    `through` is the naive UTC instant up to which the data is complete; `until` the first
    reporting day that is not complete. `filled` counts rows by `table` and values by
    `table.column`; nothing there means the source does not have it.
    """

    start: date
    through: datetime
    until: date
    last_day: date
    built_at: datetime
    filled: Mapping[str, int]

    @property
    def last_minute(self) -> datetime:
        """The last minute (naive UTC) that is complete: of a day that is over, 23:59 of it."""
        return self.through - timedelta(minutes=1 if self.until > self.last_day else 0)

    def has(self, *needs: str) -> bool:
        """Whether the shop has all of these tables (`orders`) and columns (`orders.paid_at`), of
        which some may be named as one or another (`OR`)."""
        return all(any(self.filled.get(n, 0) > 0 for n in need.split(OR)) for need in needs)

    def lacking(self, *needs: str) -> tuple[str, ...]:
        """What of these the shop does not have; of a table that is not there only its name."""
        missing = [need for need in needs if not self.has(need)]
        return tuple(n for n in missing if "." not in n or n.split(".")[0] not in missing)


class Warehouse:
    """One version of one shop's warehouse, for one viewer."""

    def __init__(
        self,
        engine: Engine,
        *,
        shop: str,
        version: str,
        reporting: Reporting,
        viewer: Viewer,
        markets: Mapping[str, str] | None = None,
        remember: Remember = forget,
    ) -> None:
        self.shop = shop
        self.version = version
        self.reporting = reporting
        self.viewer = viewer
        self._markets = dict(markets or {})
        self._engine = engine
        self._remember = remember
        self._texts: dict[Select[Any], str] = {}

    def sources(self, scope: Scope) -> Sources:
        return Sources(
            self.viewer,
            scope,
            markets=self._markets,
            include_test_users=self.reporting.include_test_users,
        )

    @cached_property
    def _facts(self) -> dict[str, str]:
        rows = self.fetch(select(rollups.facts.c.key, rollups.facts.c.value))
        known = {str(key): str(value) for key, value in rows.itertuples(index=False)}
        if known and known.get("layout") != rollups.layout():
            raise _outdated(self.shop)
        return known

    @property
    def cut_by(self) -> str | None:
        """The settings that the serving tables were cut by (`refresh.settings_fingerprint`)."""
        return self._facts.get("settings")

    @property
    def channel_rules(self) -> ChannelRules:
        """The channel rules that the serving tables were cut by."""
        return ChannelRules.parse(self._facts.get("channels"))

    @cached_property
    def coverage(self) -> Coverage:
        """What the data covers; the same for every page of this version."""
        known = self._facts
        counted = self.fetch(select(rollups.contents))
        if "data_from" not in known:
            raise empty_shop(self.shop)
        filled: dict[str, int] = {}
        for table, column, n in counted.itertuples(index=False):
            filled[table if column == "*" else f"{table}.{column}"] = int(n)
        through = datetime.fromisoformat(known["data_through"])
        zone = self.reporting.zone
        day = reporting_day(through, zone)
        # An instant at midnight ends the day before; any other leaves its own day running.
        at_midnight = start_of_day(day, zone) == through
        return Coverage(
            start=date.fromisoformat(known["data_from"]),
            through=through,
            until=day,
            last_day=day - timedelta(days=1) if at_midnight else day,
            built_at=datetime.fromisoformat(known["built_at"]),
            filled=filled,
        )

    @property
    def joins_in_order(self) -> bool:
        """Whether statements may join along time (`data.dialects.LastJoin`)."""
        return joins_in_order(self._engine)

    def fetch(self, statement: Select[Any]) -> pd.DataFrame:
        """Run a statement, or take its rows from the cache. Never change the frame you get."""
        return self._remember(self._key(statement), lambda: self._read(statement))

    def close(self) -> None:
        """Give back the connections of the engine; others that share it open new ones."""
        self._engine.dispose()

    def sql(self, statement: Select[Any]) -> str:
        """The statement as text with its values, for a reader to check and run."""
        if statement not in self._texts:
            compiled = statement.compile(
                dialect=self._engine.dialect, compile_kwargs={"literal_binds": True}
            )
            self._texts[statement] = str(compiled)
        return self._texts[statement]

    def _key(self, statement: Select[Any]) -> str:
        """The text holds the bound values, the filters and the viewer's rights."""
        parts = (self.shop, self.version, str(self._engine.url), self.sql(statement))
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()

    def _read(self, statement: Select[Any]) -> pd.DataFrame:
        stop = current_stop()
        try:
            with self._engine.connect() as connection, stop.over(connection):
                result = connection.execute(statement)
                rows = [tuple(_plain(value) for value in row) for row in result]
                return pd.DataFrame(rows, columns=list(result.keys()))
        except DBAPIError as error:
            raise stopped() if stop.asked else _failed(self._engine, error) from error


def _plain(value: Any) -> Any:
    """Exact decimals were summed in the warehouse; from here on numbers are floating point."""
    return float(value) if isinstance(value, Decimal) else value


def _failed(engine: Engine, error: DBAPIError) -> Problem:
    detail = str(error.orig)
    if "maximum execution time" in detail or "statement timeout" in detail:
        return _too_slow()
    if "Could not set lock" in detail:
        return Problem(
            "warehouse_locked",
            Words(
                "The warehouse file is locked by another program: {detail}.",
                "数据仓库文件被其他程序占用：{detail}。",
            ),
            Words(
                "Close the program that has it open for writing, then try again.",
                "请关闭正在写入该文件的程序后重试。",
            ),
            detail=detail.splitlines()[0],
        )
    removed = isinstance(error, ProgrammingError) or "Cannot open database" in detail
    if removed and "does not exist" in detail:
        return _version_gone()
    return unreachable(engine.url, error)


def _version_gone() -> Problem:
    return Problem(
        "version_gone",
        Words(
            "The data version that this page began with has been replaced and removed.",
            "本页所用的数据版本已被更新的版本取代并清除。",
        ),
        Words(
            "Load the page again to see the newest data.",
            "请重新加载页面以查看最新数据。",
        ),
    )


def _outdated(shop: str) -> Problem:
    return Problem(
        "warehouse_outdated",
        Words(
            "The data of shop “{shop}” was prepared by another version of this program.",
            "店铺“{shop}”的数据由本程序的其他版本生成。",
        ),
        Words(
            "Prepare it anew: python -m data refresh --shop {shop}. Nothing is imported again.",
            "请重新生成：python -m data refresh --shop {shop}。无需重新导入。",
        ),
        shop=shop,
    )


def _too_slow() -> Problem:
    return Problem(
        "statement_timeout",
        Words(
            "The question took longer than the limit and was stopped.",
            "查询超过时限，已停止。",
        ),
        Words(
            "Choose a shorter range or fewer filters, or raise limits.statement_seconds.",
            "请缩短时间范围或减少筛选条件，也可调高 limits.statement_seconds。",
        ),
    )


def empty_shop(shop: str) -> Problem:
    """Nothing was ever published for this shop."""
    return Problem(
        "warehouse_empty",
        Words("The shop “{shop}” has no data yet.", "店铺“{shop}”还没有数据。"),
        Words(
            "Import some: python -m data import MAPPING (or python -m data demo).",
            "请先导入：python -m data import MAPPING（或 python -m data demo）。",
        ),
        shop=shop,
    )


@dataclass(frozen=True, slots=True)
class Shelf:
    """Where one shop's versions are; hands out warehouses on the current one."""

    key: str
    shop: Shop
    versions: Versions
    limits: Limits

    @classmethod
    def of(cls, settings: Settings, key: str) -> Shelf:
        shop = settings.shop(key)
        return cls(key, shop, open_versions(shop.url, key, settings.limits), settings.limits)

    def current(self) -> str:
        version = self.versions.current()
        if version is None:
            raise empty_shop(self.key)
        return version

    def open(
        self,
        viewer: Viewer,
        *,
        version: str | None = None,
        engine: Engine | None = None,
        remember: Remember = forget,
    ) -> Warehouse:
        """The current version (or a named one) for a viewer; `engine` may come from a cache."""
        chosen = version or self.current()
        return Warehouse(
            engine or self.versions.reader(chosen),
            shop=self.key,
            version=chosen,
            reporting=self.shop.reporting,
            markets=self.shop.markets,
            viewer=viewer,
            remember=remember,
        )
