"""Which statement yields which measure.

A family is one question to the warehouse, asked of many ranges at once; its columns are measures.
Metrics name measures, so a metric may take its numerator from one family and its denominator from
another, each summed at its own grain.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import CTE, Select

from data.dimensions import CAMPAIGN, CUSTOMER, USER_DIMENSIONS
from data.scope import Span
from data.settings import Reporting
from data.sources import Sources
from data.warehouse import Coverage
from metrics import acquisition, activity, buyers, conversion, repurchase, revenue, spend, value
from metrics.catalog import COHORT_DAYS, LTV_DAYS
from metrics.metric import Metric

COMPLETE_DAYS = "complete_days"
"""The one measure that needs no question: complete days of a range."""


@dataclass(frozen=True, slots=True)
class Question:
    """What every family is asked: ranges, and what the data covers. With `by` each range is
    answered once for every value of these dimensions."""

    spans: Sequence[Span]
    coverage: Coverage
    reporting: Reporting
    by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Family:
    """One statement with its measures; `prefix` keeps two bases of one module apart. `splits` are
    the dimensions by which it can be asked."""

    key: str
    measures: tuple[str, ...]
    statement: Callable[[Sources, Question], Select[Any]]
    table: Callable[[Sources], CTE]
    """The serving table it reads, to say which filters it can't honour."""
    splits: tuple[str, ...]
    prefix: str = ""


_HOME = tuple(d.key for d in USER_DIMENSIONS)
_USERS = (*_HOME, CAMPAIGN)
_BUYERS = (*_USERS, CUSTOMER.key)


def _value_measures(prefix: str) -> tuple[str, ...]:
    names = ("value", "mature", "net_revenue", "gross_margin", "gmv", "gmv_without_cost", "unrated")
    return (f"{prefix}members", *[f"{prefix}{n}_{d}" for d in LTV_DAYS for n in names])


FAMILIES: tuple[Family, ...] = (
    Family(
        "revenue",
        (
            "orders",
            "orders_identified",
            "gmv",
            "gmv_identified",
            "gmv_guest",
            "discounts",
            "shipping",
            "refunds",
            "refunds_unlinked",
            "net_revenue",
            "net_revenue_identified",
            "cost",
            "gmv_without_cost",
            "gross_margin",
            "unrated",
        ),
        lambda src, q: revenue.statement(
            src, q.spans, q.coverage.until, q.reporting.refund_day, q.by
        ),
        lambda src: src.sales_day,
        _BUYERS,
    ),
    Family(
        "buyers",
        (
            "buyers",
            "repeat_buyers",
            "buyers_new",
            "buyers_returning",
            "buyers_retained",
            "buyers_resurrected",
            "gmv_new",
            "gmv_returning",
        ),
        lambda src, q: buyers.statement(src, q.spans, q.coverage.until, q.by),
        lambda src: src.sales,
        _BUYERS,
    ),
    Family(
        "activity",
        ("active_users", "visitors", "user_days"),
        lambda src, q: activity.statement(src, q.spans, q.coverage.until, q.by),
        lambda src: src.person_day,
        _USERS,
    ),
    Family(
        "trailing",
        ("wau", "mau", "mapu", "mau_days"),
        lambda src, q: activity.trailing(src, q.spans, q.coverage.until, q.by),
        lambda src: src.trailing_change,
        _HOME,
    ),
    Family(
        "acquisition",
        ("new_users",),
        lambda src, q: acquisition.statement(src, q.spans, q.coverage.until, q.by),
        lambda src: src.signups_day,
        _USERS,
    ),
    Family(
        "spend",
        ("spend", "spend_unrated"),
        lambda src, q: spend.statement(src, q.spans, q.coverage.until, q.by),
        lambda src: src.spend_day,
        _USERS,
    ),
    Family(
        "conversion",
        ("sessions", "sessions_converted"),
        lambda src, q: conversion.statement(src, q.spans, q.coverage.until, q.by),
        lambda src: src.sessions_day,
        _HOME,
    ),
    Family(
        "repurchase",
        ("first_buyers", *[f"{n}_{d}" for d in COHORT_DAYS for n in ("eligible", "again")]),
        lambda src, q: repurchase.statement(
            src, q.spans, q.coverage.until, q.coverage.through, COHORT_DAYS, q.by
        ),
        lambda src: src.sales,
        _BUYERS,
    ),
    Family(
        "value_customer",
        _value_measures("customer_"),
        lambda src, q: value.statement(
            src,
            q.spans,
            q.coverage.until,
            q.coverage.through,
            LTV_DAYS,
            "customer",
            q.reporting.refund_day,
            q.by,
        ),
        lambda src: src.sales,
        _BUYERS,
        prefix="customer_",
    ),
    Family(
        "value_registered",
        _value_measures("registered_"),
        lambda src, q: value.statement(
            src,
            q.spans,
            q.coverage.until,
            q.coverage.through,
            LTV_DAYS,
            "registered",
            q.reporting.refund_day,
            q.by,
        ),
        lambda src: src.people,
        _USERS,
        prefix="registered_",
    ),
)

FAMILY_OF: dict[str, Family] = {m: f for f in FAMILIES for m in f.measures}


def families_of(metric: Metric) -> tuple[Family, ...]:
    """The families a metric takes its parts from, numerator's first."""
    parts = [p for p in (metric.numerator, metric.denominator) if p and p != COMPLETE_DAYS]
    found: list[Family] = []
    for part in parts:
        if FAMILY_OF[part] not in found:
            found.append(FAMILY_OF[part])
    return tuple(found)


def splits_of(metric: Metric) -> tuple[str, ...]:
    """Dimensions by which the whole metric can be broken down: those of all of its parts."""
    shared = [set(f.splits) for f in families_of(metric)]
    return tuple(d for d in _BUYERS if all(d in known for known in shared))
