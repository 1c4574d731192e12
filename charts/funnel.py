"""How far they got: a funnel as bars, one a step, in total and by segment."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

import plotly.graph_objects as go

from charts.cards import card
from charts.funnel_cards import (
    counted,
    fitted,
    in_lines,
    interval_line,
    is_to_date,
    maturity_line,
    rate_line,
    step_title,
)
from charts.funnel_segments import segment_bars
from charts.sketch import Sketch
from charts.theme import NORMAL, SMALL, Palette, layout, palette, tint
from format import numbers
from i18n import Text, Words
from metrics.funnels.result import FunnelCounts, StepCount
from metrics.funnels.spec import Funnel

__all__ = ["funnel_bars", "segment_bars"]

ROOMY = 7
"""With more steps than this, rows stand closer and names keep to one line."""

_LEFT, _RIGHT, _BOTTOM = 132, 84, 10
_TOP, _LINE = 12, 16
_NAME_WIDTH = 120
_BIG = 16

_DROPPED = Words("▼ {share} lost · {n}", "▼ 流失 {share} · {n}")
_DROPPED_SO_FAR = Words("▼ {share} lost · {n} so far", "▼ 流失 {share} · 截至目前 {n}")
_STEP_RATE = Words("step {share}", "本步 {share}")
_ENTERED = Words("entered", "进入漏斗")
_KEY = Words(
    "may still come; rates rest on windows that are over",
    "可能继续转化；转化率只看窗口已结束的进入",
)
_KEY_TO_DATE = Words("may still come; rates are to date", "可能继续转化；转化率为截至目前")
_REACHED = Words("{counted} reached it", "到达：{counted}")
_OVERALL = Words("of all who entered: {rate}", "总转化率：{rate}")
_FROM_BEFORE = Words("of the step before: {rate}", "上一步转化率：{rate}")
_DROPPED_LINE = Words("dropped before it: {n}", "到达前流失：{n}")
_IN_PROGRESS = Words("may still come: {n}", "可能继续转化：{n}")
_SKIPPED = Words("optional: nobody drops out here", "可选步骤：不计流失")
_ALT_STEP = Words("{name} {n}", "{name} {n}")
_ALT_RATE = Words("{name} {n} ({share})", "{name} {n}（{share}）")
_ALT = Words("Funnel of {n} steps: {steps}.", "{n} 步漏斗：{steps}。")


@dataclass(frozen=True, slots=True)
class _Rows:
    """Pixels of one row and what stands in it."""

    pitch: int
    bar: int
    name_lines: int

    @classmethod
    def of(cls, steps: int) -> _Rows:
        return cls(58, 24, 2) if steps <= ROOMY else cls(44, 16, 1)


def funnel_bars(counts: FunnelCounts, tr: Text, *, dark: bool) -> go.Figure:
    """The steps from top to bottom as horizontal bars on zero, names and counts at the left, rates
    at the right: of all who entered in large, of the step before in small.

    Units that may still come stand hatched behind those who did. Who dropped is said above the
    step they did not reach, as a share of the same units as the rate beside it. The bar of an
    optional step is pale. `customdata` of every bar is the number of its step, from 1.
    """
    colours = palette(dark)
    steps = counts.total.steps
    rows = _Rows.of(len(steps))
    key = any(s.in_progress for s in steps)
    top = _TOP + (_LINE if key else 0)
    height = top + _BOTTOM + rows.pitch * len(steps)
    sketch = Sketch(layout(dark, tr, height=height, alt=_alt(counts, tr)))
    hover = [_card(counts, s, tr) for s in steps]
    _draw_bars(sketch, steps, rows, hover, colours)
    for row, step in enumerate(steps):
        _write_rates(sketch, row, step, tr, colours)
        _write_dropped(sketch, row, step, rows, tr, colours)
    if key:
        _write_key(sketch, steps, tr, colours)
    most = max((s.reached + s.in_progress for s in steps), default=0)
    sketch.axis("xaxis", range=[0, most or 1], showticklabels=False)
    sketch.axis(
        "yaxis",
        range=[len(steps) - 0.5, -0.5],
        tickmode="array",
        tickvals=list(range(len(steps))),
        ticktext=[_name(counts.funnel, s, rows, tr, colours) for s in steps],
        tickfont={"color": colours.text, "size": NORMAL},
        showgrid=False,
    )
    sketch.layout.update(
        barmode="stack",
        hovermode="closest",
        margin={"l": _LEFT, "r": _RIGHT, "t": top, "b": _BOTTOM, "pad": 8},
    )
    return sketch.figure()


def _draw_bars(
    sketch: Sketch, steps: tuple[StepCount, ...], rows: _Rows, hover: list[str], colours: Palette
) -> None:
    common = {
        "orientation": "h",
        "y": list(range(len(steps))),
        "width": rows.bar / rows.pitch,
        "hoverinfo": "text",
        "hovertext": hover,
        "customdata": [s.step for s in steps],
    }
    sketch.trace(
        "bar",
        name="reached",
        x=[s.reached for s in steps],
        marker={
            "color": [tint(colours.accent, 0.4) if s.optional else colours.accent for s in steps],
            "line": {"width": 0},
        },
        **common,
    )
    sketch.trace(
        "bar",
        name="in progress",
        x=[s.in_progress for s in steps],
        marker={
            "color": colours.paper,
            "line": {"width": 0},
            "pattern": {
                "shape": "/",
                "size": 6,
                "solidity": 0.25,
                "fgcolor": colours.accent,
                "bgcolor": colours.paper,
            },
        },
        **common,
    )


def _name(funnel: Funnel, step: StepCount, rows: _Rows, tr: Text, colours: Palette) -> str:
    """The step's name, and in grey below how many reached it."""
    name = in_lines(fitted(step_title(funnel, step.step, tr), _NAME_WIDTH, rows.name_lines))
    count = escape(counted(step.reached, funnel, tr))
    return f'{name}<br><span style="color:{colours.muted};font-size:{SMALL}px">{count}</span>'


