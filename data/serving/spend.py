"""`spend_day`: what marketing cost, by day, channel, campaign and kind of cost.

`marketing_spend` comes first. What a row elsewhere cost (the reward of an invitation, a message, a
touch) counts only where `marketing_spend` says nothing of that kind for that day and channel, so
that no cost enters twice.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    CTE,
    BigInteger,
    ColumnElement,
    Connection,
    Select,
    and_,
    case,
    cast,
    delete,
    exists,
    func,
    insert,
    literal,
    null,
    select,
    union_all,
)

from data.dimensions import UNKNOWN
from data.rollups import invites, people, spend_day, visitors
from data.schema import MONEY, contract
from data.serving.cut import Cut, known
from data.serving.sales import known_currency

SPEND = contract.tables["marketing_spend"]
SENDS = contract.tables["campaign_sends"]
TOUCHES = contract.tables["touchpoints"]

ADS, PROMOTION, COMMISSION, MATERIALS, REWARDS, OTHER = (
    "ads", "promotion", "commission", "materials", "rewards", "other",
)  # fmt: skip
KINDS = (ADS, PROMOTION, COMMISSION, MATERIALS, REWARDS, OTHER)
"""Kinds of cost; a kind that the source calls otherwise is `other`, none at all is `ads`."""

_REFERRAL, _MESSAGES = "referral", "email"
"""The channels of rewards for invitations and of messages that are sent."""

_KEYS = ("day", "market", "channel", "campaign", "platform", "source", "kind", "currency")
_REACH = ("impressions", "clicks")
_CLAIMS = ("claimed_conversions", "claimed_value")
_SUMS = ("spend", *_REACH, *_CLAIMS)


def _row(**given: ColumnElement[Any]) -> list[ColumnElement[Any]]:
    """The columns of one row, nothing reported where nothing is given."""
    filled: dict[str, ColumnElement[Any]] = {
        **{name: cast(null(), BigInteger) for name in _REACH},
        **{name: cast(null(), MONEY) for name in _CLAIMS},
        "platform": literal(UNKNOWN),
        "source": literal(""),
        **given,
    }
    return [filled[name].label(name) for name in (*_KEYS, *_SUMS)]


def _kind() -> ColumnElement[str]:
    kind = func.lower(func.nullif(SPEND.c.kind, ""))
    return case((kind.is_(None), ADS), (kind.in_(KINDS), kind), else_=OTHER)


def campaign_names() -> CTE:
    """One row per account and campaign id: the name that it had last. A campaign that is renamed
    stays one campaign."""
    s, source = SPEND, func.coalesce(SPEND.c.source, "")
    latest = func.row_number().over(
        partition_by=(source, s.c.campaign_id), order_by=(s.c.day.desc(), s.c.campaign.desc())
    )
    ranked = (
        select(source.label("source"), s.c.campaign_id, s.c.campaign, latest.label("place"))
        .where(s.c.campaign_id != "", s.c.campaign != "")
        .cte("named_campaign")
    )
    r = ranked.c
    return select(r.source, r.campaign_id, r.campaign).where(r.place == 1).cte("campaign_name")


def _reported(cut: Cut) -> Select[Any]:
    s, name = SPEND, campaign_names()
    source = func.coalesce(s.c.source, "")
    campaign = func.coalesce(name.c.campaign, s.c.campaign)
    rows = s.outerjoin(name, and_(name.c.source == source, name.c.campaign_id == s.c.campaign_id))
    return select(
        *_row(
            day=s.c.day,
            market=cut.market(s.c.country),
            channel=cut.channel(s.c.channel, campaign, s.c.source),
            campaign=known(campaign, s.c.campaign_id),
            platform=known(s.c.platform),
            source=source,
            kind=_kind(),
            currency=known_currency(s.c.currency, cut),
            **{n: s.c[n] for n in _SUMS},
        )
    ).select_from(rows)


def _rewards(cut: Cut) -> Select[Any]:
    i = invites
    return select(
        *_row(
            day=i.c.reward_on,
            market=i.c.market,
            channel=literal(_REFERRAL),
            campaign=literal(UNKNOWN),
            kind=literal(REWARDS),
            currency=literal(cut.currency),
            spend=i.c.reward,
        )
    ).where(i.c.reward != 0)


def _messages(cut: Cut) -> Select[Any]:
    s, p = SENDS, people
    return (
        select(
            *_row(
                day=cut.days.day_of(s.c.sent_at),
                market=func.coalesce(p.c.market, UNKNOWN),
                channel=literal(_MESSAGES),
                campaign=known(s.c.campaign_id),
                kind=literal(PROMOTION),
                currency=literal(cut.currency),
                spend=s.c.cost,
            )
        )
        .select_from(s.outerjoin(p, p.c.user_id == s.c.user_id))
        .where(s.c.cost != 0, s.c.sent_at.is_not(None))
    )


def _touches(cut: Cut) -> Select[Any]:
    t, p, v = TOUCHES, people, visitors
    return (
        select(
            *_row(
                day=cut.days.day_of(t.c.touched_at),
                market=func.coalesce(p.c.market, v.c.market, UNKNOWN),
                channel=cut.channel(t.c.channel, t.c.campaign),
                campaign=known(t.c.campaign),
                kind=literal(ADS),
                currency=literal(cut.currency),
                spend=t.c.cost,
            )
        )
        .select_from(
            t.outerjoin(p, p.c.user_id == t.c.user_id).outerjoin(
                v, v.c.visitor_id == t.c.visitor_id
            )
        )
        .where(t.c.cost != 0)
    )


def _unless_reported(rows: Select[Any], reported: CTE, name: str) -> Select[Any]:
    """The rows of days, channels and kinds that `marketing_spend` says nothing about."""
    own = rows.cte(name)
    same = exists().where(
        reported.c.day == own.c.day,
        reported.c.channel == own.c.channel,
        reported.c.kind == own.c.kind,
    )
    return select(own).where(~same)


def statement(cut: Cut) -> Select[Any]:
    """One row per day, place, kind and currency that cost something or was seen by somebody."""
    reported = _reported(cut).cte("reported")
    named = select(reported.c.day, reported.c.channel, reported.c.kind).distinct().cte("named")
    part = union_all(
        select(reported),
        _unless_reported(_rewards(cut), named, "reward"),
        _unless_reported(_messages(cut), named, "message"),
        _unless_reported(_touches(cut), named, "touch"),
    ).cte("cost")
    keys = [part.c[k] for k in _KEYS]
    sums = [cast(func.sum(part.c[n]), spend_day.c[n].type).label(n) for n in _SUMS]
    return select(*keys, *sums).group_by(*keys).order_by(part.c.day, part.c.channel)


def build_spend(connection: Connection, cut: Cut) -> None:
    """Fill `spend_day` from nothing: it is small beside events, and a reward is due on another
    day than its invitation was sent."""
    connection.execute(delete(spend_day))
    connection.execute(insert(spend_day).from_select([*_KEYS, *_SUMS], statement(cut)))
