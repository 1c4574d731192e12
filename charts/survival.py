"""Kaplan-Meier curves: the share without the event by age, with how many are still watched."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from itertools import accumulate

import plotly.graph_objects as go

from charts.cards import INTERVAL, card
from charts.funnel_cards import fitted
from charts.overlays import PLOT, End, label_ends, right_margin
from charts.segments import segment_colours
from charts.sketch import Sketch
from charts.theme import SMALL, Axis, Palette, layout, palette, text_width, tint
from format import numbers
from i18n import Text, Words
from metrics.metric import Unit
from metrics.stats.survival import LogRank, Quantile, Step, Survival
from metrics.survival.result import Curve, SurvivalAnswer
from metrics.survival.spec import OUTCOMES, Outcome
from metrics.user_segments import segment_words

_TOP, _AXIS, _LINE, _FOOT = 30, 40, 15, 10
_NAME_WIDTH = 104
_TICK_DAYS = (1, 2, 5, 7, 14, 30, 60, 90, 180, 365)
_MOST_TICKS = 5
_SMALLEST_P = 0.001
_ALONE, _AMONG_OTHERS = 0.2, 0.1
"""How strong a band is: several lie over each other."""

_EVERYBODY = Words("Everybody", "全部")
_Y: dict[Outcome, Words] = {
    Outcome.SECOND_PURCHASE: Words("share without a second order", "尚未二次购买的比例"),
    Outcome.LAST_ACTIVITY: Words("share still to be active again", "仍会活跃的比例"),
}
_X = Words("days", "天")
_AT_RISK = Words("still watched at that age", "该天数时仍在观察的人数")
_MEDIAN = Words("half by day {age} ({low}–{high})", "第 {age} 天过半（{low}–{high}）")
_OPEN_MEDIAN = Words("half by day {age} ({low} or later)", "第 {age} 天过半（{low} 天以上）")
_NO_MEDIAN = Words("half not reached", "未过半")
_AGE = Words("day {age}", "第 {age} 天")
_PARTS = Words(
    "{events} at this age, {sofar} so far; {n} still watched",
    "该天 {events} 人，累计 {sofar} 人；仍在观察 {n} 人",
)
_TEST = Words(
    "log-rank test: {verdict}, p = {p}",
    "log-rank 检验：{verdict}，p = {p}",
)
_TINY = Words("log-rank test: {verdict}, p < {p}", "log-rank 检验：{verdict}，p < {p}")
_DIFFER = Words("the segments differ", "各组差异显著")
_ALIKE = Words("no difference shown", "各组差异不显著")
_ALT_ONE = Words("{name}: {median}", "{name}：{median}")
_ALT = Words("{title}. {parts}.", "{title}。{parts}。")
_BETWEEN = Words("; ", "；")


@dataclass(frozen=True, slots=True)
class _Line:
    """A curve to draw, with its name and colour."""

    name: str
    colour: str
    value: str | None
    survival: Survival


def survival_curves(found: SurvivalAnswer, tr: Text, *, dark: bool) -> go.Figure:
    """A curve of steps for everybody or for each segment, its interval as a band, a thin line at
    one half down to each median. Under the axis, aligned with its ticks, how many are still
    watched at that age: where few are, the curve says little.

    `customdata` of a step is the segment's value and the age. ValueError where there is no curve.
    """
    colours = palette(dark)
    lines = _lines(found, tr, colours)
    if not lines:
        raise ValueError("survival curves need at least one curve; the answer says why it has none")
    last = max(line.survival.last_age for line in lines)
    ages = _ages(last)
    table = 6 + _LINE * (1 + 2 * len(lines))
    top = _TOP + (_LINE if found.test is not None else 0)
    height = top + PLOT + _AXIS + table + _FOOT
    sketch = Sketch(layout(dark, tr, height=height, alt=_alt(found, lines, tr)))
    for line in lines:
        _draw_band(sketch, line, _ALONE if len(lines) == 1 else _AMONG_OTHERS)
    _draw_medians(sketch, lines, colours)
    for line in lines:
        _draw_steps(sketch, line, tr)
    axis = Axis(0, 1.0, (0, 0.25, 0.5, 0.75, 1.0), ("0%", "25%", "50%", "75%", "100%"))
    ends = [End(s.survival.steps[-1].survival, _named(s), s.colour, SMALL) for s in lines]
    right = right_margin(ends) if len(lines) > 1 else 16
    if len(lines) > 1:
        label_ends(sketch, ends, axis)
    left = 14 + text_width("100%", SMALL)
    _write_table(sketch, lines, ages, left, tr, colours)
    _write_head(sketch, found, left, tr, colours)
    sketch.axis("yaxis", **axis.options())
    sketch.axis(
        "xaxis",
        range=[0, last or 1],
        tickmode="array",
        tickvals=ages,
        ticktext=[numbers.full(a, Unit.COUNT, tr) for a in ages],
        tickangle=0,
        ticks="outside",
        ticklen=4,
        tickcolor=colours.grid,
    )
    sketch.layout.update(
        hovermode="closest",
        margin={"l": left, "r": right, "t": top, "b": height - top - PLOT, "pad": 0},
    )
    return sketch.figure()


def _lines(found: SurvivalAnswer, tr: Text, colours: Palette) -> list[_Line]:
    segment = found.question.segment
    curves: Sequence[Curve] = found.curves if segment is not None else (found.whole,)
    values = [c.value for c in curves]
    inks = segment_colours(None if segment is None else segment.value, values, colours)
    return [
        _Line(
            tr(_EVERYBODY if segment is None else segment_words(segment, c.value)),
            ink,
            c.value,
            c.survival,
        )
        for c, ink in zip(curves, inks, strict=True)
        if c.survival is not None
    ]


def _named(line: _Line) -> str:
    return escape(fitted(line.name, _NAME_WIDTH, size=SMALL)[0])


def _ages(last: int) -> list[int]:
    """Round ages from 0, a few."""
    step = next((d for d in _TICK_DAYS if last / d <= _MOST_TICKS), _TICK_DAYS[-1])
    while last / step > _MOST_TICKS:
        step += _TICK_DAYS[-1]
    return list(range(0, last + 1, step))


def _corners(steps: Sequence[Step], ends: Sequence[float]) -> tuple[list[int], list[float]]:
    """A falling line of steps as its corners."""
    xs, ys = [steps[0].age], [ends[0]]
    for before, step, end in zip(ends, steps[1:], ends[1:], strict=False):
        xs += [step.age, step.age]
        ys += [before, end]
    return xs, ys


def _draw_band(sketch: Sketch, line: _Line, alpha: float) -> None:
    known = [s for s in line.survival.steps if s.low is not None and s.high is not None]
    if not known:
        return
    xs, low = _corners(known, [s.low or 0.0 for s in known])
    _, high = _corners(known, [s.high or 0.0 for s in known])
    sketch.trace(
        "scatter",
        name="interval",
        x=[*xs, *reversed(xs)],
        y=[*low, *reversed(high)],
        mode="lines",
        fill="toself",
        fillcolor=tint(line.colour, alpha),
        line={"width": 0},
        hoverinfo="skip",
    )


def _draw_medians(sketch: Sketch, lines: Sequence[_Line], colours: Palette) -> None:
    """From the axis at one half to each curve, and down to its age."""
    reached = [(s, s.survival.quantile().age) for s in lines]
    furthest = max((age for _, age in reached if age is not None), default=None)
    if furthest is None:
        return
    sketch.shape(
        "line",
        x0=0,
        x1=furthest,
        y0=0.5,
        y1=0.5,
        line={"color": colours.comparison, "width": 1, "dash": "dot"},
    )
    for line, age in reached:
        if age is not None:
            sketch.shape(
                "line",
                x0=age,
                x1=age,
                y0=0,
                y1=0.5,
                line={"color": tint(line.colour, 0.7), "width": 1, "dash": "dot"},
            )


def _draw_steps(sketch: Sketch, line: _Line, tr: Text) -> None:
    """Every step can be pointed at; the line itself runs at right angles."""
    steps = line.survival.steps
    kept = [s for n, s in enumerate(steps) if s.events or n == len(steps) - 1]
    so_far = list(accumulate(s.events for s in kept))
    sketch.trace(
        "scatter",
        name="curve",
        x=[0, *[s.age for s in kept]],
        y=[1.0, *[s.survival for s in kept]],
        mode="lines+markers",
        line={"color": line.colour, "width": 2, "shape": "hv"},
        marker={"size": 5, "color": line.colour, "opacity": 0},
        unselected={"marker": {"opacity": 0}},
        hoverinfo="text",
        hovertext=["", *[_card(line, s, n, tr) for s, n in zip(kept, so_far, strict=True)]],
        customdata=[[line.value, 0], *[[line.value, s.age] for s in kept]],
    )


def _card(line: _Line, step: Step, so_far: int, tr: Text) -> str:
    interval = None
    if step.low is not None and step.high is not None:
        low, high = (numbers.full(v, Unit.SHARE, tr) for v in (step.low, step.high))
        interval = tr(INTERVAL, low=low, high=high)
    counts = (step.events, so_far, step.at_risk)
    events, ended, n = (numbers.full(v, Unit.COUNT, tr) for v in counts)
    return card(
        [
            line.name,
            numbers.full(step.survival, Unit.SHARE, tr),
            tr(_PARTS, events=events, sofar=ended, n=n),
            interval,
            tr(_AGE, age=numbers.full(step.age, Unit.COUNT, tr)),
        ]
    )


def _write_table(
    sketch: Sketch,
    lines: Sequence[_Line],
    ages: Sequence[int],
    left: int,
    tr: Text,
    colours: Palette,
) -> None:
    """Two lines a curve: its name and median, then the numbers below their ticks."""
    below = _AXIS
    _note(sketch, tr(_AT_RISK), left, below, colours.muted)
    below += _LINE + 2
    for line in lines:
        median = _median(line.survival.quantile(), tr)
        name = f"<b>{_named(line)}</b> · {escape(median)}"
        _note(sketch, name, left, below, line.colour)
        below += _LINE
        for age, n in zip(ages, line.survival.at_risk(ages), strict=True):
            sketch.note(
                text=numbers.full(n, Unit.COUNT, tr),
                x=age,
                yref="paper",
                y=0,
                yshift=-below,
                xanchor="center",
                yanchor="top",
                font={"size": SMALL, "color": colours.text},
            )
        below += _LINE


def _note(sketch: Sketch, text: str, left: int, below: int, colour: str) -> None:
    sketch.note(
        text=text,
        xref="paper",
        yref="paper",
        x=0,
        xshift=-left + 4,
        y=0,
        yshift=-below,
        xanchor="left",
        yanchor="top",
        font={"size": SMALL, "color": colour},
    )


def _write_head(
    sketch: Sketch, found: SurvivalAnswer, left: int, tr: Text, colours: Palette
) -> None:
    """What the axes measure, and whether the segments differ."""
    said = [tr(_Y[found.question.outcome])]
    if found.test is not None:
        said.append(_verdict(found.test, tr))
    sketch.note(
        text="<br>".join(escape(s) for s in said),
        xref="paper",
        yref="paper",
        x=0,
        xshift=-left + 4,
        y=1,
        yshift=4,
        xanchor="left",
        yanchor="bottom",
        align="left",
        font={"size": SMALL, "color": colours.muted},
    )
    sketch.note(
        text=tr(_X),
        xref="paper",
        yref="paper",
        x=1,
        y=0,
        yshift=-22,
        xanchor="right",
        yanchor="top",
        font={"size": SMALL, "color": colours.muted},
    )


def _verdict(test: LogRank, tr: Text) -> str:
    verdict = _DIFFER if test.p_value < 0.05 else _ALIKE
    if test.p_value < _SMALLEST_P:
        return tr(_TINY, verdict=verdict, p=f"{_SMALLEST_P:g}")
    return tr(_TEST, verdict=verdict, p=numbers.full(test.p_value, "times", tr))


def _median(found: Quantile, tr: Text) -> str:
    if found.age is None:
        return tr(_NO_MEDIAN)
    age, low, high = (numbers.full(v, Unit.COUNT, tr) for v in (found.age, found.low, found.high))
    return tr(_OPEN_MEDIAN if found.high is None else _MEDIAN, age=age, low=low, high=high)


def _alt(found: SurvivalAnswer, lines: Sequence[_Line], tr: Text) -> str:
    said = [tr(_ALT_ONE, name=s.name, median=_median(s.survival.quantile(), tr)) for s in lines]
    title = tr(OUTCOMES[found.question.outcome])
    return tr(_ALT, title=title, parts=tr(_BETWEEN).join(said))
