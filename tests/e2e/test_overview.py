"""Reading a number: its tile, its card, its explanation, the deck; by mouse and by keyboard."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import expect

from tests.e2e.reading import Reader
from tests.e2e.test_scope import NOVEMBER

NewReader = Callable[..., Reader]


def test_the_real_shops_published_numbers(reader: NewReader) -> None:
    """November 2011, identified customers: GMV 1,161,817.38 of 1,664 buyers in 2,657 orders; read
    from the explanation, which has every digit."""
    one = reader().open(**NOVEMBER, customer="identified")
    assert "Nov 2011" in one.scope
    assert one.tiles[0].startswith("GMV: £1.16M")
    for metric, value in (("gmv", "£1,161,817.38"), ("buyers", "1,664"), ("orders", "2,657")):
        one.tile(metric).click()
        one.wait()
        expect(one.dialog.get_by_role("cell", name=value, exact=True)).to_be_visible()
        one.page.keyboard.press("Escape")
        one.wait()


def test_december_2011_is_marked_as_running(reader: NewReader) -> None:
    """It ends on the 9th: the tile says so, and what it is compared with is as long."""
    one = reader().open(shop="uci", **{"from": "2011-12-01", "to": "2012-01-01"})
    assert "Dec 2011 · against 1–8 Nov · first 8 days, like for like" in one.scope
    assert one.tiles[0].endswith("to date")
    assert "截至目前" in reader(language="zh").open(**{**one.query, "lang": "zh"}).tiles[0]


def test_a_click_on_a_tile_explains_it_and_the_link_says_so(reader: NewReader) -> None:
    """Meaning, formula, version and SQL stand in a dialog; the address opens it for others; closed
    it is gone from both, and does not come back with the next choice."""
    one = reader().open(**NOVEMBER)
    one.tile("aov").click()
    one.wait()
    expect(one.dialog).to_contain_text("GMV ÷ orders")
    expect(one.dialog).to_contain_text("data to 9 Dec")
    expect(one.dialog.locator("code").first).to_contain_text("SELECT")
    assert one.query["explain"] == "aov"
    other = reader(language="zh").open(**one.query)
    expect(other.dialog).to_contain_text("GMV ÷ orders")
    one.page.keyboard.press("Escape")
    one.wait()
    expect(one.dialog).to_have_count(0)
    assert "explain" not in one.query
    one.pick("compare", "No comparison")
    expect(one.dialog).to_have_count(0)


def test_the_explanation_leads_to_the_dictionary(reader: NewReader) -> None:
    one = reader().open(explain="mapu")
    one.dialog.get_by_role("link", name="Entry in the metric dictionary").click()
    one.wait()
    assert one.path == "/dictionary"
    assert one.query["metric"] == "mapu"
    entry = one.page.locator('[data-testid="stExpander"] details[open]')
    expect(entry).to_have_count(1)
    expect(entry).to_contain_text("mapu")


def test_a_metric_without_a_tile_is_explained_too(reader: NewReader) -> None:
    """Picked from the list at the foot of the page."""
    one = reader().open()
    one.choose(one.page.locator('[class*="st-key-explain_pick"] input'), "Weekly active users")
    expect(one.dialog).to_contain_text("Weekly active users")


def test_the_keyboard_alone_reads_explains_and_switches_the_language(reader: NewReader) -> None:
    """Tab to the first tile: its card shows. Enter explains, Escape closes, the arrow keys move
    the language switch."""
    one = reader().open()
    for _ in range(60):
        one.page.keyboard.press("Tab")
        if one.tile("gmv").evaluate("tile => tile.getRootNode().activeElement === tile"):
            break
    one.focused("gmv")
    expect(one.tile("gmv").locator(".more")).to_be_visible()
    one.page.keyboard.press("Enter")
    one.wait()
    expect(one.dialog).to_contain_text("Formula")
    assert one.dialog.evaluate("dialog => dialog.contains(document.activeElement)")
    one.page.keyboard.press("Escape")
    one.wait()
    expect(one.dialog).to_have_count(0)

    one.page.mouse.click(700, 5)
    english = one.box("lang").get_by_role("radio", name="English")
    for _ in range(80):
        one.page.keyboard.press("Tab")
        if english.evaluate("radio => document.activeElement === radio"):
            break
    expect(english).to_be_focused()
    one.page.keyboard.press("ArrowRight")
    one.page.keyboard.press("Space")
    one.wait()
    assert one.title == "总览"


def test_the_card_of_a_tile_shows_on_hover_inside_the_window(reader: NewReader) -> None:
    """First and last of a row, on a wide and on a narrow screen."""
    for width, height in ((1440, 900), (390, 844)):
        one = reader(width=width, height=height).open(**NOVEMBER)
        for metric in ("gmv", "net_revenue", "frequency"):
            one.tile(metric).hover()
            card = one.tile(metric).locator(".more")
            expect(card).to_be_visible()
            box = card.bounding_box()
            assert box is not None
            assert box["x"] >= 0
            assert box["x"] + box["width"] <= width


def test_the_deck_is_chosen_saved_and_there_for_the_team(reader: NewReader) -> None:
    """Down to two tiles: refused in words. Three: saved, shown, and shown to somebody else."""
    one = reader().open(shop="team")
    count = len(one.tiles)
    one.page.locator(".st-key-edit_deck button").click()
    one.wait()
    remove = one.dialog.locator(".stMultiSelect [data-tag] button")
    for _ in range(count - 2):
        remove.last.click()
        one.wait()
    one.dialog.get_by_role("button", name="Save for the team").click()
    one.wait()
    expect(one.dialog).to_contain_text("shows 3 to 12 tiles; 2 chosen")
    one.dialog.locator(".stMultiSelect input").click()
    one.page.get_by_role("option", name="Average order value", exact=True).click()
    one.wait()
    one.page.keyboard.press("Escape")
    one.dialog.get_by_role("button", name="Save for the team").click()
    one.wait()
    expect(one.dialog).to_have_count(0)
    names = ["GMV", "Net revenue", "Average order value"]
    assert [tile.split(":")[0] for tile in one.tiles] == names
    assert [tile.split(":")[0] for tile in reader().open(shop="team").tiles] == names


def test_a_warehouse_that_goes_away_is_a_card_and_comes_back(
    reader: NewReader, shops: Path
) -> None:
    """Its folder is renamed while the page is open; the choice survives, Try again is enough."""
    one = reader().open(**NOVEMBER)
    folder = shops.parent
    (folder / "uci").rename(folder / "away")
    try:
        one.switch("grain", "Month")
        expect(one.page.locator(".ns-state[role=alert]")).to_be_visible()
        expect(one.page.locator(".tile")).to_have_count(0)
    finally:
        (folder / "away").rename(folder / "uci")
    one.page.get_by_role("button", name="Try again").click()
    one.wait()
    assert "Nov 2011" in one.scope
    assert one.tiles
