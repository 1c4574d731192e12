"""How long the steps took those who got there: quantiles on a logarithmic axis of time."""

from __future__ import annotations

import math
from collections.abc import Sequence
from html import escape

import plotly.graph_objects as go

from charts.cards import card
from charts.funnel_cards import counted, fitted, in_lines, step_title
from charts.sketch import Sketch
from charts.theme import NORMAL, SMALL, Palette, layout, palette, tint
from format.durations import duration
from i18n import Text, Words
from metrics.funnels.result import FunnelTimes, StepTime
from metrics.funnels.spec import Funnel, Order

TICKS = (1.0, 60.0, 3_600.0, 86_400.0, 604_800.0, 2_592_000.0, 31_622_400.0)
"""1 s, 1 min, 1 h, 1 d, 7 d, 30 d, and 366 d, the longest window there is. The axis begins and ends
at one of them; what is shorter than a second stands at a second."""
_WEEK = 604_800.0

_LEFT, _RIGHT, _TOP, _BOTTOM = 132, 24, 28, 28
_ROW, _NAME_WIDTH = 50, 120
_EDGE = 0.12
"""The share of the axis at each end where a label turns inwards."""

_OVERALL = Words("First to last step", "首步到末步")
_KEY = Words(
    "{dot} median · {bar} middle 50% · {line} middle 80%",
    "{dot} 中位数 · {bar} 中间 50% · {line} 中间 80%",
)
_NOBODY = Words("nobody got there", "无人到达")
_MEDIAN = Words("median {value}", "中位数 {value}")
_MIDDLE = Words("middle 50%: {low} – {high}", "中间 50%：{low} – {high}")
_MOST = Words("middle 80%: {low} – {high}", "中间 80%：{low} – {high}")
_MEAN = Words("mean {value}", "平均 {value}")
_SINCE = Words("since step {step}", "自第 {step} 步起")
_ALT_ONE = Words("{name} {value}", "{name} {value}")
_ALT = Words("Median time to convert: {parts}.", "转化时长中位数：{parts}。")


def time_to_convert(times: FunnelTimes, funnel: Funnel, tr: Text, *, dark: bool) -> go.Figure:
    """A row for each step from the second and one for the whole way: a line from the 10th to the
    90th percentile, a bar between the quartiles, a dot at the median with its value.

    Steps are measured from the required step before, as their cards say. A row that nobody reached
    says so. `customdata` of each dot is the number of its step, `None` for the whole way.
    """
    colours = palette(dark)
    rows = [*times.steps, times.overall]
    names = [_name(t, funnel, tr) for t in rows]
    height = _TOP + _BOTTOM + _ROW * len(rows)
    sketch = Sketch(layout(dark, tr, height=height, alt=_alt(rows, names, tr)))
    ticks = _ticks([_log(v) for t in rows for v in t.quantiles.values()])
    low, high = math.log10(ticks[0]), math.log10(ticks[-1])
    known = [(n, t) for n, t in enumerate(rows) if t.quantiles]
    _draw_ranges(sketch, known, colours)
    sketch.trace(
        "scatter",
        name="medians",
        x=[max(t.quantiles[0.5], TICKS[0]) for _, t in known],
        y=[n for n, _ in known],
        mode="markers",
        marker={
            "size": 10,
            "color": [_colour(t, colours) for _, t in known],
            "line": {"width": 2, "color": colours.paper},
            "opacity": 1,
        },
        hoverinfo="text",
        hovertext=[_card(t, names[n], funnel, tr) for n, t in known],
        customdata=[t.step for _, t in known],
        cliponaxis=False,
    )
    for row, time in enumerate(rows):
        at = _log(time.quantiles[0.5]) if time.quantiles else low
        _write(sketch, row, time, at, (at - low) / (high - low), tr, colours)
    _write_key(sketch, tr, colours)
    sketch.axis(
        "xaxis",
        type="log",
        range=[low, high],
        tickmode="array",
        tickvals=ticks,
        ticktext=[duration(t, tr) for t in ticks],
        tickangle=0,
        showgrid=True,
        gridcolor=colours.grid,
    )
    sketch.axis(
        "yaxis",
        range=[len(rows) - 0.5, -0.5],
        tickmode="array",
        tickvals=list(range(len(rows))),
        ticktext=[in_lines(fitted(name, _NAME_WIDTH, 2)) for name in names],
        tickfont={"color": colours.text, "size": NORMAL},
        showgrid=False,
    )
    sketch.layout.update(
        hovermode="closest",
        hoverdistance=-1,
        margin={"l": _LEFT, "r": _RIGHT, "t": _TOP, "b": _BOTTOM, "pad": 8},
    )
    return sketch.figure()


