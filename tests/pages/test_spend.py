"""The Spend import page: what it says, who may change what, and what a change does."""

from __future__ import annotations

import time
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from data.channels import ChannelRule, ChannelRules
from data.scope import LOCAL_VIEWER, Viewer
from data.settings import SETTINGS_VARIABLE, load_settings
from data.warehouse import Shelf
from metrics.channel_table import kept, put_rules, rules_in, rules_of, save
from store import Store, open_store
from tests.pages.framed import page, said
from tests.pages.shop import rows, settings_of
from tests.world import World, at, world
from ui.spend.upload import Upload
from ui.spend.work import _jobs

SCRIPT = "pages/channels/spend.py"
LOOKING = Viewer("lin", markets=None, personal_data=True)


def spend(day: int, amount: Any, channel: str, **more: Any) -> dict[str, Any]:
    base = {"day": at(f"2024-01-{day:02d}").date(), "currency": "CNY", "source": "sheet"}
    return {**base, "channel": channel, "spend": Decimal(str(amount)), **more}


def with_spend(folder: Path) -> World:
    """The shop of the other pages; tv cost 30 and 5, red 100, of which no user has heard."""
    bought = [
        spend(8, 30, "tv", campaign="Spring"),
        spend(10, 5, "tv", campaign="Spring"),
        spend(8, 100, "red", campaign="Autumn"),
        spend(9, 7, "paid_search", campaign="Brand"),
    ]
    return shop_of(folder, bought)


def shop_of(folder: Path, bought: list[dict[str, Any]]) -> World:
    return world(folder / "wh", through="2024-01-15", **{**rows(), "marketing_spend": bought})


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    st.cache_data.clear()
    st.cache_resource.clear()
    file = settings_of(tmp_path, [with_spend(tmp_path)])
    monkeypatch.setenv(SETTINGS_VARIABLE, str(file))
    yield file
    st.cache_data.clear()
    st.cache_resource.clear()


def in_store(store: Store) -> ChannelRules:
    saved = kept(store, "world")
    assert saved is not None
    return rules_of(saved)


def when_done(app: AppTest) -> AppTest:
    """The page after the work that runs beside it."""
    for _ in range(400):
        job = _jobs().get("world")
        if job is None or job.over.is_set():
            return app.run()
        time.sleep(0.05)
    raise AssertionError("the work did not end")


def edited(monkeypatch: pytest.MonkeyPatch, *rules: tuple[str, str]) -> None:
    """The table as a reader leaves it: (written as, channel)."""
    frame = pd.DataFrame(
        [(raw, channel, None, None) for raw, channel in rules],
        columns=["raw", "channel", "campaign", "source"],
        dtype=object,
    )
    monkeypatch.setattr(st, "data_editor", lambda *_, **__: frame)


def test_spend_in_no_channel_comes_first(settings: Path) -> None:
    """red 100, then tv 35: two campaigns worth ¥135; paid search is in its channel."""
    app = page(SCRIPT, lang="en")
    assert not app.exception
    words = said(app)
    assert "2 campaigns worth ¥135 are in no channel." in words
    assert words.index(">red<") < words.index(">tv<") < words.index(">paid_search<")
    assert list(app.dataframe[-1].value["Campaign"]) == ["Autumn", "Spring", "Brand"]


def test_a_shop_without_spend_says_what_the_page_is_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    st.cache_data.clear()
    st.cache_resource.clear()
    monkeypatch.setenv(SETTINGS_VARIABLE, str(settings_of(tmp_path, [shop_of(tmp_path, [])])))
    app = page(SCRIPT, lang="zh")
    assert not app.exception
    assert "按日、按广告系列导入花费，并指定所属渠道。" in said(app)


