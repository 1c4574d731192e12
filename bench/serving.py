"""The serving tables of two million users: how long a whole refresh takes and what it leaves.

A refresh is timed in a draft that is never published; sizes are those of the published version.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from bench.meter import Meter, Spent
from bench.timing import say
from data.dialects import stored_bytes
from data.drafts import ALL_TABLES
from data.refresh import refresh
from data.rollups import rollup
from data.settings import Settings
from data.versions import open_versions
from data.warehouse import Shelf
from metrics.funnels.keeping import kept_in

MB = 1_000_000


@dataclass(frozen=True, slots=True)
class Stored:
    """One serving table: its rows, the room it takes, and the time of writing it."""

    name: str
    rows: int
    mb: float
    built: Spent

    def line(self) -> str:
        return f"{self.name:<24} {self.rows:>13,} rows {self.mb:>9,.1f} MB  {self.built}"


@dataclass(frozen=True, slots=True)
class Serving:
    """All serving tables; `warehouse_mb` is the whole file with the canonical tables,
    `built` the whole refresh with its commits."""

    tables: Sequence[Stored]
    mb: float
    warehouse_mb: float
    built: Spent


def serving_tables(settings: Settings, shop: str) -> Serving:
    """Build all serving tables of the shop anew, and measure those it has."""
    built, by_table = _built_anew(settings, shop)
    shelf = Shelf.of(settings, shop)
    engine = shelf.versions.reader(shelf.current())
    with engine.connect() as connection:
        tables = [
            Stored(
                t.name,
                int(connection.scalar(select(func.count()).select_from(t)) or 0),
                stored_bytes(connection, t) / MB,
                by_table.get(t.name, Spent()),
            )
            for t in rollup.sorted_tables
        ]
        tables.sort(key=lambda t: -t.mb)
        others = [t for known in ALL_TABLES for t in known.sorted_tables if known is not rollup]
        whole = sum(stored_bytes(connection, t) for t in others) / MB
    engine.dispose()
    mb = sum(t.mb for t in tables)
    found = Serving(tables, mb, mb + whole, built)
    for table in tables:
        say(table.line())
    say(
        f"all serving tables: {found.mb:,.0f} MB of {found.warehouse_mb:,.0f} MB, "
        f"built in {found.built}"
    )
    return found


def _built_anew(settings: Settings, shop: str) -> tuple[Spent, dict[str, Spent]]:
    wanted, meter = settings.shop(shop), Meter()
    with open_versions(wanted.url, shop, settings.limits).draft(from_current=True) as draft:
        started = Spent.so_far()
        with meter.over(draft.connection):
            refresh(
                draft.connection, wanted, keep=lambda: kept_in(settings, shop, draft.connection)
            )
        built = Spent.so_far() - started
    return built, meter.by_table
