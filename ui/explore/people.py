"""Numbers of the Explore page that open the people behind them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import streamlit as st

from data.scope import Scope, Span
from format import numbers
from i18n import Text, Words
from metrics.audiences.definitions import of_metric
from metrics.catalog import METRICS
from metrics.explore.people import people_behind, who_is_listed, why_nobody
from metrics.explore.result import Column, Grid, Line
from metrics.explore.spec import value_name
from metrics.metric import Unit
from metrics.people import fingerprint, people_page
from ui.behind import Behind
from ui.explore.asked import Asked, ask_for, offered
from ui.number_menu.entries import metric_entries
from ui.patience import patiently
from ui.session import text, warehouse


@dataclass(frozen=True, slots=True)
class Number:
    """What was clicked: which metric over which days, of which values."""

    metric: str
    span: Span
    by: tuple[tuple[str, str], ...]


BEHIND: Behind[Number] = Behind("explore")


def number_of(found: Grid, line: Line, column: Column) -> Number | None:
    """What a cell can list: of several values together nobody can say whom."""
    spec = found.spec
    by = dict(spec.path)
    whole = line is found.total
    if line.value is None and not whole:
        return None
    if not whole:
        by[spec.by] = str(line.value)
    if column.members:
        return None
    if spec.split is not None and column.value is not None:
        by[spec.split] = column.value
    return Number(column.metric.key, column.span or found.days.now, tuple(by.items()))


def can_list(found: Grid, line: Line, column: Column, place: int) -> bool:
    """Whether a click on the cell opens a list: it has a number above nothing, of people."""
    reading = line.cells[place].reading
    if reading is None or not reading.value or who_is_listed(column.metric) is None:
        return False
    number = number_of(found, line, column)
    return number is not None and (
        why_nobody(warehouse(), found.scope, column.metric, number.span, dict(number.by)) is None
    )


def go_down(found: Grid, line: Line) -> None:
    """One level down below a row; below the last one are the people of the first metric that
    lists any."""
    if line.value is None or line is found.total:
        return
    below = found.spec.into(line.value, offered())
    if below is not None:
        ask_for(below)
        return
    listable = [c for n, c in enumerate(found.columns) if can_list(found, line, c, n)]
    number = number_of(found, line, (listable or list(found.columns))[0])
    if number is not None:
        BEHIND.want(number)


def title_of(number: Number, n: int, tr: Text) -> str:
    """Which metric, of what, who is listed, and how many."""
    metric = METRICS[number.metric]
    parts = [tr(metric.name), *[value_name(d, v, tr) for d, v in number.by]]
    return tr(
        Words("{place} · {who}: {n}", "{place} · {who}：{n}"),
        place=" › ".join(parts),
        who=who_is_listed(metric) or Words("", ""),
        n=numbers.full(n, Unit.COUNT, tr),
    )


def opened_people(asked: Asked) -> None:
    """The drawer of the number that was clicked before this run."""
    number = BEHIND.wanted()
    if number is None:
        return
    open_people(asked.scope, number.metric, number.span, dict(number.by))


def open_people(
    asked: Scope, key: str, span: Span, by: Mapping[str, str], behind: Behind[Any] = BEHIND
) -> None:
    """The list behind a metric, or a word on why there is none; `behind` is whose drawer it is."""
    tr, w, metric = text(), warehouse(), METRICS[key]
    people = people_behind(w, asked, metric, span, by)
    if people is None:
        why = why_nobody(w, asked, metric, span, by)
        st.toast(tr(why) if why is not None else tr(_NOBODY), icon=":material/person_off:")
        return
    first = patiently(
        lambda: people_page(w, people), behind.name, fingerprint(w, people), height=0, anew=True
    )
    if first is None:
        return
    number, total = Number(key, span, tuple(by.items())), first.total
    menu = metric_entries(key, tr, of=span, path=number.by, explain="link")
    definition = of_metric(metric, span, by)
    behind.open(
        lambda said: title_of(number, total, said), people, definition=definition, menu=menu
    )


_NOBODY = Words("Nobody can be listed here.", "此处没有名单。")
