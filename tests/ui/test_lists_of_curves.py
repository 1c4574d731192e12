"""Every list that the curves offer names as many people as its title says."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from data.scope import Scope
from data.warehouse import Warehouse
from i18n import LANGUAGES, Text
from metrics.audiences.definitions import of_retention, of_survival, people_of
from metrics.people import people_page
from metrics.periods import Grain
from metrics.retention.ask import retention
from metrics.retention.people import cell_people
from metrics.retention.result import Retention
from metrics.retention.spec import Kind, Return, Spec, Start, Value
from metrics.survival.people import Point, Who, curve_people
from metrics.survival.result import SurvivalAnswer, survival
from metrics.survival.spec import Outcome
from metrics.user_segments import Group, Segment
from tests.metrics.asking import span
from tests.world import event, item, order, user, world
from ui.retention import segment_people as cohorts
from ui.survival import people as curves

ALL = Scope.of("CNY")
SPLITS = (None, Segment.CHANNEL, Segment.COUPON, Segment.CATEGORY, Segment.REFERRED)


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warehouse]:
    """Twelve buyers of ten channels in two months; the first of each three buys again."""
    people = [f"u{n}" for n in range(12)]
    channels = [f"c{min(n, 9)}" for n in range(12)]
    orders, items = [], []
    for n, who in enumerate(people):
        days = [f"2024-0{1 + n % 2}-{3 + n:02d}"]
        days += [f"2024-03-{3 + n:02d}"] if n % 3 == 0 else []
        for k, day in enumerate(days):
            coupon = "NEW" if n % 4 == 0 and k == 0 else None
            orders.append(order(who, day, 9, order_id=f"{who}-{k}", coupon_code=coupon))
            items.append(item(f"{who}-{k}", "i", 1, 9, category=("toys", "home")[n % 2]))
    made = world(
        tmp_path_factory.mktemp("curves"),
        users=[
            user(who, "2024-01-01", channel=c, referrer_id="u0" if n > 8 else None)
            for n, (who, c) in enumerate(zip(people, channels, strict=True))
        ],
        events=[event(who, "2024-02-20") for who in people[:5]],
        orders=orders,
        order_items=items,
        through="2024-06-01",
    )
    opened = made.warehouse()
    yield opened
    opened.close()


def total(w: Warehouse, people: object) -> int:
    return people_page(w, people).total  # type: ignore[arg-type]


def cohorts_by(w: Warehouse, by: Segment | None, kind: Kind) -> Retention:
    spec = Spec(Start.FIRST_PURCHASE, Return.PURCHASE, Grain.MONTH, kind=kind)
    return retention(w, ALL, span("2024-01-01", "2024-03-01"), spec, by)


@pytest.mark.parametrize("kind", [Kind.BOUNDED, Kind.ROLLING, Kind.ON_OR_BEFORE])
@pytest.mark.parametrize("by", SPLITS)
def test_points_of_retention_curves(warehouse: Warehouse, by: Segment | None, kind: Kind) -> None:
    split = cohorts_by(warehouse, by, kind)
    offered = cohorts.choices(split)
    assert {p.group for p in offered} == {
        cohorts.group_of(split, s.value) for s in cohorts.lines(split)
    }
    for point in offered:
        column = split.columns[point.column]
        spans = cohorts.cohorts_in(split, point.column)
        asked = (split.spec, split.span, spans, column, point.who, point.group)
        people = cell_people(warehouse, ALL, *asked)
        assert total(warehouse, people) == cohorts.count_of(split, point) > 0
        kept = people_of(warehouse, ALL, of_retention(*asked))
        assert total(warehouse, kept) == cohorts.count_of(split, point)


def test_the_smaller_segments_of_cohorts_are_listed_together(warehouse: Warehouse) -> None:
    """Eight of ten channels stand for themselves."""
    split = cohorts_by(warehouse, Segment.CHANNEL, Kind.BOUNDED)
    others = cohorts.group_of(split, None)
    assert others is not None
    assert len(others.named) == 8
    assert any(p.group == others for p in cohorts.choices(split))


def test_orders_and_money_have_no_people_behind_a_point(warehouse: Warehouse) -> None:
    spec = Spec(Start.FIRST_PURCHASE, Return.PURCHASE, Grain.MONTH, value=Value.REVENUE)
    found = retention(warehouse, ALL, span("2024-01-01", "2024-03-01"), spec)
    assert cohorts.selecting(found) == {}


def curves_by(w: Warehouse, outcome: Outcome, by: Segment | None) -> SurvivalAnswer:
    churn = 30 if outcome is Outcome.LAST_ACTIVITY else None
    return survival(w, ALL, outcome, churn_days=churn, segment=by)


@pytest.mark.parametrize("outcome", Outcome)
@pytest.mark.parametrize("by", SPLITS)
def test_points_of_survival_curves(
    warehouse: Warehouse, by: Segment | None, outcome: Outcome
) -> None:
    found = curves_by(warehouse, outcome, by)
    offered = curves.choices(found)
    assert offered
    for point in offered:
        people = curve_people(warehouse, ALL, found.question, point)
        n = total(warehouse, people)
        assert f": {n}" in curves.name_of(found, point, Text("en"))
        assert n > 0
        definition = of_survival(found.question, point)
        assert total(warehouse, people_of(warehouse, ALL, definition)) == n


def test_a_step_of_a_curve_and_the_rest_of_it_are_everybody(warehouse: Warehouse) -> None:
    """At every age: ended by the day before, or reached it."""
    found = curves_by(warehouse, Outcome.SECOND_PURCHASE, None)
    assert found.whole.survival is not None
    for step in found.whole.survival.steps:
        before, here = Point(Who.ENDED, step.age - 1), Point(Who.AT_RISK, step.age)
        lost = sum(a.censored for a in found.whole.counts if a.age < step.age)
        counted = [curves.count_of(found.whole, p) for p in (before, here)]
        assert counted[1] == step.at_risk
        assert sum(counted) + lost == 12


def test_a_point_of_a_curve_that_is_gone_is_not_opened(warehouse: Warehouse) -> None:
    """The reader clicked, and chose another split in the same moment."""
    found = curves_by(warehouse, Outcome.SECOND_PURCHASE, Segment.COUPON)
    assert curves.curve_of(found, Point(Who.ENDED, 3)) is None
    assert curves.curve_of(found, Point(Who.ENDED, 3, Group(Segment.CHANNEL, "c1"))) is None


@pytest.mark.parametrize("language", LANGUAGES)
def test_titles_say_whom_in_both_languages(warehouse: Warehouse, language: str) -> None:
    tr = Text("zh" if language == "zh" else "en")
    split = cohorts_by(warehouse, Segment.COUPON, Kind.BOUNDED)
    found = curves_by(warehouse, Outcome.LAST_ACTIVITY, Segment.COUPON)
    titles = [cohorts.name_of(split, p, tr) for p in cohorts.choices(split)]
    titles += [curves.name_of(found, p, tr) for p in curves.choices(found)]
    assert len(titles) == len(set(titles))
    assert all("{" not in t for t in titles)
