"""The lifecycle funnel as bars: how many of the acquired came how far, in both readings."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

import plotly.graph_objects as go

from charts.cards import INTERVAL, card
from charts.sketch import Sketch
from charts.theme import NORMAL, SMALL, Palette, layout, palette, tint
from format import dates, numbers
from format.durations import in_hours
from i18n import Text, Words
from metrics.lifecycle.result import Cohort, Lifecycle, StageReading
from metrics.lifecycle.stages import MODES, STAGES, Mode, Stage
from metrics.lifecycle.text import change_text
from metrics.metric import Unit
from metrics.periods import Comparison
from metrics.reading import REASONS, Maturity, Reason

_ROW, _FIRST_ROW = 92, 62
_TOP, _BOTTOM, _RIGHT = 4, 30, 14
_BIG = 19
_SEQUENTIAL_AT, _OF_ACQUIRED_AT, _STRIP_AT = 37, 54, 71
_THICK, _THIN, _STRIP = 16, 12, 6
"""Pixels from the top of a stage's row to the middle of its bars, and how thick they are."""

_SO_FAR = Words("{value} so far", "{value}（截至目前）")
_NO_VALUE = Words("no value: {reason}", "无数值：{reason}")
_PARTS = Words("{k} / {n}", "{k} / {n}")
_MEDIAN = Words("median {time}", "中位 {time}")
_OF_ACQUIRED = Words("of acquired {value}", "占获客 {value}")
_IN_PROGRESS = Words("{n} in progress ({share}), not counted", "观察中 {n} 人（{share}），未计入")
_BEFORE = Words("compared with {value}", "对比期 {value}")
_ALL_ACQUIRED = Words("acquired", "人获客")
_ALT = Words("Of {n} acquired: {stages}.", "获客 {n} 人：{stages}。")
_ALT_STAGE = Words(
    "{stage} {sequential} sequential, {of_acquired} of acquired",
    "{stage}逐级 {sequential}、占获客 {of_acquired}",
)
_BETWEEN = Words("; ", "；")


@dataclass(frozen=True, slots=True)
class _Bar:
    """One reading of one stage, drawn: solid where people are mature, hollow while none is."""

    found: StageReading
    length: float
    hollow: bool
    text: str


def funnel(found: Lifecycle, against: Comparison, tr: Text, *, dark: bool) -> go.Figure:
    """A row per stage: sequential solid, of acquired lighter below it, the interval as a whisker,
    a grey tick at the value compared with. The hatched strip at the right is the share of the
    acquired whose window is still open; they are in no rate. While nobody is mature the bar is
    hatched and shows the value to date, which can only grow.

    `customdata` of each bar is its stage and reading.
    """
    colours = palette(dark)
    cohort = found.cohort
    height = _TOP + _FIRST_ROW + _ROW * (len(Stage) - 1) + _BOTTOM
    sketch = Sketch(layout(dark, tr, height=height, alt=_alt(cohort, tr)))
    tops = [0.0, *(float(_FIRST_ROW + _ROW * n) for n in range(len(Stage) - 1))]
    for stage, top in zip(Stage, tops, strict=True):
        _label(sketch, found, against, stage, top, tr, colours)
    for mode, at, thick, alpha in (
        (Mode.SEQUENTIAL, _SEQUENTIAL_AT, _THICK, 1.0),
        (Mode.OF_ACQUIRED, _OF_ACQUIRED_AT, _THIN, 0.42),
    ):
        rows = [
            (stage, top + at)
            for stage, top in zip(Stage, tops, strict=True)
            if stage is not Stage.ACQUIRE or mode is Mode.SEQUENTIAL
        ]
        _bars(sketch, found, against, mode, rows, thick, alpha, tr, colours)
    _strips(sketch, cohort, [t + _STRIP_AT for t in tops], tr, colours)
    _ticks(sketch, found, against, [t + _SEQUENTIAL_AT for t in tops], colours)
    sketch.axis(
        "xaxis",
        range=[0, 1],
        tickmode="array",
        tickvals=[0, 0.25, 0.5, 0.75, 1],
        ticktext=["0%", "25%", "50%", "75%", "100%"],
        showgrid=True,
        gridcolor=colours.grid,
    )
    end = _FIRST_ROW + _ROW * (len(Stage) - 1)
    sketch.axis("yaxis", range=[end, 0], showgrid=False, showticklabels=False)
    sketch.layout.update(
        barmode="overlay",
        hovermode="closest",
        margin={"l": 4, "r": _RIGHT, "t": _TOP, "b": _BOTTOM, "pad": 0},
    )
    return sketch.figure()


