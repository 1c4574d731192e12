"""Lifecycle states as JSON at full precision, as CSV, or as tables for the eye."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from data.dimensions import DIMENSIONS
from data.scope import Scope
from data.warehouse import Warehouse
from format import numbers
from format.columns import aligned
from format.csv_text import csv_text
from i18n import Text, Words
from metrics.feedback_words import reason_words
from metrics.metric import Unit
from metrics.reading import Reading, as_document
from metrics.states.readings import Choice, Compared, Feedback, Matrix, Part, Score, Snapshot, Stake
from metrics.states.spec import COUNTED_FROM, NOT_YET, SETTINGS, STATES, State, rule_words

ALL, OTHER, NOT_YET_KEY = "(all)", "(other)", "not_yet"
_GROUPS = {ALL: Words("All", "全部"), OTHER: Words("Other", "其他")}


@dataclass(frozen=True, slots=True)
class Answer:
    """What one call of the command line found; what was not asked for is None or empty."""

    warehouse: Warehouse
    scope: Scope
    snapshot: Snapshot
    stakes: Mapping[State, Stake]
    dimension: str | None
    parts: tuple[Part, ...]
    matrix: Matrix | None
    trend: tuple[Snapshot, ...]
    choices: tuple[Choice, ...]
    feedback: Feedback
    ignored: tuple[str, ...]
    sql: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Line:
    """One state of one group on one day."""

    group: str
    snapshot: Snapshot
    state: State


def lines(answer: Answer) -> Iterator[Line]:
    """Every state of everybody, then of each part, then on each day of the trend."""
    groups = [(ALL, answer.snapshot)]
    groups += [(OTHER if p.value is None else p.value, p.snapshot) for p in answer.parts]
    groups += [(ALL, s) for s in answer.trend]
    for group, snapshot in groups:
        for state in State:
            yield Line(group, snapshot, state)


def as_json(answer: Answer, tr: Text) -> str:
    """Everything that is known; keys are stable. Shares in [0, 1], money in `currency`; the rules
    are in the reader's language."""
    w = answer.warehouse
    rules = w.reporting.states
    m = answer.matrix
    document = {
        "shop": w.shop,
        "data_version": w.version,
        "data_through": w.coverage.through.isoformat() + "Z",
        "timezone": w.reporting.timezone,
        "currency": answer.scope.currency,
        "filters": {c.dimension: sorted(c.values) for c in answer.scope.choices},
        "ignored_filters": list(answer.ignored),
        "on": answer.snapshot.on.isoformat(),
        "users": answer.snapshot.users,
        "running": answer.snapshot.running,
        "short_history": answer.snapshot.short_history,
        "breakdown": answer.dimension,
        "settings": rules.model_dump(),
        "rules": {s: rule_words(s, rules, tr) for s in State},
        "rows": [_document(line) for line in lines(answer)],
        "value": {s: _stake(stake) for s, stake in answer.stakes.items()},
        "matrix": None if m is None else {
            "from": m.before.on.isoformat(),
            "to": m.after.on.isoformat(),
            "cells": [
                {"before": a or NOT_YET_KEY, "after": b, "users": n,
                 "share": None if m.row(a) == 0 else n / m.row(a)}
                for (a, b), n in m.cells.items()
            ],
        },
        "thresholds": [
            {"setting": c.setting, "days": c.days, "current": c.is_current,
             "moved": as_document(c.moved)}
            for c in answer.choices
        ],
        "feedback": _feedback(answer.feedback),
        "sql": dict(answer.sql),
    }  # fmt: skip
    return json.dumps(document, ensure_ascii=False, indent=2)


def _document(line: Line) -> dict[str, Any]:
    return {
        "group": line.group,
        "on": line.snapshot.on.isoformat(),
        "state": line.state,
        "users": line.snapshot.counts[line.state],
        "share": as_document(line.snapshot.share(line.state)),
    }


def _stake(stake: Stake) -> dict[str, Any]:
    return {
        "customers": stake.customers,
        "net_revenue_365": as_document(stake.lately),
        "net_revenue_ever": as_document(stake.ever),
        "net_revenue_365_per_user": as_document(stake.per_user),
    }


def _feedback(f: Feedback) -> dict[str, Any]:
    return {
        "lacking": list(f.lacking),
        "reasons": {reason: _compared(c) for reason, c in f.reasons.items()},
        "score": {"churned": _score(f.churned_score), "retained": _score(f.retained_score)},
        "low_scores": _compared(f.low_scores),
    }


def _compared(c: Compared) -> dict[str, Any]:
    d = c.difference
    return {
        "churned": as_document(c.churned),
        "retained": as_document(c.retained),
        "difference": d and {"points": d.diff, "interval": [d.low, d.high]},
    }


def _score(s: Score) -> dict[str, Any]:
    interval = None if s.low is None else [s.low, s.high]
    return {"users": s.users, "mean": s.mean, "interval": interval}


CSV_HEADER = ("part", "group", "on", "state", "before", "users", "share", "low", "high",
              "net_revenue_365", "net_revenue_ever", "reason", "data_version")  # fmt: skip


def as_csv(answer: Answer) -> str:
    """A line per group, day and state, then one per cell of the matrix; full precision."""
    return csv_text(CSV_HEADER, _csv_rows(answer))


