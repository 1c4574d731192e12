"""What is laid over a line of time: natural limits, marked days, names at the right edge."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from html import escape

from charts.sketch import Sketch
from charts.theme import NARROW, SMALL, Axis, Palette, text_width, tint
from data.scope import Span
from format import dates, numbers
from i18n import Text, Words
from metrics.stats.xmr import Limits

LEFT, TOP, BOTTOM = 58, 34, 44
PLOT = 262
"""Pixels of the margins, and the height between them; rows of names on top come in addition."""
NAME_ROW = 15
_NAME_ROWS = 3
_NAME_WIDTH = 160
"""Pixels of a name; a longer one is cut."""
_LIFT = 3
_APART = 15
"""Pixels that two labels at the right edge keep from each other."""

_BY_DAY = Words("natural limits, by day of the week", "自然波动范围（按星期调整）")
_NATURAL = Words("natural limits {low} – {high}", "自然波动范围 {low} – {high}")


@dataclass(frozen=True, slots=True)
class End:
    """A label at the right edge, at the height of a line's last value."""

    value: float
    text: str
    colour: str
    size: int


def draw_limits(sketch: Sketch, limits: Limits, axis: Axis, colours: Palette) -> None:
    """The natural limits as a quiet band behind the data, their mean as a dotted line."""
    sketch.shape(
        "rect",
        xref="paper",
        x0=0,
        x1=1,
        y0=max(limits.low, axis.low),
        y1=min(limits.high, axis.high),
        fillcolor=tint(colours.comparison, 0.14),
        line={"width": 0},
    )
    sketch.shape(
        "line",
        xref="paper",
        x0=0,
        x1=1,
        y0=limits.mean,
        y1=limits.mean,
        line={"color": colours.comparison, "width": 1, "dash": "dot"},
    )


def draw_limits_by_day(
    sketch: Sketch, days: Sequence[Span], each: Sequence[Limits], axis: Axis, colours: Palette
) -> None:
    """The same, each day with its own: a band of steps."""
    for span, limits in zip(days, each, strict=True):
        at = {"x0": _left_of(span), "x1": _left_of(span) + timedelta(days=span.days)}
        sketch.shape(
            "rect",
            y0=max(limits.low, axis.low),
            y1=min(limits.high, axis.high),
            fillcolor=tint(colours.comparison, 0.14),
            line={"width": 0},
            **at,
        )


def _left_of(span: Span) -> datetime:
    """Half a bucket left of where its point stands, which is its middle."""
    return datetime(span.start.year, span.start.month, span.start.day)


def name_limits_by_day(sketch: Sketch, tr: Text, colours: Palette, *, above: int) -> None:
    """What the band of steps is."""
    _name_band(sketch, tr(_BY_DAY), colours, above)


def label_limits(
    sketch: Sketch,
    limits: Limits,
    unit: str,
    tr: Text,
    currency: str | None,
    colours: Palette,
    *,
    above: int,
) -> None:
    """The band's name and numbers, above so many rows of marked days, whose lines end below it."""
    low, high = (numbers.short(v, unit, tr, currency) for v in (limits.low, limits.high))
    _name_band(sketch, tr(_NATURAL, low=low, high=high), colours, above)


def _name_band(sketch: Sketch, said: str, colours: Palette, above: int) -> None:
    swatch = f'<span style="color:{colours.comparison}">■</span>'
    sketch.note(
        text=f"{swatch} {said}",
        xref="paper",
        yref="paper",
        x=0,
        y=1,
        yshift=_LIFT + NAME_ROW * above,
        xanchor="left",
        yanchor="bottom",
        font={"size": SMALL, "color": colours.muted},
    )


def right_margin(ends: Sequence[End]) -> int:
    """Pixels that the labels at the right edge need."""
    return 14 + max((text_width(end.text, end.size) for end in ends), default=2)


def label_ends(sketch: Sketch, ends: Sequence[End], axis: Axis) -> None:
    """Names and last values at the right edge, pushed apart where they would touch."""
    per_pixel = (axis.high - axis.low) / PLOT
    free_from = -float("inf")
    for end in sorted(ends, key=lambda e: e.value):
        wanted = end.value / per_pixel
        placed = max(wanted, free_from)
        free_from = placed + _APART
        sketch.note(
            text=end.text,
            xref="paper",
            x=1,
            xshift=6,
            y=end.value,
            yshift=placed - wanted,
            xanchor="left",
            yanchor="middle",
            font={"color": end.colour, "size": end.size},
        )


def draw_marks(
    sketch: Sketch,
    marks: Sequence[tuple[date, Words]],
    shown: Span,
    right: int,
    tr: Text,
    colours: Palette,
) -> int:
    """Thin lines with a name on top, in as many rows as they need on a narrow screen, at most
    three: a name that finds no room is left to the line, and one that is a sentence is cut (all of
    it is told on hover). Returns the rows used.

    `shown` is the range of the axis and `right` the margin beside it.
    """
    inside = sorted((d, tr(w)) for d, w in marks if shown.start <= d < shown.end)
    width = NARROW - LEFT - right
    at = [(day - shown.start).days / shown.days * width for day, _ in inside]
    named: list[_Name] = []
    for n, ((day, whole), place) in enumerate(zip(inside, at, strict=True)):
        after = at[n + 1] if n + 1 < len(at) else float("inf")
        name = cut(whole)
        anchor, left, end = _anchor(place, text_width(name, SMALL), width, after)
        row = next((r for r in range(_NAME_ROWS) if _is_free(r, left, named)), None)
        height = 0 if row is None else _LIFT + NAME_ROW * row
        noon = datetime(day.year, day.month, day.day, 12)
        sketch.shape(
            "line",
            x0=noon,
            x1=noon,
            yref="paper",
            y0=0,
            y1=1 + height / PLOT,
            line={"color": tint(colours.comparison, 0.7), "width": 1},
        )
        if row is None:
            continue
        named.append(_Name(row, place, end))
        sketch.note(
            text=escape(name),
            hovertext=escape(dates.day(day, tr) + (f" · {whole}" if name != whole else "")),
            x=noon,
            yref="paper",
            y=1,
            yshift=height,
            xanchor=anchor,
            yanchor="bottom",
            font={"size": SMALL, "color": colours.muted},
        )
    return max((name.row + 1 for name in named), default=0)


def cut(name: str) -> str:
    """A name short enough for the top of a chart, with an ellipsis where something is left out."""
    if text_width(name, SMALL) <= _NAME_WIDTH:
        return name
    kept = name
    while kept and text_width(f"{kept}…", SMALL) > _NAME_WIDTH:
        kept = kept[:-1]
    return f"{kept.rstrip()}…"


@dataclass(frozen=True, slots=True)
class _Name:
    """A name that has its place: its row, where its line rises, and where it ends."""

    row: int
    line: float
    end: float


def _is_free(row: int, left: float, named: Sequence[_Name]) -> bool:
    """Whether a name may begin here without meeting another, or the line of one higher up."""
    return all(
        left >= (other.end + 6 if other.row == row else other.line + 3)
        for other in named
        if other.row >= row
    )


def _anchor(at: float, length: int, width: float, after: float) -> tuple[str, float, float]:
    """How a name hangs on its line, and from where to where: centred, unless it would leave the
    plot or reach over the next line."""
    half = length / 2
    if at < half:
        return "left", at, at + length
    if at > width - half or (at + half >= after - 3 and at >= length):
        return "right", at - length, at
    return "center", at - half, at + half
