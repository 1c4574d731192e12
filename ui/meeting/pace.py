"""How the targets of the running week or month are kept."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from charts.theme import palette
from format import numbers
from i18n import Text, Words
from metrics.meeting.pacing import Kept as Past
from metrics.meeting.pacing import Pace, Standing, paces, running_bucket
from metrics.meeting.targets import GRAINS, RIGHTS, bodies
from metrics.meeting.words import (
    EVEN,
    SHAPED,
    STANDINGS,
    bucket_name,
    pace_sentence,
)
from metrics.metric import Adds
from metrics.periods import Grain
from store import TargetGrain
from ui.meeting.course import course_figure
from ui.meeting.kept import Kept
from ui.page import section
from ui.patience import patiently
from ui.row_table import Cell, RowColumn, RowOf, row_table
from ui.session import choose, chosen, dark, remembered, text, viewer, warehouse
from ui.states import card

_SIGNS = {
    Standing.MET: ("✓", "good"),
    Standing.MISSED: ("✕", "bad"),
    Standing.UNKNOWN: ("·", "none"),
}
_TONES = {
    Standing.MET: "good",
    Standing.AHEAD: "good",
    Standing.MISSED: "bad",
    Standing.BEHIND: "bad",
    Standing.UNKNOWN: "none",
}
_ARROWS = {Standing.MET: "✓", Standing.AHEAD: "↗", Standing.MISSED: "✕", Standing.BEHIND: "↘"}


def shown_grain() -> TargetGrain:
    """Weeks where the address says so, months otherwise."""
    return "week" if chosen().grain is Grain.WEEK else "month"


def paced(kept: Kept) -> tuple[Pace, ...]:
    """The targets of the running bucket; none for a reader who sees a part of the shop alone."""
    w, grain = warehouse(), shown_grain()
    targets = bodies(kept.targets)
    if viewer().markets is not None or not any(t.grain == grain for t in targets):
        return ()
    found = patiently(
        lambda: remembered(lambda: paces(w, targets, grain), "paces", targets, grain),
        "paces",
        targets,
        grain,
        height=0,
    )
    return found or ()


def pace_section(kept: Kept, found: Sequence[Pace]) -> None:
    """Each target of the running bucket: how far it is, what is missing, where it will end."""
    tr, w, grain = text(), warehouse(), shown_grain()
    name = bucket_name(running_bucket(w, grain).start, grain, tr, w.coverage.last_day)
    section(tr(_TITLE, bucket=name), tr(_SUB, currency=w.reporting.currency))
    _choose_grain(tr)
    if viewer().markets is not None:
        card(tr(_NOT_COMPARED), tr(RIGHTS), "info")
    elif found:
        _table(found, tr)
        course_figure(found)
        _how(found, tr)
    else:
        other = any(t.grain == grain for t in bodies(kept.targets))
        card(tr(_NONE_NOW if other else _NONE), tr(_NEXT), "info")


def _choose_grain(tr: Text) -> None:
    key = f"meeting_grain_{tr.language}"
    st.session_state[key] = shown_grain()
    st.segmented_control(
        tr(Words("Targets by", "目标粒度")),
        list(GRAINS),
        key=key,
        format_func=lambda grain: tr(GRAINS[grain]),
        on_change=lambda: choose(grain=Grain(st.session_state[key] or shown_grain())),
        label_visibility="collapsed",
    )


def _table(found: Sequence[Pace], tr: Text) -> None:
    columns = [
        RowColumn(tr(Words("Standing", "状态")), number=False),
        RowColumn(tr(Words("Target", "目标"))),
        RowColumn(tr(Words("So far", "当前")), note=tr(_SO_FAR_NOTE)),
        RowColumn(tr(Words("Target to date", "当前应达")), note=tr(_DUE_NOTE)),
        RowColumn(tr(Words("Needed a day", "余下日均需")), note=tr(_REST_NOTE)),
        RowColumn(tr(Words("Ends near", "预计期末")), note=tr(_END_NOTE)),
        RowColumn(tr(Words("Before", "往期")), note=tr(_PAST_NOTE), number=False),
    ]
    rows = [RowOf(n, tr(p.metric.name), _cells(p, tr)) for n, p in enumerate(found)]
    row_table(
        rows, columns, corner=tr(Words("Metric", "指标")), label=tr(Words("Pace", "目标进度")),
        dark=dark(), key="meeting_pace",
    )  # fmt: skip


def _cells(pace: Pace, tr: Text) -> tuple[Cell, ...]:
    w = warehouse()
    unit, currency, last = pace.metric.unit, w.reporting.currency, w.coverage.last_day
    said = pace_sentence(pace, tr, currency, last)

    def short(value: float | None) -> str:
        return numbers.short(value, unit, tr, currency)

    share: str = ""
    bars: tuple[tuple[float, str], ...] = ()
    if pace.metric.adds is Adds.FULLY and pace.to_date.value is not None and pace.target > 0:
        done = pace.to_date.value / pace.target
        share, bars = numbers.short(done, "share", tr), _bar(done)
    standing = f"{_ARROWS.get(pace.standing, '')} {tr(STANDINGS[pace.standing])}".strip()
    rest = pace.rest
    needed = "" if rest is None else tr(_REACHED) if rest <= 0 else short(rest)
    end = "" if pace.days_left == 0 or pace.end == pace.to_date.value else short(pace.end)
    how = SHAPED if pace.shaped is not None else EVEN
    return (
        Cell(standing, tone=_TONES[pace.standing], strong=True, lines=(said,)),
        Cell(short(pace.target)),
        Cell(short(pace.to_date.value), sub=share, bars=bars, lines=(said,)),
        Cell("" if pace.due is None else short(pace.due)),
        Cell(needed, lines=(said,) if needed else ()),
        Cell(end, sub=tr(how) if end else "", lines=_ends(pace, tr) if end else ()),
        _past(pace.past, pace, tr),
    )


def _bar(done: float) -> tuple[tuple[float, str], ...]:
    p = palette(dark())
    reached = min(max(done, 0.0), 1.0)
    return ((reached, p.accent), (1 - reached, p.grid))


def _ends(pace: Pace, tr: Text) -> tuple[str, ...]:
    """Both ends with what they rest on."""
    unit, currency = pace.metric.unit, warehouse().reporting.currency

    def short(value: float | None) -> str:
        return numbers.short(value, unit, tr, currency)

    lines = []
    if pace.shaped is not None and pace.like_part is not None and pace.like_whole is not None:
        part, whole = short(pace.like_part.value), short(pace.like_whole.value)
        lines.append(tr(_SHAPED, end=short(pace.shaped), part=part, whole=whole))
    if pace.even is not None:
        lines.append(tr(_EVEN, end=short(pace.even)))
    return tuple(lines)


def _past(past: Sequence[Past], pace: Pace, tr: Text) -> Cell:
    """The finished buckets before, oldest first."""
    w = warehouse()
    unit, currency = pace.metric.unit, w.reporting.currency
    lines = tuple(
        tr(
            _PAST,
            bucket=bucket_name(k.span.start, pace.grain, tr, w.coverage.last_day),
            value=numbers.short(k.reading.value, unit, tr, currency),
            target=numbers.short(k.target, unit, tr, currency),
            standing=STANDINGS[k.standing],
        )
        for k in past
    )
    marks = tuple(_SIGNS.get(k.standing, ("·", "none")) for k in past)
    return Cell(marks=marks, marks_alt=tr(Words("; ", "；")).join(lines), lines=lines)


def _how(found: Sequence[Pace], tr: Text) -> None:
    """The statements behind the table."""
    quiet = st.container(key="quiet_pace")
    fold = quiet.expander(
        tr(Words("How is this computed?", "这些数字如何计算？")), key=f"pace_how_{tr.language}",
        on_change="rerun",
    )  # fmt: skip
    with fold:
        if not fold.open:
            return
        st.caption(tr(_METHOD))
        for family, sql in {k: v for p in found for k, v in p.sql.items()}.items():
            st.caption(f"SQL · {family}")
            st.code(sql, language="sql", wrap_lines=True)


_TITLE = Words("Are the targets kept? {bucket}", "目标进度：{bucket}")
_SUB = Words(
    "whole shop, complete days, {currency}; colour only where it can be judged",
    "整个店铺，仅计完整日，{currency}；仅在可以判定时着色",
)
_NOT_COMPARED = Words("The pace is not shown.", "不显示目标进度。")
_NONE = Words("No target is set.", "尚未设定目标。")
_NONE_NOW = Words("No target is set for the running period.", "当期尚未设定目标。")
_NEXT = Words(
    "Write targets into the table below, or bring in a sheet.", "请在下方表格中填写，或导入目标表。"
)
_SO_FAR_NOTE = Words("over the complete days of the period", "期内完整日的数值")
_DUE_NOTE = Words(
    "sums: the elapsed share of the target; ratios: the target itself",
    "可加总的指标按已过天数折算；比率即目标本身",
)
_REST_NOTE = Words("what each remaining day has to bring", "余下每天需要完成的量")
_END_NOTE = Words(
    "as the same days of last year grew to their whole; at an even pace without a year before",
    "按去年同期从这些天到整期的增长推算；没有去年数据时按匀速推算",
)
_PAST_NOTE = Words("the finished periods before, oldest first", "此前已结束的各期，由远及近")
_REACHED = Words("reached", "已达到")
_SHAPED = Words(
    "{end} by last year's shape: {part} by then grew to {whole}",
    "按去年走势 {end}：去年同期 {part}，整期 {whole}",
)
_EVEN = Words("{end} at an even pace", "按匀速 {end}")
_PAST = Words(
    "{bucket}: {value} of {target}, {standing}", "{bucket}：{value}，目标 {target}，{standing}"
)
_METHOD = Words(
    "Targets of sums are shared out by days. People counted once have no share of a target and end "
    "by last year's shape alone. Ratios and levels are held against the target as they stand. "
    "On course: the expected end reaches the target.",
    "可加总指标的目标按天数折算；去重人数不能按天折算，只按去年走势推算期末；比率与存量指标直接与目标"
    "比较。“可望达成”指预计期末值达到目标。",
)
