"""The payback page in words and cells: the finding, the table, whom a cell counts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select

from charts.shades import Around
from charts.theme import LIGHT
from data.scope import Scope, Span
from data.warehouse import Warehouse
from i18n import Text
from metrics.audiences.definitions import of_payback, people_of
from metrics.channels.spec import Cost
from metrics.payback.people import payback_people
from metrics.payback.result import Payback
from metrics.payback.spec import WITHIN, By
from tests.metrics.payback.shops import asked, january, spend
from tests.world import order, user
from ui.payback.finding import finding
from ui.payback.people import BEFORE, WHOLE, Pick, cell_of, choices, name_of, total_of
from ui.payback.table import rows

EN, ZH = Text("en"), Text("zh")
COST = Cost.MARKETING
SPAN = Span(date(2023, 12, 1), date(2024, 3, 1))


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warehouse]:
    """December: user 4 cost 10 and brought 10. January: 50 each, 40 brought. February runs."""
    more = [
        order(4, "2023-12-05 10:00", 30, cost_amount=20),
        order(3, "2024-02-08 10:00", 90, cost_amount=0),
    ]
    costs = [
        spend(10, "2023-12-20", channel="kol", country="CN"),
        spend(100, channel="kol", country="US"),
        spend(5, "2024-02-02"),
    ]
    folder: Path = tmp_path_factory.mktemp("payback")
    people = [user(3, "2024-02-01"), user(4, "2023-12-01")]
    made = january(folder, *costs, more=more, people=people).warehouse()
    yield made
    made.close()


@pytest.fixture(scope="module")
def months(warehouse: Warehouse) -> Payback:
    return asked(warehouse, SPAN)


def test_the_finding_names_the_last_month_that_has_paid_back(months: Payback) -> None:
    """December did at once; January has not, February is too young."""
    said = finding(months, COST, "CNY", EN)
    assert said == (
        "Customers of Dec 2023 cost ¥10.0 and paid back on their first day; of the 2 months "
        "since, none has so far."
    )
    assert finding(months, COST, "CNY", ZH).startswith("2023年12月的新客获客成本 ¥10.0")


def test_where_nothing_has_paid_back_the_furthest_is_named(tmp_path: Path) -> None:
    found = asked(january(tmp_path, spend(100)))
    assert finding(found, COST, "CNY", EN) == (
        "No month has paid back so far; Jan 2024 has come furthest: 80.0% of its cost of ¥50.0 by "
        "day 9."
    )
    assert "第 9 天收回获客成本" in finding(found, COST, "CNY", ZH)


def test_channels_are_counted_with_spend_only(warehouse: Warehouse) -> None:
    """Of 72 days those to January 11 are 30 days old and more than half. In them KOL cost 10 and
    brought user 1 with 40 at once; user 4 came from nowhere in particular, and cost nothing."""
    found = asked(warehouse, SPAN, By.CHANNEL)
    assert (found.least_age, found.whole.days.span.end) == (30, date(2024, 1, 12))
    assert finding(found, COST, "CNY", EN) == (
        "1 of 1 channels with spend have paid back, KOL / influencer fastest (first day)."
    )


def test_cells_are_solid_where_everybody_is_old_enough(months: Payback) -> None:
    top, february, january_, december = rows(months, COST, EN, dark=False, currency="CNY")
    assert [r.name for r in (top, february, january_, december)] == [
        "All months", "Feb 2024", "Jan 2024", "Dec 2023",
    ]  # fmt: skip
    day, thirty, sixty = january_.cells[BEFORE : BEFORE + 3]
    assert (day.text, day.open, day.fill is not None) == ("0.60", False, True)
    assert (thirty.text, thirty.open) == ("1.20", True)
    assert "1 of 2 customers are that old" in thirty.lines
    assert (sixty.text, sixty.pick) == ("", False)
    assert "nobody is 60 days old yet" in sixty.lines
    assert [c.text for c in january_.cells[:BEFORE]] == ["¥50.0", "not yet"]
    assert january_.cells[1].lines == ("not yet: 80.0% by day 9",)
    assert december.cells[1].text == "first day"
    assert february.cells[0].open
    assert top.cells[BEFORE].text == "0.64"  # (60 + 10) / 110
    assert top.cells[1].text == ""


def test_one_is_the_middle_of_the_shades(months: Payback) -> None:
    december = rows(months, COST, EN, dark=False, currency="CNY")[-1]
    cell = december.cells[BEFORE]
    assert (december.name, cell.text) == ("Dec 2023", "1.00")
    assert Around(LIGHT, 1.0, 1.0).fill(1.0) == LIGHT.diverging[3]
    assert Around(LIGHT, 1.0, 1.0).fill(-4) == LIGHT.diverging[0]
    assert Around(LIGHT, 1.0, 1.0).fill(2.5) == LIGHT.diverging[-1]


@pytest.mark.parametrize("by", By)
def test_the_list_behind_each_cell_has_its_customers(warehouse: Warehouse, by: By) -> None:
    """And asked again as a kept audience it has the same."""
    found = asked(warehouse, SPAN, by)
    scope = Scope("CNY")
    for place in (WHOLE, *range(len(found.cohorts))):
        for within in (None, *WITHIN[:3]):
            pick = Pick(place, within)
            n = total_of(found, pick, COST)
            if n == 0:
                continue
            cell = cell_of(found, pick, COST)
            listed = warehouse.fetch(select(payback_people(warehouse, scope, cell).rows))
            assert len(listed) == n
            assert f": {n} " in name_of(found, pick, COST, EN)
            definition = of_payback(cell)
            assert definition is not None
            again = warehouse.fetch(select(people_of(warehouse, scope, definition).rows))
            assert sorted(again["person_no"]) == sorted(listed["person_no"])


def test_everybody_can_be_listed_without_a_click(months: Payback) -> None:
    assert choices(months) == [Pick(WHOLE), Pick(2), Pick(1), Pick(0)]
