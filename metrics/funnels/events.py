"""Which events there are, and which rows of the log are meant by a step."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import ColumnElement, and_, cast, false, func, or_, select
from sqlalchemy import String as Text

from data.dialects import json_text, text_number
from data.scope import Scope
from data.serving.cut import PURCHASE
from data.sources import Sources
from data.warehouse import Warehouse
from i18n import Problem, Words
from metrics.funnels.spec import PROPERTY, Filter, Funnel, Match, Op

OF_ITEMS = ("item_id", "category")
"""Properties that a purchase has through the items of its order."""


def event_numbers(warehouse: Warehouse) -> dict[str, int]:
    """Every event name the shop ever had, and its number."""
    names = warehouse.sources(Scope(warehouse.reporting.currency)).event_names
    rows = warehouse.fetch(select(names.c.event, names.c.event_no))
    return {str(name): int(no) for name, no in rows.itertuples(index=False)}


def event_counts(warehouse: Warehouse, scope: Scope) -> dict[str, int]:
    """How many events of each name the people in view caused, most frequent first."""
    src = warehouse.sources(scope)
    log, names = src.log, src.event_names
    by_number = select(log.c.event_no, func.count().label("n")).group_by(log.c.event_no)
    counted = by_number.cte("counted")
    rows = warehouse.fetch(
        select(names.c.event, counted.c.n)
        .join(counted, counted.c.event_no == names.c.event_no)
        .order_by(counted.c.n.desc(), names.c.event)
    )
    return {str(name): int(n) for name, n in rows.itertuples(index=False)}


def require_events(funnel: Funnel, known: Iterable[str]) -> None:
    """Raise a `Problem` that names the funnel's events which the shop never had."""
    names = set(known)
    missing = sorted(funnel.events - names)
    if not missing:
        return
    close = difflib.get_close_matches(missing[0], sorted(names), n=1, cutoff=0.6)
    raise Problem(
        "funnel_event_unknown",
        _UNKNOWN,
        _DID_YOU_MEAN if close else _CHOOSE,
        events=", ".join(missing),
        known=close[0] if close else ", ".join(sorted(names)[:40]),
    )


def meant(
    matches: Iterable[Match], numbers: Mapping[str, int], src: Sources
) -> ColumnElement[bool]:
    """Which rows of `src.log` are any of these events."""
    return or_(false(), *[_match(m, numbers[m.event], src) for m in matches])


def _match(match: Match, number: int, src: Sources) -> ColumnElement[bool]:
    named = src.log.c.event_no == number
    return and_(named, *[_condition(f, match.event, src) for f in match.filters])


def _condition(wanted: Filter, event: str, src: Sources) -> ColumnElement[bool]:
    if event == PURCHASE and wanted.column in OF_ITEMS:
        items = src.canonical("order_items")
        some = select(items.c.order_id).where(_holds(wanted, items.c[wanted.column]))
        return src.log.c.order_id.in_(some)
    return _holds(wanted, column_of(src, wanted.column))


def column_of(src: Sources, name: str) -> ColumnElement[Any]:
    """An event's property as a column of the log; text, or a number for `value`."""
    if name.startswith(PROPERTY):
        return json_text(src.log.c.properties, name.removeprefix(PROPERTY))
    return src.log.c[name]


def _holds(wanted: Filter, column: ColumnElement[Any]) -> ColumnElement[bool]:
    text = cast(column, Text) if wanted.column == "value" else column
    match wanted.op:
        case Op.IS:
            return text.in_(wanted.values)
        case Op.IS_NOT:
            return or_(text.is_(None), text.not_in(wanted.values))
        case Op.CONTAINS:
            lower = func.lower(text)
            return or_(*[lower.contains(v.lower(), autoescape=True) for v in wanted.values])
        case Op.KNOWN:
            return and_(text.is_not(None), text != "")
        case Op.AT_LEAST:
            return _number(wanted, column) >= float(wanted.values[0])
        case Op.AT_MOST:
            return _number(wanted, column) <= float(wanted.values[0])


def _number(wanted: Filter, column: ColumnElement[Any]) -> ColumnElement[Any]:
    return column if wanted.column == "value" else text_number(column)


_UNKNOWN = Words(
    "This shop has no event named {events}.",
    "该店铺没有名为 {events} 的事件。",
)
_DID_YOU_MEAN = Words("Did you mean “{known}”?", "是不是想写“{known}”？")
_CHOOSE = Words("Choose from: {known}.", "可选：{known}。")
