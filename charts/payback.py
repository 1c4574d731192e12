"""When customers have brought what they cost: a panel for each cohort, all on the same axes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

import plotly.graph_objects as go

from charts.cards import card
from charts.funnel_cards import fitted
from charts.reading_lines import reading_lines
from charts.sketch import Sketch
from charts.theme import NARROW, SMALL, Axis, Palette, axis_for, layout, palette, text_width
from format import numbers
from i18n import Text, Words
from metrics.metric import Unit
from metrics.payback.course import Back, Step
from metrics.payback.text import back_text, day_text
from metrics.reading import REASONS, Maturity, Reading

COLUMNS = 3
"""Panels side by side, on the narrowest screen too."""
_TOP, _TITLE, _PLOT, _BELOW = 2, 34, 96, 14
"""Pixels on top, of a panel's two lines of title, of its axes, and of the gap below."""
_AXIS = 22
_RIGHT, _GAP = 10, 0.035
_DEAREST = 1.6
"""A cost above so many times the highest value is not drawn: it would press the curves flat."""
_LEAST = 0.25
"""The dashed end stops where fewer than this share of the customers are that old: a few customers
jump about."""

_AGE = Words("{name} · {day}", "{name} · {day}")
_OF_COST = Words("{multiple} of the CAC of {cac}", "获客成本 {cac} 的 {multiple}")
_PEOPLE = Words("{n} of {all} customers are that old", "{all} 位客户中 {n} 位达到该天数")
_ALT = Words("Cumulative {value} per customer against CAC: {parts}.",
             "每客累计{value}与获客成本：{parts}。")  # fmt: skip
_ALT_ONE = Words("{name}: CAC {cac}, {back}", "{name}：获客成本 {cac}，{back}")
_BETWEEN = Words("; ", "；")


@dataclass(frozen=True, slots=True)
class Panel:
    """One cohort: its value by age, its cost, and whether it has paid back."""

    name: str
    size: int
    steps: Sequence[Step]
    cac: Reading
    back: Back
    colour: str | None = None


