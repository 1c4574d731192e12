"""What the team keeps of its meetings, read once for a run of the page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime

from data.zones import reporting_day
from i18n import Problem, Text, Words
from metrics.catalog import METRICS
from store import ANNOTATION, DECISION, TARGETS, Annotation, Decision, MetricTargets, Saved
from ui.session import chosen, notice, scope, store, text, warehouse
from ui.states import card


@dataclass(frozen=True, slots=True)
class Kept:
    """The shop's records; those that can't be read say why in their content."""

    decisions: tuple[Saved[Decision], ...]
    targets: tuple[Saved[MetricTargets], ...]
    annotations: tuple[Saved[Annotation], ...]

    @classmethod
    def now(cls) -> Kept:
        shop = warehouse().shop
        kept = store()
        return cls(kept.list(DECISION, shop), kept.list(TARGETS, shop), kept.list(ANNOTATION, shop))


def today() -> date:
    """The day it is in the shop's time zone."""
    return reporting_day(datetime.now(UTC).replace(tzinfo=None), warehouse().reporting.zone)


def arrived() -> bool:
    """Whether the reader came to write an annotation for a day."""
    return chosen().on is not None


def metric_name(key: str, tr: Text) -> str:
    """A metric's name; a key that the catalog no longer knows says so."""
    return tr(METRICS[key].name) if key in METRICS else tr(_GONE, key=key)


def targets_title(name: str) -> Words:
    """A record of targets as a reader knows it: `gmv:month` is GMV by month."""
    key, _, grain = name.partition(":")
    if key not in METRICS:
        return Words(name, name)
    metric = METRICS[key].name
    by = _BY_WEEK if grain == "week" else _BY_MONTH
    return Words(by.en.format(metric=metric.en), by.zh.format(metric=metric.zh))


def say_unreadable(name: str, problem: Problem) -> None:
    """A record that can't be shown, and why. It stays in the store as it is."""
    tr = text()
    what, *hint = problem.say(tr).split("\n")
    card(f"{name}: {what}", "\n".join(hint), "warning")


def say_filters_do_not_apply() -> None:
    """A filter that is not honoured is announced, never skipped in silence."""
    if scope().choices:
        notice(_NO_FILTERS)


_GONE = Words("{key} (no such metric any more)", "{key}（指标已不存在）")
_BY_WEEK = Words("{metric} by week", "{metric}·周")
_BY_MONTH = Words("{metric} by month", "{metric}·月")
_NO_FILTERS = Words(
    "The filters do not apply here: targets and decisions are for the whole shop.",
    "筛选在此不生效：目标与决策针对整个店铺。",
)
