"""What each channel, or each campaign of one, cost in a range, and what its platforms claim."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
from sqlalchemy import (
    ColumnElement,
    Integer,
    Numeric,
    Select,
    and_,
    case,
    cast,
    func,
    literal,
    select,
)

from data.scope import Span
from data.sources import Sources
from metrics.reading import Reading, Reason

OTHER = ""
"""In place of a name: everything that has none of the names asked for."""
_WIDE = Numeric(24, 4)


@dataclass(frozen=True, slots=True)
class Spend:
    """All kinds of marketing cost, in the scope's currency. `unrated`: sums that no exchange rate
    converts. What platforms claim is None where they report nothing of it."""

    amount: float = 0.0
    unrated: int = 0
    claimed_conversions: float | None = None
    claimed_value: float | None = None

    def per(self, conversions: float) -> Reading:
        """Cost of one conversion, or why there is none: never 0 and never infinite."""
        reason = self._without_cost()
        if reason is None and conversions <= TOO_LITTLE:
            reason = Reason.NO_CREDIT
        if reason is not None:
            return Reading.missing(reason)
        return Reading(self.amount / conversions, self.amount, conversions)

    def returned(self, revenue: float | None) -> Reading:
        """Revenue per unit of spend."""
        reason = self._without_cost()
        if reason is None and revenue is None:
            reason = Reason.NO_RATE
        if reason is not None or revenue is None:
            return Reading.missing(reason or Reason.NO_RATE)
        return Reading(revenue / self.amount, revenue, self.amount)

    def _without_cost(self) -> Reason | None:
        if self.unrated:
            return Reason.NO_RATE
        if self.amount == 0:
            return Reason.NO_SPEND
        return Reason.CREDITS if self.amount < 0 else None


TOO_LITTLE = 1e-9
"""Credit so small is the rounding of a sum of binary fractions."""


def overclaim(claimed: float | None, ours: float) -> Reading:
    """How many times as much the platforms claim as a model credits."""
    if claimed is None:
        return Reading.missing(Reason.TABLE_MISSING)
    if ours <= TOO_LITTLE:
        return Reading.missing(Reason.NO_CREDIT)
    return Reading(claimed / ours, claimed, ours)


def statement(
    src: Sources, span: Span, channel: str | None = None, named: Sequence[str] = ()
) -> Select[Any]:
    """One row per channel; with a `channel`, one per campaign of it that is named, and one for all
    others (`OTHER`). Summed by day and currency before the rates."""
    s, r = src.spend_day, src.rates
    key: ColumnElement[Any] = s.c.channel
    within = [s.c.day >= span.start, s.c.day < span.end]
    if channel is not None:
        key = case((s.c.campaign.in_(named), s.c.campaign), else_=literal(OTHER))
        within.append(s.c.channel == channel)
    part = (
        select(
            key.label("name"), s.c.day, s.c.currency, s.c.spend,
            s.c.claimed_conversions, s.c.claimed_value,
        )
        .where(*within)
        .subquery("cost")
    )  # fmt: skip
    keys = [part.c.name, part.c.day, part.c.currency]
    sums = [func.sum(part.c[n]).label(n) for n in ("spend", "claimed_conversions", "claimed_value")]
    daily = select(*keys, *sums).group_by(*keys).cte("cost_by_day")
    d = daily.c

    def rated(amount: ColumnElement[Any]) -> ColumnElement[Any]:
        return func.sum(cast(amount, _WIDE) * r.c.rate)

    missing = and_(r.c.rate.is_(None), d.spend != 0)
    return (
        select(
            d.name,
            func.coalesce(rated(d.spend), 0).label("amount"),
            cast(func.sum(case((missing, 1), else_=0)), Integer).label("unrated"),
            func.sum(d.claimed_conversions).label("claimed_conversions"),
            rated(d.claimed_value).label("claimed_value"),
        )
        .select_from(daily.outerjoin(r, and_(r.c.day == d.day, r.c.currency == d.currency)))
        .group_by(d.name)
        .order_by(d.name)
    )


def read(frame: pd.DataFrame) -> dict[str, Spend]:
    """Spend by name."""
    rows: list[Mapping[str, Any]] = frame.to_dict("records")  # type: ignore[assignment]
    return {
        str(row["name"]): Spend(
            float(row["amount"]),
            int(row["unrated"]),
            _known(row["claimed_conversions"]),
            _known(row["claimed_value"]),
        )
        for row in rows
    }


def _known(found: Any) -> float | None:
    return None if found is None or pd.isna(found) else float(found)
