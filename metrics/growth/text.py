"""Growth accounting as JSON at full precision, as CSV, or as a table for the eye."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from data.dimensions import DIMENSIONS
from data.scope import Scope
from data.warehouse import Warehouse
from format import numbers
from format.columns import aligned
from format.csv_text import csv_text
from i18n import Text, Words
from metrics.growth.result import Growth, MoneyFlows, UserFlows
from metrics.growth.spec import (
    AWAY,
    CRITERIA,
    FLOWS,
    GROSS_RETENTION,
    MONEY_FLOWS,
    NET,
    NET_RETENTION,
    QUICK_RATIO,
    RULES,
    Flow,
    MoneyFlow,
)
from metrics.metric import Unit
from metrics.reading import REASONS, Reading, as_document

ALL, OTHER = "(all)", "(other)"
_GROUPS = {ALL: Words("All", "全部"), OTHER: Words("Other", "其他")}
Found = Growth[UserFlows] | Growth[MoneyFlows]


@dataclass(frozen=True, slots=True)
class Answer:
    """What one call of the command line found."""

    warehouse: Warehouse
    scope: Scope
    found: Found


@dataclass(frozen=True, slots=True)
class Line:
    """One period of one group."""

    group: str
    flows: UserFlows | MoneyFlows


def lines(found: Found) -> Iterator[Line]:
    """Every period of the whole, then of each part. The command line and a page's table read the
    same."""
    for flows in found.whole:
        yield Line(ALL, flows)
    for part in found.parts:
        for flows in part.flows:
            yield Line(OTHER if part.value is None else part.value, flows)


def as_json(answer: Answer, tr: Text) -> str:
    """Everything that is known; keys are stable. Shares in [0, 1], money in `currency`, `to` is
    exclusive; the rule is in the reader's language."""
    w, found = answer.warehouse, answer.found
    document = {
        "shop": w.shop,
        "data_version": found.version,
        "data_from": w.coverage.start.isoformat(),
        "data_through": w.coverage.through.isoformat() + "Z",
        "timezone": w.reporting.timezone,
        "week_start": w.reporting.week_start,
        "criterion": found.criterion,
        "value": "money" if _is_money(found) else "users",
        "measure": "gmv" if _is_money(found) else None,
        "currency": answer.scope.currency,
        "rule": tr(RULES[found.criterion]),
        "grain": found.grain,
        "breakdown": found.dimension,
        "filters": {c.dimension: sorted(c.values) for c in answer.scope.choices},
        "ignored_filters": list(found.ignored),
        "reason": found.reason,
        "rows": [_document(line) for line in lines(found)],
        "sql": found.sql,
    }
    return json.dumps(document, ensure_ascii=False, indent=2)


def _document(line: Line) -> dict[str, Any]:
    f = line.flows
    p = f.period
    row: dict[str, Any] = {
        "group": line.group,
        "from": p.span.start.isoformat(),
        "to": p.span.end.isoformat(),
        "before_from": p.before.start.isoformat(),
        "running": p.running,
        "has_flows": p.follows,
        "base_whole": p.base_whole,
    }
    if isinstance(f, UserFlows):
        row |= {name: getattr(f, name) for name in _USERS}
        row["away"] = None if f.back is None else dict(f.back)
        rates = _RATES[:2]
    else:
        row |= {name: None if f.reason else getattr(f, name) for name in _MONEY}
        row["reason"] = f.reason
        rates = _RATES
    return row | {name: as_document(getattr(f, name)) for name in rates}


_RATES: tuple[str, ...] = ("quick_ratio", "gross_retention", "net_retention")
_USERS = ("active", "before", "new", "retained", "resurrected", "churned", "net")
_MONEY = ("total", "before_total", "new", "resurrected", "expansion", "contraction", "churned",
          "guests", "before_guests", "retained", "before_retained", "net")  # fmt: skip
_SAME = ("group", "from", "to", "running", "has_flows", "base_whole")


def as_csv(found: Found) -> str:
    """One line per group and period, numbers at full precision."""
    amounts: tuple[str, ...] = (*_USERS, *AWAY)
    rates = _RATES[:2]
    if _is_money(found):
        amounts, rates = _MONEY, _RATES
    header = (*_SAME, *amounts, *rates, "reason", "data_version")
    return csv_text(header, (_csv_row(line, amounts, rates, found) for line in lines(found)))


