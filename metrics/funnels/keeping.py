"""Which funnels a refresh keeps, and what it keeps of them.

Whatever the range, it is made of days, and of all attempts that a person begins on one day only
two can count: the first one and the one that gets furthest (of several the earliest). These two
are kept, with how long a window of that day's attempts stays open.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import closing, suppress
from datetime import date, datetime
from math import ceil
from typing import Any

from pydantic import ValidationError
from sqlalchemy import Connection, Date, Integer, Select, cast, func, literal, or_, select

from data.dialects import days_between, joins_in_order, shift_seconds
from data.scope import LOCAL_VIEWER, Scope, Span
from data.serving.kept_attempts import KeptFunnel
from data.settings import Reporting, Settings
from data.sources import Sources
from i18n import Problem
from metrics.funnels.keepable import PER_LEVEL, fingerprint, keepable
from metrics.funnels.question import Question
from metrics.funnels.ready import READY
from metrics.funnels.spec import DAY, Entry, Funnel, Order
from metrics.funnels.walk import attempts
from metrics.periods import Grain
from store import SAVED_FUNNEL, open_store

_FIRST_DAY = date(1970, 1, 1)


def kept_in(settings: Settings, shop: str, connection: Connection) -> list[KeptFunnel]:
    """What a shop keeps: the ready-made funnels that its events allow, then the saved ones, the
    last edited first."""
    funnels = [*[ready.funnel for ready in READY], *_saved(settings, shop)]
    return to_keep(connection, settings.shop(shop).reporting, funnels)


def _saved(settings: Settings, shop: str) -> list[Funnel]:
    """Saved funnels that can be read. Keeping is a matter of speed alone: neither a store that
    does not answer nor a funnel that can't be read stops a refresh."""
    try:
        with closing(open_store(settings.store.url)) as store:
            records = store.list(SAVED_FUNNEL, shop)
    except Problem:
        return []
    found = []
    for record in sorted(records, key=lambda r: r.edited_at, reverse=True):
        with suppress(Problem, ValidationError):
            found.append(Funnel.model_validate(record.body.definition))
    return found


def to_keep(
    connection: Connection, reporting: Reporting, funnels: Iterable[Funnel]
) -> list[KeptFunnel]:
    """Those of the funnels that can be kept and whose events the shop has, each once."""
    src = Sources(LOCAL_VIEWER, Scope(reporting.currency))
    names = src.event_names
    numbers = {
        str(event): int(no)
        for event, no in connection.execute(select(names.c.event, names.c.event_no))
    }
    in_order = joins_in_order(connection.engine)
    found = {
        fingerprint(f): _kept(src, f, numbers, reporting, in_order)
        for f in funnels
        if keepable(f) and f.events <= set(numbers)
    }
    return list(found.values())


def _kept(
    src: Sources,
    funnel: Funnel,
    numbers: Mapping[str, int],
    reporting: Reporting,
    in_order: bool,
) -> KeptFunnel:
    furthest = funnel.model_copy(update={"entry": Entry.FURTHEST})

    def rows(start: date, end: date) -> Select[Any]:
        q = Question(
            furthest,
            Span(start, end),
            {event: numbers[event] for event in sorted(funnel.events)},
            datetime.max,
            date.max,
            reporting.zone,
            reporting.week_start,
            Grain.DAY,
            in_order,
        )
        return kept_rows(src, q)

    return KeptFunnel(fingerprint(funnel), ceil((funnel.window.seconds or 0) / DAY), rows)


def kept_rows(src: Sources, q: Question) -> Select[Any]:
    """Per person and day of entry the first and the furthest attempt, often the same one."""
    a = attempts(src, q)
    c = a.c
    unit = [c.person_no, c.bucket]
    start = c.begun if q.funnel.order is Order.UNORDERED else c.step_1
    still = shift_seconds(start, q.funnel.window.seconds)
    ranked = select(
        *c,
        still.label("open_until"),
        func.max(still).over(partition_by=unit).label("day_open_until"),
        func.row_number().over(partition_by=unit, order_by=[c.begun]).label("as_first"),
        func.row_number()
        .over(partition_by=unit, order_by=[c.level.desc(), c.begun])
        .label("as_furthest"),
    ).cte("ranked_attempt")
    r = ranked.c
    missing = literal(len(q.funnel.required), Integer) - r.level
    day_no = days_between(literal(_FIRST_DAY, Date), cast(r.bucket, Date))
    steps = [r[f"step_{n + 1}"] for n in range(len(q.funnel.steps))]
    return select(
        r.person_no,
        r.bucket.label("day"),
        (r.as_first == 1).label("is_first"),
        (r.as_furthest == 1).label("is_furthest"),
        (missing * literal(PER_LEVEL, Integer) + day_no).label("place"),
        r.level,
        r.left_out,
        r.begun,
        r.open_until,
        r.day_open_until,
        *steps,
    ).where(or_(r.as_first == 1, r.as_furthest == 1))
