"""Referral as figures: the steps per user acquired, and K by acquisition cohort."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from html import escape
from itertools import pairwise

import plotly.graph_objects as go

from charts.cards import INTERVAL, card
from charts.sketch import Sketch
from charts.theme import NORMAL, SMALL, Axis, Palette, axis_for, layout, palette, text_width, tint
from data.scope import Span
from format import dates, numbers
from i18n import Text, Words
from metrics.reading import REASONS, Maturity, Reading
from metrics.referral.referral import Referral, ReferralAnswer
from metrics.referral.steps import Step
from metrics.referral.words import MEASURES, STEPS, not_counted, value_text

_ROW, _TOP, _BOTTOM = 62, 4, 6
_BAR_AT, _THICK = 42, 18
_BIG = 17
_PLOT, _RIGHT = 222, 30
_MOST_TICKS = 4

_USERS = Words("{n} users", "{n} 人")
_ONE_USER = Words("{n} user", "{n} 人")
_INVITATIONS = Words("{n} invitations from {k} users", "{k} 人发出 {n} 个邀请")
_OF = Words("{k} of {n} ({share})", "{n} 个中 {k} 个（{share}）")
_BUYERS = Words("{k} of {n} who accepted ({share})", "已接受的 {n} 人中 {k} 人（{share}）")
_PER_USER = Words("{value} per user acquired", "每名获客用户 {value}")
_NO_VALUE = Words("no value: {reason}", "无数值：{reason}")
_ROUND = Words("{i} invitations × {c} accepted", "人均邀请 {i} × 接受率 {c}")
_STEPS_ALT = Words("Per user acquired: {steps}.", "每名获客用户：{steps}。")
_STEP_ALT = Words("{step} {value}", "{step} {value}")
_COMMA = Words(", ", "、")
_K_ALT = Words(
    "K by acquisition cohort: from {first} to {last}; {n} cohorts not final.",
    "各获客批次的 K：从 {first} 到 {last}；{n} 个批次未定稿。",
)
_K_ALT_NONE = Words("K by acquisition cohort: no value yet.", "各获客批次的 K：暂无数值。")


@dataclass(frozen=True, slots=True)
class _Bar:
    """One step: how many per user acquired, and in words what that was made of."""

    step: Step
    reading: Reading
    made_of: str


def steps(row: Referral, tr: Text, *, dark: bool) -> go.Figure:
    """A bar per step, each in counts per user acquired: 1, then i, K, and referred customers; the
    95 % interval as a whisker. A step without a value says why. `customdata` is the step."""
    colours = palette(dark)
    bars = _bars(row, tr)
    height = _TOP + _ROW * len(bars) + _BOTTOM
    alt = tr(
        _STEPS_ALT,
        steps=tr(_COMMA).join(
            tr(_STEP_ALT, step=STEPS[b.step], value=_short(b.reading.value, tr)) for b in bars
        ),
    )
    sketch = Sketch(layout(dark, tr, height=height, alt=alt))
    tops = [_ROW * n for n in range(len(bars))]
    shown = [(b, top) for b, top in zip(bars, tops, strict=True) if b.reading.value is not None]
    sketch.trace(
        "bar",
        name="steps",
        orientation="h",
        x=[b.reading.value for b, _ in shown],
        y=[top + _BAR_AT for _, top in shown],
        width=[_THICK] * len(shown),
        marker={"color": colours.accent, "line": {"width": 0}},
        error_x={
            "type": "data",
            "symmetric": False,
            "array": [_gap(b.reading.high, b.reading.value) for b, _ in shown],
            "arrayminus": [_gap(b.reading.low, b.reading.value) for b, _ in shown],
            "color": colours.text,
            "thickness": 1.5,
            "width": 0,
        },
        hoverinfo="text",
        hovertext=[_step_card(row, b, tr) for b, _ in shown],
        customdata=[b.step.value for b, _ in shown],
    )
    for bar, top in zip(bars, tops, strict=True):
        _name(sketch, bar, top, tr, colours)
    longest = max((b.reading.high or b.reading.value or 0.0 for b, _ in shown), default=1.0)
    sketch.axis("xaxis", range=[0, longest * 1.01], showticklabels=False)
    sketch.axis("yaxis", range=[_ROW * len(bars), 0], showticklabels=False, showgrid=False)
    sketch.layout.update(
        hovermode="closest", margin={"l": 6, "r": 14, "t": _TOP, "b": _BOTTOM, "pad": 2}
    )
    return sketch.figure()


def _bars(row: Referral, tr: Text) -> list[_Bar]:
    c = row.counts

    def count(name: str) -> str:
        return numbers.full(c[name], "count", tr)

    def part(words: Words, k: str, n: str) -> str:
        share = numbers.short(c[k] / c[n], "share", tr) if c[n] else numbers.NO_VALUE
        return tr(words, k=count(k), n=count(n), share=share)

    members = c["members"]
    acquired = Reading(1.0, members, members) if members else row.invites_per_user
    return [
        _Bar(
            Step.ACQUIRED, acquired,
            tr(_ONE_USER if members == 1 else _USERS, n=count("members")),
        ),
        _Bar(
            Step.INVITED, row.invites_per_user,
            tr(_INVITATIONS, n=count("sent"), k=count("inviters")),
        ),
        _Bar(Step.ACCEPTED, row.k_factor, part(_OF, "accepted", "settled")),
        _Bar(Step.CUSTOMERS, row.customers_per_user, part(_BUYERS, "customers", "accepted")),
    ]  # fmt: skip


def _name(sketch: Sketch, bar: _Bar, top: int, tr: Text, colours: Palette) -> None:
    said = bar.made_of
    if bar.reading.reason is not None:
        said = tr(REASONS[bar.reading.reason])
    small = f'<span style="font-size:{NORMAL}px;color:{colours.muted}">{escape(said)}</span>'
    value = escape(_short(bar.reading.value, tr))
    sketch.note(
        text=f"{escape(tr(STEPS[bar.step]))}  <b>{value}</b>  {small}",
        xref="paper",
        x=0,
        y=top + 6,
        xanchor="left",
        yanchor="top",
        font={"size": _BIG, "color": colours.text},
    )


def _step_card(row: Referral, bar: _Bar, tr: Text) -> str:
    r = bar.reading
    return card(
        [
            tr(STEPS[bar.step]),
            tr(_PER_USER, value=numbers.full(r.value, "times", tr)),
            bar.made_of,
            _interval(r, tr),
            dates.span(row.span.start, row.span.end, tr),
            *not_counted(row, tr),
        ]
    )


def k_by_cohort(found: ReferralAnswer, tr: Text, *, dark: bool) -> go.Figure:
    """K by cohort as a line from zero, its 95 % interval as a whisker; cohorts that are not final
    are hollow and joined by a dashed line, those without a value a tick at the foot that says
    why. `customdata` is the cohort's first and last day."""
    if not found.cohorts:
        raise ValueError("K by cohort needs at least one cohort; got none")
    colours = palette(dark)
    points = found.cohorts
    ends = [v for p in points for v in (p.k_factor.value, p.k_factor.high) if v is not None]
    axis = axis_for(ends, "times", tr, from_zero=True, most_ticks=4)
    sketch = Sketch(layout(dark, tr, height=_TOP + _PLOT + 40, alt=_k_alt(points, tr)))
    _line(sketch, points, colours)
    _points(sketch, found, colours, tr)
    _missing(sketch, found, axis, colours, tr)
    every = -(-len(points) // _MOST_TICKS)
    kept = points[(len(points) - 1) % every :: every]
    half = timedelta(days=max(p.span.days for p in points)) * 0.6
    sketch.axis(
        "xaxis",
        type="date",
        range=[_middle(points[0].span) - half, _middle(points[-1].span) + half],
        tickmode="array",
        tickvals=[_middle(p.span) for p in kept],
        ticktext=dates.ticks([(p.span.start, p.span.end) for p in kept], found.grain, tr),
        tickangle=0,
    )
    sketch.axis("yaxis", **axis.options())
    left = 14 + max((text_width(t, SMALL) for t in axis.labels), default=0)
    sketch.layout.update(
        hovermode="closest", margin={"l": left, "r": _RIGHT, "t": _TOP + 6, "b": 40, "pad": 4}
    )
    return sketch.figure()


def _is_open(row: Referral) -> bool:
    return row.maturity is not Maturity.MATURE or not row.whole


def _line(sketch: Sketch, points: Sequence[Referral], colours: Palette) -> None:
    for dash in ("solid", "4px,3px"):
        xs: list[datetime | None] = []
        ys: list[float | None] = []
        for a, b in pairwise(points):
            one, other = a.k_factor.value, b.k_factor.value
            if one is None or other is None or (_is_open(a) or _is_open(b)) != (dash != "solid"):
                continue
            xs += [_middle(a.span), _middle(b.span), None]
            ys += [one, other, None]
        if xs:
            sketch.trace(
                "scatter",
                name="final" if dash == "solid" else "not final",
                x=xs,
                y=ys,
                mode="lines",
                line={"color": colours.accent, "width": 2, "dash": dash},
                hoverinfo="skip",
            )


def _points(sketch: Sketch, found: ReferralAnswer, colours: Palette, tr: Text) -> None:
    known = [p for p in found.cohorts if p.k_factor.value is not None]
    sketch.trace(
        "scatter",
        name="k_factor",
        x=[_middle(p.span) for p in known],
        y=[p.k_factor.value for p in known],
        mode="markers",
        marker={
            "size": 7,
            "color": [colours.paper if _is_open(p) else colours.accent for p in known],
            "line": {"width": 1.5, "color": colours.accent},
        },
        error_y={
            "type": "data",
            "symmetric": False,
            "array": [_gap(p.k_factor.high, p.k_factor.value) for p in known],
            "arrayminus": [_gap(p.k_factor.low, p.k_factor.value) for p in known],
            "color": tint(colours.accent, 0.35),
            "thickness": 2,
            "width": 0,
        },
        hoverinfo="text",
        hovertext=[_cohort_card(found, p, tr) for p in known],
        customdata=[_ends(p.span) for p in known],
        cliponaxis=False,
    )


def _missing(sketch: Sketch, found: ReferralAnswer, axis: Axis, colours: Palette, tr: Text) -> None:
    gone = [p for p in found.cohorts if p.k_factor.value is None]
    if gone:
        sketch.trace(
            "scatter",
            name="missing",
            x=[_middle(p.span) for p in gone],
            y=[axis.low] * len(gone),
            mode="markers",
            marker={
                "symbol": "line-ns-open",
                "size": 9,
                "color": colours.comparison,
                "line": {"width": 2, "color": colours.comparison},
            },
            hoverinfo="text",
            hovertext=[_cohort_card(found, p, tr) for p in gone],
            customdata=[_ends(p.span) for p in gone],
            cliponaxis=False,
        )


def _cohort_card(found: ReferralAnswer, row: Referral, tr: Text) -> str:
    k = row.k_factor
    value, made_of = numbers.full(k.value, "times", tr), None
    if k.reason is not None:
        value = tr(_NO_VALUE, reason=REASONS[k.reason])
    else:
        i, c = row.invites_per_user.value, row.accepted_share.value
        made_of = tr(
            _ROUND,
            i=value_text(i, "invites_per_user", tr, None),
            c=value_text(c, "accepted_share", tr, None),
        )
    return card(
        [
            tr(MEASURES["k_factor"].name),
            value,
            made_of,
            _interval(k, tr),
            dates.bucket(row.span.start, row.span.end, found.grain, tr, year_of=None),
            *not_counted(row, tr),
        ]
    )


def _interval(r: Reading, tr: Text) -> str | None:
    if r.low is None or r.high is None:
        return None
    low, high = (numbers.full(v, "times", tr) for v in (r.low, r.high))
    return tr(INTERVAL, low=low, high=high)


def _short(value: float | None, tr: Text) -> str:
    return numbers.short(value, "times", tr)


def _gap(end: float | None, value: float | None) -> float:
    return 0.0 if end is None or value is None else abs(end - value)


def _middle(span: Span) -> datetime:
    start = datetime(span.start.year, span.start.month, span.start.day)
    return start + timedelta(days=span.days) / 2


def _ends(span: Span) -> list[str]:
    return [span.start.isoformat(), (span.end - timedelta(days=1)).isoformat()]


def _k_alt(points: Sequence[Referral], tr: Text) -> str:
    known = [p.k_factor.value for p in points if p.k_factor.value is not None]
    if not known:
        return tr(_K_ALT_NONE)
    return tr(
        _K_ALT,
        first=_short(known[0], tr),
        last=_short(known[-1], tr),
        n=sum(_is_open(p) for p in points),
    )
