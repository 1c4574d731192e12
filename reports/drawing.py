"""A line chart as lines, dots and labels on a plane: drawn as SVG in a page, as vectors in a PDF.

Colours are named by what they mean, so that one drawing serves a light and a dark theme.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from typing import Literal

from charts.theme import text_width
from reports.pack import Bucket, Plot

Point = tuple[float, float]
Anchor = Literal["start", "middle", "end"]


class Role(StrEnum):
    ACCENT = "accent"
    COMPARISON = "comparison"
    TEXT = "text"
    MUTED = "muted"
    GRID = "grid"
    SIGNAL = "signal"


@dataclass(frozen=True, slots=True)
class Stroke:
    """A line through points. `dash`: lengths of strokes and gaps, none for a solid line."""

    points: tuple[Point, ...]
    role: Role
    width: float
    dash: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class Band:
    """A quiet area, at 14 % of its colour."""

    points: tuple[Point, ...]
    role: Role


@dataclass(frozen=True, slots=True)
class Dot:
    """A marker; `told` is what it says to those who point at it."""

    at: Point
    radius: float
    role: Role
    hollow: bool = False
    diamond: bool = False
    told: str = ""


@dataclass(frozen=True, slots=True)
class Label:
    """Text whose baseline is at `at`."""

    at: Point
    text: str
    role: Role
    size: float
    anchor: Anchor = "start"
    bold: bool = False


Mark = Stroke | Band | Dot | Label


@dataclass(frozen=True, slots=True)
class Drawing:
    width: float
    height: float
    marks: tuple[Mark, ...]
    alt: str


def drawn(plot: Plot, width: float, height: float, *, size: float = 10) -> Drawing:
    """A plot in a frame of this size; `size` is that of its small text, in the same unit."""
    return Drawing(width, height, tuple(_Frame(plot, width, height, size).marks()), plot.alt)


class _Frame:
    """Where a plot's values fall, and what is drawn there, back to front."""

    def __init__(self, plot: Plot, width: float, height: float, size: float) -> None:
        self.plot, self.size = plot, size
        lines = max((b.tick.count("\n") + 1 for b in plot.buckets), default=1)
        ticks = max((text_width(t, round(size)) for t in plot.axis.labels), default=0)
        self.left, self.right = ticks + 0.8 * size, width - 1.4 * size
        self.top, self.foot = (
            (2.6 if plot.notes else 1.9) * size,
            height - (lines * 1.3 + 0.5) * size,
        )

    def x(self, n: float) -> float:
        step = (self.right - self.left) / max(len(self.plot.buckets), 1)
        return self.left + (n + 0.5) * step

    def y(self, value: float) -> float:
        axis = self.plot.axis
        inside = min(max(value, axis.low), axis.high)
        share = (inside - axis.low) / ((axis.high - axis.low) or 1.0)
        return self.foot - share * (self.foot - self.top)

    def marks(self) -> Iterator[Mark]:
        yield from self._grid()
        yield from self._limits()
        yield from self._notes()
        yield from self._line(lambda b: b.before, Role.COMPARISON, 0.15)
        yield from self._line(lambda b: b.target, Role.TEXT, 0.13, (0.6, 0.4))
        yield from self._course()
        yield from self._dots()
        yield from self._names()

    def _grid(self) -> Iterator[Mark]:
        for value, label in zip(self.plot.axis.values, self.plot.axis.labels, strict=True):
            y = self.y(value)
            yield Stroke(((self.left, y), (self.right, y)), Role.GRID, 0.08 * self.size)
            at = (self.left - 0.5 * self.size, y + 0.35 * self.size)
            yield Label(at, label, Role.MUTED, self.size, "end")

    def _limits(self) -> Iterator[Mark]:
        """The band of natural limits, half a step wider than its first and last point."""
        for run in _runs(self.plot.buckets, lambda b: b.low is not None):
            step = (self.x(1) - self.x(0)) / 2 if len(self.plot.buckets) > 1 else self.size
            xs = [self.x(run[0]) - step, *[self.x(n) for n in run], self.x(run[-1]) + step]
            ns = [run[0], *run, run[-1]]
            at = [self.plot.buckets[n] for n in ns]
            over = [(x, self.y(b.high or 0.0)) for x, b in zip(xs, at, strict=True)]
            under = [(x, self.y(b.low or 0.0)) for x, b in zip(xs, at, strict=True)]
            yield Band((*over, *reversed(under)), Role.COMPARISON)
            middle = tuple((x, self.y(b.mean or 0.0)) for x, b in zip(xs, at, strict=True))
            dash = (0.1 * self.size, 0.3 * self.size)
            yield Stroke(middle, Role.COMPARISON, 0.1 * self.size, dash)

    def _notes(self) -> Iterator[Mark]:
        """Annotated days as thin lines, named on top where there is room; the texts stand beside
        the strip."""
        free = self.left
        for n, name in sorted(self.plot.notes):
            x = self.x(n)
            foot, top = (x, self.foot), (x, self.top - 0.2 * self.size)
            yield Stroke((foot, top), Role.COMPARISON, 0.08 * self.size)
            half = text_width(name, round(self.size)) / 2
            if x - half > free and x + half < self.right + self.size:
                yield Label((x, 0.95 * self.size), name, Role.MUTED, self.size, "middle")
                free = x + half + 0.5 * self.size

    def _line(
        self,
        of: Callable[[Bucket], float | None],
        role: Role,
        width: float,
        dash: tuple[float, float] | None = None,
    ) -> Iterator[Mark]:
        scaled = None if dash is None else (dash[0] * self.size, dash[1] * self.size)
        for run in _runs(self.plot.buckets, lambda b: of(b) is not None):
            points = tuple((self.x(n), self.y(of(self.plot.buckets[n]) or 0.0)) for n in run)
            if len(points) == 1:
                yield Dot(points[0], 0.2 * self.size, role)
            else:
                yield Stroke(points, role, width * self.size, scaled)

    def _course(self) -> Iterator[Mark]:
        """Solid between finished neighbours, dashed to those that are not."""
        for (n, a), (_, b) in pairwise(enumerate(self.plot.buckets)):
            if a.value is None or b.value is None:
                continue
            dash = (0.4 * self.size, 0.3 * self.size) if a.open or b.open else None
            ends = ((self.x(n), self.y(a.value)), (self.x(n + 1), self.y(b.value)))
            yield Stroke(ends, Role.ACCENT, 0.2 * self.size, dash)

    def _dots(self) -> Iterator[Mark]:
        last = max((n for n, b in enumerate(self.plot.buckets) if b.value is not None), default=-1)
        for n, bucket in enumerate(self.plot.buckets):
            told = f"{bucket.name}: {bucket.text}" + (f" ({bucket.why})" if bucket.why else "")
            if bucket.value is None:
                at = (self.x(n), self.foot - 0.3 * self.size)
                yield Label(at, "–", Role.MUTED, self.size, "middle")
                continue
            at = (self.x(n), self.y(bucket.value))
            role = Role.SIGNAL if bucket.signal else Role.ACCENT
            radius = (0.5 if bucket.signal else 0.35) * self.size
            yield Dot(at, radius, role, bucket.open, bucket.signal, told)
            if n == last:
                yield Label(
                    self._beside(n, at), bucket.text, role, 1.15 * self.size, "middle", True
                )

    def _beside(self, n: int, at: Point) -> Point:
        """Above a point; below it where the line comes from above or a target lies there."""
        bucket, before = self.plot.buckets[n], self.plot.buckets[n - 1].value if n else None
        up = at[1] - 0.85 * self.size
        falls = before is not None and bucket.value is not None and before > bucket.value
        hidden = bucket.target is not None and abs(self.y(bucket.target) - up) < 1.2 * self.size
        below = at[1] + 1.75 * self.size
        if (falls or hidden) and below < self.foot:
            return at[0], below
        return at[0], max(up, self.size)

    def _names(self) -> Iterator[Mark]:
        """Ticks, every second or third where they would touch; the last is always named."""
        buckets = self.plot.buckets
        widest = max(
            (text_width(part, round(self.size)) for b in buckets for part in b.tick.split("\n")),
            default=1,
        )
        step = self.x(1) - self.x(0) if len(buckets) > 1 else widest
        every = max(1, -(-(widest + round(0.3 * self.size)) // max(round(step), 1)))
        shown = range((len(buckets) - 1) % every, len(buckets), every)
        for n in shown:
            for line, part in enumerate(buckets[n].tick.split("\n")):
                at = (self.x(n), self.foot + (1.4 + 1.3 * line) * self.size)
                yield Label(at, part, Role.MUTED, self.size, "middle")


def _runs(buckets: Sequence[Bucket], has: Callable[[Bucket], bool]) -> Iterator[list[int]]:
    """Stretches of neighbours that have what is asked for."""
    run: list[int] = []
    for n, bucket in enumerate(buckets):
        if has(bucket):
            run.append(n)
        elif run:
            yield run
            run = []
    if run:
        yield run
