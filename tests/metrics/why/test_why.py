"""Why a number moved: by hand, then every metric of random shops against the scorecard."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from data.scope import Scope, Span, Viewer
from data.warehouse import Warehouse
from metrics.catalog import METRICS
from metrics.measures import measure, needed, read
from metrics.periods import Comparison
from metrics.reading import Reason
from metrics.scorecard import scorecard
from metrics.stats.xmr import Verdict
from metrics.why.result import Part, Why, why
from metrics.why.spec import Method, Question, dimensions_of, obstacle
from metrics.why.steps import OWN_SHARE, factors, growth, inner_bridge
from tests.metrics.asking import span
from tests.metrics.small_shops import SmallShop, small_shop
from tests.metrics.test_oracle import built
from tests.world import World, event, order, user, world

WEEK = span("2024-03-04", "2024-03-11")
CNY = Scope("CNY")


def people() -> list[dict[str, object]]:
    return [
        user("ann", "2023-12-01", channel="kol", country="CN", campaign="Spring"),
        user("bo", "2023-12-01", channel="kol", country="US", campaign="Summer"),
        user("cy", "2023-12-01", channel="email", country="CN"),
    ]


def two_weeks(folder: Path | str) -> World:
    """The week before: ann buys for 10 in two sessions of hers and bo's one; then ann for 20, bo
    for 6 and cy, who had nothing, for 4."""
    return world(
        folder,
        through="2024-03-11",
        users=people(),
        orders=[
            order("ann", "2024-02-27 10:00", 10, session_id="a1"),
            order("ann", "2024-03-05 10:00", 20, session_id="a3"),
            order("bo", "2024-03-06 10:00", 6, session_id="b2"),
            order("cy", "2024-03-07 10:00", 4),
        ],
        events=[
            event("ann", "2023-12-01 10:00", session_id="first"),
            event("ann", "2024-02-27 09:00", session_id="a1"),
            event("ann", "2024-02-28 09:00", session_id="a2"),
            event("bo", "2024-02-28 09:00", session_id="b1"),
            event("cy", "2024-02-28 09:00", session_id="c1"),
            event("ann", "2024-03-05 09:00", session_id="a3"),
            event("bo", "2024-03-06 09:00", session_id="b2"),
            event("cy", "2024-03-07 09:00", session_id="c2"),
            event("cy", "2024-03-08 09:00", session_id="c3"),
        ],
    )


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warehouse]:
    warehouse = two_weeks(tmp_path_factory.mktemp("why")).warehouse()
    yield warehouse
    warehouse.close()


def asked(w: Warehouse, metric: str, *by: str, most: int = 8) -> Why:
    return why(w, CNY, Question(metric, WEEK, Comparison.PREVIOUS, by), most)


def test_an_amount_by_channel_and_the_campaigns_inside(shop: Warehouse) -> None:
    """GMV 10 to 30: KOL 10 to 26, of it Spring 10 and Summer 6; e-mail 4."""
    found = asked(shop, "gmv", "channel", "campaign")
    assert (found.start.value, found.end.value, found.change) == (10, 30, 20)
    kol, email = found.parts
    assert (kol.value, kol.effect.total, email.value, email.effect.total) == ("kol", 16, "email", 4)
    assert {p.value: p.effect.total for p in kol.inner} == {"Spring": 10, "Summer": 6}


def test_a_ratio_by_channel_and_the_markets_inside(shop: Warehouse) -> None:
    """Conversion 1 of 4, then 2 of 4. KOL: 1 of 3, then 2 of 2; e-mail 0 of 1, then 0 of 2. R̄ is
    3/8. KOL's mix: (1/2 - 3/4)·(2/3 - 3/8) = -7/96, its own rate: 5/8 · 2/3 = 5/12; e-mail's mix:
    (1/2 - 1/4)·(0 - 3/8) = -9/96. Together 24/96.

    Inside KOL the middle rate is 2/3. China: share 2/3 to 1/2, rate 1/2 to 1: mix
    -1/6·(3/4 - 2/3) = -1/72, rate 7/12·1/2 = 7/24. The United States: mix
    1/6·(1/2 - 2/3) = -1/36, rate 5/12·1; all times 5/8.
    """
    found = asked(shop, "conversion_rate", "channel", "market")
    told = {p.value: p.effect for p in found.parts}
    assert (told["kol"].mix, told["kol"].rate) == pytest.approx((-7 / 96, 5 / 12))
    assert (told["email"].mix, told["email"].rate) == pytest.approx((-9 / 96, 0.0))
    [kol] = [p for p in found.parts if p.value == "kol"]
    inner = {p.value: (p.effect.mix, p.effect.rate) for p in kol.inner}
    assert inner["CN"] == pytest.approx((5 / 8 * -1 / 72, 5 / 8 * 7 / 24))
    assert inner["US"] == pytest.approx((5 / 8 * -1 / 36, 5 / 8 * 5 / 12))
    steps = inner_bridge(kol, METRICS["conversion_rate"])
    assert steps.parts[0].key == OWN_SHARE
    assert math.fsum(p.value for p in steps.parts) == pytest.approx(steps.end)


def test_distinct_people_add_over_their_homes(shop: Warehouse) -> None:
    """Buyers 1 to 3: of KOL 1 to 2, of e-mail 0 to 1."""
    found = asked(shop, "buyers", "channel")
    assert {p.value: p.effect.total for p in found.parts} == {"kol": 1, "email": 1}


def test_a_mean_over_days_adds_over_segments(shop: Warehouse) -> None:
    """DAU: 4 user-days in a week to 4; ann 2 to 1, bo 1 to 1, cy 1 to 2."""
    found = asked(shop, "dau", "campaign")
    moved = {p.value: p.effect.total for p in found.parts}
    assert moved == pytest.approx({"Spring": -1 / 7, "Summer": 0.0, "unknown": 1 / 7})


def test_all_others_keep_the_sum(shop: Warehouse) -> None:
    """With one value standing for itself, the other two are one part, which is not judged."""
    found = asked(shop, "gmv", "campaign", most=1)
    assert [(p.value, p.others, p.effect.total) for p in found.parts] == [
        ("Spring", 0, 10), (None, 2, 10),
    ]  # fmt: skip
    assert found.parts[1].own.verdict is Verdict.TOO_FEW


def test_a_single_other_value_stands_for_itself(shop: Warehouse) -> None:
    found = asked(shop, "gmv", "channel", most=1)
    assert [p.value for p in found.parts] == ["kol", "email"]


def test_factors_and_growth_close(shop: Warehouse) -> None:
    """AOV 10 to 10: GMV took it up by 10·ln 3, orders down by as much. Buyers 1 to 3: ann stayed,
    bo and cy are new."""
    question = Question("aov", WEEK, Comparison.PREVIOUS)
    aov = factors(shop, CNY, question).bridge
    assert aov is not None
    assert [p.value for p in aov.parts] == pytest.approx([10 * math.log(3), -10 * math.log(3)])
    buyers = growth(shop, CNY, Question("buyers", WEEK, Comparison.PREVIOUS)).bridge
    assert buyers is not None
    assert (buyers.start, buyers.end) == (1, 3)
    assert {p.key: p.value for p in buyers.parts} == {"new": 2, "resurrected": 0, "churned": 0}
    money = growth(shop, CNY, Question("gmv", WEEK, Comparison.PREVIOUS)).bridge
    assert money is not None
    moved = {str(p.key): p.value for p in money.parts if p.value}
    assert moved == {"new": 10, "expansion": 10}


def test_a_campaign_is_compared_with_its_own_days_and_not_judged(tmp_path: Path) -> None:
    days = [date(2023, 3, 1), date(2024, 3, 5)]
    w = world(
        tmp_path,
        through="2024-03-11",
        users=[user("ann", "2022-01-01", channel="kol")],
        orders=[order("ann", "2023-03-01 10:00", 3), order("ann", "2024-03-05 10:00", 7)],
        calendar=[{"day": d, "name": "Sale", "market": None} for d in days],
    ).warehouse()
    question = Question("gmv", span("2024-03-05", "2024-03-06"), Comparison.CAMPAIGN, ("channel",))
    found = why(w, CNY, question)
    assert found.before == span("2023-03-01", "2023-03-02")
    assert (found.change, found.past, found.judged) == (4, (), 0)
    none = why(w, CNY, Question("gmv", WEEK, Comparison.NONE, ("channel",)))
    assert none.change is None
    assert none.words is not None
    w.close()


def half_a_year(folder: Path | str) -> World:
    """Thirty weeks: KOL 100 ± 5 every week but 300 in the last, e-mail 50 ± 5 throughout."""
    first = date(2023, 8, 14)
    sales = []
    for n in range(30):
        day = f"{first + timedelta(weeks=n)} 10:00"
        sales.append(order("ann", day, 300 if n == 29 else 100 + 5 * (-1) ** n))
        sales.append(order("cy", day, 50 - 5 * (-1) ** n))
    ahead = [{**u, "registered_at": u["registered_at"]} for u in people()]
    return world(folder, through="2024-03-11", users=ahead, orders=sales)


def test_the_part_that_jumped_is_signal_and_the_other_noise(tmp_path: Path) -> None:
    w = half_a_year(tmp_path).warehouse()
    found = asked(w, "gmv", "channel")
    kol, email = found.parts
    assert (kol.value, kol.own.verdict) == ("kol", Verdict.SIGNAL_UP)
    assert (email.value, email.own.verdict) == ("email", Verdict.NOISE)
    assert found.judged == 2
    assert len(found.past) == 26
    assert found.verdict.verdict is Verdict.SIGNAL_UP
    card = scorecard(w, CNY, WEEK, Comparison.PREVIOUS, ["gmv", "aov"])
    assert [line.judgement for line in card.lines] == [
        found.verdict, asked(w, "aov", "market").verdict,
    ]  # fmt: skip
    aov = asked(w, "aov", "channel")
    dearest = aov.parts[0]
    assert (dearest.value, dearest.own.verdict) == ("kol", Verdict.SIGNAL_UP)
    assert aov.judged == 4  # each channel's own value and its share of the orders
    half = why(w, CNY, Question("gmv", span("2024-03-04", "2024-03-18"), Comparison.PREVIOUS,
                                ("channel",)))  # fmt: skip
    assert half.after == WEEK
    w.close()


def test_a_viewer_of_china_sees_chinas_change(shop: Warehouse, tmp_path: Path) -> None:
    """GMV of China: ann 10 to 20 and cy 4; nothing of the United States."""
    w = two_weeks(tmp_path).warehouse(Viewer("lin", markets=frozenset({"CN"})))
    found = asked(w, "gmv", "market")
    assert [(p.value, p.effect.total) for p in found.parts] == [("CN", 14)]
    w.close()


def test_credits_leave_no_shares_to_weigh(tmp_path: Path) -> None:
    """A credit note of a channel: MER's denominator is below nothing there."""
    spent = [("2024-02-27", "kol", 50), ("2024-03-05", "kol", 50), ("2024-03-05", "email", -10)]
    w = world(
        tmp_path, through="2024-03-11", users=people(),
        orders=[order("ann", "2024-02-27 10:00", 10), order("ann", "2024-03-05 10:00", 20)],
        marketing_spend=[
            {"day": date.fromisoformat(d), "channel": c, "spend": s} for d, c, s in spent
        ],
    ).warehouse()  # fmt: skip
    found = asked(w, "mer", "channel")
    assert (found.change, found.reason, found.parts) == (None, Reason.CREDITS, ())
    w.close()


