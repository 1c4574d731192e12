"""From a market down to its people, in a browser: each number is the one before it, opened."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Locator, expect

from tests.e2e.reading import Reader
from tests.services.pages import axe

NewReader = Callable[..., Reader]


def row(one: Reader, name: str) -> Locator:
    """A row of the table by its name."""
    rows = one.page.locator('[class*="st-key-explore_table"] tbody tr')
    return rows.filter(has=one.page.locator("th", has_text=re.compile(f"^{name}")))


def test_a_number_goes_down_to_its_people_and_back_up(reader: NewReader) -> None:
    """China's buyers are the total below it; a channel's buyers are as many as are listed."""
    one = reader().open("explore", lang="en", x="buyers.gmv~market")
    china = row(one, "China").locator("button.pick").first.inner_text()
    row(one, "China").locator("button.name").click()
    one.wait()
    assert one.query["x"] == "buyers.gmv~channel~in.market:CN"
    assert row(one, "All").locator("button.pick").first.inner_text() == china
    cell = row(one, "Direct").locator("button.pick").first
    n = cell.inner_text()
    cell.click()
    title = one.dialog.get_by_role("heading").first
    expect(title).to_have_text(f"Buyers › China › Direct · buyers: {n}")
    expect(one.dialog.get_by_text(re.compile(rf"of {n}$"))).to_be_visible()
    assert axe(one.page) == []
    one.page.keyboard.press("Escape")
    one.wait()
    one.page.locator(".st-key-explore_up_0 button").click()
    one.wait()
    assert one.query["x"] == "buyers.gmv~market"
    assert one.faults() == []


def test_the_last_level_and_a_metric_without_people(reader: NewReader) -> None:
    """Below campaigns are the people; a session has none, so its cell is no button."""
    address = "conversion_rate~campaign~in.market:CN,channel:paid_social"
    one = reader(width=390, height=844, scheme="dark").open("explore", lang="zh", x=address)
    assert row(one, "合计").locator("button.pick").count() == 0
    assert one.overflow() <= 0
    one.open("explore", lang="zh", x=address.replace("conversion_rate", "gmv"))
    one.page.locator('[class*="st-key-explore_table"] button.name').first.click()
    expect(one.dialog.get_by_role("heading").first).to_contain_text("购买用户：")
    assert axe(one.page) == []
