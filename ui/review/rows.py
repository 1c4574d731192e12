"""The lines of a section as rows: a small trend, the week, what is to date. A name opens its
figure."""

from __future__ import annotations

from collections.abc import Sequence

from charts.sparkline import sparkline_svg
from format import dates, numbers
from i18n import Text, Words
from metrics.reading import REASONS
from metrics.review.result import BOXES, SHORT_BOXES, Box, BoxKind, ReviewLine
from metrics.review.words import WOW, YOY, change_text, limits_text
from metrics.scorecard import SPARKLINE_POINTS
from metrics.signal_words import judgement_words
from metrics.stats.xmr import Verdict
from ui.review.opened import toggle
from ui.review.strip import target_text
from ui.row_table import Cell, RowColumn, RowOf, opened, row_table
from ui.session import dark

_SIGNAL, _OWN = Words("signal", "显著"), Words("own rule only", "单项异动")
_TO_DATE = (BoxKind.MTD, BoxKind.QTD, BoxKind.YTD)


def rows(
    lines: Sequence[ReviewLine], title: str, key: str, tr: Text, currency: str, *, week: str
) -> None:
    """Draw the rows of one section in the order of the deck."""

    def clicked() -> None:
        place = opened(key)
        if place is not None and place < len(lines):
            toggle(lines[place].metric.key)

    row_table(
        [
            RowOf(n, tr(line.metric.name), tuple(_cells(line, tr, currency)), opens=True)
            for n, line in enumerate(lines)
        ],
        _columns(tr, week),
        corner=title,
        label=title,
        dark=dark(),
        key=key,
        even=860,
        on_open=clicked,
    )


def _columns(tr: Text, week: str) -> list[RowColumn]:
    yoy = tr(YOY)
    return [
        RowColumn(
            tr(Words("Trend", "走势")), tr(Words("12 periods", "12 期")), number=False, width=108
        ),
        RowColumn(tr(Words("Week", "本周")), week),
        RowColumn(tr(WOW), tr(Words("week before", "上周"))),
        RowColumn(yoy, tr(Words("52 weeks ago", "52 周前"))),
        RowColumn(tr(Words("Target", "目标")), tr(Words("of the week", "本周"))),
        *(RowColumn(tr(SHORT_BOXES[kind]), yoy, tr(BOXES[kind])) for kind in _TO_DATE),
        RowColumn(tr(Words("Owner", "负责人")), number=False),
    ]


def _cells(line: ReviewLine, tr: Text, currency: str) -> list[Cell]:
    unit, week = line.metric.unit, line.strip[0]
    boxes = {box.kind: box for box in line.strip}
    points = line.history[-SPARKLINE_POINTS:]
    spark = sparkline_svg(points, tr, dark(), unit=unit, currency=currency)
    return [
        Cell(spark=spark),
        _week(line, tr, currency),
        Cell(change_text(week.wow, unit, tr, currency), lines=_days(week, tr, before=True)),
        Cell(change_text(week.yoy, unit, tr, currency), lines=_days(week, tr, before=False)),
        Cell(
            change_text(week.to_target, unit, tr, currency),
            lines=tuple(filter(None, [target_text(week, unit, tr, currency)])),
        ),
        *(_to_date(boxes.get(kind), line, tr, currency) for kind in _TO_DATE),
        Cell(line.owner or numbers.NO_VALUE, tone="narrow"),
    ]


def _week(line: ReviewLine, tr: Text, currency: str) -> Cell:
    unit, reading = line.metric.unit, line.now.reading
    if reading.reason is not None:
        return Cell(numbers.NO_VALUE, sub=tr(REASONS[reading.reason]), tone="none")
    said = [numbers.full(reading.value, unit, tr, currency), judgement_words(line.judgement, tr)]
    limits = line.limits_in_force.limits
    if limits is not None:
        low, high = (numbers.short(v, unit, tr, currency) for v in (limits.low, limits.high))
        words = Words("natural limits {low} – {high}", "自然波动范围 {low} – {high}")
        said.append(tr(words, low=low, high=high))
    said.append(limits_text(line.limits_in_force, tr))
    return Cell(
        numbers.short(reading.value, unit, tr, currency),
        sub=signal_mark(line, tr),
        sub_tone=signal_tone(line),
        lines=tuple(filter(None, said)),
        strong=line.counted,
    )


def signal_mark(line: ReviewLine, tr: Text) -> str:
    """The sign of a signal with its direction; what only breaks its own rule says so."""
    if not line.is_signal:
        return ""
    arrow = "▲" if line.judgement.verdict is Verdict.SIGNAL_UP else "▼"
    return f"{arrow} {tr(_SIGNAL if line.counted else _OWN)}"


def signal_tone(line: ReviewLine) -> str:
    """Colour for a signal that counts, and only where the metric has a good side."""
    if not line.counted or line.is_good is None:
        return ""
    return "good" if line.is_good else "bad"


def _days(box: Box, tr: Text, *, before: bool) -> tuple[str, ...]:
    point = box.before if before else box.last_year
    if point is None:
        return ()
    days = dates.span(point.span.start, point.span.end, tr, box.span.end)
    reason = point.reading.reason
    return (days,) if reason is None else (days, tr(REASONS[reason]))


def _to_date(box: Box | None, line: ReviewLine, tr: Text, currency: str) -> Cell:
    if box is None:
        level = tr(Words("a level: it has no sum to date", "存量指标，没有累计值"))
        return Cell(numbers.NO_VALUE, tone="none", lines=(level,))
    unit, reading = line.metric.unit, box.point.reading
    days = dates.span(box.span.start, box.span.end, tr, box.span.end)
    if reading.reason is not None:
        return Cell(numbers.NO_VALUE, tone="none", lines=(days, tr(REASONS[reading.reason])))
    said = [days, numbers.full(reading.value, unit, tr, currency), *_days(box, tr, before=False)]
    said.append(target_text(box, unit, tr, currency))
    return Cell(
        numbers.short(reading.value, unit, tr, currency),
        sub=change_text(box.yoy, unit, tr, currency),
        lines=tuple(filter(None, said)),
    )
