"""Targets and decisions: written, contested, closed, deleted, told; on the charts of a metric."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from data.scope import Viewer
from data.settings import SETTINGS_VARIABLE, load_settings
from i18n import LANGUAGES, Language, Problem, Words
from store import (
    ANNOTATION,
    DECISION,
    TARGETS,
    Annotation,
    Decision,
    Kind,
    MetricTargets,
    Saved,
    Store,
    open_store,
)
from tests.pages.framed import opened, said, words_on
from tests.pages.shop import made, settings_of
from tests.pages.test_every_page import leftovers
from tests.world import World

SCRIPT = "pages/review/meeting.py"
JANUARY = date(2024, 1, 1)
DECISION_ = {"text": "Stop the coupon", "owner": "Lin", "due": date(2024, 1, 20),
             "made_on": date(2024, 1, 15), "metric": "gmv", "expected": "AOV up"}  # fmt: skip


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> World:
    return made(tmp_path_factory.mktemp("meeting"))


@pytest.fixture(autouse=True)
def settings(shop: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A store of its own for each test."""
    st.cache_data.clear()
    st.cache_resource.clear()
    file = settings_of(tmp_path, [shop])
    monkeypatch.setenv(SETTINGS_VARIABLE, str(file))
    yield file
    st.cache_data.clear()
    st.cache_resource.clear()


def the_store(settings: Path) -> closing[Store]:
    return closing(open_store(load_settings(settings).store.url))


def save(settings: Path, kind: Kind[Any], name: str, body: Any, based_on: int | None = None,
         author: str = "Ada") -> Saved[Any]:  # fmt: skip
    with the_store(settings) as store:
        return store.save(kind, "world", body, author=author, based_on=based_on, name=name)


def kept(settings: Path, kind: Kind[Any]) -> list[Saved[Any]]:
    with the_store(settings) as store:
        return list(store.list(kind, "world"))


def page(language: Language = "en", **query: str) -> AppTest:
    app = opened(SCRIPT, lang=language, **query)
    assert not app.exception
    return app


def field(widgets: Any, begins: str) -> Any:
    """The widget whose key begins so: the rest of the key is of this editing alone."""
    [found] = [w for w in widgets if str(w.key).startswith(begins)]
    return found


def click(app: AppTest, key: str) -> AppTest:
    done = app.button(key=key).click().run()
    assert not done.exception
    return done


def submit(app: AppTest) -> AppTest:
    """The button of the open decision or annotation: its key is the form's."""
    forms = ("FormSubmitter:decision_form_", "FormSubmitter:annotation_form_")
    [button] = [b for b in app.button if str(b.key).startswith(forms)]
    done = button.click().run()
    assert not done.exception
    return done


def by_name(app: AppTest, label: str) -> list[dict[str, Any]]:
    """The rows of a table of rows."""
    for block in app.get("bidi_component"):
        table = json.loads(block.proto.mixed.json or block.proto.json)
        if table.get("label") == label:
            return list(table["rows"])
    return []


def full_store(settings: Path) -> None:
    """Something of everything: a late decision and a closed one, targets, an annotation."""
    save(settings, DECISION, "a", Decision(**DECISION_))
    over = {**DECISION_, "text": "Try free shipping", "status": "done", "outcome": "AOV down"}
    save(settings, DECISION, "b", Decision(**over))
    gmv = MetricTargets(metric="gmv", grain="month", values={JANUARY: 20000}, currency="CNY")
    save(settings, TARGETS, gmv.record, gmv)
    rate = MetricTargets(metric="conversion_rate", grain="month", values={JANUARY: 0.05})
    save(settings, TARGETS, rate.record, rate)
    note = Annotation(metric="mapu", on=date(2024, 1, 9), text="Bulk order")
    save(settings, ANNOTATION, "n", note)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_word_of_a_full_page_is_in_the_readers_language(
    settings: Path, language: Language
) -> None:
    full_store(settings)
    words = words_on(page(language))
    written = {"Stop", "the", "coupon", "Lin", "AOV", "Try", "free", "shipping", "down", "Bulk",
               "order", "Ada"}  # fmt: skip
    assert leftovers(words, language) - written == set()
    assert any("Stop the coupon" in text for text in words)


