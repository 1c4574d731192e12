"""What a customer costs, row by row: a dot with its interval, the comparison beside, the whole as
a line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

import plotly.graph_objects as go

from charts.cards import INTERVAL, card
from charts.sketch import Sketch
from charts.theme import NORMAL, SMALL, Palette, axis_for, layout, palette, text_width
from format import numbers
from i18n import Text, Words
from metrics.metric import Unit
from metrics.reading import REASONS, Reading

_ROW, _TOP, _BOTTOM, _RIGHT = 30, 26, 34, 14
_NAME_WIDTH = 118
_REACH = 1.5
"""Whiskers beyond so many times the largest value are cut, or they would decide the scale."""

_BEFORE = Words("compared with {value}", "对比期 {value}")
_PARTS = Words("{spend} / {n} new customers", "{spend} / {n} 位新客")
_WHOLE = Words("all: {value}", "整体 {value}")
_ALT = Words(
    "Cost per new customer of {n} rows; all: {whole}; dearest {name} at {value}.",
    "{n} 行的获客成本；整体 {whole}；最高为{name}，{value}。",
)
_ALT_NONE = Words("None of {n} rows has a cost per new customer.", "{n} 行均无获客成本。")


@dataclass(frozen=True, slots=True)
class CostRow:
    """`key` comes back with a click; `colour` is that of the channel, if it is one."""

    key: int
    name: str
    now: Reading
    before: Reading | None
    colour: str | None = None


def unit_costs(
    rows: Sequence[CostRow], whole: Reading, tr: Text, *, dark: bool, currency: str
) -> go.Figure:
    """One row each from the top. `customdata` of a dot is the row's key. ValueError without rows.

    A row without a value says why in its place. The hollow dot is the comparison."""
    if not rows:
        raise ValueError("costs need at least one row; got none")
    p = palette(dark)
    height = _TOP + _BOTTOM + _ROW * len(rows)
    sketch = Sketch(layout(dark, tr, height=height, alt=_alt(rows, whole, tr, currency)))
    known = [(n, r) for n, r in enumerate(rows) if r.now.value is not None]
    most = max(
        [v for _, r in known for v in (r.now.value, r.before and r.before.value) if v], default=1.0
    )
    reach = max([min(r.now.high or 0, most * _REACH) for _, r in known] + [most])
    axis = axis_for([0, reach], Unit.MONEY, tr, currency, from_zero=True, most_ticks=5)
    if whole.value is not None:
        _line(sketch, whole.value, len(rows), p, tr, currency)
    for n, r in known:
        low, high = r.now.low or r.now.value, min(r.now.high or 0, axis.high)
        sketch.shape(
            "line", x0=low, x1=high, y0=n, y1=n, line={"color": r.colour or p.accent, "width": 2}
        )
    _dots(sketch, [(n, r) for n, r in known if r.before and r.before.value], p, tr, currency,
          before=True)  # fmt: skip
    _dots(sketch, known, p, tr, currency, before=False)
    for n, r in enumerate(rows):
        if r.now.reason is not None:
            sketch.note(
                text=escape(tr(REASONS[r.now.reason])), x=0, y=n, xanchor="left", xshift=4,
                font={"size": SMALL, "color": p.muted},
            )  # fmt: skip
    names = [_short(r.name) for r in rows]
    sketch.axis(
        "yaxis",
        range=[len(rows) - 0.5, -0.5],
        tickmode="array",
        tickvals=list(range(len(rows))),
        ticktext=[escape(name) for name in names],
        tickfont={"color": p.text, "size": NORMAL},
        showgrid=True,
        gridcolor=p.grid,
    )
    sketch.axis("xaxis", **axis.options(), zeroline=True, zerolinecolor=p.comparison)
    left = 14 + max(text_width(name) for name in names)
    sketch.layout.update(
        hovermode="closest",
        margin={"l": left, "r": _RIGHT, "t": _TOP, "b": _BOTTOM, "pad": 6},
    )
    return sketch.figure()


def _short(name: str) -> str:
    """A name that leaves room for the figure on a phone."""
    while text_width(name) > _NAME_WIDTH and len(name) > 4:
        name = name.removesuffix("…")[:-1] + "…"
    return name


def _dots(
    sketch: Sketch,
    rows: Sequence[tuple[int, CostRow]],
    p: Palette,
    tr: Text,
    currency: str,
    *,
    before: bool,
) -> None:
    if not rows:
        return
    inks = [r.colour or p.accent for _, r in rows]
    sketch.trace(
        "scatter",
        name="before" if before else "now",
        mode="markers",
        x=[(r.before.value if before and r.before else r.now.value) for _, r in rows],
        y=[n for n, _ in rows],
        marker={
            "size": 8 if before else 10,
            "color": [p.paper] * len(rows) if before else inks,
            "line": {"width": 1.5, "color": [p.comparison] * len(rows) if before else inks},
            "opacity": 1,
        },
        unselected={"marker": {"opacity": 1}},
        hoverinfo="text",
        hovertext=[_card(r, tr, currency) for _, r in rows],
        customdata=[r.key for _, r in rows],
        cliponaxis=False,
    )


def _card(r: CostRow, tr: Text, currency: str) -> str:
    def money(value: float | None) -> str:
        return numbers.full(value, Unit.MONEY, tr, currency)

    now = r.now
    lines = [r.name, money(now.value)]
    if now.numerator is not None and now.denominator is not None:
        n = numbers.full(now.denominator, Unit.COUNT, tr)
        lines.append(tr(_PARTS, spend=money(now.numerator), n=n))
    if now.low is not None:
        lines.append(tr(INTERVAL, low=money(now.low), high=money(now.high)))
    if r.before is not None and r.before.value is not None:
        lines.append(tr(_BEFORE, value=money(r.before.value)))
    return card(lines)


def _line(sketch: Sketch, value: float, n: int, p: Palette, tr: Text, currency: str) -> None:
    sketch.shape(
        "line", x0=value, x1=value, y0=-0.5, y1=n - 0.5,
        line={"color": p.comparison, "width": 1, "dash": "dot"},
    )  # fmt: skip
    said = tr(_WHOLE, value=numbers.short(value, Unit.MONEY, tr, currency))
    sketch.note(
        text=escape(said), x=value, y=-0.5, yanchor="bottom", xanchor="left", xshift=-4,
        font={"size": SMALL, "color": p.muted},
    )  # fmt: skip


def _alt(rows: Sequence[CostRow], whole: Reading, tr: Text, currency: str) -> str:
    known = [r for r in rows if r.now.value is not None]
    if not known:
        return tr(_ALT_NONE, n=len(rows))
    dearest = max(known, key=lambda r: r.now.value or 0)
    return tr(
        _ALT,
        n=len(rows),
        whole=numbers.short(whole.value, Unit.MONEY, tr, currency),
        name=dearest.name,
        value=numbers.short(dearest.now.value, Unit.MONEY, tr, currency),
    )
