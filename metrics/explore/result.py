"""Ask the warehouse for the rows of a place, for its total, and for the columns of the shape."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta

from data.dimensions import CUSTOMER
from data.scope import Scope, Span
from data.warehouse import Warehouse
from metrics.catalog import METRICS
from metrics.explore.asking import Place, added, nothing
from metrics.explore.days import Days
from metrics.explore.grid import Cell, Column, Grid, Line
from metrics.explore.people import within
from metrics.explore.spec import MOST_COLUMNS, SMALL, Order, Shape, Spec
from metrics.families import families_of
from metrics.measures import needed, read
from metrics.metric import Metric, Unit
from metrics.periods import Comparison, Grain, buckets, is_partial
from metrics.reading import Reading
from metrics.scorecard import Missing, change_between, supported

__all__ = ["Cell", "Column", "Grid", "Line", "explore"]


def explore(
    warehouse: Warehouse,
    scope: Scope,
    span: Span,
    comparison: Comparison,
    spec: Spec,
    grain: Grain = Grain.WEEK,
) -> Grid:
    """Metrics by the values of `spec.by` at the place of `spec.path`, over a range and what it is
    compared with; `grain` cuts the range where the columns are time."""
    keys = tuple(METRICS) if spec.shape is Shape.BOARD else spec.metrics
    if spec.shape in (Shape.TIME, Shape.SPLIT):
        keys = keys[:1]
    able, missing = supported(warehouse, keys)
    days = Days.of(span, comparison, warehouse.coverage.until)
    place = Place(warehouse, scope, spec.path)
    asking = _Asking(warehouse, place, spec, days, able)
    if spec.shape is Shape.TIME:
        return asking.over_time(grain, missing)
    if spec.shape is Shape.SPLIT:
        return asking.pivot(missing)
    return asking.side_by_side(missing)


BySpan = Mapping[Span, Mapping[str, float]]
"""Measures of one thing by range."""


class _Asking:
    """One question, from what is asked of the warehouse to the grid."""

    def __init__(
        self,
        warehouse: Warehouse,
        place: Place,
        spec: Spec,
        days: Days,
        able: Sequence[Metric],
    ) -> None:
        self.warehouse, self.place, self.spec, self.days = warehouse, place, spec, days
        self.metrics = tuple(able)
        self.by = (spec.by, *((spec.split,) if spec.split else ()))
        self.sql: dict[str, str] = {}
        self.ignored: dict[str, tuple[str, ...]] = {}

    def side_by_side(self, missing: Sequence[Missing]) -> Grid:
        """Metrics in the columns."""
        spans = self.days.asked
        found = self.ask(spans, self.by)
        whole = self.one(self.ask(spans, ()), (), spans)
        columns = tuple(Column(m) for m in self.metrics)

        def rows_of(values: Sequence[str]) -> list[BySpan]:
            return [self.together(found, [(v,) for v in values], spans)] * len(columns)

        return self.grid(columns, found, rows_of, [whole] * len(columns), missing)

    def over_time(self, grain: Grain, missing: Sequence[Missing]) -> Grid:
        """The whole range, then its buckets, in the columns."""
        coverage = self.warehouse.coverage
        cut = buckets(
            begun(self.days.now, coverage.last_day), grain, self.warehouse.reporting.week_start
        )
        spans = tuple(dict.fromkeys((*self.days.asked, *[p.span for p in cut])))
        found = self.ask(spans, self.by)
        whole = self.one(self.ask(spans, ()), (), spans)
        running = {p.span: is_partial(p.span, coverage.until) or not p.whole for p in cut}
        columns = tuple(
            column
            for m in self.metrics
            for column in (Column(m), *[Column(m, s, running=r) for s, r in running.items()])
        )

        def rows_of(values: Sequence[str]) -> list[BySpan]:
            return [self.together(found, [(v,) for v in values], spans)] * len(columns)

        return self.grid(columns, found, rows_of, [whole] * len(columns), missing)

    def pivot(self, missing: Sequence[Missing]) -> Grid:
        """The whole, then the values of the second dimension, in the columns."""
        spans, split = self.days.asked, self.by[1:]
        cells, found = self.ask(spans, self.by), self.ask(spans, self.by[:1])
        across, whole = self.ask(spans, split), self.one(self.ask(spans, ()), (), spans)
        names = {value for _, value in cells}
        columns: list[Column] = []
        values_of: list[list[str]] = []
        for m in self.metrics:
            ranked = self.ranked(m, {v: self.one(across, (v,), spans) for v in names})
            most = len(ranked) if len(ranked) <= MOST_COLUMNS + 1 else MOST_COLUMNS
            own, rest = ranked[:most], ranked[most:]
            columns += [Column(m), *[Column(m, value=v) for v in own]]
            values_of += [[], *[[v] for v in own]]
            if rest:
                columns.append(Column(m, members=len(rest)))
                values_of.append(rest)

        def rows_of(values: Sequence[str]) -> list[BySpan]:
            whole_rows = self.together(found, [(v,) for v in values], spans)
            return [
                whole_rows if c.is_whole else
                self.together(cells, [(v, w) for v in values for w in those], spans)
                for c, those in zip(columns, values_of, strict=True)
            ]  # fmt: skip

        totals = [
            whole if c.is_whole else self.together(across, [(w,) for w in those], spans)
            for c, those in zip(columns, values_of, strict=True)
        ]
        return self.grid(tuple(columns), found, rows_of, totals, missing)

    def ask(self, spans: Sequence[Span], by: Sequence[str]) -> Mapping[tuple[str, ...], BySpan]:
        """The measures of each value of `by`, of the metrics that can be broken down so."""
        wanted = needed(m for m in self.metrics if self.place.splits(m, by))
        if not wanted:
            return {}
        found = self.place.ask(spans, wanted, by)
        self.sql.update({_titled(family, by): sql for family, sql in found.sql.items()})
        self.ignored.update(found.ignored)
        return {key: dict(zip(found.spans, rows, strict=True)) for key, rows in found.rows.items()}

    def one(
        self, found: Mapping[tuple[str, ...], BySpan], key: tuple[str, ...], spans: Sequence[Span]
    ) -> BySpan:
        """The measures of a value; all zero where nothing is known of it."""
        if key in found:
            return found[key]
        return dict(zip(spans, nothing(self.warehouse, spans, needed(self.metrics)), strict=True))

    def together(
        self,
        found: Mapping[tuple[str, ...], BySpan],
        keys: Sequence[tuple[str, ...]],
        spans: Sequence[Span],
    ) -> BySpan:
        """The measures of several values added up."""
        known = [found[key] for key in keys if key in found]
        if len(known) == 1:
            return known[0]
        if not known:
            return self.one({}, (), spans)
        return {span: added([rows[span] for rows in known]) for span in spans}

    def deciding(self) -> Metric | None:
        """The metric that puts the rows in order: the first that has values here."""
        named = [m for m in self.metrics if m.key == self.spec.metric]
        split = [m for m in (*named, *self.metrics) if self.place.splits(m, self.by[:1])]
        return next(iter((*split, *self.metrics)), None)

    def ranked(self, metric: Metric, rows: Mapping[str, BySpan]) -> list[str]:
        """The values in the order of the question, by the reading over the whole range."""
        cells = {v: self.cell(Column(metric), found, v, None) for v, found in rows.items()}
        return sorted(cells, key=lambda v: (*_rank(cells[v], self.spec.order), v))

    def grid(
        self,
        columns: tuple[Column, ...],
        found: Mapping[tuple[str, ...], BySpan],
        rows_of: Callable[[Sequence[str]], list[BySpan]],
        totals: Sequence[BySpan],
        missing: Sequence[Missing],
    ) -> Grid:
        """Lines for the first values, one for all others, and the total."""
        wholes = [self.cell(c, rows, None, None) for c, rows in zip(columns, totals, strict=True)]

        def line(values: Sequence[str], value: str | None) -> Line:
            cells = [
                self.cell(c, rows, value, whole, other=value is None)
                for c, rows, whole in zip(columns, rows_of(values), wholes, strict=True)
            ]
            return Line(value, tuple(cells), len(values))

        first = self.deciding()
        values = {key[0]: rows for key, rows in found.items()}
        ranked = [] if first is None else self.ranked(first, values)
        # A row of one other value would say less than the value itself.
        most = len(ranked) if len(ranked) <= self.spec.top + 1 else self.spec.top
        lines = [line([v], v) for v in ranked[:most]]
        if self.spec.order is Order.NAME:
            lines.sort(key=lambda one: one.value or "")
        if ranked[most:]:
            lines.append(line(ranked[most:], None))
        return Grid(
            spec=self.spec,
            decides=first,
            columns=columns,
            lines=tuple(lines),
            total=Line(None, tuple(wholes), len(ranked)),
            days=self.days,
            scope=self.place.scope,
            unsplit=tuple(m for m in self.metrics if not self.place.splits(m, self.by)),
            missing=tuple(missing),
            ignored={
                m.key: tuple(
                    dict.fromkeys(d for f in families_of(m) for d in self.ignored.get(f.key, ()))
                )
                for m in self.metrics
            },
            sql=self.sql,
            version=self.warehouse.version,
        )

    def cell(
        self,
        column: Column,
        rows: BySpan,
        value: str | None,
        whole: Cell | None,
        *,
        other: bool = False,
    ) -> Cell:
        """One number of a value (of all of them, or of the `other` ones), as the Overview reads
        it."""
        metric, days = column.metric, self.days
        of_rows = value is not None or other
        of_columns = not column.is_whole and column.span is None
        by = (*(self.by[:1] if of_rows else ()), *(self.by[1:] if of_columns else ()))
        if not self.place.splits(metric, by):
            return Cell(None)
        scope = self.of_customers(value, column.value)

        def reading(span: Span, *, whole: bool) -> Reading:
            return read(metric, span, rows[span], self.warehouse, scope, whole=whole)

        if column.span is not None:
            now = reading(column.span, whole=True)
            return Cell(now, share=_share(metric, now, whole), small=_is_small(metric, now))
        now = reading(days.now, whole=False)
        like = now if days.like is None else reading(days.like, whole=False)
        base = None if days.base is None else reading(days.base, whole=True)
        return Cell(
            now,
            base,
            change_between(base, like),
            _share(metric, now, whole),
            _is_small(metric, now),
        )

    def of_customers(self, row: str | None, column: str | None) -> Scope:
        """The scope of a number: whether it is of guests alone decides if it counts anybody."""
        for dimension, value in zip(self.by, (row, column), strict=False):
            if dimension == CUSTOMER.key and value is not None:
                return within(self.place.scope, {dimension: value})
        return self.place.scope


def begun(span: Span, last_day: date) -> Span:
    """The range as far as the data goes; a range that lies behind it stays whole."""
    known = last_day + timedelta(days=1)
    return Span(span.start, min(span.end, known)) if span.start < known else span


def _titled(family: str, by: Sequence[str]) -> str:
    return family if not by else f"{family} · {', '.join(by)}"


def _rank(cell: Cell, order: Order) -> tuple[bool, float]:
    """What has no value stands last."""
    if order is Order.CHANGE:
        change = cell.change
        return (change is None, 0.0 if change is None else -abs(change.absolute))
    value = None if cell.reading is None else cell.reading.value
    return (value is None, 0.0 if value is None else -value)


def _share(metric: Metric, now: Reading, whole: Cell | None) -> float | None:
    """The part of the total, of what adds up to it: sums, and people, who have one home each."""
    if metric.denominator is not None or whole is None or whole.reading is None:
        return None
    total = whole.reading.value
    if now.value is None or now.value < 0 or total is None or total <= 0:
        return None
    return now.value / total


def _is_small(metric: Metric, now: Reading) -> bool:
    """Whether a share is of too few."""
    return (
        metric.unit is Unit.SHARE
        and now.value is not None
        and now.denominator is not None
        and now.denominator < SMALL
    )
