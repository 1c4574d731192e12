"""Two browsers edit the same decision and the same targets; a sheet of targets is brought in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from data.settings import load_settings
from store import DECISION, TARGETS, Decision, MetricTargets, Store, open_store
from tests.e2e.reading import Reader
from tests.pages.shop import made, settings_of
from tests.services.pages import axe
from tests.services.server import AppServer

JANUARY, FEBRUARY = date(2024, 1, 1), date(2024, 2, 1)
ROW = 35
"""Pixels of a line of the table, its header too."""
NewReader = Callable[..., Reader]


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("meeting")
    return settings_of(folder, [made(folder)])


@pytest.fixture
def team(settings: Path) -> Iterator[Store]:
    with closing(open_store(load_settings(settings).store.url)) as store:
        yield store


@pytest.fixture
def reader(
    settings: Path, new_page: Callable[..., Page], app_server: Callable[..., AppServer]
) -> NewReader:
    """Another browser at the page, in English."""
    address = str(app_server(settings=settings).address)

    def come(**window: int) -> Reader:
        return Reader(new_page(**window), address).open("meeting", lang="en")

    return come


def write(one: Reader, row: int, number: str) -> None:
    """Type a target into the first metric's column; the first row is 0."""
    table = one.page.locator('[class*="st-key-target_table_"] [data-testid=stDataFrame]')
    table.scroll_into_view_if_needed()
    box = table.bounding_box()
    assert box is not None
    one.page.mouse.dblclick(box["x"] + box["width"] * 0.7, box["y"] + ROW * (row + 1.5))
    one.page.locator(".gdg-input, #portal input").first.wait_for()
    one.page.keyboard.press("Control+a")
    one.page.keyboard.type(number, delay=40)
    one.page.keyboard.press("Enter")
    one.wait()


def press(one: Reader, key: str) -> None:
    one.page.locator(f".st-key-{key} button").click()
    one.wait()


def targets(team: Store) -> dict[date, float]:
    found = team.load(TARGETS, "world", "gmv:month")
    assert found is not None
    return found.body.values


@pytest.mark.parametrize("width", [1440, 390])
def test_the_second_editor_of_a_decision_is_told(
    reader: NewReader, team: Store, width: int
) -> None:
    name = f"coupon{width}"
    body = Decision(text=f"Stop the coupon {width}", owner="Lin", due=date(2024, 2, 1),
                    made_on=date(2024, 1, 15))  # fmt: skip
    team.save(DECISION, "world", body, author="Lin", based_on=None, name=name)
    one, other = reader(width=width), reader()
    for who in (one, other):
        press(who, f"decision_edit_{name}")
    assert axe(one.page) == []
    assert one.overflow() <= 0
    for who, owner in ((other, "Ada"), (one, "Bo")):
        who.page.get_by_label("Owner").fill(owner)
        who.page.get_by_role("button", name="Save for the team").first.click()
        who.wait()
    expect(one.page.get_by_text("local changed the decision")).to_be_visible()
    both = one.page.get_by_role("region", name="Both versions")
    expect(both.get_by_role("row").nth(1)).to_contain_text("OwnerAdaBo")
    assert axe(one.page) == []
    assert one.overflow() <= 0
    one.page.get_by_role("button", name="Save for the team").first.click()
    one.wait()
    owners = [v.body.owner for v in team.history(DECISION, "world", name)]
    assert owners == ["Bo", "Bo", "Ada", "Lin"]
    assert one.faults() == other.faults() == []


def test_the_second_editor_of_targets_is_told_and_both_are_kept(
    reader: NewReader, team: Store
) -> None:
    """Ada sets January anew, Bo February from the same table: Bo is told, saves again, and the
    record has both cells."""
    body = MetricTargets(metric="gmv", grain="month", values={JANUARY: 20000.0}, currency="CNY")
    team.save(TARGETS, "world", body, author="Lin", based_on=None, name=body.record)
    ada, bo = reader(), reader()
    write(ada, 0, "25000")
    write(bo, 1, "30000")
    # What is not saved yet outlives weeks, and another page.
    bo.page.get_by_role("radio", name="Week", exact=True).last.click()
    bo.wait()
    bo.go("Cohorts")
    bo.go("Targets and decisions")
    bo.page.get_by_role("radio", name="Month", exact=True).last.click()
    bo.wait()
    press(ada, "targets_save")
    assert targets(team) == {JANUARY: 25000}
    press(bo, "targets_save")
    expect(bo.page.get_by_text("local changed the targets “GMV by month”")).to_be_visible()
    both = bo.page.get_by_role("region", name="Both versions")
    expect(both.get_by_role("row").nth(1)).to_contain_text("Feb 2024")
    expect(both.get_by_role("row").nth(1)).to_contain_text("¥30,000.00")
    assert targets(team) == {JANUARY: 25000}
    assert axe(bo.page) == []
    press(bo, "targets_save")
    assert targets(team) == {JANUARY: 25000, FEBRUARY: 30000}
    assert ada.faults() == bo.faults() == []


def test_a_sheet_is_looked_at_refused_and_brought_in(
    reader: NewReader, team: Store, tmp_path: Path
) -> None:
    one = reader()
    field = "[data-testid=stFileUploader] input[type=file]"
    wrong, right = tmp_path / "wrong.csv", tmp_path / "right.csv"
    wrong.write_text("metric,from,target\norders,2024-13,5\n", "utf-8")
    right.write_text("指标,周期,目标\n转化率（会话）,2024-03,4.5%\n订单数,2024-W03,5\n", "utf-8")
    one.page.set_input_files(field, str(wrong))
    expect(one.page.get_by_text("Line 2, column B “from”")).to_be_visible()
    assert team.load(TARGETS, "world", "orders:week") is None
    one.page.get_by_role("button", name="Remove").first.click()
    one.wait()
    one.page.set_input_files(field, str(right))
    expect(one.page.get_by_text("2 targets, 2 of them new or changed.")).to_be_visible()
    press(one, "targets_file_save")
    orders = team.load(TARGETS, "world", "orders:week")
    rate = team.load(TARGETS, "world", "conversion_rate:month")
    assert orders is not None
    assert rate is not None
    assert orders.body.values == {date(2024, 1, 15): 5}
    assert rate.body.values == {date(2024, 3, 1): 0.045}
    assert rate.note == "right.csv"
    assert one.faults() == []
