"""What the tables themselves hold to, on both databases."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy.exc import IntegrityError, StatementError
from sqlalchemy.orm import Session

from store import OVERVIEW_DECK, Store
from store.models import AuditEntry, RecordVersion


def test_a_version_without_its_record_is_refused(store: Store) -> None:
    """SQLite keeps foreign keys only when it is told to."""
    orphan = RecordVersion(
        kind=OVERVIEW_DECK.key,
        shop="uci",
        name="default",
        revision=1,
        action="saved",
        body={},
        body_version=1,
        author="Anna",
        edited_at=datetime(2024, 5, 1, tzinfo=UTC),
        note="",
    )
    with Session(store.engine) as session:
        session.add(orphan)
        with pytest.raises(IntegrityError):
            session.flush()


def line(at: datetime) -> AuditEntry:
    return AuditEntry(at=at, actor="Anna", action="export", subject="orders", detail={})


def test_a_time_in_another_zone_is_kept_in_utc(store: Store) -> None:
    """08:30 in Shanghai is 00:30 UTC, to the microsecond."""
    shanghai = timezone(timedelta(hours=8))
    with Session(store.engine) as session, session.begin():
        session.add(line(datetime(2024, 5, 1, 8, 30, 0, 123456, tzinfo=shanghai)))
    at = store.audit()[0].at
    assert (at, at.tzinfo) == (datetime(2024, 5, 1, 0, 30, 0, 123456, tzinfo=UTC), UTC)


def test_a_time_without_a_zone_is_refused(store: Store) -> None:
    with Session(store.engine) as session:
        session.add(line(datetime(2024, 5, 1, 8, 30)))
        with pytest.raises(StatementError, match="carry its zone"):
            session.flush()
