"""The weekly review through the whole frame: opening, folding, limits, deck, bad input."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from data.settings import SETTINGS_VARIABLE
from store import (
    ANNOTATION,
    DECISION,
    LIMIT_RULES,
    REVIEW_DECK,
    Annotation,
    Decision,
    DeckLine,
    LimitRules,
    ReviewDeck,
    Store,
    open_store,
)
from tests.metrics.review.small_review import FIRST, made
from tests.pages.framed import opened, words_on
from tests.pages.shop import settings_of

PAGE = "pages/review/review.py"
JUMP = "2024-07-22"
"""The last of thirty weeks: 700 where all others have 70 and 77 in turn."""
MOST_BYTES = 1_000_000
_KEPT = (
    (REVIEW_DECK, "default"),
    (LIMIT_RULES, "gmv"),
    (ANNOTATION, "a"),
    *((DECISION, name) for name in ("d1", "d2", "d3")),
)
"""What the tests write into the store."""


def amount(day: date) -> float:
    week = (day - FIRST).days // 7
    return 100 if week == 29 else 10 + week % 2


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """`world`: thirty weeks of which the last jumps. `world2`: three weeks."""
    folder = tmp_path_factory.mktemp("review")
    st.cache_data.clear()
    st.cache_resource.clear()
    worlds = [made(folder / "a", 210, amount), made(folder / "b", 21, amount)]
    file = settings_of(folder, worlds)
    first, young, rest = file.read_text("utf-8").partition("[shops.world2]")
    file.write_text(first + young + rest.replace("World", "Young", 1), "utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(SETTINGS_VARIABLE, str(file))
        yield folder
    st.cache_data.clear()
    st.cache_resource.clear()


@pytest.fixture
def team(folder: Path) -> Iterator[Store]:
    """The team's records, as they were before once the test is over."""
    store = open_store(f"sqlite:///{folder}/store.sqlite")
    yield store
    for kind, name in _KEPT:
        saved = store.load(kind, "world", name)  # type: ignore[var-annotated]
        if saved is not None:
            store.delete(kind, "world", author="t", based_on=saved.revision, name=name)
    store.close()


def page(folder: Path, **query: str) -> AppTest:
    app = opened(PAGE, **{"lang": "en", **query})
    assert folder.exists()
    return checked(app)


def checked(app: AppTest) -> AppTest:
    assert not app.exception
    assert "ns-state ns-error" not in html(app)
    return app


def html(app: AppTest) -> str:
    return "\n".join(h.proto.body for h in app.get("html"))


def finding(app: AppTest) -> str:
    found = re.search(r'class="ns-finding">([^<]+)<', html(app))
    assert found is not None
    return found[1]


def tables(app: AppTest) -> list[dict[str, Any]]:
    """The data of each table of rows."""
    found = [json.loads(c.proto.mixed.json or c.proto.json) for c in app.get("bidi_component")]
    return [t for t in found if "corner" in t]


def rows(app: AppTest) -> dict[str, list[str]]:
    """The texts of each row by its name."""
    return {r["name"]: [c["text"] for c in r["cells"]] for t in tables(app) for r in t["rows"]}


def figures(app: AppTest) -> list[str]:
    return [str(c.proto.alt) for c in app.get("plotly_chart")]


def test_it_opens_with_the_signal_of_its_own_chart(folder: Path) -> None:
    """700 after 70: +900 %, in the sentence, in the row and in the open figure."""
    app = page(folder)
    assert "GMV high, +900% WoW, outside its natural limits" in finding(app)
    assert rows(app)["GMV"][1:3] == ["¥700", "+900%"]
    assert any(alt.startswith("GMV.") for alt in figures(app))
    assert not any(alt.startswith("Conversion") for alt in figures(app))


def test_a_quiet_week_says_that_nothing_is_signal_and_folds_the_rest(folder: Path) -> None:
    """The week before: 70 after 77. Only the north star's figure stands open."""
    app = page(folder, week="2024-07-15")
    assert "nothing is signal" in finding(app)
    assert len(figures(app)) == 1


def test_sections_keep_their_order_whatever_is_signal(folder: Path) -> None:
    order = ["North star and its inputs", "Acquire", "Activate", "Retain", "Convert"]
    for week in (JUMP, "2024-07-15"):
        assert [t["corner"] for t in tables(page(folder, week=week))] == order


