"""The pack says what the review holds: its numbers, in the words of its page, in both languages."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from data.scope import Span
from format import numbers
from i18n import LANGUAGES, Language, Text, Words
from metrics.review.result import Review
from metrics.review.words import change_text, opening_sentence
from reports.pack import Cell, CellKind, Pack, Table, Tone
from reports.packing import pack_of
from reports.tables import in_parts
from tests.reports import made

SHOP = Words("Demo shop", "演示店铺")


def pack(language: Language = "en", review: Review | None = None) -> Pack:
    return pack_of(review or made.review(), made.REPORTING, SHOP, Text(language))


def texts(row: tuple[Cell, ...]) -> list[str]:
    return [cell.text for cell in row]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_number_of_a_strip_is_that_of_the_page(language: Language) -> None:
    """Values by `numbers.short`, changes by `change_text`: the functions of the page."""
    tr, review = Text(language), made.review()
    for page in pack(language).pages:
        line = next(x for x in review.lines if x.metric.key == page.key)
        unit = line.metric.unit

        rows = [texts(row)[1:] for row in page.strip.rows]
        values = [numbers.short(b.point.reading.value, unit, tr, "CNY") for b in line.strip]
        assert rows[0] == values
        assert rows[1] == [change_text(line.strip[0].wow, unit, tr, "CNY"), "", "", ""]
        assert rows[2] == [change_text(b.yoy, unit, tr, "CNY") for b in line.strip]
        if line.strip[0].target is not None:
            assert rows[4] == [change_text(b.to_target, unit, tr, "CNY") for b in line.strip]


def test_numbers_travel_unrounded_beside_their_texts() -> None:
    """GMV of the week is 2,500; the week before 2,400: +4.2 % is 1/24. Conversion rose by a point,
    0.01 of 1, which is 100 basis points."""
    gmv, conversion = (p for p in pack().pages if p.key in ("gmv", "conversion_rate"))
    assert (gmv.strip.rows[0][1].number, gmv.strip.rows[0][1].text) == (2500, "¥2.50K")
    assert gmv.strip.rows[1][1].number == pytest.approx(1 / 24)
    assert gmv.strip.rows[1][1].kind is CellKind.RELATIVE
    assert conversion.strip.rows[1][1] == Cell(
        "+100 bp", Tone.PLAIN, pytest.approx(0.01), CellKind.POINTS
    )


def test_pages_and_summary_are_in_the_order_of_the_sections() -> None:
    """As on the page: whatever the deck's order, the north star comes first, channels last."""
    found = pack()
    sections = list(dict.fromkeys(p.section for p in found.pages))
    assert sections == ["North star and its inputs", "Acquire", "Retain", "Convert"]
    assert [row[0].text for row in found.summary.rows] == [p.name for p in found.pages]
    assert [title for _, title in found.summary.sections] == sections


def test_colour_is_kept_for_signal_that_counts_over_the_deck() -> None:
    """GMV counts and is welcome; conversion only breaks its own rule; the others are noise."""
    found = {p.key: p for p in pack().pages}
    assert found["gmv"].tone is Tone.GOOD
    assert found["conversion_rate"].tone is Tone.PLAIN
    assert "does not count" in found["conversion_rate"].finding
    signal = {row[0].text: row[9].text for row in pack().summary.rows}
    assert signal["GMV"] == "▲ signal"
    assert signal["Conversion rate"] == "▲ own rule only"
    assert signal["Orders"] == "not judged"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_opening_is_the_page_s_own(language: Language) -> None:
    found = pack(language)
    assert found.finding == opening_sentence(made.review(), Text(language))
    names = [p.title for p in found.opening]
    assert names == (
        ["GMV", "Conversion rate"] if language == "en" else ["成交总额（GMV）", "转化率（会话）"]
    )


