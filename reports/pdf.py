"""The pack as PDF: the slides' pages with vector charts and the fonts they use."""

from __future__ import annotations

from collections.abc import Sequence

from charts.theme import LIGHT
from reports.drawing import drawn
from reports.pack import Fact, Pack, Page, Step, Table
from reports.pdf_canvas import HEIGHT, TONES, WIDTH, Canvas, Look
from reports.tables import in_parts

LEFT, INNER = 44.0, WIDTH - 88.0
LAST = HEIGHT - 76.0
"""Below it no paragraph begins: the next page's table names all metrics again."""
SUMMARY_ROWS, TABLE_ROWS, DEFINITIONS = 21, 9, 6
_SMALL, _LEAD = Look(9, LIGHT.muted), Look(10, LIGHT.muted)


def write_pdf(pack: Pack, step: Step) -> bytes:
    """The pages as a file. `step` hears the share that is done."""
    book = _Book(pack)
    book.cover()
    book.table(pack.words.summary, pack.summary, SUMMARY, SUMMARY_ROWS)
    for n, page in enumerate(pack.pages):
        book.metric(page)
        step(0.9 * (n + 1) / len(pack.pages))
    book.table(pack.words.experiments, pack.experiments, EXPERIMENTS, TABLE_ROWS)
    book.table(pack.words.decisions, pack.decisions, DECISIONS, TABLE_ROWS)
    book.appendix()
    made = book.canvas.finished()
    step(1.0)
    return made


SUMMARY = (0.19, 0.075, 0.08, 0.085, 0.08, 0.075, 0.085, 0.075, 0.085, 0.11, 0.06)
EXPERIMENTS = (0.3, 0.1, 0.13, 0.1, 0.24, 0.13)
DECISIONS = (0.36, 0.15, 0.1, 0.1, 0.09, 0.2)
"""Shares of a table's width by column."""


class _Book:
    """Pages with a title, a footer and a number."""

    def __init__(self, pack: Pack) -> None:
        self.pack = pack
        self.canvas = Canvas(f"{pack.title} · {pack.subtitle}", pack.language)

    def new(self, title: str, over: str = "") -> None:
        canvas = self.canvas
        canvas.page(title)
        if over:
            canvas.line(LEFT, 24, over, _LEAD)
        canvas.line(LEFT, 40, title, Look(21, bold=True))
        canvas.line(LEFT, HEIGHT - 28, self.pack.footer, _SMALL)
        number = Look(9, LIGHT.muted, align="R")
        canvas.line(LEFT, HEIGHT - 28, str(canvas.pdf.page_no()), number, INNER)

    def cover(self) -> None:
        pack, canvas = self.pack, self.canvas
        self.new(pack.title, pack.subtitle)
        canvas.line(LEFT, 76, pack.scope, _LEAD)
        y = canvas.lines(LEFT, 122, pack.finding, Look(17, bold=True), INNER) + 14
        for p in pack.opening:
            if y > LAST:
                break
            x = canvas.line(LEFT, y, p.title, Look(12, bold=True)) + 8
            canvas.line(x, y + 1.5, p.lead, _LEAD)
            y = canvas.lines(LEFT, y + 18, p.text, Look(12), INNER, most=2) + 7

    def table(self, title: str, table: Table, shares: Sequence[float], most: int) -> None:
        """A table over as many pages as it needs, none for one without rows."""
        for part in in_parts(table, most):
            self.new(title)
            widths = [share * INNER for share in shares]
            self.canvas.table(LEFT, 84, part, widths, size=10, row=19)

    def metric(self, page: Page) -> None:
        pack, canvas = self.pack, self.canvas
        owner = f"{pack.words.owner} {page.owner}" if page.owner else ""
        self.new(page.name, " · ".join(part for part in (page.section, owner) if part))
        canvas.lines(LEFT, 73, page.finding, Look(12, TONES[page.tone]), INNER, most=2)
        x = LEFT
        for plot, width in zip(page.plots, (INNER * 0.4, INNER * 0.6), strict=False):
            canvas.line(x, 108, plot.title, Look(10, LIGHT.muted, True))
            canvas.draw(drawn(plot, width - 12, 200, size=9), x, 122)
            x += width
        self._legend(page, 330)
        wide = INNER if not page.beside else INNER * 0.68
        columns = len(page.strip.header) - 1
        widths = [110.0, *[min((wide - 110.0) / columns, 190.0)] * columns]
        canvas.table(LEFT, 356, page.strip, widths, size=10, row=18, large_first=True)
        self._beside(page, LEFT + wide + 26, 358, INNER - wide - 26)

    def _legend(self, page: Page, y: float) -> None:
        legend, x = self.pack.legend, LEFT
        for shown, role, dash, name in (
            (True, LIGHT.accent, None, legend.now),
            (any(p.has_before for p in page.plots), LIGHT.comparison, None, legend.before),
            (any(p.has_target for p in page.plots), LIGHT.text, (5.0, 3.0), legend.target),
        ):
            if shown:
                x = self.canvas.sample(x, y, role, dash)
                x = self.canvas.line(x, y, name, _SMALL) + 18
        if any(p.has_limits for p in page.plots):
            x = self.canvas.patch(x, y, LIGHT.comparison)
            x = self.canvas.line(x, y, legend.limits, _SMALL) + 18
        if any(b.signal for p in page.plots for b in p.buckets):
            x = self.canvas.diamond(x, y, LIGHT.signal)
            self.canvas.line(x, y, legend.signal, _SMALL)

    def _beside(self, page: Page, x: float, y: float, width: float) -> None:
        for p in page.beside[:4]:
            if y > HEIGHT - 70:
                return
            self.canvas.line(x, y, f"{p.title} · {p.lead}", _SMALL)
            y = self.canvas.lines(x, y + 13, p.text, Look(10), width, most=3) + 6

    def appendix(self) -> None:
        pack, canvas = self.pack, self.canvas
        for start in range(0, len(pack.pages), DEFINITIONS):
            self.new(pack.words.definition)
            for n, page in enumerate(pack.pages[start : start + DEFINITIONS]):
                x, y = LEFT + (n % 2) * (INNER / 2 + 10), 86 + (n // 2) * 142
                canvas.line(x, y, page.name, Look(12, bold=True))
                self._facts(page.definition[:2], x, y + 20, INNER / 2 - 20, most=4)
        self.new(pack.words.appendix)
        facts = list(pack.facts)
        if pack.left_out:
            facts.append(Fact(pack.words.left_out, "; ".join(pack.left_out)))
        self._facts(facts, LEFT, 88, INNER, most=6)

    def _facts(self, facts: Sequence[Fact], x: float, y: float, width: float, *, most: int) -> None:
        for fact in facts:
            self.canvas.line(x, y, fact.name, _SMALL)
            y = self.canvas.lines(x, y + 13, fact.text, Look(10), width, most=most) + 5