def _bar(cohort: Cohort, stage: Stage, mode: Mode, tr: Text) -> _Bar:
    """Its length as a share of the acquired, and its value in words."""
    found = cohort.at(stage, mode)
    r = found.reading
    if r.value is not None:
        return _Bar(found, r.value, False, numbers.short(r.value, Unit.SHARE, tr))
    if r.reason is Reason.IMMATURE and cohort.acquired:
        share = found.so_far / cohort.acquired
        text = tr(_SO_FAR, value=numbers.short(share, Unit.SHARE, tr))
        return _Bar(found, share, True, text)
    return _Bar(found, 0.0, True, numbers.NO_VALUE)


def _label(
    sketch: Sketch,
    found: Lifecycle,
    against: Comparison,
    stage: Stage,
    top: float,
    tr: Text,
    colours: Palette,
) -> None:
    """The stage's name and its sequential rate, large; then what it was divided from, how long it
    took and how it changed."""
    cohort = found.cohort
    bar = _bar(cohort, stage, Mode.SEQUENTIAL, tr)
    r = bar.found.reading
    if stage is Stage.ACQUIRE:
        value = numbers.full(cohort.acquired, Unit.COUNT, tr)
        said = [tr(_ALL_ACQUIRED)]
    else:
        value, said = bar.text, []
        if r.numerator is not None and r.denominator is not None:
            said.append(_parts(r.numerator, r.denominator, tr))
        elif r.reason is not None and r.reason is not Reason.IMMATURE:
            said.append(tr(REASONS[r.reason]))
        if bar.found.median_hours is not None:
            said.append(tr(_MEDIAN, time=in_hours(bar.found.median_hours, tr)))
        change = found.change(against, stage, Mode.SEQUENTIAL)
        if change is not None:
            said.append(numbers.signed_change(0, change.diff, Unit.SHARE, tr))
    small = f'<span style="font-size:{NORMAL}px;color:{colours.muted}">{escape(" · ".join(said))}'
    sketch.note(
        text=f"{escape(tr(STAGES[stage]))}  <b>{escape(value)}</b>  {small}</span>",
        xref="paper",
        x=0,
        y=top + 4,
        xanchor="left",
        yanchor="top",
        font={"size": _BIG if len(said) < 4 else NORMAL, "color": colours.text},
    )
    if stage is Stage.ACQUIRE:
        return
    other = _bar(cohort, stage, Mode.OF_ACQUIRED, tr)
    r = other.found.reading
    said = [tr(_OF_ACQUIRED, value=other.text)]
    if r.numerator is not None and r.denominator is not None:
        said.append(_parts(r.numerator, r.denominator, tr))
    room_right = other.length < 0.5
    sketch.note(
        text=escape(" · ".join(said)),
        x=max(other.length, r.high or 0.0) if room_right else 0.0,
        xshift=5,
        y=top + _OF_ACQUIRED_AT,
        xanchor="left",
        yanchor="middle",
        font={"size": SMALL, "color": colours.muted if room_right else colours.text},
    )


def _parts(k: float, n: float, tr: Text) -> str:
    return tr(_PARTS, k=numbers.full(k, Unit.COUNT, tr), n=numbers.full(n, Unit.COUNT, tr))


def _bars(
    sketch: Sketch,
    found: Lifecycle,
    against: Comparison,
    mode: Mode,
    rows: list[tuple[Stage, float]],
    thick: int,
    alpha: float,
    tr: Text,
    colours: Palette,
) -> None:
    bars = [(_bar(found.cohort, stage, mode, tr), stage, at) for stage, at in rows]
    fill = tint(colours.accent, alpha) if alpha < 1 else colours.accent
    sketch.trace(
        "bar",
        name=mode.value,
        orientation="h",
        x=[bar.length for bar, _, _ in bars],
        y=[at for _, _, at in bars],
        width=[thick] * len(bars),
        marker={
            "color": [tint(colours.accent, 0.1) if bar.hollow else fill for bar, _, _ in bars],
            "line": {
                "color": colours.accent,
                "width": [1 if bar.hollow else 0 for bar, _, _ in bars],
            },
            "pattern": {
                "shape": ["/" if bar.hollow else "" for bar, _, _ in bars],
                "fgcolor": tint(colours.accent, 0.6),
                "size": 6,
                "solidity": 0.25,
            },
        },
        error_x={
            "type": "data",
            "symmetric": False,
            "array": [_arm(bar, up=True) for bar, _, _ in bars],
            "arrayminus": [_arm(bar, up=False) for bar, _, _ in bars],
            "color": colours.text,
            "thickness": 1.5,
            "width": 0,
        },
        hoverinfo="text",
        hovertext=[_card(found, against, stage, mode, tr) for _, stage, _ in bars],
        customdata=[[stage.value, mode.value] for _, stage, _ in bars],
    )


def _arm(bar: _Bar, *, up: bool) -> float | None:
    r = bar.found.reading
    end = r.high if up else r.low
    return None if end is None or r.value is None else abs(end - r.value)


