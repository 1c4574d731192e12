"""The customers behind a cell of the table or a point of a curve."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from format import numbers
from i18n import Text, Words
from metrics.audiences.definitions import of_payback
from metrics.channels.spec import Cost
from metrics.metric import Unit
from metrics.payback.people import Cell, payback_people
from metrics.payback.result import Cohort, Payback
from metrics.payback.spec import FOLLOWED, WITHIN, By
from metrics.payback.text import cohort_name
from ui.behind import Behind
from ui.heat_table import picked
from ui.payback.asked import Asked
from ui.session import text, warehouse

WHOLE = -1
"""The place of all cohorts together."""
KEY = "payback_table"
BEFORE = 2
"""Columns before those of `WITHIN`: the cost and the day, which are of everybody."""


@dataclass(frozen=True, slots=True)
class Pick:
    """A cohort by place, and within how many days; None is everybody of it."""

    cohort: int
    within: int | None = None


BEHIND: Behind[Pick] = Behind("payback")


def cell_clicked() -> None:
    at = picked(KEY)
    if at is not None:
        row, column = at
        BEHIND.want(Pick(row, None if column < BEFORE else WITHIN[column - BEFORE]))


def selecting(places: list[int]) -> dict[str, Any]:
    """What the curves are drawn with; `places` are those of the panels' cohorts."""

    def read(data: Any, _trace: int) -> Pick | None:
        if not isinstance(data, (list, tuple)) or len(data) != 2:
            return None
        panel, age = int(data[0]), int(data[1])
        return Pick(places[panel], age + 1) if 0 <= panel < len(places) else None

    return BEHIND.on_select(read)


def cohorts_in(found: Payback, pick: Pick, cost: Cost) -> list[Cohort]:
    """The cohorts that a cell counts: of all months those that its pooled value is made of."""
    if pick.cohort != WHOLE:
        return [found.cohorts[pick.cohort]]
    if found.by is not By.MONTH:
        return [found.whole]
    if pick.within is None:
        return list(found.cohorts)
    return [c for c in found.cohorts if found.counts(c, pick.within, cost)]


def count_of(cohort: Cohort, within: int | None) -> int:
    """As many customers as a cell says."""
    if within is None:
        return cohort.size
    steps = cohort.worth(Cost.MARKETING).steps
    return steps[within - 1].people if 0 < within <= len(steps) else 0


def total_of(found: Payback, pick: Pick, cost: Cost) -> int:
    return sum(count_of(c, pick.within) for c in cohorts_in(found, pick, cost))


def cell_of(found: Payback, pick: Pick, cost: Cost) -> Cell:
    cohorts = cohorts_in(found, pick, cost)
    spans = tuple(c.days.span for c in cohorts)
    if pick.cohort == WHOLE or found.by is By.MONTH:
        return Cell(spans, pick.within)
    value = cohorts[0].value
    others = () if value is not None else tuple(
        c.value for c in found.cohorts if c.value is not None
    )  # fmt: skip
    return Cell(spans, pick.within, found.by, value, others)


def choices(found: Payback) -> list[Pick]:
    """Everybody of each cohort, the latest or the dearest first."""
    places = range(len(found.cohorts))
    ordered = reversed(places) if found.by is By.MONTH else places
    return [Pick(n) for n in (WHOLE, *ordered) if n == WHOLE or found.cohorts[n].size]


def picker(found: Payback, cost: Cost) -> None:
    tr = text()
    BEHIND.picker(
        choices(found),
        lambda pick: name_of(found, pick, cost, tr),
        Words("Click a cell or a curve, or choose whom to list",
              "点击单元格或曲线，或在此选择要查看的名单"),
    )  # fmt: skip


_ALL = Words("All new customers", "全部新客")
_NAMED = Words("{cohort}: {n} new customers", "{cohort}：新客 {n} 人")
_WITHIN = Words("{cohort}, at least {days} days old: {n} customers",
                "{cohort}，首单已满 {days} 天：{n} 人")  # fmt: skip


def name_of(found: Payback, pick: Pick, cost: Cost, tr: Text) -> str:
    """Who is listed and how many."""
    whole = pick.cohort == WHOLE
    name = tr(_ALL) if whole else cohort_name(found.cohorts[pick.cohort], found.by, tr)
    n = numbers.full(total_of(found, pick, cost), Unit.COUNT, tr)
    words = _NAMED if pick.within is None else _WITHIN
    return tr(words, cohort=name, n=n, days=pick.within)


def opened_people(found: Payback, asked: Asked) -> None:
    """The drawer of what was clicked before this run."""
    pick, cost = BEHIND.wanted(), asked.cost
    if pick is None or pick.cohort >= len(found.cohorts) or (pick.within or 1) > FOLLOWED:
        return
    if total_of(found, pick, cost) == 0:
        return
    cell = cell_of(found, pick, cost)
    people = payback_people(warehouse(), asked.scope, cell)
    BEHIND.open(lambda tr: name_of(found, pick, cost, tr), people, definition=of_payback(cell))
