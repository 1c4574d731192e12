"""The contract: canonical tables that every source is mapped onto.

Everything above `data/` knows only these names. Identifiers are text (any export has its own kind),
instants are UTC without an offset, money is DECIMAL in the row's own currency. Required columns
carry `info["required"]`; a table's key and its time column stand in `KEYS` and `TIME_OF`.
There are no database constraints: the import guarantees keys, and `data/checks.py` counts breaches.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Integer,
    MetaData,
    Numeric,
    String,
    Table,
)
from sqlalchemy.types import TypeEngine

contract = MetaData()

MONEY = Numeric(18, 4)
"""Unit prices have up to four decimals in real exports; sums stay exact."""
RATE = Numeric(18, 8)
"""Exchange rates and weights."""


def _table(name: str, /, **columns: str) -> Table:
    return Table(name, contract, *[_column(key, kind) for key, kind in columns.items()])


_KINDS: dict[str, TypeEngine[Any]] = {
    "id": String(),
    "text": String(),
    "at": DateTime(),
    "on": Date(),
    "money": MONEY,
    "rate": RATE,
    "int": Integer(),
    "big": BigInteger(),
    "flag": Boolean(),
}


def _column(name: str, kind: str) -> Column[Any]:
    required = kind.endswith("*")
    kind = kind.rstrip("*")
    return Column(name, _KINDS[kind], info={"required": required, "kind": kind})


users = _table(
    "users",
    user_id="id*", registered_at="at*", first_seen_at="at", country="text", city="text",
    language="text", platform="text", gender="text", birth_year="int", channel="text",
    campaign="text", referrer_id="id", is_test="flag",
)  # fmt: skip
events = _table(
    "events",
    user_id="id", visitor_id="id", occurred_at="at*", event="text*", event_id="id",
    session_id="id", channel="text", campaign="text", platform="text", country="text",
    item_id="id", category="text", order_id="id", value="money", currency="text",
    properties="text",
)  # fmt: skip
identities = _table("identities", visitor_id="id*", user_id="id*", linked_at="at")
orders = _table(
    "orders",
    order_id="id*", user_id="id", ordered_at="at*", paid_at="at", status="text*",
    gross_amount="money*", discount_amount="money", shipping_amount="money", tax_amount="money",
    session_id="id", visitor_id="id", cost_amount="money", currency="text", coupon_code="text",
    payment_method="text", platform="text", country="text", channel="text", delivered_at="at",
)  # fmt: skip
refunds = _table(
    "refunds",
    refund_id="id*", refunded_at="at*", amount="money*", order_id="id", user_id="id",
    item_id="id", currency="text", reason="text", country="text",
)  # fmt: skip
order_items = _table(
    "order_items",
    order_id="id*", item_id="id*", quantity="int*", unit_price="money*", category="text",
    brand="text", discount_amount="money", cost_amount="money",
)  # fmt: skip
touchpoints = _table(
    "touchpoints",
    touch_id="id", user_id="id", visitor_id="id", touched_at="at*", channel="text*",
    campaign="text", kind="text", cost="money",
)  # fmt: skip
marketing_spend = _table(
    "marketing_spend",
    day="on*", channel="text*", spend="money*", source="text", campaign_id="id", campaign="text",
    platform="text", country="text", currency="text", impressions="big", clicks="big",
    claimed_conversions="money", claimed_value="money", kind="text",
)  # fmt: skip
invitations = _table(
    "invitations",
    invitation_id="id*", inviter_id="id*", invited_at="at*", invitee_id="id", accepted_at="at",
    reward_cost="money", medium="text",
)  # fmt: skip
experiments = _table(
    "experiments",
    experiment_id="id*", name="text*", unit="text*", started_at="at*", ended_at="at",
    hypothesis="text", primary_metric="text", owner="text",
)  # fmt: skip
experiment_arms = _table(
    "experiment_arms", experiment_id="id*", arm="text*", weight="rate*", is_control="flag*"
)
exposures = _table("exposures", experiment_id="id*", unit_id="id*", arm="text*", exposed_at="at*")
memberships = _table(
    "memberships",
    user_id="id*", tier="text*", valid_from="at*", valid_to="at", points="big",
)  # fmt: skip
campaign_sends = _table(
    "campaign_sends",
    campaign_id="id*", user_id="id*", assigned_at="at*", sent_at="at", arm="text", kind="text",
    cost="money",
)  # fmt: skip
feedback = _table(
    "feedback",
    user_id="id*", given_at="at*", kind="text*", reason="text", score="int", item_id="id",
)  # fmt: skip
fx_rates = _table("fx_rates", day="on*", currency="text*", rate="rate*")
calendar = _table("calendar", day="on*", name="text*", market="text")

KEYS: dict[str, tuple[str, ...]] = {
    "users": ("user_id",),
    "events": ("event_id",),
    "identities": ("visitor_id",),
    "orders": ("order_id",),
    "refunds": ("refund_id",),
    "order_items": (),
    "touchpoints": ("touch_id",),
    "marketing_spend": (),
    "invitations": ("invitation_id",),
    "experiments": ("experiment_id",),
    "experiment_arms": ("experiment_id", "arm"),
    "exposures": (),
    "memberships": (),
    "campaign_sends": ("campaign_id", "user_id"),
    "feedback": (),
    "fx_rates": ("day", "currency"),
    "calendar": ("day", "name", "market"),
}
"""What makes a row the same row when it is imported again. Empty: rows have no name of their own.
`events` and `touchpoints` may lack their id; then a file's days replace the days stored before."""

REPORTED_BY: dict[str, str] = {"marketing_spend": "source"}
"""Who reports the rows of a table without ids: a file speaks for the days of the accounts that are
in it, and not for what another account spent on the same day."""

TIME_OF: dict[str, str] = {
    "users": "registered_at",
    "events": "occurred_at",
    "identities": "linked_at",
    "orders": "ordered_at",
    "refunds": "refunded_at",
    "touchpoints": "touched_at",
    "marketing_spend": "day",
    "invitations": "invited_at",
    "experiments": "started_at",
    "exposures": "exposed_at",
    "memberships": "valid_from",
    "campaign_sends": "assigned_at",
    "feedback": "given_at",
    "fx_rates": "day",
    "calendar": "day",
}
"""The column that dates a row; `order_items` are dated by their order."""

ONE_OF: dict[str, tuple[str, ...]] = {
    "events": ("user_id", "visitor_id"),
    "touchpoints": ("user_id", "visitor_id"),
}
"""Tables that need at least one of several columns on every row."""

PAID = "paid"
"""Orders carry their source's status mapped to one of these words."""
STATUSES = (PAID, "pending", "cancelled")


def required_columns(table: str) -> tuple[str, ...]:
    """Names of the columns without which a row of this table can't be read."""
    return tuple(c.name for c in contract.tables[table].columns if c.info["required"])
