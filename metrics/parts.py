"""Any metric's measures broken down by dimensions: one statement per family, as for the whole.

Everybody has one home market, channel, platform and campaign, so distinct people of the values of
a dimension are apart and sum to the distinct people of the whole.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from data.dimensions import CAMPAIGN, DIMENSIONS, UNKNOWN, Dimension
from data.scope import Scope, Span
from data.warehouse import Warehouse
from i18n import Words
from metrics.families import COMPLETE_DAYS, FAMILIES, Family, Question
from metrics.measures import complete_days

Key = tuple[str, ...]

CAMPAIGNS = Dimension(
    CAMPAIGN,
    Words("Campaign", "推广活动"),
    Words("all campaigns", "全部推广活动"),
    {UNKNOWN: Words("No campaign", "无推广活动")},
)
BREAKDOWNS: dict[str, Dimension] = {**DIMENSIONS, CAMPAIGN: CAMPAIGNS}
"""What a metric may be broken down by; `splits_of` says which of them each one can."""


@dataclass(frozen=True, slots=True)
class Parts:
    """Measures by the values of `by` and by range: `rows[key][n]` belongs to `spans[n]`. Every row
    can be read as a metric; a value that has nothing in any range is not there."""

    spans: tuple[Span, ...]
    by: tuple[str, ...]
    rows: Mapping[Key, tuple[Mapping[str, float], ...]]
    sql: Mapping[str, str]
    ignored: Mapping[str, tuple[str, ...]]

    def row(self, key: Key, span: Span) -> Mapping[str, float]:
        """The measures of one value in one range."""
        return self.rows[key][self.spans.index(span)]


def measure_parts(
    warehouse: Warehouse,
    scope: Scope,
    spans: Sequence[Span],
    families: Iterable[Family],
    by: Sequence[str],
) -> Parts:
    """Ask each family once for all ranges and all values of `by`.

    `by` names one dimension or more, each of which every family can be split by (`splits_of`);
    else ValueError. Ranges may overlap and repeat.
    """
    wanted, dimensions = set(families), tuple(by)
    _require_splits(wanted, dimensions)
    asked = tuple(dict.fromkeys(spans))
    src = warehouse.sources(scope)
    question = Question(asked, warehouse.coverage, warehouse.reporting, dimensions)
    days = [float(complete_days(s, warehouse.coverage)) for s in asked]
    names = [m for f in FAMILIES if f in wanted for m in f.measures]
    rows: dict[Key, list[dict[str, float]]] = {}
    sql: dict[str, str] = {}
    ignored: dict[str, tuple[str, ...]] = {}
    for family in (f for f in FAMILIES if f in wanted):
        statement = family.statement(src, question)
        for record in warehouse.fetch(statement).to_dict("records"):
            key = tuple(str(record.pop(d)) for d in dimensions)
            if key not in rows:
                nothing = dict.fromkeys(names, 0.0)
                rows[key] = [{COMPLETE_DAYS: n, **nothing} for n in days]
            row = rows[key][int(record.pop("window_no"))]
            row.update({f"{family.prefix}{name}": float(v) for name, v in record.items()})
        sql[family.key] = warehouse.sql(statement)
        ignored[family.key] = src.ignored(family.table(src))
    found = {key: tuple(rows[key]) for key in sorted(rows)}
    return Parts(asked, dimensions, found, sql, ignored)


def _require_splits(families: set[Family], by: Key) -> None:
    for family in families:
        lacking = [d for d in by if d not in family.splits]
        if lacking or not by:
            raise ValueError(
                f"the family {family.key} can't be broken down by {lacking or 'nothing'}.\n"
                f"Hint: choose from {family.splits}; `splits_of` says what a metric can."
            )
