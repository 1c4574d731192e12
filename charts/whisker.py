"""An effect with its interval the size of a word, as inline SVG, on a scale that rows share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from charts.theme import palette

WIDTH, HEIGHT = 120, 28
_EDGE = 8.0


@dataclass(frozen=True, slots=True)
class Whisker:
    """A value with its ends; None where there is no end."""

    value: float
    low: float | None
    high: float | None


def shared_scale(whiskers: Sequence[Whisker], *, most: float = 1.0) -> tuple[float, float]:
    """From the lowest to the highest end, zero among them, no further than `most` either way: one
    wild interval would flatten all others."""
    ends = [v for w in whiskers for v in (w.value, w.low, w.high) if v is not None]
    low = max(min([0.0, *ends]), -most)
    high = min(max([0.0, *ends]), most)
    return (low, high) if high > low else (-0.01, 0.01)


def whisker_svg(w: Whisker, scale: tuple[float, float], tone: str, alt: str, *, dark: bool) -> str:
    """The interval as a line with the value as a dot, and a thin line at zero. An end beyond the
    scale, or none at all, is an arrow. `tone` is good, bad or muted, the colour of the mark."""
    colours = palette(dark)
    ink = {"good": colours.good, "bad": colours.bad}.get(tone, colours.muted)
    low, high = scale

    def x(value: float) -> float:
        share = (min(max(value, low), high) - low) / (high - low)
        return _EDGE + share * (WIDTH - 2 * _EDGE)

    mid = HEIGHT / 2
    left = low if w.low is None else w.low
    right = high if w.high is None else w.high
    zero = x(0.0)
    drawn = [
        f'<line x1="{zero:.1f}" x2="{zero:.1f}" y1="2" y2="{HEIGHT - 2}"'
        f' stroke="{colours.comparison}" stroke-width="1"/>',
        f'<line x1="{x(left):.1f}" x2="{x(right):.1f}" y1="{mid}" y2="{mid}"'
        f' stroke="{ink}" stroke-width="2"/>',
    ]
    for value, edge, side in ((w.low, low, -1), (w.high, high, 1)):
        at = x(edge if value is None else value)
        if value is None or value * side > edge * side:
            tip = at + side * 6
            drawn.append(
                f'<path d="M{at:.1f} {mid - 4}L{tip:.1f} {mid}L{at:.1f} {mid + 4}z" fill="{ink}"/>'
            )
        else:
            drawn.append(
                f'<line x1="{at:.1f}" x2="{at:.1f}" y1="{mid - 4}" y2="{mid + 4}"'
                f' stroke="{ink}" stroke-width="2"/>'
            )
    if low <= w.value <= high:
        drawn.append(f'<circle cx="{x(w.value):.1f}" cy="{mid}" r="3.5" fill="{ink}"/>')
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}"'
        f' viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(alt)}">'
        + "".join(drawn)
        + "</svg>"
    )
