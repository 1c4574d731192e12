"""Refer, opened into its own steps: who invites, who accepts, what it multiplies and costs."""

from __future__ import annotations

from datetime import date, timedelta

import streamlit as st

from charts.referral import k_by_cohort, steps
from data.scope import Scope, Span
from format import dates, numbers
from i18n import Text, Words
from metrics.periods import Grain, floor
from metrics.reading import REASONS, Reason
from metrics.referral.referral import Referral, ReferralAnswer, referral
from metrics.referral.text import as_csv, table
from metrics.referral.words import (
    MEASURES,
    Measure,
    formula_text,
    medium_name,
    not_counted,
    reading_of,
    value_text,
)
from ui.figures import draw
from ui.how_computed import computed_fold
from ui.html import escape
from ui.page import section, version_line
from ui.patience import patiently
from ui.referral_people import BEHIND, opened_people, people_picker, selecting
from ui.session import dark, remembered, text, warehouse
from ui.states import card, empty, not_available
from ui.tables import html_table

LOOK_BACK_WEEKS = 26
_LONG = timedelta(days=400)
FACTS: tuple[Measure, ...] = ("k_factor", "amplification", "cycle_days", "reward_cost")
OF_A_MEDIUM: tuple[Measure, ...] = (
    "invites_per_user",
    "accepted_share",
    "k_factor",
    "cycle_days",
    "reward_cost",
)


def refer_section(span: Span, scope: Scope, *, by: Grain | None = None) -> None:
    """Referral of the users acquired in `span`: the steps, K by cohort (week, or `by`), by medium,
    the numbers as a table and a file, and how they are computed."""
    tr, w = text(), warehouse()
    rules = w.reporting.referral
    section(
        tr(Words("Refer, step by step", "推荐：逐步拆解")),
        tr(
            Words(
                "Invitations sent within {invite_days} days of registration and accepted within "
                "{accept_days} days of the sending; both are settings (reporting.referral in "
                "northstar.toml).",
                "注册后 {invite_days} 天内发出、发出后 {accept_days} 天内被接受的邀请；两个天数均可"
                "配置（northstar.toml 的 reporting.referral）。",
            ),
            **rules.model_dump(),
        ),
    )
    found = patiently(
        lambda: remembered(lambda: referral(w, scope, span, Grain.WEEK), "referral", scope, span),
        "referral",
        scope,
        span,
    )
    if found is None:
        return
    if found.lacking:
        not_available(found.lacking, tr)
        return
    if found.total.k_factor.reason in (Reason.GUESTS_ONLY, Reason.NOT_COVERED, Reason.NO_ROWS):
        empty(tr, found.total.k_factor.reason)
        return
    st.html(f'<p class="ns-finding">{escape(sentence(found, tr))}</p>')
    begun = found.total.counts["members"] > 0
    if begun:
        _facts(found, tr)
    left, right = st.columns(2)
    with left:
        _steps(found, tr)
    with right:
        course = patiently(lambda: _course(span, scope, by), "referral_course", scope, span, by)
        if course is not None:
            _k_by_cohort(course, tr)
    if begun:
        _by_medium(found, tr)
    if course is not None:
        _every_cohort(course, tr)
    _how_computed(found, tr)
    opened_people(found)


def sentence(found: ReferralAnswer, tr: Text) -> str:
    """What a hundred users bring, or why that is not known yet and when it will be."""
    total, k = found.total, found.total.k_factor
    if k.value is None or total.invites_per_user.value is None:
        reason = k.reason or Reason.NO_ROWS
        if reason is not Reason.IMMATURE:
            return tr(Words("K: {reason}.", "K：{reason}。"), reason=REASONS[reason])
        words = Words(
            "All {n} users are in progress: K is known from {first} on and final on {last}.",
            "{n} 名用户均在观察期内：K 从 {first} 起可算，{last} 定稿。",
        )
        last = found.coverage.last_day
        rules = found.rules
        first = total.span.start + timedelta(days=max(rules.invite_days, rules.accept_days))
        return tr(
            words,
            n=numbers.full(total.counts["acquired"], "count", tr),
            first=dates.day(first, tr, last),
            last=dates.day(_final_on(found), tr, last),
        )
    hundred = [numbers.short(100 * v, "times", tr) for v in (total.invites_per_user.value, k.value)]
    said = tr(
        Words(
            "100 users acquired send {sent} invitations and bring {brought} users",
            "每获客 100 人，发出 {sent} 个邀请，带来 {brought} 名新用户",
        ),
        sent=hundred[0],
        brought=hundred[1],
    )
    if k.low is not None and k.high is not None:
        said += tr(
            Words(" (95% interval {low} – {high})", "（95% 区间 {low} – {high}）"),
            low=numbers.short(100 * k.low, "times", tr),
            high=numbers.short(100 * k.high, "times", tr),
        )
    return said + tr(Words(".", "。"))


