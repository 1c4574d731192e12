"""The mapping file: where each canonical table comes from.

`load_mapping` reads and checks the whole file before any source is opened; what is wrong is said
with its line, its key and the nearest word that would be right.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import BeforeValidator, Field, PrivateAttr

from data.importing.expressions import (
    Decimal,
    Expression,
    Part,
    Predicate,
    Thousands,
)
from data.importing.headers import Naming
from i18n import Words


def _words(value: Any) -> Any:
    if isinstance(value, str):
        return Words(en=value, zh=value)
    if isinstance(value, dict):
        if set(value) == {"en", "zh"} and all(isinstance(v, str) for v in value.values()):
            return Words(**value)
        raise ValueError("expected one text, or en: and zh:")
    return value


Phrase = Annotated[Words, BeforeValidator(_words)]
"""A text in both languages, `{en: …, zh: …}`, or one text for both."""

FORMATS = ("csv", "xlsx", "parquet")


class Database(Part):
    """A table or view of a database. The address stands in the environment (`url_env`), so that
    no password is ever in a mapping; `url` is for addresses without one."""

    table: str
    url: str | None = None
    url_env: str | None = None
    schema_: str | None = Field(default=None, alias="schema")


class SetAside(Part):
    """Rows that are on purpose in no table: counted with their amount, never lost in silence."""

    name: str
    reason: Phrase
    where: Predicate
    amount: Expression | None = None


class Rollup(Part):
    """One row for all lines with the same `key`. Values are those of the line that is first by
    `earliest` (else by place in the file) and has one; `sum`, `min` and `max` are over lines."""

    key: str | list[str]
    earliest: str | None = None

    @property
    def keys(self) -> list[str]:
        return [self.key] if isinstance(self.key, str) else self.key


class Target(Part):
    """What one canonical table takes from a source."""

    columns: dict[str, Expression] = Field(min_length=1)
    where: Predicate | None = None
    rollup: Rollup | None = None


class Source(Part):
    """One file (or several by pattern), or one database table, and the tables it feeds."""

    name: str
    file: str | None = None
    database: Database | None = None
    format: Literal["csv", "xlsx", "parquet"] | None = None
    sheet: str | None = None
    encoding: str = "utf-8"
    delimiter: str = Field(default=",", min_length=1, max_length=1)
    mode: Literal["merge", "replace"] = "merge"
    date_format: str | None = None
    timezone: str | None = None
    decimal: Decimal | None = None
    thousands: Thousands | None = None
    nulls: list[str] = Field(default_factory=list)
    headers: dict[str, list[str]] = Field(default_factory=dict)
    optional: list[str] = Field(default_factory=list)
    title_lines: bool = False
    where: Predicate | None = None
    set_aside: list[SetAside] = Field(default_factory=list)
    into: dict[str, Target] = Field(min_length=1)

    @property
    def naming(self) -> Naming:
        """What the source may call its columns."""
        return Naming(self.headers, frozenset(self.optional))


class Mapping(Part):
    """A shop and where its tables come from."""

    shop: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    name: Phrase
    timezone: str
    currency: str = Field(pattern=r"^[A-Z]{3}$")
    data_through: datetime | date | None = None
    sources: list[Source] = Field(min_length=1)

    _path: Path = PrivateAttr(default=Path("mapping.yaml"))
    _sha256: str = PrivateAttr(default="")

    @property
    def path(self) -> Path:
        """The mapping file itself; sources are named relative to its folder."""
        return self._path

    @property
    def sha256(self) -> str:
        """Checksum of the mapping's text: a changed mapping reads the same file differently."""
        return self._sha256

    @property
    def folder(self) -> Path:
        return self._path.parent

    def remember(self, path: Path, text: bytes) -> Mapping:
        """The same mapping, knowing where it was read from."""
        self._path = path
        self._sha256 = hashlib.sha256(text).hexdigest()
        return self

    def mapped_columns(self) -> dict[str, tuple[str, ...]]:
        """For each canonical table that is fed: the columns some source fills."""
        found: dict[str, dict[str, None]] = {}
        for source in self.sources:
            for table, target in source.into.items():
                found.setdefault(table, {}).update(dict.fromkeys(target.columns))
        return {table: tuple(names) for table, names in found.items()}

    def replaces(self) -> frozenset[str]:
        """Tables whose stored rows vanish when the sources no longer have them."""
        return frozenset(t for s in self.sources if s.mode == "replace" for t in s.into)

    def through(self) -> datetime | None:
        """The instant (UTC, no offset) up to which the data is complete, if the mapping says so.
        A bare day is complete: its end in the shop's time zone."""
        if self.data_through is None:
            return None
        if isinstance(self.data_through, datetime):
            moment = self.data_through
        else:
            day = self.data_through + timedelta(days=1)
            moment = datetime(day.year, day.month, day.day)
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=ZoneInfo(self.timezone))
        return moment.astimezone(UTC).replace(tzinfo=None)
