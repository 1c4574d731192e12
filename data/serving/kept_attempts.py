"""`kept_attempts`: what became of those who entered a funnel, kept for the funnels asked most.

What an attempt is, is decided further up; here is only which days have to be walked again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Connection, Select, delete, insert, literal, select

from data.rollups import event_log, kept_attempts, kept_funnels
from data.serving.cut import Some

MOST_KEPT = 8
"""Each takes room and time at every refresh; the others are walked when they are asked for."""
_DAYS_AT_ONCE = 28
"""Enough to read the log few times, few enough for little memory."""
_A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class KeptFunnel:
    """A funnel to keep. `fingerprint` changes with anything that decides how an attempt walks;
    an attempt is over `reach_days` days after its day of entry. `attempts(start, end)` selects
    those that began in these days: the columns of `kept_attempts` by their names, without
    `funnel_no`; steps that the funnel does not have may be absent."""

    fingerprint: str
    reach_days: int
    attempts: Callable[[date, date], Select[Any]]


def build_kept_attempts(
    connection: Connection, wanted: Sequence[KeptFunnel], some: Some | None
) -> None:
    """Keep the first `MOST_KEPT` of these funnels; others that were kept go.

    Attempts are walked again that began on a day that changed or so shortly before that an event
    of that day may be one of their steps.
    """
    wanted = wanted[:MOST_KEPT]
    stood = {
        str(mark): int(no)
        for no, mark in connection.execute(
            select(kept_funnels.c.funnel_no, kept_funnels.c.fingerprint)
        )
    }
    marks = {w.fingerprint for w in wanted}
    gone = [no for mark, no in stood.items() if some is None or mark not in marks]
    for table in (kept_attempts, kept_funnels):
        connection.execute(delete(table).where(table.c.funnel_no.in_(gone)))
    numbers = {mark: no for mark, no in stood.items() if no not in gone}
    every = _days_of_log(connection) if wanted else []
    for funnel in wanted:
        if some is None or funnel.fingerprint not in numbers:
            number = min(set(range(1, MOST_KEPT + 1)) - set(numbers.values()))
            numbers[funnel.fingerprint] = number
            connection.execute(
                insert(kept_funnels).values(funnel_no=number, fingerprint=funnel.fingerprint)
            )
            spans = list(_spans(every))
        else:
            spans = list(_spans(_touched(some, funnel.reach_days)))
        for start, end in spans:
            _walk(connection, funnel, numbers[funnel.fingerprint], start, end)


def _days_of_log(connection: Connection) -> list[date]:
    return list(connection.execute(select(event_log.c.day).distinct()).scalars())


def _touched(some: Some, reach_days: int) -> set[date]:
    """The days that changed, and those before from which a window reaches into them. A day that
    is an hour longer or shorter is covered by one more."""
    return {d - timedelta(days=n) for d in some.days for n in range(reach_days + 2)}


def _spans(days: Iterable[date]) -> Iterator[tuple[date, date]]:
    """Spans `[start, end)` that hold all these days and begin on one, none longer than is walked
    at once."""
    start: date | None = None
    last = date.min
    for day in sorted(days):
        if start is not None and (day - start).days >= _DAYS_AT_ONCE:
            yield start, last + _A_DAY
            start = None
        if start is None:
            start = day
        last = day
    if start is not None:
        yield start, last + _A_DAY


def _walk(connection: Connection, funnel: KeptFunnel, number: int, start: date, end: date) -> None:
    k = kept_attempts
    here = (k.c.funnel_no == number, k.c.day >= start, k.c.day < end)
    connection.execute(delete(k).where(*here))
    found = funnel.attempts(start, end).subquery("attempt_to_keep")
    names = [c.name for c in found.c]
    rows = select(literal(number).label("funnel_no"), *found.c).order_by(
        found.c.person_no, found.c.day
    )
    connection.execute(insert(k).from_select(["funnel_no", *names], rows))