def test_a_number_that_is_not_there_says_why() -> None:
    """New users have no value in the week: a dash, the reason, no point in the chart."""
    page = next(p for p in pack().pages if p.key == "new_users")
    assert page.strip.rows[0][1] == Cell("–", Tone.MUTED, why="nothing to divide by")
    assert page.plots[0].buckets[-1].value is None
    assert page.plots[0].buckets[-1].why == "nothing to divide by"
    assert page.finding == "No value: nothing to divide by."


def test_a_rate_has_one_scale_for_weeks_and_months_and_a_sum_two() -> None:
    """A month of GMV is 4.3 weeks of it; a month's conversion is a week's."""
    found = {p.key: p for p in pack().pages}
    weeks, months = found["conversion_rate"].plots
    assert weeks.axis == months.axis
    weeks, months = found["gmv"].plots
    assert weeks.axis.high < months.axis.high


def test_an_axis_begins_and_ends_with_a_step_and_holds_everything() -> None:
    """Spreadsheets count their steps from the end of the axis."""
    for page in pack().pages:
        for plot in page.plots:
            axis = plot.axis
            assert (axis.low, axis.high) == (axis.values[0], axis.values[-1])
            shown = [b.value for b in plot.buckets] + [b.before for b in plot.buckets]
            assert all(axis.low <= v <= axis.high for v in shown if v is not None)


def test_decisions_are_those_of_the_lines_and_the_others_the_most_urgent_first() -> None:
    """The one about GMV was due before the week ended: it is overdue."""
    rows = [texts(row) for row in pack().decisions.rows]
    assert [row[0] for row in rows] == [
        "Raise the free-shipping threshold to ¥99",
        "Decide on the Spring Festival budget",
    ]
    assert rows[0][1:5] == ["GMV", "李雷", "14 Nov", "overdue"]
    assert rows[1][4] == "open"


def test_what_is_not_shown_is_named() -> None:
    assert pack().left_out == (
        "Gross margin: the shop lacks order_lines.cost",
        "old_metric: no longer a metric",
    )


def test_the_file_is_named_after_the_iso_week() -> None:
    """The week of 29 December 2025 is W01 of 2026; weeks from a Sunday go by their middle."""
    late = replace(made.review(), week=Span(date(2025, 12, 29), date(2026, 1, 5)))
    sunday = replace(made.review(), week=Span(date(2025, 12, 28), date(2026, 1, 4)))
    assert pack(review=late).file_stem == "northstar-2026-W01-en"
    assert pack("zh", sunday).file_stem == "northstar-2026-W01-zh"


def test_a_shop_without_any_line_still_has_a_pack() -> None:
    """All metrics missing: no page, no summary, the reasons."""
    review = made.review()
    empty = replace(
        review,
        lines=(),
        decisions=(),
        opening=replace(review.opening, signals=(), own=(), judged=0),
    )
    found = pack(review=empty)
    assert (found.pages, found.summary.rows, found.decisions.rows) == ((), (), ())
    assert found.left_out


def table(rows: int, sections: tuple[tuple[int, str], ...]) -> Table:
    return Table(("n",), tuple((Cell(str(n)),) for n in range(rows)), sections=sections)


@pytest.mark.parametrize("rows", [0, 1, 5, 6, 7, 20])
@pytest.mark.parametrize("sections", [(), ((0, "a"),), ((0, "a"), (3, "b"), (5, "c"))])
def test_a_table_in_parts_keeps_every_row_once_and_fits(
    rows: int, sections: tuple[tuple[int, str], ...]
) -> None:
    """At most six lines a page, titles counted; a part within a section says its title again."""
    whole = table(rows, tuple(s for s in sections if s[0] < rows))
    parts = list(in_parts(whole, 6))
    assert [row for part in parts for row in part.rows] == list(whole.rows)
    for part in parts:
        lines = list(part.titled())
        assert len(lines) <= 6
        assert not sections or lines[0][0] is not None
        assert lines[-1][0] is None
