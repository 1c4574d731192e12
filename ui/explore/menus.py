"""The menus of the cells of the Explore page: the same metric, of the cell's own values."""

from __future__ import annotations

from i18n import Text
from metrics.explore.result import Column, Grid, Line
from metrics.explore.spec import BY, Step
from ui.number_menu.entries import Entry, metric_entries
from ui.number_menu.links import PLACE

Menus = dict[str, list[Entry]]


def menus_of(found: Grid, tr: Text) -> Menus:
    """By name: of each column the menu of the whole, and the one of a value in the rows, in which
    the browser puts the value of the row."""
    made: Menus = {}
    for place, column in enumerate(found.columns):
        path = path_of(found, column)
        if path is not None:
            made[name_of(place, whole=True)] = _entries(column, path, tr)
            made[name_of(place, whole=False)] = _entries(
                column, (*path, (found.spec.by, PLACE)), tr
            )
    return made


def name_of(place: int, *, whole: bool) -> str:
    return f"{place}" if whole else f"{place}>"


def menu_of(found: Grid, line: Line, column: Column, place: int) -> str:
    """Which menu a cell has; of several values together there is none."""
    whole = line is found.total
    if path_of(found, column) is None or (line.value is None and not whole):
        return ""
    return name_of(place, whole=whole)


def where_of(line: Line) -> str:
    return "" if line.value is None else str(line.value)


def path_of(found: Grid, column: Column) -> tuple[Step, ...] | None:
    """The values that a column is of; None for a column of several."""
    if column.members:
        return None
    spec = found.spec
    if spec.split is None or column.value is None:
        return spec.path
    return (*spec.path, (spec.split, column.value))


def _entries(column: Column, path: tuple[Step, ...], tr: Text) -> list[Entry]:
    known = tuple(step for step in path if step[0] in BY)
    return metric_entries(column.metric.key, tr, of=column.span, path=known, explain="link")
