"""The list of experiments in a browser: the table, its reasons on hover, its filters, its links."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.e2e.reading import Reader
from tests.services.pages import axe

SHOWN = '[class*="st-key-experiments_table"] tbody tr'


@pytest.fixture
def one(reader: Callable[..., Reader]) -> Reader:
    return reader(width=1440, height=1300).open("experiments", lang="en", shop="demo")


def test_a_name_opens_its_experiment(one: Reader) -> None:
    page = one.page
    expect(page.locator(SHOWN)).to_have_count(6)
    assert axe(page) == []
    page.locator(SHOWN).get_by_role("link", name="One-page checkout").click()
    page.wait_for_url("**/experiment?**")
    one.wait()
    assert one.query["experiment"] == "one_page_checkout"
    assert one.title == "Experiment"


def test_health_tells_its_checks_by_keyboard(one: Reader) -> None:
    page = one.page
    row = page.locator(SHOWN).filter(has_text="Gift from six pieces")
    health = row.locator("td", has=page.locator(".marks"))
    health.focus()
    told = page.locator('[class*="st-key-experiments_table"] .more')
    expect(told).to_contain_text("Split as configured (SRM) · ")
    expect(told).to_contain_text("Exposures still arriving · The last unit came on")
    row.locator("td").first.focus()
    expect(told).to_contain_text("Gift from six pieces · Verdict")


def test_what_is_looked_for_is_in_the_address_and_a_reload_keeps_it(one: Reader) -> None:
    page = one.page
    page.get_by_label("Search").fill("onboarding")
    page.keyboard.press("Enter")
    one.wait()
    expect(page.locator(SHOWN)).to_have_count(1)
    assert one.query["search"] == "onboarding"
    page.reload()
    one.wait()
    expect(page.locator(SHOWN)).to_have_count(1)
    expect(page.get_by_label("Search")).to_have_value("onboarding")


def test_on_a_phone_name_and_verdict_are_in_sight(reader: Callable[..., Reader]) -> None:
    one = reader(width=390, height=844).open("experiments", lang="zh", shop="demo")
    page = one.page
    verdict = page.locator(SHOWN).first.locator("td b").first
    box = verdict.bounding_box()
    assert box is not None
    assert box["x"] + box["width"] <= 390
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert axe(page) == []
