"""A page of a PDF to draw on: wrapped text in both scripts, tables, charts as vectors."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from fpdf import FPDF

from charts.theme import LIGHT
from reports.drawing import Band, Dot, Drawing, Label, Mark, Role, Stroke
from reports.pack import Cell, Table, Tone

FONTS = Path(__file__).parent / "fonts"
LATIN, CHINESE = "Noto Sans", "Noto Sans SC"
WIDTH, HEIGHT = 960.0, 540.0
"""Points; the shape of a slide."""

TONES: dict[Tone, str] = {
    Tone.PLAIN: LIGHT.text,
    Tone.MUTED: LIGHT.muted,
    Tone.GOOD: LIGHT.good,
    Tone.BAD: LIGHT.bad,
    Tone.SIGNAL: LIGHT.signal,
}
_ROLES: dict[Role, str] = {
    Role.ACCENT: LIGHT.accent,
    Role.COMPARISON: LIGHT.comparison,
    Role.TEXT: LIGHT.text,
    Role.MUTED: LIGHT.muted,
    Role.GRID: LIGHT.grid,
    Role.SIGNAL: LIGHT.signal,
}
Align = Literal["L", "R", "C"]
_PIECES = re.compile(r"[\u2e80-\uffef][，。、；：！？）》”%]*|[^\s\u2e80-\uffef]+\s*|\s+")
"""Where a line may break: behind a space, and between Chinese characters, but not before the
punctuation that closes."""


@dataclass(frozen=True, slots=True)
class Look:
    size: float = 11
    colour: str = LIGHT.text
    bold: bool = False
    align: Align = "L"


class Canvas:
    """Positions are points from the upper left corner."""

    def __init__(self, title: str, language: str) -> None:
        self.pdf = FPDF(unit="pt", format=(WIDTH, HEIGHT))
        self.pdf.set_auto_page_break(False)
        self.pdf.set_margin(0)
        self.pdf.c_margin = 0
        for family, name in ((LATIN, "NotoSansLatin"), (CHINESE, "NotoSansSC")):
            self.pdf.add_font(family, "", FONTS / f"{name}-Regular.otf")
            self.pdf.add_font(family, "B", FONTS / f"{name}-Bold.otf")
        # English takes Chinese names from the Chinese font. Its bold holds the common characters:
        # the others are drawn in regular.
        self.family = CHINESE if language == "zh" else LATIN
        self.pdf.set_fallback_fonts([CHINESE], exact_match=False)
        self.pdf.set_title(title)
        self.pdf.set_creator("Northstar")
        self.pdf.set_lang("zh-CN" if language == "zh" else "en")

    def page(self, name: str) -> None:
        """A new page, named in the outline."""
        self.pdf.add_page()
        self.use(Look())
        self.pdf.start_section(name)

    def use(self, look: Look) -> None:
        self.pdf.set_font(self.family, "B" if look.bold else "", look.size)
        self.pdf.set_text_color(look.colour)

    def width(self, text: str, look: Look) -> float:
        self.use(look)
        return float(self.pdf.get_string_width(text))

    def line(self, x: float, y: float, text: str, look: Look, width: float = 0.0) -> float:
        """One line whose top is y, aligned in `width`; returns where it ends."""
        self.use(look)
        length = float(self.pdf.get_string_width(text))
        shift = {"L": 0.0, "C": (width - length) / 2, "R": width - length}[look.align]
        self.pdf.set_xy(x + shift, y)
        self.pdf.cell(length + 1, look.size * 1.2, text)
        return x + shift + length

    def lines(
        self, x: float, y: float, text: str, look: Look, width: float, most: int = 99
    ) -> float:
        """Wrapped text; returns the y below it. What exceeds `most` lines ends in an ellipsis."""
        step = look.size * 1.4
        found = list(self.wrapped(text, look, width))
        if len(found) > most:
            found = [*found[: most - 1], found[most - 1].rstrip()[:-1] + "…"]
        for line in found:
            self.line(x, y, line, look, width)
            y += step
        return y

    def wrapped(self, text: str, look: Look, width: float) -> Iterator[str]:
        """The text in lines that fit."""
        for paragraph in text.split("\n"):
            line = ""
            for piece in _PIECES.findall(paragraph):
                if line and self.width(line + piece.rstrip(), look) > width:
                    yield line.rstrip()
                    line = ""
                line += piece if line else piece.lstrip()
            yield line.rstrip()

    def rule(self, x: float, y: float, width: float, colour: str, thick: float) -> None:
        self.pdf.set_draw_color(colour)
        self.pdf.set_line_width(thick)
        self.pdf.line(x, y, x + width, y)

    def table(
        self,
        x: float,
        y: float,
        table: Table,
        widths: Sequence[float],
        *,
        size: float = 10,
        row: float = 20,
        large_first: bool = False,
    ) -> float:
        """Rows under a header with hairlines; returns the y below."""
        total = sum(widths)
        tall = max((h.count("\n") + 1 for h in table.header), default=1)
        left = x
        for column, (name, width) in enumerate(zip(table.header, widths, strict=True)):
            for n, part in enumerate(name.split("\n")):
                at = y + (tall - name.count("\n") - 1 + n) * size * 1.25
                look = Look(size - n, LIGHT.muted, n == 0, _side(table, column))
                inset = _inset(table, column)
                self._fit(left + inset, at, part, look, width - 6 - inset)
            left += width
        y += tall * size * 1.25 + 5
        self.rule(x, y, total, LIGHT.comparison, 0.8)
        for number, (title, cells) in enumerate(table.titled()):
            if title is not None:
                self.line(x, y + row - size * 1.5, title, Look(size - 1, LIGHT.muted, True))
                y += row
            else:
                large = large_first and number == 0
                y += self._row(x, y, table, cells, widths, size=size, row=row, large=large)
            self.rule(x, y, total, LIGHT.grid, 0.6)
        return y

    def _row(
        self,
        x: float,
        y: float,
        table: Table,
        cells: Sequence[Cell],
        widths: Sequence[float],
        *,
        size: float,
        row: float,
        large: bool,
    ) -> float:
        """One row, as high as its longest text when that is wrapped; returns its height."""
        drawn: list[tuple[float, float, list[str], Look]] = []
        for column, (cell, width) in enumerate(zip(cells, widths, strict=False)):
            strong = large and column > 0
            side = _side(table, column)
            look = Look(size * 1.45 if strong else size, TONES[cell.tone], strong, side)
            inset = _inset(table, column)
            lines = list(self.wrapped(cell.text, look, width - 6 - inset)) or [""]
            drawn.append((x + inset, width - 6 - inset, lines, look))
            x += width
        most = max(len(lines) for _, _, lines, _ in drawn)
        high = row * (1.35 if large else 1.0) + (most - 1) * size * 1.4
        for left, width, lines, look in drawn:
            top = y + (high - (len(lines) - 1) * size * 1.4 - look.size * 1.3) / 2
            for n, line in enumerate(lines):
                self.line(left, top + n * size * 1.4, line, look, width)
        return high

    def _fit(self, x: float, y: float, text: str, look: Look, width: float) -> None:
        """A cell's text on one line, cut with an ellipsis where it is too long."""
        if self.width(text, look) > width:
            while text and self.width(text + "…", look) > width:
                text = text[:-1]
            text += "…"
        self.line(x, y, text, look, width)

    def draw(self, drawing: Drawing, x: float, y: float) -> None:
        """A drawing with its upper left corner here."""
        for mark in drawing.marks:
            self._mark(mark, x, y)

    def _mark(self, mark: Mark, x: float, y: float) -> None:
        pdf = self.pdf
        match mark:
            case Stroke():
                pdf.set_draw_color(_ROLES[mark.role])
                pdf.set_line_width(mark.width)
                self._polyline([(x + a, y + b) for a, b in mark.points], mark.dash)
            case Band():
                pdf.set_fill_color(_ROLES[mark.role])
                with pdf.local_context(fill_opacity=0.14):
                    pdf.polygon([(x + a, y + b) for a, b in mark.points], style="F")
            case Dot():
                self._dot(mark, x, y)
            case Label():
                look = Look(mark.size, _ROLES[mark.role], mark.bold)
                length = self.width(mark.text, look)
                back = {"start": 0.0, "middle": length / 2, "end": length}[mark.anchor]
                self.line(x + mark.at[0] - back, y + mark.at[1] - mark.size * 0.98, mark.text, look)

    def _polyline(
        self, points: list[tuple[float, float]], dash: tuple[float, float] | None
    ) -> None:
        self.pdf.set_dash_pattern(*(dash or (0, 0)))
        self.pdf.polyline(points)
        self.pdf.set_dash_pattern()

    def _dot(self, dot: Dot, x: float, y: float) -> None:
        colour, (a, b), r = _ROLES[dot.role], dot.at, dot.radius
        self.pdf.set_draw_color(colour)
        self.pdf.set_fill_color(LIGHT.paper if dot.hollow else colour)
        self.pdf.set_line_width(r * 0.45)
        if dot.diamond:
            corners = ((a, b - r), (a + r, b), (a, b + r), (a - r, b))
            self.pdf.polygon([(x + p, y + q) for p, q in corners], style="DF")
        else:
            self.pdf.circle(x + a, y + b, r, style="DF")

    def sample(self, x: float, y: float, colour: str, dash: tuple[float, float] | None) -> float:
        """A piece of a line in a legend; returns where its name begins."""
        self.pdf.set_draw_color(colour)
        self.pdf.set_line_width(1.8)
        self._polyline([(x, y + 6), (x + 18, y + 6)], dash)
        return x + 23

    def patch(self, x: float, y: float, colour: str) -> float:
        """A piece of a band in a legend."""
        self.pdf.set_fill_color(colour)
        with self.pdf.local_context(fill_opacity=0.22):
            self.pdf.rect(x, y + 1, 18, 10, style="F")
        return x + 23

    def diamond(self, x: float, y: float, colour: str) -> float:
        """A signal in a legend."""
        self._dot(Dot((5, 6), 4.5, Role.SIGNAL, diamond=True), x, y)
        return x + 14

    def finished(self) -> bytes:
        return bytes(self.pdf.output())


def _inset(table: Table, column: int) -> float:
    """Words keep a distance from the numbers before them."""
    return 10.0 if column in table.words else 0.0


def _side(table: Table, column: int) -> Align:
    return "L" if column == 0 or column in table.words else "R"
