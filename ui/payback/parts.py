"""The parts of the payback page, from the answer to the screen."""

from __future__ import annotations

import streamlit as st

from charts.payback import Panel, curves
from charts.theme import palette
from data.dimensions import CHANNEL
from format import dates
from i18n import Words
from metrics.channels.spec import COST_RULES, COSTS, Cost
from metrics.payback.result import Cohort, Payback
from metrics.payback.spec import BYS, By
from metrics.payback.text import as_csv, cohort_name, table, value_words
from metrics.reading import Reason
from ui.figures import draw
from ui.how_computed import computed_fold
from ui.page import section, version_line
from ui.payback.asked import Asked
from ui.payback.people import BEHIND, picker, selecting
from ui.payback.table import payback_table
from ui.session import choose, chosen, dark, options, scope, text, warehouse
from ui.spend_notes import say_notes, spend_notes
from ui.states import empty
from ui.tables import scroll_table

PANELS = 12
"""Months that have a panel of their own: the latest ones."""
_ALL, _EVERY = "", Words("All channels", "全部渠道")


def choose_question(asked: Asked) -> None:
    """Which cohorts, of which channel, and which costs count."""
    tr = text()
    left, middle, right = st.columns([3, 2, 3], vertical_alignment="bottom")
    by = f"payback_by_{tr.language}"
    st.session_state[by] = asked.by
    left.segmented_control(
        tr(Words("Customers by", "客户分组")),
        list(By),
        key=by,
        format_func=lambda b: tr(BYS[b]),
        on_change=lambda: choose(by=_kept(st.session_state[by] or asked.by)),
    )
    with middle:
        _choose_channel(asked)
    cost = f"payback_cost_{tr.language}"
    st.session_state[cost] = chosen().cost
    right.segmented_control(
        tr(Words("Costs counted", "计入的费用")),
        list(Cost),
        key=cost,
        format_func=lambda c: tr(COSTS[c]),
        on_change=lambda: choose(cost=st.session_state[cost] or Cost.MARKETING),
        help="  \n".join(f"{tr(COSTS[c])}: {tr(COST_RULES[c])}" for c in Cost),
    )


def _kept(by: By) -> str | None:
    return None if by is By.MONTH else by.value


def _choose_channel(asked: Asked) -> None:
    """One channel, month by month: the same filter as among those of every page."""
    values = options().values[CHANNEL.key]
    if asked.by is By.CHANNEL or len(values) < 2:
        return
    tr, now = text(), chosen().channel
    key = f"payback_channel_{tr.language}"
    st.session_state[key] = _ALL if not now else now[0] if len(now) == 1 else None
    st.selectbox(
        tr(CHANNEL.name),
        [_ALL, *values],
        key=key,
        format_func=lambda v: tr(CHANNEL.label(v) if v else _EVERY),
        on_change=lambda: choose(channel=(st.session_state[key],) if st.session_state[key] else ()),
        placeholder=tr(Words("{n} channels", "{n} 个渠道"), n=len(now)),
    )


def notices(found: Payback, asked: Asked) -> None:
    """What makes the costs of this page other than they seem."""
    gaps, unrated = asked.gaps(found.whole.days.span), found.whole.spent.spend_unrated
    tr = text()
    said = spend_notes(gaps, found.unsplit, found.ignored, unrated, tr)
    if found.by is By.MARKET and not warehouse().coverage.has("marketing_spend.country"):
        words = Words(
            "Spend names no country, so no market has a cost of its own.",
            "花费数据没有国家字段，各市场没有自己的成本。",
        )
        said.append(tr(words))
    say_notes(said)


def table_section(found: Payback, asked: Asked) -> None:
    """Value / cost by cohort and days."""
    tr, cost = text(), asked.cost
    said = Words(
        "Cumulative {value} ÷ cost, per new customer, within so many days of the first order; 1.00 "
        "is paid back. Dashed: only a part of the customers is that old. Blank: none is.",
        "首单后各天数内，每位新客的累计{value} ÷ 获客成本；1.00 即回本。"
        "虚线框：仅部分客户满该天数；空白：尚无客户满该天数。",
    )
    section(
        tr(Words("How much of its cost has come back?", "成本收回了多少？")),
        tr(said, value=value_words(found, cost)),
    )
    if found.by is not By.MONTH:
        st.caption(_compared(found))
    payback_table(found, cost, tr, dark=dark(), currency=scope().currency)
    picker(found, cost)


def _compared(found: Payback) -> str:
    """Whose cohorts are compared."""
    tr, span = text(), found.whole.days.span
    days = dates.span(span.start, span.end, tr)
    if not found.least_age:
        words = Words(
            "First orders of {days}; the range is too short for cohorts that are all old enough.",
            "首单时间：{days}；时间范围过短，客户尚未全部成熟。",
        )
        return tr(words, days=days)
    words = Words(
        "First orders of {days}: everybody is at least {n} days old, so that all are judged alike.",
        "首单时间：{days}；所有客户均已满 {n} 天，口径一致。",
    )
    return tr(words, days=days, n=found.least_age)


