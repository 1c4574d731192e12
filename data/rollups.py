"""The serving tables: small tables at the grain that pages ask for.

`data/refresh.py` builds them from the canonical tables, test users left out, with days cut in the
reporting time zone. Every one carries the user's market, channel and platform (a guest order's
own), never null. A number read from here equals the number from the canonical tables exactly.
"""

from __future__ import annotations

import hashlib

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Float,
    Index,
    Integer,
    MetaData,
    Numeric,
    SmallInteger,
    String,
    Table,
)

from data.schema import MONEY
from data.unit_outcomes import UNRATED, VARIABLES, VECTORS, pairs_of, product_name

rollup = MetaData()

CROSS_RATE = Numeric(28, 14)
"""A dong is 0.0000394444… of a dollar: with eight places every such sum would be 0.01 % out."""


def _dimensions() -> list[Column[str]]:
    return [Column(name, String, nullable=False) for name in ("market", "channel", "platform")]


user_numbers = Table(
    "user_numbers",
    rollup,
    Column("user_id", String, nullable=False),
    Column("user_no", Integer, nullable=False),
)
visitor_numbers = Table(
    "visitor_numbers",
    rollup,
    Column("visitor_id", String, nullable=False),
    Column("visitor_no", Integer, nullable=False),
)
"""Dense numbers for identifiers, given once and kept from version to version."""

people = Table(
    "people",
    rollup,
    Column("user_no", Integer, nullable=False),
    Column("user_id", String, nullable=False),
    *_dimensions(),
    Column("campaign", String, nullable=False),
    Column("registered_at", DateTime),
    Column("registered_on", Date),
    Column("is_test", Boolean, nullable=False),
)
"""One row per user ever seen, test users included and flagged. The other serving tables use
`user_no` in place of `user_id`."""

visitors = Table(
    "visitors",
    rollup,
    Column("visitor_id", String, nullable=False),
    Column("person_no", Integer, nullable=False),
    *_dimensions(),
)
"""Who a visitor is: the user's number and home once linked, else a negative number of its own and
the country, channel and platform of its first event."""

sales = Table(
    "sales",
    rollup,
    Column("order_id", String, nullable=False),
    Column("user_no", Integer),
    Column("customer", String, nullable=False),
    *_dimensions(),
    Column("campaign", String, nullable=False),
    Column("paid_at", DateTime, nullable=False),
    Column("day", Date, nullable=False),
    Column("currency", String, nullable=False),
    Column("gmv", MONEY, nullable=False),
    Column("discounts", MONEY, nullable=False),
    Column("shipping", MONEY, nullable=False),
    Column("cost", MONEY, nullable=False),
    Column("gmv_without_cost", MONEY, nullable=False),
    Column("first_at", DateTime),
    Column("first_day", Date),
    Column("previous_day", Date),
    Column("order_no", Integer),
)
"""One row per paid order: at `paid_at`, else `ordered_at`. `cost` is of goods not returned, in the
order's currency. `order_no` counts the user's paid orders from 1;
`first_day` and `previous_day` are of that user (null for guests)."""

linked_refunds = Table(
    "linked_refunds",
    rollup,
    Column("refund_id", String, nullable=False),
    Column("order_id", String, nullable=False),
    Column("user_no", Integer),
    Column("customer", String, nullable=False),
    *_dimensions(),
    Column("campaign", String, nullable=False),
    Column("sold_at", DateTime, nullable=False),
    Column("sold_on", Date, nullable=False),
    Column("refunded_at", DateTime, nullable=False),
    Column("day", Date, nullable=False),
    Column("currency", String, nullable=False),
    Column("amount", MONEY, nullable=False),
)
"""Refunds of paid orders, with whom and when the order belongs to. `day` is the refund's own; the
currency is its own if it names one, else its order's."""

loose_refunds = Table(
    "loose_refunds",
    rollup,
    Column("refund_id", String, nullable=False),
    Column("order_id", String),
    Column("user_no", Integer),
    Column("customer", String, nullable=False),
    *_dimensions(),
    Column("campaign", String, nullable=False),
    Column("refunded_at", DateTime, nullable=False),
    Column("day", Date, nullable=False),
    Column("currency", String, nullable=False),
    Column("amount", MONEY, nullable=False),
)
"""Refunds that name no order, or one that was never loaded: they count on their own day."""

