"""Who looks (`Viewer`), and at what (`Scope`)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import ColumnElement, FromClause

from data.dimensions import DIMENSIONS, Dimension
from i18n import Text, Words


@dataclass(frozen=True, slots=True)
class Viewer:
    """The person asking, with their rights. The rights end up in the SQL, so also in cache keys.

    `markets` are the home markets whose users, guest orders and spend they may see; `None` means
    all of them, an empty set none. `personal_data` says whether they may see columns that
    describe a person (city, gender, birth year). `may_import` says whether they may bring in data
    and say which channel is meant, which changes the numbers of everybody.
    """

    user: str
    markets: frozenset[str] | None = None
    personal_data: bool = False
    may_import: bool = False


LOCAL_VIEWER = Viewer("local", markets=None, personal_data=True, may_import=True)
"""The single user of a dashboard on one's own machine, until signing in is set up."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One narrowing: a dimension and the values kept. Renders to SQL and to words."""

    dimension: str
    values: frozenset[str]

    @property
    def of(self) -> Dimension:
        return DIMENSIONS[self.dimension]

    def clause(self, table: FromClause) -> ColumnElement[bool]:
        return table.c[self.dimension].in_(sorted(self.values))

    def sentence(self, tr: Text) -> str:
        separator = tr(Words(", ", "、"))
        return separator.join(tr(self.of.label(v)) for v in sorted(self.values))


@dataclass(frozen=True, slots=True)
class Scope:
    """What a question is asked of: filters and the currency of the answer.

    Dates are not here: each metric applies its own window, because only it knows which date
    it means.
    """

    currency: str
    choices: tuple[Choice, ...] = field(default=())

    @classmethod
    def of(cls, currency: str, **kept: frozenset[str] | None) -> Scope:
        """`Scope.of("CNY", market=frozenset({"CN"}))`; empty or None means no filter."""
        chosen = tuple(Choice(k, v) for k, v in kept.items() if v)
        return cls(
            currency, tuple(sorted(chosen, key=lambda c: list(DIMENSIONS).index(c.dimension)))
        )

    def kept(self, dimension: str) -> frozenset[str] | None:
        """The values chosen for one dimension, `None` when it is not narrowed."""
        return next((c.values for c in self.choices if c.dimension == dimension), None)


@dataclass(frozen=True, slots=True)
class Span:
    """Days of the reporting calendar, `[start, end)`."""

    start: date
    end: date

    def __post_init__(self) -> None:
        if self.end <= self.start:
            raise ValueError(f"a span ends after it starts; got [{self.start}, {self.end})")

    @property
    def days(self) -> int:
        return (self.end - self.start).days
