"""`retained_sales`: what buyers who were there in the period before spent in both.

A buyer is retained in a period when the first order in it follows one in the period before. Rates
are left to whoever asks: amounts stay in their own currency, by day.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    Connection,
    Select,
    and_,
    delete,
    insert,
    literal,
    select,
    union_all,
)

from data.rollups import retained_sales, sales
from data.serving.cut import HOME, Some
from data.serving.growth_flows import GRAINS, before_of, floor_of, start_of

OF_ORDER = ("user_no", "customer", *HOME, "day", "currency", "gmv")


def build_retained_sales(connection: Connection, some: Some | None) -> None:
    """Fill `retained_sales`. For some days only, the periods from the first of these days on: an
    order counts in its own period and in the next one, in none before."""
    t = retained_sales
    for grain in GRAINS:
        low = None if some is None else floor_of(min(some.days), grain)
        doomed = delete(t).where(t.c.grain == grain)
        connection.execute(doomed if low is None else doomed.where(t.c.starts_on >= low))
        connection.execute(insert(t).from_select([c.name for c in t.columns], _rows(grain, low)))


def _rows(grain: str, low: date | None) -> Select[Any]:
    """Both periods' orders of every buyer retained in the periods from `low` on."""
    line = _lines(grain, low)
    before = before_of(grain, line.c.starts_on)
    came = and_(line.c.previous_day >= before, line.c.previous_day < line.c.starts_on)
    first = select(line.c.starts_on, before.label("before_on"), line.c.user_no).where(came)
    kept = (first if low is None else first.where(line.c.starts_on >= low)).cte("retained")
    now = _of_retained(grain, kept, line, line.c.starts_on == kept.c.starts_on, is_now=True)
    then = _of_retained(grain, kept, line, line.c.starts_on == kept.c.before_on, is_now=False)
    both = union_all(now, then).cte("both_periods")
    return select(both).order_by(both.c.starts_on, both.c.user_no)


def _lines(grain: str, low: date | None) -> CTE:
    """Orders of known buyers with the first day of their period, as far back as they count."""
    s = sales.c
    rows = select(
        start_of(grain, s.day).label("starts_on"), s.previous_day, *[s[n] for n in OF_ORDER]
    ).where(s.user_no.is_not(None))
    if low is not None:
        rows = rows.where(s.day >= floor_of(low - timedelta(days=1), grain))
    return rows.cte("line")


def _of_retained(
    grain: str, kept: CTE, line: CTE, in_period: ColumnElement[bool], *, is_now: bool
) -> Select[Any]:
    return select(
        literal(grain).label("grain"),
        kept.c.starts_on,
        *[line.c[n] for n in ("user_no", "customer", *HOME)],
        literal(is_now).label("is_now"),
        *[line.c[n] for n in ("day", "currency", "gmv")],
    ).join_from(kept, line, and_(line.c.user_no == kept.c.user_no, in_period))
