"""The table in which targets are written: a row a week or month, a column a metric.

The table stays as it was opened while it has changes; what others save meanwhile is told on saving,
cell by cell. Only the cells that were changed here are put over theirs.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

import pandas as pd
import streamlit as st

from data.scope import Span
from format import dates, numbers
from format.numbers import currency_symbol
from i18n import Problem, Text, Words
from metrics.catalog import METRICS
from metrics.meeting.pacing import running_bucket
from metrics.meeting.target_sheets import with_edits
from metrics.meeting.targets import currency_of
from metrics.meeting.words import bucket_name
from metrics.metric import Metric, Unit
from metrics.periods import Grain, add_months, buckets, floor
from store import TARGETS, EditConflict, MetricTargets, Saved, TargetGrain
from store.target import record_name
from ui.meeting.desk import last_edit, say, told
from ui.meeting.kept import Kept, metric_name, say_unreadable, targets_title
from ui.meeting.pace import shown_grain
from ui.meeting.target_history import targets_history
from ui.page import section
from ui.session import author, store, text, warehouse
from ui.states import card
from ui.tables import html_table

_OPENED, _BUCKET = "meeting_targets", "on"
_SHARE_DIGITS = Decimal(100)
Edits = dict[str, dict[date, float | None]]


@dataclass(slots=True)
class Opened:
    """The table as it was opened. `base` is what an edit rests on: what is `shown`, until somebody
    else was faster."""

    shop: str
    grain: TargetGrain
    shown: dict[str, Saved[MetricTargets]]
    base: dict[str, Saved[MetricTargets]]
    mark: str = field(default_factory=lambda: secrets.token_hex(4))
    conflict: EditConflict | None = None


def editor_section(kept: Kept) -> None:
    """Choose the period and the metrics, write, save."""
    tr = text()
    section(tr(Words("Set targets", "设定目标")), tr(_SUB))
    _say_left_out(kept, tr)
    now = _opened(kept)
    changed = _is_changed(now)
    period, metrics = _choices(now, changed, tr)
    if not metrics:
        card(tr(Words("Choose a metric to set a target.", "请选择指标以设定目标。")), "", "info")
        return
    starts = _starts(period, now.grain)
    edits = _table(now, starts, metrics, tr)
    _say_conflict(now, edits, tr)
    with st.container(horizontal=True, vertical_alignment="center"):
        if st.button(
            tr(Words("Save for the team", "保存（团队可见）")), type="primary", key="targets_save",
            disabled=not edits,
        ):  # fmt: skip
            _save(now, edits, tr)
        if st.button(tr(Words("Discard changes", "放弃修改")), key="targets_discard",
                     disabled=not edits and now.conflict is None):  # fmt: skip
            st.session_state.pop(_OPENED, None)
            st.rerun()
    _last_edits(now, metrics, tr)
    targets_history(now.shown, now.grain, tr)


def _say_left_out(kept: Kept, tr: Text) -> None:
    """Targets that can't be shown here: unreadable, of a metric that has gone, of another
    currency. They stay in the store as they are."""
    own = warehouse().reporting.currency
    for one in kept.targets:
        if isinstance(one.content, Problem):
            say_unreadable(one.name, one.content)
        elif one.body.metric not in METRICS:
            st.caption(tr(_OF_GONE, metric=metric_name(one.body.metric, tr)))
        elif one.body.currency not in (None, own):
            name = metric_name(one.body.metric, tr)
            st.caption(tr(_OF_CURRENCY, metric=name, code=one.body.currency, own=own))


def _opened(kept: Kept) -> Opened:
    """The table that is open; anew where nothing was changed in it, or another one is asked for."""
    shop, grain = warehouse().shop, shown_grain()
    found = st.session_state.get(_OPENED)
    latest = _records(kept.targets, grain)
    if (
        isinstance(found, Opened)
        and (found.shop, found.grain) == (shop, grain)
        and (found.shown == latest or _is_changed(found) or found.conflict is not None)
    ):
        return found
    st.session_state[_OPENED] = made = Opened(shop, grain, latest, dict(latest))
    return made


def _records(
    saved: Sequence[Saved[MetricTargets]], grain: TargetGrain
) -> dict[str, Saved[MetricTargets]]:
    """The records of a grain by metric, those that can't be read too: they are written anew."""
    by_name = {one.name: one for one in saved}
    names = {key: record_name(key, grain) for key in METRICS}
    return {key: by_name[name] for key, name in names.items() if name in by_name}


