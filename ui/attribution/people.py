"""Credits that open the customers behind them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from i18n import Text, Words
from metrics.attribution.people import attribution_people, behind
from metrics.attribution.result import Attribution, ChannelCredits
from metrics.attribution.spec import MODELS, Model
from metrics.attribution.text import campaign_name, channel_name, credit_text
from metrics.audiences.definitions import of_attribution
from ui.attribution.asked import Asked
from ui.behind import Behind
from ui.session import text, warehouse


@dataclass(frozen=True, slots=True)
class Number:
    """What was clicked: a channel's credit under a model, or that of one of its campaigns."""

    channel: str
    model: Model
    campaign: str | None = None


BEHIND: Behind[Number] = Behind("attribution")


def selecting() -> dict[str, Any]:
    """What the figure is drawn with, so that its marks can be clicked."""

    def read(data: Any, _trace: int) -> Number | None:
        if not isinstance(data, (list, tuple)) or len(data) != 2 or data[1] not in tuple(Model):
            return None
        return Number(str(data[0]), Model(data[1]))

    return BEHIND.on_select(read)


def picker(found: Attribution) -> None:
    """Every credit that can be listed."""
    tr = text()
    choices = [
        Number(c.channel, m)
        for c in found.channels
        for m in found.models
        if c.credit[m].credits > 0
    ]
    BEHIND.picker(
        choices,
        lambda n: name_of(found, n, tr),
        Words(
            "Click a mark or a number, or choose whom to list",
            "点击标记或数字，或在此选择要查看的名单",
        ),
    )


def name_of(found: Attribution, number: Number, tr: Text, row: ChannelCredits | None = None) -> str:
    """Which channel (and campaign, whose `row` it is) under which model, and its credit."""
    row = row or found.of(number.channel)
    credit = 0.0 if row is None else row.credit[number.model].credits
    place = channel_name(number.channel, tr)
    if number.campaign is not None:
        place = f"{place} · {campaign_name(number.campaign, 0, tr)}"
    return tr(
        Words("{channel} · {model}: {n} credited", "{channel} · {model}：归因 {n}"),
        channel=place,
        model=MODELS[number.model],
        n=credit_text(credit, tr),
    )


_CREDITS = Words(
    "Credits sum to the number. Orders of guests have nobody to list.",
    "份额之和等于该数字。游客订单没有可列出的用户。",
)
_CHAIN = Words(
    "A removal effect belongs to all paths together: each path that holds the channel is given an "
    "equal part of its credit.",
    "移除效应属于全部路径的整体结果：含该渠道的每条路径平分其份额。",
)


def opened_people(found: Attribution, asked: Asked) -> None:
    """The drawer of the number that was clicked before this run."""
    number = BEHIND.wanted()
    if number is None or found.of(number.channel) is None:
        return
    tr = text()
    note = [tr(_CREDITS), *([tr(_CHAIN)] if number.model is Model.MARKOV else [])]
    of = behind(found, number.channel, number.model, number.campaign)
    row = None
    if number.campaign is not None:
        below = asked.campaigns(found, number.channel).rows
        row = next((r for r in below if r.channel == number.campaign), None)
    BEHIND.open(
        lambda said: name_of(found, number, said, row),
        attribution_people(warehouse(), asked.scope, of),
        note=tr(Words(" ", "")).join(note),
        definition=of_attribution(asked.span, asked.spec, of),
    )
