"""A list that is kept as JSON is found again: the same people of the same data, more of later."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from data.scope import Scope, Span
from data.warehouse import Warehouse
from i18n import Problem
from metrics.attribution.people import attribution_people, behind
from metrics.attribution.result import attribution
from metrics.attribution.spec import Model
from metrics.attribution.spec import Spec as Touches
from metrics.audiences.definitions import (
    Definition,
    Listed,
    of_attribution,
    of_channels,
    of_funnel,
    of_growth,
    of_lifecycle,
    of_metric,
    of_payback,
    of_referral,
    of_retention,
    of_states,
    of_survival,
    people_of,
)
from metrics.catalog import METRICS
from metrics.channels.people import Counted, channel_people
from metrics.explore.people import Basis as Listing
from metrics.explore.people import people_of_measure
from metrics.funnels.people import Bar, State, funnel_people
from metrics.funnels.result import Breakdown
from metrics.funnels.spec import simple
from metrics.growth.people import FlowBar, MoneyBar, flow_people, money_people
from metrics.growth.result import Period
from metrics.growth.spec import Criterion, Flow, MoneyFlow
from metrics.lifecycle.people import Number, lifecycle_people
from metrics.lifecycle.result import Asked
from metrics.lifecycle.stages import Population
from metrics.payback.people import Cell, payback_people
from metrics.payback.spec import By
from metrics.people import People, people_page
from metrics.periods import Grain
from metrics.referral.people import referral_people
from metrics.referral.steps import Step
from metrics.retention.people import Who, cell_people
from metrics.retention.spec import Bracket, Kind, Spec
from metrics.states.people import StateBar, Transition, state_people
from metrics.states.spec import State as Stage
from metrics.survival.people import Point, curve_people
from metrics.survival.people import Who as Whom
from metrics.survival.spec import Outcome, Question
from metrics.user_segments import Group, Segment
from tests.pages.shop import THROUGH, made, rows
from tests.world import World, at, event, user, world
from tests.world import shop as settled

CNY = Scope("CNY")
WEEK = Span(date(2024, 1, 1), date(2024, 1, 8))
NEXT = Span(date(2024, 1, 8), date(2024, 1, 15))
FUNNEL = simple("view_item", "purchase")


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> World:
    settings = settled(lifecycle={"activation_event": "view_item"})
    folder = tmp_path_factory.mktemp("audiences")
    touches = [
        {"user_id": "1", "touched_at": at(day), "channel": channel, "kind": "click"}
        for day, channel in (("2024-01-06", "paid_search"), ("2024-01-07", "kol"))
    ]
    return world(folder, settings=settings, through=THROUGH, touchpoints=touches, **rows())


@pytest.fixture(scope="module")
def warehouse(shop: World) -> Warehouse:
    return shop.warehouse()


def listed(w: Warehouse, people: People) -> list[tuple[object, ...]]:
    return list(people_page(w, people).rows)


def kept(definition: Definition | None) -> Definition:
    """As it comes back from the store."""
    assert definition is not None
    return Definition(Listed(definition.list.value), json.loads(json.dumps(definition.of)))


def pairs(w: Warehouse) -> list[tuple[People, Definition | None]]:
    """Each kind of list as its page asks for it, and as it is kept."""
    bar = Bar(State.REACHED, 1)
    number = Number()
    spec = Spec(grain=Grain.WEEK, kind=Kind.BRACKET, brackets=(Bracket(0, 1), Bracket(2, 4)))
    period = Period(NEXT, WEEK, True, True, True)
    flow = FlowBar(period, Criterion.ACTIVE, Flow.RETAINED)
    money = MoneyBar(period, Grain.WEEK, MoneyFlow.NEW)
    state = StateBar(date(2024, 1, 14), Stage.NEW)
    in_china, elsewhere = Group(Segment.MARKET, "CN"), Group(Segment.MARKET, None, ("US",))
    flow_there = FlowBar(period, Criterion.ACTIVE, Flow.RETAINED, in_china)
    money_there = MoneyBar(period, Grain.WEEK, MoneyFlow.NEW, elsewhere)
    state_there = StateBar(date(2024, 1, 14), Stage.NEW, elsewhere)
    again = Question(Outcome.SECOND_PURCHASE, w.coverage)
    bought, stayed = Point(Whom.ENDED, 5), Point(Whom.AT_RISK, 0, in_china)
    seen = Question(Outcome.LAST_ACTIVITY, w.coverage, churn_days=2, segment=Segment.MARKET)
    customers = Counted(NEXT)
    move = Transition(date(2024, 1, 2), date(2024, 1, 14), None, Stage.NEW)
    column = Bracket(0, 1)
    counted = Counted(NEXT, ("paid_search",))
    cell = Cell((NEXT,), 1, By.CHANNEL, "organic_search")
    touches = Touches(kinds=("click",))
    credit = attribution(w, CNY, NEXT, touches, tuple(Model))
    return [
        (funnel_people(w, CNY, FUNNEL, WEEK, bar), of_funnel(FUNNEL, WEEK, bar)),
        (
            lifecycle_people(Asked(w, CNY, Population.REGISTERED), WEEK, number),
            of_lifecycle(Population.REGISTERED, WEEK, number),
        ),
        (referral_people(w, CNY, WEEK, Step.ACQUIRED), of_referral(WEEK, Step.ACQUIRED)),
        (
            cell_people(w, CNY, spec, WEEK, [WEEK], column),
            of_retention(spec, WEEK, [WEEK], column, Who.RETURNED),
        ),
        (
            cell_people(w, CNY, spec, WEEK, [WEEK], column, Who.COHORT, elsewhere),
            of_retention(spec, WEEK, [WEEK], column, Who.COHORT, elsewhere),
        ),
        (curve_people(w, CNY, again, bought), of_survival(again, bought)),
        (curve_people(w, CNY, seen, stayed), of_survival(seen, stayed)),
        (flow_people(w, CNY, flow_there), of_growth(flow_there)),
        (money_people(w, CNY, money_there), of_growth(money_there)),
        (state_people(w, CNY, state_there), of_states(state_there)),
        (channel_people(w, CNY, customers), of_channels(customers)),
        (flow_people(w, CNY, flow), of_growth(flow)),
        (money_people(w, CNY, money), of_growth(money)),
        (state_people(w, CNY, state), of_states(state)),
        (state_people(w, CNY, move), of_states(move)),
        (channel_people(w, CNY, counted), of_channels(counted)),
        (payback_people(w, CNY, cell), of_payback(cell)),
        (
            people_of_measure(w, CNY, Listing("buyers"), NEXT, {"market": "CN"}),
            of_metric(METRICS["gmv"], NEXT, {"market": "CN"}),
        ),
        *[
            (
                attribution_people(w, CNY, behind(credit, "kol", model, campaign)),
                of_attribution(NEXT, touches, behind(credit, "kol", model, campaign)),
            )
            for model in (Model.LINEAR, Model.MARKOV)
            for campaign in (None, "unknown")
        ],
    ]


def test_every_kind_of_list_is_found_again(warehouse: Warehouse) -> None:
    asked = pairs(warehouse)
    assert {d.list for _, d in asked if d is not None} == set(Listed)
    for people, definition in asked:
        then = listed(warehouse, people)
        if definition is not None and definition.list is not Listed.REFERRAL:
            assert then, definition
        assert listed(warehouse, people_of(warehouse, CNY, kept(definition))) == then


def test_whoever_fits_later_is_on_it(tmp_path: Path) -> None:
    """Users 2 and 3 registered in the first week; the next delivery brings a fourth."""
    shop = made(tmp_path)
    definition = kept(of_states(StateBar(date(2024, 1, 14), Stage.NEW)))
    before = {r[0] for r in listed(shop.warehouse(), people_of(shop.warehouse(), CNY, definition))}
    late = {
        "users": [user(4, "2024-01-05", country="CN")],
        "events": [event(4, "2024-01-06", "login")],
    }
    shop.load(None, **late)
    after = {r[0] for r in listed(shop.warehouse(), people_of(shop.warehouse(), CNY, definition))}
    assert after - before == {"4"}


def test_the_group_of_all_others_stays_who_it_was(tmp_path: Path) -> None:
    """All but China; later a user of Germany comes, who is among them, and one of China."""
    shop = made(tmp_path)
    bar = StateBar(date(2024, 1, 14), None, Group(Segment.MARKET, None, ("CN",)))
    definition = kept(of_states(bar))

    def now() -> set[object]:
        return {
            r[0] for r in listed(shop.warehouse(), people_of(shop.warehouse(), CNY, definition))
        }

    before = now()
    late = [user(4, "2024-01-05", country="DE"), user(5, "2024-01-05", country="CN")]
    shop.load(None, users=late)
    assert (before, now()) == ({"2"}, {"2", "4"})


def test_parts_of_a_funnel_are_not_kept() -> None:
    """Which values stand for themselves changes with the data."""
    assert of_funnel(FUNNEL, WEEK, Bar(State.REACHED, 1, Breakdown("channel"), "kol")) is None


@pytest.mark.parametrize("broken", [{}, {"span": ["x", "y"]}, {"funnel": {"steps": []}, "span": 3}])
def test_what_can_not_be_read_is_told(warehouse: Warehouse, broken: dict[str, object]) -> None:
    with pytest.raises(Problem) as told:
        people_of(warehouse, CNY, Definition(Listed.FUNNEL, broken))
    assert told.value.code in ("audience_unreadable", "funnel_size")
