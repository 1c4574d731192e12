"""The people behind a metric, asked for in its menu: as many as its people part counts."""

from __future__ import annotations

from collections.abc import Iterable

from data.scope import Scope, Span
from metrics.audiences.definitions import of_metric
from metrics.catalog import METRICS
from metrics.explore.people import people_behind, why_nobody
from metrics.metric import Metric
from metrics.scorecard import Line
from ui.behind import Behind
from ui.explore.people import Number, title_of
from ui.number_menu.entries import metric_entries
from ui.session import text, warehouse

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
    if key is None or key not in METRICS:
        return
    metric = METRICS[key]
    people = people_behind(warehouse(), asked, metric, of)
    if people is not None:
        number = Number(key, of, ())
        BEHIND.open(
            lambda tr: title_of(number, tr),
            people,
            definition=of_metric(metric, of, {}),
            menu=metric_entries(key, text(), of=of, explain="link"),
        )
