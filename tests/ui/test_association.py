"""The section that says what goes with converting: in both languages, and where it cannot."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from i18n import LANGUAGES, Language, Text
from metrics.funnels.association import Factor, Known
from metrics.stats.intervals import wilson_difference
from metrics.stats.proportions import relative_rate
from tests.metrics.funnels.test_association import crowd
from tests.metrics.shops import settings_file
from tests.pages.framed import forgotten, said, use, words_on
from tests.world import Row, event, order, user, world
from ui.association import association_rows

__all__ = ["forgotten"]


def _section() -> None:
    from datetime import date

    from data.scope import Span
    from metrics.funnels.spec import simple
    from ui.association import association_section
    from ui.guard import guarded
    from ui.session import begin

    begin()
    with guarded():
        funnel = simple("view_item", "purchase", window={"seconds": 86_400})
        association_section(funnel, Span(date(2024, 1, 1), date(2024, 1, 8)))


def run(lang: str = "en") -> AppTest:
    app = AppTest.from_function(_section, default_timeout=60)
    app.query_params["lang"] = lang
    return app.run()


@pytest.fixture
def searching(tmp_path: Path, forgotten: pytest.MonkeyPatch) -> None:
    use(settings_file(tmp_path, crowd(tmp_path / "wh")), forgotten, tmp_path)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_it_says_association_and_not_cause(searching: None, lang: Language) -> None:
    app = run(lang)
    assert not app.exception
    told = {"en": "Association, not cause", "zh": "不代表因果"}[lang]
    assert told in said(app)
    assert len(app.get("plotly_chart")) == 2
    assert {"en": "Search", "zh": "搜索"}[lang] in "\n".join(words_on(app))


def test_a_shorter_look_is_asked_anew(searching: None) -> None:
    """The ten that bought at once had done so within the first five minutes."""
    app = run()
    assert "first 1 h after entry" in said(app)
    app.session_state["association_early_en_300_1800_3600"] = 300
    assert "first 5 min after entry, among the 240 users" in said(app.run())


@pytest.mark.parametrize(("buyers", "words"), [(0, "Nobody has converted"), (40, "Everybody")])
def test_without_a_difference_there_is_no_figure(
    tmp_path: Path, forgotten: pytest.MonkeyPatch, buyers: int, words: str
) -> None:
    rows: dict[str, list[Row]] = {
        "users": [user(n) for n in range(40)],
        "events": [event(n, "2024-01-02 10:00", "view_item") for n in range(40)],
        "orders": [order(n, "2024-01-02 12:00") for n in range(buyers)]
        + [order(0, "2024-02-02 12:00")],
    }
    more: dict[str, Any] = dict(rows)
    made = world(tmp_path / "wh", through="2024-03-01", **more)
    use(settings_file(tmp_path, made), forgotten, tmp_path)
    app = run()
    assert words in said(app)
    assert not app.get("plotly_chart")


def test_small_groups_say_that_they_were_not_tested() -> None:
    counts = (10, 100, 5, 10)
    few = Factor(Known.AT_ENTRY, "channel", "kol", 10, 5, 100, 10, relative_rate(*counts),
                 wilson_difference(*counts), None, None)  # fmt: skip
    header, [row] = association_rows([few], Text("en"))
    assert len(header) == len(row)
    assert row[0] == "Acquisition channel: KOL / influencer"
    assert row[-2:] == ["–", "fewer than 30 on one side: not tested"]
