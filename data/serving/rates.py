"""`fx_cross`: what each currency was worth in each other one, day by day.

Computed here in exact decimals rather than in the engine: engines divide decimals differently, and
a rate must be the same everywhere. The table is small.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import ROUND_HALF_EVEN, Decimal

import pyarrow as pa
from sqlalchemy import Connection, delete, select, union

from data.dialects import load_rows
from data.rollups import CROSS_RATE, fx_cross, sales_day
from data.schema import contract

OLDEST_RATE_DAYS = 7
"""A weekend or a holiday keeps the last rate; an older one is no rate."""

_PLACES = Decimal(1).scaleb(-(CROSS_RATE.scale or 0))
FX_RATES = contract.tables["fx_rates"]
SPEND = contract.tables["marketing_spend"]


def cross_rates(
    quotes: dict[str, list[tuple[date, Decimal]]],
    currencies: set[str],
    base: str,
    first: date,
    last: date,
) -> Iterator[tuple[date, str, str, Decimal]]:
    """(day, currency, target, rate) for every pair that has a rate on that day.

    `quotes` are ascending quotes in units of the base. The base is worth 1, and every currency is
    worth 1 of itself, whether it is quoted or not.
    """
    days_of = {c: [day for day, _ in rows] for c, rows in quotes.items()}
    for n in range((last - first).days + 1):
        day = first + timedelta(days=n)
        worth: dict[str, Decimal] = {base: Decimal(1)}
        for currency in currencies - {base}:
            at = bisect_right(days_of.get(currency, []), day) - 1
            if at >= 0 and (day - quotes[currency][at][0]).days <= OLDEST_RATE_DAYS:
                worth[currency] = quotes[currency][at][1]
        for currency in sorted(currencies):
            yield day, currency, currency, Decimal(1)
            for target in sorted(currencies - {currency}):
                if currency in worth and target in worth:
                    rate = (worth[currency] / worth[target]).quantize(_PLACES, ROUND_HALF_EVEN)
                    yield day, currency, target, rate


def build_rates(connection: Connection, reporting: str, base: str, first: date, last: date) -> None:
    """Fill `fx_cross` for `[first, last]` and every currency that the shop's rows name."""
    named = union(
        select(sales_day.c.currency), select(SPEND.c.currency), select(FX_RATES.c.currency)
    )
    currencies = {c for c in connection.scalars(named) if c} | {reporting, base}
    quotes: dict[str, list[tuple[date, Decimal]]] = defaultdict(list)
    for day, currency, rate in connection.execute(
        select(FX_RATES.c.day, FX_RATES.c.currency, FX_RATES.c.rate).order_by(FX_RATES.c.day)
    ):
        quotes[currency].append((day, rate))
    connection.execute(delete(fx_cross))
    rows = list(cross_rates(quotes, currencies, base, first, last))
    columns = list(zip(*rows, strict=True))
    load_rows(
        connection,
        fx_cross,
        pa.table(
            {
                "day": pa.array(columns[0], pa.date32()),
                "currency": pa.array(columns[1], pa.string()),
                "target": pa.array(columns[2], pa.string()),
                "rate": pa.array(columns[3], pa.decimal128(CROSS_RATE.precision, CROSS_RATE.scale)),
            }
        ),
    )
