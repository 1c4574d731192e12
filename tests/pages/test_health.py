"""Data health on screen: both languages, what it leads with, what may be downloaded."""

from __future__ import annotations

import csv
import io
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import insert

from data.checks.days import RowsByDay
from data.importing.ledger import imports, rejects
from data.refresh import refresh
from data.scope import Viewer
from i18n import LANGUAGES, Language
from tests.data.checks.test_imports import imported, reject
from tests.metrics.shops import settings_file
from tests.pages.framed import forgotten, page, said, use
from tests.world import World, order, world
from ui.health import days_drawn, rejects_file
from ui.html import escape

__all__ = ["forgotten"]

SCRIPT = "pages/data/health.py"


def dirty(folder: Path) -> World:
    """A negative order, and a file of which one row could not be read."""
    made = world(folder / "wh", orders=[order(1, "2024-01-05", -3), order(None, "2024-01-07", 5)])
    with made.versions.draft(from_current=True) as draft:
        draft.connection.execute(insert(imports), [imported("a.csv", 1000, 1)])
        draft.connection.execute(insert(rejects), [reject(2, found="=1+1")])
        refresh(draft.connection, made.shop)
        draft.publish()
    return made


@pytest.fixture
def shop(tmp_path: Path, forgotten: pytest.MonkeyPatch) -> World:
    made = dirty(tmp_path)
    use(settings_file(tmp_path, made), forgotten, tmp_path)
    return made


@pytest.mark.parametrize("lang", LANGUAGES)
def test_it_leads_with_what_needs_attention(shop: World, lang: Language) -> None:
    app = page(SCRIPT, lang=lang)
    assert not app.exception
    told = said(app)
    finding = {
        "en": "2 things need attention: negative amounts, rejected rows.",
        "zh": "有 2 项需要关注：负数金额、拒收的行。",
    }
    assert finding[lang] in told
    assert told.index(finding[lang]) < told.index({"en": "Guest orders", "zh": "游客订单"}[lang])


def test_the_contract_names_what_is_switched_off(shop: World) -> None:
    table = said(page(SCRIPT, lang="en")).partition("Switched off on Overview")[2]
    row = table.partition(">events<")[2].partition("</tr>")[0]
    assert ">0<" in row
    assert ">the whole table<" in row
    assert "Monthly active users" in row


def test_rows_by_day_are_drawn_with_their_words(shop: World) -> None:
    [chart] = page(SCRIPT, lang="zh").get("plotly_chart")
    assert "orders" in chart.proto.spec


def test_filters_are_said_not_to_apply(shop: World) -> None:
    assert "The filters do not apply here" in said(page(SCRIPT, lang="en", customer="guest"))
    assert "The filters do not apply here" not in said(page(SCRIPT, lang="en"))


def test_rejected_rows_come_as_a_file_without_formulas(shop: World) -> None:
    text = rejects_file(shop.warehouse()).decode("utf-8-sig")
    [row] = csv.DictReader(io.StringIO(text))
    assert row["found"] == "'=1+1"
    assert row["line"] == "2"
    assert row["row"] == '{"name": "Li"}'


def test_the_file_has_no_raw_rows_for_others(shop: World) -> None:
    text = rejects_file(shop.warehouse(Viewer("b"))).decode("utf-8-sig")
    [row] = csv.DictReader(io.StringIO(text))
    assert "row" not in row
    assert "found" not in row
    assert row["reason"] == "bad_date"


def test_words_from_the_data_are_text_not_markup(shop: World) -> None:
    """A currency named as a tag is shown as it is written."""
    tag = "<img src=x>"
    shop.load(orders=[order(1, "2024-01-06", 5, currency=tag)])
    told = said(page(SCRIPT, lang="en"))
    assert tag not in told
    assert escape(tag) in told


def test_days_of_tables_share_one_axis() -> None:
    one = RowsByDay("a", (date(2024, 1, 1), date(2024, 1, 2)), (3, 0), ((date(2024, 1, 2),),), ())
    two = RowsByDay("b", (date(2024, 1, 3),), (7,), (), ())
    days, counts, gaps = days_drawn([one, two])
    assert days == [date(2024, 1, 1), date(2024, 1, 2), date(2024, 1, 3)]
    assert counts == {"a": [3, 0, 0], "b": [0, 0, 7]}
    assert gaps == {date(2024, 1, 2)}
