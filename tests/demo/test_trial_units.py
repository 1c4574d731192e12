"""The benchmark's own way to an experiment's sums ends where the warehouse's does."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest

from bench.demo_units import Units, units_of
from data.demo import DemoShop, DemoSpec
from data.demo.cell import make_world
from data.demo.loyalty import TIERS
from data.demo.trials import TRIALS
from data.dialects import load_rows
from data.refresh import refresh
from data.schema import contract
from data.scope import LOCAL_VIEWER, Scope
from data.settings import Limits
from data.versions import open_versions
from data.warehouse import Shelf, Warehouse
from data.zones import start_of_day
from metrics.experiments.record import experiment
from metrics.experiments.sums import Table, fetched
from metrics.stats.experiments.sums import Sums
from tests.world import shop

SPEC = DemoSpec("trials", users=6_000, months=10, trial_seed=7)
NEEDED = (
    "users", "orders", "memberships", "fx_rates", "exposures", "experiments", "experiment_arms",
)  # fmt: skip
VECTORS = (("orders", "prior_orders"), ("gmv", "orders"), ("first_order",))
DAYS = (7, 14, 28)


def built(url: str) -> Warehouse:
    settings = shop(timezone="Asia/Shanghai")
    versions = open_versions(url, "demo", Limits(threads=2))
    with versions.draft(from_current=False) as draft:
        for table, rows in DemoShop(SPEC).batches():
            if table in NEEDED:
                load_rows(draft.connection, contract.tables[table], rows)
        after = start_of_day(SPEC.end + timedelta(days=1), settings.reporting.zone)
        refresh(draft.connection, settings, data_through=after)
        draft.publish()
    return Shelf("demo", settings, versions, Limits()).open(LOCAL_VIEWER)


@pytest.fixture(scope="module")
def duckdb(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warehouse]:
    warehouse = built(f"duckdb:///{tmp_path_factory.mktemp('trials')}")
    yield warehouse
    warehouse.close()


@pytest.fixture(scope="module")
def drawn() -> dict[tuple[int, int], Units]:
    asked = [(row, days) for row in range(len(TRIALS)) for days in DAYS]
    return dict(zip(asked, units_of(make_world(SPEC), asked), strict=True))


def assert_same(mine: Sums, theirs: Sums) -> None:
    assert mine.n == theirs.n
    if mine.n == 0:
        return
    assert mine.means == pytest.approx(theirs.means, rel=1e-9, abs=1e-12)
    mine, theirs = (s.shifted(mine.means) for s in (mine, theirs))
    assert mine.products == pytest.approx(theirs.products, rel=1e-8, abs=1e-8)


def check(table: Table, units: Units, row: int) -> None:
    """Every arm, and every arm of every tier, in all vectors."""
    for arm, (name, _) in enumerate(TRIALS[row].arms):
        mine = units.of_arm(arm)
        for vector in VECTORS:
            assert_same(mine.sums(*vector), table.arm(vector, name))
            for tier, segment in enumerate(TIERS):
                part = mine.where(mine.tier == tier)
                assert_same(part.sums(*vector), table.of(vector, ("tier", segment, None, name)))


@pytest.mark.parametrize("days", DAYS)
@pytest.mark.parametrize("row", range(len(TRIALS)))
def test_the_generators_arrays_have_the_sums_of_the_warehouse(
    duckdb: Warehouse, drawn: dict[tuple[int, int], Units], row: int, days: int
) -> None:
    """Kept cells and units alike, for every experiment and window, among another draw of arms."""
    scope = Scope("CNY")
    asked = experiment(duckdb, scope, None, TRIALS[row].key)
    for from_units in (False, True):
        table = fetched(duckdb, scope, asked, days, VECTORS, from_units=from_units)
        check(table, drawn[row, days], row)


def test_postgres_has_the_same_sums(
    postgres_database: Callable[[], str], drawn: dict[tuple[int, int], Units]
) -> None:
    warehouse = built(postgres_database())
    for row, trial in enumerate(TRIALS):
        asked = experiment(warehouse, Scope("CNY"), None, trial.key)
        check(fetched(warehouse, Scope("CNY"), asked, 14, VECTORS), drawn[row, 14], row)
    warehouse.close()


def test_the_windows_hold_somebody(drawn: dict[tuple[int, int], Units]) -> None:
    """Equal sums of nobody would prove nothing. The one that still runs has no 14 days yet."""
    for row, trial in enumerate(TRIALS):
        units = drawn[row, 7]
        assert all(units.of_arm(arm).arm.size > 40 for arm in range(len(trial.arms))), trial.key
    assert drawn[len(TRIALS) - 1, 14].mature.sum() == 0
