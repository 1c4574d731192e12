"""Who may see what: rows by the user's market, columns by the right to personal data."""

from __future__ import annotations

import ast
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import Phase, given, settings
from sqlalchemy import func, select

from data.rollups import rollup
from data.schema import contract
from data.scope import LOCAL_VIEWER, Scope, Viewer
from data.sources import PERSONAL
from data.warehouse import Warehouse
from metrics.families import FAMILIES
from metrics.measures import measure
from tests.metrics.asking import JANUARY
from tests.metrics.small_shops import seeds, small_shop
from tests.world import World, days, event, fx, order, refund, shop, user, world

OF_PEOPLE = ("users", "events", "identities", "orders", "order_items", "refunds")
SOURCES = ("sales", "sales_day", "linked_refunds", "loose_refunds", "person_day",
           "trailing_change", "signups_day", "sessions_day", "spend_day", "people",
           "experiment_units", "experiment_cells", "experiments", "experiment_arms")  # fmt: skip
NOBODY = Viewer("nobody", markets=frozenset())


def of(market: str) -> Viewer:
    return Viewer(f"of {market}", markets=frozenset({market}))


def rows_of(warehouse: Warehouse, table: str) -> int:
    visible = warehouse.sources(Scope("CNY")).canonical(table)
    return int(warehouse.fetch(select(func.count()).select_from(visible)).iloc[0, 0])


@settings(max_examples=3, phases=(Phase.explicit, Phase.reuse, Phase.generate))
@given(seeds)
def test_markets_share_everything_out_among_them(seed: int) -> None:
    """What viewers of one market each see adds up to what a viewer of all sees: people have one
    home market, so even distinct people add up over markets."""
    made = small_shop(seed)
    scope = Scope("CNY")
    with TemporaryDirectory() as folder:
        shop_of_all = world(Path(folder), settings=made.shop, through="2024-08-01", **made.rows)
        markets = ("CN", "HK", "US", "DE", "EU", "unknown")
        viewers = [shop_of_all.warehouse(of(market)) for market in markets]
        everyone = shop_of_all.warehouse()
        for n, span in enumerate(dict.fromkeys(made.spans)):
            full = measure(everyone, scope, made.spans, FAMILIES).rows[n]
            parts = [measure(v, scope, made.spans, FAMILIES).rows[n] for v in viewers]
            for name, told in full.items():
                if name != "complete_days" and "unrated" not in name:
                    total = sum(part[name] for part in parts)
                    assert total == pytest.approx(told, abs=1e-6), (name, span)
        for table in OF_PEOPLE:
            assert sum(rows_of(v, table) for v in viewers) == rows_of(everyone, table), table
        for warehouse in (*viewers, everyone):
            warehouse.close()


@pytest.fixture(scope="module")
def two_markets(tmp_path_factory: pytest.TempPathFactory) -> World:
    """User 1 of CN, user 2 of EU (the source writes DE), one row of each in every table."""
    when = order(1, "2024-01-05")["ordered_at"]

    def each(**more: object) -> list[dict[str, object]]:
        return [{"user_id": u, **more} for u in ("1", "2")]

    return world(
        tmp_path_factory.mktemp("two_markets"),
        settings=shop(markets={"DE": "EU"}),
        users=[
            user(1, "2024-01-02", country="CN", city="Wuhan"),
            user(2, "2024-01-03", country="DE"),
        ],
        orders=[
            order(1, "2024-01-05", order_id="cn"),
            order(2, "2024-01-05", order_id="eu"),
            order(None, "2024-01-05", 5, order_id="guest", country="DE"),
        ],
        order_items=[
            {"order_id": o, "item_id": "i", "quantity": 1, "unit_price": 1}
            for o in ("cn", "eu", "guest")
        ],
        refunds=[
            refund("2024-01-06", 1, order_id="cn", country="DE"),
            refund("2024-01-06", 1, order_id="never loaded", user_id="2", country="CN"),
            refund("2024-01-06", 1, country="DE"),
        ],
        events=[
            event(1, "2024-01-05", country="DE"),
            event(None, "2024-01-04", visitor_id="v", country="DE"),
            event(None, "2024-01-04", visitor_id="w", country="DE"),
        ],
        identities=[{"visitor_id": "v", "user_id": "1", "linked_at": when}],
        touchpoints=[
            {"user_id": "2", "touched_at": when, "channel": "kol"},
            {"visitor_id": "v", "touched_at": when, "channel": "kol"},
        ],
        marketing_spend=[
            {"day": when.date(), "channel": "kol", "spend": 1, "country": c}
            for c in ("CN", "DE", None)
        ],
        invitations=[
            {"invitation_id": f"i{u}", "inviter_id": u, "invited_at": when} for u in ("1", "2")
        ],
        exposures=[
            {"experiment_id": "x", "unit_id": u, "arm": "a", "exposed_at": when}
            for u in ("1", "v", "w")
        ],
        experiments=[
            {"experiment_id": "x", "name": "X", "unit": "user", "started_at": when},
            {"experiment_id": "never met", "name": "Y", "unit": "user", "started_at": when},
        ],
        experiment_arms=[{"experiment_id": "x", "arm": "a", "weight": 1, "is_control": True}],
        memberships=each(tier="gold", valid_from=when),
        campaign_sends=each(campaign_id="c", assigned_at=when),
        feedback=each(given_at=when, kind="ticket"),
        fx_rates=fx("USD", 7, *days(when.date(), 3)),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("table", "cn", "eu"),
    [
        ("users", 1, 1), ("orders", 1, 2), ("order_items", 1, 2), ("refunds", 1, 2),
        ("events", 2, 1), ("identities", 1, 0), ("touchpoints", 1, 1), ("marketing_spend", 1, 1),
        ("invitations", 1, 1), ("exposures", 2, 1), ("memberships", 1, 1),
        ("campaign_sends", 1, 1), ("feedback", 1, 1), ("fx_rates", 0, 0), ("experiments", 0, 0),
    ],
)  # fmt: skip
def test_rows_go_by_the_users_market_and_else_by_their_own(
    two_markets: World, table: str, cn: int, eu: int
) -> None:
    """The country of a visible user's visit says nothing; a refund belongs where its order does."""
    assert rows_of(two_markets.warehouse(of("CN")), table) == cn
    assert rows_of(two_markets.warehouse(of("EU")), table) == eu


