"""The catalogue: categories, brands, prices by market, what the goods cost."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from data.demo.arrays import Flags, Floats, Ints, whole
from data.demo.markets import CURRENCY_OF, MARKETS, TYPICAL_RATES

CENT = 100
"""Money is in whole ten-thousandths of a unit inside the simulator; a cent is 100 of them."""
UNIT = 10_000
PER_CATEGORY = 120


class Category(NamedTuple):
    """Prices run from `low` to `high` in the base currency; cost is a share of the price."""

    name: str
    low: float
    high: float
    cost_share: float
    returned: float
    weight: float


CATEGORIES = (
    Category("apparel", 39, 900, 0.46, 0.145, 0.19),
    Category("shoes", 99, 1200, 0.50, 0.150, 0.09),
    Category("beauty", 29, 700, 0.38, 0.035, 0.15),
    Category("electronics", 59, 3200, 0.74, 0.065, 0.10),
    Category("home", 25, 1500, 0.55, 0.060, 0.11),
    Category("kitchen", 19, 900, 0.57, 0.050, 0.08),
    Category("toys", 19, 600, 0.52, 0.045, 0.08),
    Category("sports", 39, 1600, 0.56, 0.075, 0.07),
    Category("grocery", 9, 260, 0.68, 0.010, 0.08),
    Category("supplies", 2, 60, 0.60, 0.020, 0.05),
)
CATEGORY_NAMES = tuple(c.name for c in CATEGORIES)
BRANDS = tuple(f"{c.name}-{n}" for c in CATEGORIES for n in ("aiko", "bo", "casa", "dune", "ever"))
ITEMS = len(CATEGORIES) * PER_CATEGORY


@dataclass(frozen=True, slots=True)
class Goods:
    """Items are numbered by category and, within it, from cheap to dear."""

    category: Ints
    brand: Ints
    price: Ints
    """By market and item, in ten-thousandths of the market's currency."""
    cost: Ints
    cost_known: Flags
    returned: Floats


def make_goods(rng: np.random.Generator) -> Goods:
    category = np.repeat(np.arange(len(CATEGORIES)), PER_CATEGORY)
    ladder = np.round(
        np.concatenate([np.geomspace(c.low, c.high, PER_CATEGORY) for c in CATEGORIES]), 6
    )
    ladder *= 0.85 + 0.3 * rng.random(ITEMS)
    level = np.array([m.price_level for m in MARKETS])
    rate = np.array([TYPICAL_RATES[code] for code in CURRENCY_OF])
    listed = ladder[None, :] * (level / rate)[:, None]
    # Supplies are sold by the piece, at prices with four decimals; the rest end in full cents.
    step = np.where(np.array(CATEGORY_NAMES)[category] == "supplies", 1, CENT)
    price = np.maximum(whole(listed * UNIT / step), 1) * step
    share = np.array([c.cost_share for c in CATEGORIES])[category] * (
        0.85 + 0.3 * rng.random(ITEMS)
    )
    # Goods cost the same wherever they are sold; list prices differ by market.
    cost = whole(ladder[None, :] * share[None, :] * UNIT / rate[:, None])
    brand = category * 5 + whole(5 * rng.random(ITEMS) ** 2)
    known = rng.random(ITEMS) >= 0.004
    returned = np.array([c.returned for c in CATEGORIES])[category]
    return Goods(category, brand, price, np.minimum(cost, price), known, returned)


def choose_items(rng: np.random.Generator, goods: Goods, favourite: Ints, thrift: Floats) -> Ints:
    """An item for each row: half of them from the favourite category; thrift makes them cheap."""
    size = len(favourite)
    edges = np.cumsum([c.weight for c in CATEGORIES])
    other = np.searchsorted(edges[:-1], rng.random(size) * edges[-1], side="right")
    category = np.where(rng.random(size) < 0.5, favourite, other)
    place = whole(PER_CATEGORY * rng.random(size) ** thrift)
    return category * PER_CATEGORY + np.minimum(place, PER_CATEGORY - 1)
