"""Each file read back: native charts with the review's values, notes, safe cells, no address."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from html import escape
from typing import Any

import openpyxl
import pytest
from pptx import Presentation
from pypdf import PdfReader

from i18n import LANGUAGES, Language
from reports.formats import FORMATS
from reports.number_formats import cell_number
from reports.pdf_canvas import Canvas, Look
from tests.reports import made
from tests.reports.test_pack import pack


@cache
def content(key: str, language: Language) -> bytes:
    return FORMATS[key].write(pack(language), lambda share: None)


def slides(language: Language) -> Any:
    return Presentation(io.BytesIO(content("pptx", language)))


def on(slide: Any) -> Iterator[str]:
    """Every text of a slide."""
    for shape in slide.shapes:
        if shape.has_text_frame:
            yield shape.text_frame.text
        if shape.has_table:
            yield from (cell.text for row in shape.table.rows for cell in row.cells)


def slide_of(language: Language, title: str) -> Any:
    return next(s for s in slides(language).slides if s.shapes.title.text == title)


@pytest.mark.parametrize("key", FORMATS)
def test_progress_goes_up_to_one(key: str) -> None:
    said: list[float] = []
    FORMATS[key].write(pack(), said.append)
    assert said == sorted(said)
    assert said[-1] == 1.0
    assert len(said) > len(pack().pages)


@pytest.mark.parametrize("language", LANGUAGES)
def test_slides_hold_native_charts_with_the_values_of_the_review(language: Language) -> None:
    """Two charts a metric; each series, point by point, and the workbook behind it for editing."""
    found = pack(language)
    for page in found.pages:
        slide = slide_of(language, page.name)
        charts = [s.chart for s in slide.shapes if s.has_chart]
        assert len(charts) == len(page.plots)
        for chart, plot in zip(charts, page.plots, strict=True):
            series = {s.name: list(s.values) for s in chart.plots[0].series}
            assert series[found.legend.now] == [b.value for b in plot.buckets]
            assert series[found.legend.before] == [b.before for b in plot.buckets]
            assert (found.legend.target in series) == plot.has_target
            if plot.has_limits:
                assert series[found.legend.high] == [b.high for b in plot.buckets]
                assert series[found.legend.low] == [b.low for b in plot.buckets]
            assert list(chart.plots[0].categories) == [b.tick for b in plot.buckets]
            book = openpyxl.load_workbook(io.BytesIO(chart.part.chart_workbook.xlsx_part.blob))
            column = [row[-1] for row in book.active.iter_rows(min_row=2, values_only=True)]
            assert column == [b.value for b in plot.buckets]


@pytest.mark.parametrize("language", LANGUAGES)
def test_slides_say_every_number_of_the_strip_and_the_notes_the_definition(
    language: Language,
) -> None:
    """The strip's texts are cells; the notes hold meaning, formula and the data's version."""
    for page in pack(language).pages:
        slide = slide_of(language, page.name)
        texts = list(on(slide))
        for row in page.strip.rows:
            assert {cell.text for cell in row} <= set(texts)
        notes = slide.notes_slide.notes_text_frame.text
        assert page.definition[0].text in notes
        assert page.definition[1].text in notes
        assert "v-2025-11-17" in notes


def test_slides_name_a_chinese_font_and_the_language_of_their_text() -> None:
    """The theme's East Asian typeface, which text, tables and charts take."""
    deck = slides("zh")
    theme = next(
        r.target_part for r in deck.slide_master.part.rels.values() if r.reltype.endswith("/theme")
    )
    assert theme.blob.count(b'<a:ea typeface="Microsoft YaHei"/>') == 2
    [run, *_] = slide_of("zh", "成交总额（GMV）").shapes.title.text_frame.paragraphs[0].runs
    assert run._r.rPr.get("lang") == "zh-CN"


def test_charts_of_slides_have_words_for_those_who_do_not_see_them() -> None:
    [frame, *_] = [s for s in slide_of("en", "GMV").shapes if s.has_chart]
    said = frame._element.nvGraphicFramePr.cNvPr.get("descr")
    assert said.startswith("GMV: W41 (6–12 Oct) ¥2.00K; ")


