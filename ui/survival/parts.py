"""The parts of the page of repeat and silence, from the answers to the screen."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from charts.gaps import histogram
from charts.survival import survival_curves
from data.warehouse import OR
from format import numbers
from format.csv_text import csv_text
from i18n import Text, Words
from metrics.metric import Unit
from metrics.stats.survival import Survival
from metrics.survival.gaps import RULE as GAP_RULE
from metrics.survival.gaps import SHARE, ChurnGap
from metrics.survival.result import Curve, SurvivalAnswer
from metrics.survival.spec import CRITERIA, RULES, Outcome
from metrics.user_segments import segment_words
from ui.figures import draw
from ui.how_computed import computed_fold
from ui.html import escape
from ui.page import section, version_line
from ui.patience import patiently
from ui.session import dark, text, warehouse
from ui.small_tiles import small_tiles
from ui.states import card, empty, not_available
from ui.survival.ages import AGES
from ui.survival.asked import Asked
from ui.survival.gap_tiles import gap_tiles
from ui.survival.people import BEHIND, drawn, opened_people, picker, selecting

FIGURE = 460
"""Height of a figure in pixels."""
NEEDED = OR.join(("orders.user_id", "events.user_id", "identities"))
"""Whatever names somebody: a shop without orders still has last activities."""
Found = tuple[SurvivalAnswer, SurvivalAnswer, ChurnGap]
"""Time to the second purchase, time to the last activity, the gaps."""


def answered(asked: Asked) -> Found | None:
    """Everything on the page; None, with the reason in its place, where nobody is named or the
    reader stopped it."""
    lacking = warehouse().coverage.lacking(NEEDED)
    if lacking:
        not_available(lacking, text())
        return None
    return patiently(
        lambda: (asked.second_purchase(), asked.last_activity(), asked.gap()),
        "repeat",
        asked,
        height=FIGURE,
    )


def finding(found: Found | None, tr: Text) -> str:
    """How many buy again and by when, and after which silence few come back."""
    whole = None if found is None else found[0].whole.survival
    if found is None or whole is None:
        return tr(Words("How long until people buy again, and when are they gone?",
                        "用户多久会复购？多久不来就算流失？"))  # fmt: skip
    said = [tr(Words("{listed} of first-time buyers buy again{end}", "首购用户 {listed} 复购{end}"),
               listed=_listed(whole, tr), end=_half(whole, tr))]  # fmt: skip
    gap = found[2]
    if gap.suggested is not None:
        said.append(
            tr(
                Words(
                    "Nine of ten returns come within {days} days.",
                    "十次回购有九次发生在 {days} 天内。",
                ),
                days=numbers.full(gap.suggested, Unit.COUNT, tr),
            )
        )
    return tr(Words(" ", "")).join(said)


def _listed(whole: Survival, tr: Text) -> str:
    ages = [a for a in AGES if a <= whole.last_age]
    said = [
        tr(
            Words("{share} within {n} days", "{n} 天内 {share}"),
            share=numbers.short(_ended(whole, age), Unit.SHARE, tr),
            n=age,
        )
        for age in (ages[:1] + ages[-1:] if len(ages) > 1 else ages)
    ]
    return tr(Words(" and ", "、")).join(said)


def _half(whole: Survival, tr: Text) -> str:
    age = whole.quantile().age
    if age is None:
        return tr(
            Words("; fewer than half do as far as can be seen.", "；目前可观察范围内不足一半。")
        )
    return tr(Words("; half do after {n} days.", "；半数在 {n} 天后复购。"), n=age)


def _ended(curve: Survival, age: int) -> float | None:
    step = curve.at(age)
    return None if step is None else 1 - step.survival


def curve_section(title: Words, found: SurvivalAnswer) -> None:
    """A curve of steps with its interval, the people watched below it, and whether parts differ."""
    tr = text()
    section(tr(title), _rule(found, tr))
    if found.reason is not None or not _has_curve(found):
        empty(tr, found.reason)
        return
    figure = survival_curves(found, tr, dark=dark())
    draw(figure, BEHIND[found.question.outcome].figure_key, **selecting(found))
    picker(found)
    opened_people(found, _rule(found, tr))


def _has_curve(found: SurvivalAnswer) -> bool:
    return any(c.survival is not None for c in drawn(found))


def _rule(found: SurvivalAnswer, tr: Text) -> str:
    q = found.question
    return tr(RULES[q.outcome], criterion=CRITERIA[q.criterion], days=q.churn_days or 0)


def gap_section(gap: ChurnGap, in_force: int) -> None:
    """The histogram of silences that ended, with the suggested gap and the one in force."""
    tr = text()
    words = Words(
        "Days between two purchases of the same buyer. In force: {days} days (a setting, "
        "reporting.states.dormant_days in northstar.toml).",
        "同一用户两次购买的间隔天数。当前生效：{days} 天（可配置：northstar.toml 的 "
        "reporting.states.dormant_days）。",
    )
    title = Words("After how long a silence is somebody gone?", "多久不购买算流失？")
    section(tr(title), tr(words, days=in_force))
    if gap.reason is not None or gap.suggested is None:
        empty(tr, gap.reason)
        return
    small_tiles(gap_tiles(gap, in_force, tr), tr(title))
    draw(histogram(gap, tr, dark=dark(), chosen=in_force), "churn_gap")
    still = gap.still_return(gap.suggested)
    if still is not None and gap.survival is not None:
        said = tr(
            GAP_RULE,
            share=numbers.short(SHARE, Unit.SHARE, tr),
            days=numbers.full(gap.suggested, Unit.COUNT, tr),
            still=numbers.short(still, Unit.SHARE, tr),
            watched=numbers.full(gap.survival.last_age, Unit.COUNT, tr),
        )
        st.html(f'<p class="ns-sub">{escape(said)}</p>')
    if gap.is_guess:
        card(tr(Words("Few returns: the suggestion is a guess.", "回购次数很少，建议值仅供参考。")),
             "", "info")  # fmt: skip


HEADER = (
    Words("Until", "事件"), Words("Part", "分组"), Words("People", "人数"), Words("Day", "天数"),
    Words("Have by then", "至此已发生"), Words("95 % interval", "95% 区间"),
    Words("Still watched", "仍在观察"), Words("Median, days", "中位天数"),
)  # fmt: skip
_NAMES = {
    Outcome.SECOND_PURCHASE: Words("Second purchase", "二次购买"),
    Outcome.LAST_ACTIVITY: Words("Last activity", "最后活跃"),
}


def every_number(answers: list[SurvivalAnswer]) -> None:
    """Each curve at round ages, and the same as a file."""
    tr, w = text(), warehouse()
    section(tr(Words("All numbers", "全部数字")))
    header, rows = [tr(h) for h in HEADER], table_rows(answers, tr)
    st.dataframe(
        pd.DataFrame(rows, columns=header),
        hide_index=True,
        key="survival_table",
        height="content" if len(rows) <= 12 else 430,
        column_config={
            name: st.column_config.TextColumn(alignment="left" if n < 2 else "right")
            for n, name in enumerate(header)
        },
    )
    st.download_button(
        tr(Words("Download CSV", "下载 CSV")),
        lambda: csv_text(header, rows).encode("utf-8-sig"),
        file_name=f"northstar_survival_{w.shop}.csv",
        mime="text/csv",
        on_click="ignore",
        key="download_survival",
    )


def table_rows(answers: list[SurvivalAnswer], tr: Text) -> list[list[str]]:
    """One row per curve and age."""
    rows = []
    for found in answers:
        curves = [found.whole, *found.curves]
        for n, curve in enumerate(curves):
            name = tr(Words("Everybody", "全部"))
            if n and found.question.segment is not None:
                name = tr(segment_words(found.question.segment, curve.value))
            rows += _curve_rows(tr(_NAMES[found.question.outcome]), name, curve, tr)
    return rows


def _curve_rows(outcome: str, name: str, curve: Curve, tr: Text) -> list[list[str]]:
    s = curve.survival
    if s is None:
        return []
    median = s.quantile().age
    rows = []
    for age, watched in zip(AGES, s.at_risk(AGES), strict=True):
        step = s.at(age)
        if step is None or age > s.last_age:
            continue
        interval = ""
        if step.low is not None and step.high is not None:
            ends = (1 - step.high, 1 - step.low)
            interval = " – ".join(numbers.full(v, Unit.SHARE, tr) for v in ends)
        rows.append(
            [
                outcome, name, numbers.full(curve.people, Unit.COUNT, tr), str(age),
                numbers.full(1 - step.survival, Unit.SHARE, tr), interval,
                numbers.full(watched, Unit.COUNT, tr),
                numbers.NO_VALUE if median is None else numbers.full(median, Unit.COUNT, tr),
            ]
        )  # fmt: skip
    return rows


def how_computed(asked: Asked, answers: list[SurvivalAnswer], gap: ChurnGap) -> None:
    """Method, data version, statements."""
    tr = text()
    with computed_fold():
        method = Words(
            "Kaplan–Meier: whoever has not done it yet is watched to the end of the data and never "
            "counted as a no. Bands: 95 %, Greenwood, log–log. Parts are compared by the log-rank "
            "test.",
            "Kaplan–Meier 法：尚未发生者观察至数据截止，不算作“没有发生”。置信带为 95%"
            "（Greenwood 方差，log–log 变换）。各组用 log-rank 检验比较。",
        )
        version = version_line(tr)
        st.markdown("\n".join(f"- {line}" for line in (tr(method), version)))
        for found in answers:
            st.caption(tr(_NAMES[found.question.outcome]))
            st.code(found.sql, language="sql")
        st.caption(tr(Words("Gaps", "间隔")))
        st.code(gap.sql, language="sql")
