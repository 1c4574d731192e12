"""Keep records, every version of them, and who did what: the application's own memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from i18n import Problem, Words
from store.engine import build_engine, find_place, make_file, writing
from store.kinds import B, Kind
from store.migrating import bring_up_to_date
from store.models import NOTE_LENGTH, AuditEntry, RecordVersion
from store.problems import EditConflict, database_errors_told
from store.saved import Action, AuditLine, Saved
from store.texts import clean_text
from store.versions import (
    Edit,
    add_version,
    as_saved,
    current,
    in_force,
    locked,
    locked_or_new,
    versions,
)

Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """The machine's time, in UTC."""
    return datetime.now(UTC)


def open_store(url: str, *, clock: Clock = utc_now, wait_seconds: float = 5) -> Store:
    """Open the store at `sqlite:///path/to/file` or `postgresql://user@host/database`.

    What is missing is made: the folder and file of SQLite, then the tables (migrations run, one
    process at a time). A writer waits `wait_seconds` for another one. A place that can't be
    reached, read or understood is a `Problem`; a store that may only be read opens for reading.
    """
    place = find_place(url)
    make_file(place)
    engine = build_engine(place, wait_seconds)
    with database_errors_told(place.shown):
        bring_up_to_date(engine, place.shown)
    return Store(engine, place.shown, clock)


