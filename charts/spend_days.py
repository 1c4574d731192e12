"""Which days of spend have come: a strip of days for each ad account, missing ones marked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from html import escape

import plotly.graph_objects as go

from charts.cards import card
from charts.sketch import Sketch
from charts.theme import SMALL, layout, palette, tint
from format import dates, numbers
from i18n import Text, Words
from metrics.spend_coverage import AccountDays

_ROW, _TOP, _BOTTOM = 34, 4, 34
_MOST_TICKS = 4
_ALT = Words(
    "Days with spend by ad account, {first} to {last}: {told}.",
    "各广告账户的花费日期，{first} 至 {last}：{told}。",
)
_WHOLE = Words("{account} complete", "{account} 完整")
_LACKS = Words("{account} misses {n} days", "{account} 缺 {n} 天")
_MISSING = Words("missing: no row between days with rows", "缺失：前后有数据，当日无数据")
_NAME = Words("{account} · {n} days missing", "{account} · 缺 {n} 天")


def spend_days(
    days: Sequence[date],
    accounts: Sequence[AccountDays],
    tr: Text,
    *,
    currency: str,
    dark: bool,
) -> go.Figure:
    """A row for each account, a mark for each of its days; a missing one carries a cross."""
    if not days or not accounts:
        raise ValueError("a strip of days needs a day and an account")
    colours = palette(dark)
    height = _TOP + _BOTTOM + _ROW * len(accounts)
    sketch = Sketch(layout(dark, tr, height=height, alt=alt_text(days, accounts, tr)))
    at = {d: datetime(d.year, d.month, d.day, 12) for d in days}
    day_ms = 86_400_000
    for row, a in enumerate(accounts):
        y = len(accounts) - row
        there = [d for d in days if d in a.spend]
        sketch.trace(
            "bar",
            name=a.account or "–",
            x=[at[d] for d in there],
            y=[0.36] * len(there),
            base=[y - 0.9] * len(there),
            width=day_ms * 0.82,
            marker={"color": colours.accent, "line": {"width": 0}},
            hoverinfo="text",
            hovertext=[_card(a, d, tr, currency) for d in there],
        )
        gone = [d for d in a.missing if d in at]
        if gone:
            sketch.trace(
                "bar",
                name=a.account or "–",
                x=[at[d] for d in gone],
                y=[0.36] * len(gone),
                base=[y - 0.9] * len(gone),
                width=day_ms * 0.82,
                marker={"color": tint(colours.bad, 0.25), "line": {"width": 0}},
                hoverinfo="text",
                hovertext=[_card(a, d, tr, currency) for d in gone],
            )
            sketch.trace(
                "scatter",
                x=[at[d] for d in gone],
                y=[y - 0.72] * len(gone),
                mode="markers",
                marker={
                    "symbol": "x-thin-open", "size": 7, "color": colours.bad,
                    "line": {"width": 2, "color": colours.bad},
                },
                hoverinfo="skip",
            )  # fmt: skip
        name = tr(_NAME, account=a.account or "–", n=len(gone)) if gone else a.account or "–"
        sketch.note(
            text=escape(name),
            xref="paper",
            x=0,
            y=y - 0.5,
            xanchor="left",
            yanchor="bottom",
            font={"size": SMALL, "color": colours.bad if gone else colours.text},
        )
    every = -(-len(days) // _MOST_TICKS)
    kept = list(days[(len(days) - 1) % every :: every])
    sketch.axis(
        "xaxis",
        type="date",
        range=[at[days[0]] - dates.DAY, at[days[-1]] + dates.DAY],
        tickmode="array",
        tickvals=[at[d] for d in kept],
        ticktext=dates.ticks([(d, d + dates.DAY) for d in kept], "day", tr),
        tickangle=0,
    )
    sketch.axis(
        "yaxis", range=[0, len(accounts)], showticklabels=False, showgrid=False, zeroline=False
    )
    sketch.layout.update(
        barmode="overlay",
        hovermode="closest",
        margin={"l": 8, "r": 24, "t": _TOP, "b": _BOTTOM, "pad": 2},
    )
    return sketch.figure()


def alt_text(days: Sequence[date], accounts: Sequence[AccountDays], tr: Text) -> str:
    """The same for those who do not see it."""
    told = [
        tr(_LACKS, account=a.account or "–", n=len(a.missing))
        if a.missing
        else tr(_WHOLE, account=a.account or "–")
        for a in accounts
    ]
    comma = tr(Words(", ", "、"))
    return tr(_ALT, first=days[0], last=days[-1], told=comma.join(told))


def _card(a: AccountDays, day: date, tr: Text, currency: str) -> str:
    amount = a.spend.get(day)
    said = None if amount is None else numbers.full(amount, "money", tr, currency)
    return card(
        [
            a.account or "–",
            said,
            dates.day(day, tr, year_of=date(1, 1, 1)),
            tr(_MISSING) if amount is None else None,
        ]
    )
