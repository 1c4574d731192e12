"""The course of a target: the sum day by day, and on to the end it is heading for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate

from data.scope import Scope, Span
from data.warehouse import Warehouse
from metrics.measures import measure, needed, read
from metrics.meeting.pacing import Pace
from metrics.metric import Adds
from metrics.periods import last_year


@dataclass(frozen=True, slots=True)
class Course:
    """Running sums at the end of each day: `so_far` over the complete days of the bucket, `ahead`
    over the rest as it ends by last year's shape, or at an even pace without a year before."""

    pace: Pace
    so_far: tuple[tuple[date, float], ...]
    ahead: tuple[tuple[date, float], ...]
    sql: Mapping[str, str]

    def due(self, day: date) -> float:
        """The even share of the target by the end of a day."""
        span = self.pace.span
        return self.pace.target * ((day - span.start).days + 1) / span.days


def course(warehouse: Warehouse, pace: Pace) -> Course | None:
    """The course of a metric that adds up; None for others, and where a day of it has no value."""
    if pace.metric.adds is not Adds.FULLY or pace.done is None:
        return None
    done, like = _days(pace.done), _days(last_year(pace.span)) if pace.shaped is not None else ()
    scope = Scope(warehouse.reporting.currency)
    found = measure(warehouse, scope, [*done, *like], needed([pace.metric]))

    def sums(days: Sequence[Span]) -> list[float] | None:
        values = [read(pace.metric, d, found.row(d), warehouse, scope).value for d in days]
        known = [v for v in values if v is not None]
        return list(accumulate(known)) if len(known) == len(values) else None

    so_far, shape = sums(done), sums(like)
    if so_far is None:
        return None
    return Course(
        pace,
        tuple(zip((d.start for d in done), so_far, strict=True)),
        _ahead(pace, so_far, shape or []),
        dict(found.sql),
    )


def _ahead(
    pace: Pace, so_far: Sequence[float], shape: Sequence[float]
) -> tuple[tuple[date, float], ...]:
    """From the last complete day on; a year before that is a day shorter ends with its whole."""
    done, whole = len(so_far), pace.span.days
    if pace.end is None or done == whole:
        return ()
    made = []
    for n in range(done, whole + 1):
        if pace.shaped is not None and len(shape) > done and shape[done - 1]:
            then = shape[-1] if n == whole else shape[min(n, len(shape)) - 1]
            value = so_far[-1] * then / shape[done - 1]
        else:
            value = so_far[-1] * n / done
        made.append((pace.span.start + timedelta(days=n - 1), value))
    return tuple(made)


def _days(span: Span) -> tuple[Span, ...]:
    day = timedelta(days=1)
    return tuple(Span(span.start + n * day, span.start + (n + 1) * day) for n in range(span.days))
