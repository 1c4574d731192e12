"""Around the bars of growth: the colours of the flows, their key, the quick ratio in a strip."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from charts.cards import card
from charts.reading_lines import reading_lines
from charts.shades import mixed
from charts.sketch import Sketch
from charts.theme import NARROW, NORMAL, SMALL, Axis, Palette, axis_for, text_width
from charts.time_lines import draw_course, middle
from data.scope import Span
from format import dates, numbers
from i18n import Text, Words
from metrics.metric import Unit
from metrics.reading import Reading

NET = Words("net", "净增")
QUICK = Words("Quick ratio: gained / lost; above 1 it grows", "速动比：流入 ÷ 流出，大于 1 即增长")


def flow_colours(keys: Sequence[str], colours: Palette) -> list[str]:
    """New is the accent, other gains paler shades of it; losses are grey, churn the darkest.
    Whether that is good is said by the direction, not by a colour."""
    paper = colours.paper
    known = {
        "new": colours.accent,
        "resurrected": mixed(paper, colours.accent, 0.62),
        "expansion": mixed(paper, colours.accent, 0.34),
        "churned": mixed(colours.comparison, colours.text, 0.25),
        "contraction": mixed(paper, colours.comparison, 0.62),
        "guests": mixed(paper, colours.signal, 0.5),
    }
    return [known.get(key, colours.comparison) for key in keys]


def flow_key(names: Sequence[str], inks: Sequence[str], tr: Text, colours: Palette) -> list[str]:
    """The names beside their colours, in as many lines as the narrowest screen needs."""
    return key_lines(list(zip(names, inks, strict=True)), (tr(NET), colours.text))


def key_lines(squares: Sequence[tuple[str, str]], *dots: tuple[str, str]) -> list[str]:
    """Names with their colours, areas and bars as squares."""
    marks = [
        *[(name, f'<span style="color:{c}">■</span>') for name, c in squares],
        *[(name, f'<span style="color:{c}">●</span>') for name, c in dots],
    ]
    lines: list[list[str]] = [[]]
    used = 0
    for name, mark in marks:
        width = text_width(f"■ {name}    ", SMALL)
        if lines[-1] and used + width > NARROW - 70:
            lines.append([])
            used = 0
        lines[-1].append(f"{mark} {escape(name)}")
        used += width
    return ["   ".join(line) for line in lines]


def draw_quick_ratio(
    sketch: Sketch,
    periods: Sequence[tuple[Span, bool]],
    readings: Sequence[Reading],
    grain: str,
    tr: Text,
    colours: Palette,
) -> Axis:
    """The strip below: points, the line at 1, the last finished value in words."""
    values = [r.value for r in readings]
    known = [(n, v) for n, v in enumerate(values) if v is not None]
    axis = axis_for([v for _, v in known] + [1.0], Unit.TIMES, tr, most_ticks=3, room=0.15)
    sketch.shape(
        "line",
        xref="paper",
        x0=0,
        x1=1,
        yref="y2",
        y0=1,
        y1=1,
        line={"color": colours.comparison, "width": 1, "dash": "dot"},
    )
    course = [(middle(p), v, running) for (p, running), v in zip(periods, values, strict=True)]
    draw_course(sketch, course, [("ratio", colours.accent, 1.5)], yaxis="y2")
    sketch.trace(
        "scatter",
        name="quick_ratio",
        x=[middle(periods[n][0]) for n, _ in known],
        y=[v for _, v in known],
        yaxis="y2",
        mode="markers",
        marker={
            "size": 6,
            "color": [colours.paper if periods[n][1] else colours.accent for n, _ in known],
            "line": {"width": 1.5, "color": colours.accent},
            "opacity": 1,
        },
        unselected={"marker": {"opacity": 1}},
        hoverinfo="text",
        hovertext=[
            card(
                [
                    tr(QUICK),
                    *reading_lines(
                        readings[n],
                        Unit.TIMES,
                        tr,
                        None,
                        dates.bucket(periods[n][0].start, periods[n][0].end, grain, tr),
                    ),
                ]
            )
            for n, _ in known
        ],
        customdata=[n for n, _ in known],
        cliponaxis=False,
    )
    if known:
        n, last = known[-1]
        sketch.note(
            text=f"<b>{numbers.short(last, Unit.TIMES, tr)}</b>",
            x=middle(periods[n][0]),
            yref="y2",
            y=last,
            yshift=9,
            xanchor="center",
            yanchor="bottom",
            font={"size": NORMAL, "color": colours.accent},
        )
    return axis