def test_an_edit_says_what_it_moves_and_applies_it(
    settings: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    edited(monkeypatch, ("red", "content"), ("tv", ""))
    app = page(SCRIPT, lang="en")
    assert "Applying this table moves" in said(app)
    assert "¥100.00" in said(app)
    app.button(key="save_table").click().run()
    assert "The channel table is saved, not applied." in said(app)
    loaded = load_settings(settings)
    assert rules_in(loaded, "world") == ChannelRules((ChannelRule("content", raw="red"),))
    app.button(key="apply_table").click().run()
    app = when_done(app)
    assert "Channel table applied" in said(app)
    assert "One campaign worth ¥35.0 is in no channel." in said(app)
    assert "not applied" not in said(app)
    warehouse = Shelf.of(loaded, "world").open(LOCAL_VIEWER)
    assert warehouse.channel_rules.rules == (ChannelRule("content", raw="red"),)


def test_who_was_slower_is_told_and_chooses(
    settings: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    edited(monkeypatch, ("red", "content"))
    app = page(SCRIPT, lang="en")
    store = open_store(load_settings(settings).store.url)
    theirs = ChannelRules((ChannelRule("kol", raw="red"),))

    def faster(*args: Any, **more: Any) -> Any:
        monkeypatch.setattr("ui.spend.table.save", save)
        save(store, "world", theirs, author="Anna", based_on=None)
        return save(*args, **more)

    monkeypatch.setattr("ui.spend.table.save", faster)
    app.button(key="save_table").click().run()
    assert "Anna" in said(app)
    assert in_store(store) == theirs
    app.button(key="table_mine").click().run()
    assert in_store(store).rules == (ChannelRule("content", raw="red"),)
    assert "Anna" not in said(app)


def test_a_rule_that_can_not_be_followed_is_told_and_not_saved(
    settings: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    edited(monkeypatch, ("", "content"))
    app = page(SCRIPT, lang="en")
    assert not app.exception
    assert "says nothing about which rows it means" in said(app)
    assert not [b for b in app.button if b.key == "save_table"]


def test_without_the_right_one_may_look_only(
    settings: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_rules(load_settings(settings), "world", ChannelRules((ChannelRule("kol", raw="red"),)))
    monkeypatch.setattr("ui.session.viewer", lambda: LOOKING)
    monkeypatch.setattr("ui.spend.upload.viewer", lambda: LOOKING)
    monkeypatch.setattr("ui.spend.table.viewer", lambda: LOOKING)
    app = page(SCRIPT, lang="en")
    assert not app.exception
    assert "You may look, and not change." in said(app)
    assert not app.get("file_uploader")
    assert not [b for b in app.button if b.key in ("save_table", "save_apply_table")]
    assert app.button(key="apply_table").disabled


def test_the_work_itself_asks_for_the_right(
    settings: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A page drawn with the right, clicked after it was taken away."""
    put_rules(load_settings(settings), "world", ChannelRules((ChannelRule("kol", raw="red"),)))
    app = page(SCRIPT, lang="en")
    monkeypatch.setattr("ui.spend.work.viewer", lambda: LOOKING)
    before = Shelf.of(load_settings(settings), "world").current()
    app.button(key="apply_table").click().run()
    assert "You may not bring in data." in said(app)
    assert Shelf.of(load_settings(settings), "world").current() == before


def test_files_keep_their_names_and_nothing_else_of_their_paths(settings: Path) -> None:
    """A name from a browser can't lead out of the folder; the same name twice is two files."""
    text = b"day,channel,spend\n2024-01-08,tv,1\n"
    files = (("../../x.csv", text), ("x.csv", text))
    with Upload(files, None, None, None, None).mapping(load_settings(settings), "world") as mapping:
        paths = [Path(source.file or "") for source in mapping.sources]
        assert all(path.parent == mapping.folder and path.is_file() for path in paths)
        assert len(set(paths)) == 2
    assert not mapping.folder.exists()


def test_a_viewer_of_one_market_sees_no_other_markets_words(
    settings: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    china = Viewer("lin", markets=frozenset({"CN"}))
    for module in ("ui.session", "ui.spend.upload", "ui.spend.table"):
        monkeypatch.setattr(f"{module}.viewer", lambda: china)
    words = said(page(SCRIPT, lang="en"))
    assert ">organic_search<" in words
    assert ">tv<" not in words
    assert ">paid_search<" not in words


GOOGLE = b"Day,Campaign,Currency code,Cost\n2024-01-08,A,USD,10\n2024-01-09,A,USD,5\n"


def test_a_file_is_looked_at_and_brought_in(settings: Path) -> None:
    """$15 on two days are told before; afterwards they stand among the words. The same file again
    replaces nothing; another sum for the 9th says so."""
    app = page(SCRIPT, lang="en")
    app.file_uploader[0].upload("g.csv", GOOGLE).run()
    assert "2 days · $15.00" in said(app)
    assert "paid search" in said(app).lower()
    app.button(key="spend_import").click().run()
    app = when_done(app)
    assert "Spend brought in" in said(app)
    assert ">google_ads<" in said(app)
    app.button(key="work_read").click().run()
    assert "Spend brought in" not in said(app)
    again = GOOGLE.replace(b",5\n", b",6\n")
    app.file_uploader[0].upload("g.csv", again).run()
    told = "google_ads: 2024-01-09 is there already and replaced: $5.00 becomes $6.00"
    assert told in said(app)


def test_a_file_that_is_no_report_says_what_is_known(settings: Path) -> None:
    app = page(SCRIPT, lang="zh")
    app.file_uploader[0].upload("x.csv", b"a,b\n1,2\n").run()
    assert not app.exception
    assert "不是已支持的报表" in said(app)
    assert not [b for b in app.button if b.key == "spend_import"]


def test_what_has_no_rate_is_said_and_never_a_zero(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    st.cache_data.clear()
    st.cache_resource.clear()
    bought = [spend(8, 30, "tv", campaign="Spring", currency="NOK")]
    file = settings_of(tmp_path, [shop_of(tmp_path, bought)])
    monkeypatch.setenv(SETTINGS_VARIABLE, str(file))
    app = page(SCRIPT, lang="en")
    assert "One campaign worth 1 row without a rate is in no channel." in said(app)
    assert list(app.dataframe[-1].value["Spend"]) == ["1 row without a rate"]


def test_of_many_campaigns_some_are_drawn_and_all_are_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """600 campaigns: the 500 that cost most are drawn, the cheapest is found by its name."""
    st.cache_data.clear()
    st.cache_resource.clear()
    bought = [spend(8, n, "tv", campaign=f"Campaign {n:03d}") for n in range(1, 601)]
    file = settings_of(tmp_path, [shop_of(tmp_path, bought)])
    monkeypatch.setenv(SETTINGS_VARIABLE, str(file))
    app = page(SCRIPT, lang="en")
    assert len(app.dataframe[-1].value) == 500
    assert "500 of 600 campaigns" in said(app)
    app.text_input(key="spend_find_en").set_value("campaign 001").run()
    assert list(app.dataframe[-1].value["Campaign"]) == ["Campaign 001"]