def _csv_row(
    line: Line, amounts: tuple[str, ...], rates: tuple[str, ...], found: Found
) -> tuple[object, ...]:
    row = _document(line)
    values = {**row, **(row.get("away") or {})}
    reason = row.get("reason") or row["gross_retention"]["reason"]
    return (
        *[row[k] for k in _SAME],
        *[values.get(k) for k in amounts],
        *[row[k]["value"] for k in rates],
        reason,
        found.version,
    )


def as_table(answer: Answer, tr: Text) -> str:
    """Aligned columns with a line on what they are of; the rule stands below."""
    w, found = answer.warehouse, answer.found
    header, rows = table(found, answer.scope, tr)
    colon = tr(Words(": ", "："))
    about = " · ".join(
        [
            w.shop,
            *[f"{tr(c.of.name)}{colon}{c.sentence(tr)}" for c in answer.scope.choices],
            tr(
                Words("data through {through} UTC", "数据截至 {through} UTC"),
                through=f"{w.coverage.through:%Y-%m-%d %H:%M}",
            ),
            tr(Words("version {version}", "版本 {version}"), version=found.version),
        ]
    )
    rule = f"{tr(CRITERIA[found.criterion])}{colon}{tr(RULES[found.criterion])}"
    body = aligned(header, rows, right=range(3, len(header) - 1))
    return "\n".join([about, "", *body, "", rule]) + "\n"


def table(found: Found, scope: Scope, tr: Text) -> tuple[list[str], list[list[str]]]:
    """The lines as text in the reader's language, every number in full."""
    if _is_money(found):
        names = [
            Words("GMV", "成交总额"),
            *MONEY_FLOWS.values(),
            Words("Change", "变化"),
            QUICK_RATIO,
            GROSS_RETENTION,
            NET_RETENTION,
        ]
    else:
        names = [
            CRITERIA[found.criterion],
            *FLOWS.values(),
            NET,
            QUICK_RATIO,
            GROSS_RETENTION,
        ]
    header = [
        Words("Group", "分组"),
        Words("From", "起（含）"),
        Words("To (exclusive)", "止（不含）"),
    ]
    note = Words("Note", "备注")
    rows = [_row(line, found, scope.currency, tr) for line in lines(found)]
    return [tr(w) for w in (*header, *names, note)], rows


def _row(line: Line, found: Found, currency: str, tr: Text) -> list[str]:
    f = line.flows

    def money(value: float) -> str:
        return numbers.full(value, Unit.MONEY, tr, currency)

    def count(value: int | None) -> str:
        return "" if value is None else numbers.full(value, Unit.COUNT, tr)

    rates = [_times(f.quick_ratio, tr), _share(f.gross_retention, tr)]
    if isinstance(f, UserFlows):
        cells = [count(f.active), *[count(f.of(flow)) for flow in Flow], count(f.net), *rates]
    else:
        flows = [""] * (len(MoneyFlow) + 1)
        if f.reason is None:
            flows = [*[money(f.of(flow)) for flow in MoneyFlow], money(f.net)]
        total = "" if f.unrated else money(f.total)
        cells = [total, *flows, *rates, _share(f.net_retention, tr)]
    span = f.period.span
    return [
        group_name(line.group, found.dimension, tr),
        span.start.isoformat(),
        span.end.isoformat(),
        *cells,
        _note(f, tr),
    ]


def group_name(group: str, dimension: str | None, tr: Text) -> str:
    """A value of a dimension by its name; everybody, and the group of all other values."""
    if group in _GROUPS:
        return tr(_GROUPS[group])
    return tr(DIMENSIONS[dimension].label(group)) if dimension in DIMENSIONS else group


def _note(f: UserFlows | MoneyFlows, tr: Text) -> str:
    if not f.period.follows:
        return tr(Words("first period of the data: no flows", "数据首期，无流量"))
    if f.period.running:
        return tr(Words("running: to date, not compared", "进行中：截至目前，不参与比较"))
    reason = f.gross_retention.reason
    return "" if reason is None else tr(REASONS[reason])


def _times(r: Reading, tr: Text) -> str:
    return numbers.full(r.value, Unit.TIMES, tr)


def _share(r: Reading, tr: Text) -> str:
    return numbers.full(r.value, Unit.SHARE, tr)


def _is_money(found: Found) -> bool:
    return any(isinstance(f, MoneyFlows) for f in found.whole)