sales_day = Table(
    "sales_day",
    rollup,
    Column("day", Date, nullable=False),
    Column("customer", String, nullable=False),
    *_dimensions(),
    Column("currency", String, nullable=False),
    Column("orders", Integer, nullable=False),
    Column("gmv", MONEY, nullable=False),
    Column("discounts", MONEY, nullable=False),
    Column("shipping", MONEY, nullable=False),
    Column("refunds_of_orders", MONEY, nullable=False),
    Column("refunds_on_day", MONEY, nullable=False),
    Column("refunds_unlinked", MONEY, nullable=False),
    Column("cost", MONEY, nullable=False),
    Column("gmv_without_cost", MONEY, nullable=False),
)
"""Money by day. Refunds stand three ways: by the day of their order, by their own day, and those
that name no known order (always on their own day; contained in neither of the other two)."""

person_day = Table(
    "person_day",
    rollup,
    Column("day", Date, nullable=False),
    Column("person_no", Integer, nullable=False),
    *_dimensions(),
    Column("as_user", Boolean, nullable=False),
    Column("bought", Boolean, nullable=False),
    Column("events", Integer, nullable=False),
    Column("registered_on", Date),
    Column("previous_day", Date),
    Column("previous_user_day", Date),
)
"""One row per person and day with an active event or a paid order. `as_user` says that the day
counts as the user's activity: it is false for visits before registration, for visitors who never
registered, and for paid orders where the settings choose other events as activity. With the
person's day before (and the day before as a user) distinct people of a range are counted without a
set: those whose row is the first one in the range. `registered_on` is the user's own, so that
cohorts of registered users need no join of the largest table here with everybody."""

event_names = Table(
    "event_names",
    rollup,
    Column("event", String, nullable=False),
    Column("event_no", SmallInteger, nullable=False),
)
"""Small numbers for the names of events, given once and kept from version to version."""

event_log = Table(
    "event_log",
    rollup,
    Column("person_no", Integer, nullable=False),
    Column("occurred_at", DateTime, nullable=False),
    Column("day", Date, nullable=False),
    Column("event_no", SmallInteger, nullable=False),
    Column("session_id", String),
    Column("item_id", String),
    Column("channel", String),
    Column("campaign", String),
    Column("platform", String),
    Column("country", String),
    Column("category", String),
    Column("order_id", String),
    Column("value", MONEY),
    Column("currency", String),
    Column("properties", String),
)
"""One row per event of a person, test users left out. `purchase` rows are the paid orders (at
`paid_at`, else `ordered_at`; `value` is their GMV), never the source's own. Written in the order
of week, person and time, so that questions about people read what lies together. The columns from
`channel` on are the event's own; home attributes stand in `persons`."""
Index(
    "event_log_of_person", event_log.c.person_no, event_log.c.event_no, event_log.c.occurred_at
).ddl_if(dialect="postgresql")
"""A server finds a person's next event by it; the embedded warehouse reads along the order."""

persons = Table(
    "persons",
    rollup,
    Column("person_no", Integer, nullable=False),
    *_dimensions(),
)
"""Everybody who counts, once: users without test users, and visitors who never registered."""

MOST_KEPT_STEPS = 20
kept_funnels = Table(
    "kept_funnels",
    rollup,
    Column("funnel_no", SmallInteger, nullable=False),
    Column("fingerprint", String, nullable=False),
)
"""Funnels whose attempts are kept, by a mark of everything that decides how an attempt walks."""

kept_attempts = Table(
    "kept_attempts",
    rollup,
    Column("funnel_no", SmallInteger, nullable=False),
    Column("person_no", Integer, nullable=False),
    Column("day", Date, nullable=False),
    Column("is_first", Boolean, nullable=False),
    Column("is_furthest", Boolean, nullable=False),
    Column("place", Integer, nullable=False),
    Column("level", SmallInteger, nullable=False),
    Column("left_out", Boolean, nullable=False),
    Column("begun", DateTime, nullable=False),
    Column("open_until", DateTime, nullable=False),
    Column("day_open_until", DateTime, nullable=False),
    *[Column(f"step_{n}", DateTime) for n in range(1, MOST_KEPT_STEPS + 1)],
)
"""Of every kept funnel, person and day of entry: the attempt that got furthest (of several the
earliest) and the first one. Ranges are made of days, so no other attempt ever counts for a person.
`place` orders a person's furthest attempts: the smallest is the one that counts. `open_until`: the
last instant at which its window is open; `day_open_until` of all attempts of that day."""
Index("kept_attempts_of_day", kept_attempts.c.funnel_no, kept_attempts.c.day).ddl_if(
    dialect="postgresql"
)

touches = Table(
    "touches",
    rollup,
    Column("person_no", Integer, nullable=False),
    Column("touched_at", DateTime, nullable=False),
    Column("tie_no", Integer, nullable=False),
    Column("day", Date, nullable=False),
    Column("channel", String, nullable=False),
    Column("campaign", String, nullable=False),
    Column("kind", String, nullable=False),
)
"""Marketing touches of persons who count. Touches of a person at the same instant stand in the
order of `tie_no` (by channel, campaign and kind), so that a path is the same however its rows
arrived. A touch that does not say its kind is a click."""
Index("touches_of_person", touches.c.person_no, touches.c.touched_at).ddl_if(dialect="postgresql")