def _values(of: Mapping[str, Saved[MetricTargets]], key: str) -> Mapping[date, float]:
    """The targets of a metric that can be shown: readable, and in the shop's currency."""
    saved = of.get(key)
    if saved is None or isinstance(saved.content, Problem):
        return {}
    fits = saved.body.currency == currency_of(METRICS[key], warehouse().reporting)
    return saved.body.values if fits else {}


def _is_changed(now: Opened) -> bool:
    """Whether the table holds changes that are not saved."""
    return any(
        bool(value.get("edited_rows"))
        for key, value in st.session_state.items()
        if str(key).startswith(f"target_table_{now.mark}_") and isinstance(value, dict)
    )


def _choices(now: Opened, changed: bool, tr: Text) -> tuple[date, list[str]]:
    """Which year of months or quarter of weeks, and which metrics. Fixed while there are changes,
    so that none is left behind unseen."""
    first, last = _periods(now.grain)
    options = _steps(first, last, now.grain)
    current = _period_of(running_bucket(warehouse(), now.grain).start, now.grain)
    left, right = st.columns([1, 3])
    help_ = tr(_SAVE_FIRST) if changed else None
    period = left.selectbox(
        tr(Words("Period", "时间段")), options, index=options.index(current),
        key=f"target_period_{now.grain}", disabled=changed, help=help_,
        format_func=lambda start: _period_name(start, now.grain, tr),
    )  # fmt: skip
    able = [k for k, m in METRICS.items() if not warehouse().coverage.lacking(*m.needs)]
    own = [k for k in METRICS if _values(now.shown, k)]
    key = f"target_metrics_{now.grain}_{tr.language}"
    held = f"target_metrics_{now.grain}"
    st.session_state[key] = [*own, *[k for k in st.session_state.get(held, []) if k not in own]]
    picked = right.multiselect(
        tr(Words("Metrics", "指标")), [*able, *[k for k in own if k not in able]], key=key,
        format_func=lambda k: tr(METRICS[k].name), disabled=changed, help=help_,
        placeholder=tr(Words("Choose metrics", "选择指标")),
    )  # fmt: skip
    st.session_state[held] = picked
    return period, [k for k in METRICS if k in picked or k in own]


def _periods(grain: TargetGrain) -> tuple[date, date]:
    """From the beginning of the data to a year on."""
    coverage = warehouse().coverage
    first = _period_of(coverage.start, grain)
    return first, _period_of(add_months(coverage.last_day, 12), grain)


def _period_of(day: date, grain: TargetGrain) -> date:
    return floor(day, Grain.YEAR if grain == "month" else Grain.QUARTER)


def _steps(first: date, last: date, grain: TargetGrain) -> list[date]:
    found, months = [first], 12 if grain == "month" else 3
    while found[-1] < last:
        found.append(add_months(found[-1], months))
    return found


def _period_name(start: date, grain: TargetGrain, tr: Text) -> str:
    months = 12 if grain == "month" else 3
    return dates.bucket(start, add_months(start, months), "year" if months == 12 else "quarter", tr)


def _starts(period: date, grain: TargetGrain) -> list[date]:
    """The first days of the buckets that begin in the period."""
    end = add_months(period, 12 if grain == "month" else 3)
    cut = buckets(Span(period, end), Grain(grain), warehouse().reporting.week_start)
    starts = [floor(p.span.start, Grain(grain), warehouse().reporting.week_start) for p in cut]
    return [start for start in starts if start >= period]


def _table(now: Opened, starts: list[date], metrics: list[str], tr: Text) -> Edits:
    """The editor; what was changed in it, by metric and first day."""
    last = warehouse().coverage.last_day
    frame = pd.DataFrame(
        {
            _BUCKET: [bucket_name(start, now.grain, tr, last) for start in starts],
            **{key: [_shown(now, key, start) for start in starts] for key in metrics},
        }
    )
    frame = frame.astype(dict.fromkeys(metrics, "Float64"))
    edited = st.data_editor(
        frame,
        hide_index=True,
        key=f"target_table_{now.mark}_{starts[0]}_{len(metrics)}",
        disabled=[_BUCKET],
        height="content",
        placeholder=" ",
        column_config={
            _BUCKET: st.column_config.TextColumn(
                tr(Words("Week", "周") if now.grain == "week" else Words("Month", "月")),
                pinned=True,
            ),
            **{key: _column(METRICS[key], tr) for key in metrics},
        },
    )
    found: Edits = {}
    for key in metrics:
        for n, start in enumerate(starts):
            value = _number(edited[key].iloc[n])
            if value != _number(frame[key].iloc[n]):
                found.setdefault(key, {})[start] = _kept_as(METRICS[key], value)
    return found


