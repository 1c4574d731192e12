"""The dictionary on screen: both languages, search, deep link."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from i18n import LANGUAGES, Language
from metrics.catalog import METRICS
from tests.metrics.shops import published
from tests.pages.framed import forgotten, page, said, use

__all__ = ["forgotten"]

SCRIPT = "pages/data/dictionary.py"


@pytest.fixture
def _shop(tmp_path: Path, forgotten: pytest.MonkeyPatch) -> None:
    use(published(tmp_path), forgotten, tmp_path)


pytestmark = pytest.mark.usefixtures("_shop")


def titles(app: AppTest) -> list[str]:
    return [e.label for e in app.expander]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_metric_is_there_in_the_readers_language(lang: Language) -> None:
    app = page(SCRIPT, lang=lang)
    assert not app.exception
    assert len(app.expander) == len(METRICS)
    name = METRICS["aov"].name
    assert any(t.startswith(getattr(name, lang)) for t in titles(app))


def test_the_finding_says_how_many_this_shop_supports() -> None:
    """The two-month shop has no events: 34 metrics, some of them out of reach."""
    told = said(page(SCRIPT, lang="en"))
    assert f"{len(METRICS)} metrics, one definition for one name" in told


def test_a_search_in_the_other_language_finds_it() -> None:
    app = page(SCRIPT, lang="en")
    app.text_input[0].set_value("客单价").run()
    assert [t.split("`")[1] for t in titles(app)] == ["aov", "aov_identified"]


def test_a_search_without_a_find_says_so() -> None:
    app = page(SCRIPT, lang="zh")
    app.text_input[0].set_value("zebra").run()
    assert not app.expander
    assert "没有同时包含这些词的指标" in said(app)


def test_a_deep_link_shows_its_metric_first_and_once() -> None:
    app = page(SCRIPT, lang="en", metric="mapu")
    keys = [t.split("`")[1] for t in titles(app)]
    assert keys[0] == "mapu"
    assert keys.count("mapu") == 1
    assert app.expander[0].proto.expanded


def test_an_unknown_metric_in_the_link_is_said_and_all_are_shown() -> None:
    app = page(SCRIPT, lang="en", metric="gvm")
    assert not app.exception
    assert "does not exist" in said(app)
    assert len(app.expander) == len(METRICS)


def test_what_the_shop_lacks_is_on_the_entry() -> None:
    app = page(SCRIPT, lang="en", metric="mau")
    assert "not available in this shop" in app.expander[0].label
    assert any("This shop lacks `events`" in w.value for w in app.warning)


def test_the_link_of_an_entry_carries_the_language_and_nothing_nobody_chose() -> None:
    """A page without dates does not choose them on the way."""
    links = re.findall(r"<a href='\?([^']*)'", said(page(SCRIPT, lang="zh")))
    assert [q for q in map(unescape, links) if "metric=gmv" in q] == ["lang=zh&metric=gmv"]
