"""Every cell is what the Overview would say under that filter; nothing is summed that must not."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from data.dimensions import CAMPAIGN, CUSTOMER, GUEST
from data.scope import Scope, Span
from data.warehouse import Warehouse
from i18n import Problem
from metrics.catalog import METRICS
from metrics.explore.result import Cell, Grid, explore
from metrics.explore.spec import Order, Shape, Spec
from metrics.periods import Comparison, Grain
from metrics.reading import Reason
from tests.pages.shop import made
from tests.world import World, days, fx, order, user, world
from tests.world import event as seen

CNY = Scope("CNY")
WEEK = Span(date(2024, 1, 8), date(2024, 1, 15))
CHANNELS = ("direct", "kol", "email", "content", "partner", "offline", "affiliate", "referral")


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> World:
    return made(tmp_path_factory.mktemp("explore"))


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    """Eight channels, one user each. User n pays n times 10 in the week, the first day on; the
    last two channels' users pay in the week before as well. A guest pays 1,000."""
    users = [user(n, "2023-12-01", channel=c, country="CN") for n, c in enumerate(CHANNELS, 1)]
    orders = [order(n, f"2024-01-{8 + k % 7:02d}", 10) for n in range(1, 9) for k in range(n)]
    orders += [order(n, "2024-01-03", 50) for n in (7, 8)]
    orders.append(order(None, "2024-01-09", 1000, country="CN", channel="direct"))
    shop = world(
        tmp_path_factory.mktemp("many"), through="2024-01-15", users=users, orders=orders,
        events=[seen(1, "2023-12-01 10:00", "login")],
        fx_rates=fx("USD", 7, *days(date(2023, 12, 1), 60)),
    )  # fmt: skip
    return shop.warehouse()


def ask(w: Warehouse, spec: Spec, scope: Scope = CNY, span: Span = WEEK) -> Grid:
    return explore(w, scope, span, Comparison.PREVIOUS, spec, Grain.DAY)


def values(grid: Grid, place: int = 0) -> dict[str | None, float | None]:
    """One column by the value of its row; None is the row of all others."""
    found = {line.value: line.cells[place].reading for line in grid.lines}
    return {k: None if r is None else r.value for k, r in found.items()}


def test_the_first_values_by_the_first_metric_and_all_others_together(many: Warehouse) -> None:
    """GMV: the guest makes direct the largest (1,010), then user 8 (80) down to 5; others: 2, 3
    and 4 with 20 + 30 + 40."""
    grid = ask(many, Spec(("gmv", "buyers", "frequency", "aov"), by="channel", top=5))
    assert list(values(grid).items()) == [
        ("direct", 1010), ("referral", 80), ("affiliate", 70), ("offline", 60), ("partner", 50),
        (None, 90),
    ]  # fmt: skip
    other = grid.lines[-1]
    assert other.members == 3
    assert [c.reading and c.reading.value for c in other.cells] == [90, 3, 3, 10]


def test_totals_are_asked_for_and_never_summed(many: Warehouse) -> None:
    """Eight buyers with 36 orders; orders per buyer are 4.5, not the sum or the mean of rows."""
    grid = ask(many, Spec(("buyers", "frequency", "aov"), by="channel", top=20))
    assert [c.reading and c.reading.value for c in grid.total.cells] == [8, 4.5, 1360 / 37]
    assert sum(v or 0 for v in values(grid, 1).values()) == 36


def test_distinct_buyers_of_days_are_not_added_to_those_of_the_week(many: Warehouse) -> None:
    """User 8 pays on all seven days: one buyer of the week, one of each day."""
    grid = ask(many, Spec(("buyers",), by="channel", shape=Shape.TIME, top=20))
    last = next(line for line in grid.lines if line.value == "referral")
    assert [c.reading and c.reading.value for c in last.cells] == [1] * 8
    assert [c.reading and c.reading.value for c in grid.total.cells] == [8, 8, 7, 6, 5, 4, 3, 2]


def test_shares_are_of_what_adds_up_only(many: Warehouse) -> None:
    grid = ask(many, Spec(("gmv", "aov"), by="channel", top=20))
    direct = grid.lines[0]
    assert direct.cells[0].share == pytest.approx(1010 / 1360)
    assert direct.cells[1].share is None


def test_the_largest_change_comes_first_when_asked_so(many: Warehouse) -> None:
    """Affiliate went from 50 to 70, referral from 50 to 80; direct from nothing to 1,010."""
    grid = ask(many, Spec(("gmv",), by="channel", order=Order.CHANGE, top=20))
    found = {line.value: line.cells[0].change for line in grid.lines}
    assert list(found)[:2] == ["direct", "offline"]
    change = found["referral"]
    assert change is not None
    assert (change.before, change.after) == (50, 80)


def test_a_pivot_recomputes_every_total(shop: World) -> None:
    """China: 150.25 of organic search. United States: $1,000 at ¥7 of paid search, and a guest's
    513 of a channel that nobody knows."""
    w = shop.warehouse()
    grid = ask(w, Spec(("aov",), by="market", shape=Shape.SPLIT, split="channel"))
    names = [c.value for c in grid.columns]
    assert names == [None, "paid_search", "unknown", "organic_search"]
    found = {line.value: line.cells for line in (*grid.lines, grid.total)}
    assert [_value(c) for c in found["US"]] == [7513 / 2, 7000, 513, None]
    assert [_value(c) for c in found["CN"]] == [75.125, None, None, 75.125]
    assert [_value(c) for c in found[None]] == [7663.25 / 4, 7000, 513, 75.125]


