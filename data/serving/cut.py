"""What the builders share: the day cut, the markets map, and which days are to be built."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, case, delete, func, true

from data.channels import NO_RULES, ChannelRules
from data.dimensions import UNKNOWN, USER_DIMENSIONS
from data.zones import DayCut, start_of_day

HOME = tuple(d.key for d in USER_DIMENSIONS)
"""Where somebody is at home: the columns that every serving table carries."""

PASSIVE_EVENTS = (
    "message_sent",
    "email_sent",
    "push_sent",
    "sms_sent",
    "message_delivered",
    "email_delivered",
    "push_delivered",
    "sms_delivered",
)
"""Things done to a user, not by them: never activity."""

PURCHASE = "purchase"
"""Always derived from paid orders; a source's own events of this name are only compared."""


@dataclass(frozen=True, slots=True)
class Cut:
    """How this shop's serving tables are cut."""

    days: DayCut
    markets: Mapping[str, str]
    activity_events: tuple[str, ...]
    include_test_users: bool
    currency: str
    """What amounts are in when neither the row nor its order names a currency."""
    retain_from_day: int = 7
    """The first day after acquisition on which activity counts as coming back."""
    active_days: int = 30
    """Active days further apart than this belong to different spells."""
    rules: ChannelRules = NO_RULES
    """Which channel is meant by what the sources write."""

    def market(self, country: ColumnElement[Any]) -> ColumnElement[str]:
        return market_of(country, self.markets)

    def channel_of(
        self,
        raw: ColumnElement[Any],
        campaign: ColumnElement[Any] | None = None,
        source: ColumnElement[Any] | None = None,
    ) -> ColumnElement[Any]:
        """The channel of a row; null where the source says nothing."""
        return self.rules.channel_of(raw, campaign, source)

    def channel(
        self,
        raw: ColumnElement[Any],
        campaign: ColumnElement[Any] | None = None,
        source: ColumnElement[Any] | None = None,
    ) -> ColumnElement[str]:
        """The channel of a row, else `unknown`."""
        return known(self.channel_of(raw, campaign, source))

    def is_active(self, event: ColumnElement[Any]) -> ColumnElement[bool]:
        """Whether an event counts as the user's own activity."""
        if self.activity_events:
            return event.in_(self.activity_events) & (event != PURCHASE)
        return event.not_in((*PASSIVE_EVENTS, PURCHASE))

    @property
    def buying_is_active(self) -> bool:
        """Whether a paid order counts as activity: unless other events were chosen for it."""
        return not self.activity_events or PURCHASE in self.activity_events

    def counts(self, is_test: ColumnElement[Any]) -> ColumnElement[bool]:
        """Whether rows of such a user are in the numbers."""
        return true() if self.include_test_users else func.coalesce(is_test, False).is_(False)


def market_of(country: ColumnElement[Any], markets: Mapping[str, str]) -> ColumnElement[str]:
    """The market of a country: the settings map, else the country itself, else unknown."""
    mapped: ColumnElement[Any] = country
    if markets:
        mapped = case(
            *[(country == known, market) for known, market in markets.items()], else_=country
        )
    return func.coalesce(func.nullif(mapped, ""), UNKNOWN)


@dataclass(frozen=True, slots=True)
class Some:
    """Reporting days to rebuild. `None` in place of a `Some` means all of them."""

    days: frozenset[date]

    def among(self, day: ColumnElement[Any]) -> ColumnElement[bool]:
        return day.in_(sorted(self.days))

    def instants(self, at: ColumnElement[Any], cut: Cut) -> ColumnElement[bool]:
        """A cheap bound on the raw instant, so that a store in time order skips the rest."""
        low = start_of_day(min(self.days), cut.days.zone)
        high = start_of_day(max(self.days) + timedelta(days=1), cut.days.zone)
        return (at >= low) & (at < high)


def clear(connection: Connection, table: Table, some: Some | None) -> None:
    """Remove what is about to be rebuilt."""
    doomed = delete(table)
    connection.execute(doomed if some is None else doomed.where(some.among(table.c.day)))


def known(value: ColumnElement[Any], *others: ColumnElement[Any]) -> ColumnElement[str]:
    """The first given value, else `unknown`; empty text counts as not given."""
    return func.coalesce(*[func.nullif(v, "") for v in (value, *others)], UNKNOWN)
