"""The customers behind a channel's credit under a model, with the credit that each gives."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import CTE, ColumnElement, Double, Integer, case, cast, func, literal, select

from data.scope import Scope
from data.sources import Sources
from data.warehouse import Warehouse
from i18n import Words
from metrics.attribution.credits import counted, credits_of, part_of
from metrics.attribution.result import Attribution, asked_scope
from metrics.attribution.spec import Model, Question
from metrics.people import Column, Kind, People


@dataclass(frozen=True, slots=True)
class Behind:
    """One number: a channel's credit under a model, or that of one of its campaigns. `per_path`:
    what a Markov chain gives the channel for each path that holds it, since that credit belongs to
    no single path."""

    question: Question
    channel: str
    model: Model
    per_path: float = 1.0
    campaign: str | None = None


CREDIT = Column("credit", Words("Credit", "归因份额"), Kind.TIMES)
ORDERS = Column("credited_orders", Words("Orders with credit", "有归因的订单"), Kind.COUNT)
REVENUE = Column("credited_revenue", Words("Revenue credited", "归因收入"), Kind.MONEY)
LAST = Column("converted_at", Words("Last such order", "最近一笔订单"), Kind.INSTANT)


def behind(found: Attribution, channel: str, model: Model, campaign: str | None = None) -> Behind:
    """The number of an answer."""
    per_path = found.per_path(channel)[0] if model is Model.MARKOV else 1.0
    return Behind(found.question, channel, model, per_path, campaign)


def attribution_people(warehouse: Warehouse, scope: Scope, of: Behind) -> People:
    """One row per customer, the largest credit first; credits sum to the number. Orders of guests
    have no customer to list."""
    src = warehouse.sources(asked_scope(scope))
    columns = (CREDIT, ORDERS, REVENUE, LAST)
    return People(src, attribution_customers(src, of), columns, ("-credit", "-converted_at"))


def attribution_customers(src: Sources, of: Behind) -> CTE:
    """One row per customer with any credit for the channel (or its campaign): `person_no`,
    `credit`, `credited_orders`, `credited_revenue`, `converted_at`."""
    credit = credits_of(src, of.question, (of.model,))
    part: ColumnElement[Any] = credit.c[part_of(of.model)] * counted(credit, of.model)
    if of.model is Model.MARKOV:
        bare = cast(credit.c.counts, Double)
        part = case((credit.c.is_touched == 0, bare), else_=part * literal(of.per_path))
    rows = select(
        credit.c.user_no.label("person_no"),
        credit.c.order_no,
        credit.c.paid_at,
        part.label("credit"),
        (part * credit.c.revenue).label("revenue"),
    ).where(credit.c.channel == of.channel, credit.c.user_no.is_not(None))
    if of.campaign is not None:
        rows = rows.where(credit.c.campaign == of.campaign)
    given = rows.cte("credit_of_channel")
    return (
        select(
            given.c.person_no,
            func.sum(given.c.credit).label("credit"),
            cast(func.count(given.c.order_no.distinct()), Integer).label("credited_orders"),
            func.sum(given.c.revenue).label("credited_revenue"),
            func.max(given.c.paid_at).label("converted_at"),
        )
        .where(given.c.credit > 0)
        .group_by(given.c.person_no)
        .cte("behind_credit")
    )
