"""The review as a file, in a browser: one click makes it, and its numbers are the page's."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import openpyxl
from playwright.sync_api import expect
from pptx import Presentation

from format import numbers
from i18n import Text
from tests.e2e.reading import Reader
from tests.services.pages import axe

NewReader = Callable[..., Reader]


def exported(one: Reader, key: str) -> bytes:
    """Click the format and take what the browser saves, without another click."""
    with one.page.expect_download() as saving:
        one.page.locator(f".st-key-pack_{key} button").click()
    assert saving.value.suggested_filename.endswith(f".{key}")
    return Path(saving.value.path()).read_bytes()


def test_a_click_on_a_format_saves_the_numbers_of_the_page(reader: NewReader) -> None:
    """On a phone, in Chinese and dark: GMV of the week as the page writes it stands on its slide,
    and unrounded in the workbook, from one open dialog."""
    one = reader(width=390, height=844, scheme="dark").open("review", lang="zh")
    row = one.page.get_by_role("row").filter(has_text="成交总额（GMV）").first
    week = row.locator("td").nth(1).inner_text().split("\n")[0]
    one.page.locator(".st-key-review_pack button").click()
    expect(one.page.get_by_role("dialog")).to_be_visible()
    assert axe(one.page) == []
    deck = Presentation(io.BytesIO(exported(one, "pptx")))
    slide = next(s for s in deck.slides if s.shapes.title.text == "成交总额（GMV）")
    [strip] = [s.table for s in slide.shapes if s.has_table]
    assert strip.cell(1, 1).text == week
    book = openpyxl.load_workbook(io.BytesIO(exported(one, "xlsx")))
    index = book.worksheets[0]
    [name] = [c for row in index.iter_rows() for c in row if c.value == "成交总额（GMV）"]
    value = index.cell(name.row, 2).value
    assert isinstance(value, (int, float))
    assert numbers.short(value, "money", Text("zh"), "CNY") == week
