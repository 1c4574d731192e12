"""The lifecycle page in each of its states, through the whole frame."""

from __future__ import annotations

from collections.abc import Iterable
from html import unescape
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from data.settings import SETTINGS_VARIABLE
from tests.metrics.lifecycle.test_traps import cart, invitation, made
from tests.pages.framed import forgotten, opened, words_on
from tests.pages.shop import settings_of
from tests.world import Row, World, at, event, order, user, world
from ui.navigation import LIFECYCLE

__all__ = ["forgotten"]

JANUARY = {"from": "2024-01-01", "to": "2024-02-01"}


def shop_of(folder: Path, through: str, **more: Iterable[Row]) -> World:
    """Users 1 and 2 of January; the first has put something into the cart and bought."""
    return made(
        folder / "wh",
        through,
        users=[user(1, "2024-01-02", campaign="spring"), user(2, "2024-01-03")],
        events=[cart(1, "2024-01-03"), event(1, "2024-01-12"), *more.get("events", [])],
        orders=[order(1, "2024-01-04")],
        **{k: v for k, v in more.items() if k != "events"},
    )


def page(
    shop: World, patch: pytest.MonkeyPatch, folder: Path, event_name: str = "add_to_cart",
    **query: str,
) -> AppTest:  # fmt: skip
    file = settings_of(folder, [shop])
    file.write_text(file.read_text("utf-8").replace("view_item", event_name), "utf-8")
    patch.setenv(SETTINGS_VARIABLE, str(file))
    app = opened(LIFECYCLE.file, **{"lang": "en", **JANUARY, **query})
    assert not app.exception
    return app


def said(app: AppTest) -> str:
    return " ".join(unescape(" ".join(words_on(app))).split())


def test_a_final_period_has_rates_rules_and_a_table(
    forgotten: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    app = page(shop_of(tmp_path, "2024-06-01"), forgotten, tmp_path)
    text = said(app)
    assert "Of 2 acquired, step by step: Activate 50.0%, Retain 50.0%, Convert 50.0%" in text
    assert "the event add_to_cart within 7 × 24 h of registration" in text
    assert "In progress:" not in text
    [table] = app.dataframe
    assert "1 / 2" in set(table.value["Reached / mature"])


def test_a_period_in_progress_says_when_it_is_final_and_leads_to_one_that_is(
    forgotten: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """60 days and more before 20 February: the four weeks that end with 17 December."""
    app = page(shop_of(tmp_path, "2024-02-20"), forgotten, tmp_path)
    assert "Refer is final from 1 Apr" in said(app)
    assert "Everybody is still in progress. Final from 1 Apr" in said(app)
    app.button(key="lifecycle_final").click().run()
    assert "In progress:" not in said(app)
    assert app.query_params["to"] == "2023-12-18"


def test_a_shop_without_registrations_is_told_what_to_map(
    forgotten: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    app = page(world(tmp_path / "wh", orders=[order(1, "2024-01-02")]), forgotten, tmp_path)
    assert "Needed: users.registered_at" in said(app)
    assert not app.get("plotly_chart")


def test_an_unknown_activation_event_is_named_with_the_events_there_are(
    forgotten: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    app = page(shop_of(tmp_path, "2024-06-01"), forgotten, tmp_path, event_name="add_to_chart")
    assert "“add_to_chart” is not among this shop's events" in said(app)
    assert "add_to_cart, page_view, purchase" in said(app)
    assert not app.get("plotly_chart")


def test_an_empty_selection_says_why_and_draws_no_zero(
    forgotten: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    days = {"from": "2024-03-01", "to": "2024-03-08"}
    app = page(shop_of(tmp_path, "2024-06-01"), forgotten, tmp_path, **days)
    assert "No data in this selection" in said(app)
    assert "Of 0 acquired" not in said(app)
    assert "Where does it differ?" not in said(app)
    assert len(app.get("plotly_chart")) == 4  # the weeks before it, each stage once


def test_visitors_may_be_followed_where_they_are_known(
    forgotten: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """One of the two visitors became user 2."""
    shop = shop_of(
        tmp_path,
        "2024-06-01",
        events=[event(None, "2024-01-02", visitor_id=v) for v in ("v", "w")],
        identities=[{"visitor_id": "v", "user_id": "2", "linked_at": at("2024-01-03")}],
    )
    app = page(shop, forgotten, tmp_path, population="visited")
    assert "Of 3 acquired" in said(app)
    assert "within 7 × 24 h of the first visit" in said(app)


def test_an_address_with_nonsense_is_answered_with_the_defaults(
    forgotten: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    app = page(
        shop_of(tmp_path, "2024-06-01"), forgotten, tmp_path, population="everybody", by="shoe size"
    )
    text = said(app)
    assert "“population”" in text
    assert "“by”" in text
    assert "Of 2 acquired" in text


def test_a_break_down_by_campaign_is_in_the_address(
    forgotten: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    app = page(shop_of(tmp_path, "2024-06-01"), forgotten, tmp_path, by="campaign")
    [table] = app.dataframe
    assert {"spring", "No campaign", "All"} == set(table.value["Group"])


def listed(app: AppTest, label: str) -> list[str]:
    """Who is in the drawer of a number, chosen from the lists below the figures."""
    [pick] = [s for s in app.selectbox if label in s.options]
    pick.select_index(pick.options.index(label)).run()
    assert not app.exception
    names = ("User or visitor", "用户 / 访客")
    [table] = [d.value for d in app.dataframe if d.value.columns[0] in names]
    return sorted(table.iloc[:, 0])


@pytest.mark.parametrize(
    ("lang", "label"),
    [
        ("en", "Did not reach Convert (sequential): 1"),
        ("zh", "未达成转化（逐级）：1 人"),
    ],
)
def test_the_lost_are_listed_as_many_as_they_are(
    forgotten: pytest.MonkeyPatch, tmp_path: Path, lang: str, label: str
) -> None:
    app = page(shop_of(tmp_path, "2024-06-01"), forgotten, tmp_path, lang=lang)
    assert listed(app, label) == ["2"]


def test_a_list_opens_once(forgotten: pytest.MonkeyPatch, tmp_path: Path) -> None:
    app = page(shop_of(tmp_path, "2024-06-01"), forgotten, tmp_path)
    assert listed(app, "Reached Activate (sequential): 1") == ["1"]
    assert len(app.run().dataframe) == 1


@pytest.mark.parametrize(
    ("lang", "label"), [("en", "Invitations accepted: 1"), ("zh", "被接受的邀请：1 个")]
)
def test_who_invited_whom_is_listed_too(
    forgotten: pytest.MonkeyPatch, tmp_path: Path, lang: str, label: str
) -> None:
    more = [invitation(2, "2024-01-05", "2024-01-06", "i2")]
    shop = shop_of(tmp_path, "2024-06-01", invitations=more)
    assert listed(page(shop, forgotten, tmp_path, lang=lang), label) == ["2"]
