"""Every page × language × role, through the whole frame, on a shop that is added up by hand."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from data.dimensions import CHANNEL
from data.schema import contract
from data.scope import LOCAL_VIEWER, Viewer
from data.settings import SETTINGS_VARIABLE
from i18n import LANGUAGES, Language
from metrics.catalog import METRICS
from metrics.scorecard import Line
from tests.pages.framed import opened, words_on
from tests.pages.shop import made, settings_of
from tests.world import World, order
from ui import overview
from ui.navigation import PAGES, PageSpec

ROLES = {
    "full": LOCAL_VIEWER,
    "china": Viewer("lin", markets=frozenset({"CN"}), personal_data=False),
    "nobody": Viewer("new", markets=frozenset(), personal_data=False),
}
WEEK = {"from": "2024-01-08", "to": "2024-01-15"}

IN_BOTH = {
    *("GMV", "MAPU", "MAU", "DAU", "WAU", "LTV", "ARPPU", "ARPU", "ROAS", "CAC", "SQL", "CSV"),
    *("UTC", "CNY", "USD", "iOS", "English", "Language", "Wilson"),
    *("yaml", "mapping", "docs", "guides", "importing"),
    *("northstar", "toml", "reporting", "lifecycle", "referral", "view_item", "Newcombe"),
    *("Benjamini", "Hochberg", "Kaplan", "Meier", "Greenwood", "log", "rank"),
    *("states", "dormant_days", "MER", "CPS", "KOL", "Hill", "Jin", "Sun"),
    *("Google", "Ads", "Meta", "TikTok", "XLSX"),
    *("CUPED", "Lan", "DeMets", "Brien", "Fleming", "delta", "Fleiss", "Holm", "Bonferroni"),
    *CHANNEL.values,
}
"""What Chinese growth teams write in Latin letters, currencies, file names, the other language."""
KEYS = {name for t in contract.tables.values() for name in (t.name, *t.columns.keys())} | {*METRICS}


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """One shop and one process for all roles: what one has asked must not answer another."""
    folder = tmp_path_factory.mktemp("pages")
    st.cache_data.clear()
    st.cache_resource.clear()
    world = made(folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(SETTINGS_VARIABLE, str(settings_of(folder, [world])))
        yield world
    st.cache_data.clear()
    st.cache_resource.clear()


def read(page: PageSpec, language: Language, **query: str) -> AppTest:
    """A page as the very first thing a reader opens; a failed one shows a card of kind error."""
    app = opened(page.file if page.path else "", lang=language, **{**WEEK, **query})
    assert not app.exception
    assert "ns-state ns-error" not in "".join(h.proto.body for h in app.get("html"))
    return app


@pytest.fixture(params=ROLES)
def role(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, shop: World) -> str:
    """Who reads. The rights are asked for on every run."""
    monkeypatch.setattr("ui.session.viewer", lambda: ROLES[request.param])
    return str(request.param)


def as_role(name: str, patch: pytest.MonkeyPatch) -> None:
    patch.setattr("ui.session.viewer", lambda: ROLES[name])


def by_metric(app: AppTest, column: str = "Value") -> dict[str, str]:
    """The table of all metrics: one column by the metric's English name."""
    [table] = [d.value for d in app.dataframe if "Compared value" in d.value.columns]
    return dict(zip(table["Metric"], table[column], strict=True))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.path or "overview")
def test_title_finding_and_every_word_are_in_the_readers_language(
    role: str, page: PageSpec, language: Language
) -> None:
    """No Chinese sign on an English page; no English word of three letters on a Chinese one."""
    app = read(page, language)
    words = words_on(app)
    assert any(getattr(page.title, language) in text for text in words)
    finding = re.search(r'class="ns-finding">([^<]+)<', app.get("html")[0].proto.body)
    assert finding is not None
    assert (re.search(r"[\u4e00-\u9fff]", finding[1]) is not None) == (language == "zh")
    assert leftovers(words, language) == set()


def leftovers(words: list[str], language: Language) -> set[str]:
    """Words of the other language that nobody meant to be there."""
    if language == "en":
        text = " ".join(w for w in words if "语言" not in w and w != "简体中文")
        text = re.sub(r"\*\*In Chinese\*\* · [^\n]*", "", text).replace(
            "repurchase, 复购, aov …", ""
        )
        return set(re.findall(r"[\u4e00-\u9fff]+", text))
    text = re.sub(r"\*\*英文名\*\* · [^\n]*", "", " ".join(words))
    text = text.replace("复购、repurchase、aov …", "")  # the search box: either language finds
    text = re.sub(r"\d{8}\\?_\d{6}\\?_[0-9a-f]+", "", text)  # a version's mark may spell a word
    return {w for w in re.findall(r"[A-Za-z_]{3,}[a-z_0-9]*", text) if w not in IN_BOTH | KEYS}


def test_each_role_reads_its_own_numbers(role: str) -> None:
    """All: 100.25 + 50 + 7,000 + 513; China: 100.25 + 50; no market: nothing to divide, no sale."""
    values = by_metric(read(PAGES[0], "en"))
    assert values["GMV"] == {"full": "¥7,663.25", "china": "¥150.25", "nobody": "¥0.00"}[role]
    net = {"full": "¥6,953.00", "china": "¥140.00", "nobody": "¥0.00"}[role]  # 10.25 and $100 back
    assert values["Net revenue"] == net
    assert values["Buyers"] == {"full": "2", "china": "1", "nobody": "0"}[role]


def test_what_one_role_has_asked_does_not_answer_another(
    shop: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same question thrice in one process: the answers stay apart in the caches."""
    seen = []
    for name in ("full", "china", "full"):
        as_role(name, monkeypatch)
        seen.append(by_metric(read(PAGES[0], "en"))["Orders"])
    assert seen == ["4", "2", "4"]


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.path or "overview")
def test_a_reader_of_china_sees_nothing_of_the_united_states(
    shop: World, monkeypatch: pytest.MonkeyPatch, page: PageSpec
) -> None:
    """No option, row count, sentence or name: neither the market nor its dollars, not the guest."""
    as_role("china", monkeypatch)
    text = " ".join(words_on(read(page, "en")))
    assert not re.search(r"United States|\bUS\b|\bweb\b.*paid_search|7,0\d\d|\b513\b", text)


def test_a_market_asked_for_by_address_gives_nothing_that_is_not_the_readers(
    shop: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """market=US as a reader of China: the filter is named as left out, the numbers are China's."""
    as_role("china", monkeypatch)
    app = read(PAGES[0], "en", market="US")
    assert by_metric(app)["GMV"] == "¥150.25"
    assert "was left out" in app.get("html")[0].proto.body


def test_a_run_never_mixes_two_versions(shop: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """A version is published in the middle of a run: this run stays on its own, the next is new."""
    as_role("full", monkeypatch)
    before = shop.versions.current() or ""
    drawn = overview.tile_grid

    def published_meanwhile(lines: list[Line], asked: overview.Asked) -> None:
        if shop.versions.current() == before:
            shop.load(orders=[order(1, "2024-01-11", "1000", country="CN")])
        drawn(lines, asked)

    monkeypatch.setattr(overview, "tile_grid", published_meanwhile)
    first = read(PAGES[0], "en", explain="gmv")
    assert shop.versions.current() != before
    assert by_metric(first)["GMV"] == "¥7,663.25"
    assert before in " ".join(h.proto.body for h in first.get("html"))
    second = first.run()
    assert by_metric(second)["GMV"] == "¥8,663.25"
    assert before not in " ".join(h.proto.body for h in second.get("html"))
