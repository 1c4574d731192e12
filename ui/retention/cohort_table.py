"""The table of cohorts: a row per cohort, a column per period, the pooled row on top."""

from __future__ import annotations

from collections.abc import Callable

from charts.cohort_rows import caveats
from charts.reading_lines import is_open, reading_lines
from charts.shades import Shades, ink
from charts.theme import palette
from format import dates, numbers
from i18n import Text, Words
from metrics.metric import Unit
from metrics.reading import Reading, Reason
from metrics.retention.result import Cohort, Pooled, Retention
from metrics.retention.spec import Value
from metrics.retention.text import UNITS
from metrics.retention.words import INTERVALS, column_name
from ui.heat_table import HeatCell, HeatRow, heat_table

POOLED = -1
"""The key of the pooled row."""
KEY = "cohort_table"

_ALL = Words("All cohorts", "全部同期群")
_COHORT, _PEOPLE = Words("Cohort", "同期群"), Words("People", "人数")
_OF_COHORTS = Words("{n} cohorts whose period is over", "{n} 个该期已结束的同期群")
_NO_POOLED = Words("no cohort has completed this period", "尚无同期群完成该期")
_NOT_BEGUN = Words("not begun yet", "尚未开始")
_LABEL = Words("Cohorts by period", "同期群与周期")


def cohort_table(
    found: Retention, tr: Text, *, dark: bool, currency: str, on_pick: Callable[[], None]
) -> None:
    """Draw the table; a click on a cell of people or on a size opens them."""
    heat_table(
        rows(found, tr, dark=dark, currency=currency),
        [column_name(found.spec, c, tr) for c in found.columns],
        corner=tr(_COHORT),
        size_name=tr(_PEOPLE),
        label=tr(_LABEL),
        dark=dark,
        key=KEY,
        on_pick=on_pick,
    )


def rows(found: Retention, tr: Text, *, dark: bool, currency: str) -> list[HeatRow]:
    """The pooled row, then the cohorts from the latest on: what is new stands on top."""
    shades = Shades(palette(dark), highest(found))
    largest = max((c.size for c in found.cohorts), default=0) or 1
    pooled = HeatRow(
        key=POOLED,
        name=tr(_ALL),
        size=numbers.full(found.size, Unit.COUNT, tr),
        cells=tuple(_pooled(found, p, shades, tr, currency) for p in found.pooled),
        strong=True,
    )
    listed = [
        HeatRow(
            key=n,
            name=dates.bucket(cohort.span.start, cohort.span.end, found.spec.grain, tr),
            size=numbers.full(cohort.size, Unit.COUNT, tr),
            bar=cohort.size / largest,
            cells=tuple(_cell(found, cohort, r, shades, tr, currency) for r in cohort.cells),
            note=about(cohort, tr),
            small=cohort.small,
        )
        for n, cohort in enumerate(found.cohorts)
    ]
    return [pooled, *reversed(listed)]


def about(cohort: Cohort, tr: Text) -> str:
    """What a reader has to know of a cohort before judging it."""
    return tr(Words("; ", "；")).join(caveats(cohort, tr))


def highest(found: Retention) -> float:
    """The end of the scale: the highest mature value after the first column, which is 100 % by
    definition where people begin by what they return for."""
    listed = [(n, r) for c in found.cohorts for n, r in enumerate(c.cells)]
    listed += [(n, p.reading) for n, p in enumerate(found.pooled)]
    known = [(n, r.value) for n, r in listed if r.value is not None and not is_open(r)]
    return max([v for n, v in known if n] or [v for _, v in known], default=0.0)


def _pooled(found: Retention, pooled: Pooled, shades: Shades, tr: Text, currency: str) -> HeatCell:
    r, unit = pooled.reading, UNITS[found.spec.value]
    if r.value is None:
        return HeatCell("", (tr(_NO_POOLED),))
    of = tr(_OF_COHORTS, n=numbers.full(pooled.cohorts, Unit.COUNT, tr))
    lines = reading_lines(r, unit, tr, currency, of, method=INTERVALS[found.spec.value])
    fill = shades.fill(r.value)
    return HeatCell(cell_text(r, unit, tr, currency), tuple(filter(None, lines)), fill, ink(fill))


def _cell(
    found: Retention, cohort: Cohort, r: Reading, shades: Shades, tr: Text, currency: str
) -> HeatCell:
    unit = UNITS[found.spec.value]
    if r.value is None:
        ahead = r.reason is Reason.NOT_BEGUN
        return HeatCell(
            "", (tr(_NOT_BEGUN) if ahead else reading_lines(r, unit, tr, currency)[0] or "",)
        )
    method = INTERVALS[found.spec.value]
    said = reading_lines(r, unit, tr, currency, about(cohort, tr) or None, method=method)
    lines = tuple(filter(None, said))
    text = cell_text(r, unit, tr, currency)
    pick = found.spec.value is Value.USERS and bool(r.numerator)
    if is_open(r):
        return HeatCell(text, lines, open=True, pick=pick)
    fill = shades.fill(r.value, faint=cohort.small)
    return HeatCell(text, lines, fill, ink(fill), pick=pick)


def cell_text(r: Reading, unit: Unit, tr: Text, currency: str) -> str:
    """`38.2` for a share: the table says once that these are per cent."""
    if r.value is None:
        return ""
    if unit is Unit.SHARE:
        percent = 100 * r.value
        return f"{percent:.0f}" if percent >= 99.95 else f"{percent:.1f}"
    return numbers.short(r.value, unit, tr, currency)