def test_the_finding_counts_what_is_open_late_and_behind(settings: Path) -> None:
    """¥7,663.25 in 14 of 31 days ends near ¥16,969 at an even pace: behind ¥20,000. No session
    was converted: 0 of 2 sessions against 5 %."""
    full_store(settings)
    text = said(page())
    assert "One decision is open, one of them overdue" in text
    assert "of 2 targets these are behind: GMV, Conversion rate." in text


def test_a_target_is_paced_by_hand(settings: Path) -> None:
    full_store(settings)
    [gmv, _] = by_name(page(), "Pace")
    texts = [cell["text"] for cell in gmv["cells"]]
    # 20,000 · 14 / 31 = 9,032; (20,000 − 7,663.25) / 17 = 726; 7,663.25 · 31 / 14 = 16,969
    assert texts[:6] == ["↘ behind", "¥20.0K", "¥7.66K", "¥9.03K", "¥726", "¥17.0K"]


def test_the_course_of_a_target_has_the_annotations_of_its_metric(settings: Path) -> None:
    """Conversion rate has no course: GMV's is the only figure."""
    full_store(settings)
    note = Annotation(metric="gmv", on=date(2024, 1, 9), text="Guest order")
    save(settings, ANNOTATION, "g", note)
    [figure] = [json.loads(f.proto.spec) for f in page().get("plotly_chart")]
    texts = [a["text"] for a in figure["layout"]["annotations"]]
    assert {"target ¥20.0K", "<b>¥17.0K</b>", "Guest order"} <= set(texts)


