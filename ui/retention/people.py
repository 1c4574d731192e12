"""The people behind a cell of the cohort table."""

from __future__ import annotations

from dataclasses import dataclass

from data.scope import Span
from format import dates, numbers
from i18n import Text, Words
from metrics.audiences.definitions import of_retention
from metrics.metric import Unit
from metrics.retention.people import WHO, Who, cell_people
from metrics.retention.result import Retention, counted
from metrics.retention.spec import Value
from metrics.retention.words import column_name, rule
from ui.behind import Behind
from ui.heat_table import picked
from ui.retention.asked import Asked
from ui.retention.cohort_table import KEY, POOLED
from ui.session import text, warehouse


@dataclass(frozen=True, slots=True)
class Cell:
    """A cohort by place (`POOLED`: all whose cell is mature), a column by place, and whom."""

    cohort: int
    column: int
    who: Who = Who.RETURNED


BEHIND: Behind[Cell] = Behind("retention")


def cell_clicked() -> None:
    """A click in the table: whoever came back."""
    at = picked(KEY)
    if at is not None:
        BEHIND.want(Cell(*at))


def cohorts_in(found: Retention, cell: Cell) -> list[int]:
    """Places of the cohorts that the cell counts."""
    if cell.cohort != POOLED:
        return [cell.cohort]
    return [n for n, c in enumerate(found.cohorts) if c.size and counted(c.cells[cell.column])]


def count_of(found: Retention, cell: Cell) -> int:
    """As many people as the cell says."""
    cohorts = [found.cohorts[n] for n in cohorts_in(found, cell)]
    size = sum(c.size for c in cohorts)
    back = int(sum(c.cells[cell.column].numerator or 0 for c in cohorts))
    return {Who.COHORT: size, Who.RETURNED: back, Who.NOT_RETURNED: size - back}[cell.who]


def choices(found: Retention) -> list[Cell]:
    """Every list of the first columns of the latest cohorts and of all of them: more would be a
    list that nobody reads, and the table opens the others."""
    if found.spec.value is not Value.USERS:
        return []
    rows = [POOLED, *[n for n, c in reversed(list(enumerate(found.cohorts))) if c.size][:6]]
    cells = [
        Cell(row, column, who)
        for row in rows
        for column in range(min(len(found.columns), 4))
        for who in (Who.RETURNED, Who.NOT_RETURNED)
    ]
    return [c for c in cells if cohorts_in(found, c) and count_of(found, c)]


def picker(found: Retention) -> None:
    tr = text()
    BEHIND.picker(
        choices(found),
        lambda cell: name_of(found, cell, tr),
        Words("Click a cell, or choose whom to list", "点击单元格，或在此选择要查看的名单"),
    )


def name_of(found: Retention, cell: Cell, tr: Text) -> str:
    """Who is listed and how many."""
    return tr(
        Words("{cohort} · {column} · {who}: {n}", "{cohort} · {column} · {who}：{n} 人"),
        cohort=cohort_name(found, cell.cohort, tr),
        column=column_name(found.spec, found.columns[cell.column], tr),
        who=WHO[cell.who],
        n=numbers.full(count_of(found, cell), Unit.COUNT, tr),
    )


def cohort_name(found: Retention, place: int, tr: Text) -> str:
    if place == POOLED:
        return tr(Words("All cohorts", "全部同期群"))
    span: Span = found.cohorts[place].span
    return dates.bucket(span.start, span.end, found.spec.grain, tr)


def opened_people(found: Retention, asked: Asked) -> None:
    """The drawer of the cell that was clicked before this run."""
    cell, tr = BEHIND.wanted(), text()
    if cell is None or cell.cohort >= len(found.cohorts) or cell.column >= len(found.columns):
        return
    if not cohorts_in(found, cell) or count_of(found, cell) == 0:
        return
    spans = [found.cohorts[n].span for n in cohorts_in(found, cell)]
    column = found.columns[cell.column]
    people = cell_people(warehouse(), asked.scope, found.spec, found.span, spans, column, cell.who)
    BEHIND.open(
        lambda tr: name_of(found, cell, tr),
        people,
        note=rule(found.spec, tr),
        definition=of_retention(found.spec, found.span, spans, column, cell.who),
    )
