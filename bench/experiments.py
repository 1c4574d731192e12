"""The questions of the experiment page, with all users of the shop in one experiment.

The shop of the benchmark has no experiment that everybody meets. So its warehouse is copied, users
are put into three arms over four weeks (who signs up later meets it then), the serving tables
follow as for one more day, and the copy goes when all is measured.

    python -m bench.experiments --users 50000    # a shop of that size, made and thrown away
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
from sqlalchemy import Connection, func, insert, select
from sqlalchemy.engine import make_url

from bench.meter import Meter, Spent
from bench.timing import Timing, say, timed
from data.building import build_demo
from data.demo.spec import PRESETS
from data.dialects import load_rows, stored_bytes, writing_engine
from data.refresh import refresh
from data.rollups import experiment_cells, experiment_units
from data.schema import contract
from data.scope import LOCAL_VIEWER, Scope
from data.settings import Settings, load_settings
from data.warehouse import Remember, Shelf, Warehouse
from metrics.experiments.analysis import Analysis, analysis, course_of, segments_of
from metrics.experiments.judge import looks
from metrics.experiments.outcomes import BASES, Kind, outcome
from metrics.experiments.record import Experiment, Judged, Role, experiment
from metrics.funnels.keeping import kept_in
from metrics.planner.answer import planned
from metrics.planner.spec import default_question
from metrics.stats.experiments.modes import Mode

KEY = "everybody"
ARMS = (("control", 0.34), ("one", 0.33), ("two", 0.33))
BEFORE_END, TAKES_IN = timedelta(weeks=10), timedelta(weeks=4)
AGAIN = 0.1
"""Users whose exposure is logged a second time, two days later."""
UNITS_GOAL, CELLS_GOAL, STATISTICS_GOAL, PLANNER_GOAL = 2_000.0, 300.0, 100.0, 200.0
MB = 1_000_000
TABLES = (experiment_units, experiment_cells)


@dataclass(frozen=True, slots=True)
class Stored:
    """One of the two serving tables: rows and size with this experiment, seconds of rebuilding it
    when a day is added while the experiment runs."""

    name: str
    rows: int
    mb: float
    built: Spent

    def line(self) -> str:
        return f"{self.name:<24} {self.rows:>13,} rows {self.mb:>9,.1f} MB  {self.built}"


@dataclass(frozen=True, slots=True)
class Measured:
    """Everything of this part."""

    units: int
    metrics: int
    arms: int
    segmentations: int
    timings: list[Timing]
    tables: list[Stored]


def measured(settings: Settings, shop: str, folder: Path) -> Measured:
    """Put everybody into an experiment in a copy of the shop below `folder`, and measure."""
    with _copied(settings, shop, folder) as copy:
        tables = _with_everybody(copy, shop)
        for table in tables:
            say(table.line())
        asked = list(_questions(copy, shop))
    timings, found = [timing for timing, _ in asked], asked[-1][1]
    met = sum(found.exposed.arm(name) for name, _ in ARMS)
    segmentations = len({s.segmentation for s in segments_of(found)})
    say(f"{met:,} units, {len(found.results)} metrics, {segmentations} segmentations")
    return Measured(met, len(found.results), len(ARMS), segmentations, timings, tables)


@contextmanager
def _copied(settings: Settings, shop: str, folder: Path) -> Iterator[Settings]:
    """Settings of a copy of the shop's current version."""
    shelf = Shelf.of(settings, shop)
    version = shelf.current()
    name = f"warehouse_{version}.duckdb"
    original = Path(str(make_url(shelf.shop.url).database)) / name
    with tempfile.TemporaryDirectory(prefix="experiments-", dir=folder) as there:
        shutil.copyfile(original, Path(there) / name)
        other = shelf.shop.model_copy(update={"url": f"duckdb:///{there}"})
        copy = settings.model_copy(update={"shops": {shop: other}})
        Shelf.of(copy, shop).versions.point(version)
        yield copy


def _with_everybody(settings: Settings, shop: str) -> list[Stored]:
    """Write the experiment, and let the serving tables follow as after one more day."""
    shelf, meter = Shelf.of(settings, shop), Meter()
    warehouse = shelf.open(LOCAL_VIEWER)
    last = warehouse.coverage.last_day
    end = warehouse.coverage.through
    warehouse.close()
    file = Path(str(make_url(shelf.shop.url).database)) / f"warehouse_{shelf.current()}.duckdb"
    limits = settings.limits
    url = make_url(f"duckdb:///{file}")
    engine = writing_engine(url, memory=limits.memory, threads=limits.threads)
    with engine.connect() as connection:
        _write_experiment(connection, end)
        connection.commit()
        with meter.over(connection):
            refresh(
                connection,
                shelf.shop,
                touched=frozenset({last}),
                keep=lambda: kept_in(settings, shop, connection),
            )
        connection.commit()
        stored = [
            Stored(
                t.name,
                int(connection.scalar(select(func.count()).select_from(t)) or 0),
                stored_bytes(connection, t) / MB,
                meter.by_table.get(t.name, Spent()),
            )
            for t in TABLES
        ]
    engine.dispose()
    return stored