def _final_on(found: ReferralAnswer) -> date:
    """The first day on which nothing of the range can change any more but later purchases."""
    return found.total.span.end + timedelta(days=found.rules.invite_days + found.rules.accept_days)


def _facts(found: ReferralAnswer, tr: Text) -> None:
    """Four numbers in a row, two by two on a narrow screen; the formula on hover."""
    cells = "".join(
        f'<div title="{escape(formula_text(m, found.rules, tr))}" '
        'style="flex:1 1 9.5rem;min-width:9rem">'
        f'<div class="ns-sub" style="margin:0">{escape(tr(MEASURES[m].name))}</div>'
        '<div style="font-size:1.45rem;font-weight:600;line-height:1.25;'
        f'font-variant-numeric:tabular-nums">{escape(_fact(found, m, tr))}</div>'
        f'<div class="ns-sub" style="margin:0">{escape(_under(found, m, tr))}</div></div>'
        for m in FACTS
    )
    st.html(
        f'<div style="display:flex;flex-wrap:wrap;gap:.6rem 1.5rem;margin:.2rem 0">{cells}</div>'
    )


def _fact(found: ReferralAnswer, measure: Measure, tr: Text) -> str:
    value = reading_of(found.total, measure).value
    if measure == "cycle_days":
        return value_text(value, measure, tr, None)
    unit = MEASURES[measure].unit
    return numbers.short(value, unit, tr, found.scope.currency)


def _under(found: ReferralAnswer, measure: Measure, tr: Text) -> str:
    """The interval or the parts, or why there is no value."""
    r = reading_of(found.total, measure)
    if r.reason is not None:
        return tr(REASONS[r.reason])
    if r.low is not None and r.high is not None:
        low, high = (value_text(v, measure, tr, None) for v in (r.low, r.high))
        return f"{low} – {high}"
    if measure == "cycle_days" and r.denominator is not None:
        n = numbers.full(r.denominator, "count", tr)
        return tr(Words("{n} who invited in turn", "{n} 人再次发出邀请"), n=n)
    if measure == "reward_cost" and r.numerator is not None and r.denominator is not None:
        cost = numbers.full(r.numerator, "money", tr, found.scope.currency)
        return f"{cost} ÷ {numbers.full(r.denominator, 'count', tr)}"
    return ""


def _heading(words: Words, sub: Words, tr: Text) -> None:
    st.html(f'<h3 class="ns-small">{escape(tr(words))}</h3><p class="ns-sub">{escape(tr(sub))}</p>')


def _steps(found: ReferralAnswer, tr: Text) -> None:
    _heading(
        Words("What does one user bring?", "一名用户带来多少？"),
        Words("per user acquired; whisker: 95 % interval", "按每名获客用户计；细线：95% 区间"),
        tr,
    )
    if found.total.counts["members"] == 0:
        words = Words("Everybody is still in progress.", "所有人仍在观察期。")
        day = dates.day(_final_on(found), tr, found.coverage.last_day)
        card(tr(words), tr(Words("Final from {day}.", "{day} 起定稿。"), day=day), "info")
        return
    draw(steps(found.total, tr, dark=dark()), BEHIND.figure_key, **selecting())
    people_picker(found)
    notes = not_counted(found.total, tr)
    if notes:
        st.caption(tr(Words("; ", "；")).join(notes) + tr(Words(".", "。")))


def _course(span: Span, scope: Scope, by: Grain | None) -> ReferralAnswer:
    """Half a year of weeks up to the end of the range; months for a long range."""
    w = warehouse()
    usual = Grain.MONTH if span.end - span.start > _LONG else Grain.WEEK
    grain = by if by in (Grain.WEEK, Grain.MONTH) else usual
    back = min(span.start, span.end - timedelta(weeks=LOOK_BACK_WEEKS))
    start = floor(max(back, w.coverage.start), grain, w.reporting.week_start)
    known = w.coverage.last_day + timedelta(days=1)
    end = min(span.end, known) if span.start < known else span.end
    looked = Span(min(start, span.start), end)
    return remembered(
        lambda: referral(w, scope, looked, grain), "referral_course", scope, looked, grain
    )


