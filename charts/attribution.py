"""Attribution: how far the models lie apart for each channel, and how long paths are."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

import plotly.graph_objects as go

from charts.cards import card
from charts.sketch import Sketch
from charts.theme import NARROW, NORMAL, SMALL, axis_for, layout, palette, text_width, tint
from format import numbers
from i18n import Text, Words
from metrics.attribution.spec import MODELS, Model
from metrics.metric import Unit

_ROW, _TOP, _BOTTOM, _RIGHT = 34, 12, 34, 24
_NAME_WIDTH = 150
SYMBOLS: dict[Model, str] = {
    Model.FIRST: "triangle-left",
    Model.LAST: "triangle-right",
    Model.LAST_NON_DIRECT: "circle",
    Model.LINEAR: "circle",
    Model.TIME_DECAY: "circle",
    Model.POSITION: "circle",
    Model.MARKOV: "diamond",
    Model.SHAPLEY: "square",
}
"""Models that tell most have a shape of their own; the others are dots."""
_GLYPHS: dict[Model, str] = {
    Model.FIRST: "◀",
    Model.LAST: "▶",
    Model.MARKOV: "◆",
    Model.SHAPLEY: "■",
}
_REST = Words("● other models", "● 其他模型")
_ALT = Words(
    "{n} channels under {models} models. Furthest apart: {name}, from {low} to {high}.",
    "{n} 个渠道在 {models} 个模型下的结果。差异最大：{name}，{low} 至 {high}。",
)


@dataclass(frozen=True, slots=True)
class SpreadRow:
    """A channel: `key` for its colour, its name, and its value under each model that has one."""

    key: str
    name: str
    values: Mapping[Model, float]

    @property
    def low(self) -> float:
        return min(self.values.values())

    @property
    def high(self) -> float:
        return max(self.values.values())


def legend(models: Sequence[Model], tr: Text) -> str:
    """Which shape is which model, in one line of text."""
    named = [f"{_GLYPHS[m]} {tr(MODELS[m])}" for m in models if m in _GLYPHS]
    rest = [tr(_REST)] if any(m not in _GLYPHS for m in models) else []
    return "　".join([*named, *rest])


def spread(
    rows: Sequence[SpreadRow],
    unit: str,
    tr: Text,
    *,
    dark: bool,
    currency: str | None = None,
    log: bool = False,
) -> go.Figure:
    """One line a channel from its lowest to its highest model, one mark a model. `log`: the same
    factor is as long everywhere, which is how costs are compared."""
    if not rows:
        raise ValueError("the figure needs at least one channel with a value; got none")
    colours = palette(dark)
    height = _TOP + _BOTTOM + _ROW * len(rows)
    sketch = Sketch(layout(dark, tr, height=height, alt=_alt(rows, unit, tr, currency)))
    for at, row in enumerate(rows):
        sketch.shape(
            "line", x0=row.low, x1=row.high, y0=at, y1=at,
            line={"color": tint(colours.channel(row.key), 0.45), "width": 5},
        )  # fmt: skip
    # Dots first, so that the marks with a shape of their own lie on top.
    places = [(at, row, m) for at, row in enumerate(rows) for m in row.values]
    places.sort(key=lambda p: p[2] in _GLYPHS)
    sketch.trace(
        "scatter",
        mode="markers",
        x=[row.values[m] for _, row, m in places],
        y=[at for at, _, _ in places],
        marker={
            "symbol": [SYMBOLS[m] for _, _, m in places],
            "size": [11 if m in _GLYPHS else 7 for _, _, m in places],
            "color": [colours.channel(row.key) for _, row, _ in places],
            "line": {"width": 1.5, "color": colours.paper},
        },
        hoverinfo="text",
        hovertext=[_card(row, m, unit, tr, currency) for _, row, m in places],
        customdata=[[row.key, m.value] for _, row, m in places],
    )
    names = [_short(row.name) for row in rows]
    left = 14 + max(text_width(n) for n in names)
    _value_axis(sketch, rows, unit, tr, currency, log=log, room=NARROW - left - _RIGHT)
    sketch.axis(
        "yaxis",
        range=[len(rows) - 0.4, -0.6],
        tickmode="array",
        tickvals=list(range(len(rows))),
        ticktext=[escape(n) for n in names],
        tickfont={"color": colours.text, "size": NORMAL},
        showgrid=False,
    )
    sketch.layout.update(
        margin={"l": left, "r": _RIGHT, "t": _TOP, "b": _BOTTOM, "pad": 6}, hovermode="closest"
    )
    return sketch.figure()


def _value_axis(
    sketch: Sketch,
    rows: Sequence[SpreadRow],
    unit: str,
    tr: Text,
    currency: str | None,
    *,
    log: bool,
    room: int,
) -> None:
    values = [v for row in rows for v in row.values.values()]
    grid = {"showgrid": True, "gridcolor": sketch.layout["yaxis"]["gridcolor"]}
    positive = [v for v in values if v > 0]
    if not log or len(positive) < len(values):
        axis = axis_for(values, unit, tr, currency, from_zero=True, most_ticks=4)
        sketch.axis("xaxis", **axis.options(), **grid)
        return
    low, high = min(positive) / 1.25, max(positive) * 1.25
    ticks = [m * 10.0**p for p in range(-6, 12) for m in (1, 2, 5) if low <= m * 10.0**p <= high]
    every = 1 + len(ticks) * 46 // max(room, 46)
    kept = ticks[::every]
    sketch.axis(
        "xaxis",
        type="log",
        range=[math.log10(low), math.log10(high)],
        tickmode="array",
        tickvals=kept,
        ticktext=[numbers.alike([t], unit, tr, currency)[0] for t in kept],
        **grid,
    )


def _card(row: SpreadRow, model: Model, unit: str, tr: Text, currency: str | None) -> str:
    """Channel, this model's value, then all models."""
    said = [
        f"{tr(MODELS[m])}{tr(Words(': ', '：'))}{numbers.full(v, unit, tr, currency)}"
        for m, v in row.values.items()
        if m is not model
    ]
    own = f"{tr(MODELS[model])} {numbers.full(row.values[model], unit, tr, currency)}"
    return card([row.name, own, *said])