def test_a_rate_moves_in_basis_points(folder: Path) -> None:
    """Every second session buys, every week: 50 %, unmoved."""
    assert rows(page(folder))["Conversion rate"][1:3] == ["50.0%", "0 bp"]


def test_three_weeks_of_history_say_what_limits_need(folder: Path) -> None:
    app = page(folder, shop="world2")
    assert "limits need eight whole periods" in finding(app)
    assert "需要 8 个完整周期" in finding(page(folder, shop="world2", lang="zh"))


def test_a_week_before_the_data_is_a_card_and_the_picker_stays(folder: Path) -> None:
    app = page(folder, week="2020-01-06")
    assert "There is no data of the week of 2020-01-06" in html(app)
    assert next(s.label for s in app.main.selectbox) == "Week"


def test_a_week_that_is_no_date_is_named(folder: Path) -> None:
    assert "“week”" in html(page(folder, week="yesterday"))


def test_any_day_of_a_week_opens_it_and_picking_one_is_in_the_address(folder: Path) -> None:
    app = page(folder, week="2024-07-25")
    assert finding(app).startswith("W30 (22–28 Jul)")
    picker = next(s for s in app.main.selectbox if s.label == "Week")
    app = checked(picker.set_value(date(2024, 7, 15)).run())
    assert finding(app).startswith("W29 (15–21 Jul)")
    assert app.query_params["week"] in ("2024-07-15", ["2024-07-15"])


def test_presenting_hides_the_controls_and_is_left_again(folder: Path) -> None:
    app = page(folder, present="1")
    assert [b.key for b in app.main.button] == ["review_leave"]
    app = checked(app.button(key="review_leave").click().run())
    assert "present" not in app.query_params
    assert "edit_review_deck" in [b.key for b in app.main.button]


def test_a_deck_with_a_metric_that_has_gone_names_it(folder: Path, team: Store) -> None:
    lines = (DeckLine(metric="gmv", owner="Lin"), DeckLine(metric="gone"))
    team.save(REVIEW_DECK, "world", ReviewDeck(lines=lines), author="lin", based_on=None)
    app = page(folder)
    assert "no longer exist: gone" in "\n".join(words_on(app))
    assert list(rows(app)) == ["GMV"]
    assert rows(app)["GMV"][-1] == "Lin"


def test_rules_of_limits_are_followed_with_their_reason_shown(folder: Path, team: Store) -> None:
    """A divider in the week of the jump: too few weeks since then, so nothing is judged."""
    on = {"on": date(2024, 7, 22), "reason": "New prices"}
    rules = LimitRules.model_validate({"metric": "gmv", "dividers": [on]})
    team.save(LIMIT_RULES, "world", rules, author="lin", based_on=None, name="gmv", note="Prices")
    assert "GMV" not in finding(page(folder, week=JUMP))


def test_an_annotation_stands_on_the_chart_of_its_metric(folder: Path, team: Store) -> None:
    note = Annotation(metric="gmv", on=date(2024, 7, 24), text="Live stream")
    team.save(ANNOTATION, "world", note, author="lin", based_on=None, name="a")
    app = page(folder, week=JUMP)
    drawn = [c.proto.spec for c in app.get("plotly_chart") if c.proto.alt.startswith("GMV.")]
    assert "Live stream" in drawn[0]


def test_an_open_decision_stands_beside_its_line_open_or_folded(folder: Path, team: Store) -> None:
    """Orders per buyer is folded, GMV open; the decision of no metric stands at the end."""
    made_on = {"owner": "Mei", "due": date(2024, 8, 9), "made_on": date(2024, 7, 29)}
    for name, metric in (("d1", "gmv"), ("d2", "frequency"), ("d3", None)):
        body = Decision.model_validate({"text": f"Do {name}", "metric": metric, **made_on})
        team.save(DECISION, "world", body, author="lin", based_on=None, name=name)
    text = html(page(folder))
    places = [text.index(part) for part in (
        "Orders per buyer: Do d2 (Mei, due 9 Aug)", "GMV: Do d1", "<li>Do d3",
    )]  # fmt: skip
    assert places == sorted(places)


def test_the_first_view_is_small(folder: Path) -> None:
    """All figures and tables of a first view together."""
    app = page(folder)
    sent = sum(len(c.proto.SerializeToString()) for c in app.get("plotly_chart"))
    sent += sum(len(c.proto.SerializeToString()) for c in app.get("bidi_component"))
    assert sent < MOST_BYTES / 2
