"""Money given back: whole orders, single lines, goodwill; days, weeks or months afterwards."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from data.demo.arrays import DAY, HOUR, NEVER, Ints, pick, stream, whole
from data.demo.baskets import Baskets
from data.demo.goods import CENT, Goods
from data.demo.orders import PAID, Orders
from data.demo.purchases import TEST
from data.demo.spec import DemoSpec

REASONS = ("damaged", "wrong_size", "not_as_described", "late", "changed_mind")
_WHY = (0.16, 0.27, 0.23, 0.14, 0.20)
TEST_RATE = 0.3
WHOLE, LINE, GOODWILL = range(3)
_SHARES = (0.50, 0.38, 0.12)
VERY_LATE = 0.06
"""Refunds that come 60 to 150 days after the payment."""
UNNAMED = 0.015
"""Refunds that do not say which order they belong to."""


@dataclass(frozen=True, slots=True)
class Refunds:
    """`order` is the row of the order, `item` -1 if none is named; `unnamed` hides the order."""

    order: Ints
    item: Ints
    amount: Ints
    refunded_at: Ints
    reason: Ints
    unnamed: Ints


def make_refunds(
    spec: DemoSpec, goods: Goods, orders: Orders, baskets: Baskets, cell: int
) -> Refunds:
    rng = stream(spec.seed, "refunds", cell)
    size = orders.size
    lead = baskets.first_line
    chance = np.where(orders.why == TEST, TEST_RATE, goods.returned[baskets.item[lead]])
    returned = (orders.status == PAID) & (rng.random(size) < chance)
    kind = pick(rng, _SHARES, size)
    late = rng.random(size) < VERY_LATE
    wait = np.where(late, 60.0 + 90.0 * rng.random(size), 8.0 * rng.lognormal(0.0, 0.75, size))
    at = orders.paid_at + HOUR + whole(wait * DAY)
    reason = pick(rng, _WHY, size)
    by_line = rng.random(size) < 0.75
    returned &= at < spec.closes_at
    net = baskets.quantity * baskets.price - baskets.line_discount
    # One row per line of an order sent back as a whole, or one row for all of it.
    spread = returned & (kind == WHOLE) & by_line
    lines = np.flatnonzero(spread[baskets.order])
    total = np.flatnonzero(returned & (kind == WHOLE) & ~by_line)
    single = np.flatnonzero(returned & (kind == LINE))
    kind_words = np.flatnonzero(returned & (kind == GOODWILL))
    part = whole(net[lead[kind_words]] * (0.1 + 0.2 * rng.random(len(kind_words))) / CENT) * CENT
    order = np.concatenate([baskets.order[lines], total, single, kind_words])
    nothing = np.full(1, NEVER)
    item = np.concatenate([
        baskets.item[lines], np.repeat(nothing, len(total)), baskets.item[lead[single]],
        np.repeat(nothing, len(kind_words)),
    ])  # fmt: skip
    amount = np.concatenate([
        net[lines], (baskets.gross - baskets.discount)[total], net[lead[single]],
        np.maximum(part, 1),
    ])  # fmt: skip
    sort = np.lexsort((order, at[order]))
    order, item, amount = order[sort], item[sort], amount[sort]
    unnamed = (rng.random(len(order)) < UNNAMED) & (orders.user[order] >= 0)
    return Refunds(order, item, amount, at[order], reason[order], unnamed.astype(np.int64))
