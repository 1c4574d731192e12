"""The pack as PowerPoint: one metric a slide, native charts, definitions in the speaker notes."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

from pptx import Presentation
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.opc.constants import RELATIONSHIP_TYPE
from pptx.util import Inches

from charts.theme import LIGHT
from reports.pack import Fact, Pack, Page, Paragraph, Step, Table
from reports.pptx_chart import put_chart
from reports.pptx_table import Look, put_table
from reports.pptx_text import COLOURS, Box, Run, bare, fill, put_text
from reports.tables import in_parts

WIDE, HIGH = 13.333, 7.5
LEFT, WIDTH = 0.6, 12.133
LATIN, CHINESE = b"Calibri", b"Microsoft YaHei"
"""Both come with PowerPoint on Windows and on a Mac."""
TITLE_ONLY = 5
OPENED = 9
"""Lines of the opening that the first slide has room for."""
DEFINITIONS = 6
"""Definitions that a slide has room for."""
SUMMARY = (2.2, 0.9, 1.0, 1.05, 0.95, 0.9, 1.0, 0.95, 1.0, 1.45, 0.733)
EXPERIMENTS = (3.8, 1.2, 1.6, 1.2, 2.8, 1.533)
DECISIONS = (4.4, 1.7, 1.3, 1.2, 1.1, 2.433)
"""Inches of a table's columns."""


def write_pptx(pack: Pack, step: Step) -> bytes:
    """The slides as a file. `step` hears the share that is done."""
    deck = Presentation()
    deck.slide_width, deck.slide_height = Inches(WIDE), Inches(HIGH)
    _fonts(deck)
    _only_one_layout(deck)
    deck.core_properties.title = f"{pack.title} · {pack.subtitle}"
    deck.core_properties.author = "Northstar"
    slides = _Slides(deck, pack)
    _cover(slides)
    slides.table(pack.words.summary, pack.summary, SUMMARY, Look(11, 0.255))
    for n, page in enumerate(pack.pages):
        _metric(slides, page)
        step(0.9 * (n + 1) / len(pack.pages))
    slides.table(pack.words.experiments, pack.experiments, EXPERIMENTS, Look(12, 0.45))
    slides.table(pack.words.decisions, pack.decisions, DECISIONS, Look(12, 0.45))
    _appendix(slides)
    out = io.BytesIO()
    deck.save(out)
    step(1.0)
    return out.getvalue()


class _Slides:
    """Adds slides with a title, a footer and a number."""

    def __init__(self, deck: Any, pack: Pack) -> None:
        self.deck, self.pack = deck, pack

    def new(self, title: str, *, over: str = "", notes: str = "") -> Any:
        slide = self.deck.slides.add_slide(self.deck.slide_layouts[0])
        shape = slide.shapes.title
        shape.left, shape.top, shape.width, shape.height = Box(LEFT, 0.55, WIDTH, 0.55).emu
        bare(shape.text_frame, MSO_ANCHOR.MIDDLE)
        fill(shape.text_frame, [[Run(title, 26, True)]], self.pack.language)
        if over:
            self.text(slide, Box(LEFT, 0.3, WIDTH, 0.28), [[Run(over, 12, colour=LIGHT.muted)]])
        number = str(len(self.deck.slides))
        self.text(
            slide,
            Box(LEFT, 7.08, WIDTH - 1, 0.25),
            [[Run(self.pack.footer, 10, colour=LIGHT.muted)]],
        )
        self.text(
            slide,
            Box(LEFT + WIDTH - 1, 7.08, 1, 0.25),
            [[Run(number, 10, colour=LIGHT.muted)]],
            align=PP_ALIGN.RIGHT,
        )
        if notes:
            slide.notes_slide.notes_text_frame.text = notes
        return slide

    def text(self, slide: Any, box: Box, paragraphs: Sequence[Sequence[Run]], **look: Any) -> None:
        put_text(slide, box, paragraphs, self.pack.language, **look)

    def table(self, title: str, table: Table, widths: Sequence[float], look: Look) -> None:
        """A table over as many slides as it needs."""
        for part in in_parts(table, round(5.6 / look.row) - 1):
            slide = self.new(title)
            rows = len(list(part.titled())) + 1
            box = Box(LEFT, 1.3, WIDTH, look.row * rows)
            put_table(slide, box, part, widths, self.pack.language, look)


def _fonts(deck: Any) -> None:
    """The theme's fonts, which text, tables and charts all take: one Latin, one Chinese."""
    theme = deck.slide_master.part.part_related_by(RELATIONSHIP_TYPE.THEME)
    blob: bytes = theme.blob
    theme._blob = blob.replace(
        b'<a:ea typeface=""/>', b'<a:ea typeface="' + CHINESE + b'"/>'
    ).replace(b'<a:latin typeface="Calibri"/>', b'<a:latin typeface="' + LATIN + b'"/>')


def _only_one_layout(deck: Any) -> None:
    """The template's other layouts are drawn for another shape of slide."""
    kept = deck.slide_layouts[TITLE_ONLY]
    for layout in list(deck.slide_layouts):
        if layout is not kept and layout.name != kept.name:
            deck.slide_layouts.remove(layout)
    for shape in kept.placeholders:
        if shape.placeholder_format.idx == 0:
            shape.left, shape.top, shape.width, shape.height = Box(LEFT, 0.55, WIDTH, 0.55).emu
        else:
            shape._element.getparent().remove(shape._element)


