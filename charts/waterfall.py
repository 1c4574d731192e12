"""How a number got from there to here: an exact bridge as bars from left to right."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Literal

import plotly.graph_objects as go

from charts.cards import card
from charts.sketch import Sketch
from charts.theme import NARROW, NORMAL, Axis, Palette, axis_for, layout, palette, text_width, tint
from charts.words import waterfall_alt
from format import numbers
from i18n import Text, Words
from metrics.stats.bridges import Bridge

SMALL_CHANGE = 0.05
"""Below this share of the level, parts on a zero-based bar are too thin to read."""

_ROW = 34
_TOP, _BOTTOM, _RIGHT = 8, 26, 8
_NAME_WIDTH = 126
_GAP = 5
_UP, _DOWN = "▲", "▼"

_CHANGE = Words("Change", "变化")
_OF_CHANGE = Words("{share} of the change", "占变化的 {share}")


@dataclass(frozen=True, slots=True)
class _Bar:
    """One row: from `base`, `size` long. `part` is None for the levels."""

    key: str
    name: str
    base: float
    size: float
    part: float | None
    colour: str
    label: str
    hover: str

    @property
    def right(self) -> float:
        return max(self.base, self.base + self.size)

    @property
    def left(self) -> float:
        return min(self.base, self.base + self.size)

    @property
    def leftwards(self) -> bool:
        """Whether its label stands at the left: bars that reach below zero."""
        return self.size < 0 and self.left < 0


def changes_only(bridge: Bridge) -> bool:
    """Whether the change is so small against the level that only the parts are drawn."""
    level = max(abs(bridge.start), abs(bridge.end))
    return level > 0 and abs(bridge.end - bridge.start) < SMALL_CHANGE * level


def waterfall(
    bridge: Bridge,
    names: Mapping[str, Words],
    start_label: str,
    end_label: str,
    unit: str,
    tr: Text,
    *,
    dark: bool,
    currency: str | None,
    good: Literal["up", "down", "neither"] = "up",
    signals: Collection[str] | None = None,
    of_change: bool = False,
) -> go.Figure:
    """Start, parts and end as horizontal bars, one a row, names at the left.

    Bars stand on zero. Where the change is less than 5 % of the level, start and end are written
    without a bar and the parts are drawn around zero, followed by their sum. `good` says which
    direction is welcome; with "neither" the parts are drawn in the accent colour. With `signals`
    only these parts are judged and carry a mark: the others, which are noise or not judged, are
    grey. Every part also carries an arrow; parts of a share are in points, and so are the levels
    where the bridge itself is `of_change`. `customdata` of each bar is the key of its part, or
    start / end / change.
    """
    colours = palette(dark)
    small = changes_only(bridge)
    bars = _bars(
        bridge, _marked(names, signals), (start_label, end_label), unit, tr, currency, colours,
        _Judging(good, signals), small=small, of_change=of_change,
    )  # fmt: skip
    alt = waterfall_alt(bridge, names, start_label, end_label, unit, tr, currency=currency)
    height = _TOP + _BOTTOM + _ROW * len(bars)
    sketch = Sketch(layout(dark, tr, height=height, alt=alt))
    rows = list(range(len(bars)))
    sketch.trace(
        "bar",
        orientation="h",
        y=rows,
        x=[b.size for b in bars],
        base=[b.base for b in bars],
        width=0.62,
        marker={"color": [b.colour for b in bars], "line": {"width": 0}},
        hoverinfo="text",
        hovertext=[b.hover for b in bars],
        customdata=[b.key for b in bars],
        textposition="none",
        text=[b.label for b in bars],
    )
    _connect(sketch, bars, colours, small=small)
    _write_labels(sketch, bars, colours)
    left = 16 + max(text_width(line) for b in bars for line in _wrapped(b.name).split("<br>"))
    reach = [e for b in bars for e in (b.left, b.right)]
    axis = axis_for(reach, unit, tr, currency, from_zero=True, room=0)
    sketch.axis(
        "xaxis",
        range=_with_room(axis, bars, NARROW - left - _RIGHT),
        tickvals=[0],
        ticktext=["0"],
        zeroline=True,
        zerolinecolor=colours.comparison,
        zerolinewidth=1,
    )
    sketch.axis(
        "yaxis",
        range=[len(bars) - 0.5, -0.5],
        tickmode="array",
        tickvals=rows,
        ticktext=[_wrapped(b.name) for b in bars],
        tickfont={"color": colours.text, "size": NORMAL},
        showgrid=False,
    )
    sketch.layout.update(
        margin={"l": left, "r": _RIGHT, "t": _TOP, "b": _BOTTOM, "pad": 6}, hovermode="closest"
    )
    return sketch.figure()


def _bars(
    bridge: Bridge,
    names: Mapping[str, Words],
    ends: tuple[str, str],
    unit: str,
    tr: Text,
    currency: str | None,
    colours: Palette,
    judging: _Judging,
    *,
    small: bool,
    of_change: bool,
) -> list[_Bar]:
    change = bridge.end - bridge.start
    largest = max((abs(p.value) for p in bridge.parts), default=abs(change)) or abs(bridge.end)
    amounts = [bridge.start, *(p.value for p in bridge.parts), bridge.end, change]
    texts = numbers.alike(amounts, unit, tr, currency, by=largest, figures=3)
    levels = () if of_change else (0, len(texts) - 2)
    texts = [t if n in levels else _points(t, unit, tr) for n, t in enumerate(texts)]

    def full(value: float) -> str:
        return numbers.full(value, unit, tr, currency)

    def moved(value: float) -> str:
        return numbers.plus(_points(full(value), unit, tr), value)

    def level(key: str, name: str, value: float, text: str) -> _Bar:
        size = 0.0 if small else value
        hover = card([name, full(value)])
        return _Bar(key, name, 0.0, size, None, colours.comparison, text, hover)

    bars = [level("start", ends[0], bridge.start, texts[0])]
    reached = bridge.start
    for part, text in zip(bridge.parts, texts[1:-2], strict=True):
        after = reached + part.value
        bars.append(
            _Bar(
                part.key,
                tr(names.get(part.key, Words(part.key, part.key))),
                0.0 if small else reached,
                part.value,
                part.value,
                judging.colour(part.key, part.value, colours),
                _arrowed(text, part.value),
                card(
                    [
                        tr(names.get(part.key, Words(part.key, part.key))),
                        moved(part.value),
                        _share_of(part.value, change, tr),
                        f"{full(reached)} → {full(after)}",
                    ]
                ),
            )
        )
        reached = after
    if small:
        label = _arrowed(texts[-1], change)
        hover = card([tr(_CHANGE), moved(change)])
        bars.append(
            _Bar("change", tr(_CHANGE), 0.0, change, change, colours.comparison, label, hover)
        )
    return [*bars, level("end", ends[1], bridge.end, texts[-2])]


def _share_of(part: float, change: float, tr: Text) -> str | None:
    return tr(_OF_CHANGE, share=numbers.short(part / change, "share", tr)) if change else None


def _arrowed(text: str, value: float) -> str:
    """▲ +227, ▼ −35: the direction without the colour."""
    if value == 0:
        return text
    return f"{_UP if value > 0 else _DOWN} {numbers.plus(text, value)}"


SIGNAL_MARK = "◆"
_NOISE = 0.55
"""How strong the grey of a part that is no signal is, beside that of the levels."""


@dataclass(frozen=True, slots=True)
class _Judging:
    """Which direction is welcome, and which parts are judged at all."""

    good: Literal["up", "down", "neither"]
    signals: Collection[str] | None

    def colour(self, key: str, value: float, colours: Palette) -> str:
        if self.signals is not None and key not in self.signals:
            return tint(colours.comparison, _NOISE)
        if self.good == "neither" or value == 0:
            return colours.accent
        return colours.good if (value > 0) == (self.good == "up") else colours.bad


def _marked(names: Mapping[str, Words], signals: Collection[str] | None) -> Mapping[str, Words]:
    """The names of signals carry the mark, for who sees no colours."""
    return {
        key: Words(f"{SIGNAL_MARK} {w.en}", f"{SIGNAL_MARK} {w.zh}")
        if key in (signals or ())
        else w
        for key, w in names.items()
    }


def _points(text: str, unit: str, tr: Text) -> str:
    """A difference of shares is in points: 1.8 %, not of anything, would mislead."""
    return text.replace("%", f" {tr(Words('pt', '个百分点'))}") if unit == "share" else text


def _connect(sketch: Sketch, bars: Sequence[_Bar], colours: Palette, *, small: bool) -> None:
    """A thin line from the end of each bar to the next one's beginning."""
    if small:
        return
    for row, bar in enumerate(bars[:-1]):
        at = bar.base + bar.size
        sketch.shape(
            "line",
            x0=at,
            x1=at,
            y0=row + 0.31,
            y1=row + 1 - 0.31,
            line={"color": colours.comparison, "width": 1},
        )