def curve_section(found: Payback, asked: Asked) -> None:
    """Value by age against the cost, a panel for each cohort."""
    tr, cost = text(), asked.cost
    said = Words(
        "Cumulative {value} per customer by days since the first order, one scale for all. Dotted: "
        "what a customer cost. Dot: the first day on which the value reaches it. Dashed: days that "
        "only a part of the customers has reached (a quarter at least).",
        "每位客户自首单起按天累计的{value}，各图同一刻度。点线：获客成本；圆点：累计价值首次达到成本的"
        "当天；虚线：仅部分客户（至少四分之一）达到的天数。",
    )
    section(
        tr(Words("When does it pay back?", "什么时候回本？")),
        tr(said, value=value_words(found, cost)),
    )
    places = [n for n, c in enumerate(found.cohorts) if c.size]
    if found.by is By.MONTH:
        places = places[-PANELS:]
    drawn = [n for n in places if found.cohorts[n].worth(cost).steps]
    if not drawn:
        reasons = [found.cohorts[n].worth(cost).reason for n in places]
        empty(tr, next((r for r in reasons if r is not None), Reason.IMMATURE))
        return
    figure = curves(
        [_panel(found, found.cohorts[n], cost) for n in drawn],
        value_words(found, cost),
        tr,
        dark=dark(),
        currency=scope().currency,
    )
    draw(figure, BEHIND.figure_key, **selecting(drawn))


def _panel(found: Payback, cohort: Cohort, cost: Cost) -> Panel:
    colours = palette(dark())
    own = found.by is By.CHANNEL and cohort.value is not None
    return Panel(
        cohort_name(cohort, found.by, text()),
        cohort.size,
        cohort.worth(cost).steps,
        cohort.cac(cost),
        cohort.back(cost),
        colours.channel(cohort.value) if own and cohort.value else None,
    )


def every_number(found: Payback, asked: Asked) -> None:
    """Every cohort in full, and as a file."""
    tr, w, cost = text(), warehouse(), asked.cost
    section(tr(Words("All numbers", "全部数字")))
    header, rows = table(found, cost, scope().currency, tr)
    scroll_table(header, rows[::-1] if found.by is By.MONTH else rows, "payback_numbers")
    span = found.whole.days.span
    st.download_button(
        tr(Words("Download CSV", "下载 CSV")),
        lambda: as_csv(found, cost).encode("utf-8-sig"),
        file_name=f"northstar_payback_{w.shop}_{found.by}_{span.start}_{span.end}.csv",
        mime="text/csv",
        on_click="ignore",
        key="download_payback",
    )


_RULES = (
    Words(
        "New paying customers by the day of their first paid order ever, by the user's own channel "
        "and market. CAC: cost of these days ÷ these customers, as on the channel page.",
        "新客按首次付款日归入同期群，渠道与市场取用户自身属性。获客成本 = 同期费用 ÷ 同期新客，"
        "与渠道页一致。",
    ),
    Words(
        "Age is counted in 24-hour days from the customer's first order: day 0 is the first 24 "
        "hours, “within 30 days” is days 0 to 29, the same as LTV at 30 days. A customer counts at "
        "an age only when that day is over for her within the data.",
        "天数按 24 小时计，自首单时刻起：第 0 天即最初 24 小时，“30 天内”为第 0 至 29 天，"
        "与 30 日 LTV 一致。只有该天在数据内完整结束的客户才计入。",
    ),
    Words(
        "Payback: the first day on which cumulative value per customer reaches the cost, among the "
        "days that every customer of the cohort has reached; nothing is extrapolated. It has no "
        "interval.",
        "回本：累计人均价值首次达到获客成本的当天，仅在全部客户都达到的天数内判断，不外推；不计算区间。",
    ),
    Words(
        "Refunds take away on the day that the settings say. With the loaded cost the discounts of "
        "first orders are a cost and are given back to the value of the first day.",
        "退款按设置中的日期冲减。计入首单优惠时，优惠算作成本，并加回首日价值。",
    ),
    Words(
        "All months: Σ value ÷ Σ cost over the months whose customers are all that old and that "
        "have a cost. The rows of channels and markets share the same days.",
        "全部月份：仅合并客户均满该天数且有费用的月份，Σ 价值 ÷ Σ 成本。"
        "渠道与市场各行取相同日期的首单。",
    ),
)


def how_computed(found: Payback) -> None:
    """Definitions, maturity, the data version, the statements."""
    tr = text()
    with computed_fold():
        st.markdown("\n".join(f"- {x}" for x in [*[tr(w) for w in _RULES], version_line(tr)]))
        for sql in found.sql:
            st.code(sql, language="sql")
