"""How much rates differ, with intervals around zero: two periods, or segments against others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from charts.about_zero import frame_rows
from charts.cards import card
from charts.funnel_cards import is_to_date, maturity_line, rate_line, step_title
from charts.sketch import Sketch
from charts.theme import NORMAL, SMALL, Axis, Palette, axis_for, layout, palette
from format import numbers
from i18n import Text, Words
from metrics.funnels.names import segment_name
from metrics.funnels.result import Breakdown, SegmentDifference, StepDifference
from metrics.funnels.spec import Funnel

SIGNIFICANT = 0.05
"""The largest p-value after Benjamini–Hochberg that is called significant."""
_SMALLEST_P = 0.001

_LEFT, _RIGHT, _TOP, _BOTTOM = 126, 112, 28, 28
_ROW, _NAME_WIDTH = 44, 114
_UP, _DOWN = "▲", "▼"

_SIGNIFICANT = Words("significant", "显著")
_NOT_SIGNIFICANT = Words("not significant", "不显著")
_OPEN = Words("windows open", "窗口未结束")
_NO_VALUE = Words("no value to compare", "无可比数值")
_PERIODS = Words(
    "Share of all who entered, points against before", "总转化率较对比期的变化（百分点）"
)
_SEGMENTS = Words("To {step}, points against all others", "到达 {step}：与其余人群之差（百分点）")
_NOW, _BEFORE = Words("now: {rate}", "本期：{rate}"), Words("before: {rate}", "对比期：{rate}")
_HERE = Words("here: {rate}", "该分组：{rate}")
_OTHERS = Words("all others: {rate}", "其余人群：{rate}")
_INTERVAL = Words("95% interval {low} to {high}", "95% 区间 {low} 至 {high}")
_P = Words("{verdict}: adjusted p = {p:.3f}", "{verdict}：校正后 p = {p:.3f}")
_TINY_P = Words("{verdict}: adjusted p < {p}", "{verdict}：校正后 p < {p}")
_ALT_ONE = Words("{name} {diff} ({verdict})", "{name} {diff}（{verdict}）")
_ALT = Words("{title}: {parts}.", "{title}：{parts}。")


@dataclass(frozen=True, slots=True)
class _Row:
    """One comparison and what it is called; `key` is the step or the segment's value."""

    name: str
    key: str | int | None
    found: StepDifference
    periods: bool

    @property
    def final(self) -> bool:
        """Whether it can be judged: a rate to date has had less time than the one of a period
        whose windows are over."""
        sides = (self.found.before, self.found.after)
        return not (self.periods and any(is_to_date(r) for r in sides))

    @property
    def significant(self) -> bool:
        adjusted = self.found.adjusted
        known = self.found.difference is not None
        return known and self.final and adjusted is not None and adjusted <= SIGNIFICANT


def difference_whiskers(
    differences: Sequence[SegmentDifference],
    funnel: Funnel,
    breakdown: Breakdown | None,
    tr: Text,
    *,
    dark: bool,
) -> go.Figure:
    """Differences in share points as dots with 95 % whiskers around zero. Without `breakdown` the
    one difference of two periods, a row for each step; with it a row for each segment, of the last
    step. Both are of all who entered.

    Significant ones (adjusted p up to 0.05) are in the colour of better or worse, with arrow and
    word; the others are grey. Periods that still have open windows are not judged: their dots are
    hollow and say so. `customdata` of each dot is the step, or the segment's value. Raises
    `ValueError` where there is nothing to compare, or several differences without a break-down.
    """
    if not differences or (breakdown is None and len(differences) > 1):
        raise ValueError(
            f"one difference of two periods, or some of a break-down; got {len(differences)}"
        )
    colours = palette(dark)
    rows = _rows(differences, funnel, breakdown, tr)
    last = step_title(funnel, len(funnel.steps), tr)
    title = tr(_PERIODS) if breakdown is None else tr(_SEGMENTS, step=last)
    height = _TOP + _BOTTOM + _ROW * len(rows)
    sketch = Sketch(layout(dark, tr, height=height, alt=_alt(title, rows, tr)))
    axis = _axis(rows, tr)
    _draw(sketch, rows, tr, colours)
    for at, row in enumerate(rows):
        _write(sketch, at, row, tr, colours)
    names = [row.name for row in rows]
    frame_rows(sketch, names, axis, title, colours, left=_LEFT, name_width=_NAME_WIDTH)
    sketch.layout.update(
        hovermode="closest",
        hoverdistance=-1,
        margin={"l": _LEFT, "r": _RIGHT, "t": _TOP, "b": _BOTTOM, "pad": 8},
    )
    return sketch.figure()


def _rows(
    differences: Sequence[SegmentDifference],
    funnel: Funnel,
    breakdown: Breakdown | None,
    tr: Text,
) -> list[_Row]:
    if breakdown is None:
        return [
            _Row(step_title(funnel, d.step, tr), d.step, d, True) for d in differences[0].overall
        ]
    return [
        _Row(segment_name(s.value, breakdown, tr), s.value, s.overall[-1], False)
        for s in differences
    ]


