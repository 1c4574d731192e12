"""What goes with converting: relative rates with their intervals, around once as often."""

from __future__ import annotations

import math
from collections.abc import Sequence
from html import escape

import plotly.graph_objects as go

from charts.cards import INTERVAL, card
from charts.sketch import Sketch
from charts.theme import NARROW, NORMAL, SMALL, layout, palette, text_width
from format import numbers
from i18n import Text, Words
from metrics.funnels.association import CHANCE, Factor
from metrics.funnels.factor_words import factor_name, times_text

MOST = 12
_ROW, _TOP, _BOTTOM, _RIGHT = 28, 26, 34, 12
_NAME_WIDTH = 176
_TICKS = (0.1, 0.2, 0.33, 0.5, 0.67, 1, 1.5, 2, 3, 5, 10, 20, 50)
_LESS = Words("◀ converts less", "◀ 转化更低")
_MORE = Words("converts more ▶", "转化更高 ▶")
_CONVERTED = Words("{rate} converted ({k} / {n})", "转化率 {rate}（{k} / {n}）")
_OTHERS = Words("others: {rate} ({k} / {n})", "其他：{rate}（{k} / {n}）")
_ADJUSTED = Words("adjusted p = {p:.3f}", "校正后 p = {p:.3f}")
_ALT = Words(
    "Relative conversion rates with 95% intervals; {n} shown, {differs} differ for more than "
    "chance. The furthest: {first}, {ratio}.",
    "相对转化率及 95% 区间，共列出 {n} 项，其中 {differs} 项差异显著。差异最大：{first}，{ratio}。",
)


def association_figure(factors: Sequence[Factor], tr: Text, *, dark: bool) -> go.Figure:
    """The first `MOST` factors that were tested, from the top in the order given.

    Filled dots in the accent colour differ for more than chance, hollow grey ones may not. The axis
    is logarithmic: twice as often lies as far from the line as half as often.
    """
    shown = drawn(factors)
    if not shown:
        raise ValueError("the figure needs at least one factor with enough units; got none")
    colours = palette(dark)
    height = _TOP + _BOTTOM + _ROW * len(shown)
    sketch = Sketch(layout(dark, tr, height=height, alt=_alt(shown, tr)))
    low, high = reach(shown)
    rows = list(range(len(shown)))
    for row, f in zip(rows, shown, strict=True):
        assert f.ratio is not None
        colour = colours.accent if f.differs else colours.comparison
        sketch.shape(
            "line", x0=max(f.ratio.low, low), x1=min(f.ratio.high, high), y0=row, y1=row,
            line={"color": colour, "width": 2},
        )  # fmt: skip
    sketch.trace(
        "scatter",
        mode="markers",
        x=[f.ratio.ratio for f in shown if f.ratio is not None],
        y=rows,
        marker={
            "size": 9,
            "color": [colours.accent if f.differs else colours.paper for f in shown],
            "line": {
                "width": 2,
                "color": [colours.accent if f.differs else colours.comparison for f in shown],
            },
        },
        hoverinfo="text",
        hovertext=[factor_card(f, tr) for f in shown],
        customdata=[f"{f.column}={f.value}" for f in shown],
    )
    names = [_short(factor_name(f, tr)) for f in shown]
    left = 14 + max(text_width(n) for n in names)
    ticks = [t for t in _TICKS if low <= t <= high]
    room = NARROW - left - _RIGHT
    every = 1 if len(ticks) * 34 <= room else 2
    kept = [t for t in ticks if (ticks.index(t) - ticks.index(1)) % every == 0]
    sketch.axis(
        "xaxis",
        type="log",
        range=[math.log10(low), math.log10(high)],
        tickmode="array",
        tickvals=kept,
        ticktext=[f"×{t:g}" for t in kept],
        showgrid=True,
        gridcolor=colours.grid,
    )
    sketch.axis(
        "yaxis",
        range=[len(shown) - 0.4, -0.6],
        tickmode="array",
        tickvals=rows,
        ticktext=[escape(n) for n in names],
        tickfont={"color": colours.text, "size": NORMAL},
        showgrid=False,
    )
    sketch.shape(
        "line", x0=1, x1=1, yref="paper", y0=0, y1=1, line={"color": colours.text, "width": 1}
    )
    for words, side in ((_LESS, "right"), (_MORE, "left")):
        sketch.note(
            text=tr(words), x=0, xref="x", yref="paper", y=1, yanchor="bottom", xanchor=side,
            xshift=-8 if side == "right" else 8, font={"size": SMALL, "color": colours.muted},
        )  # fmt: skip
    sketch.layout.update(
        margin={"l": left, "r": _RIGHT, "t": _TOP, "b": _BOTTOM, "pad": 6}, hovermode="closest"
    )
    return sketch.figure()


def drawn(factors: Sequence[Factor]) -> list[Factor]:
    """Those with enough units and a ratio, at most `MOST`."""
    return [f for f in factors if f.enough and f.ratio is not None][:MOST]


def reach(shown: Sequence[Factor]) -> tuple[float, float]:
    """The axis: the same distance to both sides of 1, as far as the dots with some of their
    whiskers need; a whisker that reaches further is cut."""
    dots = max(abs(math.log(f.ratio.ratio)) for f in shown if f.ratio is not None)
    ends = max(
        max(abs(math.log(f.ratio.low)), abs(math.log(f.ratio.high)))
        for f in shown if f.ratio is not None
    )  # fmt: skip
    far = math.exp(max(min(ends, dots * 1.6), math.log(1.5)) * 1.06)
    return 1 / far, far


def factor_card(f: Factor, tr: Text) -> str:
    """Name, relative rate, both rates with their parts, interval, adjusted p."""
    ratio = f.ratio
    lines = [factor_name(f, tr)]
    if ratio is not None:
        lines.append(times_text(ratio.ratio))
    lines += [_rate(_CONVERTED, f.k, f.n, tr), _rate(_OTHERS, f.others_k, f.others_n, tr)]
    if ratio is not None:
        lines.append(tr(INTERVAL, low=times_text(ratio.low), high=times_text(ratio.high)))
    if f.adjusted is not None:
        lines.append(tr(_ADJUSTED, p=f.adjusted))
    return card(lines)


def _rate(words: Words, k: int, n: int, tr: Text) -> str:
    rate = numbers.full(k / n, "share", tr) if n else numbers.NO_VALUE
    return tr(words, rate=rate, k=numbers.full(k, "count", tr), n=numbers.full(n, "count", tr))


def _short(name: str) -> str:
    """A name that leaves half of a narrow screen to the figure; the card has it in full."""
    if text_width(name) <= _NAME_WIDTH:
        return name
    kept = name
    while text_width(kept) > _NAME_WIDTH - NORMAL:
        kept = kept[:-1]
    return f"{kept.rstrip()}…"


def _alt(shown: Sequence[Factor], tr: Text) -> str:
    first = shown[0]
    assert first.ratio is not None
    differs = sum(f.adjusted is not None and f.adjusted <= CHANCE for f in shown)
    return tr(_ALT, n=len(shown), differs=differs, first=factor_name(first, tr),
              ratio=times_text(first.ratio.ratio))  # fmt: skip
