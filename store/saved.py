"""What the store hands out: versions of records, and lines of the audit log."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Generic, TypeVar

from pydantic import BaseModel

from i18n import Problem, Words

Body_co = TypeVar("Body_co", bound=BaseModel, covariant=True)


class Action(StrEnum):
    """How a version came about. A refused one met a newer edit: it is kept, but not in force."""

    SAVED = "saved"
    RESTORED = "restored"
    DELETED = "deleted"
    REFUSED = "refused"


ACTION_NAMES: dict[Action, Words] = {
    Action.SAVED: Words(en="Saved", zh="保存"),
    Action.RESTORED: Words(en="Restored", zh="恢复"),
    Action.DELETED: Words(en="Deleted", zh="删除"),
    Action.REFUSED: Words(en="Not adopted (edit conflict)", zh="未采用（编辑冲突）"),
}


@dataclass(frozen=True, slots=True)
class Saved(Generic[Body_co]):
    """One version of a record: content, who wrote it, when (UTC) and on top of which version.

    `revision` counts every version of the record from 1, refused ones included, so a gap in a
    record's history would show. A deletion carries the content that was deleted.
    """

    kind: str
    shop: str
    name: str
    revision: int
    based_on: int | None
    action: Action
    author: str
    edited_at: datetime
    note: str
    content: Body_co | Problem
    """The content, or the reason it can't be read (written for another version of Northstar)."""

    @property
    def body(self) -> Body_co:
        """The content; raises the `Problem` that says why it can't be read."""
        if isinstance(self.content, Problem):
            raise self.content
        return self.content


@dataclass(frozen=True, slots=True)
class AuditLine:
    """Who did what to what, when (UTC). `subject` reads `kind/shop/name` for records."""

    at: datetime
    actor: str
    action: str
    subject: str
    detail: Mapping[str, Any]
