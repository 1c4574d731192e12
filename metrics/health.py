"""Data health: what every check found, what of the contract is there, rows by day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from data.checks.days import RowsByDay, rows_by_day
from data.checks.everything import Check, run_checks
from data.checks.finding import filled, joined
from data.checks.look import Look
from data.schema import contract, required_columns
from data.warehouse import Coverage, Warehouse
from i18n import Words
from metrics.metric import Metric
from metrics.uses import LIGHTS_UP, columns_of, switched_off


@dataclass(frozen=True, slots=True)
class TableState:
    """One canonical table as this shop fills it. A column is present when any row has a value."""

    table: str
    rows: int
    present: tuple[str, ...]
    absent: tuple[str, ...]
    required_absent: tuple[str, ...]
    lights_up: Words
    off: tuple[Metric, ...]
    """Metrics without a value because the table or a column of it is not there."""


@dataclass(frozen=True, slots=True)
class Health:
    """Everything that Data health shows, the worst check first."""

    checks: tuple[Check, ...]
    tables: tuple[TableState, ...]
    days: tuple[RowsByDay, ...]
    coverage: Coverage
    version: str
    through: str
    """How far the data goes, by the shop's clock."""

    @property
    def finding(self) -> Words:
        """One sentence: how many checks need attention and which."""
        open_checks = [check for check in self.checks if check.needs_attention]
        if not open_checks:
            return filled(
                Words(
                    "All {n} checks are in order; the data goes to {through}.",
                    "{n} 项检查全部正常；数据截至 {through}。",
                ),
                n=len(self.checks),
                through=self.through,
            )
        count = (
            Words("One thing needs attention: {names}.", "有 1 项需要关注：{names}。")
            if len(open_checks) == 1
            else Words("{n} things need attention: {names}.", "有 {n} 项需要关注：{names}。")
        )
        names = [Words(_small(check.name.en), check.name.zh) for check in open_checks]
        return filled(count, n=len(open_checks), names=joined(names, Words(", ", "、")))


def _small(name: str) -> str:
    return name[0].lower() + name[1:]


def health(warehouse: Warehouse, now: datetime) -> Health:
    """Run every check for this viewer. `now` is the clock's naive UTC time."""
    look = Look(warehouse, now)
    return Health(
        run_checks(look),
        tuple(table_state(warehouse.coverage, name) for name in contract.tables),
        rows_by_day(look),
        warehouse.coverage,
        warehouse.version,
        look.local(warehouse.coverage.through),
    )


def table_state(coverage: Coverage, name: str) -> TableState:
    """What the shop has of one canonical table, and what is switched off for want of the rest."""
    columns = columns_of(name)
    present = tuple(c for c in columns if coverage.has(f"{name}.{c}"))
    absent = tuple(c for c in columns if c not in present)
    rows = coverage.filled.get(name, 0)
    return TableState(
        name,
        rows,
        present,
        absent,
        tuple(c for c in required_columns(name) if rows and c in absent),
        LIGHTS_UP[name],
        switched_off(coverage, name),
    )
