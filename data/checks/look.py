"""How a check looks: through the one door, with the viewer's rights, noting what it asked."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any, TypeVar

import pandas as pd
from sqlalchemy import CTE, ColumnElement, Date, Select, cast

from data.schema import TIME_OF, contract
from data.scope import Scope
from data.warehouse import Coverage, Warehouse
from data.zones import DayCut, start_of_day

Asked = Select[*tuple[Any, ...]]
T = TypeVar("T")
_BY_USER = ("user_id", "inviter_id")


class Look:
    """One warehouse as a check sees it. `now` is the clock's naive UTC time, used for nothing but
    the hours since the refresh."""

    def __init__(self, warehouse: Warehouse, now: datetime) -> None:
        self.warehouse = warehouse
        self.now = now
        self.coverage: Coverage = warehouse.coverage
        self.currency = warehouse.reporting.currency
        self.src = warehouse.sources(Scope(self.currency))
        zone = warehouse.reporting.zone
        first = start_of_day(self.coverage.start, zone)
        self.days = DayCut(zone, first, max(first, self.coverage.through))
        self._asked: list[Asked] = []
        self._done: dict[str, tuple[Any, list[Asked]]] = {}

    def has(self, *needs: str) -> bool:
        """Whether the shop has these tables and columns, and the viewer may see the tables."""
        return self.coverage.has(*needs) and all(self.sees(n.split(".")[0]) for n in needs)

    def sees(self, table: str) -> bool:
        """Whether rows of the table can be narrowed to the viewer's markets. A viewer who may see
        only some never sees rows that belong to nobody in particular."""
        if self.warehouse.viewer.markets is None:
            return True
        return any(name in contract.tables[table].c for name in _BY_USER)

    @property
    def sees_all(self) -> bool:
        """Whether the viewer may see every market, and so the records of imports."""
        return self.warehouse.viewer.markets is None

    def table(self, name: str) -> CTE:
        """A canonical table, narrowed to the viewer's rights."""
        return self.src.canonical(name)

    def day_of(self, table: str, column: ColumnElement[Any]) -> ColumnElement[date]:
        """The reporting day of the table's time column."""
        if contract.tables[table].c[TIME_OF[table]].info["kind"] == "on":
            return cast(column, Date)
        return self.days.day_of(column)

    def day_is_later(self, column: ColumnElement[Any]) -> ColumnElement[bool]:
        """Whether a day or instant of the contract lies after the end of the data."""
        if isinstance(column.type, Date):
            return column > self.coverage.last_day
        return column > self.coverage.through

    def local(self, instant: datetime) -> str:
        """A naive UTC instant as the shop's clock shows it, with the zone."""
        at = instant.replace(tzinfo=UTC).astimezone(self.warehouse.reporting.zone)
        return f"{at:%Y-%m-%d %H:%M} ({self.warehouse.reporting.timezone})"

    def ask(self, statement: Asked) -> list[dict[str, Any]]:
        """The rows of a statement as plain values: missing is None, a date is a `date`."""
        self._asked.append(statement)
        frame = self.warehouse.fetch(statement)
        names = [str(name) for name in frame.columns]
        return [
            dict(zip(names, [_plain(value) for value in row], strict=True))
            for row in frame.itertuples(index=False)
        ]

    def one(self, statement: Asked) -> dict[str, Any]:
        """The single row of a statement without groups."""
        [row] = self.ask(statement)
        return row

    def once(self, name: str, work: Callable[[], T]) -> T:
        """The result of some work that several checks need, done by the first of them."""
        if name in self._done:
            made, asked = self._done[name]
            self._asked += asked
        else:
            before = len(self._asked)
            made = work()
            self._done[name] = made, self._asked[before:]
        result: T = made
        return result

    def asked(self) -> tuple[Asked, ...]:
        """The statements since the last time this was asked."""
        taken, self._asked = tuple(self._asked), []
        return taken


def _plain(value: Any) -> Any:
    if value is None or value is pd.NaT or (isinstance(value, float) and value != value):
        return None
    if isinstance(value, pd.Timestamp):
        return value.to_pydatetime()
    return value.item() if hasattr(value, "item") else value


def as_day(value: datetime | date) -> date:
    """A day, whichever of the two the engine handed out."""
    return value.date() if isinstance(value, datetime) else value


def day_runs(days: list[date]) -> list[tuple[date, date]]:
    """Days in a row brought together: (first, last) of each run, in order."""
    runs: list[tuple[date, date]] = []
    for day in sorted(days):
        if runs and day - runs[-1][1] == timedelta(days=1):
            runs[-1] = (runs[-1][0], day)
        else:
            runs.append((day, day))
    return runs
