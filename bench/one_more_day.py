"""What one more day costs a shop of 13, 26 and 52 weeks, which it should not depend on.

A shop of a year is generated once. Each shorter history is the end of it, so that the day that is
added holds the same rows every time; rows lie in order of time, as in a shop that grew by days.
Publishing begins with a copy of the version before, which grows with it and is timed apart, as
is the merge of the day's rows with all those stored.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pyarrow as pa
from sqlalchemy import ColumnElement, Date, Select, Table, and_, func, or_, select

from bench.meter import Meter, Spent, least
from bench.shops import up_to_date
from bench.timing import say
from data.building import build_demo
from data.demo.spec import PRESETS
from data.dialects import load_rows
from data.importing.aside import SET_ASIDE
from data.importing.merge import merge
from data.importing.reading import Batch
from data.importing.rejects import REJECTS
from data.refresh import refresh
from data.schema import TIME_OF, contract
from data.settings import Settings
from data.versions import open_versions
from data.warehouse import Shelf
from data.zones import start_of_day
from metrics.funnels.keeping import kept_in

YEAR = replace(PRESETS["bench"], users=100_000, weeks=52)
HISTORIES = (13, 26, 52)
"""Weeks of history before the day that is added."""
RUNS = 2
REACHING_BACK = frozenset({"identities", "refunds"})
"""Rows that change days before their own: a link those of the visitor's earlier visits, a refund
that of its order. With them a day costs as much as all the days that they reach."""
SHOP = "demo"
_ROWS_AT_ONCE = 1_000_000


@dataclass(frozen=True, slots=True)
class OneMoreDay:
    """The time of a day that comes behind `weeks` of history: copying the version before, merging
    the day's rows, refreshing the serving tables (`by_table`); the least of all runs. `touched`:
    UTC days with a row that is new or different."""

    weeks: int
    events: int
    added: int
    touched: int
    copied: Spent
    merged: Spent
    refreshed: Spent
    by_table: Mapping[str, Spent]

    def lines(self) -> Iterator[str]:
        yield (
            f"one more day behind {self.weeks:>2} weeks ({self.events:,} events and {self.added:,} "
            f"more, {self.touched} days touched): copy {self.copied}, merge {self.merged}, "
            f"serving tables {self.refreshed}"
        )
        dear = sorted(self.by_table.items(), key=lambda found: -found[1].cpu)
        yield "  cpu " + ", ".join(f"{name} {spent.cpu:.2f}" for name, spent in dear[:12])


def one_more_day(settings: Settings, cache: Path) -> Iterator[OneMoreDay]:
    """Each history in turn, from files in `cache`; `settings` keep their warehouses there."""
    shelf = Shelf.of(settings, SHOP)
    if shelf.versions.current() is None:
        say("generating the shop of a year (once, some minutes)")
        build_demo(settings, SHOP, YEAR, keep=kept_in)
    for weeks in HISTORIES:
        yield _History(settings, cache / f"weeks_{weeks}", weeks).measured()


class _History:
    """The last weeks of the year in a warehouse of their own, without its last day."""

    def __init__(self, settings: Settings, folder: Path, weeks: int) -> None:
        self.year = Shelf.of(settings, SHOP)
        self.weeks = weeks
        self.begins, self.ends = YEAR.end - timedelta(weeks=weeks), YEAR.end
        self.shop = self.year.shop.model_copy(update={"url": f"duckdb:///{folder}"})
        self.settings = settings.model_copy(update={"shops": {SHOP: self.shop}})
        self.versions = open_versions(self.shop.url, SHOP, settings.limits)

    def measured(self) -> OneMoreDay:
        if self.versions.current() is None:
            self._write()
        up_to_date(self.settings, SHOP)
        names = [n for n in (*TIME_OF, "order_items") if n not in REACHING_BACK]
        day = {name: self._read(name) for name in names}
        # So does the first visit of a user who registers.
        users = day["users"].drop_columns(["first_seen_at"])
        day["users"] = users.append_column(
            "first_seen_at", pa.nulls(len(users), pa.timestamp("us"))
        )
        runs = [self._add(day) for _ in range(RUNS)]
        tables = {name for run in runs for name in run.by_table}
        return replace(
            runs[0],
            copied=least(r.copied for r in runs),
            merged=least(r.merged for r in runs),
            refreshed=least(r.refreshed for r in runs),
            by_table={n: least(r.by_table.get(n, Spent()) for r in runs) for n in tables},
        )

    def _add(self, day: Mapping[str, pa.Table]) -> OneMoreDay:
        """Add the day to a draft that is never published."""
        batch = Batch(
            {name: rows for name, rows in day.items() if rows.num_rows},
            REJECTS.empty_table(), SET_ASIDE.empty_table(), (),
            zone=self.shop.reporting.timezone,
        )  # fmt: skip
        meter, started = Meter(), Spent.so_far()
        with self.versions.draft(from_current=True) as draft:
            copied = Spent.so_far()
            report = merge(draft.connection, batch, load_rows)
            merged = Spent.so_far()
            with meter.over(draft.connection):
                refresh(
                    draft.connection,
                    self.shop,
                    touched=report.touched_days,
                    data_through=self._instant(self.ends + timedelta(days=1)),
                    keep=lambda: kept_in(self.settings, SHOP, draft.connection),
                )
            done = Spent.so_far()
            events = select(func.count()).select_from(contract.tables["events"])
            stored = int(draft.connection.scalar(events) or 0)
        added = day["events"].num_rows
        return OneMoreDay(
            self.weeks, stored - added, added, len(report.touched_days or ()),
            copied - started, merged - copied, done - merged, meter.by_table,
        )  # fmt: skip

    def _write(self) -> None:
        """The history as a version of its own, its rows in the order of time."""
        say(f"writing {self.weeks} weeks of history (once)")
        engine = self.year.versions.reader(self.year.current())
        with self.versions.draft(from_current=False) as draft, engine.connect() as reading:
            for table in contract.sorted_tables:
                rows = reading.execute(self._history(table)).cursor.to_arrow_reader(_ROWS_AT_ONCE)
                for batch in rows:
                    load_rows(draft.connection, table, pa.Table.from_batches([batch]))
                draft.connection.commit()
            refresh(
                draft.connection,
                self.shop,
                data_through=self._instant(self.ends),
                keep=lambda: kept_in(self.settings, SHOP, draft.connection),
            )
            draft.publish()
        engine.dispose()

    def _read(self, name: str) -> pa.Table:
        """The rows of the day that is added."""
        table, orders = contract.tables[name], contract.tables["orders"]
        dated = orders if name == "order_items" else table
        of_day = self._between(dated, self.ends, self.ends + timedelta(days=1))
        if name == "order_items":
            of_day = table.c.order_id.in_(select(orders.c.order_id).where(of_day))
        engine = self.year.versions.reader(self.year.current())
        with engine.connect() as connection:
            found: pa.Table = connection.execute(
                select(table).where(of_day)
            ).cursor.to_arrow_table()
        engine.dispose()
        return found

    def _history(self, table: Table) -> Select[tuple[object, ...]]:
        """Rows of the weeks before; of users and visitors who came earlier, those seen since."""
        events, orders = contract.tables["events"], contract.tables["orders"]
        since = self._between(events, self.begins, self.ends + timedelta(days=1))
        rows = select(table)
        time = table.c.get(TIME_OF.get(table.name, ""))
        if table.name == "order_items":
            kept = self._between(orders, self.begins, self.ends)
            return rows.where(table.c.order_id.in_(select(orders.c.order_id).where(kept)))
        if time is None:
            return rows
        within = self._between(table, self.begins, self.ends)
        who = {"users": "user_id", "identities": "visitor_id"}.get(table.name)
        if who is not None:
            seen = table.c[who].in_(select(events.c[who]).where(since))
            within = or_(within, and_(self._before(table, self.begins), seen))
        return rows.where(within).order_by(time)

    def _between(self, table: Table, start: date, end: date) -> ColumnElement[bool]:
        return and_(~self._before(table, start), self._before(table, end))

    def _before(self, table: Table, day: date) -> ColumnElement[bool]:
        time = table.c[TIME_OF[table.name]]
        return time < (day if isinstance(time.type, Date) else self._instant(day))

    def _instant(self, day: date) -> datetime:
        return start_of_day(day, self.shop.reporting.zone)
