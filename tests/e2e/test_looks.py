"""Every page in both themes, widths and languages: nothing sticks out, axe finds nothing."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.e2e.reading import Reader
from tests.services.pages import axe
from ui.navigation import PAGES

NewReader = Callable[..., Reader]
PATHS = tuple(page.path for page in PAGES)
SIZES = {"desk": (1440, 900), "phone": (390, 844)}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", PATHS, ids=lambda p: p or "overview")
def test_no_page_is_hard_to_read(reader: NewReader, path: str, scheme: str) -> None:
    """Level A and AA, the page as it opens; the demo shop has every part of it."""
    assert axe(reader(scheme=scheme).open(path).page) == []


@pytest.mark.parametrize("size", SIZES)
def test_no_page_is_wider_than_its_window(reader: NewReader, size: str) -> None:
    """Both shops, one in each language."""
    width, height = SIZES[size]
    one = reader(width=width, height=height)
    for query in ({"lang": "en"}, {"lang": "zh", "shop": "uci"}):
        for path in PATHS:
            assert one.open(path, **query).overflow() <= 0, (path, query)


def test_the_rows_and_sql_of_a_check_are_fetched_when_they_are_opened(reader: NewReader) -> None:
    """Nothing of it before; then the statement, as accessible as the rest."""
    one = reader().open("health")
    code = one.page.locator('[data-testid="stCode"]')
    expect(code).to_have_count(0)
    one.page.get_by_text("Rows and SQL").first.click()
    one.wait()
    expect(code.first).to_contain_text("SELECT")
    assert axe(one.page) == []


def test_open_dialogs_and_the_drawer_are_as_accessible(reader: NewReader) -> None:
    """The explanation on a desk, the deck editor and the filters on a phone."""
    desk = reader(scheme="dark").open(explain="conversion_rate")
    expect(desk.dialog).to_be_visible()
    assert axe(desk.page) == []
    phone = reader(width=390, height=844).open()
    phone.page.locator(".st-key-edit_deck button").click()
    phone.wait()
    assert phone.overflow() <= 0
    assert axe(phone.page) == []
    phone.page.keyboard.press("Escape")
    phone.wait()
    phone.page.get_by_test_id("stExpandSidebarButton").click()
    expect(phone.box("shop")).to_be_in_viewport()
    assert axe(phone.page) == []


def test_on_a_phone_the_first_tiles_are_above_the_fold(reader: NewReader) -> None:
    """Title, finding, scope and at least the first two numbers, without scrolling."""
    one = reader(width=390, height=844).open(lang="zh")
    for metric in ("gmv", "net_revenue"):
        expect(one.tile(metric).locator(".change")).to_be_in_viewport(ratio=1)


def test_tiles_of_a_row_stand_on_one_line(reader: NewReader) -> None:
    """Also where a name wraps (ARPPU in Chinese) and where a value is missing."""
    one = reader().open(shop="uci", lang="zh")
    for part in (".value", ".spark"):
        tops = one.page.locator(f".tile {part}").evaluate_all(
            "all => all.map(e => [e.closest('.tile').getBoundingClientRect().top,"
            " e.getBoundingClientRect().top].map(Math.round))"
        )
        rows = {row for row, _ in tops}
        assert len({tuple(top) for top in tops}) == len(rows)
