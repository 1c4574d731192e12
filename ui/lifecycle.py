"""The parts of the lifecycle page: what is asked for, the funnel, its course, its parts."""

from __future__ import annotations

from datetime import date, timedelta

import streamlit as st

from charts.lifecycle import funnel
from charts.lifecycle_more import by_parts, by_week, scale_of
from data.dimensions import DIMENSIONS
from data.scope import Span
from format import dates
from i18n import Text, Words
from metrics.lifecycle.result import BreakDown, Cohort, Lifecycle, Trend
from metrics.lifecycle.stages import (
    CAMPAIGN,
    FOLLOWED,
    STAGES,
    Mode,
    Stage,
    rule_words,
)
from metrics.lifecycle.stages import DIMENSIONS as BREAK_DOWNS
from metrics.periods import Grain, floor
from ui.figures import draw
from ui.html import escape
from ui.lifecycle_asked import Question
from ui.lifecycle_people import BEHIND, opened_people, people_picker, selecting
from ui.page import section
from ui.patience import patiently
from ui.session import choose, chosen, dark, remembered, text, warehouse
from ui.states import card, empty

TREND_WEEKS = 26
_LONG = timedelta(days=400)


def main_figure(found: Lifecycle, question: Question) -> None:
    """The five stages, what is not final about them, and the rules they follow."""
    tr = text()
    section(
        tr(Words("How far do people come?", "用户走到了哪一步？")),
        tr(
            Words(
                "Share of the people acquired. Dark: this stage and all before it; light: this "
                "stage, whatever the others. Whisker: 95 % interval. Grey tick: the period "
                "compared with. Hatched: still in progress, counted in no rate.",
                "占获客人数的比例。深色：达成本阶段及之前各阶段；浅色：只看本阶段。细线：95% 区间；"
                "灰色刻度：对比期；斜纹：观察期未满，不计入任何比率。",
            )
        ),
    )
    if found.cohort.reason is not None:
        empty(tr, found.cohort.reason)
        return
    draw(funnel(found, question.comparison, tr, dark=dark()), BEHIND.figure_key, **selecting(found))
    people_picker(found)
    _not_final(found, tr)
    _rules(found, tr)
    opened_people(found, question.asked())


def final_on(found: Lifecycle, stage: Stage) -> date:
    """The first day on which a stage is final for everybody acquired in the range."""
    r = found.rules
    days = {
        Stage.ACQUIRE: 0,
        Stage.ACTIVATE: r.activation_days,
        Stage.RETAIN: r.retain_to_day,
        Stage.CONVERT: r.convert_days,
        Stage.REFER: r.refer_days,
    }
    return found.span.end + timedelta(days=days[stage])


def _not_final(found: Lifecycle, tr: Text) -> None:
    """When the stages that are in progress will be final, and a way to a period that is."""
    open_ = [s for s in FOLLOWED if found.cohort.at(s, Mode.OF_ACQUIRED).reading.left_out]
    if not open_:
        return
    last = warehouse().coverage.last_day
    said = tr(Words("; ", "；")).join(
        tr(
            Words("{stage} is final from {day}", "{stage}于 {day} 起定稿"),
            stage=STAGES[s],
            day=dates.day(final_on(found, s), tr, last),
        )
        for s in open_
    )
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.caption(
            tr(Words("In progress: {said}.", "观察中：{said}。"), said=said), width="stretch"
        )
        final = _latest_final(found)
        if final.start >= warehouse().coverage.start:
            st.button(
                tr(Words("Latest period that is final", "查看最近已定稿的时段")),
                key="lifecycle_final",
                on_click=lambda: choose(start=final.start, end=final.end),
            )


