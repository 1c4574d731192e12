"""Rows that open the customers or registrations they count."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from format import numbers
from i18n import Text, Words
from metrics.audiences.definitions import of_channels
from metrics.channels.people import WHO, Counted, Who, channel_people
from metrics.channels.result import Row, Table
from metrics.channels.spec import path_names
from metrics.metric import Unit
from ui.behind import Behind
from ui.channels.asked import Asked
from ui.session import text, warehouse


@dataclass(frozen=True, slots=True)
class Number:
    """What was clicked: whom, below which values, how many."""

    who: Who
    path: tuple[str, ...]
    n: int


BEHIND: Behind[Number] = Behind("channels")


def number_of(found: Table, row: Row, who: Who) -> Number | None:
    """What a row can list: of several values together nobody can say whom. The sum lists all."""
    n = row.now.customers if who is Who.CUSTOMERS else row.now.registrations
    if not n:
        return None
    if row is found.total:
        return Number(who, found.node.path, n)
    return None if row.value is None else Number(who, (*found.node.path, row.value), n)


def selecting(found: Table) -> dict[str, Any]:
    """What the figure of costs is drawn with, so that its dots can be clicked."""

    def read(data: Any, _trace: int) -> Number | None:
        rows = found.rows
        if not isinstance(data, int) or not 0 <= data < len(rows):
            return None
        return number_of(found, rows[data], Who.CUSTOMERS)

    return BEHIND.on_select(read)


def choices(found: Table) -> list[Number]:
    """Everything that can be listed: the customers and registrations of each row."""
    rows = [found.total, *found.rows]
    listed = [number_of(found, r, who) for who in Who for r in rows]
    return [n for n in listed if n is not None]


def picker(found: Table) -> None:
    tr = text()
    BEHIND.picker(
        choices(found),
        lambda n: name_of(n, tr),
        Words(
            "Click a dot or a count, or choose whom to list",
            "点击圆点或人数，或在此选择要查看的名单",
        ),
    )


def name_of(number: Number, tr: Text) -> str:
    """Which row, whom, and how many."""
    place = " › ".join(path_names(number.path, tr)) or tr(Words("All", "全部"))
    return tr(
        Words("{place} · {who}: {n}", "{place} · {who}：{n}"),
        place=place,
        who=WHO[number.who],
        n=numbers.full(number.n, Unit.COUNT, tr),
    )


def opened_people(asked: Asked) -> None:
    """The drawer of the number that was clicked before this run."""
    number = BEHIND.wanted()
    if number is None:
        return
    counted = Counted(asked.table().span, number.path, number.who)
    BEHIND.open(
        lambda tr: name_of(number, tr),
        channel_people(warehouse(), asked.scope, counted),
        definition=of_channels(counted),
    )