def _k_by_cohort(course: ReferralAnswer, tr: Text) -> None:
    _heading(
        Words("Is K rising?", "K 在上升吗？"),
        Words(
            "K by week of acquisition; hollow: not final; a tick at the foot: no value yet",
            "按获客周；空心：未定稿；底部刻度：暂无数值",
        )
        if course.grain is Grain.WEEK
        else Words(
            "K by month of acquisition; hollow: not final; a tick at the foot: no value yet",
            "按获客月；空心：未定稿；底部刻度：暂无数值",
        ),
        tr,
    )
    if all(c.k_factor.value is None for c in course.cohorts):
        empty(tr, course.cohorts[-1].k_factor.reason)
        return
    draw(k_by_cohort(course, tr, dark=dark()), "referral_k")


def _by_medium(found: ReferralAnswer, tr: Text) -> None:
    """Where everything is final, the media's K add up to the whole."""
    if not found.media:
        return
    title = tr(Words("By which medium?", "通过什么方式？"))
    st.html(f'<h3 class="ns-small">{escape(title)}</h3>')
    header = [
        tr(Words("Medium", "邀请方式")),
        tr(Words("Invitations", "邀请数")),
        *[tr(MEASURES[m].name) for m in OF_A_MEDIUM],
    ]
    rows = [_medium_row(row, found, tr) for row in (*found.media, found.total)]
    numeric = range(1, len(header))
    st.html(html_table(title, header, rows, numeric=numeric))


def _medium_row(row: Referral, found: ReferralAnswer, tr: Text) -> list[str]:
    name = Words("All", "全部") if row.medium is None else medium_name(row.medium)
    values = [
        value_text(reading_of(row, m).value, m, tr, found.scope.currency) for m in OF_A_MEDIUM
    ]
    return [tr(name), numbers.full(row.counts["sent"], "count", tr), *values]


def _every_cohort(course: ReferralAnswer, tr: Text) -> None:
    with st.expander(tr(Words("All cohorts", "全部批次"))):
        header, rows = table(course, "cohort", tr)
        numeric = range(3, len(header) - 1)
        st.html(html_table(tr(Words("All cohorts", "全部批次")), header, rows, numeric=numeric))
        st.download_button(
            tr(Words("Download CSV", "下载 CSV")),
            lambda: as_csv(course, "cohort").encode("utf-8-sig"),
            file_name=f"northstar_referral_{warehouse().shop}_{course.total.span.start}_"
            f"{course.total.span.end}.csv",
            mime="text/csv",
            on_click="ignore",
            key="download_referral",
        )


def _how_computed(found: ReferralAnswer, tr: Text) -> None:
    title = Words("How is referral computed?", "裂变数字如何计算？")
    with computed_fold(title, more="_referral"):
        colon = tr(Words(": ", "："))
        lines = [
            *[
                f"{tr(m.name)}{colon}{formula_text(k, found.rules, tr)}"
                for k, m in MEASURES.items()
            ],
            tr(_INTERVALS),
            tr(_LEFT_OUT),
            version_line(tr),
        ]
        st.markdown("\n".join(f"- {line}" for line in lines))
        for name, sql in found.sql.items():
            st.caption(f"SQL · {name}")
            st.code(sql, language="sql", wrap_lines=True)


_INTERVALS = Words(
    "Intervals, 95 %: Wilson for c, t over users for i, for K the delta method over users, since "
    "one user's invitations are accepted or not together.",
    "区间均为 95%：c 用 Wilson 法；i 按用户用 t 分布；同一用户的邀请结果彼此相关，"
    "K 按用户用 delta 法。",
)
_LEFT_OUT = Words(
    "Users whose days of inviting are not over are not in i, invitations whose days of accepting "
    "are not over not in c. Invitations to oneself and those of test users are none; an acceptance "
    "dated before the sending is none either. The first acceptance overrides a referrer given by "
    "the source.",
    "邀请期未满的用户不计入 i，接受期未满的邀请不计入 c。自己邀请自己、测试用户的邀请均不算；"
    "接受时间早于发出时间的，不算接受。以首次接受的邀请为准，优先于数据源自带的推荐人。",
)