def _log(seconds: float) -> float:
    return math.log10(max(seconds, TICKS[0]))


def _ticks(logs: Sequence[float]) -> list[float]:
    """The ticks around these values. A week is left out beside a month, where it has no room."""
    least, most = min(logs, default=0.0), max(logs, default=0.0)
    first = max((n for n, t in enumerate(TICKS) if math.log10(t) <= least), default=0)
    last = next((n for n, t in enumerate(TICKS) if math.log10(t) >= most), len(TICKS) - 1)
    kept = list(TICKS[first : max(last, first + 1) + 1])
    if kept[-1] > _WEEK and kept[0] < _WEEK:
        kept = [t for t in kept if t != _WEEK]
    return kept


def _colour(time: StepTime, colours: Palette) -> str:
    """The whole way is the thing in question; the steps explain it."""
    return colours.accent if time.step is None else colours.muted


def _draw_ranges(sketch: Sketch, known: Sequence[tuple[int, StepTime]], colours: Palette) -> None:
    for row, time in known:
        colour = _colour(time, colours)
        for name, low, high, width, ink in (
            ("p10–p90", 0.1, 0.9, 2, colour),
            ("quartiles", 0.25, 0.75, 14, tint(colour, 0.45)),
        ):
            sketch.trace(
                "scatter",
                name=name,
                x=[max(time.quantiles[p], TICKS[0]) for p in (low, high)],
                y=[row, row],
                mode="lines",
                line={"color": ink, "width": width},
                hoverinfo="skip",
                cliponaxis=False,
            )


def _write(
    sketch: Sketch, row: int, time: StepTime, at: float, place: float, tr: Text, colours: Palette
) -> None:
    """The median above its dot; at the ends of the axis the label turns inwards."""
    anchor = "left" if place < _EDGE else "right" if place > 1 - _EDGE else "center"
    text = f"<b>{escape(duration(time.quantiles[0.5], tr))}</b>" if time.quantiles else tr(_NOBODY)
    sketch.note(
        text=text,
        x=at,
        xshift={"left": -5, "right": 5, "center": 0}[anchor] if time.quantiles else 8,
        y=row,
        yshift=9 if time.quantiles else 0,
        xanchor=anchor if time.quantiles else "left",
        yanchor="bottom" if time.quantiles else "middle",
        font={
            "size": NORMAL if time.quantiles else SMALL,
            "color": colours.text if time.quantiles else colours.muted,
        },
    )


def _write_key(sketch: Sketch, tr: Text, colours: Palette) -> None:
    def mark(sign: str) -> str:
        return f'<span style="color:{colours.accent}">{sign}</span>'

    sketch.note(
        text=tr(_KEY, dot=mark("●"), bar=mark("▬"), line=mark("─")),
        xref="paper",
        yref="paper",
        x=0,
        xshift=-_LEFT + 12,
        y=1,
        yshift=8,
        xanchor="left",
        yanchor="bottom",
        font={"size": SMALL, "color": colours.muted},
    )


def _name(time: StepTime, funnel: Funnel, tr: Text) -> str:
    return tr(_OVERALL) if time.step is None else step_title(funnel, time.step, tr)


def _since(step: int, funnel: Funnel) -> int:
    """From which step, counted from 1, a step is measured."""
    if funnel.order is Order.UNORDERED:
        return 1
    return max(n + 1 for n in funnel.required if n + 1 < step)


def _card(time: StepTime, name: str, funnel: Funnel, tr: Text) -> str:
    def between(words: Words, low: float, high: float) -> str:
        ends = [duration(time.quantiles[p], tr) for p in (low, high)]
        return tr(words, low=ends[0], high=ends[1])

    return card(
        [
            name,
            tr(_MEDIAN, value=duration(time.quantiles[0.5], tr)),
            between(_MIDDLE, 0.25, 0.75),
            between(_MOST, 0.1, 0.9),
            tr(_MEAN, value=duration(time.mean, tr)),
            counted(time.units, funnel, tr),
            None if time.step is None else tr(_SINCE, step=_since(time.step, funnel)),
        ]
    )


def _alt(rows: Sequence[StepTime], names: Sequence[str], tr: Text) -> str:
    said = [
        tr(
            _ALT_ONE,
            name=name,
            value=duration(t.quantiles[0.5], tr) if t.quantiles else tr(_NOBODY),
        )
        for t, name in zip(rows, names, strict=True)
    ]
    return tr(_ALT, parts=tr(Words(", ", "、")).join(said))
