"""Money cut at a percentile of all arms together, and values whose spread is small beside them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from random import Random

import numpy as np
import pytest
from sqlalchemy import select

from data.scope import Scope
from data.unit_outcomes import moments, pairs_of
from metrics.experiments.sums import ALL, Cap, capped, fetched, values_of
from tests.metrics.experiments.asking import listed, of_sums
from tests.world import Row, World, at, order, shop, user, world

UNITS = 40


def spenders(where: Path | str, amounts: dict[str, list[Decimal]]) -> World:
    """Every unit of an arm orders once for its amount (0: not at all), two days after exposure;
    exposures are spread over three days."""
    users, exposures, orders = [], [], []
    for arm, paid in amounts.items():
        for n, amount in enumerate(paid):
            name, on = f"{arm}{n}", 1 + n % 3
            users.append(user(name, "2024-01-01", country=("CN", "US")[n % 2]))
            exposures.append({"experiment_id": "x", "unit_id": name, "arm": arm,
                              "exposed_at": at(f"2024-03-0{on} 10:00")})  # fmt: skip
            if amount:
                orders.append(order(name, f"2024-03-0{on + 2}", amount))
    definition: Row = {
        "experiment_id": "x", "name": "X", "unit": "user", "started_at": at("2024-03-01"),
        "ended_at": None,
    }  # fmt: skip
    return world(
        where, settings=shop(), through="2024-05-01", users=users, exposures=exposures,
        orders=orders, experiments=[definition],
    )  # fmt: skip


def random_amounts(seed: int) -> dict[str, list[Decimal]]:
    """Half of the units buy nothing, some buy for a hundred times as much as others."""
    rnd = Random(seed)

    def one() -> Decimal:
        return Decimal(0) if rnd.random() < 0.5 else Decimal(round(rnd.lognormvariate(3, 1.5), 2))

    return {
        arm: [one().quantize(Decimal("0.01")) for _ in range(n)]
        for arm, n in (("a", UNITS), ("b", UNITS // 2))
    }


def assert_capped(made: World, amounts: dict[str, list[Decimal]], cap: Cap) -> None:
    """Against numpy on the amounts themselves."""
    warehouse = made.warehouse()
    src, experiment = warehouse.sources(Scope("CNY")), listed(warehouse)["x"]
    values = values_of(warehouse, src, experiment, 7)
    cut, over = capped(values, ("gmv",), cap)
    vector = ("gmv", "orders", "prior_gmv", "prior_orders")
    frame = warehouse.fetch(
        moments(cut, (cut.c.arm,), pairs_of([vector])).group_by(cut.c.arm).order_by(cut.c.arm)
    )
    [caps] = warehouse.fetch(over).to_dict("records")
    warehouse.close()
    everybody = np.array([float(a) for paid in amounts.values() for a in paid])
    pooled = everybody[everybody > 0] if cap.nonzero else everybody
    limit = np.quantile(pooled, cap.share)
    assert caps["cap_gmv"] == pytest.approx(limit)
    assert caps["over_gmv"] == (everybody > limit).sum()
    for arm, row in zip(amounts, frame.to_dict("records"), strict=True):
        gmv = np.minimum([float(a) for a in amounts[arm]], limit)
        orders = np.array([float(a > 0) for a in amounts[arm]])
        assert row["n"] == len(gmv)
        assert row["gmv"] == pytest.approx(gmv.mean())
        assert row["gmv_x_gmv"] == pytest.approx(gmv.var() * len(gmv))
        away = (gmv - gmv.mean()) * (orders - orders.mean())
        assert row["orders_x_gmv"] == pytest.approx(away.sum())


@pytest.mark.parametrize("nonzero", [False, True])
@pytest.mark.parametrize("share", [0.9, 0.5])
def test_caps_are_those_of_all_arms_together(tmp_path: Path, share: float, nonzero: bool) -> None:
    amounts = random_amounts(1)
    assert_capped(spenders(tmp_path, amounts), amounts, Cap(share, nonzero))


@pytest.mark.parametrize("nonzero", [False, True])
def test_caps_on_postgres(postgres_database: Callable[[], str], nonzero: bool) -> None:
    amounts = random_amounts(2)
    assert_capped(spenders(postgres_database(), amounts), amounts, Cap(0.9, nonzero))


def test_nobody_above_zero_has_no_cap(tmp_path: Path) -> None:
    made = spenders(tmp_path, {"a": [Decimal(0)] * 3, "b": [Decimal(0)] * 3})
    warehouse = made.warehouse()
    src, experiment = warehouse.sources(Scope("CNY")), listed(warehouse)["x"]
    values = values_of(warehouse, src, experiment, 7)
    cut, over = capped(values, ("gmv",), Cap(0.99, nonzero=True))
    gmv = warehouse.fetch(select(cut.c.gmv))["gmv"].tolist()
    [caps] = warehouse.fetch(over).to_dict("records")
    warehouse.close()
    assert gmv == [0.0] * 6
    assert (caps["cap_gmv"], caps["over_gmv"]) == (None, 0)


def assert_spread_kept(made: World, amounts: dict[str, list[Decimal]]) -> None:
    """Both ways, of days together and of segments: variances of 1.02 and 0.99, with n − 1."""
    warehouse = made.warehouse()
    experiment, vector = listed(warehouse)["x"], ("gmv", "prior_gmv")
    for from_units in (False, True):
        found = fetched(warehouse, Scope("CNY"), experiment, 7, [vector], from_units=from_units)
        for arm, paid in amounts.items():
            exact = np.array([float(a - paid[0]) for a in paid])
            whole = of_sums(found.arm(vector, arm))
            assert whole.mean[0] == pytest.approx(float(sum(paid) / len(paid)), abs=1e-5)
            # A number near 1e9 has digits down to 1e-7, so the variance has five.
            assert whole.products[0, 0] / (whole.n - 1) == pytest.approx(
                exact.var(ddof=1), rel=1e-5
            )
            for market, first in (("CN", 0), ("US", 1)):
                part = of_sums(found.of(vector, ("market", market, None, arm)))
                mine = exact[first::2]
                assert part.products[0, 0] / (part.n - 1) == pytest.approx(
                    mine.var(ddof=1), rel=1e-5
                )
        days = [k[2] for k in found.rows if k[0] == ALL and k[3] == "a"]
        assert sorted(d for d in days if d) == [date(2024, 3, n) for n in (1, 2, 3)]
    warehouse.close()


def near_a_billion() -> dict[str, list[Decimal]]:
    """Amounts around 1e9 with a variance of 1.02 and of 0.99 (ten units' worth of each pattern)."""
    found = {}
    for arm, variance in (("a", 1.02), ("b", 0.99)):
        rnd = np.random.default_rng(7).normal(size=UNITS)
        scaled = (rnd - rnd.mean()) / rnd.std(ddof=1) * np.sqrt(variance)
        found[arm] = [Decimal(10**9) + Decimal(round(v, 4)).quantize(Decimal("0.0001"))
                      for v in scaled.tolist()]  # fmt: skip
    variances = [np.var([float(a - 10**9) for a in paid], ddof=1) for paid in found.values()]
    assert variances == pytest.approx([1.02, 0.99], abs=1e-3)
    return found


def test_large_values_keep_their_spread(tmp_path: Path) -> None:
    """Σy² of such values in floating point has no digit left for a variance of 1."""
    amounts = near_a_billion()
    naive = [float(a) for a in amounts["a"]]
    plain = (sum(v * v for v in naive) - sum(naive) ** 2 / UNITS) / (UNITS - 1)
    assert abs(plain - 1.02) > 1
    assert_spread_kept(spenders(tmp_path, amounts), amounts)


def test_large_values_on_postgres(postgres_database: Callable[[], str]) -> None:
    amounts = near_a_billion()
    assert_spread_kept(spenders(postgres_database(), amounts), amounts)
