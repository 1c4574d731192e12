"""What the lifecycle page says in sentences and tables: the finding, every number, how computed."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from format import numbers
from i18n import Text, Words
from metrics.lifecycle.result import BreakDown, Lifecycle, Trend
from metrics.lifecycle.stages import FOLLOWED, STAGES, Mode, Stage, rule_words
from metrics.lifecycle.text import Answer, as_csv, table
from metrics.metric import Unit
from metrics.periods import Comparison
from metrics.reading import REASONS, Reason
from ui.how_computed import computed_fold
from ui.lifecycle_asked import Question
from ui.metric_table import text_width
from ui.page import comparison_name, section, version_line
from ui.session import text, warehouse

_NUMBERS = (5, 6, 7, 8, 9, 10)
"""Columns of the table that stand at the right."""


def finding(found: Lifecycle | None, against: Comparison, tr: Text) -> str:
    """How many came how far, and which stage changed beyond chance."""
    if found is None or found.cohort.reason is not None:
        return tr(
            Words(
                "Of the people acquired in a period: how many activate, come back, buy and refer.",
                "一段时间内获得的用户中，有多少人激活、留存、转化并推荐他人。",
            )
        )
    cohort = found.cohort
    said = [
        tr(
            Words("{stage} {value}", "{stage} {value}"),
            stage=STAGES[s],
            value=numbers.short(r.value, Unit.SHARE, tr),
        )
        for s in FOLLOWED
        if (r := cohort.at(s, Mode.SEQUENTIAL).reading).value is not None
    ]
    n = numbers.full(cohort.acquired, Unit.COUNT, tr)
    if not said:
        return tr(
            Words(
                "{n} people acquired; no stage is final yet.",
                "获客 {n} 人，各阶段均未定稿。",
            ),
            n=n,
        )
    listed = tr(Words(", ", "、")).join(said)
    first = tr(
        Words("Of {n} acquired, step by step: {listed}.", "获客 {n} 人，逐级达成：{listed}。"),
        n=n,
        listed=listed,
    )
    return tr(Words(" ", "")).join([first, *_changes(found, against, tr), *_open(found, tr)])


def _open(found: Lifecycle, tr: Text) -> list[str]:
    """The stages that nobody's window is over for."""
    names = [
        tr(STAGES[s])
        for s in FOLLOWED
        if found.cohort.at(s, Mode.SEQUENTIAL).reading.reason is Reason.IMMATURE
    ]
    if not names:
        return []
    words = Words("Still in progress: {names}.", "仍在观察期：{names}。")
    return [tr(words, names=tr(Words(", ", "、")).join(names))]


def _changes(found: Lifecycle, against: Comparison, tr: Text) -> list[str]:
    """The stages whose change has an interval without zero; or that none has."""
    judged = [(s, found.change(against, s, Mode.OF_ACQUIRED)) for s in FOLLOWED]
    known = [(s, c) for s, c in judged if c is not None]
    if not known:
        return []
    moved = [(s, c) for s, c in known if c.low > 0 or c.high < 0]
    if not moved:
        words = Words(
            "No stage changed beyond chance {against}.", "{against}：各阶段变化均不显著。"
        )
        return [tr(words, against=comparison_name(tr))]
    listed = tr(Words(", ", "、")).join(
        f"{tr(STAGES[s])} {numbers.signed_change(0, c.diff, Unit.SHARE, tr)}" for s, c in moved
    )
    words = Words(
        "Changed beyond chance {against} (of acquired): {listed}.",
        "{against}显著变化（占获客口径）：{listed}。",
    )
    return [tr(words, against=comparison_name(tr), listed=listed)]


def every_number(
    found: Lifecycle, split: BreakDown | None, course: Trend | None, question: Question
) -> None:
    """The table that everything came from, and the same as a file at full precision."""
    tr, w = text(), warehouse()
    section(tr(Words("All numbers", "全部数字")))
    answer = Answer(w, question.scope, found, question.comparison, split, course)
    header, rows = table(answer, tr)
    frame = pd.DataFrame(rows, columns=header)
    columns = {
        name: st.column_config.TextColumn(
            alignment="right" if n in _NUMBERS else "left",
            width=max(text_width(cell[n]) for cell in [header, *rows]),
        )
        for n, name in enumerate(header)
    }
    st.dataframe(frame, hide_index=True, key="lifecycle_table", height=430, column_config=columns)
    st.download_button(
        tr(Words("Download CSV", "下载 CSV")),
        lambda: as_csv(answer).encode("utf-8-sig"),
        file_name=f"northstar_lifecycle_{w.shop}_{found.span.start}_{found.span.end}.csv",
        mime="text/csv",
        on_click="ignore",
        key="download_lifecycle",
    )


def how_computed(found: Lifecycle, split: BreakDown | None, course: Trend | None) -> None:
    """Rules, formula, statements, data version."""
    tr = text()
    with computed_fold():
        lines = [
            tr(
                Words(
                    "Rate of a stage = people who reached it within its window ÷ people whose "
                    "window is over. People whose window is still open are in progress and in "
                    "neither part, whatever they did. Sequential: all windows up to the stage are "
                    "over, and all stages up to it reached, in any order of time.",
                    "阶段比率 = 在观察期内达成的人数 ÷ 观察期已满的人数。观察期未满的人，无论是否已"
                    "达成，分子分母均不计入。逐级口径：该阶段及之前各阶段的观察期均已满，且均已达成"
                    "（不论先后）。",
                )
            ),
            tr(
                Words(
                    "Intervals: 95 %, Wilson for rates, Newcombe for changes in points. Median "
                    "time: from acquisition to the stage, of those counted as reached. A running "
                    "range is compared by its complete days with as many days before.",
                    "区间均为 95%：比率用 Wilson 法，百分点变化用 Newcombe 法。中位时长：已达成者从"
                    "获客到该阶段的时间。时段未结束时，按完整日与同等天数对比。",
                )
            ),
            *[
                f"{tr(STAGES[s])}{tr(Words(': ', '：'))}"
                f"{rule_words(s, found.rules, found.population, tr)}"
                for s in Stage
            ],
            version_line(tr),
        ]
        if found.cohort.reason is not None:
            lines.append(tr(REASONS[found.cohort.reason]))
        st.markdown("\n".join(f"- {line}" for line in lines))
        statements = {tr(Words("Funnel", "漏斗")): found.sql}
        if split is not None:
            statements[tr(Words("Break-down", "拆分"))] = split.sql
        if course is not None:
            statements[tr(Words("Trend", "趋势"))] = course.sql
        for name, sql in statements.items():
            st.caption(f"SQL · {name}")
            st.code(sql, language="sql", wrap_lines=True)