acquired = Table(
    "acquired",
    rollup,
    Column("population", String, nullable=False),
    Column("person_no", Integer, nullable=False),
    *_dimensions(),
    Column("campaign", String, nullable=False),
    Column("acquired_at", DateTime, nullable=False),
    Column("acquired_on", Date, nullable=False),
    Column("retained_on", Date),
    Column("converted_at", DateTime),
    Column("referred_at", DateTime),
)
"""Where the lifecycle of each person begins, and when the later stages were first reached, whatever
their windows. Populations: `registered` (users, from their registration) and, where identities are
known, `visited` (everybody, from the first visit). `retained_on` is the first active day on or
after the setting's first day of retention, `converted_at` the first paid order ever, `referred_at`
the first instant at which an invitation was both sent and accepted since the beginning."""

first_events = Table(
    "first_events",
    rollup,
    Column("population", String, nullable=False),
    Column("person_no", Integer, nullable=False),
    Column("market", String, nullable=False),
    Column("event_no", SmallInteger, nullable=False),
    Column("first_at", DateTime, nullable=False),
)
"""The first time of each event since the person's lifecycle began."""

trailing_change = Table(
    "trailing_change",
    rollup,
    Column("day", Date, nullable=False),
    Column("kind", String, nullable=False),
    Column("span_days", SmallInteger, nullable=False),
    *_dimensions(),
    Column("change", Integer, nullable=False),
)
"""Distinct people over trailing days, as daily changes: the sum of `change` up to a day *is* the
number of people with at least one such day in the `span_days` days that end with it. Exact, and
additive over dimensions. Kinds: `active` (7 and 30 days) and `buyer` (30 days)."""

AWAY_DAYS = (30, 60, 90, 180)
BACK = (*[f"back_{days}" for days in AWAY_DAYS], "back_later")

growth_flows = Table(
    "growth_flows",
    rollup,
    Column("grain", String, nullable=False),
    Column("starts_on", Date, nullable=False),
    Column("criterion", String, nullable=False),
    *_dimensions(),
    *[Column(name, Integer, nullable=False) for name in ("new", "retained", *BACK)],
)
"""Users by calendar period (`week_monday`, `week_sunday`, `month`) who were `active` or `bought` in
it: for the first time ever, also in the period before, or back after up to so many days away
(`back_later`: more). The sum is everybody who was there."""

retained_sales = Table(
    "retained_sales",
    rollup,
    Column("grain", String, nullable=False),
    Column("starts_on", Date, nullable=False),
    Column("user_no", Integer, nullable=False),
    Column("customer", String, nullable=False),
    *_dimensions(),
    Column("is_now", Boolean, nullable=False),
    Column("day", Date, nullable=False),
    Column("currency", String, nullable=False),
    Column("gmv", MONEY, nullable=False),
)
"""The paid orders of buyers who also bought in the calendar period before: one row per order in
the period that begins on `starts_on` (`is_now`) and in the one before it. What each of them spent
more or less follows without looking for them among all buyers. Grains are those of
`growth_flows`."""

spells = Table(
    "spells",
    rollup,
    Column("user_no", Integer, nullable=False),
    *_dimensions(),
    *[Column(name, Date, nullable=False) for name in ("entered_on", "began_on", "ended_on")],
    Column("next_on", Date),
)
"""Runs of a user's active days no further apart than the setting `states.active_days`; the day of
registration (else the first active day) begins the first one. On every day from `entered_on` on a
user has exactly one: begun, and the next one not begun yet."""

spend_day = Table(
    "spend_day",
    rollup,
    Column("day", Date, nullable=False),
    *_dimensions(),
    *[Column(name, String, nullable=False) for name in ("campaign", "source", "kind", "currency")],
    Column("spend", MONEY, nullable=False),
    Column("impressions", BigInteger),
    Column("clicks", BigInteger),
    Column("claimed_conversions", MONEY),
    Column("claimed_value", MONEY),
)
"""What marketing cost, each cost once: `marketing_spend` and, where it says nothing, what rewards,
messages and touches cost. The dimensions are those of the spend itself. What platforms count and
claim is null where they report nothing."""

signups_day = Table(
    "signups_day",
    rollup,
    Column("day", Date, nullable=False),
    *_dimensions(),
    Column("users", Integer, nullable=False),
)

