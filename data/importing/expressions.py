"""What a column can be made of, and how rows are chosen: the small language of a mapping.

Everything here is data, checked when the mapping is loaded; nothing is evaluated as code or SQL.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Discriminator, Field, Tag, model_validator

Scalar = str | bool | int | float | date | datetime
Decimal = Literal[".", ","]
Thousands = Literal[",", ".", " ", "'"]


class Part(BaseModel):
    """A piece of a mapping: strictly typed, no unknown keys, never changed."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class FromColumn(Part):
    """A column of the source, with its own date or number format where it differs."""

    column: str
    date_format: str | None = None
    timezone: str | None = None
    decimal: Decimal | None = None
    thousands: Thousands | None = None


class Constant(Part):
    """The same value on every row."""

    constant: Scalar


class Join(Part):
    """Several columns in one text; empty when any part is empty."""

    join: list[Expression] = Field(min_length=2)
    separator: str = "-"


class FirstOf(Part):
    """The first of several values that is not empty."""

    first_of: list[Expression] = Field(min_length=2)


class ValueMap(Part):
    """The source's words turned into ours; `column` may itself be made, e.g. looked up or joined.
    A word that is not in `map` becomes `default` if that is given; else `otherwise` says:
    `reject` the row, `keep` the word, or leave it `empty`."""

    map: dict[str | bool | int | float, Scalar]
    column: Expression
    default: Scalar | None = None
    otherwise: Literal["reject", "keep", "empty"] = "reject"


class Digest(Part):
    """A name in place of personal data: sixteen hexadecimal digits that are the same for the same
    text, whatever its case. It hides an e-mail address from readers, not from someone who has a
    list of addresses to try."""

    digest: Expression


class Scale(Part):
    """A number times a fixed factor, e.g. cents to units by 0.01. Exact."""

    scale: Expression
    by: float | int


class Multiply(Part):
    """The product of two numbers. Exact."""

    multiply: list[Expression] = Field(min_length=2, max_length=2)


class Negate(Part):
    """A number with its sign turned."""

    negate: Expression


class Absolute(Part):
    """A number without its sign."""

    abs: Expression


class OtherFile(Part):
    """Where a look-up finds its answer: `take` of the row of `file` whose `key` is the same.
    `nulls` are the file's words for "nothing"."""

    file: str
    key: str | list[str]
    take: str
    sheet: str | None = None
    encoding: str = "utf-8"
    delimiter: str = ","
    nulls: list[str] = Field(default_factory=list)

    @property
    def keys(self) -> list[str]:
        return [self.key] if isinstance(self.key, str) else self.key


class Lookup(Part):
    """A value found in another file by key, or by several columns that are a key together."""

    lookup: OtherFile
    column: str | list[str]
    default: Scalar | None = None
    otherwise: Literal["reject", "empty"] = "reject"

    @property
    def columns(self) -> list[str]:
        return [self.column] if isinstance(self.column, str) else self.column


class Sum(Part):
    """With a roll-up: the exact sum over the lines."""

    sum: Expression


class Least(Part):
    """With a roll-up: the smallest (earliest) over the lines."""

    min: Expression


class Greatest(Part):
    """With a roll-up: the largest (latest) over the lines."""

    max: Expression


EXPRESSION_KEYS = (
    "map", "lookup", "join", "first_of", "digest", "constant", "scale", "multiply", "negate", "abs",
    "sum", "min", "max", "column",
)  # fmt: skip


def _expression_key(value: Any) -> str | None:
    if isinstance(value, str):
        return "name"
    present = value if isinstance(value, dict) else getattr(value, "__dict__", {})
    return next((key for key in EXPRESSION_KEYS if key in present), None)