def test_an_open_month_is_hollow_and_a_signal_is_a_diamond() -> None:
    charts = [s.chart for s in slide_of("en", "GMV").shapes if s.has_chart]
    weeks, months = (c.plots[0].series[-1] for c in charts)
    assert weeks.points[5].marker.style.name == "DIAMOND"
    assert str(months.points[12].marker.format.fill.fore_color.rgb) == "FFFFFF"
    assert months.points[12].format.line.dash_style is not None


def test_an_annotated_day_is_marked_in_the_chart() -> None:
    """11 November lies in the reviewed week and in the month to date: a mark there, with its day,
    of a series that a reader can move or delete."""
    for chart, n in zip(
        [s.chart for s in slide_of("en", "GMV").shapes if s.has_chart], (5, 12), strict=True
    ):
        [notes] = [s for s in chart.plots[0].series if s.name == "Note"]
        assert [i for i, v in enumerate(notes.values) if v is not None] == [n]
        assert notes.points[n].data_label.text_frame.text == "11 Nov"
        assert notes.values[n] == chart.value_axis.maximum_scale


@pytest.mark.parametrize("key", FORMATS)
def test_a_review_without_any_line_is_still_a_file(key: str) -> None:
    review = made.review()
    silent = replace(review.opening, signals=(), own=(), judged=0)
    empty = pack("zh", replace(review, lines=(), decisions=(), opening=silent))
    assert len(FORMATS[key].write(empty, lambda share: None)) > 1000


def test_everything_stays_on_the_slide_and_a_table_above_the_footer() -> None:
    """Texts and tables end before the footer begins, as far as their boxes say."""
    deck = slides("en")
    for slide in deck.slides:
        for shape in slide.shapes:
            assert shape.left >= 0
            assert shape.left + shape.width <= deck.slide_width
            assert shape.top + shape.height <= deck.slide_height


def sheet_cells(sheet: Any) -> dict[str, Any]:
    return {c.coordinate: c for row in sheet.iter_rows() for c in row if c.value is not None}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_workbook_holds_the_numbers_unrounded_and_a_native_chart_a_plot(
    language: Language,
) -> None:
    book = openpyxl.load_workbook(io.BytesIO(content("xlsx", language)))
    found = pack(language)
    for n, page in enumerate(found.pages, start=1):
        sheet = book.worksheets[n]
        values = [c.value for c in sheet_cells(sheet).values()]
        assert len(sheet._charts) == len(page.plots)
        for plot in page.plots:
            for bucket in plot.buckets:
                assert bucket.name in values
                assert bucket.value is None or bucket.value in values
        for row in page.strip.rows:
            numbers = [cell_number(cell) for cell in row if cell.number is not None]
            assert all(any(v == pytest.approx(x) for v in values if _is_number(v)) for x in numbers)


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float))


def test_a_cell_that_looks_like_a_formula_is_text() -> None:
    """The annotation begins with =HYPERLINK: a string that a spreadsheet quotes."""
    book = openpyxl.load_workbook(io.BytesIO(content("xlsx", "en")))
    cells = [c for sheet in book for c in sheet_cells(sheet).values()]
    [cell] = [c for c in cells if c.value == made.FORMULA]
    assert cell.data_type == "s"
    assert cell.quotePrefix
    assert [c.coordinate for c in cells if c.data_type == "f"] == []


def test_the_index_leads_to_every_sheet() -> None:
    book = openpyxl.load_workbook(io.BytesIO(content("xlsx", "zh")))
    index = book.worksheets[0]
    links = [c.hyperlink.location for c in sheet_cells(index).values() if c.hyperlink]
    assert links == [f"'{name}'!A1" for name in book.sheetnames[1 : 1 + len(links)]]
    assert len(links) == len(pack("zh").pages)
    assert all(len(name) <= 31 for name in book.sheetnames)


def test_values_of_the_workbook_are_formatted_by_unit_and_currency() -> None:
    book = openpyxl.load_workbook(io.BytesIO(content("xlsx", "en")))
    formats = {c.value: c.number_format for c in sheet_cells(book["GMV"]).values()}
    assert formats[2500] == '"¥"#,##0.00'
    rates = {c.value: c.number_format for c in sheet_cells(book["Conversion rate"]).values()}
    assert rates[0.15] == "0.00%"


