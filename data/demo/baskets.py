"""What is in each order and what it comes to: lines, coupons, shipping, tax, cost."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from data.demo.arrays import NEVER, Flags, Ints, expand, pick, run_starts, stream, whole
from data.demo.goods import CENT, UNIT, Goods, choose_items
from data.demo.markets import CURRENCY_OF, MARKETS
from data.demo.orders import Orders
from data.demo.people import People
from data.demo.purchases import FIRST, TEST, WON_BACK
from data.demo.seasons import Seasons
from data.demo.spec import DemoSpec
from data.demo.trials import GIFT_QUANTITY, PLAIN_QUANTITY

COUPONS = ("WELCOME15", "SAVE8", "SAVE12", "FESTIVAL20", "FESTIVAL25", "COMEBACK15", "DISCOUNT15")
_PER_CENT = np.array([15, 8, 12, 20, 25, 15, 15])
_SHIPPING = np.array([12.0, 4.99, 3.99, 4.99])
_FREE_FROM = np.array([199.0, 49.0, 45.0, 49.0])
"""Fee and threshold of free shipping, by currency."""
ORDER_COST_UNKNOWN = 0.03
MORE_LINES, MORE_LINES_ON_CAMPAIGN_DAYS = 0.80, 1.60
"""Lines of an order beyond its first: baskets are filled up for campaign days."""


@dataclass(frozen=True, slots=True)
class Baskets:
    """Lines (`order` is a row of orders; money of the whole line) and the sums of each order.

    All money in ten-thousandths of the order's currency. `gross` is the sum of quantity x price.
    """

    order: Ints
    first_line: Ints
    item: Ints
    quantity: Ints
    price: Ints
    line_discount: Ints
    line_cost: Ints
    gross: Ints
    discount: Ints
    shipping: Ints
    tax: Ints
    cost: Ints
    cost_unknown: Flags
    coupon: Ints


def make_baskets(
    spec: DemoSpec, seasons: Seasons, goods: Goods, people: People, orders: Orders,
    gifts: Flags, discounted: Flags, cell: int,
) -> Baskets:  # fmt: skip
    """`gifts` marks orders whose quantities an experiment spreads out; `discounted` those of its
    discount day."""
    rng = stream(spec.seed, "baskets", cell)
    size = orders.size
    day = seasons.local_day(orders.market, orders.ordered_at)
    festive = seasons.campaign[orders.market, day] == 1
    more = np.where(festive, MORE_LINES_ON_CAMPAIGN_DAYS, MORE_LINES)
    lines = np.minimum(1 + rng.poisson(more), 6).astype(np.int64)
    order, first = expand(lines), run_starts(lines)
    item = choose_items(rng, goods, orders.favourite[order], orders.thrift[order])
    price = goods.price[orders.market[order], item]
    quantity = _quantities(rng, gifts[order], orders.why[order] == TEST)
    worth = quantity * price
    gross = np.add.reduceat(worth, first) if size else np.zeros(0, np.int64)
    coupon = _coupons(rng, people, orders, festive, discounted)
    per_cent = np.where(coupon >= 0, _PER_CENT[coupon], 0)
    line_discount = worth * per_cent[order] // 100
    discount = np.add.reduceat(line_discount, first) if size else gross
    line_cost = quantity * goods.cost[orders.market[order], item]
    cost = np.add.reduceat(line_cost, first) if size else gross
    currency = np.array(CURRENCY_OF)[orders.market]
    free_from = whole(_FREE_FROM * UNIT)[currency]
    shipping = np.where(gross - discount >= free_from, 0, whole(_SHIPPING * UNIT + 0.5)[currency])
    rate = whole(np.array([m.tax_rate for m in MARKETS]) * 100 + 0.5)[orders.market]
    tax = (gross - discount) * rate // (100 * CENT) * CENT
    line_cost = np.where(goods.cost_known[item], line_cost, NEVER)
    return Baskets(
        order, first, item, quantity, price, line_discount, line_cost, gross, discount, shipping,
        tax, cost, rng.random(size) < ORDER_COST_UNKNOWN, coupon,
    )  # fmt: skip


def _quantities(rng: np.random.Generator, gift: Flags, test: Flags) -> Ints:
    plain = np.array([q for q, _ in PLAIN_QUANTITY])[
        pick(rng, [w for _, w in PLAIN_QUANTITY], len(gift))
    ]
    spread = np.array([q for q, _ in GIFT_QUANTITY])[
        pick(rng, [w for _, w in GIFT_QUANTITY], len(gift))
    ]
    return np.where(test, rng.integers(15, 80, len(gift)), np.where(gift, spread, plain))


def _coupons(
    rng: np.random.Generator, people: People, orders: Orders, festive: Flags, discounted: Flags
) -> Ints:
    size, known = orders.size, orders.user >= 0
    frugal = np.where(known, people.frugal[orders.user], 0.15)
    dice, which = rng.random((2, size))
    coupon = np.where(dice < frugal * 0.8, 1 + (which < 0.5), NEVER)
    coupon = np.where(festive & (dice < 0.25 + frugal), 3 + (which < 0.4), coupon)
    coupon = np.where((orders.why == FIRST) & (dice < 0.30), 0, coupon)
    coupon = np.where(orders.why == WON_BACK, 5, coupon)
    return np.where(discounted, 6, coupon)