def _column(metric: Metric, tr: Text) -> Any:
    unit = ""
    if metric.unit is Unit.SHARE:
        unit = " (%)"
    elif metric.unit is Unit.MONEY:
        unit = f" ({currency_symbol(warehouse().reporting.currency).strip()})"
    return st.column_config.NumberColumn(
        f"{tr(metric.name)}{unit}",
        help=tr(metric.meaning),
        min_value=None if metric.unit is Unit.MONEY else 0,
        max_value=100 if metric.unit is Unit.SHARE else None,
        format="localized",
    )


def _shown(now: Opened, key: str, start: date) -> float | None:
    """A target as it is typed: shares in per cent."""
    value = _values(now.shown, key).get(start)
    if value is None or METRICS[key].unit is not Unit.SHARE:
        return value
    return float(Decimal(repr(value)) * _SHARE_DIGITS)


def _kept_as(metric: Metric, value: float | None) -> float | None:
    if value is None or metric.unit is not Unit.SHARE:
        return value
    return float(Decimal(repr(value)) / _SHARE_DIGITS)


def _number(cell: Any) -> float | None:
    return None if pd.isna(cell) else float(cell)


def _save(now: Opened, edits: Edits, tr: Text) -> None:
    reporting = warehouse().reporting
    try:
        bodies: dict[str, tuple[MetricTargets, int | None]] = {}
        for key, cells in edits.items():
            base = now.base.get(key)
            body = with_edits(base, METRICS[key], now.grain, cells, reporting)
            bodies[body.record] = (body, None if base is None else base.revision)
        store().save_all(TARGETS, now.shop, bodies, author=author())
    except EditConflict as conflict:
        now.conflict = conflict
        now.base = _records(store().list(TARGETS, now.shop), now.grain)
        st.rerun()
    except Problem as problem:
        say(problem, tr)
    else:
        st.session_state.pop(_OPENED, None)
        st.toast(tr(Words("Targets saved.", "目标已保存。")))
        st.rerun()


def _say_conflict(now: Opened, edits: Edits, tr: Text) -> None:
    """Who was faster and when, and each cell that both changed."""
    if now.conflict is None:
        return
    what, _ = told(now.conflict, targets_title(now.conflict.stored.name), tr)
    card(what, tr(_AGAIN), "warning")
    rows = [
        [tr(METRICS[key].name), bucket_name(start, now.grain, tr, warehouse().coverage.last_day),
         _text(now.shown, key, start, tr), _text(now.base, key, start, tr),
         _figure(METRICS[key], mine, tr)]
        for key, cells in edits.items()
        for start, mine in cells.items()
    ]  # fmt: skip
    header = [tr(words) for words in (*_BOTH, Words("Theirs", "对方"), Words("Yours", "您的"))]
    st.html(html_table(tr(Words("Both versions", "两个版本")), header, rows, numeric={2, 3, 4}))


def _text(of: Mapping[str, Saved[MetricTargets]], key: str, start: date, tr: Text) -> str:
    return _figure(METRICS[key], _values(of, key).get(start), tr)


def _figure(metric: Metric, value: float | None, tr: Text) -> str:
    return numbers.full(value, metric.unit, tr, warehouse().reporting.currency)


def _last_edits(now: Opened, metrics: list[str], tr: Text) -> None:
    """Who wrote the targets of each metric last."""
    said = [
        f"{tr(METRICS[key].name)} {last_edit(now.shown[key], tr)}"
        for key in metrics
        if key in now.shown
    ]
    if said:
        st.caption(tr(Words("; ", "；")).join(said))


_OF_GONE = Words("Targets are kept of {metric}.", "仍保存着{metric}的目标。")
_OF_CURRENCY = Words(
    "Targets of {metric} in {code} are kept and not used: the shop reports in {own}.",
    "{metric}的目标以 {code} 计，因店铺报表币种为 {own} 而未使用。",
)
_SUB = Words("shares in per cent; an empty cell is no target", "比率按百分数填写；留空表示不设目标")
_SAVE_FIRST = Words("Save or discard your changes first.", "请先保存或放弃修改。")
_AGAIN = Words(
    "Nothing of yours is lost: it is still in the table. Save again to put the cells you changed "
    "in place of theirs; everything else of theirs stays.",
    "您的修改仍在表中，没有丢失。再次保存只覆盖您改过的单元格，对方的其他修改保留。",
)
_BOTH = (Words("Metric", "指标"), Words("Period", "周期"), Words("Before", "原值"))
