"""Which days are like the chosen ones: the period before, last year, the same campaign, the same
weekdays.

A campaign moves from year to year (Spring Festival by up to a month, Black Friday by a day), so a
range that holds one is laid over last year's by the campaign's first day: day for day the ranges
are then as far into the campaign as each other, the days around it among them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select

from data.dimensions import MARKET
from data.scope import Scope, Span
from data.warehouse import Warehouse
from i18n import Words
from metrics.campaign_days import NAMES
from metrics.periods import (
    HELD_AGAIN_WITHIN,
    Comparison,
    add_months,
    compared_with,
    elapsed,
    first_days,
    is_partial,
)


@dataclass(frozen=True, slots=True)
class Campaign:
    """One time that a campaign was held: consecutive days of one name in one market (None: all)."""

    name: str
    market: str | None
    span: Span

    @property
    def words(self) -> Words:
        return NAMES.get(self.name, Words(self.name, self.name))


@dataclass(frozen=True, slots=True)
class Alike:
    """What a range is compared with; `campaign` is the one that was laid over its predecessor.
    Without a span `reason` says why, unless no comparison was asked for."""

    span: Span | None
    campaign: Campaign | None = None
    reason: Words | None = None


NO_CAMPAIGN = Words(
    "no campaign of the calendar lies in these days", "所选日期内没有营销日历中的大促"
)
NOT_HELD = Words("the calendar has no {name} a year earlier", "营销日历中没有去年的{name}")


def held(rows: Iterable[tuple[str, str | None, date]]) -> tuple[Campaign, ...]:
    """Days of a calendar (name, market, day) as campaigns, in order of their first day."""
    runs: dict[tuple[str, str | None], list[Span]] = {}
    for name, market, day in sorted(rows, key=lambda r: r[2]):
        of = runs.setdefault((name, market), [])
        after = day + timedelta(days=1)
        if of and day <= of[-1].end:
            of[-1] = Span(of[-1].start, max(after, of[-1].end))
        else:
            of.append(Span(day, after))
    found = [Campaign(n, m, span) for (n, m), spans in runs.items() for span in spans]
    return tuple(sorted(found, key=lambda c: (c.span.start, c.name, c.market or "")))


def same_campaign(span: Span, known: Sequence[Campaign]) -> Alike:
    """The range laid over last year's by the campaign that takes most of its days; of several as
    long the earliest. A longer campaign than last year's runs on into the days after that one."""
    there = [c for c in known if _shared(c.span, span)]
    if not there:
        return Alike(None, reason=NO_CAMPAIGN)
    for campaign in sorted(there, key=lambda c: (-_shared(c.span, span), c.span.start)):
        before = _year_before(campaign, known)
        if before is not None:
            back = campaign.span.start - before.span.start
            return Alike(Span(span.start - back, span.end - back), campaign)
    name = max(there, key=lambda c: _shared(c.span, span)).words
    return Alike(
        None, reason=Words(NOT_HELD.en.format(name=name.en), NOT_HELD.zh.format(name=name.zh))
    )


def _shared(one: Span, other: Span) -> int:
    return max((min(one.end, other.end) - max(one.start, other.start)).days, 0)


def _year_before(campaign: Campaign, known: Sequence[Campaign]) -> Campaign | None:
    """The same campaign in the same market, held nearest to a year earlier."""
    wanted = add_months(campaign.span.start, -12)
    same = [
        c
        for c in known
        if (c.name, c.market) == (campaign.name, campaign.market)
        and abs((c.span.start - wanted).days) <= HELD_AGAIN_WITHIN
    ]
    return min(same, key=lambda c: abs((c.span.start - wanted).days), default=None)


def campaigns(warehouse: Warehouse, scope: Scope) -> tuple[Campaign, ...]:
    """Campaigns of the markets in view."""
    c = warehouse.sources(Scope(warehouse.reporting.currency)).calendar
    statement = select(c.c.name, c.c.market, c.c.day).distinct()
    rows = warehouse.fetch(statement.order_by(c.c.day, c.c.name, c.c.market))
    kept = scope.kept(MARKET.key)
    read = [
        (str(name), market if isinstance(market, str) else None, on)
        for name, market, on in rows.itertuples(index=False)
    ]
    return held(r for r in read if kept is None or r[1] is None or r[1] in kept)


def like_for_like(warehouse: Warehouse, scope: Scope, span: Span, comparison: Comparison) -> Alike:
    """The days that a range is compared with, and by which campaign."""
    if comparison is Comparison.CAMPAIGN:
        return same_campaign(span, campaigns(warehouse, scope))
    return Alike(compared_with(span, comparison))


def comparable(
    warehouse: Warehouse, scope: Scope, span: Span, comparison: Comparison
) -> Span | None:
    """The days that a range is compared with; None where there are none or none were asked for."""
    return like_for_like(warehouse, scope, span, comparison).span


def as_far(span: Span, against: Span, until: date) -> tuple[Span, Span] | None:
    """Both ranges over as many complete days: a running one and what it is compared with are cut
    to the days that are over. None where no day is."""
    done = elapsed(span, until)
    if done is None:
        return None
    return (done, first_days(against, done.days)) if is_partial(span, until) else (span, against)
