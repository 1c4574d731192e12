"""The people behind any metric: exactly as many as its people part counts.

A metric that counts people lists them. One that rests on people (revenue per buyer) lists those it
is divided by; money and orders list the identified buyers who brought them. Sessions and spend
count nobody, and say so. Each list is the list of one *measure*, so that its length and the number
come from the same definition.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from data.dimensions import CAMPAIGN, CUSTOMER, DIMENSIONS, IDENTIFIED
from data.scope import Choice, Scope, Span
from data.warehouse import Warehouse
from i18n import Words
from metrics.catalog import COHORT_DAYS, LTV_DAYS
from metrics.explore.lists import LISTS, Listing, listing
from metrics.metric import Metric
from metrics.people import People
from metrics.periods import elapsed


@dataclass(frozen=True, slots=True)
class Basis:
    """Whose list stands behind a metric: the people that `measure` counts. `complete_days`: only
    the complete days of the range count, as in the metric."""

    measure: str
    complete_days: bool = False


_BUYERS = Basis("buyers")
_SESSIONS = Words(
    "A session is not a person: it has no list. See Visitor conversion for people.",
    "会话不是人，没有名单；按人统计请看“访客转化率”。",
)
_SPEND = Words("Money that was spent counts nobody.", "营销费用不对应任何用户，没有名单。")
_GUESTS = Words(
    "Guests have no identity, so nobody can be listed.", "游客没有可识别的身份，无法列出名单。"
)
_LACKING = Words(
    "The shop has no data to tell who it is: {needs}.", "店铺缺少识别用户所需的数据：{needs}。"
)
_NO_DAY = Words("The range has no complete day yet.", "该时段还没有完整的一天。")
_NEEDS: dict[str, tuple[str, ...]] = {"buyers": ("orders.user_id",)}

WHO: dict[str, Words] = {
    "buyers": Words("buyers", "购买用户"),
    "repeat_buyers": Words("buyers with two or more orders", "下单两次及以上的用户"),
    "buyers_returning": Words("buyers who had bought before", "此前买过的用户"),
    "active_users": Words("active users", "活跃用户"),
    "visitors": Words("visitors", "访客"),
    "wau": Words("active users of the last 7 days", "近 7 天活跃用户"),
    "mau": Words("active users of the last 30 days", "近 30 天活跃用户"),
    "mapu": Words("buyers of the last 30 days", "近 30 天购买用户"),
    "new_users": Words("registrations", "注册用户"),
    "first_buyers": Words("first-time buyers", "首购用户"),
    **{
        f"eligible_{d}": Words(
            f"first-time buyers whose {d} days are over", f"首单已满 {d} 天的用户"
        )
        for d in COHORT_DAYS
    },
    **{
        f"again_{d}": Words(f"bought again within {d} days", f"{d} 天内复购的用户")
        for d in COHORT_DAYS
    },
    **{
        f"customer_mature_{d}": Words(f"customers whose {d} days are over", f"已满 {d} 天的客户")
        for d in LTV_DAYS
    },
    **{
        f"registered_mature_{d}": Words(
            f"registered users whose {d} days are over", f"注册已满 {d} 天的用户"
        )
        for d in LTV_DAYS
    },
}
"""Who is on the list of each measure."""


def basis_of(metric: Metric) -> Basis | None:
    """Whose list stands behind the metric; None where it counts nobody."""
    if metric.key in ("dau", "stickiness"):
        return Basis("active_users", complete_days=True)
    for part in (metric.numerator, metric.denominator):
        if part in LISTS:
            return Basis(part)
    return None if metric.key in _REFUSED else _BUYERS


_REFUSED = {"conversion_rate": _SESSIONS, "spend": _SPEND}


def people_behind(
    warehouse: Warehouse,
    scope: Scope,
    metric: Metric,
    span: Span,
    by: Mapping[str, str] | None = None,
) -> People | None:
    """Everybody behind the metric in the range, of one value of each dimension in `by`; None where
    there is no such list, and `why_nobody` says why."""
    by = by or {}
    basis = basis_of(metric)
    if basis is None or why_nobody(warehouse, scope, metric, span, by) is not None:
        return None
    return people_of_measure(warehouse, scope, basis, span, by)


def people_of_measure(
    warehouse: Warehouse, scope: Scope, basis: Basis, span: Span, by: Mapping[str, str]
) -> People:
    """The list of one measure: as many as the measure counts, asked of the same range."""
    narrowed = within(scope, {k: v for k, v in by.items() if k != CAMPAIGN})
    src = warehouse.sources(narrowed)
    asked = days_of(basis, span, warehouse)
    how: Listing = listing(src, basis.measure, asked or span, warehouse)
    rows = how.of_campaign(src, by.get(CAMPAIGN))
    return People(src, rows, how.columns, how.order)


def days_of(basis: Basis, span: Span, warehouse: Warehouse) -> Span | None:
    """The days whose people are listed; None where none of them is complete."""
    return elapsed(span, warehouse.coverage.until) if basis.complete_days else span


def within(scope: Scope, by: Mapping[str, str]) -> Scope:
    """The scope narrowed to one value of each of these dimensions. A value that the scope's own
    filter leaves out leaves nothing."""
    kept = {c.dimension: c.values for c in scope.choices}
    for dimension, value in by.items():
        kept[dimension] = kept.get(dimension, frozenset({value})) & {value}
    order = list(DIMENSIONS)
    choices = [Choice(d, v) for d, v in kept.items()]
    return replace(scope, choices=tuple(sorted(choices, key=lambda c: order.index(c.dimension))))


def why_nobody(
    warehouse: Warehouse,
    scope: Scope,
    metric: Metric,
    span: Span,
    by: Mapping[str, str] | None = None,
) -> Words | None:
    """Why nobody can be listed behind the metric; None where somebody can."""
    basis = basis_of(metric)
    if basis is None:
        return _REFUSED[metric.key]
    lacking = warehouse.coverage.lacking(*metric.needs, *_NEEDS.get(basis.measure, ()))
    if lacking:
        named = ", ".join(lacking)
        return Words(_LACKING.en.format(needs=named), _LACKING.zh.format(needs=named))
    narrowed = within(scope, {k: v for k, v in (by or {}).items() if k == CUSTOMER.key})
    kept = narrowed.kept(CUSTOMER.key)
    if kept is not None and IDENTIFIED not in kept:
        return _GUESTS
    return None if elapsed(span, warehouse.coverage.until) else _NO_DAY


def who_is_listed(metric: Metric) -> Words | None:
    """Who is on the metric's list, in words."""
    basis = basis_of(metric)
    return None if basis is None else WHO[basis.measure]
