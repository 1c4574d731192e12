"""From a bar to the people behind it, in a browser: the same number, and a way to stop."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.e2e.reading import Reader
from tests.services.pages import axe
from tests.services.server import AppServer

NewReader = Callable[..., Reader]
STOP = '[class*="st-key-stop_"] button'
ENDLESS = Path(__file__).with_name("endless_app.py")


def first_number(text: str) -> str:
    found = re.search(r"\d[\d,]*", text)
    assert found, text
    return found[0]


def test_a_bar_of_the_funnel_opens_as_many_people_as_it_says(reader: NewReader) -> None:
    """The number stands in the figure, in the drawer's title and below the list."""
    one = reader().open("funnel", lang="en")
    figure = one.page.locator('[class*="st-key-behind_bar_figure"]').inner_text()
    one.click_bar("behind_bar_figure", 1)
    title = one.dialog.get_by_role("heading").first.inner_text()
    assert "users reached step 2" in title
    n = first_number(title)
    assert n in figure
    expect(one.dialog.get_by_text(re.compile(rf"of {n}$"))).to_be_visible()


def test_a_bar_of_the_lifecycle_opens_as_many_people_as_it_says(reader: NewReader) -> None:
    """On a phone, in dark; nothing sticks out, and axe finds nothing."""
    one = reader(width=390, height=844, scheme="dark").open("lifecycle", lang="en")
    figure = one.page.locator('[class*="st-key-lifecycle_figure"]').inner_text()
    one.click_bar("lifecycle_figure", 1)
    title = one.dialog.get_by_role("heading").first.inner_text()
    assert title.startswith("Reached Activate (sequential): ")
    n = first_number(title)
    assert f"{n} / " in figure
    expect(one.dialog.get_by_text(re.compile(rf"of {n}$"))).to_be_visible()
    assert one.overflow() <= 0
    assert axe(one.page) == []


def test_a_list_is_opened_from_the_menu_below_the_figure_too(reader: NewReader) -> None:
    """Who was lost has no bar."""
    one = reader().open("lifecycle", lang="zh")
    field = one.page.locator('[class*="st-key-lifecycle_people"] input').first
    field.scroll_into_view_if_needed()
    field.click()
    option = one.page.get_by_role("option", name=re.compile("^未达成激活")).first
    name = option.inner_text()
    option.click()
    expect(one.dialog.get_by_role("heading").first).to_have_text(name)
    n = first_number(name)
    expect(one.dialog.get_by_text(f"共 {n} 条")).to_be_visible()


def test_long_reads_are_stopped_on_the_page_and_in_the_drawer(
    app_server: Callable[..., AppServer], new_page: Callable[..., Page], shops: Path
) -> None:
    """What stood already stays; what comes after the read that was stopped is drawn."""
    served = app_server(settings=shops, app=ENDLESS)
    one = Reader(new_page(), served.address)
    one.page.goto(f"{served.address}/funnel?lang=en")
    expect(one.page.get_by_text("Still counting")).to_be_visible(timeout=60_000)
    expect(one.page.get_by_text("Is it getting better?")).to_have_count(0)
    one.page.locator(STOP).click()
    one.wait()
    expect(one.page.get_by_text("Stopped before it was answered.")).to_have_count(1)
    expect(one.page.get_by_text("Is it getting better?")).to_be_visible()
    one.click_bar("behind_bar_figure", 0)
    one.dialog.get_by_role("tab", name="What they did next").click()
    expect(one.dialog.get_by_text("Still counting")).to_be_visible()
    one.dialog.locator(STOP).click()
    expect(one.dialog.get_by_text("Stopped before it was answered.")).to_be_visible()
    one.dialog.get_by_role("tab", name="People").click()
    one.wait()
    expect(one.dialog.get_by_role("button", name="Download CSV")).to_be_visible()
    assert one.faults() == []
