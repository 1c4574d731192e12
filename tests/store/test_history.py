"""Whatever people do, and in whatever order, the history holds all of it."""

from __future__ import annotations

from itertools import count
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from i18n import Problem
from store import OVERVIEW_DECK, Action, EditConflict, OverviewDeck, Store
from tests.store.conftest import Opens, deck


class Step(NamedTuple):
    """One thing somebody does; `seen` counts back from the newest revision (0 is None)."""

    does: str
    seen: int
    tile: str


class Version(NamedTuple):
    """What the history should say of one revision."""

    action: Action
    body: OverviewDeck
    based_on: int | None


steps = st.lists(
    st.builds(
        Step,
        st.sampled_from(["save", "restore", "delete"]),
        st.integers(0, 4),
        st.sampled_from(["dau", "wau", "mau"]),
    ),
    max_size=12,
)
shops = count()


def expected(model: list[Version], step: Step) -> Version | None:
    """What the history gains, by the rules in words: an edit fits what is in force, or None after
    a deletion or before anything; what doesn't fit is kept as refused, but for a deletion."""
    based_on = len(model) + 1 - step.seen if step.seen else None
    force = next((i for i in range(len(model), 0, -1) if model[i - 1].action != "refused"), None)
    deleted = force is not None and model[force - 1].action == "deleted"
    if step.does == "delete":
        if force is None or deleted or based_on != force:
            return None
        return Version(Action.DELETED, model[force - 1].body, based_on)
    body = deck(step.tile)
    action = Action.SAVED
    if step.does == "restore":
        if not model:
            return None
        body, action = model[len(model) // 2].body, Action.RESTORED
    fits = force is None or based_on == force or (deleted and based_on is None)
    return Version(action if fits else Action.REFUSED, body, based_on)


def act(store: Store, shop: str, size: int, step: Step) -> None:
    """Do the step against the store; refusals are part of the game."""
    based_on = size + 1 - step.seen if step.seen else None
    try:
        if step.does == "save":
            store.save(OVERVIEW_DECK, shop, deck(step.tile), author="A", based_on=based_on)
        elif step.does == "restore":
            store.restore(OVERVIEW_DECK, shop, size // 2 + 1, author="A", based_on=based_on)
        else:
            store.delete(OVERVIEW_DECK, shop, author="A", based_on=based_on or 0)
    except EditConflict:
        pass
    except Problem as problem:
        if problem.code not in ("no_such_record", "no_such_revision"):
            raise


def check(store: Store, todo: list[Step]) -> None:
    shop = f"shop {next(shops)}"
    model: list[Version] = []
    for step in todo:
        act(store, shop, len(model), step)
        if gained := expected(model, step):
            model.append(gained)
        history = store.history(OVERVIEW_DECK, shop)[::-1]
        assert [Version(v.action, v.body, v.based_on) for v in history] == model
        assert [v.revision for v in history] == list(range(1, len(model) + 1))
        kept = [v for v in history if v.action is not Action.REFUSED]
        living = kept[-1] if kept and kept[-1].action is not Action.DELETED else None
        assert store.load(OVERVIEW_DECK, shop) == living


def test_history_is_complete_after_any_sequence(sqlite_url: str, opened: Opens) -> None:
    store = opened(sqlite_url)

    @settings(max_examples=60, deadline=None)
    @given(steps)
    def any_sequence(todo: list[Step]) -> None:
        check(store, todo)

    any_sequence()


@pytest.mark.postgres
def test_history_is_complete_on_postgres_too(postgres_url: str, opened: Opens) -> None:
    store = opened(postgres_url)

    @settings(max_examples=20, deadline=None)
    @given(steps)
    def any_sequence(todo: list[Step]) -> None:
        check(store, todo)

    any_sequence()