def _csv_rows(answer: Answer) -> Iterator[Sequence[object]]:
    version = answer.warehouse.version
    for n, line in enumerate(lines(answer)):
        r = line.snapshot.share(line.state)
        stake = answer.stakes[line.state] if n < len(State) else None
        yield (
            "state", line.group, line.snapshot.on, line.state, None,
            line.snapshot.counts[line.state], r.value, r.low, r.high,
            stake and stake.lately.value, stake and stake.ever.value, r.reason, version,
        )  # fmt: skip
    m = answer.matrix
    for (before, after), n in {} if m is None else m.cells.items():
        row = 0 if m is None else m.row(before)
        share = n / row if row else None
        yield (
            "transition", ALL, None if m is None else m.after.on, after, before or NOT_YET_KEY, n,
            share, None, None, None, None, None, version,
        )  # fmt: skip


def as_table(answer: Answer, tr: Text) -> str:
    """Aligned tables, one for each part of the answer; the rules stand below."""
    w, colon = answer.warehouse, tr(Words(": ", "："))
    about = " · ".join(
        [
            w.shop,
            *[f"{tr(c.of.name)}{colon}{c.sentence(tr)}" for c in answer.scope.choices],
            answer.snapshot.on.isoformat(),
            tr(
                Words("data through {through} UTC", "数据截至 {through} UTC"),
                through=f"{w.coverage.through:%Y-%m-%d %H:%M}",
            ),
            tr(Words("version {version}", "版本 {version}"), version=w.version),
        ]
    )
    blocks = [list(aligned(*state_table(answer, tr), right=(3, 4, 5, 6)))]
    if answer.matrix is not None:
        blocks.append(list(aligned(*matrix_table(answer.matrix, tr), right=range(1, 7))))
    blocks.append(list(aligned(*choice_table(answer.choices, tr), right=(1, 2))))
    if answer.feedback.reasons:
        blocks.append(list(aligned(*reason_table(answer.feedback, tr), right=(1, 2, 3))))
    rules = [f"{tr(STATES[s])}{colon}{rule_words(s, w.reporting.states, tr)}" for s in State]
    blocks.append([*rules, tr(COUNTED_FROM)])
    return "\n\n".join([about, *["\n".join(block) for block in blocks]]) + "\n"


def state_table(answer: Answer, tr: Text) -> tuple[list[str], list[list[str]]]:
    header = [
        Words("Group", "分组"),
        Words("Day", "日期"),
        Words("State", "状态"),
        Words("Users", "用户数"),
        Words("Share", "占比"),
        Words("Net revenue, 365 days", "近 365 天净收入"),
        Words("Net revenue, all time", "累计净收入"),
    ]
    rows = []
    for n, line in enumerate(lines(answer)):
        stake = answer.stakes[line.state] if n < len(State) else None
        rows.append(
            [
                group_name(line.group, answer.dimension, tr),
                line.snapshot.on.isoformat(),
                tr(STATES[line.state]),
                numbers.full(line.snapshot.counts[line.state], Unit.COUNT, tr),
                _share(line.snapshot.share(line.state), tr),
                *[
                    "" if stake is None or r is None
                    else numbers.full(r.value, Unit.MONEY, tr, answer.scope.currency)
                    for r in ((None, None) if stake is None else (stake.lately, stake.ever))
                ],
            ]
        )  # fmt: skip
    return [tr(w) for w in header], rows


def matrix_table(m: Matrix, tr: Text) -> tuple[list[str], list[list[str]]]:
    """Rows: the state on the first day; columns: on the second one; with both margins."""
    total = tr(Words("Sum", "合计"))
    header = [f"{m.before.on} → {m.after.on}", *[tr(STATES[s]) for s in State], total]
    rows = []
    for before in (*State, None):
        name = tr(NOT_YET if before is None else STATES[before])
        cells = [m.cells[before, after] for after in State]
        rows.append([name, *[_count(n, tr) for n in (*cells, m.row(before))]])
    margin = [m.after.counts[s] for s in State]
    rows.append([total, *[_count(n, tr) for n in (*margin, m.after.users)]])
    return header, rows


def choice_table(choices: Sequence[Choice], tr: Text) -> tuple[list[str], list[list[str]]]:
    header = [
        Words("Setting", "设置项"),
        Words("Days", "天数"),
        Words("Users in another state", "状态改变的用户"),
    ]
    current = tr(Words(" (current)", "（当前）"))
    rows = [
        [
            tr(SETTINGS[c.setting]) + (current if c.is_current else ""),
            str(c.days),
            _share(c.moved, tr),
        ]
        for c in choices
    ]
    return [tr(w) for w in header], rows


def reason_table(f: Feedback, tr: Text) -> tuple[list[str], list[list[str]]]:
    header = [
        Words("Reason", "原因"),
        Words("Of churned", "流失用户中"),
        Words("Of retained", "留存用户中"),
        Words("Difference, with interval", "差异及区间"),
    ]
    rows = []
    for reason, c in f.reasons.items():
        d = c.difference
        difference = ""
        if d is not None:
            difference = tr(
                Words("{change} ({low} to {high})", "{change}（{low} 至 {high}）"),
                change=numbers.signed_change(0, d.diff, Unit.SHARE, tr),
                low=numbers.signed_points(d.low),
                high=numbers.signed_points(d.high),
            )
        rows.append(
            [tr(reason_words(reason)), _share(c.churned, tr), _share(c.retained, tr), difference]
        )
    return [tr(w) for w in header], rows


def group_name(group: str, dimension: str | None, tr: Text) -> str:
    """A value of a dimension by its name; everybody, and the group of all other values."""
    if group in _GROUPS:
        return tr(_GROUPS[group])
    return tr(DIMENSIONS[dimension].label(group)) if dimension in DIMENSIONS else group


def _count(value: int, tr: Text) -> str:
    return numbers.full(value, Unit.COUNT, tr)


def _share(r: Reading, tr: Text) -> str:
    return numbers.full(r.value, Unit.SHARE, tr)
