"""The menu of a number in the browser: by mouse and by keyboard, its link copied and opened."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Locator, expect

from tests.e2e.reading import Reader
from tests.e2e.test_people_behind import RANGE, in_title, listed
from tests.e2e.test_scope import NOVEMBER

NewReader = Callable[..., Reader]


def dots(one: Reader, name: str) -> Locator:
    return one.page.get_by_role("button", name=f"Menu of {name}", exact=True)


def item(one: Reader, name: str) -> Locator:
    return one.page.get_by_role("menuitem", name=name, exact=True)


def test_the_keyboard_opens_walks_and_closes_the_menu_of_a_tile(reader: NewReader) -> None:
    """Enter opens it on its first line; End and the arrows walk in a circle; Escape closes it and
    gives the focus back; Enter on the first line explains."""
    one = reader().open(**NOVEMBER)
    dots(one, "GMV").focus()
    one.page.keyboard.press("Enter")
    expect(item(one, "Explain")).to_be_focused()
    one.page.keyboard.press("ArrowUp")
    expect(item(one, "Annotate")).to_be_focused()
    one.page.keyboard.press("ArrowDown")
    one.page.keyboard.press("ArrowDown")
    expect(item(one, "Open in Explore")).to_be_focused()
    one.page.keyboard.press("Escape")
    expect(one.page.get_by_role("menu")).to_have_count(0)
    expect(dots(one, "GMV")).to_be_focused()
    one.page.keyboard.press("Enter")
    one.page.keyboard.press("Enter")
    one.wait()
    expect(one.dialog).to_contain_text("Formula")


def test_the_copied_link_opens_the_number_for_somebody_else(reader: NewReader) -> None:
    """An absolute address; without the right to the clipboard it is copied the old way."""
    one = reader().open(**NOVEMBER)
    one.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    dots(one, "Buyers").click()
    item(one, "Copy link").click()
    expect(one.page.get_by_role("menuitem", name="Copied")).to_be_visible()
    link = one.page.evaluate("navigator.clipboard.readText()")
    expect(one.page.get_by_role("menu")).to_have_count(0)
    assert link.startswith(one.address)
    other = reader()
    other.page.goto(link)
    other.wait()
    expect(other.dialog).to_contain_text("Buyers")
    assert "Nov 2011" in other.scope
    one.page.evaluate("() => { navigator.clipboard.writeText = () => Promise.reject() }")
    dots(one, "GMV").click()
    item(one, "Copy link").click()
    expect(one.page.get_by_role("menuitem", name="Copied")).to_be_visible()
    link = one.page.evaluate("navigator.clipboard.readText()")
    assert parse_qs(urlsplit(link).query)["explain"] == ["gmv"]


def test_people_explore_and_explanation_agree_on_a_tile(reader: NewReader) -> None:
    """Buyers of November 2011: 1,664 in the tile's list, in the explanation's, and in Explore."""
    one = reader().open(**NOVEMBER)
    dots(one, "Buyers").click()
    item(one, "People behind it").click()
    expect(one.dialog).to_be_visible(timeout=20_000)
    assert listed(one.dialog) == 1664
    one.page.keyboard.press("Escape")
    one.wait()
    one.tile("buyers").click()
    one.wait()
    one.dialog.get_by_role("button", name="People behind it").click()
    expect(one.dialog.get_by_text("of 1,664")).to_be_visible(timeout=20_000)
    assert "explain" not in one.wait().query
    one.dialog.get_by_role("link", name="Open in Explore").click()
    one.wait()
    assert one.path == "/explore"
    assert "1.66K" in one.finding


def test_a_cell_has_the_same_menu_by_right_click(reader: NewReader) -> None:
    """A cell of the cohorts: its people, and the page's own explanation, opened below."""
    one = reader().open("cohorts", lang="en", **RANGE)
    cell = one.page.locator("table[role=grid] tbody tr:nth-child(4) button.pick").nth(1)
    cell.click(button="right")
    item(one, "People behind it").click()
    expect(one.dialog).to_be_visible(timeout=20_000)
    assert listed(one.dialog) == in_title(one.dialog)[-1]
    one.dialog.get_by_role("button", name="Explain").click()
    expect(one.dialog).to_have_count(0)
    how = one.page.locator('[class*="st-key-how_computed"] details')
    expect(how).to_have_attribute("open", "")
