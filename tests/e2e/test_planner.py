"""A plan written down in a browser, and what a second person who edits the same one is told."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.reading import Reader
from tests.services.pages import axe

NewReader = Callable[..., Reader]
QUESTION = "bought_within_14_days~visit~0.5~50,50~~guard.gmv_within_14_days:0.5"


def fill(page: Page, name: str, text: str) -> None:
    field = page.locator(f".st-key-plan_{name}_en input")
    field.fill(text)
    field.press("Enter")


@pytest.mark.parametrize("width", [1440, 390])
def test_a_plan_is_planned_written_down_and_contested(reader: NewReader, width: int) -> None:
    key = f"welcome_{width}"
    one = reader(width=width, height=900).open("planner", lang="en", shop="demo", plan=QUESTION)
    page = one.page
    expect(page.locator(".ns-finding")).to_contain_text("to find a lift of 50%")
    expect(page.locator(".js-plotly-plot")).to_have_count(2)
    assert one.overflow() <= 0
    fill(page, "key", key)
    one.wait()
    fill(page, "name", "Welcome gift")
    one.wait()
    expect(page.get_by_text("How it will be decided")).to_be_visible()
    assert axe(page) == []
    page.locator(".st-key-plan_save_en button").click()
    expect(page.get_by_text(f"The plan of “{key}” is saved.")).to_be_visible()
    assert f"experiment={key}" in page.url

    other = reader().open("planner", lang="en", shop="demo", experiment=key)
    expect(other.page.locator(".st-key-plan_name_en input")).to_have_value("Welcome gift")
    fill(other.page, "owner", "Growth")
    other.wait()
    other.page.locator(".st-key-plan_save_en button").click()
    expect(other.page.get_by_text("is saved.")).to_be_visible()

    fill(page, "owner", "Onboarding")
    one.wait()
    page.locator(".st-key-plan_save_en button").click()
    expect(page.get_by_text("load the stored one")).to_be_visible()
    expect(page.locator(".st-key-plan_owner_en input")).to_have_value("Onboarding")
    page.locator(".st-key-plan_load button").click()
    one.wait()
    expect(page.locator(".st-key-plan_owner_en input")).to_have_value("Growth")
