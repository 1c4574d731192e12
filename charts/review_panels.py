"""The two panels of the review's figure: their axes, and what is written above them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from html import escape

from charts.funnel_cards import fitted
from charts.sketch import Sketch
from charts.theme import SMALL, Palette, tint
from format import dates, numbers
from i18n import Text, Words
from metrics.periods import Grain
from metrics.review.result import Band, ReviewLine
from metrics.scorecard import Point

WIDTHS = ((0.0, 0.42), (0.47, 1.0))
"""Shares of the width that the two panels take."""
ROW = 15
"""Pixels of a line of text above the panels."""
_NAME_WIDTH = 120

_WEEKS, _MONTHS = Words("Weeks", "周"), Words("Months", "月")
_NATURAL = Words("natural limits {low} – {high}", "自然波动范围 {low} – {high}")
_YEAR_BEFORE = Words("year before", "上年同期")
_TARGET = Words("target", "目标")


@dataclass(frozen=True, slots=True)
class Panel:
    """One half of the figure: what it shows, and the names of its axes."""

    number: int
    grain: Grain
    points: tuple[Point, ...]
    before: tuple[Point, ...]
    targets: tuple[float | None, ...]
    bands: tuple[Band | None, ...]

    @property
    def suffix(self) -> str:
        return "" if self.number == 0 else "2"

    @property
    def axes(self) -> dict[str, str]:
        return {"xaxis": f"x{self.suffix}", "yaxis": f"y{self.suffix}"}

    @property
    def refs(self) -> dict[str, str]:
        return {"xref": f"x{self.suffix}", "yref": f"y{self.suffix}"}

    def values(self) -> list[float]:
        read = [p.reading.value for p in (*self.points, *self.before)]
        ends = [v for b in self.bands if b is not None for v in (b.low, b.high)]
        return [v for v in (*read, *self.targets, *ends) if v is not None]

    def place_of(self, day: date) -> float | None:
        """Where a day lies between the points, which stand at 0, 1, 2 …"""
        for n, point in enumerate(self.points):
            span = point.span
            if span.start <= day < span.end:
                return n - 0.5 + ((day - span.start).days + 0.5) / span.days
        return None


def head(sketch: Sketch, panel: Panel, tr: Text, colours: Palette, *, above: int) -> None:
    """What a panel shows, above so many rows of annotations."""
    sketch.note(
        text=f"<b>{tr(_WEEKS if panel.grain is Grain.WEEK else _MONTHS)}</b>",
        xref="paper",
        yref="paper",
        x=WIDTHS[panel.number][0],
        y=1,
        yshift=4 + ROW * above,
        xanchor="left",
        yanchor="bottom",
        font={"size": SMALL, "color": colours.muted},
    )


def legend(
    sketch: Sketch, panels: Sequence[Panel], line: ReviewLine, tr: Text, currency: str | None,
    colours: Palette, *, above: int,
) -> None:  # fmt: skip
    """What the marks mean, in one line over both panels."""

    def mark(sign: str, colour: str, words: str) -> str:
        return f'<span style="color:{colour}">{sign}</span> {words}'

    said: list[str] = []
    band = line.limits_in_force.bands[-1]
    if band is not None:
        unit = line.metric.unit
        low, high = (numbers.short(v, unit, tr, currency) for v in (band.low, band.high))
        said.append(mark("■", colours.comparison, tr(_NATURAL, low=low, high=high)))
    if any(p.reading.value is not None for panel in panels for p in panel.before):
        said.append(mark("━", colours.comparison, tr(_YEAR_BEFORE)))
    if any(t is not None for panel in panels for t in panel.targets):
        said.append(mark("▬", colours.text, tr(_TARGET)))
    sketch.note(
        text="  ".join(said),
        xref="paper",
        yref="paper",
        x=0,
        y=1,
        yshift=4 + ROW * (above + 1),
        xanchor="left",
        yanchor="bottom",
        font={"size": SMALL, "color": colours.muted},
    )


def draw_notes(
    sketch: Sketch, panels: tuple[Panel, Panel], line: ReviewLine, tr: Text, colours: Palette
) -> int:
    """Annotations: a thin line in every panel that has the day, with its name in the first one.
    Returns the rows that the names take."""
    named: list[str] = []
    for saved in line.notes:
        found = [(p, at) for p in panels if (at := p.place_of(saved.body.on)) is not None]
        for panel, at in found:
            stroke = {"color": tint(colours.comparison, 0.8), "width": 1}
            sketch.shape(
                "line",
                x0=at,
                x1=at,
                y0=0,
                y1=1,
                xref=f"x{panel.suffix}",
                yref="paper",
                line=stroke,
            )
        if not found or len(named) == 2:
            continue
        panel, at = found[0]
        label = fitted(saved.body.text, _NAME_WIDTH, size=SMALL)[0]
        right = at > len(panel.points) / 2
        sketch.note(
            text=escape(label),
            hovertext=escape(f"{dates.day(saved.body.on, tr)} · {saved.body.text}"),
            x=at,
            xref=f"x{panel.suffix}",
            yref="paper",
            y=1,
            yshift=3 + ROW * len(named),
            xanchor="right" if right else "left",
            yanchor="bottom",
            font={"size": SMALL, "color": colours.muted},
        )
        named.append(label)
    return len(named)