sessions_day = Table(
    "sessions_day",
    rollup,
    Column("day", Date, nullable=False),
    *_dimensions(),
    Column("sessions", Integer, nullable=False),
    Column("converted", Integer, nullable=False),
)
"""Sessions by the day they began; converted: a paid order names the session."""

invites = Table(
    "invites",
    rollup,
    Column("user_no", Integer, nullable=False),
    *_dimensions(),
    Column("registered_at", DateTime),
    Column("registered_on", Date),
    Column("invitation_id", String, nullable=False),
    Column("invited_at", DateTime, nullable=False),
    Column("medium", String, nullable=False),
    Column("accepted_at", DateTime),
    Column("counts", Boolean, nullable=False),
    Column("invitee_id", String),
    Column("invitee_registered_at", DateTime),
    Column("invitee_invited_at", DateTime),
    Column("invitee_paid_at", DateTime),
    Column("reward", MONEY, nullable=False),
    Column("reward_on", Date, nullable=False),
)
"""One row per invitation of a user (the columns up to `registered_on` are the inviter's), without
test users and without invitations to oneself. `counts`: it is the invitee's first accepted one.
What became of the invitee (registration, first own invitation, first paid order, null while there
is none) belongs to the invitation, so that it is the same for everybody who may see the inviter.
`reward` is in the shop's own currency, due on the day of acceptance (else of sending)."""

experiment_units = Table(
    "experiment_units",
    rollup,
    Column("experiment_id", String, nullable=False),
    Column("person_no", Integer, nullable=False),
    *_dimensions(),
    Column("arm", String, nullable=False),
    Column("arms", SmallInteger, nullable=False),
    Column("exposed_at", DateTime, nullable=False),
    Column("exposed_on", Date, nullable=False),
    Column("last_on", Date, nullable=False),
    Column("tier", String, nullable=False),
    Column("tenure", String, nullable=False),
    Column("past_orders", String, nullable=False),
    Column("in_time", Boolean, nullable=False),
)
"""One row per experiment and person who met it, with the arm of the first exposure and in how many
`arms` the person was seen before the experiment's end (`last_on`: the last day of all). `tier`,
`tenure` (`new`: registered within a day before; else `known`, or `visitor`, who may have registered
since) and `past_orders` (`none`, `one`, `more`) are as they were at the first exposure. `in_time`:
not before the experiment's start nor after its end."""

experiment_cells = Table(
    "experiment_cells",
    rollup,
    Column("experiment_id", String, nullable=False),
    Column("days", SmallInteger, nullable=False),
    Column("exposed_on", Date, nullable=False),
    Column("market", String, nullable=False),
    Column("arm", String, nullable=False),
    Column("segmentation", String, nullable=False),
    Column("segment", String, nullable=False),
    Column("n", Integer, nullable=False),
    Column(UNRATED, Integer, nullable=False),
    *[Column(name, Float, nullable=False) for name in VARIABLES],
    *[Column(product_name(a, b), Float, nullable=False) for a, b in pairs_of(VECTORS)],
)
"""What the units of an experiment did within so many `days` of their exposure, summed by day of
exposure, market and arm: means, and products around those means. Only units of one arm, in time,
whose day's window is over; those with 0 `days` only count everybody. `segmentation` is `all` (then
`segment` is empty) or a column of `experiment_units`; money is in the shop's own currency."""

days = Table("days", rollup, Column("day", Date, nullable=False))
"""Every day of the data and a year around it, to spread a range into its days."""

fx_cross = Table(
    "fx_cross",
    rollup,
    Column("day", Date, nullable=False),
    Column("currency", String, nullable=False),
    Column("target", String, nullable=False),
    Column("rate", CROSS_RATE, nullable=False),
)
"""What one unit of `currency` is worth in `target` on that day: the cross rate through the base,
each side at its last known rate not older than seven days. A day without one has no row."""

contents = Table(
    "contents",
    rollup,
    Column("table_name", String, nullable=False),
    Column("column_name", String, nullable=False),
    Column("filled", BigInteger, nullable=False),
)
"""How many rows of each canonical column hold a value; `*` stands for the table's rows."""

facts = Table(
    "facts",
    rollup,
    Column("key", String, nullable=False),
    Column("value", String, nullable=False),
)
"""What this version is: data_from, data_through, zone, built_at, and the settings it was cut by."""

TRAILING = (("active", 7), ("active", 30), ("buyer", 30))
"""The trailing distinct counts that are kept."""


def layout() -> str:
    """A mark of these tables' columns: a version built with others has to be cut anew."""
    columns = [f"{t.name}.{c.name}:{c.type!r}" for t in rollup.sorted_tables for c in t.columns]
    return hashlib.sha256("\n".join(columns).encode()).hexdigest()[:16]