def pdf_pages(language: Language) -> list[str]:
    reader = PdfReader(io.BytesIO(content("pdf", language)))
    return [page.extract_text() for page in reader.pages]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pdf_says_every_number_and_name_in_either_script(language: Language) -> None:
    """Names, findings, owners in Chinese and the strip's texts, on the metric's own page."""
    found = pack(language)
    pages = pdf_pages(language)
    for n, page in enumerate(found.pages):
        text = _plain(pages[2 + n])
        for said in (page.name, page.owner, *(c.text for row in page.strip.rows for c in row)):
            assert _plain(said) in text
        assert _plain(page.finding) in text
    assert _plain(found.finding) in _plain(pages[0])


def _plain(text: str) -> str:
    """Without blanks, which a PDF does not keep, and the zero bytes that pypdf reads beside the
    letters of a font with fewer than 256 glyphs."""
    return re.sub(r"[\s\x00]", "", text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pdf_embeds_its_fonts_and_nothing_else(language: Language) -> None:
    """Vector charts: no image; every font travels inside, as the few glyphs that are used."""
    raw = content("pdf", language)
    reader = PdfReader(io.BytesIO(raw))
    fonts = [
        child.get_object()
        for page in reader.pages
        for font in page["/Resources"]["/Font"].values()
        for child in font.get_object()["/DescendantFonts"]
    ]
    assert fonts
    for font in fonts:
        assert {"/FontFile", "/FontFile2", "/FontFile3"} & set(font["/FontDescriptor"])
    assert all(not page.images for page in reader.pages)
    assert len(raw) < 400_000


def test_a_rare_character_is_not_lost_in_bold_or_in_english() -> None:
    """喆 is not in GB 2312, the set of the bold font; 王喆 owns lines of an English pack too."""
    for language in LANGUAGES:
        canvas = Canvas("t", language)
        canvas.page("王喆")
        canvas.line(10, 10, "王喆 owns it", Look(20, bold=True))
        [page] = PdfReader(io.BytesIO(canvas.finished())).pages
        assert "王喆" in _plain(page.extract_text())


def test_text_wraps_between_chinese_characters_but_not_before_their_punctuation() -> None:
    canvas, look = Canvas("t", "zh"), Look(10)
    canvas.page("t")
    lines = list(canvas.wrapped("本周显著变化：成交总额，环比上升。", look, 62))
    assert "".join(lines) == "本周显著变化：成交总额，环比上升。"
    assert all(canvas.width(line, look) <= 72 for line in lines)
    assert not any(line[0] in "：，。" for line in lines)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_loads_nothing_from_anywhere(language: Language) -> None:
    """No script, no address in any attribute or style; links lead within the page."""
    html = content("html", language).decode()
    assert "<script" not in html
    assert re.findall(r"url\(|@import", html) == []
    assert re.findall(r"""\s(?:src|srcset|action|data|poster|xlink:href)\s*=""", html) == []
    links = re.findall(r'href="([^"]*)"', html)
    assert links
    assert all(link.startswith("#") and f'id="{link[1:]}"' in html for link in links)
    assert "default-src 'none'" in html


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_says_every_number_and_draws_every_plot(language: Language) -> None:
    found = pack(language)
    html = content("html", language).decode()
    for page in found.pages:
        part = html.partition(f'id="{page.key}"')[2].partition("</article>")[0]
        for said in (page.name, page.finding, *(c.text for row in page.strip.rows for c in row)):
            assert escape(said) in part
        # Months are drawn twice: for a screen and for a telephone.
        assert part.count("<svg") == len(page.plots) + 1
        for plot in page.plots:
            for bucket in plot.buckets:
                assert bucket.value is None or escape(f"{bucket.name}: {bucket.text}") in part
    assert made.FORMULA not in html
    assert escape(made.FORMULA) in html


def test_the_page_has_both_themes_and_a_style_for_paper() -> None:
    html = content("html", "en").decode()
    assert "prefers-color-scheme:dark" in html
    assert "@media print" in html
    assert '<html lang="en">' in html


def test_slides_and_pdf_have_the_same_pages() -> None:
    """One a metric, beside opening, summary, decisions, definitions (six a page) and data."""
    lines = len(pack().pages)
    assert len(slides("en").slides) == lines + 2 + 1 + -(-lines // 6) + 1
    assert len(pdf_pages("en")) == len(slides("en").slides)
