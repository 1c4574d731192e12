"""The panel in which a funnel is put together, as it runs in a browser."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import expect

from tests.e2e.reading import Reader

NewReader = Callable[..., Reader]


def test_what_is_typed_outlives_a_switch_of_language_in_the_same_moment(reader: NewReader) -> None:
    """Leaving the field and switching are two messages at once. The whole page must follow, and
    the panel stays open with the added step and the name."""
    one = reader().open("funnel", lang="en")
    panel = one.page.locator(".st-key-quiet_builder")
    panel.get_by_text("Change this funnel").click()
    one.wait()
    steps = panel.get_by_test_id("stMultiSelect")
    before = steps.count()
    panel.get_by_role("button", name="Add a step").click()
    expect(steps).to_have_count(before + 1)
    panel.get_by_label("Name", exact=True).fill("First basket")
    one.switch("lang", "简体中文")
    expect(one.page.locator("h1")).to_have_text("事件漏斗")
    assert one.query["lang"] == "zh"
    expect(steps).to_have_count(before + 1)
    expect(panel.get_by_label("名称", exact=True)).to_have_value("First basket")


def test_a_funnel_put_together_is_shown_and_stands_in_the_address(reader: NewReader) -> None:
    """Of the ready-made one the second step is removed; another reader opens the address."""
    one = reader().open("funnel", lang="en")
    panel = one.page.locator(".st-key-quiet_builder")
    panel.get_by_text("Change this funnel").click()
    one.wait()
    panel.get_by_test_id("stMultiSelect").nth(1).wait_for()
    rows = panel.locator('[class*="st-key-funnel_edit_step"][class*="_remove_"]')
    rows.nth(1).get_by_role("button").click()
    one.wait()
    panel.get_by_role("button", name="Show the result").click()
    expect(one.page.locator(".ns-finding")).to_contain_text("Page view")
    one.wait()
    assert one.query["f"].startswith("page_view~add_to_cart~begin_checkout~purchase")
    other = reader().open("funnel", **one.query)
    assert other.finding == one.finding
    assert other.query == one.query


def test_a_step_found_by_its_name_and_saved_is_the_same_by_its_link(reader: NewReader) -> None:
    """Typed, chosen, shown and saved on a phone; opened from the address on a desk in Chinese."""
    one = reader(width=390, height=844).open("funnel", lang="en", f="view_item~purchase")
    panel = one.page.locator(".st-key-quiet_builder")
    panel.get_by_text("Change this funnel").click()
    one.wait()
    panel.get_by_role("button", name="Add a step").click()
    steps = panel.get_by_test_id("stMultiSelect")
    expect(steps).to_have_count(3)
    field = steps.nth(2).locator("input")
    field.evaluate("f => f.scrollIntoView({block: 'center'})")
    field.fill("review")
    one.page.get_by_role("option", name=re.compile("^Review")).click()
    one.page.keyboard.press("Escape")
    one.wait()
    panel.get_by_role("button", name="Show the result").click()
    expect(one.page.locator(".ns-finding")).to_contain_text("Review")
    one.wait()
    assert one.overflow() <= 0
    assert one.query["f"] == "view_item~purchase~review"
    panel.get_by_label("Name", exact=True).fill("Reviewers")
    panel.get_by_label("Name", exact=True).press("Tab")
    one.wait()
    panel.get_by_role("button", name="Save for the team").click()
    expect(one.page.get_by_text("Saved “Reviewers”.")).to_be_visible()
    one.wait()
    other = reader().open("funnel", **{**one.query, "lang": "zh"})
    expect(other.page.locator('[class*="st-key-funnel_pick"] input').first).to_have_value(
        "Reviewers · 团队保存"
    )
    assert other.query["f"] == one.query["f"]
