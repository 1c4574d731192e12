"""Text on slides: boxes and runs in the product's look."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pptx.dml.color import RGBColor
from pptx.enum.text import MSO_ANCHOR, MSO_AUTO_SIZE, PP_ALIGN
from pptx.oxml.xmlchemy import OxmlElement
from pptx.util import Inches, Length, Pt

from charts.theme import LIGHT
from reports.pack import Tone

COLOURS: dict[Tone, str] = {
    Tone.PLAIN: LIGHT.text,
    Tone.MUTED: LIGHT.muted,
    Tone.GOOD: LIGHT.good,
    Tone.BAD: LIGHT.bad,
    Tone.SIGNAL: LIGHT.signal,
}


@dataclass(frozen=True, slots=True)
class Box:
    """A place on a slide, in inches."""

    left: float
    top: float
    width: float
    height: float

    @property
    def emu(self) -> tuple[Length, Length, Length, Length]:
        return Inches(self.left), Inches(self.top), Inches(self.width), Inches(self.height)


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text in one look; sizes are points."""

    text: str
    size: float = 14
    bold: bool = False
    colour: str = LIGHT.text


def rgb(colour: str) -> RGBColor:
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return RGBColor(red, green, blue)  # type: ignore[no-untyped-call]


def put_text(
    slide: Any,
    box: Box,
    paragraphs: Sequence[Sequence[Run]],
    language: str,
    *,
    align: Any = PP_ALIGN.LEFT,
    anchor: Any = MSO_ANCHOR.TOP,
    space: float = 0,
) -> Any:
    """A text box without inner margins, so that texts stand on the slide's own lines."""
    shape = slide.shapes.add_textbox(*box.emu)
    frame = shape.text_frame
    bare(frame, anchor)
    fill(frame, paragraphs, language, align=align, space=space)
    return shape


def bare(frame: Any, anchor: Any = MSO_ANCHOR.TOP) -> None:
    frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = 0
    frame.word_wrap, frame.auto_size, frame.vertical_anchor = True, MSO_AUTO_SIZE.NONE, anchor


def fill(
    frame: Any,
    paragraphs: Sequence[Sequence[Run]],
    language: str,
    *,
    align: Any = PP_ALIGN.LEFT,
    space: float = 0,
) -> None:
    """Write paragraphs into a frame that is still empty."""
    for n, runs in enumerate(paragraphs):
        paragraph = frame.paragraphs[0] if n == 0 else frame.add_paragraph()
        paragraph.alignment = align
        if n:
            paragraph.space_before = Pt(space)
        for run in runs:
            if run.text:
                _write(paragraph, run, language)
        _end(paragraph, runs)


def _end(paragraph: Any, runs: Sequence[Run]) -> None:
    """The size of a line is also that of its end: an empty one would be as high as 18 points."""
    end = OxmlElement("a:endParaRPr")
    end.set("sz", str(round(max((run.size for run in runs), default=10) * 100)))
    paragraph._p.append(end)


def _write(paragraph: Any, run: Run, language: str) -> None:
    made = paragraph.add_run()
    made.text = run.text
    made.font.size, made.font.bold = Pt(run.size), run.bold
    made.font.color.rgb = rgb(run.colour)
    # The language decides which of the theme's fonts PowerPoint takes for shared punctuation.
    made._r.get_or_add_rPr().set("lang", "zh-CN" if language == "zh" else "en-GB")