def _write_experiment(connection: Connection, end: datetime) -> None:
    """The experiment, its arms, and the exposures of all users."""
    tables, start = contract.tables, end - BEFORE_END
    connection.execute(
        insert(tables["experiments"]).values(
            experiment_id=KEY, name="Everybody", unit="user", started_at=start,
            primary_metric="orders_within_14_days",
        )
    )  # fmt: skip
    rows = [
        {"experiment_id": KEY, "arm": arm, "weight": weight, "is_control": n == 0}
        for n, (arm, weight) in enumerate(ARMS)
    ]
    connection.execute(insert(tables["experiment_arms"]), rows)
    u = tables["users"].c
    found = connection.execute(select(u.user_id, u.registered_at).order_by(u.user_id)).all()
    rng = np.random.default_rng(1)
    size = len(found)
    arm = rng.choice(len(ARMS), size, p=[w for _, w in ARMS])
    slot = np.datetime64(start, "s") + (TAKES_IN.total_seconds() * rng.random(size)).astype(int)
    at = np.maximum(slot, np.array([r[1] for r in found], "datetime64[s]") + 60)
    again = np.flatnonzero(rng.random(size) < AGAIN)
    user = np.r_[np.arange(size), again]
    when = np.r_[at, at[again] + np.timedelta64(2, "D")]
    user, when = user[when < np.datetime64(end, "s")], when[when < np.datetime64(end, "s")]
    names = pa.array([str(r[0]) for r in found])
    load_rows(
        connection,
        tables["exposures"],
        pa.table(
            {
                "experiment_id": pa.array([KEY] * len(user)),
                "unit_id": names.take(pa.array(user)),
                "arm": pa.array([a for a, _ in ARMS]).take(pa.array(arm[user])),
                "exposed_at": pa.array(when.astype("datetime64[us]")),
            }
        ),
    )


def _questions(settings: Settings, shop: str) -> Iterator[tuple[Timing, Analysis]]:
    shelf = Shelf.of(settings, shop)
    warehouse = shelf.open(LOCAL_VIEWER)
    scope = Scope(warehouse.reporting.currency)
    known = experiment(warehouse, scope, None, KEY)
    asked = _twelve_metrics(known, warehouse.coverage.filled["users"])
    kept: dict[str, pd.DataFrame] = {}
    found: list[Analysis] = []

    def reopen() -> None:
        nonlocal warehouse
        warehouse.close()
        warehouse = shelf.open(LOCAL_VIEWER)
        _ = warehouse.coverage
        looks.cache_clear()

    def page(there: Callable[[], Warehouse], *, from_units: bool = False) -> Callable[[], None]:
        def ask() -> None:
            one = analysis(there(), scope, asked, from_units=from_units)
            _ = [course_of(one, arm) for arm, _ in ARMS[1:]], segments_of(one)
            found[:] = [one]

        return ask

    units = timed(
        "experiment page from units, nothing cached",
        page(lambda: warehouse, from_units=True), before=reopen, goal_ms=UNITS_GOAL,
    )  # fmt: skip
    say(units.line())
    yield units, found[0]
    cells = timed(
        "experiment page from kept sums, nothing cached",
        page(lambda: warehouse), before=reopen, goal_ms=CELLS_GOAL,
    )  # fmt: skip
    say(cells.line())
    yield cells, found[0]
    reopen()
    cached = shelf.open(LOCAL_VIEWER, remember=_remember(kept))
    _ = cached.coverage
    page(lambda: cached)()
    alone = timed(
        "its statistics alone, answers at hand",
        page(lambda: cached), before=looks.cache_clear, goal_ms=STATISTICS_GOAL,
    )  # fmt: skip
    say(alone.line())
    yield alone, found[0]
    cached.close()
    reopen()
    plan = timed(
        "planner, whoever visits, nothing cached",
        lambda: planned(warehouse, scope, default_question()),
        before=reopen, goal_ms=PLANNER_GOAL,
    )  # fmt: skip
    say(plan.line())
    yield plan, found[0]
    warehouse.close()


def _remember(kept: dict[str, pd.DataFrame]) -> Remember:
    def remember(key: str, compute: Callable[[], pd.DataFrame]) -> pd.DataFrame:
        if key not in kept:
            kept[key] = compute()
        return kept[key]

    return remember


def _twelve_metrics(known: Experiment, units: int) -> Experiment:
    """All outcomes but quantiles, which no sums answer, within 14 days, and GMV within 28: one
    primary, two guardrails, the rest to look at; group-sequential, planned for `units`."""
    keys = [f"{b.key}_within_14_days" for b in BASES if b.kind is not Kind.QUANTILE]
    keys = ["orders_within_14_days", *[k for k in keys if k != "orders_within_14_days"]]
    guarded = {"refund_share_within_14_days": 0.05, "margin_within_14_days": 0.05}
    metrics = tuple(
        Judged(outcome(key), _role(key, guarded), guarded.get(key))
        for key in [*keys, "gmv_within_28_days"]
    )
    return replace(known, metrics=metrics, mode=Mode.GROUP_SEQUENTIAL, planned_units=units)


def _role(key: str, guarded: dict[str, float]) -> Role:
    if key == "orders_within_14_days":
        return Role.PRIMARY
    return Role.GUARDRAIL if key in guarded else Role.SECONDARY


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.experiments", description=__doc__)
    parser.add_argument("--users", type=int, default=50_000)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="northstar-bench-") as folder:
        settings = load_settings()
        shop = settings.shop("demo").model_copy(update={"url": f"duckdb:///{folder}/demo"})
        settings = settings.model_copy(update={"shops": {"demo": shop}})
        build_demo(settings, "demo", replace(PRESETS["bench"], users=asked.users), keep=kept_in)
        say(f"{datetime.now(UTC):%Y-%m-%d %H:%M} a shop of {asked.users:,} users")
        measured(settings, "demo", Path(folder))
    return 0


if __name__ == "__main__":
    sys.exit(main())