def _cover(slides: _Slides) -> None:
    """What the review is of, and what is signal."""
    pack = slides.pack
    slide = slides.new(pack.title, over=pack.subtitle, notes=_said(pack.facts))
    slides.text(slide, Box(LEFT, 1.15, WIDTH, 0.3), [[Run(pack.scope, 12, colour=LIGHT.muted)]])
    slides.text(
        slide,
        Box(LEFT, 1.7, WIDTH, 5.2),
        [[Run(pack.finding, 18, True)], *map(_opening, pack.opening[:OPENED])],
        space=9,
    )


def _opening(paragraph: Paragraph) -> list[Run]:
    return [
        Run(f"{paragraph.title}  ", 15, True),
        Run(paragraph.text, 15),
        Run(f"  {paragraph.lead}" if paragraph.lead else "", 12, colour=LIGHT.muted),
    ]


def _metric(slides: _Slides, page: Page) -> None:
    pack = slides.pack
    owner = f"{pack.words.owner} {page.owner}" if page.owner else ""
    over = " · ".join(part for part in (page.section, owner) if part)
    notes = _said((*page.definition, *pack.facts[:3]))
    slide = slides.new(page.name, over=over, notes=notes)
    slides.text(
        slide, Box(LEFT, 1.1, WIDTH, 0.5), [[Run(page.finding, 14, colour=COLOURS[page.tone])]]
    )
    left = LEFT
    for plot, width in zip(page.plots, (4.7, 7.3), strict=False):
        slides.text(slide, Box(left, 1.65, width, 0.25), [[Run(plot.title, 12, True, LIGHT.muted)]])
        put_chart(
            slide, Box(left - 0.1, 1.86, width, 2.75), plot, pack.legend, page.unit, page.currency
        )
        left += width + 0.133
    slides.text(slide, Box(LEFT, 4.62, WIDTH, 0.25), [legend_runs(page, pack)])
    wide = WIDTH if not page.beside else 8.3
    columns = len(page.strip.header) - 1
    widths = (1.5, *(min((wide - 1.5) / columns, 2.66),) * columns)
    put_table(
        slide,
        Box(LEFT, 4.95, sum(widths), 1.9),
        page.strip,
        widths,
        pack.language,
        Look(12, 0.27, large_first=True),
    )
    if page.beside:
        slides.text(
            slide, Box(LEFT + wide + 0.35, 5.0, WIDTH - wide - 0.35, 1.75),
            [run for p in page.beside[:4] for run in _beside(p)], space=2,
        )  # fmt: skip


def _beside(paragraph: Paragraph) -> list[list[Run]]:
    return [
        [Run(f"{paragraph.title} · {paragraph.lead}", 10, colour=LIGHT.muted)],
        [Run(paragraph.text, 12)],
    ]


def legend_runs(page: Page, pack: Pack) -> list[Run]:
    """Names of the lines, each behind a piece of it: one legend for both charts."""
    legend, gap = pack.legend, "      "
    runs = [Run("●━ ", 11, colour=LIGHT.accent), Run(legend.now + gap, 11, colour=LIGHT.muted)]
    if any(p.has_before for p in page.plots):
        runs += [Run("━━ ", 11, colour=LIGHT.comparison),
                 Run(legend.before + gap, 11, colour=LIGHT.muted)]  # fmt: skip
    if any(p.has_target for p in page.plots):
        runs += [Run("╍╍ ", 11, colour=LIGHT.text),
                 Run(legend.target + gap, 11, colour=LIGHT.muted)]  # fmt: skip
    if any(p.has_limits for p in page.plots):
        runs += [Run("┈┈ ", 11, colour=LIGHT.comparison),
                 Run(legend.limits + gap, 11, colour=LIGHT.muted)]  # fmt: skip
    if any(b.signal for p in page.plots for b in p.buckets):
        runs += [Run("◆ ", 11, colour=LIGHT.signal), Run(legend.signal, 11, colour=LIGHT.muted)]
    return runs


def _appendix(slides: _Slides) -> None:
    """What every number means, on which data, and what is not shown."""
    pack = slides.pack
    for start in range(0, len(pack.pages), DEFINITIONS):
        slide = slides.new(pack.words.definition)
        for n, page in enumerate(pack.pages[start : start + DEFINITIONS]):
            box = Box(LEFT + (n % 2) * 6.2, 1.35 + (n // 2) * 1.85, 5.85, 1.75)
            facts = [[Run(f"{f.name}  ", 11, colour=LIGHT.muted), Run(f.text, 11)]
                     for f in page.definition[:2]]  # fmt: skip
            slides.text(slide, box, [[Run(page.name, 14, True)], *facts], space=2)
    slide = slides.new(pack.words.appendix)
    lines = [[Run(f"{f.name}  ", 13, colour=LIGHT.muted), Run(f.text, 13)] for f in pack.facts]
    if pack.left_out:
        lines.append([Run(f"{pack.words.left_out}  ", 13, colour=LIGHT.muted),
                      Run("; ".join(pack.left_out), 13)])  # fmt: skip
    slides.text(slide, Box(LEFT, 1.35, WIDTH, 5.5), lines, space=8)


def _said(facts: Sequence[Fact]) -> str:
    return "\n".join(f"{f.name}: {f.text}" for f in facts)