def _write_rates(sketch: Sketch, row: int, step: StepCount, tr: Text, colours: Palette) -> None:
    if step.step == 1:
        small = tr(_ENTERED)
    else:
        share = numbers.short(step.from_before.value, "share", tr)
        small = tr(_STEP_RATE, share=share)
    big = numbers.short(step.overall.value, "share", tr)
    for text, size, colour, shift in (
        (f"<b>{big}</b>", _BIG, colours.muted if step.optional else colours.text, 8),
        (small, SMALL, colours.muted, -9),
    ):
        sketch.note(
            text=text,
            xref="paper",
            x=1,
            xshift=8,
            y=row,
            yshift=shift,
            xanchor="left",
            yanchor="middle",
            font={"size": size, "color": colour},
        )


def _write_dropped(
    sketch: Sketch, row: int, step: StepCount, rows: _Rows, tr: Text, colours: Palette
) -> None:
    """Between the bars: who can't come any more, and what share is lost there."""
    rate = step.from_before.value
    if step.step == 1 or step.optional or rate is None or is_to_date(step.from_before):
        return
    share = numbers.short(1 - rate, "share", tr)
    words = _DROPPED_SO_FAR if step.in_progress else _DROPPED
    sketch.note(
        text=tr(words, n=numbers.full(step.dropped, "count", tr), share=share),
        x=0,
        y=row,
        yshift=rows.pitch / 2,
        xanchor="left",
        yanchor="middle",
        font={"size": SMALL, "color": colours.muted},
    )


def _write_key(sketch: Sketch, steps: tuple[StepCount, ...], tr: Text, colours: Palette) -> None:
    """What the hatching means, on top."""
    words = _KEY_TO_DATE if is_to_date(steps[-1].overall) else _KEY
    sketch.note(
        text=f'<span style="color:{colours.accent}">▨</span> {tr(words)}',
        xref="paper",
        yref="paper",
        x=0,
        xshift=-_LEFT + 12,
        y=1,
        yshift=6,
        xanchor="left",
        yanchor="bottom",
        font={"size": SMALL, "color": colours.muted},
    )


def _card(counts: FunnelCounts, step: StepCount, tr: Text) -> str:
    def number(n: int) -> str:
        return numbers.full(n, "count", tr)

    first, funnel = step.step == 1, counts.funnel
    fallen = not first and not step.optional
    return card(
        [
            step_title(funnel, step.step, tr),
            tr(_REACHED, counted=counted(step.reached, funnel, tr)),
            None if first else tr(_OVERALL, rate=rate_line(step.overall, tr)),
            None if first else interval_line(step.overall, tr),
            None if first else tr(_FROM_BEFORE, rate=rate_line(step.from_before, tr)),
            None if first else interval_line(step.from_before, tr),
            tr(_DROPPED_LINE, n=number(step.dropped)) if fallen else None,
            tr(_IN_PROGRESS, n=number(step.in_progress)) if step.in_progress else None,
            tr(_SKIPPED) if step.optional else None,
            maturity_line(step.overall, tr),
        ]
    )


def _alt(counts: FunnelCounts, tr: Text) -> str:
    said = []
    for step in counts.total.steps:
        name = step_title(counts.funnel, step.step, tr)
        n = numbers.full(step.reached, "count", tr)
        share = numbers.short(step.overall.value, "share", tr)
        said.append(tr(_ALT_STEP if step.step == 1 else _ALT_RATE, name=name, n=n, share=share))
    between = tr(Words("; ", "；"))
    return tr(_ALT, n=len(said), steps=between.join(said))
