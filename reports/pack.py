"""The pack: a weekly review as pages of words and numbers, in one language, before any format.

Every file is written from one `Pack`, so the slides, the PDF, the workbook and the page say the
same: texts are made here once, by the functions that the review's own page uses, and the numbers
that native charts and cells need travel beside them unrounded.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from metrics.metric import Unit


class Tone(StrEnum):
    """What a text's colour says. Good and bad only of a change that is signal."""

    PLAIN = "plain"
    MUTED = "muted"
    GOOD = "good"
    BAD = "bad"
    SIGNAL = "signal"


@dataclass(frozen=True, slots=True)
class Cell:
    """A text and, where it is a number, that number unrounded in the metric's own unit.

    `kind` says how a workbook formats `number`: as the metric's value, or as a change in points or
    in per cent. `why` is the reason where there is no value.
    """

    text: str
    tone: Tone = Tone.PLAIN
    number: float | None = None
    kind: CellKind | None = None
    why: str = ""


class CellKind(StrEnum):
    VALUE = "value"
    RELATIVE = "relative"
    """0.018 is +1.8 %"""
    POINTS = "points"
    """0.0018 is 18 basis points"""


EMPTY = Cell("")


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells under a header; the first column names the row, the others hold numbers unless
    they are among `words`. `sections` are titles over the row of that number."""

    header: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    words: tuple[int, ...] = ()
    sections: tuple[tuple[int, str], ...] = ()

    def titled(self) -> Iterator[tuple[str | None, tuple[Cell, ...]]]:
        """The rows in order, each section's title as a row without cells before its first."""
        titles = dict(self.sections)
        for n, row in enumerate(self.rows):
            if n in titles:
                yield titles[n], ()
            yield None, row


@dataclass(frozen=True, slots=True)
class Bucket:
    """One point of a chart: its short name for the axis, its whole name, and what was read.

    `open`: not over yet or not mature, drawn hollow. `low`, `mean` and `high` are the natural
    limits of that bucket.
    """

    tick: str
    name: str
    value: float | None
    text: str
    before: float | None
    target: float | None
    low: float | None = None
    mean: float | None = None
    high: float | None = None
    open: bool = False
    signal: bool = False
    why: str = ""


@dataclass(frozen=True, slots=True)
class Axis:
    """The range of a chart's values with its round steps."""

    low: float
    high: float
    step: float
    values: tuple[float, ...]
    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Plot:
    """One line over time with the year before, the target and the natural limits behind. `notes`
    are days with an annotation: where they lie between the buckets, which stand at 0, 1, 2 …"""

    title: str
    buckets: tuple[Bucket, ...]
    axis: Axis
    alt: str
    notes: tuple[tuple[float, str], ...] = ()

    @property
    def has_before(self) -> bool:
        return any(b.before is not None for b in self.buckets)

    @property
    def has_target(self) -> bool:
        return any(b.target is not None for b in self.buckets)

    @property
    def has_limits(self) -> bool:
        return any(b.low is not None for b in self.buckets)


@dataclass(frozen=True, slots=True)
class Legend:
    """The names of a chart's series."""

    now: str
    before: str
    target: str
    low: str
    mean: str
    high: str
    limits: str
    signal: str
    note: str
    tick: str


@dataclass(frozen=True, slots=True)
class Page:
    """One metric. `strip` is the table under its charts, `beside` what was noted and decided."""

    key: str
    section: str
    name: str
    unit: Unit
    currency: str | None
    owner: str
    finding: str
    tone: Tone
    plots: tuple[Plot, ...]
    strip: Table
    beside: tuple[Paragraph, ...]
    definition: tuple[Fact, ...]
    sql: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A line of the side column: `lead` is small and grey (a date, an owner), `text` the thing."""

    title: str
    lead: str
    text: str


@dataclass(frozen=True, slots=True)
class Fact:
    """A name and what is said of it: the appendix and the speaker notes."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Pack:
    """The whole review. Tables without rows have no page."""

    language: str
    title: str
    subtitle: str
    scope: str
    footer: str
    finding: str
    opening: tuple[Paragraph, ...]
    legend: Legend
    summary: Table
    pages: tuple[Page, ...]
    experiments: Table
    decisions: Table
    left_out: tuple[str, ...]
    facts: tuple[Fact, ...]
    words: PackWords
    file_stem: str


@dataclass(frozen=True, slots=True)
class PackWords:
    """Titles that the formats share."""

    summary: str
    experiments: str
    decisions: str
    appendix: str
    definition: str
    left_out: str
    owner: str
    contents: str
    sql: str


Write = Callable[["Pack", "Step"], bytes]
Step = Callable[[float], None]
"""Called with the share of the file that is written, in [0, 1]."""
