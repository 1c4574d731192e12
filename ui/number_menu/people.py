"""The people behind a metric, asked for in its menu: as many as its people part counts."""

from __future__ import annotations

from collections.abc import Iterable

from data.scope import Scope, Span
from metrics.catalog import METRICS
from metrics.explore.people import why_nobody
from metrics.metric import Metric
from metrics.scorecard import Line
from ui.behind import Behind
from ui.explore.people import open_people
from ui.session import warehouse

BEHIND: Behind[str] = Behind("metric_people")


def can_list(metric: Metric, of: Span, asked: Scope) -> bool:
    """Whether the metric's number over these days has a list behind it."""
    return why_nobody(warehouse(), asked, metric, of) is None


def listable(lines: Iterable[Line], asked: Scope) -> frozenset[str]:
    """Metrics of these lines whose number is above nothing and rests on people."""
    return frozenset(
        line.metric.key
        for line in lines
        if line.reading.value and can_list(line.metric, line.span, asked)
    )


def opened_people(asked: Scope, of: Span) -> None:
    """The drawer of the metric that was asked for before this run."""
    key = BEHIND.wanted()
    if key is not None and key in METRICS:
        open_people(asked, key, of, {}, BEHIND)
