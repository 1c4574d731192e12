"""What was asked for on the command line, checked: days, metrics, filters, currency.

Whatever is wrong becomes a `Problem` that says what was found and what there is to choose from.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from sqlalchemy import select, union

from data.dimensions import CUSTOMER, DIMENSIONS, GUEST, IDENTIFIED
from data.scope import Scope, Span
from data.warehouse import Warehouse
from i18n import Problem, Words
from metrics.catalog import METRICS
from metrics.like_for_like import like_for_like
from metrics.periods import Comparison, Grain
from metrics.trees import TREES

CUSTOMERS: dict[str, frozenset[str] | None] = {
    "all": None,
    IDENTIFIED: frozenset({IDENTIFIED}),
    GUEST: frozenset({GUEST}),
}
"""What `--customers` keeps; `all` is no filter."""


def span(start: str, end: str) -> Span:
    """`[start, end)` from two ISO dates."""
    first, after = day("--from", start), day("--to", end)
    if after <= first:
        raise Problem(
            "range_empty",
            Words(
                "The range from {start} to {end} holds no day: --to is the first day after it.",
                "从 {start} 到 {end} 的区间不含任何一天：--to 是区间之后的第一天。",
            ),
            Words(
                "Choose a later --to; for one day, the day after it.",
                "请把 --to 改为更晚的日期；只看一天时填次日。",
            ),
            start=first,
            end=after,
        )
    return Span(first, after)


def day(option: str, text: str) -> date:
    """The day of an ISO date; `option` is what it was given for."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise Problem(
            "date_wrong",
            Words(
                "{option} is “{found}”, which is not a date.", "{option} 的值“{found}”不是日期。"
            ),
            Words(
                "Write it as year-month-day: 2011-12-01.", "请按“年-月-日”书写，例如 2011-12-01。"
            ),
            option=option,
            found=text,
        ) from error


def metric_keys(listed: str | None) -> tuple[str, ...]:
    """The metrics of a comma-separated list, or all of them, in the order of the catalog."""
    if listed is None:
        return tuple(METRICS)
    keys = _parts(listed)
    for key in keys or (listed,):
        if key not in METRICS:
            raise _not_one_of("unknown_metric", Words("metric", "指标"), key, METRICS)
    return keys


def comparison(
    warehouse: Warehouse, scope: Scope, days: Span, named: str, grain: Grain | None = None
) -> Comparison:
    """What to compare with; a `Problem` where the range holds no campaign that can be laid over
    last year's, and for buckets, which are compared with whole buckets."""
    found = Comparison(named)
    if grain is not None and found in (Comparison.WEEKDAY, Comparison.CAMPAIGN):
        raise Problem(
            "comparison_of_buckets",
            Words(
                "With --grain buckets are compared with whole ones: --compare {named} has none.",
                "使用 --grain 时按整个周期对比，不支持 --compare {named}。",
            ),
            Words(
                "Leave --grain away, or choose previous, last_year or none.",
                "请去掉 --grain，或改用 previous、last_year、none。",
            ),
            named=named,
        )
    reason = like_for_like(warehouse, scope, days, found).reason
    if reason is not None:
        raise Problem(
            "nothing_comparable",
            Words("There are no days to compare with: {reason}.", "没有可对比的日期：{reason}。"),
            Words(
                "Choose other days, or --compare last_year.",
                "请选择其他日期，或改用 --compare last_year。",
            ),
            reason=reason,
        )
    return found


def dimensions(listed: str, known: Sequence[str], *, most: int) -> tuple[str, ...]:
    """The dimensions of a comma-separated list, of which there may be so many."""
    found = _parts(listed)
    for key in found or (listed,):
        if key not in known:
            raise _not_one_of("unknown_dimension", Words("dimension", "维度"), key, known)
    if len(found) > most:
        raise Problem(
            "too_many_dimensions",
            Words(
                "{n} dimensions are named; at most {most}.", "指定了 {n} 个维度，最多 {most} 个。"
            ),
            Words("Leave some away.", "请减少维度。"),
            n=len(found),
            most=most,
        )
    return found


def tree_key(key: str) -> str:
    """The key of an input tree."""
    if key not in TREES:
        raise _not_one_of("unknown_tree", Words("input tree", "指标树"), key, TREES)
    return key


def scope(
    warehouse: Warehouse, currency: str | None, customers: str, filters: Mapping[str, str | None]
) -> Scope:
    """Filters and currency, each held against what the shop has."""
    kept: dict[str, frozenset[str] | None] = {CUSTOMER.key: CUSTOMERS[customers]}
    for dimension, listed in filters.items():
        if listed is not None:
            kept[dimension] = _existing(warehouse, dimension, _parts(listed))
    return Scope.of(_convertible(warehouse, currency), **kept)


def values_of(warehouse: Warehouse, dimension: str) -> tuple[str, ...]:
    """The values of a dimension that this viewer's people, orders and sessions have, sorted."""
    src = warehouse.sources(Scope(warehouse.reporting.currency))
    tables = (src.people, src.sales_day, src.sessions_day)
    found = union(*[select(t.c[dimension].label("value")) for t in tables])
    return tuple(sorted(warehouse.fetch(select(found.subquery().c.value))["value"]))


def _existing(warehouse: Warehouse, dimension: str, asked: Sequence[str]) -> frozenset[str]:
    known = values_of(warehouse, dimension)
    for value in asked or ("",):
        if value not in known:
            name = DIMENSIONS[dimension].name
            raise _not_one_of("unknown_value", name, value, known)
    return frozenset(asked)


def _convertible(warehouse: Warehouse, currency: str | None) -> str:
    """The currency of the answer: one that the shop has rates into."""
    if currency is None:
        return warehouse.reporting.currency
    targets = select(warehouse.sources(Scope(warehouse.reporting.currency)).targets.c.target)
    known = sorted({warehouse.reporting.currency, *warehouse.fetch(targets)["target"]})
    if currency not in known:
        raise Problem(
            "currency_without_rates",
            Words(
                "The shop {shop} has no exchange rates into {currency}.",
                "店铺 {shop} 没有换算为 {currency} 的汇率。",
            ),
            Words(
                "Choose one of: {known}; or import fx_rates with {currency}.",
                "可选币种：{known}；也可以导入含 {currency} 的 fx_rates。",
            ),
            shop=warehouse.shop,
            currency=currency,
            known=", ".join(known),
        )
    return currency


def _parts(listed: str) -> tuple[str, ...]:
    """The parts of a comma-separated list, in order, each once."""
    return tuple(dict.fromkeys(part.strip() for part in listed.split(",") if part.strip()))


_SHOWN = 40


def _not_one_of(code: str, kind: Words, found: str, known: Iterable[str]) -> Problem:
    names = list(known)
    close = difflib.get_close_matches(found, names, n=1, cutoff=0.6)
    if close:
        hint = Words("Did you mean “{known}”?", "是不是想写“{known}”？")
        listed = close[0]
    else:
        hint = Words("Choose from: {known}.", "可选：{known}。")
        listed = ", ".join(names[:_SHOWN]) + (" …" if len(names) > _SHOWN else "")
    return Problem(
        code,
        Words("There is no {kind} “{found}”.", "没有名为“{found}”的{kind}。"),
        hint,
        kind=kind,
        found=found,
        known=listed,
    )