def _short(name: str) -> str:
    if text_width(name) <= _NAME_WIDTH:
        return name
    kept = name
    while text_width(kept) > _NAME_WIDTH - NORMAL:
        kept = kept[:-1]
    return f"{kept.rstrip()}…"


def _alt(rows: Sequence[SpreadRow], unit: str, tr: Text, currency: str | None) -> str:
    far = max(rows, key=lambda r: r.high / r.low if r.low > 0 else r.high - r.low)
    low, high = (numbers.short(v, unit, tr, currency) for v in (far.low, far.high))
    models = max(len(r.values) for r in rows)
    return tr(_ALT, n=len(rows), models=models, name=far.name, low=low, high=high)


_BARS = Words("{title}: {parts}.", "{title}：{parts}。")


def shares(
    bars: Sequence[tuple[str, int]], title: str, tr: Text, *, dark: bool, height: int = 240
) -> go.Figure:
    """Shares of conversions by class, as bars from zero with their value on top."""
    colours = palette(dark)
    whole = sum(n for _, n in bars)
    values = [n / whole if whole else 0.0 for _, n in bars]
    texts = [numbers.short(v, Unit.SHARE, tr) for v in values]
    said = tr(Words(", ", "、")).join(
        f"{name} {text}" for (name, _), text in zip(bars, texts, strict=True)
    )
    sketch = Sketch(layout(dark, tr, height=height, alt=tr(_BARS, title=title, parts=said)))
    places = list(range(len(bars)))
    sketch.trace(
        "bar",
        x=places,
        y=values,
        marker={"color": colours.accent},
        text=texts,
        textposition="outside",
        textfont={"size": SMALL, "color": colours.text},
        cliponaxis=False,
        hoverinfo="text",
        hovertext=[
            card([name, text, numbers.full(n, Unit.COUNT, tr)])
            for (name, n), text in zip(bars, texts, strict=True)
        ],
    )
    sketch.axis("xaxis", tickmode="array", tickvals=places, ticktext=[escape(n) for n, _ in bars])
    top = max(values, default=1.0) * 1.15 or 1.0
    sketch.axis("yaxis", range=[0, top], showticklabels=False, showgrid=False)
    sketch.layout.update(margin={"l": 8, "r": 8, "t": 18, "b": 34, "pad": 4}, bargap=0.25)
    return sketch.figure()