def _strips(sketch: Sketch, cohort: Cohort, at: list[float], tr: Text, colours: Palette) -> None:
    """At the right end of each row: the share of the acquired whose window is open."""
    shown = []
    for stage, y in zip(Stage, at, strict=True):
        left_out = cohort.at(stage, Mode.SEQUENTIAL).reading.left_out
        if left_out and cohort.acquired:
            shown.append((stage, y, left_out, left_out / cohort.acquired))
    if not shown:
        return
    said = [
        tr(
            _IN_PROGRESS,
            n=numbers.full(n, Unit.COUNT, tr),
            share=numbers.short(share, Unit.SHARE, tr),
        )
        for _, _, n, share in shown
    ]
    sketch.trace(
        "bar",
        name="in_progress",
        orientation="h",
        base=[1 - share for *_, share in shown],
        x=[share for *_, share in shown],
        y=[y for _, y, *_ in shown],
        width=[_STRIP] * len(shown),
        marker={
            "color": tint(colours.comparison, 0.15),
            "line": {"width": 0},
            "pattern": {
                "shape": "/",
                "fgcolor": colours.comparison,
                "size": 5,
                "solidity": 0.35,
            },
        },
        hoverinfo="text",
        hovertext=[
            card([tr(STAGES[stage]), text]) for (stage, *_), text in zip(shown, said, strict=True)
        ],
        customdata=[[stage.value, "in_progress"] for stage, *_ in shown],
    )
    for (_, y, *_), text in zip(shown, said, strict=True):
        sketch.note(
            text=escape(text),
            x=1,
            y=y + _STRIP / 2,
            xanchor="right",
            yanchor="top",
            font={"size": SMALL, "color": colours.muted},
        )


def _ticks(
    sketch: Sketch, found: Lifecycle, against: Comparison, at: list[float], colours: Palette
) -> None:
    """A short line across the bar where the rate was in the period compared with; none beside a
    value to date, which is not like it."""
    base = found.before.get(against)
    for stage, y in zip(Stage, at, strict=True):
        value = None if base is None else base.at(stage, Mode.SEQUENTIAL).reading.value
        now = found.cohort.at(stage, Mode.SEQUENTIAL).reading.value
        if value is None or now is None or stage is Stage.ACQUIRE:
            continue
        sketch.shape(
            "line",
            layer="above",
            x0=value,
            x1=value,
            y0=y - _THICK / 2 - 3,
            y1=y + _THICK / 2 + 3,
            line={"color": colours.comparison, "width": 3},
        )


def _card(found: Lifecycle, against: Comparison, stage: Stage, mode: Mode, tr: Text) -> str:
    cohort = found.cohort
    reading = cohort.at(stage, mode)
    r = reading.reading
    bar = _bar(cohort, stage, mode, tr)
    lines = [f"{tr(STAGES[stage])} · {tr(MODES[mode])}"]
    if r.reason is None or r.reason is Reason.IMMATURE:
        lines.append(bar.text)
    else:
        lines.append(tr(_NO_VALUE, reason=REASONS[r.reason]))
    if r.numerator is not None and r.denominator is not None:
        lines.append(_parts(r.numerator, r.denominator, tr))
    if r.low is not None and r.high is not None:
        low, high = (numbers.full(v, Unit.SHARE, tr) for v in (r.low, r.high))
        lines.append(tr(INTERVAL, low=low, high=high))
    lines.append(dates.span(cohort.span.start, cohort.span.end, tr))
    if reading.median_hours is not None:
        lines.append(tr(_MEDIAN, time=in_hours(reading.median_hours, tr)))
    base = found.before.get(against)
    if stage is not Stage.ACQUIRE and base is not None:
        before = base.at(stage, mode).reading.value
        if before is not None:
            lines.append(tr(_BEFORE, value=numbers.short(before, Unit.SHARE, tr)))
            lines.append(change_text(found.change(against, stage, mode), tr))
    if r.left_out and r.maturity is not Maturity.MATURE:
        share = r.left_out / cohort.acquired if cohort.acquired else 0.0
        lines.append(
            tr(
                _IN_PROGRESS,
                n=numbers.full(r.left_out, Unit.COUNT, tr),
                share=numbers.short(share, Unit.SHARE, tr),
            )
        )
    return card(lines)


def _alt(cohort: Cohort, tr: Text) -> str:
    """What the figure shows, in one sentence."""
    stages = [
        tr(
            _ALT_STAGE,
            stage=STAGES[stage],
            sequential=_bar(cohort, stage, Mode.SEQUENTIAL, tr).text,
            of_acquired=_bar(cohort, stage, Mode.OF_ACQUIRED, tr).text,
        )
        for stage in Stage
        if stage is not Stage.ACQUIRE
    ]
    acquired = numbers.full(cohort.acquired, Unit.COUNT, tr)
    return tr(_ALT, n=acquired, stages=tr(_BETWEEN).join(stages))
