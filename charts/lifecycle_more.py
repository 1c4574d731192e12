"""Small multiples of the lifecycle: one stage by the parts of a break-down, and by week."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from html import escape
from itertools import pairwise

import plotly.graph_objects as go

from charts.cards import INTERVAL, card
from charts.sketch import Sketch
from charts.theme import SMALL, Axis, Palette, axis_for, layout, palette, text_width, tint
from data.scope import Span
from format import dates, numbers
from i18n import Text, Words
from metrics.lifecycle.result import BreakDown, Cohort, Trend
from metrics.lifecycle.stages import MODES, STAGES, Mode, Stage
from metrics.lifecycle.text import OTHER, change_text, group_name
from metrics.metric import Unit
from metrics.reading import REASONS, Maturity, Reading

_ROW = 26
_TOP, _BOTTOM = 8, 30
_LONGEST_NAME = 18
_MOST_TICKS = 4
_PLOT = 190

_LEFT_OUT = Words("{n} in progress, left out", "观察中 {n} 人，未计入")
_TO_DATE = Words("to date: {n} in progress", "截至目前：观察中 {n} 人")
_NO_VALUE = Words("no value: {reason}", "无数值：{reason}")
_PARTS_ALT = Words("{stage} by {name}: {parts}.", "{stage}，按{name}：{parts}。")
_PART = Words("{name} {value}", "{name} {value}")
_COMMA = Words(", ", "、")
_TREND_ALT = Words(
    "{stage} by week of acquisition, {mode}: from {first} to {last}; {n} not final.",
    "{stage}（按获客周，{mode}）：从 {first} 到 {last}；{n} 个未定稿。",
)


def by_parts(
    found: BreakDown,
    name: Words,
    whole: Cohort,
    stage: Stage,
    scale: float,
    tr: Text,
    *,
    dark: bool,
) -> go.Figure:
    """A row per value: the sequential rate as a dot with its interval, of acquired as a ring; the
    grey line is everybody's sequential rate. `scale` is the right end of the axis, the same in
    all the small multiples of a page."""
    colours = palette(dark)
    parts = found.parts
    height = _TOP + _BOTTOM + _ROW * max(1, len(parts))
    names = [
        _shortened(group_name(OTHER if p.value is None else p.value, found.dimension, tr))
        for p in parts
    ]
    alt = tr(
        _PARTS_ALT,
        stage=STAGES[stage],
        name=name,
        parts=tr(_COMMA).join(
            tr(
                _PART,
                name=n,
                value=numbers.short(
                    p.cohort.at(stage, Mode.SEQUENTIAL).reading.value, Unit.SHARE, tr
                ),
            )
            for n, p in zip(names, parts, strict=True)
        ),
    )
    sketch = Sketch(layout(dark, tr, height=height, alt=alt))
    rows = list(range(len(parts)))
    for mode in (Mode.OF_ACQUIRED, Mode.SEQUENTIAL):
        readings = [p.cohort.at(stage, mode).reading for p in parts]
        own = [_colour(found, p.value, colours) for p in parts]
        sketch.trace(
            "scatter",
            name=mode.value,
            x=[r.value for r in readings],
            y=rows,
            mode="markers",
            marker={
                "size": 9 if mode is Mode.SEQUENTIAL else 8,
                "color": own if mode is Mode.SEQUENTIAL else colours.paper,
                "line": {"width": 1.5, "color": own},
            },
            error_x={
                "type": "data",
                "symmetric": False,
                "array": [_gap(r.high, r.value) for r in readings],
                "arrayminus": [_gap(r.low, r.value) for r in readings],
                "color": tint(colours.text, 0.45),
                "thickness": 1.2,
                "width": 0,
            },
            hoverinfo="text",
            hovertext=[
                card(
                    [
                        f"{label} · {tr(STAGES[stage])} · {tr(MODES[mode])}",
                        *_said(r, tr),
                        change_text(p.change(stage, mode), tr) or None,
                    ]
                )
                for label, p, r in zip(names, parts, readings, strict=True)
            ],
            customdata=[p.value for p in parts],
        )
    level = whole.at(stage, Mode.SEQUENTIAL).reading.value
    if level is not None:
        sketch.shape(
            "line",
            x0=level,
            x1=level,
            yref="paper",
            y0=0,
            y1=1,
            line={"color": colours.comparison, "width": 1},
        )
    axis = axis_for([0, scale], Unit.SHARE, tr, from_zero=True, most_ticks=4, room=0.02)
    sketch.axis("xaxis", **axis.options(), showgrid=True, gridcolor=colours.grid)
    sketch.axis(
        "yaxis",
        range=[len(parts) - 0.5, -0.5],
        tickmode="array",
        tickvals=rows,
        ticktext=[escape(n) for n in names],
        tickfont={"size": SMALL, "color": colours.text},
        showgrid=False,
    )
    left = 12 + max((text_width(n, SMALL) for n in names), default=0)
    sketch.layout.update(
        hovermode="closest", margin={"l": left, "r": 12, "t": _TOP, "b": _BOTTOM, "pad": 4}
    )
    return sketch.figure()


def scale_of(found: BreakDown) -> float:
    """The largest rate or end of an interval of any stage after the first."""
    ends = [
        r.high if r.high is not None else r.value
        for p in found.parts
        for (stage, _), s in p.cohort.stages.items()
        if stage is not Stage.ACQUIRE and (r := s.reading).value is not None
    ]
    return max((e for e in ends if e is not None), default=0.1)


def _shortened(name: str) -> str:
    return name if len(name) <= _LONGEST_NAME else name[: _LONGEST_NAME - 1] + "…"


def _colour(found: BreakDown, value: str | None, colours: Palette) -> str:
    if value is None:
        return colours.comparison
    return colours.channel(value) if found.dimension == "channel" else colours.accent


def _gap(end: float | None, value: float | None) -> float:
    return 0.0 if end is None or value is None else abs(end - value)


def _said(reading: Reading, tr: Text) -> list[str]:
    """Value, parts, interval, maturity."""
    if reading.value is None:
        reason = REASONS[reading.reason] if reading.reason else Words("no data", "无数据")
        return [tr(_NO_VALUE, reason=reason)]
    said = [numbers.full(reading.value, Unit.SHARE, tr)]
    if reading.numerator is not None and reading.denominator is not None:
        k, n = (numbers.full(v, Unit.COUNT, tr) for v in (reading.numerator, reading.denominator))
        said.append(f"{k} / {n}")
    if reading.low is not None and reading.high is not None:
        low, high = (numbers.full(v, Unit.SHARE, tr) for v in (reading.low, reading.high))
        said.append(tr(INTERVAL, low=low, high=high))
    return said


def by_week(found: Trend, stage: Stage, tr: Text, *, dark: bool) -> go.Figure:
    """The sequential rate by acquisition week as a line, of acquired as a lighter one. Hollow and
    dashed where windows are still open, a tick at the foot where they have not begun."""
    colours = palette(dark)
    points = found.cohorts
    values = [c.at(stage, m).reading.value for m in Mode for c in points]
    axis = axis_for(
        [v for v in values if v is not None], Unit.SHARE, tr, most_ticks=4, from_zero=True
    )
    sketch = Sketch(layout(dark, tr, height=_TOP + _PLOT + 40, alt=_trend_alt(found, stage, tr)))
    for mode, colour in (
        (Mode.OF_ACQUIRED, tint(colours.accent, 0.45)),
        (Mode.SEQUENTIAL, colours.accent),
    ):
        _line(sketch, found, stage, mode, colour, colours, axis, tr)
    ends = _ends(points, stage, tr)
    _name_ends(sketch, ends, axis, colours)
    every = -(-len(points) // _MOST_TICKS)
    kept = points[(len(points) - 1) % every :: every]
    half = timedelta(days=max(c.span.days for c in points)) * 0.6
    sketch.axis(
        "xaxis",
        type="date",
        range=[_middle(points[0].span) - half, _middle(points[-1].span) + half],
        tickmode="array",
        tickvals=[_middle(c.span) for c in kept],
        ticktext=dates.ticks([(c.span.start, c.span.end) for c in kept], found.grain, tr),
        tickangle=0,
    )
    sketch.axis("yaxis", **axis.options())
    right = 12 + max((text_width(text, SMALL) for _, _, text in ends), default=0)
    sketch.layout.update(
        hovermode="closest", margin={"l": 46, "r": right, "t": _TOP, "b": 40, "pad": 4}
    )
    return sketch.figure()


def _middle(span: Span) -> datetime:
    start = datetime(span.start.year, span.start.month, span.start.day)
    return start + timedelta(days=span.days) / 2


def is_open(cohort: Cohort, stage: Stage, mode: Mode) -> bool:
    """Whether some of a cohort are still in progress, so that its value is not final."""
    return cohort.at(stage, mode).reading.maturity is not Maturity.MATURE


def _line(
    sketch: Sketch,
    found: Trend,
    stage: Stage,
    mode: Mode,
    colour: str,
    colours: Palette,
    axis: Axis,
    tr: Text,
) -> None:
    points = found.cohorts
    readings = [c.at(stage, mode).reading for c in points]
    hollow = [
        is_open(c, stage, mode) or not whole for c, whole in zip(points, found.whole, strict=True)
    ]
    for dash in ("solid", "4px,3px"):
        xs: list[datetime | None] = []
        ys: list[float | None] = []
        for (a, b), (c, d), (e, f) in zip(
            pairwise(points), pairwise(readings), pairwise(hollow), strict=True
        ):
            if c.value is None or d.value is None or (e or f) != (dash != "solid"):
                continue
            xs += [_middle(a.span), _middle(b.span), None]
            ys += [c.value, d.value, None]
        if xs:
            sketch.trace(
                "scatter",
                name=f"{mode.value} {'solid' if dash == 'solid' else 'dashed'}",
                x=xs,
                y=ys,
                mode="lines",
                line={"color": colour, "width": 2, "dash": dash},
                hoverinfo="skip",
            )
    known = [n for n, r in enumerate(readings) if r.value is not None]
    sketch.trace(
        "scatter",
        name=mode.value,
        x=[_middle(points[n].span) for n in known],
        y=[readings[n].value for n in known],
        mode="markers",
        marker={
            "size": 6,
            "color": [colours.paper if hollow[n] else colour for n in known],
            "line": {"width": 1.5, "color": colour},
        },
        hoverinfo="text",
        hovertext=[_point_card(found, n, stage, mode, tr) for n in known],
        cliponaxis=False,
    )
    gone = [n for n, r in enumerate(readings) if r.value is None]
    if gone and mode is Mode.SEQUENTIAL:
        sketch.trace(
            "scatter",
            name="not begun",
            x=[_middle(points[n].span) for n in gone],
            y=[axis.low] * len(gone),
            mode="markers",
            marker={
                "symbol": "line-ns-open",
                "size": 9,
                "color": colours.comparison,
                "line": {"width": 2, "color": colours.comparison},
            },
            hoverinfo="text",
            hovertext=[_point_card(found, n, stage, mode, tr) for n in gone],
            cliponaxis=False,
        )


def _point_card(found: Trend, index: int, stage: Stage, mode: Mode, tr: Text) -> str:
    cohort = found.cohorts[index]
    reading = cohort.at(stage, mode).reading
    left_out = None
    if reading.left_out:
        n = numbers.full(reading.left_out, Unit.COUNT, tr)
        to_date = reading.left_out == cohort.acquired
        left_out = tr(_TO_DATE if to_date else _LEFT_OUT, n=n)
    return card(
        [
            f"{tr(STAGES[stage])} · {tr(MODES[mode])}",
            *_said(reading, tr),
            dates.bucket(cohort.span.start, cohort.span.end, found.grain, tr, year_of=None),
            left_out,
        ]
    )


def _ends(points: Sequence[Cohort], stage: Stage, tr: Text) -> list[tuple[Mode, float, str]]:
    """The name of each line beside its last value; one name where both are the same."""
    ends = []
    for mode in Mode:
        known = [v for c in points if (v := c.at(stage, mode).reading.value) is not None]
        if known:
            ends.append((mode, known[-1], tr(MODES[mode])))
    return ends[:1] if stage is Stage.ACTIVATE else ends


def _name_ends(
    sketch: Sketch, ends: Sequence[tuple[Mode, float, str]], axis: Axis, colours: Palette
) -> None:
    apart = (axis.high - axis.low) * 14 / _PLOT
    placed: list[float] = []
    for mode, value, text in ends:
        at = value
        if placed and abs(at - placed[-1]) < apart:
            at = placed[-1] + (apart if at >= placed[-1] else -apart)
        placed.append(at)
        sketch.note(
            text=escape(text),
            xref="paper",
            x=1,
            xshift=4,
            y=at,
            xanchor="left",
            yanchor="middle",
            font={
                "size": SMALL,
                "color": colours.accent if mode is Mode.SEQUENTIAL else colours.muted,
            },
        )


def _trend_alt(found: Trend, stage: Stage, tr: Text) -> str:
    mode = Mode.SEQUENTIAL
    readings = [c.at(stage, mode).reading for c in found.cohorts]
    known = [r.value for r in readings if r.value is not None]
    open_ = sum(is_open(c, stage, mode) for c in found.cohorts)

    def text(value: float | None) -> str:
        return numbers.short(value, Unit.SHARE, tr)

    first, last = (known[0], known[-1]) if known else (None, None)
    return tr(
        _TREND_ALT,
        stage=STAGES[stage],
        mode=MODES[mode],
        first=text(first),
        last=text(last),
        n=open_,
    )
