"""One line of the review as a page of the pack: plots, strip, what stands beside it, definition."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from charts.outside import is_hollow
from charts.theme import axis_for
from data.dimensions import DIMENSIONS
from data.warehouse import Coverage
from format import dates, numbers
from i18n import Text
from metrics.dictionary import DIRECTIONS, UNITS
from metrics.metric import Adds, Metric, Unit
from metrics.periods import Grain, following
from metrics.reading import REASONS
from metrics.review.result import BOXES, SECTIONS, Band, Box, ReviewLine
from metrics.review.words import WOW, YOY, change_text
from metrics.scorecard import Change, Point
from reports import words
from reports.pack import (
    EMPTY,
    Axis,
    Bucket,
    Cell,
    CellKind,
    Fact,
    Page,
    Paragraph,
    Plot,
    Table,
    Tone,
)
from reports.sentences import finding_of, judged, limits_of


def page_of(line: ReviewLine, currency: str, coverage: Coverage, tr: Text) -> Page:
    """The page of one metric."""
    metric = line.metric
    money = currency if metric.unit is Unit.MONEY else None
    return Page(
        key=metric.key,
        section=tr(SECTIONS[line.section]),
        name=tr(metric.name),
        unit=metric.unit,
        currency=money,
        owner=line.owner,
        finding=finding_of(line, currency, tr),
        tone=tone_of(line),
        plots=_plots(line, currency, coverage, tr),
        strip=strip_of(line, currency, tr),
        beside=_beside(line, coverage, tr),
        definition=_definition(line, currency, coverage, tr),
        sql=tuple(line.sql.items()),
    )


def tone_of(line: ReviewLine) -> Tone:
    """Good or bad only where the week is signal and the metric has a side."""
    if not line.is_signal or not line.counted:
        return Tone.PLAIN
    return Tone.SIGNAL if line.is_good is None else Tone.GOOD if line.is_good else Tone.BAD


def value_cell(point: Point, metric: Metric, currency: str, tr: Text) -> Cell:
    """A value as the page writes it, or the dash with its reason."""
    reading = point.reading
    if reading.reason is not None:
        return Cell(numbers.NO_VALUE, Tone.MUTED, why=tr(REASONS[reading.reason]))
    text = numbers.short(reading.value, metric.unit, tr, currency)
    return Cell(text, number=reading.value, kind=CellKind.VALUE)


def change_cell(
    change: Change | None, metric: Metric, currency: str, tr: Text, tone: Tone = Tone.PLAIN
) -> Cell:
    """A change: points of rates, per cent of everything else."""
    if change is None:
        return Cell(numbers.NO_VALUE, Tone.MUTED)
    text = change_text(change, metric.unit, tr, currency)
    if metric.unit is Unit.SHARE:
        return Cell(text, tone, change.absolute, CellKind.POINTS)
    if change.before <= 0:
        return Cell(text, tone, change.absolute, CellKind.VALUE)
    return Cell(text, tone, change.relative, CellKind.RELATIVE)


def strip_of(line: ReviewLine, currency: str, tr: Text) -> Table:
    """Rows: value, changes, target. Columns: the week, and month, quarter and year to date."""
    metric, boxes = line.metric, line.strip
    tone = tone_of(line)

    def row(name: str, cells: Sequence[Cell]) -> tuple[Cell, ...]:
        return (Cell(name, Tone.MUTED), *cells)

    def change(of: Change | None, box: Box, tone: Tone = Tone.PLAIN) -> Cell:
        return change_cell(of, metric, currency, tr, tone)

    rows = [
        row(tr(words.VALUE), [value_cell(b.point, metric, currency, tr) for b in boxes]),
        row(
            tr(WOW),
            [EMPTY if b.before is None else change(b.wow, b, tone) for b in boxes],
        ),
        row(tr(YOY), [change(b.yoy, b) for b in boxes]),
    ]
    if any(b.target is not None for b in boxes):
        rows.append(
            row(
                tr(words.TARGET_VALUE), [target_cell(b.target, metric, currency, tr) for b in boxes]
            )
        )
        rows.append(row(tr(words.TO_TARGET), [change(b.to_target, b) for b in boxes]))
    header = ("", *(f"{tr(BOXES[b.kind])}\n{_days(b, tr)}" for b in boxes))
    return Table(header, tuple(rows))


def target_cell(target: float | None, metric: Metric, currency: str, tr: Text) -> Cell:
    if target is None:
        return Cell(numbers.NO_VALUE, Tone.MUTED)
    text = numbers.short(target, metric.unit, tr, currency)
    return Cell(text, number=target, kind=CellKind.VALUE)


def _days(box: Box, tr: Text) -> str:
    return dates.span(box.span.start, box.span.end, tr, box.span.end - dates.DAY)


def _plots(line: ReviewLine, currency: str, coverage: Coverage, tr: Text) -> tuple[Plot, ...]:
    """Weeks with their natural limits and months beside them: each on an axis of its own where a
    month is the sum of its weeks, both on one where it is a rate or a level."""
    of = _Buckets(line, currency, coverage.last_day, tr)
    weeks = of.of(
        Grain.WEEK, line.weeks, line.weeks_before, line.week_targets, line.limits_in_force.bands
    )
    months = of.of(Grain.MONTH, line.months, line.months_before, line.month_targets, ())
    metric = line.metric
    sums = metric.adds is not Adds.NEVER and metric.when != "trailing"
    shown = (weeks, months) if sums else ((*weeks, *months),) * 2
    return tuple(
        Plot(
            tr(title),
            buckets,
            _axis(on, metric.unit, currency, tr),
            _alt(line, buckets, tr),
            _notes(line, points, tr),
        )
        for title, buckets, on, points in (
            (words.WEEKS, weeks, shown[0], line.weeks),
            (words.MONTHS, months, shown[1], line.months),
        )
        if buckets
    )


@dataclass(frozen=True, slots=True)
class _Buckets:
    """Reads the buckets of a line."""

    line: ReviewLine
    currency: str
    year_of: date
    tr: Text

    def of(
        self,
        grain: Grain,
        points: Sequence[Point],
        before: Sequence[Point],
        targets: Sequence[float | None],
        bands: Sequence[Band | None],
    ) -> tuple[Bucket, ...]:
        ticks = _ticks(points, grain, self.tr)
        return tuple(
            self._one(
                grain,
                ticks[n],
                point,
                before[n] if n < len(before) else None,
                targets[n] if n < len(targets) else None,
                bands[n] if n < len(bands) else None,
                last=grain is Grain.WEEK and n == len(points) - 1,
            )
            for n, point in enumerate(points)
        )

    def _one(
        self,
        grain: Grain,
        tick: str,
        point: Point,
        before: Point | None,
        target: float | None,
        band: Band | None,
        *,
        last: bool,
    ) -> Bucket:
        """One bucket. The reviewed week is signal by any rule of its line, an earlier one where it
        lies outside its band."""
        tr, unit = self.tr, self.line.metric.unit
        value, reason = point.reading.value, point.reading.reason
        past = None if before is None else before.reading.value
        return Bucket(
            tick=tick,
            name=dates.bucket(point.span.start, point.span.end, grain, tr, self.year_of),
            value=value,
            text=numbers.short(value, unit, tr, self.currency),
            before=past,
            target=target,
            low=None if band is None else band.low,
            mean=None if band is None else band.mean,
            high=None if band is None else band.high,
            open=is_hollow(point),
            signal=self.line.is_signal if last else _outside(point, band),
            why="" if reason is None else tr(REASONS[reason]),
        )


def _ticks(points: Sequence[Point], grain: Grain, tr: Text) -> list[str]:
    """`W46`, and months with the year on the first and where it turns; a running month is named
    like a whole one."""
    if grain is Grain.WEEK:
        return [dates.week(p.span.start, p.span.end, tr).removeprefix("第") for p in points]
    whole = [(p.span.start, following(p.span.start, grain)) for p in points]
    return [tick.replace("<br>", "\n") for tick in dates.ticks(whole, "month", tr)]


def _notes(line: ReviewLine, points: Sequence[Point], tr: Text) -> tuple[tuple[float, str], ...]:
    """Where the annotated days lie between the points."""
    found = []
    for day in dict.fromkeys(note.body.on for note in line.notes):
        for n, point in enumerate(points):
            span = point.span
            if span.start <= day < span.end:
                at = n - 0.5 + ((day - span.start).days + 0.5) / span.days
                found.append((at, dates.day(day, tr)))
    return tuple(found)


def _outside(point: Point, band: Band | None) -> bool:
    value = point.reading.value
    if band is None or value is None or is_hollow(point):
        return False
    return not band.low <= value <= band.high


def _axis(buckets: Sequence[Bucket], unit: Unit, currency: str, tr: Text) -> Axis:
    shown = [
        v for b in buckets for v in (b.value, b.before, b.target, b.low, b.high) if v is not None
    ]
    found = axis_for(shown, unit, tr, currency, most_ticks=4)
    step = found.values[1] - found.values[0] if len(found.values) > 1 else found.high - found.low
    # Spreadsheets count their steps from the axis' end, so the ends are steps themselves.
    first, last = math.floor(found.low / step + 1e-9), math.ceil(found.high / step - 1e-9)
    values = tuple(round(n * step, 10) for n in range(first, last + 1))
    labels = tuple(numbers.alike(values, unit, tr, currency))
    return Axis(values[0], values[-1], step, values, labels)


def _alt(line: ReviewLine, buckets: Sequence[Bucket], tr: Text) -> str:
    separator, colon = ("；", "：") if tr.language == "zh" else ("; ", ": ")
    course = separator.join(f"{b.name} {b.text}" for b in buckets)
    return f"{tr(line.metric.name)}{colon}{course}"


def _beside(line: ReviewLine, coverage: Coverage, tr: Text) -> tuple[Paragraph, ...]:
    """What was decided about the metric and noted on its line."""
    found = []
    for decision in line.decisions:
        body = decision.body
        due = dates.day(body.due, tr, coverage.last_day)
        lead = f"{body.owner} · {tr(words.DUE)} {due}"
        text = body.text if not body.expected else f"{body.text} — {body.expected}"
        found.append(Paragraph(tr(words.DECISION), lead, text))
    for note in line.notes:
        day = dates.day(note.body.on, tr, coverage.last_day)
        found.append(Paragraph(tr(words.NOTE), day, note.body.text))
    return tuple(found)


def _definition(line: ReviewLine, currency: str, coverage: Coverage, tr: Text) -> tuple[Fact, ...]:
    metric = line.metric
    facts = [
        Fact(tr(words.MEANING), tr(metric.meaning)),
        Fact(tr(words.FORMULA), tr(metric.formula)),
        Fact(tr(words.VALUE), f"{tr(UNITS[metric.unit])}; {tr(DIRECTIONS[metric.good])}"),
        Fact(tr(words.JUDGED), judged(line, tr)),
    ]
    limits = limits_of(line, currency, tr)
    if limits:
        facts.append(Fact(tr(words.LIMITS), limits))
    if line.ignored:
        names = tr(words.COMMA).join(tr(DIMENSIONS[d].name) for d in line.ignored)
        facts.append(Fact(tr(words.NOT_FILTERED), names))
    return tuple(facts)