def _axis(rows: Sequence[_Row], tr: Text) -> Axis:
    """Around zero and every whisker; ticks in points, without the sign of percent."""
    ends = [
        v for r in rows for v in (r.found.low, r.found.high, r.found.difference) if v is not None
    ]
    low, high = min([*ends, 0.0]), max([*ends, 0.0])
    # An axis that ends at zero would hide on which side of it nothing lies.
    room = max(high - low, 0.01) * 0.08
    axis = axis_for([low - room, high + room], "share", tr, most_ticks=6, room=0)
    labels = tuple(
        numbers.plus(text.removesuffix("%"), at)
        for text, at in zip(axis.labels, axis.values, strict=True)
    )
    return Axis(axis.low, axis.high, axis.values, labels)


def _colour(row: _Row, colours: Palette) -> str:
    if not row.significant or not row.found.difference:
        return colours.comparison
    return colours.good if row.found.difference > 0 else colours.bad


def _draw(sketch: Sketch, rows: Sequence[_Row], tr: Text, colours: Palette) -> None:
    known = [(at, r) for at, r in enumerate(rows) if r.found.difference is not None]
    for at, row in known:
        if row.found.low is None or row.found.high is None:
            continue
        sketch.trace(
            "scatter",
            name="interval",
            x=[row.found.low, row.found.high],
            y=[at, at],
            mode="lines+markers",
            line={"color": _colour(row, colours), "width": 2},
            marker={"symbol": "line-ns-open", "size": 8, "line": {"width": 2}},
            hoverinfo="skip",
        )
    sketch.trace(
        "scatter",
        name="differences",
        x=[r.found.difference for _, r in known],
        y=[at for at, _ in known],
        mode="markers",
        marker={
            "size": 10,
            "color": [_colour(r, colours) if r.final else colours.paper for _, r in known],
            "line": {
                "width": 2,
                "color": [colours.paper if r.final else _colour(r, colours) for _, r in known],
            },
            "opacity": 1,
        },
        hoverinfo="text",
        hovertext=[_card(r, tr) for _, r in known],
        customdata=[r.key for _, r in known],
        cliponaxis=False,
    )


def _points(value: float | None, tr: Text) -> str:
    return numbers.NO_VALUE if value is None else numbers.signed_change(0, value, "share", tr)


def _arrowed(row: _Row, tr: Text) -> str:
    """The direction without the colour, where it is judged."""
    text = _points(row.found.difference, tr)
    if not row.significant or not row.found.difference:
        return text
    return f"{_UP if row.found.difference > 0 else _DOWN} {text}"


def _verdict(row: _Row) -> Words:
    if row.found.difference is None:
        return _NO_VALUE
    if not row.final:
        return _OPEN
    return _SIGNIFICANT if row.significant else _NOT_SIGNIFICANT


def _write(sketch: Sketch, at: int, row: _Row, tr: Text, colours: Palette) -> None:
    """The difference and the verdict at the right edge, one below the other."""
    judged = _colour(row, colours) if row.significant else colours.text
    said = tr(_verdict(row))
    for text, size, colour, shift in (
        (f"<b>{_arrowed(row, tr)}</b>", NORMAL, judged, 8),
        (said, SMALL, judged if row.significant else colours.muted, -8),
    ):
        sketch.note(
            text=text,
            xref="paper",
            x=1,
            xshift=10,
            y=at,
            yshift=shift,
            xanchor="left",
            yanchor="middle",
            font={"size": size, "color": colour},
        )


def _p_line(row: _Row, tr: Text) -> str | None:
    p = row.found.adjusted
    if p is None:
        return None
    verdict = _verdict(row)
    if p < _SMALLEST_P:
        return tr(_TINY_P, verdict=verdict, p=_SMALLEST_P)
    return tr(_P, verdict=verdict, p=p)


def _card(row: _Row, tr: Text) -> str:
    found = row.found
    interval = None
    if found.low is not None and found.high is not None:
        interval = tr(_INTERVAL, low=_points(found.low, tr), high=_points(found.high, tr))
    return card(
        [
            row.name,
            _points(found.difference, tr),
            tr(_NOW if row.periods else _HERE, rate=rate_line(found.after, tr)),
            tr(_BEFORE if row.periods else _OTHERS, rate=rate_line(found.before, tr)),
            interval,
            _p_line(row, tr),
            maturity_line(found.after, tr),
        ]
    )


def _alt(title: str, rows: Sequence[_Row], tr: Text) -> str:
    said = [
        tr(_ALT_ONE, name=r.name, diff=_points(r.found.difference, tr), verdict=_verdict(r))
        for r in rows
    ]
    return tr(_ALT, title=title, parts=tr(Words(", ", "、")).join(said))
