"""The table in which targets are written: a row a week or month, a column a metric.

The table stays as it was opened while it has changes, which outlive another page, period or
metric; what others save meanwhile is told on saving, cell by cell. Only the cells that were changed
here are put over theirs.
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

from format import numbers
from format.numbers import currency_symbol
from i18n import Problem, Text, Words
from metrics.catalog import METRICS
from metrics.meeting.pacing import running_bucket
from metrics.meeting.target_sheets import with_edits
from metrics.meeting.targets import currency_of
from metrics.meeting.words import bucket_name
from metrics.metric import Metric, Unit
from store import TARGETS, EditConflict, MetricTargets, Saved, TargetGrain
from store.target import record_name
from ui.meeting.desk import last_edit, say, told
from ui.meeting.kept import Kept, metric_name, say_unreadable, targets_title
from ui.meeting.pace import shown_grain
from ui.meeting.periods import period_name, period_of, periods, starts_in
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
    """The table as it was opened, with what was changed in it. `base` is what the changes rest on:
    what is `shown`, until somebody else was faster. The widget forgets its cells when it is not
    drawn (another page, another period): `held` are the changes it was last begun with, `key` is
    which one it was."""

    shop: str
    grain: TargetGrain
    shown: dict[str, Saved[MetricTargets]]
    base: dict[str, Saved[MetricTargets]]
    edits: Edits = field(default_factory=dict)
    held: Edits = field(default_factory=dict)
    key: str = ""
    mark: str = field(default_factory=lambda: secrets.token_hex(4))
    conflict: EditConflict | None = None


def editor_section(kept: Kept) -> None:
    """Choose the period and the metrics, write, save."""
    tr = text()
    section(tr(Words("Set targets", "设定目标")), tr(_SUB))
    _say_left_out(kept, tr)
    now = _opened(kept)
    period, metrics = _choices(now, tr)
    if not metrics:
        card(tr(Words("Choose a metric to set a target.", "请选择指标以设定目标。")), "", "info")
        return
    _table(now, starts_in(period, now.grain), metrics, tr)
    edits = now.edits
    _say_conflict(now, edits, tr)
    with st.container(horizontal=True, vertical_alignment="center"):
        if st.button(
            tr(Words("Save for the team", "保存（团队可见）")), type="primary", key="targets_save",
            disabled=not edits,
        ):  # fmt: skip
            _save(now, edits, tr)
        if st.button(tr(Words("Discard changes", "放弃修改")), key="targets_discard",
                     disabled=not edits and now.conflict is None):  # fmt: skip
            _forget(now)
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
    opened: dict[tuple[str, str], Opened] = st.session_state.setdefault(_OPENED, {})
    found, latest = opened.get((shop, grain)), _records(kept.targets, grain)
    if found is not None and (found.shown == latest or found.edits or found.conflict):
        return found
    opened[shop, grain] = made = Opened(shop, grain, latest, dict(latest))
    return made


def _forget(now: Opened) -> None:
    """The table is opened anew on the next run, as the store has it."""
    st.session_state[_OPENED].pop((now.shop, now.grain), None)


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


def _choices(now: Opened, tr: Text) -> tuple[date, list[str]]:
    """Which year of months or quarter of weeks, and which metrics."""
    options = periods(now.grain)
    current = period_of(running_bucket(warehouse(), now.grain).start, now.grain)
    left, right = st.columns([1, 3])
    period = left.selectbox(
        tr(Words("Period", "时间段")), options, index=options.index(current),
        key=f"target_period_{now.grain}",
        format_func=lambda start: period_name(start, now.grain, tr),
    )  # fmt: skip
    able = [k for k, m in METRICS.items() if not warehouse().coverage.lacking(*m.needs)]
    own = [k for k in METRICS if _values(now.shown, k) or k in now.edits]
    key = f"target_metrics_{now.grain}_{tr.language}"
    held = f"target_metrics_{now.grain}"
    st.session_state[key] = [*own, *[k for k in st.session_state.get(held, []) if k not in own]]
    picked = right.multiselect(
        tr(Words("Metrics", "指标")), [*able, *[k for k in own if k not in able]], key=key,
        format_func=lambda k: tr(METRICS[k].name),
        placeholder=tr(Words("Choose metrics", "选择指标")),
    )  # fmt: skip
    st.session_state[held] = picked
    return period, [k for k in METRICS if k in picked or k in own]


def _table(now: Opened, starts: list[date], metrics: list[str], tr: Text) -> None:
    """The editor; what is changed in it joins the changes elsewhere."""
    last = warehouse().coverage.last_day
    key = f"target_table_{now.mark}_{starts[0]}_{'_'.join(metrics)}"
    if now.key != key or key not in st.session_state:
        now.key, now.held = key, {k: dict(cells) for k, cells in now.edits.items()}
    frame = pd.DataFrame(
        {
            _BUCKET: [bucket_name(start, now.grain, tr, last) for start in starts],
            **{key: [_typed(now, key, start) for start in starts] for key in metrics},
        }
    )
    frame = frame.astype(dict.fromkeys(metrics, "Float64"))
    edited = st.data_editor(
        frame,
        hide_index=True,
        key=key,
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
    for name in metrics:
        cells = {s: v for s, v in now.edits.get(name, {}).items() if s not in starts}
        for n, start in enumerate(starts):
            typed, value = _number(edited[name].iloc[n]), _begun(now, name, start)
            if typed != _typed(now, name, start):
                value = _kept_as(METRICS[name], typed)
            if value != _values(now.shown, name).get(start):
                cells[start] = value
        now.edits.pop(name, None)
        if cells:
            now.edits[name] = cells


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


def _begun(now: Opened, key: str, start: date) -> float | None:
    """The target that a cell was begun with."""
    held = now.held.get(key, {})
    return held[start] if start in held else _values(now.shown, key).get(start)


def _typed(now: Opened, key: str, start: date) -> float | None:
    """The same as it is typed: shares in per cent."""
    value = _begun(now, key, start)
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
        _forget(now)
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
_AGAIN = Words(
    "Nothing of yours is lost: it is still in the table. Save again to put the cells you changed "
    "in place of theirs; everything else of theirs stays.",
    "您的修改仍在表中，没有丢失。再次保存只覆盖您改过的单元格，对方的其他修改保留。",
)
_BOTH = (Words("Metric", "指标"), Words("Period", "周期"), Words("Before", "原值"))
