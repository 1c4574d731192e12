"""Versions of records in the database: found, locked, added; never changed or removed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from i18n import Problem
from store.kinds import B, Json, Kind
from store.models import AuditEntry, Record, RecordVersion
from store.saved import Action, Saved


@dataclass(frozen=True, slots=True)
class Edit:
    """Who edits what, when, on top of which revision; everything but the content."""

    kind: str
    shop: str
    name: str
    author: str
    at: datetime
    based_on: int | None
    note: str

    def audit(self, action: Action, **detail: Any) -> AuditEntry:
        """The line this edit leaves in the audit log."""
        return AuditEntry(
            at=self.at,
            actor=self.author,
            action=action,
            subject=f"{self.kind}/{self.shop}/{self.name}",
            detail=detail | {"based_on": self.based_on},
        )


def versions(kind: str, shop: str, name: str) -> Select[RecordVersion]:
    """Every version of one record."""
    v = RecordVersion
    return select(v).where(v.kind == kind, v.shop == shop, v.name == name)


def in_force(kind: str, shop: str) -> Select[RecordVersion]:
    """The version in force of every record of a kind; it may be a deletion."""
    r, v = Record, RecordVersion
    same = and_(v.kind == r.kind, v.shop == r.shop, v.name == r.name, v.revision == r.revision)
    return select(v).join(r, same).where(r.kind == kind, r.shop == shop)


def locked(session: Session, edit: Edit) -> Record | None:
    """The record, held until the transaction ends, so that two edits meet one after the other."""
    return session.get(Record, (edit.kind, edit.shop, edit.name), with_for_update=True)


def locked_or_new(session: Session, edit: Edit) -> Record:
    """As `locked`; a record that is not there is made, even if two make it at once."""
    if found := locked(session, edit):
        return found
    made = Record(kind=edit.kind, shop=edit.shop, name=edit.name, revision=0, latest=0)
    try:
        with session.begin_nested():
            session.add(made)
    except IntegrityError:
        found = locked(session, edit)
        if found is None:
            raise
        return found
    return made


def current(session: Session, record: Record) -> RecordVersion | None:
    """The version in force, None for a record just made."""
    key = (record.kind, record.shop, record.name, record.revision)
    return session.get(RecordVersion, key)


def add_version(
    session: Session, record: Record, edit: Edit, action: Action, body: Json, body_version: int
) -> RecordVersion:
    """Append a version; it comes into force unless it was refused."""
    record.latest += 1
    if action is not Action.REFUSED:
        record.revision = record.latest
    added = RecordVersion(
        kind=edit.kind,
        shop=edit.shop,
        name=edit.name,
        revision=record.latest,
        based_on=edit.based_on,
        action=action,
        body=body,
        body_version=body_version,
        author=edit.author,
        edited_at=edit.at,
        note=edit.note,
    )
    session.add_all([added, edit.audit(action, revision=record.latest)])
    return added


def as_saved(kind: Kind[B], version: RecordVersion) -> Saved[B]:
    """A row as the store hands it out, its content read or the reason why it can't be."""
    content: B | Problem
    try:
        content = kind.read(version.body, version.body_version)
    except Problem as problem:
        content = problem
    return Saved(
        kind=version.kind,
        shop=version.shop,
        name=version.name,
        revision=version.revision,
        based_on=version.based_on,
        action=Action(version.action),
        author=version.author,
        edited_at=version.edited_at,
        note=version.note,
        content=content,
    )