def _latest_final(found: Lifecycle) -> Span:
    """As many whole weeks, ended long enough ago for every window to be over."""
    w = warehouse()
    longest = max(final_on(found, s) - found.span.end for s in Stage)
    end = floor(w.coverage.until - longest, Grain.WEEK, w.reporting.week_start)
    return Span(end - timedelta(days=max(7, found.span.days // 7 * 7)), end)


def _rules(found: Lifecycle, tr: Text) -> None:
    rules = "".join(
        f"<li><strong>{escape(tr(STAGES[s]))}</strong>{tr(Words(': ', '：'))}"
        f"{escape(rule_words(s, found.rules, found.population, tr))}</li>"
        for s in Stage
    )
    where = tr(
        Words(
            "Rules, each one a setting (reporting.lifecycle in northstar.toml):",
            "各阶段规则均可配置（northstar.toml 的 reporting.lifecycle）：",
        )
    )
    st.html(
        f'<div class="ns-sub"><p style="margin:0 0 .2rem">{escape(where)}</p>'
        f'<ul style="margin:0;padding-left:1.2rem">{rules}</ul></div>'
    )


def course(question: Question) -> Trend | None:
    """Each stage by week of acquisition, two by two; None where there is none, or it was
    stopped."""
    tr = text()
    asked_of, by = _looked_back(question.span)
    section(
        tr(Words("Is it getting better?", "各阶段在变好吗？")),
        tr(
            Words(
                "Rate of each stage by week of acquisition; hollow: windows still open, value to "
                "date; a tick at the foot: the window has not begun.",
                "按获客周看各阶段比率；空心点：观察期未满，为截至目前的数值；底部刻度：观察期未开始。",
            )
            if by is Grain.WEEK
            else Words(
                "Rate of each stage by month of acquisition; hollow: windows still open, value to "
                "date; a tick at the foot: the window has not begun.",
                "按获客月看各阶段比率；空心点：观察期未满，为截至目前的数值；底部刻度：观察期未开始。",
            )
        ),
    )
    found = patiently(
        lambda: remembered(
            lambda: question.asked().trend(asked_of, by), "lifecycle_trend", question, asked_of, by
        ),
        "lifecycle_trend",
        question,
        by,
    )
    if found is None:
        return None
    if not any(c.acquired for c in found.cohorts):
        empty(tr, found.cohorts[-1].reason)
        return None
    for pair in (FOLLOWED[:2], FOLLOWED[2:]):
        for column, stage in zip(st.columns(2), pair, strict=True):
            with column:
                st.html(f'<h3 class="ns-small">{escape(tr(STAGES[stage]))}</h3>')
                draw(by_week(found, stage, tr, dark=dark()), f"lifecycle_trend_{stage}")
    return found


def _looked_back(asked: Span) -> tuple[Span, Grain]:
    """Half a year of weeks up to the end of the range; months for a long range."""
    w = warehouse()
    by = Grain.MONTH if asked.end - asked.start > _LONG else Grain.WEEK
    by = Grain.MONTH if chosen().grain is Grain.MONTH else by
    back = min(asked.start, asked.end - timedelta(weeks=TREND_WEEKS))
    start = floor(max(back, w.coverage.start), by, w.reporting.week_start)
    known = w.coverage.last_day + timedelta(days=1)
    end = min(asked.end, known) if asked.start < known else asked.end
    return Span(min(start, asked.start), end), by


def _has_value(cohort: Cohort, stage: Stage) -> bool:
    return any(cohort.at(stage, mode).reading.value is not None for mode in Mode)


def _nothing_yet(found: Lifecycle, stage: Stage, tr: Text) -> None:
    """In place of a chart without a dot: why, and when there will be some."""
    reading = found.cohort.at(stage, Mode.OF_ACQUIRED).reading
    if reading.reason is None or reading.left_out == 0:
        empty(tr, reading.reason)
        return
    words = Words("Everybody is still in progress.", "所有人仍在观察期。")
    day = dates.day(final_on(found, stage), tr, warehouse().coverage.last_day)
    card(tr(words), tr(Words("Final from {day}.", "{day} 起定稿。"), day=day), "info")


def dimension_name(key: str) -> Words:
    return DIMENSIONS[key].name if key in DIMENSIONS else CAMPAIGN


def parts(found: Lifecycle, question: Question) -> BreakDown | None:
    """Each stage by the values of a property, on one scale; None where the reader stopped it, or
    there is nobody."""
    tr, by = text(), chosen().by or BREAK_DOWNS[0]
    if found.cohort.acquired == 0:
        return None
    section(tr(Words("Where does it differ?", "差异在哪里？")))
    key = f"lifecycle_by_{tr.language}"
    st.session_state[key] = by
    st.segmented_control(
        tr(Words("Break down by", "拆分维度")),
        list(BREAK_DOWNS),
        key=key,
        format_func=lambda k: tr(dimension_name(k)),
        on_change=lambda: choose(by=st.session_state[key] or by),
        label_visibility="collapsed",
    )
    split = patiently(
        lambda: remembered(
            lambda: question.asked().broken_down(question.span, by, question.comparison),
            "lifecycle_parts",
            question,
            by,
        ),
        "lifecycle_parts",
        question,
        by,
    )
    if split is None:
        return None
    said = Words(
        "Dot: this stage and all before it, with its 95 % interval; ring: this stage, whatever "
        "the others; grey line: everybody. One scale in all four.",
        "实心点：达成本阶段及之前各阶段（含 95% 区间）；空心点：只看本阶段；灰线：全体。"
        "四图同一刻度。",
    )
    note = ""
    if any(p.value is None for p in split.parts):
        note = tr(
            Words(
                "The {n} largest values stand for themselves, all others are one group.",
                "仅列出人数最多的 {n} 个值，其余合并为“其他”。",
            ),
            n=split.most,
        )
    st.html(
        f'<p class="ns-sub">{escape(tr(Words(" ", "")).join(filter(None, [tr(said), note])))}</p>'
    )
    scale = scale_of(split)
    for pair in (FOLLOWED[:2], FOLLOWED[2:]):
        for column, stage in zip(st.columns(2), pair, strict=True):
            with column:
                st.html(f'<h3 class="ns-small">{escape(tr(STAGES[stage]))}</h3>')
                if not any(_has_value(p.cohort, stage) for p in split.parts):
                    _nothing_yet(found, stage, tr)
                    continue
                figure = by_parts(
                    split,
                    dimension_name(by),
                    found.cohort,
                    stage,
                    scale,
                    tr,
                    dark=dark(),
                )
                draw(figure, f"lifecycle_parts_{stage}")
    return split
