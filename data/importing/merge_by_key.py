"""Rows with an id: each compared with the stored row of the same id."""

from __future__ import annotations

from sqlalchemy import (
    ColumnElement,
    FromClause,
    and_,
    delete,
    false,
    func,
    insert,
    literal,
    or_,
    select,
)

from data.importing.staging import Change, Staged
from data.schema import contract

INSERTED, UPDATED, REMOVED = "inserted", "updated", "removed"


def find_changes(s: Staged, keys: tuple[str, ...], *, replace: bool) -> Change:
    """Lists in `delta` the keys that are new, different and (with `replace`) gone."""
    same = same_key(s.name, keys, s.stage, s.stored)
    others = [c.name for c in s.stored.columns if c.name not in keys]
    different = or_(
        false(), *[s.stage.c[name].is_distinct_from(s.stored.c[name]) for name in others]
    )
    new = select(*[s.stage.c[k] for k in keys], literal(INSERTED)).where(
        ~select(literal(1)).select_from(s.stored).where(same).correlate(s.stage).exists()
    )
    changed = (
        select(*[s.stage.c[k] for k in keys], literal(UPDATED))
        .select_from(s.stage.join(s.stored, same))
        .where(different)
    )
    gone = select(*[s.stored.c[k] for k in keys], literal(REMOVED)).where(
        ~select(literal(1)).select_from(s.stage).where(same).correlate(s.stored).exists()
    )
    for statement in [new, changed, *([gone] if replace else [])]:
        s.connection.execute(insert(s.delta).from_select([*keys, "change"], statement))
    counted = s.connection.execute(
        select(s.delta.c.change, func.count()).group_by(s.delta.c.change)
    )
    counts = {change: int(rows) for change, rows in counted}
    inserted, updated = counts.get(INSERTED, 0), counts.get(UPDATED, 0)
    return Change(inserted, updated, s.rows() - inserted - updated, counts.get(REMOVED, 0))


def apply_changes(s: Staged, keys: tuple[str, ...]) -> None:
    """Writes what `delta` lists: different and gone rows leave, new and different ones enter."""
    leaving = (
        select(literal(1))
        .select_from(s.delta)
        .where(same_key(s.name, keys, s.delta, s.stored), s.delta.c.change != INSERTED)
        .correlate(s.stored)
        .exists()
    )
    s.connection.execute(delete(s.stored).where(leaving))
    entering = (
        select(literal(1))
        .select_from(s.delta)
        .where(same_key(s.name, keys, s.delta, s.stage), s.delta.c.change != REMOVED)
        .correlate(s.stage)
        .exists()
    )
    names = [c.name for c in s.stored.columns]
    s.connection.execute(
        insert(s.stored).from_select(names, select(*[s.stage.c[n] for n in names]).where(entering))
    )


def same_key(
    name: str, keys: tuple[str, ...], left: FromClause, right: FromClause
) -> ColumnElement[bool]:
    """Equal keys. A part that may be empty is compared as a value; the others by plain equality,
    which databases can hash."""
    columns = contract.tables[name].columns
    return and_(
        *[
            left.c[key] == right.c[key]
            if columns[key].info["required"] or len(keys) == 1
            else left.c[key].is_not_distinct_from(right.c[key])
            for key in keys
        ]
    )
