"""The section on referral in each of its states, in both languages."""

from __future__ import annotations

from html import unescape
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from data.settings import SETTINGS_VARIABLE
from i18n import LANGUAGES
from tests.metrics.referral.test_traps import invitation, invited
from tests.pages.framed import forgotten, page, words_on
from tests.pages.shop import settings_of
from tests.world import World, order, user, world

__all__ = ["forgotten"]

SCRIPT = """
from ui.referral import refer_section
from ui.session import scope, span
refer_section(span(), scope())
"""
JANUARY = {"from": "2024-01-01", "to": "2024-02-01"}


def shown(made: World, folder: Path, patch: pytest.MonkeyPatch, **query: str) -> AppTest:
    script = folder / "section.py"
    script.write_text(SCRIPT, "utf-8")
    patch.setenv(SETTINGS_VARIABLE, str(settings_of(folder, [made])))
    app = page(str(script), **{"lang": "en", **JANUARY, **query})
    assert not app.exception
    return app


def said(app: AppTest) -> str:
    return " ".join(unescape(" ".join(words_on(app))).split())


def shop_of(folder: Path, through: str) -> World:
    """Four users send 2 invitations; 11 accepts one and buys."""
    return invited(
        folder / "wh",
        invitation(1, "2024-01-03", 11, "2024-01-04", medium="link", reward_cost=30),
        invitation(2, "2024-01-03", medium="<i>poster</i>"),
        others=[user(11, "2024-01-04", is_test=False)],
        orders=[order(11, "2024-01-05")],
        through=through,
    )


def test_a_final_period_says_what_a_hundred_users_bring(
    forgotten: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Five users acquired (11 among them), 2 invitations, 1 accepted: 40 and 20 per hundred."""
    text = said(shown(shop_of(tmp_path, "2024-06-01"), tmp_path, forgotten))
    assert "100 users acquired send 40.0 invitations and bring 20.0 users" in text
    assert "1.25" in text
    assert "¥30.0" in text
    assert "<i>poster</i>" in text
    assert "in progress" not in text.split("How is referral computed?")[0]


def test_a_young_period_says_from_when_there_will_be_a_k(
    forgotten: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    text = said(shown(shop_of(tmp_path, "2024-01-20"), tmp_path, forgotten))
    assert "All 5 users are in progress: K is known from 31 Jan on and final on 1 Apr." in text
    assert "Everybody is still in progress." in text


def test_a_shop_without_invitations_says_what_to_map(
    forgotten: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    made = world(tmp_path / "wh", through="2024-06-01", users=[user(1, "2024-01-02")])
    assert "Needed: invitations." in said(shown(made, tmp_path, forgotten))


def test_a_period_without_registrations_is_no_zero(
    forgotten: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    query = {"from": "2024-03-01", "to": "2024-04-01"}
    text = said(shown(shop_of(tmp_path, "2024-06-01"), tmp_path, forgotten, **query))
    assert "No data in this selection." in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_days_and_the_formulas_stand_on_the_page(
    forgotten: pytest.MonkeyPatch, tmp_path: Path, language: str
) -> None:
    text = said(shown(shop_of(tmp_path, "2024-06-01"), tmp_path, forgotten, lang=language))
    assert "reporting.referral" in text
    assert "30" in text
    assert "1 ÷ (1 − K)" in text
