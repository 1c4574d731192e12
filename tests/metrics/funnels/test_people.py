"""The list behind a bar holds exactly the units that the bar counts, as the viewer may see them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from data.scope import Scope, Viewer
from data.warehouse import Warehouse
from i18n import LANGUAGES, Problem, Text
from metrics.funnels.ask import funnel_counts
from metrics.funnels.people import (
    Bar,
    State,
    bar_sentence,
    behind,
    funnel_people,
    last_step_of,
    require_bar,
)
from metrics.funnels.question import Question
from metrics.funnels.result import NOT_REACHED, OTHER, Breakdown, Segment
from metrics.funnels.spec import Funnel
from metrics.people import PeoplePage, people_page
from tests.metrics.funnels.busy_shop import BREAKDOWNS, FUNNELS, SPAN, history
from tests.world import World, event, order, user, world

CNY = Scope("CNY")


@pytest.fixture(scope="module")
def embedded(tmp_path_factory: pytest.TempPathFactory) -> World:
    return history(tmp_path_factory.mktemp("history"))


def bars(segment: Segment, by: Breakdown | None) -> dict[Bar, int]:
    """Every bar of a segment, with how many it says."""
    found = {
        Bar(State.CONVERTED, 1, by, segment.value): segment.converted,
        Bar(State.UNDER_WAY, 1, by, segment.value): segment.in_progress,
        Bar(State.LEFT_OUT, 1, by, segment.value): segment.left_out,
    }
    for s in segment.steps:
        found[Bar(State.REACHED, s.step, by, segment.value)] = s.reached
        found[Bar(State.DROPPED, s.step, by, segment.value)] = s.dropped
        found[Bar(State.IN_PROGRESS, s.step, by, segment.value)] = s.in_progress
    return found


def listed(warehouse: Warehouse, funnel: Funnel, bar: Bar, *, limit: int = 500) -> PeoplePage:
    people = funnel_people(warehouse, CNY, funnel, SPAN, bar)
    return people_page(warehouse, people, limit=limit)


@pytest.mark.parametrize("name", FUNNELS)
def test_a_list_is_as_long_as_its_bar(embedded: World, name: str) -> None:
    warehouse, funnel = embedded.warehouse(), FUNNELS[name]
    total = funnel_counts(warehouse, CNY, funnel, SPAN).total
    assert total.entered > 0
    for bar, says in bars(total, None).items():
        page = listed(warehouse, funnel, bar)
        assert (page.total, len(page.rows)) == (says, says), bar


@pytest.mark.parametrize(("name", "by"), BREAKDOWNS.items(), ids=str)
def test_a_list_of_a_segment_is_as_long_as_its_bar(
    embedded: World, name: str, by: Breakdown
) -> None:
    """With more values than are shown (the others together), and units that never got to the step
    whose property is asked for."""
    warehouse, funnel = embedded.warehouse(), FUNNELS[name]
    segments = funnel_counts(warehouse, CNY, funnel, SPAN, by).segments
    assert {s.value for s in segments} & {OTHER, NOT_REACHED, "city1"}
    for segment in segments:
        wanted = (State.REACHED, State.DROPPED)
        for bar, says in bars(segment, by).items():
            if bar.state in wanted and bar.step == 2:
                assert listed(warehouse, funnel, bar).total == says, bar


def test_the_history_has_people_in_every_state(embedded: World) -> None:
    """Else the test above would compare nothing with nothing."""
    for state in State:
        name = "leave out" if state is State.LEFT_OUT else "plain"
        funnel = FUNNELS[name].model_copy(update={"window": FUNNELS["same item"].window})
        found = [listed(embedded.warehouse(), funnel, Bar(state, k)).total for k in (1, 2, 3)]
        assert max(found) > 0, state


def test_both_databases_list_the_same_people_in_the_same_order(
    embedded: World, postgres_database: Callable[[], str]
) -> None:
    here, there = embedded.warehouse(), history(postgres_database()).warehouse()
    for name, funnel in FUNNELS.items():
        total = funnel_counts(there, CNY, funnel, SPAN).total
        bar, says = Bar(State.DROPPED, len(funnel.steps)), total.steps[-1].dropped
        found = listed(there, funnel, bar)
        assert found.total == says, name
        assert found.rows == listed(here, funnel, bar).rows, name


def test_pages_follow_one_another_without_gap_or_repetition(embedded: World) -> None:
    warehouse, funnel = embedded.warehouse(), FUNNELS["attempts of an item"]
    people = funnel_people(warehouse, CNY, funnel, SPAN, Bar())
    whole = people_page(warehouse, people, limit=500)
    pages = [
        people_page(warehouse, people, offset=k, limit=7) for k in range(0, whole.total + 7, 7)
    ]
    assert tuple(row for page in pages for row in page.rows) == whole.rows
    assert pages[0].total == whole.total > 7
    entered = [row[2] for row in whole.rows]
    assert entered == sorted(entered, reverse=True)


@pytest.fixture(scope="module")
def three(tmp_path_factory: pytest.TempPathFactory) -> World:
    """ann (CN) looks and buys twice, once before; bob (US) looks; a visitor looks and never
    registers; t is a test user."""
    return world(
        tmp_path_factory.mktemp("three"),
        users=[
            user("ann", "2024-01-01 08:00", country="CN", city="Xi'an", gender="f", birth_year=1990,
                 language="zh", channel="kol", platform="ios"),
            user("bob", "2024-01-02 09:00", country="US", channel="email"),
            user("t", is_test=True),
        ],
        events=[
            event("ann", "2024-01-02 10:00", "view_item"),
            event("ann", "2024-01-02 10:05", "add_to_cart"),
            event("bob", "2024-01-03 10:00", "view_item"),
            event(None, "2024-01-04 10:00", "view_item", visitor_id="v1", country="US",
                  channel="direct"),
            event("t", "2024-01-04 10:00", "view_item"),
        ],
        orders=[order("ann", "2024-01-01 09:00", 30), order("ann", "2024-01-02 11:00", 50)],
        through="2024-03-01",
    )  # fmt: skip


def by_person(page: PeoplePage) -> dict[str, dict[str, object]]:
    keys = [c.key for c in page.columns]
    return {row[0]: dict(zip(keys, row, strict=True)) for row in page.rows}


def test_a_row_says_who_and_what_is_known_of_them(three: World) -> None:
    found = by_person(listed(three.warehouse(), FUNNELS["plain"], Bar()))
    assert list(found) == ["v1", "bob", "ann"]
    ann, visitor = found["ann"], found["v1"]
    assert (ann["orders"], ann["gmv"]) == (2, 80.0)
    assert (ann["market"], ann["channel"], ann["city"], ann["birth_year"]) == (
        "CN", "kol", "Xi'an", "1990",
    )  # fmt: skip
    assert str(ann["step_2"]) == "2024-01-02 10:05:00"
    assert (visitor["market"], visitor["registered_at"], visitor["orders"]) == ("US", None, 0)


def test_an_order_of_a_visitor_is_theirs(tmp_path: Path) -> None:
    """The visitor of a paid step 3 has one order, though nobody registered."""
    made = world(
        tmp_path,
        events=[event(None, "2024-01-02 10:00", "view_item", visitor_id="v"),
                event(None, "2024-01-02 10:01", "add_to_cart", visitor_id="v")],
        orders=[order(None, "2024-01-02 11:00", 50, visitor_id="v")],
        through="2024-03-01",
    )  # fmt: skip
    found = by_person(listed(made.warehouse(), FUNNELS["plain"], Bar(State.CONVERTED)))
    assert (found["v"]["orders"], found["v"]["gmv"]) == (1, 50.0)


def test_without_a_rate_there_is_no_sum(tmp_path: Path) -> None:
    made = world(
        tmp_path,
        users=[user("a")],
        events=[event("a", "2024-01-02 10:00", "view_item"),
                event("a", "2024-01-02 10:01", "add_to_cart")],
        orders=[order("a", "2024-01-02 11:00", 50, currency="USD")],
        through="2024-03-01",
    )  # fmt: skip
    found = by_person(listed(made.warehouse(), FUNNELS["plain"], Bar()))
    assert (found["a"]["orders"], found["a"]["gmv"]) == (1, None)


def test_a_viewer_of_one_market_sees_only_its_people(three: World) -> None:
    american = three.warehouse(Viewer("x", markets=frozenset({"US"}), personal_data=True))
    assert set(by_person(listed(american, FUNNELS["plain"], Bar()))) == {"bob", "v1"}
    nobody = three.warehouse(Viewer("x", markets=frozenset()))
    assert listed(nobody, FUNNELS["plain"], Bar()).total == 0


def test_personal_columns_need_the_right(three: World) -> None:
    viewer = Viewer("x", personal_data=False)
    page = listed(three.warehouse(viewer), FUNNELS["plain"], Bar())
    assert {"city", "gender", "birth_year"}.isdisjoint(c.key for c in page.columns)
    assert "city" not in page.sql
    assert "language" in {c.key for c in page.columns}


def test_columns_that_the_source_never_fills_are_not_listed(three: World) -> None:
    page = listed(three.warehouse(), FUNNELS["plain"], Bar())
    assert "referrer_id" not in {c.key for c in page.columns}


def test_a_page_behind_the_end_is_empty(three: World) -> None:
    people = funnel_people(three.warehouse(), CNY, FUNNELS["plain"], SPAN, Bar())
    assert people_page(three.warehouse(), people, offset=50).rows == ()


def test_a_step_that_is_not_there_is_named(three: World) -> None:
    with pytest.raises(Problem) as caught:
        funnel_people(three.warehouse(), CNY, FUNNELS["plain"], SPAN, Bar(step=9))
    assert caught.value.code == "bar_step"
    with pytest.raises(Problem):
        require_bar(FUNNELS["plain"], Bar(step=0))


def test_the_list_is_built_from_the_step_that_the_bars_count(three: World) -> None:
    """Both statements hold the same attempts; the list adds who they are."""
    q = Question.of(three.warehouse(), FUNNELS["plain"], SPAN)
    names = {c.name for c in behind(three.warehouse().sources(CNY), q, Bar()).c}
    assert {"person_no", "level", "open", "left_out", "step_1", "step_3"} <= names


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_list_has_a_title(state: State, language: str) -> None:
    said = bar_sentence(
        FUNNELS["plain"], Bar(state, 2), "1,234", Text("zh" if language == "zh" else "en")
    )
    assert "1,234" in said
    assert "{" not in said


def test_who_dropped_was_last_at_the_required_step_before() -> None:
    """The optional cart of step 2 is no place from which to drop before the checkout."""
    assert last_step_of(FUNNELS["optional"], Bar(State.DROPPED, 3)) == 1
    assert last_step_of(FUNNELS["optional"], Bar(State.REACHED, 2)) == 2
    assert last_step_of(FUNNELS["optional"], Bar(State.UNDER_WAY)) is None
