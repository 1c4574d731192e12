"""The parts of the planner page that answer: tiles, curves, tables, how it is computed."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from charts.planner import lift_by_weeks, power_curve
from i18n import Text, Words
from metrics.planner import words
from metrics.planner.spec import REFUSALS
from metrics.planner.text import GUARD_HEAD, MODE_HEAD, WEEK_HEAD, as_csv
from ui.figures import draw
from ui.how_computed import computed_fold
from ui.html import escape
from ui.page import section, version_line
from ui.planner.asked import Found
from ui.session import dark, text, warehouse
from ui.small_tiles import SmallTile, small_tiles
from ui.states import card
from ui.tables import html_table


def finding(found: Found | None, tr: Text) -> str:
    """The answer; without one, what the page is for."""
    if found is None:
        return tr(
            Words(
                "How many users and days does an experiment need? Planned from the shop's history.",
                "实验需要多少用户、多少天？根据店铺自身历史测算。",
            )
        )
    return words.finding(found.plan, tr)


def answer_section(found: Found) -> None:
    """Tiles and what to know of them; a card where there is no answer."""
    tr, plan = text(), found.plan
    if plan.refusal is not None and plan.size is None:
        reason = tr(REFUSALS[plan.refusal], days=plan.question.outcome.days)
        card(
            tr(Words("There is no plan for this.", "无法给出规划。")),
            tr(
                Words(
                    "Why: {reason}. Choose another metric, a shorter window or fewer filters.",
                    "原因：{reason}。请更换指标、缩短窗口或减少筛选条件。",
                ),
                reason=reason,
            ),
            "info",
        )
        return
    _tiles(found, tr)
    notes = [words.whole_weeks(plan, tr), _unrated(found, tr)]
    for note in notes:
        if note:
            st.html(f'<p class="ns-notice" role="status">{escape(note)}</p>')
    said = [
        words.baseline_said(plan, tr, found.scope.currency),
        words.traffic_said(plan, tr),
        words.cuped_said(plan, tr),
        words.family_said(plan.question, tr),
    ]
    st.caption(words.joined(said, tr))


def _tiles(found: Found, tr: Text) -> None:
    plan, currency = found.plan, found.scope.currency
    size = plan.size
    if size is None:
        return
    two = next((w for w in plan.weeks if w.weeks == 2), None)
    tiles = [
        SmallTile(
            tr(Words("Users in all", "总样本量")),
            words.people(size.total, tr),
            note=words.arms_short(size, tr),
        ),
        SmallTile(
            tr(Words("Days of intake", "进量天数")),
            words.intake(plan, size, tr),
            note=tr(
                Words("then {days} of window", "之后 {days}观察期"),
                days=words.days(plan.question.outcome.days, tr),
            ),
        ),
        SmallTile(
            tr(plan.question.outcome.name()),
            words.value(plan, tr, currency),
            note=tr(Words("in the history", "历史值")),
        ),
    ]
    if two is not None and two.lift is not None:
        tiles.append(
            SmallTile(
                tr(Words("Found in two weeks", "两周可检出")),
                words.percent(two.lift, tr),
                note=tr(
                    Words("lift or more, {n} users", "及以上的提升，{n} 人"),
                    n=words.people(two.units, tr),
                ),
            )
        )
    small_tiles(tiles, tr(Words("The answer", "结论")))


def _unrated(found: Found, tr: Text) -> str:
    if not found.plan.unrated:
        return ""
    said = Words(
        "{n} orders or refunds have no exchange rate and are left out.",
        "有 {n} 笔订单或退款缺少汇率，未计入。",
    )
    return tr(said, n=words.people(found.plan.unrated, tr))


def curves_section(found: Found) -> None:
    """What this size finds, and what other durations would."""
    tr, plan = text(), found.plan
    left, right = st.columns(2, gap="large")
    if plan.curve:
        with left:
            section(
                tr(Words("What would this size find?", "这一样本量能检出什么？")),
                tr(Words("power by true lift", "横轴为真实提升，纵轴为检验功效")),
            )
            draw(
                power_curve(plan.curve, plan.question.lift, plan.question.power, tr, dark=dark()),
                "planner_power",
            )
    if any(w.lift is not None for w in plan.weeks):
        with right:
            section(
                tr(Words("What could we detect in two weeks?", "两周能检出多大的提升？")),
                tr(Words("smallest lift found, by weeks", "横轴为周数，纵轴为可检出的最小提升")),
            )
            draw(lift_by_weeks(plan.weeks, plan.question.lift, tr, dark=dark()), "planner_weeks")


def tables_section(found: Found) -> None:
    """Durations and modes side by side, guardrails below."""
    tr, plan, currency = text(), found.plan, found.scope.currency
    left, right = st.columns(2, gap="large")
    with left:
        rows = [words.week_row(w, plan, tr, currency) for w in plan.weeks]
        _table(Words("By duration", "按时长"), WEEK_HEAD, rows, tr)
    with right:
        rows = [words.mode_row(s, plan, tr) for s in plan.modes]
        _table(Words("What the mode costs", "各模式的代价"), MODE_HEAD, rows, tr)
    guards = words.guard_said(plan, tr, currency)
    title = Words("Can the guardrails be shown to hold?", "护栏指标能否得到验证？")
    _table(title, GUARD_HEAD, guards, tr)
    if plan.weeks:
        w = warehouse()
        st.download_button(
            tr(Words("Download CSV", "下载 CSV")),
            lambda: as_csv(plan).encode("utf-8-sig"),
            file_name=f"northstar_planner_{w.shop}.csv",
            mime="text/csv",
            on_click="ignore",
            key="download_planner",
        )


def _table(title: Words, head: Sequence[Words], rows: Sequence[Sequence[str]], tr: Text) -> None:
    if rows:
        section(tr(title))
        header = [tr(w) for w in head]
        st.html(html_table(tr(title), header, rows, numeric=range(1, len(header))))


def how_computed(found: Found) -> None:
    """The formulas with their sources, the population, the data version, the statements."""
    tr, plan = text(), found.plan
    population = Words(
        "Everybody counts once, at the registration or on the first active day since the supposed "
        "start; the metric is the one experiments are judged by, over the same window. Only users "
        "whose window is over are in the history. Guardrails: one-sided at alpha, if nothing "
        "changes.",
        "每名用户只计一次：注册时，或假定开始日之后的首个活跃日。指标与实验评估用的是同一口径和窗口，"
        "且只取窗口已结束的用户。护栏指标按无变化、单侧 α 计算。",
    )
    with computed_fold():
        lines = [*words.formula(plan, tr), tr(population), version_line(tr)]
        st.markdown("\n".join(f"- {line}" for line in lines))
        for sql in plan.sql:
            st.code(sql, language="sql")
