"""Whatever is chosen, the page follows and the address carries exactly that."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.e2e.reading import Reader

NewReader = Callable[..., Reader]
NOVEMBER = {"shop": "uci", "from": "2011-11-01", "to": "2011-12-01"}


@pytest.mark.parametrize(
    ("path", "title"),
    [("", "Overview"), ("dictionary", "Metric dictionary"), ("health", "Data health")],
)
def test_each_page_opens_by_its_address_as_the_first_request(
    reader: NewReader, path: str, title: str
) -> None:
    """A fresh browser, straight to the page; no dialog says that it does not exist."""
    one = reader().open(path)
    assert one.title == title
    assert one.path == f"/{path}"
    expect(one.dialog).to_have_count(0)


def test_a_chinese_browser_reads_chinese_and_says_so_in_the_address(reader: NewReader) -> None:
    one = reader(language="zh").open()
    assert one.title == "总览"
    assert one.query["lang"] == "zh"


def test_everything_chosen_follows_into_the_page_and_the_address(reader: NewReader) -> None:
    """Step by step; each step adds exactly its own parameter. Then the address is opened by a
    reader of the other language, reloaded, and shows the same view."""
    one = reader().open()
    days = {"lang": "en", "from": one.query["from"], "to": one.query["to"]}
    assert one.query == days
    before = one.tiles
    one.pick("compare", "Same period last year")
    assert one.query == {**days, "compare": "last_year"}
    one.pick("preset", "Last month")
    month = {"lang": "en", "from": "2026-10-01", "to": "2026-11-01", "compare": "last_year"}
    assert one.query == month
    assert "Oct 2026 · against Oct 2025" in one.scope
    one.pick("market", "China").pick("market", "United States")
    assert one.query == {**month, "market": "CN~US"}
    assert "China, United States" in one.scope
    one.pick("channel", "Paid search")
    one.pick("platform", "iOS")
    one.pick("customer", "Identified customers")
    one.pick("currency", "USD")
    one.switch("grain", "Week")
    chosen = {
        **month,
        "grain": "week",
        "market": "CN~US",
        "channel": "paid_search",
        "platform": "ios",
        "customer": "identified",
        "currency": "USD",
    }
    assert one.query == chosen
    assert "Paid search · iOS · Identified customers · USD" in one.scope
    assert one.tiles != before

    view = one.seen()
    other = reader(language="zh").open(**one.query)
    assert other.seen() == view
    assert other.query == chosen
    other.page.reload()
    assert other.wait().seen() == view
    assert other.query == chosen


def test_the_language_changes_the_words_and_keeps_the_choice(reader: NewReader) -> None:
    """To Chinese and back; filters of translated names stay chosen."""
    one = reader().open(market="CN")
    english, query = one.seen(), one.query
    one.switch("lang", "简体中文")
    assert one.title == "总览"
    assert one.query == {**query, "lang": "zh"}
    assert "中国" in one.scope
    one.switch("lang", "English")
    assert one.seen() == english
    assert one.query == query


def test_another_shop_has_its_own_days_and_currency(reader: NewReader) -> None:
    """The real shop ends in December 2011 and counts in pounds; back again, the demo's days."""
    one = reader().open()
    view = one.seen()
    one.pick("shop", "Gift shop")
    assert one.query == {"lang": "en", "shop": "uci", "from": "2011-11-07", "to": "2011-12-05"}
    assert "GBP · data to 9 Dec 12:50" in one.scope
    one.pick("shop", "Demo shop")
    assert one.seen() == view


def test_days_of_the_readers_own(reader: NewReader) -> None:
    """From the calendar, first and last day with two clicks: 7 to 9 November, both included."""
    one = reader().open(**NOVEMBER)
    one.pick("preset", "Other dates…")
    assert one.query["from"] == "2011-11-01"
    one.box("days").get_by_role("button").first.click()
    calendar = one.page.get_by_test_id("stDateInputCalendar")
    calendar.get_by_role("button", name="November 7, 2011").click()
    one.wait()
    calendar.get_by_role("button", name="November 9, 2011").click()
    one.wait()
    assert (one.query["from"], one.query["to"]) == ("2011-11-07", "2011-11-10")
    assert "7–9 Nov" in one.scope


def test_another_page_keeps_the_choice_and_back_returns(reader: NewReader) -> None:
    """A menu click empties the address for a moment; the choice is written again. Back twice:
    the framework keeps the empty address as a step of its own."""
    one = reader().open(market="CN", compare="none")
    view, query = one.seen(), one.query
    one.go("Data health")
    assert one.title == "Data health"
    assert one.query == query
    assert "China" in one.scope
    one.go("Overview")
    assert one.seen() == view
    for _ in range(4):
        if one.title == "Data health":
            break
        one.page.go_back()
        one.wait()
    assert one.title == "Data health"
    assert one.query == query


def test_back_takes_back_a_choice(reader: NewReader) -> None:
    one = reader().open()
    view = one.seen()
    one.pick("compare", "No comparison")
    assert one.seen() != view
    one.page.go_back()
    assert one.wait().seen() == view
    expect(one.box("compare").locator("input")).to_have_value("Period before")


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ({"shop": "nowhere"}, ["shop"]),
        ({"market": "Atlantis~CN"}, ["market"]),
        ({"currency": "XYZ"}, ["currency"]),
        ({"from": "0001-01-01", "to": "9999-12-31"}, ["from", "to"]),
        ({"grain": "<script>alert(1)</script>"}, ["grain"]),
        ({"<img src=x onerror=alert(1)>": "1"}, ["<img src=x onerror=alert(1)>"]),
        ({"utm_source": "x" * 10_000}, ["utm_source"]),
        ({"market": "<b>" * 3_000}, ["market"]),
    ],
    ids=lambda value: "-".join(value)[:20] if isinstance(value, list) else "",
)
def test_junk_in_the_address_is_named_and_dropped(
    reader: NewReader, query: dict[str, str], named: list[str]
) -> None:
    """The page is drawn, says what it left out, and the address is clean again."""
    one = reader()
    alerts: list[str] = []
    one.page.on("dialog", lambda dialog: (alerts.append(dialog.message), dialog.dismiss()))
    one.open(**query)
    assert one.title == "Overview"
    assert len(one.tiles) == 12
    for name in named:
        assert any(f"“{name}”" in notice for notice in one.notices), one.notices
    kept = {"market": "CN"} if "CN" in query.get("market", "") else {}
    assert {k: v for k, v in one.query.items() if k not in ("from", "to")} == {"lang": "en", **kept}
    assert alerts == []
