"""Targets as a sheet: bring one in, after a look at what it would change; take them home."""

from __future__ import annotations

import hashlib

import streamlit as st

from format import numbers
from i18n import Problem, Text, Words
from metrics.meeting.target_file import read_targets
from metrics.meeting.target_sheets import Plan, as_csv, as_xlsx, laid_over
from metrics.meeting.targets import bodies
from metrics.meeting.words import bucket_name
from store import TARGETS, EditConflict
from ui.meeting.desk import say, told
from ui.meeting.kept import Kept, targets_title
from ui.page import section
from ui.session import author, shop_key, store, text, warehouse
from ui.states import card
from ui.tables import html_table
from ui.uploads import dropzone_words

_ROUND, _SEEN = "targets_upload_round", "targets_upload_seen"
MOST_SHOWN = 40
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def files_section(kept: Kept) -> None:
    """Drop a sheet, see each target before and after, save all of it; downloads beside it."""
    tr = text()
    section(tr(Words("Targets as a sheet", "目标表导入与导出")), tr(_SUB))
    dropzone_words(tr)
    number = st.session_state.get(_ROUND, 0)
    file = st.file_uploader(
        tr(Words("File of targets", "目标文件")), type=["csv", "xlsx"],
        key=f"targets_file_{number}", label_visibility="collapsed",
    )  # fmt: skip
    if file is not None:
        _look(file.getvalue(), file.name, kept, tr)
    _downloads(kept, tr)


def _look(content: bytes, name: str, kept: Kept, tr: Text) -> None:
    """What the sheet would change; or every fault in it."""
    w = warehouse()
    try:
        rows = read_targets(content, name, w.reporting)
    except Problem as problem:
        say(problem, tr)
        return
    plan = laid_over(rows, kept.targets, w.reporting)
    seen = _seen(content, kept)
    changed = [step for step in plan.steps if step.changes]
    words = _ALL_SAME if not changed else _WOULD
    said = tr(words, n=numbers.full(len(plan.steps), "count", tr),
              changed=numbers.full(len(changed), "count", tr))  # fmt: skip
    st.html(f'<p class="ns-small">{said}</p>')
    header = [tr(words) for words in _HEADER]
    currency, last = w.reporting.currency, w.coverage.last_day
    table = [
        [
            tr(s.row.metric.name),
            bucket_name(s.row.start, s.row.grain, tr, last),
            numbers.full(s.before, s.row.metric.unit, tr, currency),
            numbers.full(s.row.value, s.row.metric.unit, tr, currency),
        ]
        for s in changed[:MOST_SHOWN]
    ]
    if table:
        st.html(html_table(tr(Words("Changes", "变动")), header, table, numeric={2, 3}))
    if len(changed) > MOST_SHOWN:
        st.caption(tr(Words("The first {n}.", "仅列出前 {n} 项。"), n=MOST_SHOWN))
    label = tr(Words("Save these targets", "保存这些目标"))
    if changed and st.button(label, type="primary", key="targets_file_save"):
        _save(plan, seen, name, tr)


def _seen(content: bytes, kept: Kept) -> dict[str, int]:
    """The versions that the reader looked at beside this sheet: newer ones are not overwritten
    unseen."""
    mark = hashlib.sha256(content).hexdigest()
    held = st.session_state.get(_SEEN)
    if held is None or held[0] != mark:
        held = (mark, {one.name: one.revision for one in kept.targets})
        st.session_state[_SEEN] = held
    found: dict[str, int] = held[1]
    return found


def _save(plan: Plan, seen: dict[str, int], name: str, tr: Text) -> None:
    edits = {record: (body, seen.get(record)) for record, (body, _) in plan.edits.items()}
    try:
        store().save_all(TARGETS, warehouse().shop, edits, author=author(), note=name[:200])
    except EditConflict as conflict:
        st.session_state.pop(_SEEN, None)
        what, _ = told(conflict, targets_title(conflict.stored.name), tr)
        card(what, tr(_LOOK_AGAIN), "warning")
    except Problem as problem:
        say(problem, tr)
    else:
        st.session_state.pop(_SEEN, None)
        st.session_state[_ROUND] = st.session_state.get(_ROUND, 0) + 1
        st.toast(tr(Words("Targets saved.", "目标已保存。")))
        st.rerun()


def _downloads(kept: Kept, tr: Text) -> None:
    targets = bodies(kept.targets)
    if not targets:
        return
    name = f"targets_{shop_key()}"
    with st.container(horizontal=True):
        st.download_button(
            tr(Words("Targets as XLSX", "导出 XLSX")), lambda: as_xlsx(targets, tr),
            file_name=f"{name}.xlsx", mime=_XLSX, on_click="ignore", icon=":material/download:",
            key="targets_xlsx",
        )  # fmt: skip
        st.download_button(
            tr(Words("Targets as CSV", "导出 CSV")),
            lambda: as_csv(targets, tr).encode("utf-8-sig"),
            file_name=f"{name}.csv", mime="text/csv", on_click="ignore",
            icon=":material/download:", key="targets_csv",
        )  # fmt: skip


_SUB = Words(
    "Columns metric, from (2026-W40 or 2026-10) and target; names in either language. All of a "
    "sheet is taken over, or nothing.",
    "包含“指标”“周期”（2026-W40 或 2026-10）“目标”三列，指标名中英文均可。"
    "整表全部导入，有错则都不导入。",
)
_WOULD = Words(
    "{n} targets, {changed} of them new or changed.", "共 {n} 个目标，新增或变动 {changed} 个。"
)
_ALL_SAME = Words("{n} targets, all as they are kept.", "共 {n} 个目标，均与现有目标一致。")
_HEADER = (
    Words("Metric", "指标"),
    Words("Period", "周期"),
    Words("Before", "原目标"),
    Words("Target", "目标"),
)
_LOOK_AGAIN = Words(
    "Nothing was saved, your sheet is kept in the history. The table above shows what it would "
    "change now: look again, then save.",
    "本次未保存，您的表格已保留在历史记录中。请重新核对上方的变动后再保存。",
)
