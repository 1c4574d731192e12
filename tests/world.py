"""A shop small enough to compute by hand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import count
from pathlib import Path
from typing import Any

import pyarrow as pa

from data.dialects import load_rows
from data.refresh import refresh
from data.schema import contract
from data.scope import LOCAL_VIEWER, Viewer
from data.settings import Limits, Name, Reporting, Shop
from data.versions import Versions, open_versions
from data.warehouse import Shelf, Warehouse

_ids = count(1)
Row = dict[str, Any]

ARROW = {
    "id": pa.string(),
    "text": pa.string(),
    "at": pa.timestamp("us"),
    "on": pa.date32(),
    "money": pa.decimal128(18, 4),
    "rate": pa.decimal128(18, 8),
    "int": pa.int32(),
    "big": pa.int64(),
    "flag": pa.bool_(),
}


def at(text: str) -> datetime:
    """`at("2024-01-31 23:30")`: a naive UTC instant."""
    return datetime.fromisoformat(text)


def user(user_id: Any, registered: str = "2024-01-01", **more: Any) -> Row:
    return {"user_id": str(user_id), "registered_at": at(registered), **more}


def order(user_id: Any, when: str, gross: Any = 10, **more: Any) -> Row:
    """A paid order; `user_id=None` is a guest."""
    return {
        "order_id": f"o{next(_ids)}",
        "user_id": None if user_id is None else str(user_id),
        "ordered_at": at(when),
        "status": "paid",
        "gross_amount": Decimal(str(gross)),
        **{k: Decimal(str(v)) if k.endswith("_amount") else v for k, v in more.items()},
    }


def refund(when: str, amount: Any, **more: Any) -> Row:
    return {
        "refund_id": f"r{next(_ids)}",
        "refunded_at": at(when),
        "amount": Decimal(str(amount)),
        **more,
    }


def item(order_id: str, item_id: str = "i1", quantity: int = 1, price: Any = 1, **more: Any) -> Row:
    return {
        "order_id": order_id,
        "item_id": item_id,
        "quantity": quantity,
        "unit_price": Decimal(str(price)),
        **{k: Decimal(str(v)) if k.endswith("_amount") else v for k, v in more.items()},
    }


def event(user_id: Any, when: str, name: str = "page_view", **more: Any) -> Row:
    return {
        "user_id": None if user_id is None else str(user_id),
        "occurred_at": at(when),
        "event": name,
        **more,
    }


def fx(currency: str, rate: Any, *days: date) -> list[Row]:
    return [{"day": d, "currency": currency, "rate": Decimal(str(rate))} for d in days]


def days(first: date, n: int) -> list[date]:
    return [first + timedelta(days=k) for k in range(n)]


def arrow(table: str, rows: Iterable[Mapping[str, Any]]) -> pa.Table:
    """Rows as the loader takes them, with every column of the contract."""
    listed = list(rows)
    return pa.table(
        {
            c.name: pa.array([r.get(c.name) for r in listed], ARROW[c.info["kind"]])
            for c in contract.tables[table].columns
        }
    )


def shop(markets: Mapping[str, str] | None = None, **reporting: Any) -> Shop:
    """Settings of a small shop: UTC and CNY unless said otherwise."""
    return Shop(
        name=Name(en="World", zh="世界"),
        url="duckdb:///unused",
        markets=dict(markets or {}),
        reporting=Reporting(**reporting),
    )


class World:
    """A published warehouse with these rows, and a way to add to it."""

    def __init__(self, url: str, settings: Shop, through: datetime | None) -> None:
        self.shop = settings
        self.url = url
        self.through = through
        self.versions: Versions = open_versions(url, "world", Limits(threads=1, memory="500MB"))

    def load(self, touched: frozenset[date] | None = None, **tables: Iterable[Row]) -> None:
        """Append rows and publish a new version; `touched` refreshes only those UTC days."""
        with self.versions.draft(from_current=True) as draft:
            for name, rows in tables.items():
                load_rows(draft.connection, contract.tables[name], arrow(name, rows))
            refresh(draft.connection, self.shop, touched=touched, data_through=self.through)
            draft.publish()

    def warehouse(self, viewer: Viewer = LOCAL_VIEWER) -> Warehouse:
        return Shelf("world", self.shop, self.versions, Limits()).open(viewer)


def world(
    folder: Path | str,
    *,
    settings: Shop | None = None,
    through: str | None = None,
    **tables: Iterable[Row],
) -> World:
    """`world(tmp_path, orders=[order(1, "2024-01-05", 10)])`: a shop of these rows.

    `folder` is where its DuckDB files go, or the URL of a PostgreSQL database.
    """
    url = str(folder) if "://" in str(folder) else f"duckdb:///{folder}"
    made = World(url, settings or shop(), None if through is None else at(through))
    made.load(None, **tables)
    return made