def curves(
    panels: Sequence[Panel], value: Words, tr: Text, *, dark: bool, currency: str
) -> go.Figure:
    """A panel for each cohort in the order given. The line is cumulative value per customer, dashed
    where only a part of them is that old; the level is what a customer cost, the dot the day
    that reached it. `customdata` of a point is the panel's place and the age. ValueError without
    panels.
    """
    if not panels:
        raise ValueError("payback curves need at least one cohort; got none")
    colours = palette(dark)
    rows = -(-len(panels) // COLUMNS)
    pitch = _TITLE + _PLOT + _BELOW
    sketch = Sketch(
        layout(dark, tr, height=_TOP + rows * pitch + _AXIS, alt=_alt(panels, value, tr, currency))
    )
    axis = _amounts(panels, tr, currency)
    last = max((s.age for p in panels for s in _drawn(p)), default=1)
    left = 12 + max((text_width(t, SMALL) for t in axis.labels), default=0)
    for n, panel in enumerate(panels):
        place = _place(n, rows, len(panels))
        _frame(sketch, place, axis, last, colours)
        _title(sketch, place, panel, left, tr, colours)
        _cost(sketch, place, panel, axis, tr, currency, colours)
        _curve(sketch, place, panel, value, tr, currency, colours)
    sketch.layout.update(
        hovermode="closest", margin={"l": left, "r": _RIGHT, "t": _TOP, "b": _AXIS, "pad": 2}
    )
    return sketch.figure()


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a panel stands, in shares of the figure. `lowest`: nothing stands below it."""

    number: int
    left: float
    right: float
    bottom: float
    top: float
    lowest: bool

    @property
    def suffix(self) -> str:
        return "" if self.number == 0 else str(self.number + 1)


def _place(n: int, rows: int, panels: int) -> _Place:
    row, column = divmod(n, COLUMNS)
    pitch, inner = _TITLE + _PLOT + _BELOW, rows * (_TITLE + _PLOT + _BELOW)
    width = (1 - _GAP * (COLUMNS - 1)) / COLUMNS
    left = column * (width + _GAP)
    bottom = 1 - ((row + 1) * pitch - _BELOW) / inner
    return _Place(n, left, left + width, bottom, bottom + _PLOT / inner, n + COLUMNS >= panels)


def _drawn(panel: Panel) -> list[Step]:
    """The ages that have a value and enough customers."""
    least = _LEAST * panel.size
    return [s for s in panel.steps if s.value.value is not None and s.people >= least]


def _amounts(panels: Sequence[Panel], tr: Text, currency: str) -> Axis:
    """The axis that all panels share, around every value and the costs that are near them."""
    values = [s.value.value for p in panels for s in _drawn(p) if s.value.value is not None]
    highest = max(values, default=0.0)
    costs = [p.cac.value for p in panels if p.cac.value is not None]
    near = [c for c in costs if highest <= 0 or c <= _DEAREST * highest]
    return axis_for([*values, *near, 0.0], Unit.MONEY, tr, currency, from_zero=True, most_ticks=3)


def _frame(sketch: Sketch, place: _Place, axis: Axis, last: int, colours: Palette) -> None:
    step = 90 if last <= 400 else 180
    sketch.axis(
        f"xaxis{place.suffix}",
        domain=[place.left, place.right],
        anchor=f"y{place.suffix}",
        range=[-last * 0.02, last * 1.03],
        tickmode="array",
        tickvals=list(range(0, last + 1, step)),
        showticklabels=place.lowest,
        showgrid=False,
        zeroline=False,
        fixedrange=True,
        tickangle=0,
        tickfont={"color": colours.muted, "size": SMALL - 1},
    )
    sketch.axis(
        f"yaxis{place.suffix}",
        **axis.options(),
        domain=[place.bottom, place.top],
        anchor=f"x{place.suffix}",
        showticklabels=place.number % COLUMNS == 0,
        showgrid=True,
        gridcolor=colours.grid,
        gridwidth=1,
        zeroline=True,
        zerolinecolor=colours.grid,
        fixedrange=True,
        tickfont={"color": colours.muted, "size": SMALL - 1},
    )


def _title(
    sketch: Sketch, place: _Place, panel: Panel, left: int, tr: Text, colours: Palette
) -> None:
    """The name, and below it when it has paid back: in the page's own ink once it has."""
    room = round((NARROW - left - _RIGHT) * (place.right - place.left))
    said = _short_back(panel, tr)
    paid = panel.back.day.value is not None
    name = escape(fitted(panel.name, room, size=SMALL)[0])
    sketch.note(
        text=f"<b>{name}</b><br>"
        f'<span style="color:{colours.text if paid else colours.muted}">{escape(said)}</span>',
        xref="paper",
        yref="paper",
        x=place.left,
        y=place.top,
        yshift=1,
        xanchor="left",
        yanchor="bottom",
        align="left",
        font={"size": SMALL, "color": colours.text},
    )


_SHARE_BY = Words("{share} by day {n}", "第 {n} 天达 {share}")
_SHORT_REASONS = {
    "immature": Words("too young", "尚未成熟"),
    "no_spend": Words("no spend", "没有投放费用"),
    "no_customers": Words("spend, no customers", "有花费无新客"),
    "no_rate": Words("rate missing", "缺少汇率"),
    "cost_unknown": Words("cost unknown", "成本未知"),
    "credits": Words("credits exceed spend", "冲抵超过花费"),
}


def _short_back(panel: Panel, tr: Text) -> str:
    """In the width of a panel: `day 143`, `78% by day 92`, or why there is none."""
    back = panel.back
    if back.day.value is not None:
        return day_text(back.day.value, tr)
    if back.so_far.value is not None and back.last is not None:
        return tr(_SHARE_BY, share=numbers.short(back.so_far.value, Unit.SHARE, tr), n=back.last)
    reason = back.day.reason
    assert reason is not None
    return tr(_SHORT_REASONS.get(reason.value, REASONS[reason]))


def _cost(
    sketch: Sketch,
    place: _Place,
    panel: Panel,
    axis: Axis,
    tr: Text,
    currency: str,
    colours: Palette,
) -> None:
    """The level of the cost with its amount; a cost above the axis is only written, at the top."""
    cost = panel.cac.value
    if cost is None:
        return
    inside = cost <= axis.high
    if inside:
        sketch.shape(
            "line",
            xref=f"x{place.suffix} domain",
            x0=0,
            x1=1,
            yref=f"y{place.suffix}",
            y0=cost,
            y1=cost,
            line={"color": colours.text, "width": 1, "dash": "dot"},
        )
    text = numbers.short(cost, Unit.MONEY, tr, currency)
    right, above = _beside(panel, cost, axis)
    sketch.note(
        text=escape(text if inside else f"↑ {text}"),
        xref=f"x{place.suffix} domain",
        x=0.99 if right else 0.01,
        yref=f"y{place.suffix}",
        y=min(cost, axis.high),
        yshift=1 if above else -1,
        xanchor="right" if right else "left",
        yanchor="bottom" if above and inside else "top",
        font={"size": SMALL - 1, "color": colours.text},
    )


def _beside(panel: Panel, cost: float, axis: Axis) -> tuple[bool, bool]:
    """Where the amount of the cost meets no curve: to the right and above its level? A curve comes
    from below on the left, unless it has paid back at once; then there is room on the right,
    between the level and the curve or below the level."""
    drawn = _drawn(panel)
    day = panel.back.day.value
    if not drawn or day is None or day > drawn[-1].age * 0.3:
        return False, cost < 0.86 * axis.high
    return True, (drawn[-1].value.value or 0.0) - cost > 0.3 * axis.high or cost < 0.2 * axis.high


def _curve(
    sketch: Sketch,
    place: _Place,
    panel: Panel,
    value: Words,
    tr: Text,
    currency: str,
    colours: Palette,
) -> None:
    known = _drawn(panel)
    ink = panel.colour or colours.accent
    whole = [s for s in known if s.value.maturity is Maturity.MATURE]
    part = [s for s in known if s.value.maturity is not Maturity.MATURE]
    day = panel.back.day.value
    keep = set() if day is None else {int(day)}
    for name, steps, dash in (("whole", whole, "solid"), ("part", [*whole[-1:], *part], "3px,3px")):
        shown = _thinned(steps, keep)
        sketch.trace(
            "scatter",
            name=name,
            x=[s.age for s in shown],
            y=[s.value.value for s in shown],
            xaxis=f"x{place.suffix}",
            yaxis=f"y{place.suffix}",
            mode="lines+markers",
            line={"color": ink, "width": 2 if name == "whole" else 1.5, "dash": dash},
            marker={"size": 5, "color": ink, "opacity": 0},
            unselected={"marker": {"opacity": 0}},
            hoverinfo="text",
            hovertext=[_card(panel, s, value, tr, currency) for s in shown],
            customdata=[[place.number, s.age] for s in shown],
        )
    if day is not None:
        step = panel.steps[int(day)]
        sketch.trace(
            "scatter",
            name="back",
            x=[step.age],
            y=[step.value.value],
            xaxis=f"x{place.suffix}",
            yaxis=f"y{place.suffix}",
            mode="markers",
            marker={"size": 8, "color": ink, "line": {"width": 1.5, "color": colours.paper}},
            unselected={"marker": {"opacity": 1}},
            hoverinfo="text",
            hovertext=[_card(panel, step, value, tr, currency)],
            customdata=[[place.number, step.age]],
            cliponaxis=False,
        )


def _thinned(steps: Sequence[Step], keep: set[int]) -> list[Step]:
    """Every day of the first week, then every third, later every week; both ends and what is to be
    kept."""
    ends = {steps[0].age, steps[-1].age} if steps else set()

    def wanted(age: int) -> bool:
        every = 1 if age <= 7 else 3 if age <= 60 else 7
        return age % every == 0 or age in ends or age in keep

    return [s for s in steps if wanted(s.age)]


def _card(panel: Panel, step: Step, value: Words, tr: Text, currency: str) -> str:
    lines = reading_lines(step.value, Unit.MONEY, tr, currency)
    cost = panel.cac.value
    of_cost = None
    if cost is not None and step.value.value is not None:
        of_cost = tr(
            _OF_COST,
            multiple=numbers.short(step.value.value / cost, Unit.SHARE, tr),
            cac=numbers.full(cost, Unit.MONEY, tr, currency),
        )
    people = tr(
        _PEOPLE,
        n=numbers.full(step.people, Unit.COUNT, tr),
        all=numbers.full(panel.size, Unit.COUNT, tr),
    )
    name = tr(_AGE, name=panel.name, day=day_text(step.age, tr))
    return card([name, *lines[:2], of_cost, people, tr(value)])


def _alt(panels: Sequence[Panel], value: Words, tr: Text, currency: str) -> str:
    parts = [
        tr(
            _ALT_ONE,
            name=p.name,
            cac=numbers.short(p.cac.value, Unit.MONEY, tr, currency),
            back=back_text(p.back, tr),
        )
        for p in panels
    ]
    return tr(_ALT, value=value, parts=tr(_BETWEEN).join(parts))
