"""A view from its first saving to its undone deletion, as one reader does it."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import expect

from tests.e2e.reading import Reader
from tests.e2e.test_scope import NOVEMBER

NewReader = Callable[..., Reader]


def test_a_view_is_saved_opened_renamed_deleted_and_restored(reader: NewReader) -> None:
    one = reader().open("channels", **{**NOVEMBER, "customer": "identified"})
    one.page.locator(".st-key-save_view button").first.click()
    one.page.get_by_label("Name of the view").fill("November, members")
    one.page.get_by_role("button", name="Save", exact=True).click()
    one.wait()
    key = one.query["view"]

    other = reader().open("views", shop=NOVEMBER["shop"])
    other.page.get_by_role("link", name="November, members", exact=True).first.click()
    other.wait()
    assert other.path == "/channels"
    assert other.query["customer"] == "identified"
    assert other.query["view"] == key
    assert "Nov 2011" in other.scope

    def act(name: str) -> None:
        other.page.get_by_role("button", name="Menu of November").first.click()
        other.page.get_by_role("menuitem", name=name, exact=True).click()
        other.wait()

    other.go("Saved views")
    expect(other.page.get_by_label("Recently opened")).to_contain_text("November, members")
    act("Rename")
    other.dialog.get_by_label("Name of the view").fill("November again")
    other.dialog.get_by_role("button", name="Save", exact=True).click()
    other.wait()
    table = other.page.locator(".frame")
    expect(table.first).to_contain_text("November again")
    act("Duplicate")
    expect(table.first).to_contain_text("Copy of November again")
    act("Delete")
    other.page.get_by_role("button", name="Deleted (1)").click()
    other.page.get_by_role("button", name="Restore").click()
    other.wait()
    expect(table.locator("a.name")).to_have_text(["November again", "Copy of November again"])
