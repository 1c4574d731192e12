"""The planner page: answers, mistakes, and a plan written down, changed, contested, deleted."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from data.settings import SETTINGS_VARIABLE, load_settings
from i18n import LANGUAGES, Language
from metrics.experiments.plans import save_plan
from store import EXPERIMENT_PLAN, ExperimentPlan, Saved, Store, open_store
from tests.metrics.planner.shop import made
from tests.pages.framed import opened, said, words_on
from tests.pages.shop import settings_of
from tests.pages.test_every_page import leftovers
from tests.world import Row, World, at

SCRIPT = "pages/experiments/planner.py"
HALF = "bought_within_14_days~registration~0.2~50,50~~mode.fixed"
GUARDED = f"{HALF}~~guard.gmv_within_14_days:0.2"


def exposure(n: int, arm: str) -> Row:
    return {
        "experiment_id": "buy_button", "unit_id": f"r{n:03d}", "arm": arm,
        "exposed_at": at("2024-03-02 09:00"),
    }  # fmt: skip


EXPERIMENT: dict[str, list[Row]] = {
    "experiments": [
        {
            "experiment_id": "buy_button", "name": "Sticky button", "unit": "user",
            "started_at": at("2024-03-01"), "ended_at": at("2024-03-20"),
            "primary_metric": "orders_within_14_days", "owner": "Shop", "hypothesis": "More orders",
        }
    ],
    "experiment_arms": [
        {"experiment_id": "buy_button", "arm": arm, "weight": Decimal(weight), "is_control": first}
        for arm, weight, first in (("control", "0.6", True), ("sticky", "0.4", False))
    ],
    "exposures": [exposure(n, ("control", "sticky", "lost")[n % 3]) for n in range(30)],
}  # fmt: skip


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> World:
    return made(tmp_path_factory.mktemp("planner"), **EXPERIMENT)


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


def page(language: Language = "en", **query: str) -> AppTest:
    app = opened(SCRIPT, lang=language, **query)
    assert not app.exception
    return app


def the_store(settings: Path) -> closing[Store]:
    return closing(open_store(load_settings(settings).store.url))


def history(settings: Path, key: str) -> list[Saved[ExperimentPlan]]:
    with the_store(settings) as store:
        return list(store.history(EXPERIMENT_PLAN, "world", key))


def typed(app: AppTest, **texts: str) -> AppTest:
    for name, text in texts.items():
        app.text_input(key=f"plan_{name}_en").set_value(text)
    return app.run()


def save(app: AppTest) -> AppTest:
    done = app.button(key="plan_save_en").click().run()
    assert not done.exception
    return done


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_word_is_in_the_readers_language(language: Language) -> None:
    app = page(language, plan=GUARDED, experiment="buy_button")
    names = {"Sticky", "button", "Shop", "More", "orders", "control", "sticky", "lost", "buy",
             "buy_button", "CUPED", "power", "prop", "test", "Fleiss", "Holm", "Bonferroni",
             "delta", "experiment_id"}  # fmt: skip
    assert leftovers(words_on(app), language) - names == set()
    assert len(app.get("plotly_chart")) == 2


def test_the_answer_comes_first() -> None:
    """50 % against 60 %: 388 an arm, 194 days at four a day (R power.prop.test: 387.34)."""
    text = said(page(plan=HALF))
    assert "388 users per arm to find a lift of 20%: 194 days at today" in text
    assert "then 14 days of window" in text
    assert "4 users register a day" in text


def test_an_input_changes_the_question_and_the_address() -> None:
    app = page(plan=HALF)
    app.number_input(key="planner_lift_en").set_value(40.0).run()
    assert app.query_params["plan"].startswith("bought_within_14_days~registration~0.4~50,50")
    assert "to find a lift of 40%" in said(app)
    app.text_input(key="planner_split_en").set_value("80/20").run()
    assert "in control and" in said(app)
    app.selectbox(key="planner_mode_en").set_value("group_sequential").run()
    assert "mode" not in app.query_params["plan"]


@pytest.mark.parametrize(("split", "told"), [("half", "“half” is no split"), ("100", "2 to 10")])
def test_a_split_that_is_none_is_told_and_the_question_stays(split: str, told: str) -> None:
    app = page(plan=HALF)
    app.text_input(key="planner_split_en").set_value(split).run()
    assert told in said(app)
    assert app.text_input(key="planner_split_en").value == "50/50"
    assert "388 users per arm" in said(app)


@pytest.mark.parametrize("junk", ["x", "orders_within_14_days~visit~0~50,50", "joy~visit~0.1~5,5"])
def test_a_question_that_is_none_is_ignored_and_named(junk: str) -> None:
    app = page(plan=junk)
    assert "“plan”" in said(app)
    assert app.number_input(key="planner_lift_en").value == 10


def test_why_there_is_no_answer_is_said_and_the_form_stays() -> None:
    app = page(plan="bought_within_14_days~registration~1.5~50,50")
    assert "such a lift would take the rate beyond 100 %" in said(app)
    assert app.button(key="plan_save_en")


def test_what_the_shop_lacks_is_named() -> None:
    text = said(page(plan="refund_share_within_14_days~visit~0.1~50,50"))
    assert "refunds" in text
    assert "This shop has no data for it." in text


def test_a_new_plan_follows_the_planner_and_is_saved(settings: Path) -> None:
    app = page(plan=GUARDED)
    app = typed(app, key="new_home", name="New home page")
    assert "How it will be decided" in said(app)
    app = save(app)
    assert "The plan of “new_home” is saved." in said(app)
    assert app.query_params["experiment"] == "new_home"
    [one] = history(settings, "new_home")
    body = one.body
    assert (body.name, body.primary, body.mode) == (
        "New home page", ("bought_within_14_days",), "fixed",
    )  # fmt: skip
    assert body.planned_units == 776
    assert [(g.metric, g.margin) for g in body.guardrails] == [("gmv_within_14_days", 0.2)]
    assert [a.weight for a in body.arms] == [50, 50]
    assert body.ends_on is not None
    assert (body.ends_on - body.starts_on).days == 193
    assert page(experiment="new_home").text_input(key="plan_name_en").value == "New home page"


def test_once_written_in_it_no_longer_follows() -> None:
    app = typed(page(plan=HALF), name="Mine")
    app.number_input(key="planner_lift_en").set_value(40.0).run()
    assert app.number_input(key="plan_planned_units_en").value == 776
    app.button(key="plan_take_over_en").click().run()
    assert app.number_input(key="plan_planned_units_en").value < 776
    assert app.text_input(key="plan_name_en").value == "Mine"


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("name", "", "Give the experiment a name."),
        ("key", "", "needs a key"),
        ("arm_1", "control", "The arm “control” is listed twice."),
    ],
)
def test_what_is_wrong_with_a_plan_is_its_sentence(
    settings: Path, field: str, value: str, told: str
) -> None:
    app = typed(page(plan=HALF), key="x", name="X")
    app = save(typed(app, **{field: value}))
    assert told in said(app)
    assert history(settings, "x") == []
    assert app.text_input(key=f"plan_{field}_en").value == value


def test_shares_that_do_not_add_up_are_told(settings: Path) -> None:
    app = typed(page(plan=HALF), key="x", name="X")
    app.number_input(key="plan_weight_1_en").set_value(60.0).run()
    assert "add up to 110" in said(save(app))
    assert history(settings, "x") == []


def test_an_experiment_run_elsewhere_is_registered_with_its_arms_and_weights(
    settings: Path,
) -> None:
    app = page(experiment="buy_button")
    assert app.text_input(key="plan_key_en").disabled
    assert app.text_input(key="plan_name_en").value == "Sticky button"
    weights = [app.number_input(key=f"plan_weight_{n}_en").value for n in (0, 1)]
    assert weights == [60, 40]
    assert app.date_input(key="plan_starts_on_en").value == date(2024, 3, 1)
    text = said(app)
    assert "not in the plan: lost" in text
    app.date_input(key="plan_fixed_on_en").set_value(date(2024, 2, 20))
    app = save(app.run())
    assert "is saved" in said(app)
    [one] = history(settings, "buy_button")
    assert (one.body.fixed_on, one.body.primary) == (
        date(2024, 2, 20), ("orders_within_14_days",),
    )  # fmt: skip


def test_an_experiment_that_is_none_is_told(settings: Path) -> None:
    app = page(experiment="nothing")
    assert "There is no experiment “nothing” here" in said(app)
    assert not app.text_input(key="plan_key_en").disabled


def stored(settings: Path, worth: float = 0.0, based_on: int | None = None) -> None:
    body = ExperimentPlan.model_validate(
        {
            "name": "Sticky button",
            "starts_on": "2024-03-01",
            "ends_on": "2024-03-20",
            "arms": [
                {"arm": "control", "weight": 60, "is_control": True},
                {"arm": "sticky", "weight": 40},
            ],
            "primary": ["orders_within_14_days"],
            "worth": worth,
        }
    )
    today = date(2024, 2, 1)
    with the_store(settings) as store:
        save_plan(store, "world", "buy_button", body, "lin", based_on, "", today)


def test_a_change_after_the_start_needs_its_reason_and_is_told(settings: Path) -> None:
    stored(settings)
    app = page(experiment="buy_button")
    assert "Saved by lin" in said(app)
    app.number_input(key="plan_worth_en").set_value(2.0).run()
    assert "The experiment has started." in said(app)
    app = save(app)
    assert "a change needs its reason" in said(app)
    assert len(history(settings, "buy_button")) == 1
    app = save(typed(app, note="legal asked for it"))
    assert "changed after the start" in said(app)
    newest = history(settings, "buy_button")[0]
    assert (newest.note, newest.body.worth) == ("legal asked for it", 0.02)


def test_two_people_edit_the_same_plan_and_nothing_is_lost(settings: Path) -> None:
    stored(settings)
    app = page(experiment="buy_button")
    app.number_input(key="plan_worth_en").set_value(2.0).run()
    typed(app, note="mine")
    stored(settings, worth=0.05, based_on=1)
    app = save(app)
    text = said(app)
    assert "lin" in text
    assert "load the stored one" in text
    kept = [s.body.worth for s in history(settings, "buy_button")]
    assert kept == [0.02, 0.05, 0.0]
    assert app.number_input(key="plan_worth_en").value == 2
    theirs = app.button(key="plan_load").click().run()
    assert theirs.number_input(key="plan_worth_en").value == 5


def test_after_a_conflict_saving_again_is_knowingly(settings: Path) -> None:
    stored(settings)
    app = page(experiment="buy_button")
    app.number_input(key="plan_worth_en").set_value(2.0).run()
    typed(app, note="mine")
    stored(settings, worth=0.05, based_on=1)
    app = save(save(app))
    assert "is saved" in said(app)
    assert history(settings, "buy_button")[0].body.worth == 0.02


def test_a_deleted_plan_comes_back(settings: Path) -> None:
    stored(settings)
    app = page(experiment="buy_button")
    app = app.button(key="plan_delete_en").click().run()
    assert not app.exception
    assert app.text_input(key="plan_name_en").value == "Sticky button"
    next(b for b in app.button if b.label == "Restore").click().run()
    assert "Saved by" in said(app)


def test_a_metric_that_no_longer_exists_is_told_and_can_be_taken_out(settings: Path) -> None:
    body = {
        "name": "Old", "starts_on": str(date.today() + timedelta(days=9)), "ends_on": None,
        "planned_units": 100, "primary": ["joy_within_14_days"],
        "arms": [{"arm": "a", "weight": 1, "is_control": True}, {"arm": "b", "weight": 1}],
    }  # fmt: skip
    body["arms"] = [
        {"arm": "a", "weight": 50, "is_control": True}, {"arm": "b", "weight": 50},
    ]  # fmt: skip
    with the_store(settings) as store:
        plan = ExperimentPlan.model_validate(body)
        store.save(EXPERIMENT_PLAN, "world", plan, author="lin", based_on=None, name="old")
    app = page(experiment="old")
    app = save(typed(app, owner="me"))
    assert "no experiment metric “joy_within_14_days”" in said(app)
    app.multiselect(key="plan_primary_en").set_value(["orders_within_14_days"]).run()
    assert "is saved" in said(save(app))


def test_names_are_never_markup(settings: Path) -> None:
    app = typed(page(plan=HALF), key="<img src=x>", name="<script>alert(1)</script>")
    app = save(app)
    html = "".join(h.proto.body for h in app.get("html"))
    assert "<script>" not in html
    assert "<img src=x" not in html
