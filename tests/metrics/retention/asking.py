"""Small shops, and what is asked of them."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from data.scope import Scope, Span
from data.warehouse import Warehouse
from metrics.periods import Grain
from metrics.reading import Reading
from metrics.retention.ask import retention
from metrics.retention.result import Retention
from metrics.retention.spec import Return, Spec, Start
from metrics.user_segments import Segment
from tests.world import Row, shop, world

CNY = Scope("CNY")
JANUARY = Span(date(2024, 1, 1), date(2024, 2, 1))
MONTHS = Span(date(2024, 1, 1), date(2024, 4, 1))
DAILY = Spec(grain=Grain.DAY)
BUYING = Spec(start=Start.FIRST_PURCHASE, returning=Return.PURCHASE, grain=Grain.MONTH)
LINK: Row = {"visitor_id": "v", "user_id": "1", "linked_at": None}


def opened(folder: Path, through: str, settings: Any = None, **tables: list[Row]) -> Warehouse:
    return world(folder, settings=settings or shop(), through=through, **tables).warehouse()


def ask(
    warehouse: Warehouse, spec: Spec, span: Span = JANUARY, by: Segment | None = None
) -> Retention:
    return retention(warehouse, CNY, span, spec, by)


def parts(cell: Reading) -> tuple[float | None, float | None]:
    return cell.numerator, cell.denominator
