"""The table of models side by side, and one channel opened into its campaigns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import streamlit as st

from data.dimensions import CHANNEL
from format import numbers
from i18n import Text, Words
from metrics.attribution.campaigns import Campaigns
from metrics.attribution.result import Attribution, ChannelCredits
from metrics.attribution.spec import DIRECT, MODELS, Model
from metrics.attribution.spend import OTHER
from metrics.attribution.text import (
    Answer,
    as_csv,
    campaign_name,
    channel_name,
    cost_name,
    credit_text,
    rule_text,
)
from metrics.channels.spec import LEVELS
from metrics.metric import Unit
from metrics.reading import REASONS, Reading
from ui.attribution.asked import Asked, show
from ui.attribution.people import BEHIND, Number
from ui.attribution.view import SHOWN, Show
from ui.page import section
from ui.row_table import Cell, RowColumn, RowOf, opened, picked, row_table
from ui.session import dark, text, warehouse

KEY, CAMPAIGNS_KEY = "attribution_table", "attribution_campaigns"
UNITS: dict[Show, str] = {Show.CREDITS: Unit.COUNT, Show.COST: Unit.MONEY, Show.ROAS: Unit.TIMES}
_BEFORE = 1
"""Columns before those of the models."""


def table_section(found: Attribution, asked: Asked) -> None:
    """Every channel under every model; a number opens its customers, a name its campaigns."""
    tr = text()
    section(
        tr(Words("Models side by side", "各模型对照")),
        tr(
            Words(
                "{shown} of each channel under each model. Click a number for the customers behind "
                "it, a name for its campaigns. Range: highest ÷ lowest model.",
                "各渠道在各模型下的{shown}。点击数字查看背后的用户，点击名称查看推广活动。"
                "差距：最高模型 ÷ 最低模型。",
            ),
            shown=shown_name(asked, tr),
        ),
    )
    rows = [
        RowOf(
            n,
            channel_name(c.channel, tr),
            tuple(_cells(c, asked, found, tr, listed=True)),
            opens=c.channel != DIRECT,
        )
        for n, c in enumerate(found.channels)
    ]
    rows.append(RowOf(len(rows), tr(Words("All", "合计")), _total(found, asked, tr), strong=True))

    def people() -> None:
        at = picked(KEY)
        if at is not None and at[0] < len(found.channels):
            model = found.models[at[1] - _BEFORE]
            BEHIND.want(Number(found.channels[at[0]].channel, model))

    def into() -> None:
        at = opened(KEY)
        if at is not None and at < len(found.channels):
            show(replace(asked.view, of=found.channels[at].channel))

    row_table(
        rows,
        _columns(found, asked, tr),
        corner=tr(CHANNEL.name),
        label=tr(Words("Credit by channel and model", "各渠道各模型的归因")),
        dark=dark(),
        key=KEY,
        on_pick=people,
        on_open=into,
    )
    _download(found, asked, None, tr)


def shown_name(asked: Asked, tr: Text) -> str:
    """What the numbers are called here: the cost of a new customer is CAC."""
    cost = asked.show is Show.COST
    return tr(cost_name(asked.spec.conversions) if cost else SHOWN[asked.show])


def _columns(found: Attribution, asked: Asked, tr: Text) -> list[RowColumn]:
    return [
        RowColumn(tr(Words("Spend", "花费"))),
        *[RowColumn(tr(MODELS[m]), note=rule_text(m, found.spec, tr)) for m in found.models],
        RowColumn(tr(Words("Range", "差距")), note=tr(Words("highest ÷ lowest", "最高 ÷ 最低"))),
    ]


def _cells(
    row: ChannelCredits, asked: Asked, found: Attribution, tr: Text, *, listed: bool
) -> list[Cell]:
    return [
        _spend(row, asked, tr),
        *[_cell(row, m, asked, found, tr, listed=listed) for m in found.models],
        _range([asked.value(row, m) for m in found.models], tr),
    ]


def _spend(row: ChannelCredits, asked: Asked, tr: Text) -> Cell:
    if row.spend is None or (row.spend.amount == 0 and not row.spend.unrated):
        return Cell(numbers.NO_VALUE, tone="none", lines=(_reason(row.cost(Model.LAST), tr),))
    currency = asked.scope.currency
    full = numbers.full(row.spend.amount, Unit.MONEY, tr, currency)
    return Cell(numbers.short(row.spend.amount, Unit.MONEY, tr, currency), lines=(full,))


def _reason(reading: Reading, tr: Text) -> str:
    return "" if reading.reason is None else tr(REASONS[reading.reason])


def _cell(
    row: ChannelCredits, model: Model, asked: Asked, found: Attribution, tr: Text, *, listed: bool
) -> Cell:
    """The number shown, with everything that is known beside it."""
    credit, currency = row.credit[model], asked.scope.currency
    reading = asked.value(row, model)
    total = found.total(model)
    lines = [
        tr(
            Words("{n} credited ({share})", "归因 {n}（{share}）"),
            n=credit_text(credit.credits, tr),
            share=numbers.short(credit.credits / total if total else None, Unit.SHARE, tr),
        ),
        _line(Words("Revenue", "收入"), credit.revenue, Unit.MONEY, tr, currency),
        _line(cost_name(asked.spec.conversions), row.cost(model).value, Unit.MONEY, tr, currency),
        _line(Words("ROAS", "ROAS"), row.roas(model).value, Unit.TIMES, tr, currency),
    ]
    if row.channel == DIRECT and row.untouched:
        words = Words("{n} without a touch on record", "其中无触点记录 {n}")
        lines.append(tr(words, n=numbers.full(row.untouched, Unit.COUNT, tr)))
    if reading.reason is not None:
        why = _reason(reading, tr)
        return Cell(numbers.NO_VALUE, tone="none", lines=(why, *[x for x in lines if x]))
    return Cell(
        value_text(reading.value or 0.0, asked, tr),
        lines=tuple(x for x in lines if x),
        pick=listed and credit.credits > 0,
    )


def _line(name: Words, value: float | None, unit: str, tr: Text, currency: str) -> str:
    if value is None:
        return ""
    return f"{tr(name)}{tr(Words(': ', '：'))}{numbers.full(value, unit, tr, currency)}"


def value_text(value: float, asked: Asked, tr: Text) -> str:
    """A number of the table: credits with a decimal, costs whole where they are large."""
    if asked.show is Show.CREDITS:
        return credit_text(value, tr)
    return numbers.short(value, UNITS[asked.show], tr, asked.scope.currency)


def _range(readings: Sequence[Reading], tr: Text) -> Cell:
    values = [r.value for r in readings if r.value]
    if len(values) < len(readings) or min(values) <= 0:
        return Cell(numbers.NO_VALUE, tone="none")
    return Cell(f"×{max(values) / min(values):.2f}")


def _total(found: Attribution, asked: Asked, tr: Text) -> tuple[Cell, ...]:
    """All channels together: by order date the same under every model."""
    spends = [c.spend for c in found.channels if c.spend is not None]
    unrated = any(s.unrated for s in spends)
    amount, currency = sum(s.amount for s in spends), asked.scope.currency
    known = bool(spends) and not unrated
    cells = [Cell(numbers.short(amount, Unit.MONEY, tr, currency) if known else numbers.NO_VALUE)]
    for model in found.models:
        credits = found.total(model)
        revenue = [c.credit[model].revenue for c in found.channels]
        value: float | None = credits
        if asked.show is Show.COST:
            value = amount / credits if known and credits else None
        elif asked.show is Show.ROAS:
            rated = known and amount > 0 and None not in revenue
            value = sum(r or 0.0 for r in revenue) / amount if rated else None
        cells.append(Cell(numbers.NO_VALUE if value is None else value_text(value, asked, tr)))
    return (*cells, Cell())


def campaign_section(found: Attribution, asked: Asked) -> None:
    """The campaigns of the channel that was opened; at most so many by name, said aloud."""
    tr, channel = text(), asked.view.of
    if not channel or found.of(channel) is None:
        return
    below = asked.campaigns(found, channel)
    named = sum(1 for r in below.rows if r.channel)
    section(
        tr(
            Words("Campaigns of {channel}", "{channel}的推广活动"),
            channel=channel_name(channel, tr),
        ),
        _how_many(below, named, tr),
    )
    st.button(
        tr(Words("Close", "收起")),
        key="attribution_campaigns_close",
        icon=":material/close:",
        on_click=lambda: show(replace(asked.view, of="")),
    )

    def people() -> None:
        at = picked(CAMPAIGNS_KEY)
        if at is not None and at[0] < len(below.rows):
            model = found.models[at[1] - _BEFORE]
            BEHIND.want(Number(channel, model, below.rows[at[0]].channel))

    row_table(
        [
            RowOf(
                n,
                campaign_name(r.channel, below.others, tr),
                tuple(_cells(r, asked, found, tr, listed=r.channel != OTHER)),
            )
            for n, r in enumerate(below.rows)
        ],
        _columns(found, asked, tr),
        corner=tr(LEVELS["campaign"]),
        label=tr(Words("Credit by campaign and model", "各推广活动各模型的归因")),
        dark=dark(),
        key=CAMPAIGNS_KEY,
        on_pick=people,
        on_open=lambda: None,
    )
    _download(found, asked, below, tr)


def _how_many(below: Campaigns, named: int, tr: Text) -> str:
    sums = tr(Words("They sum to the channel.", "各活动之和等于该渠道。"))
    if not below.others:
        return sums
    words = Words(
        "The {named} campaigns with the most credit stand by name, {others} others in one row.",
        "仅列出归因最多的 {named} 个活动，其余 {others} 个合并为一行。",
    )
    counts = (numbers.full(n, Unit.COUNT, tr) for n in (named, below.others))
    said = tr(words, **dict(zip(("named", "others"), counts, strict=True)))
    return tr(Words(" ", "")).join([said, sums])


def _download(found: Attribution, asked: Asked, below: Campaigns | None, tr: Text) -> None:
    w = warehouse()
    answer = Answer(w, asked.scope, found, None, below)
    name = "attribution" if below is None else "attribution_campaigns"
    st.download_button(
        tr(Words("Download CSV", "下载 CSV")),
        lambda: as_csv(answer).encode("utf-8-sig"),
        file_name=f"northstar_{name}_{w.shop}_{asked.span.start}_{asked.span.end}.csv",
        mime="text/csv",
        on_click="ignore",
        key=f"download_{name}",
    )
