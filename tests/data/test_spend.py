"""`spend_day`: every cost once, whatever table it is told in."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import func, select

from data.rollups import spend_day
from data.scope import Scope, Viewer
from data.warehouse import Warehouse
from tests.world import Row, World, at, order, shop, user, world

JAN = date(2024, 1, 10)


def spend(channel: str, amount: object, day: date = JAN, **more: object) -> Row:
    return {"day": day, "channel": channel, "spend": Decimal(str(amount)), **more}


def rewarded(inviter: str, reward: object, invited: str = "2024-01-10") -> Row:
    return {
        "invitation_id": f"i{inviter}{reward}",
        "inviter_id": inviter,
        "invited_at": at(invited),
        "reward_cost": Decimal(str(reward)),
    }


def sent(user_id: str, cost: object) -> Row:
    moment = at("2024-01-10 09:00")
    return {
        "campaign_id": "win",
        "user_id": user_id,
        "assigned_at": moment,
        "sent_at": moment,
        "cost": Decimal(str(cost)),
    }


def touched(user_id: str, channel: str, cost: object) -> Row:
    return {
        "touch_id": f"t{user_id}{channel}{cost}",
        "user_id": user_id,
        "touched_at": at("2024-01-10 08:00"),
        "channel": channel,
        "cost": Decimal(str(cost)),
    }


def costs(warehouse: Warehouse) -> dict[tuple[str, str], float]:
    """Spend by channel and kind."""
    s = warehouse.sources(Scope("CNY")).spend_day
    rows = warehouse.fetch(
        select(s.c.channel, s.c.kind, func.sum(s.c.spend).label("spend"))
        .group_by(s.c.channel, s.c.kind)
        .order_by(s.c.channel, s.c.kind)
    )
    return {(r.channel, r.kind): float(r.spend) for r in rows.itertuples()}


@pytest.fixture
def told_twice(tmp_path: Path) -> World:
    """Ads are told in marketing_spend and on touches of one channel; rewards and messages only
    on their own rows."""
    return world(
        tmp_path,
        settings=shop(),
        users=[user("a", country="CN"), user("b", country="US"), user("t", is_test=True)],
        orders=[order("a", "2024-01-11")],
        marketing_spend=[
            spend("kol", 100, kind="promotion"),
            spend("paid_search", 40),
            spend("paid_search", -15, kind="ads"),
            spend("content", 7, kind="Print"),
        ],
        touchpoints=[touched("a", "paid_search", 3), touched("b", "short_video", 2)],
        invitations=[rewarded("a", 5), rewarded("b", 6, "2024-01-12")],
        campaign_sends=[sent("a", 1), sent("b", 2)],
    )


def test_a_cost_counts_once(told_twice: World) -> None:
    """The 3 of the touch on paid search are in the 40 that marketing_spend reports for that day,
    channel and kind; the touch on short video (2), rewards (5 + 6), messages (1 + 2) are nowhere
    else. A credit note takes away: 40 - 15 = 25. A kind nobody knows is kept as `other`."""
    assert costs(told_twice.warehouse()) == {
        ("content", "other"): 7,
        ("email", "promotion"): 3,
        ("kol", "promotion"): 100,
        ("paid_search", "ads"): 25,
        ("referral", "rewards"): 11,
        ("short_video", "ads"): 2,
    }


def test_spend_of_the_same_kind_day_and_channel_replaces_the_rows_cost(tmp_path: Path) -> None:
    """Rewards reported for 10 January stand for that day's invitation (5); the 12th has its own."""
    made = world(
        tmp_path,
        settings=shop(),
        users=[user("a"), user("b")],
        orders=[order("a", "2024-01-11")],
        marketing_spend=[spend("referral", 50, kind="rewards")],
        invitations=[rewarded("a", 5), rewarded("b", 6, "2024-01-12")],
    )
    assert costs(made.warehouse()) == {("referral", "rewards"): 56}


def test_a_viewer_of_one_market_sees_its_costs_alone(told_twice: World) -> None:
    """Spend without a country belongs to no market, so only those who may see all have it."""
    of_us = told_twice.warehouse(Viewer("us", markets=frozenset({"US"})))
    assert costs(of_us) == {
        ("email", "promotion"): 2,
        ("referral", "rewards"): 6,
        ("short_video", "ads"): 2,
    }


def test_no_dimension_is_ever_null(told_twice: World) -> None:
    with told_twice.versions.reader(told_twice.versions.current() or "").connect() as connection:
        nulls = [c for c in spend_day.columns if not c.nullable]
        for column in nulls:
            missing = select(func.count()).where(column.is_(None))
            assert connection.scalar(missing) == 0, column.name
