"""Spend brought in by a browser, and a channel decided: the numbers of another page follow."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from data.cli import main
from data.scope import LOCAL_VIEWER
from data.settings import load_settings
from data.warehouse import Shelf
from metrics.channel_table import rules_in
from tests.e2e.reading import Reader
from tests.services.pages import axe
from tests.services.server import AppServer

SETTINGS = """
[store]
url = "sqlite:///{folder}/store.sqlite"
[shops.demo]
name = {{ en = "Demo shop", zh = "演示店铺" }}
url = "duckdb:///{folder}/demo"
[shops.demo.reporting]
timezone = "Asia/Shanghai"
currency = "CNY"
"""
SHEET = "day,channel,campaign,spend,currency\n{day},tv,Spring,1234.5,CNY\n"
MINUTES = 120_000


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """A shop of its own: this test changes its data."""
    file = tmp_path / "northstar.toml"
    file.write_text(SETTINGS.format(folder=tmp_path), "utf-8")
    assert main(["demo", "--settings", str(file), "--preset", "tiny", "--quiet"]) == 0
    return file


def test_a_sheet_is_brought_in_and_its_channel_decided(
    new_page: Callable[..., Page], app_server: Callable[..., AppServer], own: Path, tmp_path: Path
) -> None:
    shelf = Shelf.of(load_settings(own), "demo")
    last = shelf.open(LOCAL_VIEWER).coverage.last_day
    sheet = tmp_path / "sheet.csv"
    sheet.write_text(SHEET.format(day=last), "utf-8")
    one = Reader(new_page(width=1440, height=1400), str(app_server(settings=own).address))
    one.open("spend", lang="en")
    page = one.page
    assert axe(page) == []

    page.set_input_files("[data-testid=stFileUploader] input[type=file]", str(sheet))
    button = page.locator(".st-key-spend_import button")
    expect(button).to_have_text("Import one row")
    expect(page.get_by_text("One campaign worth ¥1,234.50 is in no channel")).to_be_visible()
    assert axe(page) == []
    before = shelf.current()
    button.click()
    expect(page.get_by_text("Spend brought in", exact=True)).to_be_visible(timeout=MINUTES)
    assert shelf.current() != before
    one.wait()
    expect(page.locator(".ns-finding")).to_contain_text("One campaign worth ¥1.23K")

    table = page.get_by_test_id("stDataFrame").first
    table.scroll_into_view_if_needed()
    # The first open word stands in the first row; its channel is the second column. A grid that is
    # still being drawn overhears the click, and what is typed before the cell is open is lost.
    editor = page.locator("[id^=gdg-overlay] [role=combobox]")
    for _ in range(5):
        box = table.bounding_box()
        assert box is not None
        page.mouse.dblclick(box["x"] + box["width"] * 0.45, box["y"] + 52)
        page.wait_for_timeout(1000)
        if editor.count():
            break
    expect(editor).to_be_focused()
    page.keyboard.type("Offline")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Applying this table moves")).to_be_visible()
    page.locator(".st-key-save_apply_table button").click()
    done = page.get_by_text("Channel table applied", exact=True)
    expect(done).to_be_visible(timeout=MINUTES)
    one.wait()
    expect(page.locator(".ns-finding")).to_have_text("All spend is in a channel.")
    rules = rules_in(load_settings(own), "demo")
    assert rules is not None
    assert [(rule.raw, rule.channel) for rule in rules.rules] == [("tv", "offline")]
    assert one.faults() == []
