"""Two small shops, made once: the pinned tiny one, and one large enough to show each trap."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest

from data.demo import PRESETS, DemoShop, DemoSpec

SMALL = DemoSpec("small", users=12_000, months=15)


@dataclass(frozen=True)
class Shop:
    spec: DemoSpec
    truth: Any
    tables: dict[str, pa.Table]

    def frame(self, table: str) -> pd.DataFrame:
        return plain(self.tables[table]).to_pandas()


def plain(table: pa.Table) -> pa.Table:
    """Dictionaries spelled out, so that only values matter."""
    columns = [
        column.cast(pa.string()) if pa.types.is_dictionary(column.type) else column
        for column in table.columns
    ]
    return pa.table(columns, names=table.column_names)


def make(spec: DemoSpec) -> Shop:
    shop = DemoShop(spec)
    found: dict[str, list[pa.Table]] = defaultdict(list)
    for table, rows in shop.batches():
        found[table].append(rows)
    return Shop(spec, shop.truth, {name: pa.concat_tables(parts) for name, parts in found.items()})


@pytest.fixture(scope="session")
def tiny() -> Shop:
    return make(PRESETS["tiny"])


@pytest.fixture(scope="session")
def small() -> Shop:
    return make(SMALL)


@pytest.fixture(scope="session")
def users(small: Shop) -> pd.DataFrame:
    return small.frame("users")


@pytest.fixture(scope="session")
def orders(small: Shop, users: pd.DataFrame) -> pd.DataFrame:
    """All orders, with `day` and `month` in the reporting zone, money as floats, and `is_test`."""
    found = small.frame("orders")
    for column in ("gross_amount", "discount_amount", "shipping_amount"):
        found[column] = found[column].astype(float)
    local = (found["ordered_at"] + pd.Timedelta(hours=8)).dt
    found["day"], found["month"] = local.normalize(), local.strftime("%Y-%m")
    found["is_test"] = found["user_id"].isin(users.loc[users["is_test"], "user_id"])
    return found


@pytest.fixture(scope="session")
def paid(orders: pd.DataFrame) -> pd.DataFrame:
    """What counts: paid orders without test users."""
    return orders[(orders["status"] == "paid") & ~orders["is_test"]]


@pytest.fixture(scope="session")
def refunds(small: Shop, users: pd.DataFrame) -> pd.DataFrame:
    found = small.frame("refunds")
    found["amount"] = found["amount"].astype(float)
    found["month"] = (found["refunded_at"] + pd.Timedelta(hours=8)).dt.strftime("%Y-%m")
    return found[~found["user_id"].isin(users.loc[users["is_test"], "user_id"])]


@pytest.fixture(scope="session")
def events(small: Shop) -> pd.DataFrame:
    columns = ["user_id", "visitor_id", "occurred_at", "event", "session_id", "value", "currency"]
    found = small.tables["events"].select(columns)
    return plain(found).to_pandas()
