"""The list behind a metric as plain JSON, to be kept as an audience and found again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from data.scope import Scope, Span
from data.warehouse import Warehouse
from i18n import Problem, Words
from metrics.catalog import METRICS
from metrics.explore.people import people_behind, why_nobody
from metrics.metric import Metric
from metrics.people import People

Json = dict[str, Any]


def as_json(metric: Metric, span: Span, by: Mapping[str, str]) -> Json:
    days = [span.start.isoformat(), span.end.isoformat()]
    return {"metric": metric.key, "span": days, "by": dict(by)}


def from_json(warehouse: Warehouse, scope: Scope, of: Json) -> People:
    """Whoever is behind the metric now; a `Problem` where nobody can be listed any more."""
    metric = METRICS[of["metric"]]
    start, end = (date.fromisoformat(day) for day in of["span"])
    by = {str(k): str(v) for k, v in of["by"].items()}
    span = Span(start, end)
    people = people_behind(warehouse, scope, metric, span, by)
    if people is None:
        raise Problem(
            "nobody_behind",
            Words("Nobody can be listed behind {name}: {why}", "“{name}”没有可列出的名单：{why}"),
            name=metric.name,
            why=why_nobody(warehouse, scope, metric, span, by) or Words("", ""),
        )
    return people
