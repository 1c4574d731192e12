"""A number of the retention pages is clicked and its people are listed: as many as it says."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, expect

from tests.e2e.reading import Reader

NewReader = Callable[..., Reader]
RANGE = {"from": "2026-08-03", "to": "2026-09-14"}
"""Long over at the end of the demo shop, so that every stage is final."""


def numbers_in(text: str) -> list[int]:
    """`1,234 reached 2 Item view` has 1234 and 2."""
    return [int(n.replace(",", "")) for n in re.findall(r"\d[\d,]*", text)]


def in_title(dialog: Locator) -> list[int]:
    return numbers_in(dialog.locator("h2, [role=heading]").first.inner_text())


def listed(dialog: Locator) -> int:
    """How many the list says that it has: `1 – 50 of 1,234`."""
    line = dialog.get_by_text(re.compile(r"of \d[\d,]*$"))
    expect(line).to_be_visible(timeout=20_000)
    return numbers_in(line.inner_text())[-1]


def test_a_cell_of_the_cohorts_opens_as_many_people_as_it_says(reader: NewReader) -> None:
    one = reader().open("cohorts", lang="en", **RANGE)
    cell = one.page.locator("table[role=grid] tbody tr:nth-child(4) button.pick").nth(1)
    parts = re.search(r"([\d,]+) / [\d,]+", str(cell.get_attribute("aria-label")))
    assert parts is not None
    cell.click()
    expect(one.dialog).to_be_visible(timeout=20_000)
    assert listed(one.dialog) == int(parts[1].replace(",", ""))


def test_cells_are_reached_by_the_keyboard_and_tell_what_they_are(reader: NewReader) -> None:
    one = reader().open("cohorts", lang="en", **RANGE)
    cells = one.page.locator("table[role=grid] tbody button")
    cells.first.focus()
    one.page.keyboard.press("ArrowDown")
    one.page.keyboard.press("ArrowDown")
    one.page.keyboard.press("ArrowRight")
    focused = one.page.locator("table[role=grid] tbody tr:nth-child(3) button").nth(1)
    expect(focused).to_be_focused()
    expect(one.page.locator(".frame .more")).to_contain_text("W1")


def test_a_move_between_states_opens_as_many_people_as_it_says(reader: NewReader) -> None:
    one = reader().open("states", lang="en", **RANGE)
    cell = one.page.locator("table[role=grid] tbody tr:nth-child(3) button.pick").nth(1)
    count = re.search(r", ([\d,]+), ", str(cell.get_attribute("aria-label")))
    assert count is not None
    cell.click()
    expect(one.dialog).to_be_visible(timeout=20_000)
    assert listed(one.dialog) == int(count[1].replace(",", ""))


def test_a_bar_of_growth_opens_as_many_people_as_it_says(reader: NewReader) -> None:
    """The tallest one: the dots of the net lie over the others."""
    one = reader().open("growth", lang="en", **RANGE)
    bars = one.page.locator('[class*="st-key-growth_figure"] .bars .point').all()
    boxes = [bar.bounding_box() for bar in bars]
    tallest = max(range(len(boxes)), key=lambda n: (boxes[n] or {"height": 0})["height"])
    one.click_bar("growth_figure", tallest)
    expect(one.dialog).to_be_visible(timeout=20_000)
    n = listed(one.dialog)
    assert n > 20, "few people would agree with many numbers by chance"
    assert n in in_title(one.dialog)


BARS = ".bars .point path"
POINTS = ".scatterlayer .trace .points path"


def opened_as_many_as_it_says(one: Reader) -> int:
    expect(one.dialog).to_be_visible(timeout=20_000)
    n = listed(one.dialog)
    assert n > 20, "few people would agree with many numbers by chance"
    assert in_title(one.dialog)[-1] == n
    expect(one.dialog.get_by_label("Save as audience", exact=True)).to_be_visible()
    return n


@pytest.mark.parametrize(
    ("page", "query", "figure", "nth"),
    [
        ("cohorts", {"segment": "market"}, "retention_curve_figure", 1),
        ("repeat", {"segment": "category"}, "second_purchase_figure", 60),
        ("repeat", {}, "last_activity_figure", 6),
        ("growth", {"by": "market"}, "growth_part_figure", None),
        ("states", {"by": "market"}, "states_part_figure", 6),
    ],
)
def test_a_part_opens_as_many_people_as_it_says(
    reader: NewReader, page: str, query: dict[str, str], figure: str, nth: int | None
) -> None:
    """A point in the midst of a line, or else the tallest bar."""
    one = reader().open(page, lang="en", **RANGE, **query)
    mark = BARS if nth is None else POINTS
    marks = one.page.locator(f'[class*="st-key-{figure}"]').locator(mark)
    expect(marks.first).to_be_attached(timeout=30_000)
    if nth is None:
        boxes = [bar.bounding_box() for bar in marks.all()]
        nth = max(range(len(boxes)), key=lambda n: (boxes[n] or {"height": 0})["height"])
    one.click_mark(figure, mark, nth)
    opened_as_many_as_it_says(one)


def test_a_list_is_kept_as_an_audience_and_asked_again(reader: NewReader) -> None:
    one = reader().open("states", lang="en", **RANGE)
    one.page.locator("table[role=grid] tbody tr:nth-child(3) button.pick").nth(1).click()
    expect(one.dialog).to_be_visible(timeout=20_000)
    n = listed(one.dialog)
    one.dialog.get_by_label("Save as audience", exact=True).fill("Those who moved")
    one.dialog.get_by_role("button", name="Save", exact=True).click()
    expect(one.page.get_by_text("Saved “Those who moved”", exact=False)).to_be_visible()
    other = reader().open("audiences", lang="en")
    expect(other.page.get_by_text(f"{n:,} now; {n:,} when it was saved")).to_be_visible()


def test_a_count_of_a_channel_opens_as_many_people_and_its_name_the_level_below(
    reader: NewReader,
) -> None:
    one = reader().open("channels", lang="en", **RANGE)
    row = one.page.locator("table tbody tr", has_text="Organic search")
    count = row.locator("button.pick").first
    n = int(count.inner_text().replace(",", ""))
    count.click()
    expect(one.dialog).to_be_visible(timeout=20_000)
    assert listed(one.dialog) == n
    one.page.keyboard.press("Escape")
    one.wait()
    one.page.locator("button.name", has_text="Paid search").click()
    expect(one.page.locator("button.name", has_text="search_brand")).to_be_visible(timeout=20_000)
    one.wait()
    assert one.query["path"] == "paid_search"
    assert one.faults() == []


def test_a_cell_of_payback_opens_as_many_customers_as_are_that_old(reader: NewReader) -> None:
    """The fourth month from the top, within 30 days: everybody, or those who have reached it."""
    one = reader().open("payback", lang="en", **RANGE)
    row = one.page.locator("table[role=grid] tbody tr:nth-child(4)")
    cell = row.locator("td:nth-of-type(4) button.pick")
    label = str(cell.get_attribute("aria-label"))
    assert ", 30 d, " in label
    count = re.search(r"([\d,]+) of [\d,]+ customers are that old", label)
    assert count is not None
    cell.click()
    expect(one.dialog).to_be_visible(timeout=20_000)
    n = int(count[1].replace(",", ""))
    assert listed(one.dialog) == n
    assert n in in_title(one.dialog)
    assert one.faults() == []