Expression = Annotated[
    Annotated[str, Tag("name")]
    | Annotated[ValueMap, Tag("map")]
    | Annotated[Lookup, Tag("lookup")]
    | Annotated[Join, Tag("join")]
    | Annotated[FirstOf, Tag("first_of")]
    | Annotated[Digest, Tag("digest")]
    | Annotated[Constant, Tag("constant")]
    | Annotated[Scale, Tag("scale")]
    | Annotated[Multiply, Tag("multiply")]
    | Annotated[Negate, Tag("negate")]
    | Annotated[Absolute, Tag("abs")]
    | Annotated[Sum, Tag("sum")]
    | Annotated[Least, Tag("min")]
    | Annotated[Greatest, Tag("max")]
    | Annotated[FromColumn, Tag("column")],
    Discriminator(_expression_key),
]
"""A column's name, or one of the shapes above, told apart by its key."""


def parts_of(expression: Expression) -> list[Expression]:
    """The expressions directly inside one."""
    match expression:
        case Join(join=parts) | Multiply(multiply=parts) | FirstOf(first_of=parts):
            return list(parts)
        case Digest(digest=part) | Scale(scale=part) | Negate(negate=part) | Absolute(abs=part):
            return [part]
        case Sum(sum=part) | Least(min=part) | Greatest(max=part) | ValueMap(column=part):
            return [part]
        case _:
            return []


def columns_of(expression: Expression) -> list[str]:
    """The source columns an expression reads, in the order written."""
    match expression:
        case str():
            return [expression]
        case FromColumn():
            return [expression.column]
        case Lookup():
            return expression.columns
        case _:
            return [name for part in parts_of(expression) for name in columns_of(part)]


class Test(Part):
    """One question to one column. Numbers and dates are compared as such, text exactly;
    `differs_from` names another column of the same row, compared as text.
    A row whose cell is empty or unreadable never passes, except `is_null: true`."""

    __test__ = False  # a question of a mapping, not a test class

    column: str
    equals: Scalar | None = None
    in_: list[Scalar] | None = Field(default=None, alias="in")
    starts_with: str | None = None
    not_starts_with: str | None = None
    contains: str | None = None
    differs_from: str | None = None
    gt: Scalar | None = None
    gte: Scalar | None = None
    lt: Scalar | None = None
    lte: Scalar | None = None
    is_null: bool | None = None

    @model_validator(mode="after")
    def _asks(self) -> Self:
        if all(getattr(self, name) is None for name in type(self).model_fields if name != "column"):
            raise ValueError("the condition asks nothing; add equals:, in:, gt:, is_null: …")
        return self


class All(Part):
    """Every one of several conditions holds."""

    all: list[Predicate] = Field(min_length=1)


class Any_(Part):
    """At least one of several conditions holds."""

    any: list[Predicate] = Field(min_length=1)


class Not(Part):
    """The condition does not hold."""

    not_: Predicate = Field(alias="not")


PREDICATE_KEYS = ("all", "any", "not", "column")


def _predicate_key(value: Any) -> str | None:
    present = value if isinstance(value, dict) else getattr(value, "__dict__", {})
    return next((k for k in PREDICATE_KEYS if k in present or f"{k}_" in present), None)


Predicate = Annotated[
    Annotated[All, Tag("all")]
    | Annotated[Any_, Tag("any")]
    | Annotated[Not, Tag("not")]
    | Annotated[Test, Tag("column")],
    Discriminator(_predicate_key),
]
"""How rows are chosen: questions to columns, combined by all, any and not."""


def tested_columns(predicate: Predicate) -> list[str]:
    """The source columns a condition reads."""
    match predicate:
        case Test():
            return [predicate.column, *filter(None, [predicate.differs_from])]
        case Not():
            return tested_columns(predicate.not_)
        case All(all=parts) | Any_(any=parts):
            return [name for part in parts for name in tested_columns(part)]


for _model in (
    Join,
    FirstOf,
    ValueMap,
    Digest,
    Scale,
    Multiply,
    Negate,
    Absolute,
    Sum,
    Least,
    Greatest,
    All,
    Any_,
    Not,
):
    _model.model_rebuild()
