"""One metric as a weekly review reads it, backwards from the week: six weeks and twelve months.

Two panels side by side: the weeks with their natural limits and the months, each with the year
before behind and the targets as short lines. Where a month is the sum of its weeks each panel has
a scale of its own, said at its own side; a rate or a level has one scale for both.
"""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go

from charts.cards import point_card
from charts.outside import is_hollow
from charts.review_panels import ROW, WIDTHS, Panel, draw_notes, head, legend
from charts.sketch import Sketch
from charts.theme import NORMAL, SMALL, Axis, Palette, axis_for, layout, palette, tint
from charts.time_lines import draw_course
from charts.words import sparkline_alt
from data.scope import Span
from format import dates, numbers
from i18n import Text, Words
from metrics.metric import Adds, Metric
from metrics.periods import Grain, following
from metrics.review.result import ReviewLine
from metrics.signal_words import RULES
from metrics.stats.xmr import Rule

LEFT, RIGHT, TOP, BOTTOM, PLOT = 52, 52, 42, 36, 190
LARGE = 1.35
"""How much larger everything is on a wall."""
_WEEK_TICKS, _MONTH_TICKS = 2, 3
"""Every second week and third month is named: all of them do not fit side by side on a phone."""

_YEAR_BEFORE_IS = Words("year before: {value}", "上年同期：{value}")
_TARGET_IS = Words("target: {value}", "目标：{value}")
_SIGNAL_IS = Words("signal: {rule}", "显著：{rule}")
_ALT = Words("{name}. Weeks: {weeks} Months: {months}", "{name}。周：{weeks}月：{months}")


def working_backwards(
    line: ReviewLine, tr: Text, *, dark: bool, currency: str | None, large: bool = False
) -> go.Figure:
    """The line's weeks and months. A point that breaks the line's rules is a diamond in the signal
    colour; one that is not final is hollow. Annotations are thin lines, named once. `large` is for
    a wall that is read from the back of a room."""
    colours, metric = palette(dark), line.metric
    none = (None,) * len(line.months)
    bands = line.limits_in_force.bands
    weeks = Panel(0, Grain.WEEK, line.weeks, line.weeks_before, line.week_targets, bands)
    months = Panel(1, Grain.MONTH, line.months, line.months_before, line.month_targets, none)
    sketch = Sketch(layout(dark, tr, alt=_alt(line, tr, currency)))
    axes = _scales(weeks, months, metric, tr, currency)
    rows = draw_notes(sketch, (weeks, months), line, tr, colours)
    for panel, axis in zip((weeks, months), axes, strict=True):
        _draw_bands(sketch, panel, axis, colours)
        _draw_targets(sketch, panel, colours)
        _draw_before(sketch, panel, colours)
        draw_course(
            sketch,
            [(float(n), p.reading.value, is_hollow(p)) for n, p in enumerate(panel.points)],
            [("course", colours.accent, 2.0)],
            **panel.axes,
        )
        _draw_points(sketch, panel, line, tr, currency, colours)
        _name_last(sketch, panel, metric, tr, currency, colours)
        _place(sketch, panel, axis, tr, own_scale=_has_sums(metric), colours=colours)
        head(sketch, panel, tr, colours, above=rows)
    legend(sketch, (weeks, months), line, tr, currency, colours, above=rows)
    top = TOP + ROW * rows
    sketch.layout.update(
        hovermode="closest",
        hoverdistance=30,
        margin={"l": LEFT, "r": RIGHT if _has_sums(metric) else 14, "t": top, "b": BOTTOM},
        height=top + PLOT + BOTTOM,
    )
    figure = sketch.figure()
    return _enlarged(figure) if large else figure


