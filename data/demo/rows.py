"""A simulated cell as rows of the canonical tables."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from data.demo import loyalty, referrals, refunds, sends, touches
from data.demo.arrays import DAY, NEVER, Ints
from data.demo.arrow import (
    batch,
    flags,
    instants,
    money,
    numbered,
    numbered_range,
    whole_numbers,
    words,
)
from data.demo.baskets import COUPONS
from data.demo.cell import Cell, World
from data.demo.channels import CAMPAIGNS, CHANNEL_KEYS
from data.demo.goods import BRANDS, CATEGORY_NAMES, ITEMS, UNIT
from data.demo.journeys import EVENTS, PURCHASE, QUERIES, session_of_orders
from data.demo.markets import CURRENCIES, CURRENCY_OF, MARKETS, PLATFORMS
from data.demo.orders import METHODS, VISITORS_PER_USER
from data.demo.people import GENDERS
from data.demo.spec import CELL
from data.demo.trials import TRIALS
from data.schema import STATUSES

VISITORS = 20_000
"""Numbers of visitors set aside for a cell."""
SESSIONS = 1_000_000
ORDERS = 1_000_000
EVENTS_ROOM = 10_000_000
COUNTRIES = tuple(m.country for m in MARKETS)
_CITIES = tuple(city for m in MARKETS for city in m.cities)
_FIRST_CITY = np.cumsum([0] + [len(m.cities) for m in MARKETS[:-1]])
_LANGUAGES = tuple(m.language for m in MARKETS)
_CURRENCY = np.array(CURRENCY_OF)


def users(world: World, cell: Cell) -> Any:
    people, market = cell.people, cell.people.market
    first_seen = people.registered_at.copy()
    own = cell.events.visitor < VISITORS_PER_USER * people.size
    np.minimum.at(first_seen, cell.events.visitor[own] // VISITORS_PER_USER, cell.events.at[own])
    return batch(
        "users",
        user_id=numbered("u", np.arange(people.size) + cell.number * CELL),
        registered_at=instants(people.registered_at),
        first_seen_at=instants(first_seen),
        country=words(market, COUNTRIES),
        city=words(_FIRST_CITY[market] + people.city, _CITIES),
        language=words(market, _LANGUAGES),
        platform=words(people.platform, PLATFORMS),
        gender=words(people.gender, GENDERS),
        birth_year=whole_numbers(people.birth_year, people.birth_year < 0),
        channel=words(people.filed, CHANNEL_KEYS),
        campaign=words(people.campaign, CAMPAIGNS),
        referrer_id=numbered("u", _global(people.referrer, cell.number * CELL)),
        is_test=flags(people.is_test),
    )


def identities(world: World, cell: Cell) -> Any:
    """The device of the sign-up, and a second one that logged in a day later."""
    people = cell.people
    second = np.flatnonzero(
        people.second_device & (people.registered_at + DAY < world.spec.closes_at)
    )
    user = np.concatenate([np.arange(people.size), second])
    device = np.repeat([0, 1], [people.size, len(second)])
    return batch(
        "identities",
        visitor_id=numbered("v", VISITORS_PER_USER * user + device + cell.number * VISITORS),
        user_id=numbered("u", user + cell.number * CELL),
        linked_at=instants(people.registered_at[user] + device * DAY),
    )


def events(world: World, cell: Cell) -> Any:
    found, sessions, orders, baskets = cell.events, cell.sessions, cell.orders, cell.baskets
    inside = found.session >= 0
    session = np.where(inside, found.session, 0)
    market = np.where(inside, sessions.market[session], cell.people.market[found.user])
    sold = (found.event == PURCHASE) & (found.order >= 0)
    order = np.where(sold, found.order, 0)
    # What the browser saw: with shipping and tax, whatever became of the payment.
    seen = baskets.gross - baskets.discount + baskets.shipping + baskets.tax
    user_from, visitor_from = cell.number * CELL, cell.number * VISITORS
    number = np.where(inside, sessions.number[session] + cell.number * SESSIONS, NEVER)
    return batch(
        "events",
        user_id=numbered_range("u", _global(found.user, user_from), user_from, CELL),
        visitor_id=numbered_range(
            "v", found.visitor + visitor_from, visitor_from, int(found.visitor.max(initial=0)) + 1
        ),
        occurred_at=instants(found.at),
        event=words(found.event, EVENTS),
        event_id=numbered("", np.arange(len(found.at)) + cell.number * EVENTS_ROOM),
        session_id=numbered_range("s", number, cell.number * SESSIONS, sessions.size),
        channel=words(np.where(inside, sessions.channel[session], NEVER), CHANNEL_KEYS),
        campaign=words(np.where(inside, sessions.campaign[session], NEVER), CAMPAIGNS),
        platform=words(
            np.where(inside, sessions.platform[session], cell.people.platform[found.user]),
            PLATFORMS,
        ),
        country=words(market, COUNTRIES),
        item_id=numbered_range("i", found.item, 0, ITEMS),
        category=words(
            np.where(found.item >= 0, world.goods.category[found.item], NEVER), CATEGORY_NAMES
        ),
        order_id=numbered_range(
            "o", np.where(sold, found.order + cell.number * ORDERS, NEVER),
            cell.number * ORDERS, orders.size,
        ),
        value=money(np.where(sold, seen[order], 0), ~sold),
        currency=words(np.where(sold, _CURRENCY[market], NEVER), CURRENCIES),
        properties=words(found.query, QUERIES),
    )  # fmt: skip


def orders(world: World, cell: Cell) -> Any:
    made, baskets = cell.orders, cell.baskets
    return batch(
        "orders",
        order_id=numbered("o", np.arange(made.size) + cell.number * ORDERS),
        user_id=numbered("u", _global(made.user, cell.number * CELL)),
        ordered_at=instants(made.ordered_at),
        paid_at=instants(made.paid_at),
        status=words(made.status, STATUSES),
        gross_amount=money(baskets.gross),
        discount_amount=money(baskets.discount),
        shipping_amount=money(baskets.shipping),
        tax_amount=money(baskets.tax),
        session_id=numbered(
            "s", session_of_orders(cell.people, made) + cell.number * SESSIONS
        ),
        visitor_id=numbered("v", made.visitor + cell.number * VISITORS),
        cost_amount=money(baskets.cost, baskets.cost_unknown),
        currency=words(_CURRENCY[made.market], CURRENCIES),
        coupon_code=words(baskets.coupon, COUPONS),
        payment_method=words(made.method, METHODS),
        platform=words(made.platform, PLATFORMS),
        country=words(made.market, COUNTRIES),
        channel=words(made.channel, CHANNEL_KEYS),
        delivered_at=instants(made.delivered_at),
    )  # fmt: skip


def order_items(world: World, cell: Cell) -> Any:
    lines, goods = cell.baskets, world.goods
    return batch(
        "order_items",
        order_id=numbered_range(
            "o", lines.order + cell.number * ORDERS, cell.number * ORDERS, cell.orders.size
        ),
        item_id=numbered_range("i", lines.item, 0, ITEMS),
        quantity=whole_numbers(lines.quantity),
        unit_price=money(lines.price),
        category=words(goods.category[lines.item], CATEGORY_NAMES),
        brand=words(goods.brand[lines.item], BRANDS),
        discount_amount=money(lines.line_discount),
        cost_amount=money(np.maximum(lines.line_cost, 0), lines.line_cost < 0),
    )


def refund_rows(world: World, cell: Cell) -> Any:
    back, made = cell.refunds, cell.orders
    named = back.unnamed == 0
    return batch(
        "refunds",
        refund_id=numbered("r", np.arange(len(back.order)) + cell.number * ORDERS),
        refunded_at=instants(back.refunded_at),
        amount=money(back.amount),
        order_id=numbered("o", np.where(named, back.order + cell.number * ORDERS, NEVER)),
        user_id=numbered("u", _global(made.user[back.order], cell.number * CELL)),
        item_id=numbered("i", back.item),
        currency=words(_CURRENCY[made.market[back.order]], CURRENCIES),
        reason=words(back.reason, refunds.REASONS),
        country=words(made.market[back.order], COUNTRIES),
    )


def touchpoints(world: World, cell: Cell) -> Any:
    found = cell.touches
    return batch(
        "touchpoints",
        touch_id=numbered("", np.arange(len(found.at)) + cell.number * EVENTS_ROOM),
        user_id=numbered_range(
            "u", _global(found.user, cell.number * CELL), cell.number * CELL, CELL
        ),
        visitor_id=numbered_range(
            "v", found.visitor + cell.number * VISITORS, cell.number * VISITORS,
            int(found.visitor.max(initial=0)) + 1,
        ),
        touched_at=instants(found.at),
        channel=words(found.channel, CHANNEL_KEYS),
        campaign=words(found.campaign, CAMPAIGNS),
        kind=words(found.kind, touches.KINDS),
    )  # fmt: skip


def invitations(world: World, cell: Cell) -> Any:
    families = cell.people.families
    size = len(families.sender)
    accepted = families.accepted_at >= 0
    return batch(
        "invitations",
        invitation_id=numbered("n", np.arange(size) + cell.number * ORDERS),
        inviter_id=numbered("u", families.sender + cell.number * CELL),
        invited_at=instants(families.invited_at),
        invitee_id=numbered("u", _global(families.invitee, cell.number * CELL)),
        accepted_at=instants(families.accepted_at),
        reward_cost=money(np.full(size, referrals.REWARD * UNIT), ~accepted),
        medium=words((families.invited_at // 7) % len(referrals.MEDIA), referrals.MEDIA),
    )


def exposures(world: World, cell: Cell) -> Any:
    trial = np.concatenate([np.full(len(user), row) for row, user, _, _ in cell.exposed])
    user = np.concatenate([user for _, user, _, _ in cell.exposed])
    arm = np.concatenate([arm + _ARMS_FROM[row] for row, _, arm, _ in cell.exposed])
    at = np.concatenate([at for _, _, _, at in cell.exposed])
    return batch(
        "exposures",
        experiment_id=words(trial, [t.key for t in TRIALS]),
        unit_id=numbered("u", user + cell.number * CELL),
        arm=words(arm, [name for t in TRIALS for name, _ in t.arms]),
        exposed_at=instants(at),
    )


_ARMS_FROM = np.cumsum([0] + [len(t.arms) for t in TRIALS[:-1]])


def memberships(world: World, cell: Cell) -> Any:
    stays = cell.memberships
    return batch(
        "memberships",
        user_id=numbered("u", stays.user + cell.number * CELL),
        tier=words(stays.tier, loyalty.TIERS),
        valid_from=instants(stays.valid_from),
        valid_to=instants(stays.valid_to),
        points=whole_numbers(stays.orders * 100, big=True),
    )


def campaign_sends(world: World, cell: Cell) -> Any:
    parts = cell.sends
    campaign = np.concatenate([p.campaign for p in parts])
    sent_at = np.concatenate([p.sent_at for p in parts])
    kind = np.array([c.kind for c in world.campaigns], np.int64)
    return batch(
        "campaign_sends",
        campaign_id=words(campaign, [c.key for c in world.campaigns]),
        user_id=numbered("u", np.concatenate([p.user for p in parts]) + cell.number * CELL),
        assigned_at=instants(np.concatenate([p.assigned_at for p in parts])),
        sent_at=instants(sent_at),
        arm=words(np.concatenate([p.arm for p in parts]), sends.ARMS),
        kind=words(kind[campaign], sends.KINDS),
        cost=money(np.where(sent_at >= 0, sends.COST, 0)),
    )


def feedback(world: World, cell: Cell) -> Any:
    """Answers to surveys, tickets, and the reasons given with goods sent back."""
    said, back = cell.feedback, cell.refunds
    user = cell.orders.user[back.order]
    row = np.flatnonzero((user >= 0) & (back.item >= 0))
    size = len(row)
    reasons = (*loyalty.REASONS, *refunds.REASONS)
    score = np.concatenate([said.score, np.full(size, NEVER)])
    return batch(
        "feedback",
        user_id=numbered("u", np.concatenate([said.user, user[row]]) + cell.number * CELL),
        given_at=instants(np.concatenate([said.at, back.refunded_at[row]])),
        kind=words(np.concatenate([said.kind, np.full(size, 2)]), loyalty.FEEDBACK_KINDS),
        reason=words(
            np.concatenate([said.reason, back.reason[row] + len(loyalty.REASONS)]), reasons
        ),
        score=whole_numbers(score, score < 0),
        item_id=numbered("i", np.concatenate([np.full(len(said.at), NEVER), back.item[row]])),
    )


CELL_TABLES: dict[str, Callable[[World, Cell], Any]] = {
    "users": users, "identities": identities, "events": events, "orders": orders,
    "order_items": order_items, "refunds": refund_rows, "touchpoints": touchpoints,
    "invitations": invitations, "exposures": exposures, "memberships": memberships,
    "campaign_sends": campaign_sends, "feedback": feedback,
}  # fmt: skip
"""How each table that is made cell by cell is filled."""


def _global(local: Ints, first: int) -> Ints:
    return np.where(local >= 0, local + first, NEVER)
