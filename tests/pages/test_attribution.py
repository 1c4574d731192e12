"""The attribution page on a shop of two customers: words, roles, settings, people, drill."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from data.scope import Viewer
from data.settings import SETTINGS_VARIABLE
from i18n import LANGUAGES, Language
from tests.pages.framed import page, said, words_on
from tests.pages.shop import settings_of
from tests.pages.test_every_page import leftovers
from tests.world import Row, at, order, shop, user, world

SCRIPT = "pages/channels/attribution.py"
MONTH = {"from": "2024-01-01", "to": "2024-02-01"}
NAMES = {"Shapley", "spring", "credits", "totals", "transitions", "paths"}
"""A person, a campaign as the source writes it, and the names of statements."""


@pytest.fixture(scope="module")
def open_shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """China: search, then mail, then ¥100. The United States: an influencer, then ¥50, and an order
    without a touch. Search costs ¥60 and claims 2; offline costs ¥40 and is in no path."""
    folder: Path = tmp_path_factory.mktemp("attribution")

    def touch(who: int, day: str, channel: str, kind: str) -> Row:
        return {
            "user_id": str(who), "touched_at": at(day), "channel": channel, "kind": kind,
            "campaign": "spring",
        }  # fmt: skip

    def cost(channel: str, amount: object, **more: object) -> Row:
        return {"day": at("2024-01-05").date(), "channel": channel, "spend": amount, **more}

    made = world(
        folder / "wh",
        settings=shop(),
        through="2024-02-01",
        users=[
            user(1, country="CN"), user(2, country="US"), user(3, country="US"),
        ],
        orders=[
            order(1, "2024-01-20", 100), order(2, "2024-01-21", 50), order(3, "2024-01-22", 7),
        ],
        touchpoints=[
            touch(1, "2024-01-10", "paid_search", "click"), touch(1, "2024-01-18", "email", "view"),
            touch(2, "2024-01-11", "kol", "code"),
        ],
        marketing_spend=[
            cost("paid_search", 60, claimed_conversions=2, claimed_value=300, country="CN"),
            cost("offline", 40, country="CN"),
        ],
    )  # fmt: skip
    st.cache_data.clear()
    st.cache_resource.clear()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(SETTINGS_VARIABLE, str(settings_of(folder, [made])))
        yield
    st.cache_data.clear()
    st.cache_resource.clear()


def read(language: Language = "en", **query: str) -> AppTest:
    app = page(SCRIPT, lang=language, **{**MONTH, **query})
    assert not app.exception
    assert "ns-state ns-error" not in said(app)
    return app


def table(app: AppTest, at: int = 0) -> dict[str, list[str]]:
    """Texts of the cells of a row table by the name of the row."""
    blocks = app.get("bidi_component")
    data = json.loads(blocks[at].proto.mixed.json or blocks[at].proto.json)
    return {r["name"]: [c["text"] for c in r["cells"]] for r in data["rows"]}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("a", ["new~cash~30~7", "orders~accrual~7~3~~show.credits~~of.email"])
def test_every_word_is_in_the_readers_language(open_shop: None, language: Language, a: str) -> None:
    words = words_on(read(language, a=a))
    assert leftovers(words, language) - NAMES == set()


def test_models_stand_side_by_side_with_their_cost(open_shop: None) -> None:
    """Half of one customer for ¥60 is ¥120 under linear; last touch gives search nothing."""
    rows = table(read())
    spend, first, last, _, linear = rows["Paid search"][:5]
    assert (spend, first, last, linear) == ("¥60.0", "¥60.0", "–", "¥120")
    assert rows["Offline"][0] == "¥40.0"
    assert set(rows["Offline"][1:]) == {"–"}
    assert rows["All"][1] == "¥33.3"


def test_credits_and_the_conversion_without_a_touch(open_shop: None) -> None:
    app = read(a="new~cash~30~7~~show.credits")
    rows = table(app)
    assert rows["Direct / no touch on record"][1:9] == ["1.0"] * 8
    assert rows["All"][1:9] == ["3.0"] * 8
    assert "8 / 8" in said(app)


def test_the_claims_of_a_platform_stand_beside_ours(open_shop: None) -> None:
    """2 claimed; last touch gives search nobody, Markov a third of the two with a touch: each of
    search, mail and the influencer is needed by half of them."""
    told = said(read())
    assert "What do the platforms claim?" in told
    cells = re.findall(r"<td[^>]*>([^<]*)</td>", told.partition("Platform claims")[2])
    assert cells[:5] == ["2.0", "0.0", "0.7", "– (spend, but no credit)", "×3.00"]


def test_a_channel_opens_into_its_campaigns(open_shop: None) -> None:
    rows = table(read(a="new~cash~30~7~~show.credits~~of.paid_search"), at=1)
    assert rows["spring"][1] == "1.0"
    assert rows["Campaigns without credit"][0] == "¥60.0"


def test_a_reader_of_china_sees_the_customers_of_china_alone(
    open_shop: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    viewer = Viewer("lin", markets=frozenset({"CN"}))
    monkeypatch.setattr("ui.session.viewer", lambda: viewer)
    app = read(a="new~cash~30~7~~show.credits")
    assert "KOL" not in " ".join(words_on(app))
    assert table(app)["All"][1] == "1.0"


def test_only_codes_leave_the_influencer(open_shop: None) -> None:
    rows = table(read(a="new~cash~30~7~~kinds.code~~show.credits"))
    assert rows["KOL / influencer"][1] == "1.0"
    assert "Email / remarketing" not in rows


def test_an_address_that_makes_no_sense_is_named_and_left_out(open_shop: None) -> None:
    app = read(a="new~cash~30")
    assert "could not be used: “a”" in said(app)
    assert table(app)["Paid search"][0] == "¥60.0"


def test_days_without_a_conversion_say_why(open_shop: None) -> None:
    app = read(**{"from": "2024-01-01", "to": "2024-01-05"})
    assert "No data in this selection" in said(app)


def test_the_customers_behind_a_credit_are_listed_with_it(open_shop: None) -> None:
    app = read()
    [picker] = [s for s in app.selectbox if s.key and s.key.startswith("attribution_people")]
    wanted = next(o for o in picker.options if o.startswith("Email / remarketing · Linear"))
    app = picker.select(wanted).run()
    lists = [d.value for d in app.dataframe if "Credit" in d.value.columns]
    assert len(lists) == 1
    assert list(lists[0]["User or visitor"]) == ["1"]
    assert list(lists[0]["Credit"]) == ["0.500"]