def _enlarged(figure: go.Figure) -> go.Figure:
    """Everything that is measured in pixels, by the same factor."""
    drawn = figure.to_plotly_json()
    layout_ = drawn["layout"]
    layout_["font"]["size"] *= LARGE
    layout_["height"] *= LARGE
    layout_["margin"] = {side: LARGE * n for side, n in layout_["margin"].items()}
    for axis in ("xaxis", "xaxis2", "yaxis", "yaxis2"):
        layout_[axis]["tickfont"]["size"] *= LARGE
    for note in layout_["annotations"]:
        note["font"]["size"] *= LARGE
        note["yshift"] = LARGE * note.get("yshift", 0)
    for trace in drawn["data"]:
        if "marker" in trace:
            size = trace["marker"]["size"]
            many = isinstance(size, (list, tuple))
            trace["marker"]["size"] = [LARGE * s for s in size] if many else LARGE * size
        if "line" in trace:
            trace["line"]["width"] *= LARGE
    return go.Figure(drawn)


def _has_sums(metric: Metric) -> bool:
    """Whether a month holds more than a week of it."""
    return metric.adds is not Adds.NEVER and metric.when != "trailing"


def _scales(
    weeks: Panel, months: Panel, metric: Metric, tr: Text, currency: str | None
) -> tuple[Axis, Axis]:
    def scale(values: list[float]) -> Axis:
        return axis_for(values, metric.unit, tr, currency, most_ticks=4, room=0.14)

    if _has_sums(metric):
        return scale(weeks.values()), scale(months.values())
    both = scale([*weeks.values(), *months.values()])
    return both, both


def _draw_bands(sketch: Sketch, panel: Panel, axis: Axis, colours: Palette) -> None:
    """The natural limits, week by week where they differ, and their mean."""
    for n, band in enumerate(panel.bands):
        if band is None:
            continue
        at = {"x0": n - 0.5, "x1": n + 0.5, **panel.refs}
        low, high = max(band.low, axis.low), min(band.high, axis.high)
        fill = tint(colours.comparison, 0.14)
        sketch.shape("rect", y0=low, y1=high, fillcolor=fill, line={"width": 0}, **at)
        dots = {"color": colours.comparison, "width": 1, "dash": "dot"}
        sketch.shape("line", y0=band.mean, y1=band.mean, line=dots, **at)


def _draw_targets(sketch: Sketch, panel: Panel, colours: Palette) -> None:
    for n, target in enumerate(panel.targets):
        if target is not None:
            stroke = {"color": colours.text, "width": 1.5}
            sketch.shape(
                "line", x0=n - 0.3, x1=n + 0.3, y0=target, y1=target, line=stroke, **panel.refs
            )


def _draw_before(sketch: Sketch, panel: Panel, colours: Palette) -> None:
    if any(p.reading.value is not None for p in panel.before):
        sketch.trace(
            "scatter",
            name="before",
            x=list(range(len(panel.before))),
            y=[p.reading.value for p in panel.before],
            mode="lines+markers",
            line={"color": colours.comparison, "width": 1.5},
            marker={"size": 4, "color": colours.comparison},
            hoverinfo="skip",
            **panel.axes,
        )


def _rule(panel: Panel, n: int, line: ReviewLine) -> Rule | None:
    """What a point breaks: the reviewed week any rule of its line, an earlier week its band."""
    point, last = panel.points[n], n == len(panel.points) - 1
    if panel.grain is not Grain.WEEK or is_hollow(point) or point.reading.value is None:
        return None
    if last:
        return line.judgement.rule
    band = panel.bands[n]
    inside = band is None or band.low <= point.reading.value <= band.high
    return None if inside else Rule.OUTSIDE


def _draw_points(
    sketch: Sketch, panel: Panel, line: ReviewLine, tr: Text, currency: str | None, c: Palette
) -> None:
    shown = [(n, p) for n, p in enumerate(panel.points) if p.reading.value is not None]
    rules = [_rule(panel, n, line) for n, _ in shown]
    edge = [c.accent if r is None else c.signal for r in rules]
    sketch.trace(
        "scatter",
        name="weeks" if panel.grain is Grain.WEEK else "months",
        x=[n for n, _ in shown],
        y=[p.reading.value for _, p in shown],
        mode="markers",
        marker={
            "symbol": ["circle" if r is None else "diamond" for r in rules],
            "size": [7 if r is None else 11 for r in rules],
            "color": [
                c.paper if is_hollow(p) else e for e, (_, p) in zip(edge, shown, strict=True)
            ],
            "line": {"width": 2, "color": edge},
            "opacity": 1,
        },
        hoverinfo="text",
        hovertext=[
            _card(panel, n, line.metric, r, tr, currency)
            for r, (n, _) in zip(rules, shown, strict=True)
        ],
        customdata=[[p.span.start.isoformat(), p.span.end.isoformat()] for _, p in shown],
        cliponaxis=False,
        **panel.axes,
    )