@pytest.mark.parametrize(("viewer", "seen"), [(of("CN"), 1), (of("EU"), 1), (LOCAL_VIEWER, 2)])
def test_definitions_of_experiments_go_to_whose_users_met_them(
    two_markets: World, viewer: Viewer, seen: int
) -> None:
    """User 1 of CN and visitor w of EU met x; nobody met the other one."""
    warehouse = two_markets.warehouse(viewer)
    listed = warehouse.fetch(select(warehouse.sources(Scope("CNY")).experiments))
    assert len(listed) == seen


def test_a_source_country_is_not_a_market(two_markets: World) -> None:
    """DE is mapped to EU: a viewer of “DE” sees nobody."""
    assert rows_of(two_markets.warehouse(of("DE")), "orders") == 0


@pytest.mark.parametrize("table", list(contract.tables))
def test_nobody_sees_no_row_of_the_contract(two_markets: World, table: str) -> None:
    assert rows_of(two_markets.warehouse(NOBODY), table) == 0


@pytest.mark.parametrize("source", SOURCES)
def test_nobody_sees_no_row_of_the_serving_tables(two_markets: World, source: str) -> None:
    def rows(viewer: Viewer) -> int:
        warehouse = two_markets.warehouse(viewer)
        visible = getattr(warehouse.sources(Scope("CNY")), source)
        return int(warehouse.fetch(select(func.count()).select_from(visible)).iloc[0, 0])

    assert rows(NOBODY) == 0
    if source != "sessions_day":
        assert rows(LOCAL_VIEWER) > 0


def test_personal_columns_are_absent_without_the_right(two_markets: World) -> None:
    without = two_markets.warehouse(Viewer("li")).sources(Scope("CNY")).canonical("users")
    assert set(contract.tables["users"].c.keys()) - set(without.c.keys()) == PERSONAL["users"]
    with_right = two_markets.warehouse().sources(Scope("CNY")).canonical("users")
    assert set(with_right.c.keys()) == set(contract.tables["users"].c.keys())


def keys_asked(made: World, viewer: Viewer, scope: Scope) -> list[str]:
    """The cache keys of every family's statement."""
    keys: list[str] = []

    def remember(key: str, compute: object) -> object:
        keys.append(key)
        assert callable(compute)
        return compute()

    version = made.versions.current()
    assert version is not None
    warehouse = Warehouse(
        made.versions.reader(version),
        shop="world",
        version=version,
        reporting=made.shop.reporting,
        viewer=viewer,
        remember=remember,
        markets=made.shop.markets,
    )
    _ = warehouse.coverage
    measure(warehouse, scope, [JANUARY], FAMILIES)
    warehouse.close()
    return keys[2:]


def test_cache_keys_hold_rights_and_filters_and_nothing_else(two_markets: World) -> None:
    """Two people with the same rights share; other rights, filters or currency never do."""
    scope = Scope("CNY")
    base = keys_asked(two_markets, of("CN"), scope)
    assert len(set(base)) == len(FAMILIES)
    assert keys_asked(two_markets, Viewer("wang", markets=frozenset({"CN"})), scope) == base
    for viewer in (LOCAL_VIEWER, of("EU"), NOBODY, Viewer("x", markets=frozenset({"CN", "EU"}))):
        assert not set(base) & set(keys_asked(two_markets, viewer, scope))
    filtered = keys_asked(two_markets, of("CN"), Scope.of("CNY", channel=frozenset({"kol"})))
    assert not set(base) & set(filtered)
    in_dollars = keys_asked(two_markets, of("CN"), Scope("USD"))
    money = {"revenue", "buyers", "spend", "value_customer", "value_registered"}
    differ = {f.key for f, a, b in zip(FAMILIES, base, in_dollars, strict=True) if a != b}
    assert differ == money


def test_cache_keys_hold_the_version(tmp_path: Path) -> None:
    made = world(tmp_path, orders=[order(1, "2024-01-05")])
    before = keys_asked(made, LOCAL_VIEWER, Scope("CNY"))
    made.load(orders=[order(1, "2024-01-06")])
    assert not set(before) & set(keys_asked(made, LOCAL_VIEWER, Scope("CNY")))


@pytest.mark.parametrize("path", sorted(Path("metrics").rglob("*.py")), ids=lambda p: p.as_posix())
def test_metrics_reach_no_table_but_through_sources(path: Path) -> None:
    """Neither a serving table nor one of the contract is imported as something to select from. The
    contract's metadata may be: it says which columns there are."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom):
            names = {alias.name for alias in node.names}
            forbidden = {
                "data": {"rollups", "schema"},
                "data.rollups": {"rollup", *rollup.tables},
                "data.schema": set(contract.tables),
            }
            assert not names & forbidden.get(node.module or "", set())
        if isinstance(node, ast.Import):
            assert not {alias.name for alias in node.names} & {"data.rollups", "data.schema"}
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "select":
            assert not any(
                "contract" in (getattr(part, "id", ""), getattr(part, "attr", ""))
                for part in ast.walk(node)
            )
