"""The store's tables, as ORM models. `store/migrations/` holds how a database gets there.

Every version of a record is one row of `record_history` that is never changed or removed;
`record` only points at the version in force. So nothing that was saved can be overwritten.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    DateTime,
    Dialect,
    ForeignKeyConstraint,
    MetaData,
    String,
    Text,
    TypeDecorator,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

NAME_LENGTH = 120
NOTE_LENGTH = 1000


class UtcDateTime(TypeDecorator[datetime]):
    """An instant, kept in UTC without an offset, so that both databases keep it alike."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuses a time without a zone: it could mean anything."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a time must carry its zone; got {value!r}.\nHint: datetime.now(UTC)")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """The instant, with UTC written on it again."""
        return None if value is None else value.replace(tzinfo=UTC)


class Base(DeclarativeBase):
    """Constraints carry names, so that a later migration can change them on either database."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class Record(Base):
    """Which version of a record is in force (0: none yet), and the highest number given."""

    __tablename__ = "record"

    kind: Mapped[str] = mapped_column(String(NAME_LENGTH), primary_key=True)
    shop: Mapped[str] = mapped_column(String(NAME_LENGTH), primary_key=True)
    name: Mapped[str] = mapped_column(String(NAME_LENGTH), primary_key=True)
    revision: Mapped[int]
    latest: Mapped[int]


class RecordVersion(Base):
    """One version of a record, whether it came into force or was refused."""

    __tablename__ = "record_history"
    __table_args__ = (
        ForeignKeyConstraint(
            ["kind", "shop", "name"], ["record.kind", "record.shop", "record.name"]
        ),
    )

    kind: Mapped[str] = mapped_column(String(NAME_LENGTH), primary_key=True)
    shop: Mapped[str] = mapped_column(String(NAME_LENGTH), primary_key=True)
    name: Mapped[str] = mapped_column(String(NAME_LENGTH), primary_key=True)
    revision: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    based_on: Mapped[int | None]
    action: Mapped[str] = mapped_column(String(16))
    body: Mapped[dict[str, Any]] = mapped_column(JSON)
    body_version: Mapped[int]
    author: Mapped[str] = mapped_column(String(NAME_LENGTH))
    edited_at: Mapped[datetime] = mapped_column(UtcDateTime)
    note: Mapped[str] = mapped_column(Text)


class AuditEntry(Base):
    """Who did what to what. Rows are added, never changed."""

    __tablename__ = "audit_log"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    actor: Mapped[str] = mapped_column(String(NAME_LENGTH))
    action: Mapped[str] = mapped_column(String(64))
    subject: Mapped[str] = mapped_column(Text)
    detail: Mapped[dict[str, Any]] = mapped_column(JSON)