def _card(
    panel: Panel, n: int, metric: Metric, rule: Rule | None, tr: Text, currency: str | None
) -> str:
    def full(value: float) -> str:
        return numbers.full(value, metric.unit, tr, currency)

    before, target = panel.before[n].reading.value, panel.targets[n]
    return point_card(
        panel.points[n],
        metric,
        panel.grain,
        tr,
        currency,
        None if before is None else tr(_YEAR_BEFORE_IS, value=full(before)),
        None if target is None else tr(_TARGET_IS, value=full(target)),
        None if rule is None else tr(_SIGNAL_IS, rule=RULES[rule]),
    )


def _name_last(
    sketch: Sketch, panel: Panel, metric: Metric, tr: Text, currency: str | None, c: Palette
) -> None:
    """The last value, above its point; below it where the line comes from above."""
    known = [
        (n, p.reading.value) for n, p in enumerate(panel.points) if p.reading.value is not None
    ]
    if not known:
        return
    n, value = known[-1]
    falls = len(known) > 1 and known[-2][1] > value
    sketch.note(
        text=f"<b>{numbers.short(value, metric.unit, tr, currency)}</b>",
        x=n,
        y=value,
        yshift=-15 if falls else 15,
        xanchor="center" if panel.number == 0 else "right",
        xshift=0 if panel.number == 0 else 8,
        font={"color": c.accent, "size": NORMAL},
        **panel.refs,
    )


def _place(
    sketch: Sketch, panel: Panel, axis: Axis, tr: Text, *, own_scale: bool, colours: Palette
) -> None:
    every = _WEEK_TICKS if panel.grain is Grain.WEEK else _MONTH_TICKS
    last = len(panel.points) - 1
    kept = [n for n in range(len(panel.points)) if (last - n) % every == 0]
    sketch.axis(
        f"xaxis{panel.suffix}",
        domain=list(WIDTHS[panel.number]),
        anchor=f"y{panel.suffix}",
        range=[-0.6, last + 0.6],
        tickmode="array",
        tickvals=kept,
        ticktext=_ticks([panel.points[n].span for n in kept], panel.grain, tr),
        tickangle=0,
        showgrid=False,
        zeroline=False,
        fixedrange=True,
        tickfont={"color": colours.muted, "size": SMALL},
    )
    sketch.axis(
        f"yaxis{panel.suffix}",
        **axis.options(),
        anchor=f"x{panel.suffix}",
        side="left" if panel.number == 0 else "right",
        showticklabels=panel.number == 0 or own_scale,
        showgrid=True,
        gridcolor=colours.grid,
        zeroline=False,
        fixedrange=True,
        tickfont={"color": colours.muted, "size": SMALL},
    )


def _ticks(spans: Sequence[Span], grain: Grain, tr: Text) -> list[str]:
    if grain is Grain.WEEK:
        return [dates.week(s.start, s.end, tr).removeprefix("第") for s in spans]
    whole = [(s.start, following(s.start, Grain.MONTH)) for s in spans]
    names = [name.partition("<br>")[0] for name in dates.ticks(whole, "month", tr)]
    return [*names[:-1], dates.ticks(whole[-1:], "month", tr)[0]]


def _alt(line: ReviewLine, tr: Text, currency: str | None) -> str:
    unit = line.metric.unit
    weeks, months = (
        sparkline_alt(p, unit, tr, currency=currency) for p in (line.weeks, line.months)
    )
    return tr(_ALT, name=line.metric.name, weeks=weeks, months=months)