def test_a_reader_of_one_market_sees_no_pace(
    settings: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The target is the whole shop's; a part of it would look like missing it."""
    full_store(settings)
    some = Viewer("lin", markets=frozenset({"CN"}), personal_data=False)
    monkeypatch.setattr("ui.session.viewer", lambda: some)
    monkeypatch.setattr("ui.meeting.pace.viewer", lambda: some)
    app = page()
    assert by_name(app, "Pace") == []
    assert "targets are for the whole shop, of which you see a part" in said(app)


def test_a_decision_is_written_and_listed(settings: Path) -> None:
    app = click(page(), "decision_new")
    field(app.text_area, "decision_text_").set_value("Raise the price")
    field(app.text_input, "decision_owner_").set_value("Ada")
    field(app.selectbox, "decision_metric_").set_value("aov")
    app = submit(app)
    [one] = kept(settings, DECISION)
    assert (one.body.text, one.body.owner, one.body.metric) == ("Raise the price", "Ada", "aov")
    assert (one.body.status, one.author) == ("open", "local")
    assert "Raise the price" in said(app)
    assert "Average order value" in said(app)


@pytest.mark.parametrize(
    ("language", "told"), [("en", "The owner must be text"), ("zh", "负责人应为不超过")]
)
def test_a_decision_without_an_owner_is_refused_in_words(
    settings: Path, language: Language, told: str
) -> None:
    app = click(page(language), "decision_new")
    field(app.text_area, "decision_text_").set_value("Raise the price")
    app = submit(app)
    assert told in said(app)
    assert kept(settings, DECISION) == []
    assert field(app.text_area, "decision_text_").value == "Raise the price"


def test_the_second_editor_of_a_decision_is_told_and_loses_nothing(settings: Path) -> None:
    """Ada changes the owner while the form is open: told by name, both versions shown; saving once
    more puts the own one in force, and hers stays in the history."""
    save(settings, DECISION, "a", Decision(**DECISION_))
    app = click(page(), "decision_edit_a")
    save(settings, DECISION, "a", Decision(**{**DECISION_, "owner": "Bo"}), based_on=1)
    field(app.text_input, "decision_owner_").set_value("Chen")
    app = submit(app)
    text = said(app)
    assert "Ada changed the decision “Stop the coupon”" in text
    assert "Bo" in text
    assert field(app.text_input, "decision_owner_").value == "Chen"
    assert kept(settings, DECISION)[0].body.owner == "Bo"
    app = submit(app)
    assert kept(settings, DECISION)[0].body.owner == "Chen"
    with the_store(settings) as store:
        owners = [v.body.owner for v in store.history(DECISION, "world", "a")]
    assert owners == ["Chen", "Chen", "Bo", "Lin"]


def test_the_second_editor_may_take_theirs(settings: Path) -> None:
    save(settings, DECISION, "a", Decision(**DECISION_))
    app = click(page(), "decision_edit_a")
    save(settings, DECISION, "a", Decision(**{**DECISION_, "owner": "Bo"}), based_on=1)
    app = click(submit(app), "decision_theirs")
    assert kept(settings, DECISION)[0].body.owner == "Bo"
    assert "Save again" not in said(app)


def test_what_was_typed_outlives_a_deletion_by_somebody_else(settings: Path) -> None:
    """Ada deletes while the form is open: it stays open, the click on Save is told, and saving once
    more brings the decision back as it stands in the form."""
    save(settings, DECISION, "a", Decision(**DECISION_))
    app = click(page(), "decision_edit_a")
    with the_store(settings) as store:
        store.delete(DECISION, "world", author="Ada", based_on=1, name="a")
    field(app.text_input, "decision_owner_").set_value("Chen")
    app = submit(app)
    assert "Ada deleted the decision “Stop the coupon”" in said(app)
    assert kept(settings, DECISION) == []
    submit(app)
    assert kept(settings, DECISION)[0].body == Decision(**{**DECISION_, "owner": "Chen"})


def test_a_closed_decision_is_opened_again(settings: Path) -> None:
    over = Decision(**{**DECISION_, "status": "done", "outcome": "none"})
    save(settings, DECISION, "a", over)
    app = click(page(), "decision_edit_a")
    field(app.selectbox, "decision_status_").set_value("open")
    submit(app)
    assert kept(settings, DECISION)[0].body.status == "open"


def test_a_decision_is_closed_with_its_outcome(settings: Path) -> None:
    save(settings, DECISION, "a", Decision(**DECISION_))
    app = click(page(), "decision_edit_a")
    field(app.selectbox, "decision_status_").set_value("done")
    field(app.text_input, "decision_outcome_").set_value("AOV +1 %")
    app = submit(app)
    assert kept(settings, DECISION)[0].body.status == "done"
    assert "No decision is open." in said(app)
    assert any("Closed (1)" in text for text in words_on(app))


def test_what_is_deleted_is_restored(settings: Path) -> None:
    save(settings, DECISION, "a", Decision(**DECISION_))
    app = click(click(page(), "decision_edit_a"), "decision_delete")
    assert kept(settings, DECISION) == []
    app = click(app, "decision_restore_a_en")
    assert kept(settings, DECISION)[0].body == Decision(**DECISION_)
    assert "Stop the coupon" in said(app)


def test_who_comes_to_annotate_finds_the_form_filled_in(settings: Path) -> None:
    app = page(metric="gmv", on="2024-01-10")
    assert field(app.selectbox, "annotation_metric_").value == "gmv"
    assert field(app.date_input, "annotation_on_").value == date(2024, 1, 10)
    field(app.text_input, "annotation_text_").set_value("Checkout was down")
    app = submit(app)
    [one] = kept(settings, ANNOTATION)
    assert one.body == Annotation(metric="gmv", on=date(2024, 1, 10), text="Checkout was down")
    assert "on" not in app.query_params
    assert "Checkout was down" in said(app)


@pytest.mark.parametrize(
    ("day", "told"),
    [("2024-03-01", "The data goes to 2024-01-14"), ("2023-10-01", "The data begins on 2023-1")],
)
def test_a_day_that_no_chart_shows_is_refused(settings: Path, day: str, told: str) -> None:
    app = page(metric="gmv", on=day)
    field(app.text_input, "annotation_text_").set_value("Too far")
    app = submit(app)
    assert told in said(app)
    assert kept(settings, ANNOTATION) == []
    assert field(app.text_input, "annotation_text_").value == "Too far"


def test_an_annotation_stands_on_the_chart_of_its_metric_alone(settings: Path) -> None:
    """The north star is MAPU; what is written beside GMV is not on its chart."""
    on = date(2024, 1, 10)
    save(settings, ANNOTATION, "n", Annotation(metric="mapu", on=on, text="Bulk order"))
    save(settings, ANNOTATION, "m", Annotation(metric="gmv", on=on, text="Elsewhere"))
    app = opened(lang="en")
    figures = [json.loads(f.proto.spec) for f in app.get("plotly_chart")]
    marks = [a["text"] for f in figures for a in f["layout"].get("annotations", [])]
    assert "Bulk order" in marks
    assert "Elsewhere" not in " ".join(marks)
    assert "Bulk order (Ada)" in said(app)
    assert "meeting?" in said(app)
    drawn = [json.loads(b.proto.mixed.json or b.proto.json) for b in app.get("bidi_component")]
    [tiles] = [data["tiles"] for data in drawn if "tiles" in data]
    told = {tile["key"]: "Elsewhere" in tile["more"] for tile in tiles}
    assert [key for key, has in told.items() if has] == ["gmv"]
    ticks = [tile["key"] for tile in tiles if "%22mark%22" in tile["spark"]]
    assert ticks == ["gmv"]


def test_records_of_metrics_that_have_gone_are_named(settings: Path) -> None:
    gone = Annotation(metric="gone_metric", on=date(2024, 1, 10), text="Old")
    save(settings, ANNOTATION, "n", gone)
    save(settings, DECISION, "a", Decision(**{**DECISION_, "metric": "gone_metric"}))
    old = MetricTargets(metric="gone_metric", grain="month", values={JANUARY: 1})
    save(settings, TARGETS, old.record, old)
    text = said(page())
    assert text.count("gone_metric (no such metric any more)") == 3
    assert field(click(page(), "annotation_edit_n").selectbox, "annotation_metric_").value == (
        "gone_metric"
    )


def test_a_store_that_can_only_be_read_says_so_and_keeps_what_was_typed(
    settings: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        raise Problem("store_read_only", Words("may be read but not written", "只可读取"))

    app = click(page(), "decision_new")
    monkeypatch.setattr(Store, "save", refuse)
    field(app.text_area, "decision_text_").set_value("Raise the price")
    field(app.text_input, "decision_owner_").set_value("Ada")
    app = submit(app)
    assert "may be read but not written" in said(app)
    assert field(app.text_area, "decision_text_").value == "Raise the price"


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_a_newer_version_wrote_is_told_and_the_rest_is_shown(
    settings: Path, language: Language
) -> None:
    full_store(settings)
    for kind, body in (
        (DECISION, Decision(**DECISION_)),
        (TARGETS, MetricTargets(metric="orders", grain="month", values={JANUARY: 5})),
        (ANNOTATION, Annotation(metric="gmv", on=date(2024, 1, 9), text="x")),
    ):
        later: Kind[Any] = Kind(kind.key, kind.name, type(body), version=9)
        save(settings, later, "orders:month", body)
    text = said(page(language))
    told = {"en": "was written by a newer Northstar", "zh": "由更新版本的 Northstar 写入"}
    assert text.count(told[language]) == 3
    assert "Stop the coupon" in text


def test_the_history_of_targets_tells_what_each_version_changed(settings: Path) -> None:
    """January 100, then 120 with February 50, then February taken away; the first comes back."""
    february = date(2024, 2, 1)
    for n, values in enumerate(({JANUARY: 100.0}, {JANUARY: 120.0, february: 50.0},
                                {JANUARY: 120.0})):  # fmt: skip
        body = MetricTargets(metric="orders", grain="month", values=values)
        save(settings, TARGETS, body.record, body, based_on=n or None)
    app = page()
    app = field(app.selectbox, "target_history_").set_value("orders").run()
    [fold] = [e for e in app.expander if e.label == "History"]
    assert fold is not None
    app.session_state["targets_history_en"] = True
    app = app.run()
    text = said(app)
    assert "Jan 2024: 120; Feb 2024: 50" in text
    assert "Feb 2024: –" in text
    field(app.selectbox, "targets_version_").set_value(1)
    app = click(app.run(), "targets_bring_back")
    assert kept(settings, TARGETS)[0].body.values == {JANUARY: 100.0}


def test_a_form_stays_with_its_shop(settings: Path) -> None:
    """What was begun in one shop is neither shown nor saved in another; back there it is still
    open."""
    save(settings, DECISION, "a", Decision(**DECISION_))
    app = click(page(), "decision_edit_a")
    app.session_state["meeting_desk"].shop = "elsewhere"
    app = app.run()
    assert not [t for t in app.text_area if str(t.key).startswith("decision_text_")]
    app.session_state["meeting_desk"].shop = "world"
    assert field(app.run().text_area, "decision_text_").value == "Stop the coupon"
