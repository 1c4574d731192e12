"""A trend the size of a word, as inline SVG: twelve of them cost a page nothing."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from html import escape
from itertools import pairwise

from charts.outside import is_hollow
from charts.theme import palette
from charts.words import sparkline_alt
from i18n import Text
from metrics.scorecard import Point

_EDGE = 4.0
"""Room for the last marker at every side."""
_TICK = 5


def sparkline_svg(
    points: Sequence[Point],
    tr: Text,
    dark: bool,
    *,
    unit: str,
    currency: str | None = None,
    width: int = 120,
    height: int = 32,
    marked: Collection[date] = (),
) -> str:
    """The points from left to right, no axes; its own lowest and highest value fill the height.

    A point without a value is a gap; one that is not final is hollow and joined by dashes; the
    last is emphasised; one in which a `marked` day lies has a tick below it. The SVG says in
    `aria-label` what it shows.
    """
    colours = palette(dark)
    known = [p.reading.value for p in points if p.reading.value is not None]
    low, high = min(known, default=0.0), max(known, default=0.0)
    across = (width - 2 * _EDGE) / max(len(points) - 1, 1)

    def place(index: int, value: float) -> tuple[float, float]:
        share = 0.5 if high == low else (value - low) / (high - low)
        x = width - _EDGE - across * (len(points) - 1 - index)
        return x, height - _EDGE - share * (height - 2 * _EDGE)

    at = [
        None if p.reading.value is None else (*place(i, p.reading.value), is_hollow(p))
        for i, p in enumerate(points)
    ]
    drawn: list[str] = []
    for a, b in pairwise(at):
        if a is None or b is None:
            continue
        dash = ' stroke-dasharray="3 2"' if a[2] or b[2] else ""
        drawn.append(
            f'<line x1="{a[0]:.1f}" y1="{a[1]:.1f}" x2="{b[0]:.1f}" y2="{b[1]:.1f}"'
            f' stroke="{colours.comparison}" stroke-width="1.5" stroke-linecap="round"{dash}/>'
        )
    for i, spot in enumerate(at):
        if spot is None:
            continue
        alone = (i == 0 or at[i - 1] is None) and (i == len(at) - 1 or at[i + 1] is None)
        last = i == len(at) - 1
        if last or spot[2]:
            fill = colours.paper if spot[2] else colours.accent
            drawn.append(_dot(spot[0], spot[1], 3.0 if last else 2.0, fill, colours.accent))
        elif alone:
            drawn.append(_dot(spot[0], spot[1], 1.5, colours.comparison, colours.comparison))
    for i, p in enumerate(points):
        if any(p.span.start <= day < p.span.end for day in marked):
            x = width - _EDGE - across * (len(points) - 1 - i)
            drawn.append(
                f'<line class="mark" x1="{x:.1f}" y1="{height}" x2="{x:.1f}" y2="{height - _TICK}"'
                f' stroke="{colours.signal}" stroke-width="2"/>'
            )
    label = escape(sparkline_alt(points, unit, tr, currency=currency), quote=True)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="{label}"'
        f' width="{width}" height="{height}" viewBox="0 0 {width} {height}">{"".join(drawn)}</svg>'
    )


def _dot(x: float, y: float, radius: float, fill: str, stroke: str) -> str:
    return (
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:g}" fill="{fill}"'
        f' stroke="{stroke}" stroke-width="1.5"/>'
    )
