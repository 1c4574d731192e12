"""What there is to choose from: filter values and currencies, for one viewer."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select, union_all

from data.dimensions import CUSTOMER, DIMENSIONS, GUEST, IDENTIFIED, UNKNOWN, USER_DIMENSIONS
from data.scope import Scope
from data.warehouse import Warehouse


@dataclass(frozen=True, slots=True)
class Choices:
    """`values` by dimension, the most frequent first and `unknown` last; `currencies` into which
    every amount of the shop can be converted on at least one day."""

    values: dict[str, tuple[str, ...]]
    currencies: tuple[str, ...]


def choices(warehouse: Warehouse) -> Choices:
    """Ask the serving tables; a viewer sees only values of rows they may see."""
    src = warehouse.sources(Scope(warehouse.reporting.currency))
    keys = [d.key for d in USER_DIMENSIONS]
    money, signed, seen = src.sales_day, src.signups_day, src.sessions_day
    legs = union_all(
        select(*[money.c[k] for k in keys], money.c.orders.label("n")),
        select(*[signed.c[k] for k in keys], signed.c.users),
        select(*[seen.c[k] for k in keys], seen.c.sessions),
    ).cte("leg")
    counted = warehouse.fetch(
        select(*[legs.c[k] for k in keys], func.sum(legs.c.n).label("n")).group_by(
            *[legs.c[k] for k in keys]
        )
    )
    values = {}
    for key in keys:
        frequent = counted.groupby(key)["n"].sum().sort_values(ascending=False).index
        values[key] = tuple(sorted(map(str, frequent), key=lambda v: v == UNKNOWN))
    values[CUSTOMER.key] = (IDENTIFIED, GUEST)
    targets = warehouse.fetch(select(src.targets.c.target).order_by(src.targets.c.target))
    return Choices({k: values[k] for k in DIMENSIONS}, tuple(targets["target"]))
