"""One metric by the values of a dimension: bars from zero for what adds up, dots with their
interval for ratios, the comparison hollow beside, the whole as a line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

import plotly.graph_objects as go

from charts.cards import card
from charts.reading_lines import interval_of, maturity_of, parts_of, value_of
from charts.sketch import Sketch
from charts.theme import NORMAL, SMALL, Axis, Palette, axis_for, layout, palette, text_width
from format import numbers
from i18n import Text, Words
from metrics.metric import Metric
from metrics.reading import REASONS, Reading

_ROW, _TOP, _BOTTOM = 30, 26, 34
_NAME_WIDTH = 112
_REACH = 1.6
"""Whiskers beyond so many times the largest value are cut, or they would decide the scale."""

_BEFORE = Words("compared with {value}", "对比期 {value}")
_WHOLE = Words("all: {value}", "整体 {value}")
_SMALL = Words("fewer than {n}: too small to judge", "不足 {n}，样本过小")
_ALT = Words(
    "{metric} by {n} values: largest {first} at {most}, smallest {last} at {least}.",
    "{metric}，{n} 个取值：最高为{first}，{most}；最低为{last}，{least}。",
)
_ALT_NONE = Words("{metric}: none of {n} values has a number.", "{metric}：{n} 个取值均无数值。")


@dataclass(frozen=True, slots=True)
class ValueRow:
    """`key` comes back with a click; `colour` is that of the value, if it has one of its own;
    `small`: too few to judge."""

    key: int
    name: str
    now: Reading
    before: Reading | None = None
    colour: str | None = None
    small: bool = False


def value_rows(
    rows: Sequence[ValueRow],
    whole: Reading | None,
    metric: Metric,
    tr: Text,
    *,
    dark: bool,
    currency: str,
    small_below: int,
) -> go.Figure:
    """One row each from the top. `customdata` of a bar or dot is the row's key. ValueError without
    rows. A row without a value says why in its place; the `whole` is a line where values are
    ratios."""
    if not rows:
        raise ValueError("a figure by value needs at least one row; got none")
    p = palette(dark)
    height = _TOP + _BOTTOM + _ROW * len(rows)
    sketch = Sketch(layout(dark, tr, height=height, alt=_alt(rows, metric, tr, currency)))
    known = [(n, r) for n, r in enumerate(rows) if r.now.value is not None]
    sums = metric.denominator is None
    axis = _axis(rows, whole, metric, tr, currency)
    if not sums and whole is not None and whole.value is not None:
        _line(sketch, whole.value, len(rows), p, metric, tr, currency)
    if sums:
        _bars(sketch, known, p, metric, tr, currency, small_below)
    else:
        _whiskers(sketch, known, axis, p)
    _dots(sketch, known, p, metric, tr, currency, small_below, before=True)
    if not sums:
        _dots(sketch, known, p, metric, tr, currency, small_below, before=False)
    values = [numbers.short(r.now.value, metric.unit, tr, currency) for r in rows]
    for n, (r, said) in enumerate(zip(rows, values, strict=True)):
        _beside(sketch, n, r, said, p, tr)
    names = [_short(r.name) for r in rows]
    sketch.axis(
        "yaxis",
        range=[len(rows) - 0.5, -0.5],
        tickmode="array",
        tickvals=list(range(len(rows))),
        ticktext=[escape(name) for name in names],
        tickfont={"color": p.text, "size": NORMAL},
        showgrid=False,
    )
    sketch.axis(
        "xaxis", **axis.options(), showgrid=True, gridcolor=p.grid,
        zeroline=True, zerolinecolor=p.comparison,
    )  # fmt: skip
    left = 14 + max(text_width(name) for name in names)
    room = 14 + max(text_width(said, SMALL) for said in values)
    sketch.layout.update(
        hovermode="closest",
        bargap=0.35,
        margin={"l": left, "r": room, "t": _TOP, "b": _BOTTOM, "pad": 6},
    )
    return sketch.figure()


def _axis(
    rows: Sequence[ValueRow], whole: Reading | None, metric: Metric, tr: Text, currency: str
) -> Axis:
    found = [r for row in rows for r in (row.now, row.before) if r is not None]
    values = [r.value for r in (*found, whole) if r is not None and r.value is not None]
    most = max([abs(v) for v in values], default=1.0)
    ends = [min(r.now.high, most * _REACH) for r in rows if r.now.high is not None]
    if metric.denominator is None:
        values = [v for v in values if whole is None or v != whole.value or len(rows) == 1]
        ends = []
    return axis_for([0.0, *values, *ends], metric.unit, tr, currency, from_zero=True, most_ticks=4)


def _beside(sketch: Sketch, n: int, r: ValueRow, said: str, p: Palette, tr: Text) -> None:
    """The value stands in a column at the right edge, so that it is not taken for that of the
    comparison; where there is none, the reason stands in the row."""
    if r.now.reason is not None:
        sketch.note(
            text=escape(tr(REASONS[r.now.reason])), x=0, y=n, xanchor="left", xshift=8,
            font={"size": SMALL, "color": p.muted},
        )  # fmt: skip
        return
    sketch.note(
        text=escape(said), xref="paper", x=1, y=n, xanchor="left", xshift=6,
        font={"size": SMALL, "color": p.muted if r.small else p.text},
    )  # fmt: skip


def _short(name: str) -> str:
    """A name that leaves room for the figure on a phone."""
    while text_width(name) > _NAME_WIDTH and len(name) > 4:
        name = name.removesuffix("…")[:-1] + "…"
    return name


def _ink(r: ValueRow, p: Palette) -> str:
    return p.comparison if r.small else r.colour or p.accent


def _bars(
    sketch: Sketch,
    rows: Sequence[tuple[int, ValueRow]],
    p: Palette,
    metric: Metric,
    tr: Text,
    currency: str,
    small_below: int,
) -> None:
    sketch.trace(
        "bar",
        name="now",
        orientation="h",
        x=[r.now.value for _, r in rows],
        y=[n for n, _ in rows],
        marker={"color": [_ink(r, p) for _, r in rows], "line": {"width": 0}},
        unselected={"marker": {"opacity": 1}},
        hoverinfo="text",
        hovertext=[_card(r, metric, tr, currency, small_below) for _, r in rows],
        customdata=[r.key for _, r in rows],
    )


def _whiskers(sketch: Sketch, rows: Sequence[tuple[int, ValueRow]], axis: Axis, p: Palette) -> None:
    for n, r in rows:
        if r.now.low is not None and r.now.high is not None:
            sketch.shape(
                "line", x0=max(r.now.low, axis.low), x1=min(r.now.high, axis.high), y0=n, y1=n,
                line={"color": _ink(r, p), "width": 2},
            )  # fmt: skip


def _dots(
    sketch: Sketch,
    rows: Sequence[tuple[int, ValueRow]],
    p: Palette,
    metric: Metric,
    tr: Text,
    currency: str,
    small_below: int,
    *,
    before: bool,
) -> None:
    shown = [(n, r) for n, r in rows if not before or (r.before and r.before.value is not None)]
    if not shown:
        return
    inks = [p.comparison if before else _ink(r, p) for _, r in shown]
    sketch.trace(
        "scatter",
        name="before" if before else "now",
        mode="markers",
        x=[(r.before.value if before and r.before else r.now.value) for _, r in shown],
        y=[n for n, _ in shown],
        marker={
            "size": 9 if before else 10,
            "color": [p.paper] * len(shown) if before else inks,
            "line": {"width": 1.8, "color": inks},
            "opacity": 1,
        },
        unselected={"marker": {"opacity": 1}},
        hoverinfo="text",
        hovertext=[_card(r, metric, tr, currency, small_below) for _, r in shown],
        customdata=[r.key for _, r in shown],
        cliponaxis=False,
    )


def _card(r: ValueRow, metric: Metric, tr: Text, currency: str, small_below: int) -> str:
    return card(
        [
            r.name,
            value_of(r.now, metric.unit, tr, currency),
            parts_of(r.now, metric.unit, tr, currency),
            interval_of(r.now, metric.unit, tr, currency),
            None
            if r.before is None or r.before.value is None
            else tr(_BEFORE, value=value_of(r.before, metric.unit, tr, currency)),
            maturity_of(r.now, tr),
            tr(_SMALL, n=small_below) if r.small else None,
        ]
    )


def _line(
    sketch: Sketch, value: float, n: int, p: Palette, metric: Metric, tr: Text, currency: str
) -> None:
    sketch.shape(
        "line", x0=value, x1=value, y0=-0.5, y1=n - 0.5,
        line={"color": p.comparison, "width": 1, "dash": "dot"},
    )  # fmt: skip
    said = tr(_WHOLE, value=numbers.short(value, metric.unit, tr, currency))
    sketch.note(
        text=escape(said), x=value, y=-0.5, yanchor="bottom", xanchor="left", xshift=-4,
        font={"size": SMALL, "color": p.muted},
    )  # fmt: skip


def _alt(rows: Sequence[ValueRow], metric: Metric, tr: Text, currency: str) -> str:
    known = [r for r in rows if r.now.value is not None]
    if not known:
        return tr(_ALT_NONE, metric=metric.name, n=len(rows))
    ranked = sorted(known, key=lambda r: -(r.now.value or 0))
    first, last = ranked[0], ranked[-1]
    return tr(
        _ALT,
        metric=metric.name,
        n=len(rows),
        first=first.name,
        most=numbers.short(first.now.value, metric.unit, tr, currency),
        last=last.name,
        least=numbers.short(last.now.value, metric.unit, tr, currency),
    )