def _write_labels(sketch: Sketch, bars: Sequence[_Bar], colours: Palette) -> None:
    """The value beside its bar: at the right end, at the left of bars that reach below zero."""
    for row, bar in enumerate(bars):
        sketch.note(
            x=bar.left if bar.leftwards else bar.right,
            y=row,
            text=escape(bar.label),
            xanchor="right" if bar.leftwards else "left",
            xshift=-_GAP if bar.leftwards else _GAP,
            yanchor="middle",
            font={
                "size": NORMAL,
                "color": colours.text if bar.part is None else _text_colour(bar, colours),
            },
        )


def _text_colour(bar: _Bar, colours: Palette) -> str:
    judged = (colours.good, colours.bad, colours.accent)
    return bar.colour if bar.colour in judged else colours.text


def _with_room(axis: Axis, bars: Sequence[_Bar], plot: int) -> list[float]:
    """The axis made longer at each side by what the labels there need in a plot so many pixels
    wide; at least a third of it is left to the bars."""
    left = max((text_width(b.label) + 2 * _GAP for b in bars if b.leftwards), default=0)
    right = max((text_width(b.label) + 2 * _GAP for b in bars if not b.leftwards), default=0)
    per_pixel = (axis.high - axis.low) / max(plot - left - right, plot / 3)
    return [axis.low - left * per_pixel, axis.high + right * per_pixel]


def _wrapped(name: str) -> str:
    """A long name on two lines, broken at the space nearest its middle or, in Chinese, before a
    bracket or in the middle."""
    if text_width(name) <= _NAME_WIDTH:
        return escape(name)
    middle = len(name) // 2
    spaces = [i for i, c in enumerate(name) if c == " "]
    at = min(spaces, key=lambda i: abs(i - middle)) if spaces else middle
    if not spaces and "（" in name[1:]:
        at = name.index("（", 1)
    return f"{escape(name[:at].rstrip())}<br>{escape(name[at:].lstrip())}"
