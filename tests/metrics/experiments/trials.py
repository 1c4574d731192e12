"""A trial of one experiment, x, in a shop of a few rows."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from sqlalchemy import select

from data.scope import Scope
from metrics.experiments.sums import values_of
from tests.metrics.experiments.asking import listed
from tests.world import Row, World, at, shop, user, world

EXPOSED = "2024-03-01 12:00:00"


def met(unit: str, when: str = EXPOSED, arm: str = "a", experiment: str = "x") -> Row:
    return {"experiment_id": experiment, "unit_id": unit, "arm": arm, "exposed_at": at(when)}


def trial(key: str = "x", unit: str = "user", ended: str | None = None, **more: Any) -> Row:
    """A definition that began in February."""
    end = None if ended is None else at(ended)
    return {"experiment_id": key, "name": key, "unit": unit, "started_at": at("2024-02-01"),
            "ended_at": end, **more}  # fmt: skip


def made(folder: Path, *, zone: str = "UTC", through: str = "2024-06-01", **rows: Any) -> World:
    rows.setdefault("users", [user("u", "2023-06-01")])
    rows.setdefault("exposures", [met("u")])
    rows.setdefault("experiments", [trial()])
    activity: Iterable[str] = rows.pop("activity_events", ())
    settings = shop(timezone=zone, activity_events=tuple(activity))
    return world(folder, settings=settings, through=through, **rows)


def unit(shop_of: World, days_after: int = 7, currency: str = "CNY") -> dict[str, Any]:
    """The values of the only unit that counts."""
    warehouse = shop_of.warehouse()
    src = warehouse.sources(Scope(currency))
    values = values_of(warehouse, src, listed(warehouse)["x"], days_after)
    frame = warehouse.fetch(select(values))
    warehouse.close()
    assert len(frame) == 1
    return {str(k): v for k, v in frame.iloc[0].to_dict().items()}


def units(shop_of: World) -> dict[str, dict[str, Any]]:
    """Everybody who met the experiment, by arm of the first exposure."""
    warehouse = shop_of.warehouse()
    frame = warehouse.fetch(select(warehouse.sources(Scope("CNY")).experiment_units))
    warehouse.close()
    return {row["arm"]: row for row in frame.to_dict("records")}
