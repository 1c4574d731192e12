"""A plan in the address: by channel, in percent of today's spend, so that it means the same in
every currency and when today has moved on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from metrics.saturation.whatif import Movable, within

FIXED = "fixed"
"""The total stays: what one channel takes, the others give."""
MOST = 1000.0
_BETWEEN = ":"


def read_part(text: str) -> str:
    """`kol:-12.5`: a channel and a change in percent, as it is written anew. ValueError for
    anything else."""
    channel, _, amount = text.rpartition(_BETWEEN)
    percent = float(amount)
    if not channel or not -100 <= percent <= MOST:
        raise ValueError(text)
    return write_part(channel, percent)


def write_part(channel: str, percent: float) -> str:
    return f"{channel}{_BETWEEN}{round(percent, 1):g}"


def percents(budget: Iterable[str]) -> dict[str, float]:
    """What the parts of an address say."""
    pairs = (part.rpartition(_BETWEEN) for part in budget)
    return {channel: float(amount) for channel, _, amount in pairs}


def plan_of(channels: Sequence[Movable], changes: Mapping[str, float]) -> dict[str, float]:
    """Weekly spends of the channels that can be moved, each within its reach."""
    return {
        m.channel: within(m, m.today * (1 + changes[m.channel] / 100))
        for m in channels
        if m.channel in changes
    }


def budget_of(channels: Sequence[Movable], plan: Mapping[str, float]) -> tuple[str, ...]:
    """The parts of the address that say a plan; channels that stay are left out."""
    found = []
    for m in channels:
        percent = round((plan.get(m.channel, m.today) / m.today - 1) * 100, 1)
        if percent:
            found.append(write_part(m.channel, percent))
    return tuple(found)
