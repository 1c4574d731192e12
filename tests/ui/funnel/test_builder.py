"""The panel of the funnel page: what is chosen becomes a funnel, and nothing typed gets lost."""

from __future__ import annotations

import html
from collections.abc import Iterator
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from data.settings import SETTINGS_VARIABLE
from metrics.funnels.spec import simple
from store import SAVED_FUNNEL, SavedFunnel, Store, open_store
from tests.pages.framed import words_on
from tests.pages.shop import made, settings_of
from ui.funnel.address import read_funnel, write_funnel

TWO = "login~view_item"


def _panel() -> None:
    """Menu and open panel alone, begun as the frame begins them."""
    import streamlit as st

    from ui.funnel.asked import Asked
    from ui.funnel.builder import OPEN, builder
    from ui.funnel.choose import choose_funnel
    from ui.guard import guarded
    from ui.session import begin, choose, chosen, publish_url, text

    begin()
    st.session_state.setdefault(OPEN, True)
    if st.button("other language", key="switch"):
        choose(lang="zh")
    with guarded():
        asked = Asked.now()
        choose_funnel(asked)
        builder(asked)
        publish_url()
        st.caption(f"shown: {chosen().funnel} {text().language}")


@pytest.fixture
def team(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """The team's records as another program of the team sees them."""
    st.cache_data.clear()
    st.cache_resource.clear()
    monkeypatch.setenv(SETTINGS_VARIABLE, str(settings_of(tmp_path, [made(tmp_path)])))
    yield open_store(f"sqlite:///{tmp_path}/store.sqlite")
    st.cache_data.clear()
    st.cache_resource.clear()


def panel(f: str = TWO, lang: str = "en") -> AppTest:
    app = AppTest.from_function(_panel, default_timeout=60)
    app.query_params["lang"], app.query_params["f"] = lang, f
    return app.run()


def press(app: AppTest, label: str, nth: int = 0) -> AppTest:
    """A button by its words, or by the help of one that has only a sign."""
    found = [b for b in app.button if label in (b.label, b.help)]
    return found[nth].click().run()


def said(app: AppTest) -> str:
    assert not app.exception
    return html.unescape("\n".join(words_on(app)))


def events(app: AppTest) -> list[list[str]]:
    return [m.value for m in app.multiselect if m.label.startswith(("Step", "第"))]


def test_the_panel_shows_the_funnel_of_the_address(team: Store) -> None:
    app = panel(
        "login~view_item?~purchase~~within.90m~~not.login:1-2:leave_out".replace("1-2", "1-3")
    )
    assert events(app) == [["login"], ["view_item"], ["purchase"]]
    assert [n.value for n in app.number_input] == [90]
    assert "leaves them out" in said(app)


def test_a_step_that_is_added_and_filled_stands_in_the_address(team: Store) -> None:
    app = press(panel(), "Add a step")
    app.multiselect[2].set_value(["purchase"]).run()
    app = press(app, "Show the result")
    assert "shown: login~view_item~purchase en" in said(app)


def test_steps_change_places_and_one_goes(team: Store) -> None:
    app = press(panel("login~view_item~purchase"), "Move down")
    assert events(app) == [["view_item"], ["login"], ["purchase"]]
    app = press(app, "Remove the step", nth=1)
    assert events(app) == [["view_item"], ["purchase"]]
    assert "shown: view_item~purchase en" in said(press(app, "Show the result"))


def test_an_empty_step_is_named_and_can_not_be_shown(team: Store) -> None:
    app = press(panel(), "Insert a step below")
    assert "Step 2 has no event yet." in said(app)
    [show] = [b for b in app.button if b.label == "Show the result"]
    assert show.disabled
    assert f"shown: {TWO}" in said(app)


def test_the_same_event_twice_is_refused_in_any_order_only(team: Store) -> None:
    app = panel("login~login")
    assert "In any order every step needs" not in said(app)
    [order] = [s for s in app.selectbox if s.label == "Order"]
    app = order.set_value("unordered").run()
    assert "In any order every step needs events of its own; in several steps: login." in said(app)


def test_what_was_chosen_outlives_another_language(team: Store) -> None:
    app = press(panel(), "Add a step")
    app.multiselect[2].set_value(["purchase"]).run()
    app = press(app, "other language")
    assert "zh" in said(app)
    assert events(app) == [["login"], ["view_item"], ["purchase"]]


def test_a_condition_becomes_part_of_the_funnel(team: Store) -> None:
    app = press(panel(), "Add a condition")
    assert "The filter on “channel” names no value." in said(app)
    [values] = [m for m in app.multiselect if m.label == "Values"]
    app = values.set_value(["email"]).run()
    assert "shown: z." in said(press(app, "Show the result"))


def test_an_exclusion_takes_conditions_as_a_step_does(team: Store) -> None:
    app = press(panel("login~view_item~~not.login:1-2:stop"), "Add a condition", nth=2)
    [column] = [s for s in app.selectbox if s.label == "Property"]
    assert column.value == "channel"
    [values] = [m for m in app.multiselect if m.label == "Values"]
    app = press(values.set_value(["poster"]).run(), "Show the result")
    shown = next(line for line in said(app).splitlines() if line.startswith("shown: "))
    [excluded] = read_funnel(shown.split()[1]).exclusions
    [match] = excluded.any_of
    assert [(f.column, f.op, f.values) for f in match.filters] == [("channel", "is", ("poster",))]


def test_conditions_of_a_saved_exclusion_can_be_edited(team: Store) -> None:
    """From an address with one, its value is shown; without it the exclusion is a plain one."""
    funnel = simple("login", "view_item")
    narrowed = {"event": "login", "filters": [{"column": "channel", "values": ["email"]}]}
    body = {**funnel.model_dump(), "exclusions": [{"any_of": [narrowed], "after": 1, "before": 2}]}
    app = panel(write_funnel(type(funnel).model_validate(body)))
    [values] = [m for m in app.multiselect if m.label == "Values"]
    assert values.value == ["email"]
    app = press(press(app, "Remove the condition"), "Show the result")
    assert "shown: login~view_item~~not.login:1-2:stop en" in said(app)


def test_undo_goes_back_to_what_is_shown(team: Store) -> None:
    app = press(press(panel(), "Add a step"), "Undo changes")
    assert events(app) == [["login"], ["view_item"]]


def name_it(app: AppTest, name: str) -> AppTest:
    [field] = [t for t in app.text_input if t.label == "Name"]
    return field.set_value(name).run()


def test_a_saved_funnel_is_the_teams_and_opens_in_another_session(team: Store) -> None:
    press(name_it(panel(), "Look around"), "Save for the team")
    saved = team.load(SAVED_FUNNEL, "world", "Look around")
    assert saved is not None
    assert type(simple("a", "b")).model_validate(saved.body.definition) == simple(
        "login", "view_item"
    )
    app = panel("login~purchase")
    app.selectbox[0].set_value("saved.Look around").run()
    assert "shown: login~view_item en" in said(app)


def test_somebody_elses_edit_is_not_overwritten_unseen(team: Store) -> None:
    app = press(name_it(panel(), "Shared"), "Save for the team")
    theirs = SavedFunnel(definition=simple("login", "purchase").model_dump(mode="json"))
    team.save(SAVED_FUNNEL, "world", theirs, author="Lin", based_on=1, name="Shared")
    app = press(app, "Save for the team")
    assert "Lin" in said(app)
    in_force = team.load(SAVED_FUNNEL, "world", "Shared")
    assert in_force is not None
    assert in_force.body == theirs
    press(app, "Save for the team")
    in_force = team.load(SAVED_FUNNEL, "world", "Shared")
    assert in_force is not None
    assert in_force.body != theirs


def test_a_deleted_funnel_leaves_the_menu_but_not_the_history(team: Store) -> None:
    app = press(name_it(panel(), "Gone"), "Save for the team")
    app = press(app, "Delete")
    assert "Gone · saved by the team" not in app.selectbox[0].options
    assert team.load(SAVED_FUNNEL, "world", "Gone") is None
    assert len(team.history(SAVED_FUNNEL, "world", "Gone")) == 2


def test_a_deleted_funnel_is_restored_as_it_was(team: Store) -> None:
    app = press(name_it(panel(), "Gone"), "Save for the team")
    app = press(app, "Delete")
    assert "Deleted by local" in said(app)
    app = press(app, "Restore")
    assert "Gone · saved by the team" in app.selectbox[0].options
    assert "Deleted by" not in said(app)
    back = team.load(SAVED_FUNNEL, "world", "Gone")
    assert back is not None
    assert back.action == "restored"
    assert back.body == team.history(SAVED_FUNNEL, "world", "Gone")[-1].body


def test_restoring_does_not_replace_what_somebody_saved_since(
    team: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the list and the click Lin used the name again: told, and hers stays."""
    app = press(name_it(panel(), "Shared"), "Save for the team")
    app = press(app, "Delete")
    [gone] = team.deleted(SAVED_FUNNEL, "world")
    theirs = SavedFunnel(definition=simple("login", "purchase").model_dump(mode="json"))
    team.save(SAVED_FUNNEL, "world", theirs, author="Lin", based_on=None, name="Shared")
    monkeypatch.setattr(Store, "deleted", lambda *_: (gone,))
    assert "Lin" in said(press(app, "Restore"))
    in_force = team.load(SAVED_FUNNEL, "world", "Shared")
    assert in_force is not None
    assert in_force.body == theirs


def test_an_edit_of_what_was_deleted_meanwhile_is_kept_and_told(team: Store) -> None:
    """Lin deletes what the reader has open; the reader's version is saved on the second press."""
    app = press(name_it(panel(), "Shared"), "Save for the team")
    team.delete(SAVED_FUNNEL, "world", author="Lin", based_on=1, name="Shared")
    app = press(app, "Save for the team")
    assert "Lin deleted" in said(app)
    assert len(team.history(SAVED_FUNNEL, "world", "Shared")) == 3
    press(app, "Save for the team")
    assert team.load(SAVED_FUNNEL, "world", "Shared") is not None


def test_a_saved_funnel_without_a_meaning_is_named_and_kept(team: Store) -> None:
    odd = SavedFunnel(definition={"steps": [], "mood": "hopeful"})
    team.save(SAVED_FUNNEL, "world", odd, author="Lin", based_on=None, name="Old")
    assert "Saved funnel “Old” can't be shown." in said(panel())
    kept = team.load(SAVED_FUNNEL, "world", "Old")
    assert kept is not None
    assert kept.body == odd


def test_an_event_that_is_gone_is_still_in_the_panel(team: Store) -> None:
    """Nothing of the funnel is lost: the reader replaces the one event."""
    app = panel("login~app_open~purchase")
    assert events(app) == [["login"], ["app_open"], ["purchase"]]
    assert "app_open (not in this shop)" in said(app)
