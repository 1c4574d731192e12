"""A shop whose payback can be worked out by hand.

January: user 1 pays 60 (cost 20) on the 5th and 30 (cost 10) on the 10th, an hour before the same
time of day: age 4. User 2 pays 50 (cost 30) on the 20th. Margin by age: day 0 brings 40 + 20, day 4
another 20. The data are complete to the end of February 10: everybody is 10 days old (ages 0 to 9),
user 2 is 21, user 1 is 36.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from data.scope import LOCAL_VIEWER, Scope, Span, Viewer
from data.warehouse import Warehouse
from metrics.payback.result import Cohort, Payback, payback
from metrics.payback.spec import By
from tests.world import Row, World, order, shop, user, world

JANUARY = Span(date(2024, 1, 1), date(2024, 2, 1))
BOTH = Span(date(2024, 1, 1), date(2024, 3, 1))


def spend(amount: object, day: str = "2024-01-15", **more: Any) -> Row:
    return {"day": date.fromisoformat(day), "spend": Decimal(str(amount)), **more}


def orders() -> list[Row]:
    return [
        order(1, "2024-01-05 10:00", 60, cost_amount=20),
        order(1, "2024-01-10 09:00", 30, cost_amount=10),
        order(2, "2024-01-20 10:00", 50, cost_amount=30),
    ]


def users() -> list[Row]:
    return [
        user(1, country="CN", channel="kol"),
        user(2, country="US", channel="paid_search"),
    ]


def january(
    folder: Path | str,
    *costs: Row,
    more: Iterable[Row] = (),
    people: Iterable[Row] = (),
    settings: dict[str, Any] | None = None,
    through: str = "2024-02-11",
    **tables: Iterable[Row],
) -> World:
    """The shop with these costs, `more` orders and `people`."""
    return world(
        folder,
        settings=shop(**(settings or {})),
        through=through,
        users=[*users(), *people],
        orders=[*tables.pop("orders", orders()), *more],
        marketing_spend=list(costs),
        **tables,
    )


def asked(
    made: World | Warehouse,
    span: Span = JANUARY,
    by: By = By.MONTH,
    viewer: Viewer = LOCAL_VIEWER,
    scope: Scope | None = None,
) -> Payback:
    warehouse = made if isinstance(made, Warehouse) else made.warehouse(viewer)
    return payback(warehouse, scope or Scope("CNY"), span, by)


def first(made: World) -> Cohort:
    return asked(made).cohorts[0]