def _value(cell: Cell) -> float | None:
    return None if cell.reading is None else cell.reading.value


def test_a_place_in_the_drill_narrows_totals_too(shop: World) -> None:
    grid = ask(shop.warehouse(), Spec(("orders",), by="channel", path=(("market", "US"),)))
    assert values(grid) == {"paid_search": 1, "unknown": 1}
    assert _value(grid.total.cells[0]) == 2


def test_a_campaign_is_looked_up_and_its_total_asked_for(tmp_path: Path) -> None:
    """The spring campaign brought users 1 and 2, of two markets; user 3 came by himself."""
    w = world(
        tmp_path / "wh",
        through="2024-01-15",
        users=[
            user(1, "2024-01-01", country="CN", campaign="spring"),
            user(2, "2024-01-01", country="US", campaign="spring"),
            user(3, "2024-01-01", country="US"),
        ],
        orders=[order(n, "2024-01-09", 10 * n) for n in (1, 2, 3)],
    ).warehouse()
    whole = ask(w, Spec(("gmv", "conversion_rate"), by=CAMPAIGN))
    assert values(whole) == {"spring": 30, "unknown": 30}
    inside = ask(w, Spec(("gmv", "buyers"), by="market", path=((CAMPAIGN, "spring"),)))
    assert values(inside) == {"US": 20, "CN": 10}
    assert [_value(c) for c in inside.total.cells] == [30, 2]
    gone = ask(w, Spec(("gmv",), by="market", path=((CAMPAIGN, "autumn"),)))
    assert gone.lines == ()
    assert _value(gone.total.cells[0]) == 0


def test_what_can_not_be_broken_down_so_says_it(shop: World) -> None:
    """Sessions and trailing counts know no campaign; their totals stand."""
    grid = ask(shop.warehouse(), Spec(("gmv", "conversion_rate", "mau"), by=CAMPAIGN))
    assert [m.key for m in grid.unsplit] == ["conversion_rate", "mau"]
    assert all(line.cells[1].reading is None for line in grid.lines)
    assert _value(grid.total.cells[2]) == 3


def test_guests_have_no_buyers_rather_than_none(shop: World) -> None:
    grid = ask(shop.warehouse(), Spec(("gmv", "buyers"), by=CUSTOMER.key))
    guest = next(line for line in grid.lines if line.value == GUEST)
    assert _value(guest.cells[0]) == 513
    reading = guest.cells[1].reading
    assert reading is not None
    assert reading.reason is Reason.GUESTS_ONLY


def test_a_share_of_few_is_marked(shop: World) -> None:
    grid = ask(shop.warehouse(), Spec(("conversion_rate", "gmv"), by="market"))
    assert [line.cells[0].small for line in grid.lines if line.cells[0].reading] == [True, True]
    assert not any(line.cells[1].small for line in grid.lines)


@pytest.mark.parametrize(
    "wrong",
    [
        {"metrics": ()},
        {"metrics": ("gmv", "gmv")},
        {"metrics": ("nothing",)},
        {"by": "moon"},
        {"by": "market", "path": (("market", "CN"),)},
        {"shape": Shape.SPLIT},
        {"split": "channel"},
        {"top": 7},
        {"path": (("channel", ""),)},
    ],
)
def test_a_question_that_makes_no_sense_says_so(wrong: dict[str, object]) -> None:
    with pytest.raises(Problem) as told:
        Spec(**wrong)  # type: ignore[arg-type]
    assert told.value.code == "explore_question"


def test_the_drill_follows_its_path_and_comes_back_up() -> None:
    top = Spec()
    china = top.into("CN")
    assert china is not None
    assert (china.by, china.path) == ("channel", (("market", "CN"),))
    kol = china.into("kol")
    assert kol is not None
    assert kol.by == CAMPAIGN
    assert kol.below() is None
    assert kol.into("spring") is None
    assert kol.up(1) == china
    assert kol.up(0) == top
    without = china.into("kol", ("market", "channel"))
    assert without is None
    from_channel = Spec(by="channel").into("kol")
    assert from_channel is not None
    campaigns = from_channel.into("spring")
    assert campaigns is not None
    assert (campaigns.by, campaigns.below()) == ("market", None)
    split = Spec(shape=Shape.SPLIT, split="channel").into("CN")
    assert split is not None
    assert (split.shape, split.split) == (Shape.METRICS, None)


def test_rows_are_ordered_by_the_first_metric_that_has_values_there(shop: World) -> None:
    """Conversion knows no campaign, so GMV decides."""
    grid = ask(shop.warehouse(), Spec(("conversion_rate", "gmv"), by=CAMPAIGN))
    assert grid.decides is METRICS["gmv"]


def test_time_ends_with_the_data(shop: World) -> None:
    """January is asked for, and known to its 14th day: its last week is cut there, and open."""
    month = Span(date(2024, 1, 1), date(2024, 2, 1))
    spec = Spec(("orders",), shape=Shape.TIME)
    found = explore(shop.warehouse(), CNY, month, Comparison.NONE, spec, Grain.WEEK)
    assert [c.span for c in found.columns] == [
        None,
        Span(date(2024, 1, 1), date(2024, 1, 8)),
        Span(date(2024, 1, 8), date(2024, 1, 15)),
    ]
    whole = explore(shop.warehouse(), CNY, month, Comparison.NONE, spec, Grain.MONTH)
    assert whole.columns[1].running