@dataclass(frozen=True, slots=True)
class Store:
    """Versioned records by kind, shop and name; safe to share between threads.

    An edit says which revision it was based on. When somebody else was faster it is refused with
    `EditConflict` and kept in the history; nothing that was saved is ever changed or removed.
    `author` is whoever edits; every change also leaves a line in the audit log.
    """

    engine: Engine
    shown: str
    clock: Clock

    def load(self, kind: Kind[B], shop: str, name: str = "default") -> Saved[B] | None:
        """The version in force; None when there is none or it was deleted.

        Raises a `Problem` when its content can't be read by this version of Northstar.
        """
        with self._reading() as session:
            found = session.scalar(in_force(kind.key, shop).where(RecordVersion.name == name))
        if found is None or found.action == Action.DELETED:
            return None
        saved = as_saved(kind, found)
        if isinstance(saved.content, Problem):
            raise saved.content
        return saved

    def list(self, kind: Kind[B], shop: str) -> tuple[Saved[B], ...]:
        """Every record of a kind in force, by name. One that can't be read says so in `content`."""
        with self._reading() as session:
            found = session.scalars(
                in_force(kind.key, shop)
                .where(RecordVersion.action != Action.DELETED)
                .order_by(RecordVersion.name)
            ).all()
        return tuple(as_saved(kind, version) for version in found)

    def deleted(self, kind: Kind[B], shop: str) -> tuple[Saved[B], ...]:
        """The deletion of every record of a kind that is deleted now, the latest first. Each
        carries what was deleted; `restore` brings it back by its `revision`."""
        with self._reading() as session:
            found = session.scalars(
                in_force(kind.key, shop)
                .where(RecordVersion.action == Action.DELETED)
                .order_by(RecordVersion.edited_at.desc(), RecordVersion.name)
            ).all()
        return tuple(as_saved(kind, version) for version in found)

    def history(self, kind: Kind[B], shop: str, name: str = "default") -> tuple[Saved[B], ...]:
        """Every version ever written, newest first, deletions and refused edits included."""
        with self._reading() as session:
            found = session.scalars(
                versions(kind.key, shop, name).order_by(RecordVersion.revision.desc())
            ).all()
        return tuple(as_saved(kind, version) for version in found)

    def save(
        self,
        kind: Kind[B],
        shop: str,
        body: B,
        *,
        author: str,
        based_on: int | None,
        name: str = "default",
        note: str = "",
    ) -> Saved[B]:
        """Save a version on top of revision `based_on`; None where the editor saw no record.

        Raises `EditConflict` when another version is in force by now. To overwrite it knowingly,
        save again with `based_on=conflict.stored.revision`.
        """
        edit = self._edit(kind, shop, name, author, based_on, note)
        [saved] = self._add(kind, Action.SAVED, [(edit, body)])
        return saved

    def save_all(
        self,
        kind: Kind[B],
        shop: str,
        edits: Mapping[str, tuple[B, int | None]],
        *,
        author: str,
        note: str = "",
    ) -> tuple[Saved[B], ...]:
        """Save several records (name: body and the revision it is based on) together: all of them,
        or none where another version of one is in force by now.

        Then `EditConflict` names that one, and all are kept in their histories as refused.
        """
        made = [
            (self._edit(kind, shop, name, author, based_on, note), body)
            for name, (body, based_on) in edits.items()
        ]
        return self._add(kind, Action.SAVED, made)

    def restore(
        self,
        kind: Kind[B],
        shop: str,
        revision: int,
        *,
        author: str,
        based_on: int | None,
        name: str = "default",
        note: str = "",
    ) -> Saved[B]:
        """Bring an earlier version (or a refused or deleted one) back, as a new version."""
        edit = self._edit(kind, shop, name, author, based_on, note)
        with self._reading() as session:
            old = session.scalar(
                versions(kind.key, shop, edit.name).where(RecordVersion.revision == revision)
            )
        if old is None:
            raise Problem(
                "no_such_revision", _NO_REVISION, kind=kind.name, name=name, revision=revision
            )
        body = kind.read(old.body, old.body_version)
        [restored] = self._add(kind, Action.RESTORED, [(edit, body)])
        return restored

    def delete(
        self,
        kind: Kind[B],
        shop: str,
        *,
        author: str,
        based_on: int,
        name: str = "default",
        note: str = "",
    ) -> Saved[B]:
        """Delete a record, as a version that carries what was deleted and can be restored.

        Raises `EditConflict` when `based_on` is no longer in force.
        """
        edit = self._edit(kind, shop, name, author, based_on, note)
        with self._writing() as session:
            record = locked(session, edit)
            stored = current(session, record) if record else None
            if record is None or stored is None:
                raise Problem("no_such_record", _NO_RECORD, kind=kind.name, name=name)
            added = None
            if stored.revision == based_on and stored.action != Action.DELETED:
                added = add_version(
                    session, record, edit, Action.DELETED, stored.body, stored.body_version
                )
            else:
                session.add(edit.audit(Action.REFUSED, wanted=Action.DELETED))
        if added is None:
            winner = as_saved(kind, stored)
            raise EditConflict(kind.name, winner, None)
        return as_saved(kind, added)

    def log(self, actor: str, action: str, subject: str, **detail: Any) -> None:
        """Write a line in the audit log, for what happened outside of records."""
        entry = AuditEntry(
            at=self.clock(),
            actor=clean_text(actor, _AUTHOR),
            action=clean_text(action, _ACTION),
            subject=clean_text(subject, _SUBJECT, most=NOTE_LENGTH),
            detail=detail,
        )
        with self._writing() as session:
            session.add(entry)

    def audit(self, limit: int = 200) -> tuple[AuditLine, ...]:
        """The newest lines of the audit log, newest first."""
        with self._reading() as session:
            found = session.scalars(
                select(AuditEntry).order_by(AuditEntry.id.desc()).limit(limit)
            ).all()
        return tuple(AuditLine(e.at, e.actor, e.action, e.subject, e.detail) for e in found)

    def close(self) -> None:
        """Give back the connections."""
        self.engine.dispose()

    def _edit(
        self, kind: Kind[B], shop: str, name: str, author: str, based_on: int | None, note: str
    ) -> Edit:
        return Edit(
            kind=kind.key,
            shop=clean_text(shop, _SHOP),
            name=clean_text(name, _NAME),
            author=clean_text(author, _AUTHOR),
            at=self.clock(),
            based_on=based_on,
            note=clean_text(note, _NOTE, least=0, most=NOTE_LENGTH),
        )

    def _add(
        self, kind: Kind[B], action: Action, edits: Sequence[tuple[Edit, B]]
    ) -> tuple[Saved[B], ...]:
        """One version for each edit, in one transaction; all are refused where one does not fit."""
        # In the order of names, so that two who save the same records wait instead of blocking.
        ordered = sorted(edits, key=lambda pair: pair[0].name)
        with self._writing() as session:
            met = []
            for edit, body in ordered:
                record = locked_or_new(session, edit)
                met.append((edit, kind.write(body), record, current(session, record)))
            lost = [stored for edit, _, _, stored in met if stored and not _fits(edit, stored)]
            done = Action.REFUSED if lost else action
            added = [
                add_version(session, record, edit, done, raw, kind.version)
                for edit, raw, record, _ in met
            ]
        saved = tuple(as_saved(kind, version) for version in added)
        if lost:
            draft = next(one for one in saved if one.name == lost[0].name)
            winner = as_saved(kind, lost[0])
            raise EditConflict(kind.name, winner, draft)
        return saved

    @contextmanager
    def _reading(self) -> Iterator[Session]:
        with database_errors_told(self.shown), Session(self.engine, expire_on_commit=False) as s:
            yield s

    @contextmanager
    def _writing(self) -> Iterator[Session]:
        """One transaction; what happens inside is stored whole or not at all."""
        with (
            database_errors_told(self.shown),
            Session(writing(self.engine), expire_on_commit=False) as session,
            session.begin(),
        ):
            yield session


def _fits(edit: Edit, stored: RecordVersion) -> bool:
    """Whether an edit rests on the version in force. Whoever begins anew after a deletion saw no
    record."""
    if stored.action == Action.DELETED and edit.based_on is None:
        return True
    return edit.based_on == stored.revision


_SHOP = Words(en="shop", zh="店铺")
_NAME = Words(en="name", zh="名称")
_AUTHOR = Words(en="author", zh="编辑人")
_NOTE = Words(en="note", zh="备注")
_ACTION = Words(en="action", zh="操作")
_SUBJECT = Words(en="subject", zh="对象")
_NO_RECORD = Words(
    en="There is no {kind} “{name}” to delete.",
    zh="没有可删除的{kind}「{name}」。",
)
_NO_REVISION = Words(
    en="The {kind} “{name}” has no revision {revision}.",
    zh="{kind}「{name}」没有第 {revision} 版。",
)