def test_what_a_method_can_take_apart(shop: Warehouse) -> None:
    def able(metric: str, after: Span = WEEK, by: Comparison = Comparison.PREVIOUS) -> list[Method]:
        c = shop.coverage
        return [m for m in Method if obstacle(m, METRICS[metric], after, by, "monday", c) is None]

    assert able("gmv") == [Method.SEGMENTS, Method.FACTORS, Method.GROWTH]
    assert able("gmv", by=Comparison.LAST_YEAR) == [Method.SEGMENTS, Method.FACTORS]
    assert able("gmv", span("2024-03-04", "2024-03-08")) == [Method.SEGMENTS, Method.FACTORS]
    assert able("orders") == [Method.SEGMENTS]
    assert able("aov") == [Method.SEGMENTS, Method.FACTORS]
    assert able("repurchase_rate_30") == [Method.SEGMENTS]


def assert_every_metric_closes(made: SmallShop, w: Warehouse, first: int) -> None:
    """The ends are the scorecard's; parts sum to the change, inner ones to their part; both for
    every third metric that has a value on both sides."""
    scope, closed = Scope(made.shop.reporting.currency), 0
    for key, metric in list(METRICS.items())[first::3]:
        if w.coverage.lacking(*metric.needs):
            continue
        market, channel, *_, last = dimensions_of(metric)
        by = (channel, last) if closed % 2 else (market, channel)
        question = Question(key, MAY, Comparison.PREVIOUS, by)
        found = why(w, scope, question, most=2)
        if found.before is None or found.after is None:
            continue
        told = measure(w, scope, [found.before, found.after], needed([metric]))
        for reading, at in ((found.start, found.before), (found.end, found.after)):
            whole = read(metric, at, told.row(at), w, scope)
            assert reading.value == pytest.approx(whole.value), (key, by)
        if found.change is not None:
            closed += bool(found.parts)
            assert_closes(found.parts, found.change, key)
    assert closed


def assert_closes(parts: tuple[Part, ...], change: float, key: str) -> None:
    coarse = max([abs(p.effect.total) for p in parts] or [1.0])
    assert math.fsum(p.effect.total for p in parts) == pytest.approx(change, abs=1e-9 * coarse), key
    for part in parts:
        if part.value is not None:
            inner = math.fsum(p.effect.total for p in part.inner)
            assert inner == pytest.approx(part.effect.inside, abs=1e-9 * coarse), (key, part.value)


SEEDS = (6, 8)
"""Of shops that hold something in April and in May."""
MAY = span("2024-05-01", "2024-06-01")


@pytest.mark.parametrize("seed", SEEDS)
def test_every_metric_closes_on_duckdb(seed: int, tmp_path: Path) -> None:
    made = small_shop(seed)
    warehouse = built(made, tmp_path)
    assert_every_metric_closes(made, warehouse, seed)
    warehouse.close()


def test_every_metric_closes_on_postgresql(postgres_database: Callable[[], str]) -> None:
    made = small_shop(SEEDS[0])
    warehouse = built(made, postgres_database())
    assert_every_metric_closes(made, warehouse, 0)
    warehouse.close()
