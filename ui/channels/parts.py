"""The parts of the channel page, from the answer to the screen."""

from __future__ import annotations

import streamlit as st

from charts.theme import palette
from charts.unit_costs import CostRow, unit_costs
from charts.waterfall import waterfall
from data.dimensions import CHANNEL
from format import dates
from i18n import Words
from metrics.channels.result import Row, Table
from metrics.channels.spec import (
    COST_RULES,
    COSTS,
    HORIZONS,
    KIND_NAMES,
    LEVELS,
    Cost,
    Node,
    path_names,
    value_name,
)
from metrics.metric import Unit
from metrics.stats.bridges import Bridge, Part
from ui.channels.asked import Asked
from ui.channels.people import BEHIND, picker, selecting
from ui.figures import draw
from ui.how_computed import computed_fold
from ui.page import section, version_line
from ui.session import choose, chosen, dark, scope, text
from ui.spend_notes import say_notes, spend_notes

MOST_DRAWN = 16
"""Rows of the figure; the table holds all of them."""


def notices(found: Table, asked: Asked) -> None:
    """What makes the numbers of this page other than they seem."""
    tr = text()
    said: list[str] = []
    if found.running:
        days = dates.span(found.span.start, found.span.end, tr)
        said.append(
            tr(Words("Complete days only: {days}.", "仅计完整的自然日：{days}。"), days=days)
        )
    gaps, unrated = asked.gaps(found.span), found.total.now.spend_unrated
    say_notes([*said, *spend_notes(gaps, found.unsplit, found.ignored, unrated, tr)])


def choose_cost() -> None:
    """Which costs count, and by how many days customers are judged."""
    tr = text()
    left, right = st.columns([3, 2], vertical_alignment="bottom")
    key = f"channel_cost_{tr.language}"
    st.session_state[key] = chosen().cost
    left.segmented_control(
        tr(Words("Costs counted", "计入的费用")),
        list(Cost),
        key=key,
        format_func=lambda c: tr(COSTS[c]),
        on_change=lambda: choose(cost=st.session_state[key] or Cost.MARKETING),
        help="  \n".join(f"{tr(COSTS[c])}: {tr(COST_RULES[c])}" for c in Cost),
    )
    days = f"channel_horizon_{tr.language}"
    st.session_state[days] = chosen().horizon
    right.segmented_control(
        tr(Words("Customers judged after", "客户价值观察期")),
        list(HORIZONS),
        key=days,
        format_func=lambda n: tr(Words("{n} days", "{n} 天"), n=n),
        on_change=lambda: choose(horizon=st.session_state[days] or chosen().horizon),
    )


def place(found: Table) -> None:
    """Where in the drill we are, and the way back up."""
    path = found.node.path
    if not path:
        return
    tr = text()
    names = [tr(Words("All channels", "全部渠道")), *path_names(path, tr)]
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        for n, name in enumerate(names[:-1]):
            st.button(
                name,
                key=f"channel_up_{n}",
                type="tertiary",
                icon=":material/chevron_left:",
                on_click=lambda n=n: choose(path=path[:n]),
            )
        st.markdown(f"**{_plain(names[-1])}**")


def _plain(name: str) -> str:
    """A name from the data as text, not as Markdown."""
    return "".join(f"\\{c}" if c in "\\`*_{}[]()#+-.!|<>~$:" else c for c in name)


def cost_section(found: Table, asked: Asked) -> None:
    """The cost per new customer, row by row."""
    tr = text()
    section(
        tr(Words("What does a new customer cost?", "一位新客要花多少钱？")),
        tr(
            Words(
                "Cost per new customer by {level}, 95 % interval; hollow: the comparison; dotted: "
                "all rows.",
                "按{level}的获客成本及 95% 区间；空心点为对比期，虚线为整体。",
            ),
            level=tr(LEVELS[found.node.by]).lower(),
        ),
    )
    shown = found.rows[:MOST_DRAWN]
    if not shown:
        return
    colours = palette(dark())
    of_channel = found.node.by == CHANNEL.key
    rows = [
        CostRow(
            n,
            value_name(found.node.by, r.value, tr, r.members),
            r.now.cac(asked.cost),
            None if r.before is None else r.before.cac(asked.cost),
            colours.channel(r.value) if of_channel and r.value else None,
        )
        for n, r in enumerate(shown)
    ]
    figure = unit_costs(
        rows, found.total.now.cac(asked.cost), tr, dark=dark(), currency=asked.scope.currency
    )
    draw(figure, BEHIND.figure_key, **selecting(found))
    picker(found)


def stairs_section(found: Table) -> None:
    """How the cost per new customer rises as one kind of cost after another is added."""
    tr, now = text(), found.total.now
    steps = now.stairs()
    if not now.customers or len(steps) < 2 or now.spend_unrated or now.revenue_unrated:
        return
    names = {
        **KIND_NAMES,
        "discounts": Words("Discounts of first orders", "首单优惠"),
    }
    parts = tuple(Part(key, amount / now.customers) for key, amount in steps)
    section(
        tr(Words("How much of it is more than ads?", "除广告费外还有哪些成本？")),
        tr(
            Words(
                "Cost per new customer as one cost after another is added.",
                "逐项计入费用后的获客成本。",
            )
        ),
    )
    figure = waterfall(
        Bridge(0.0, sum(p.value for p in parts), parts),
        names,
        tr(Words("Nothing counted", "未计费用")),
        tr(COSTS[Cost.LOADED]),
        Unit.MONEY,
        tr,
        dark=dark(),
        currency=scope().currency,
        good="neither",
    )
    draw(figure, "channel_stairs")


def how_computed(found: Table, asked: Asked) -> None:
    """Definitions, maturity, the data version, the statements."""
    tr = text()
    said = [
        Words(
            "CAC = cost of the range ÷ new paying customers (first paid order ever) of the same "
            "days, by the user's own channel. Cost per registration divides by registrations; the "
            "two are never mixed. Blended: all spend ÷ all new customers. Paid: spend and new "
            "customers of {paid} alone.",
            "获客成本 = 期内费用 ÷ 期内新增付费客户（首次付款），按用户自身渠道归属；注册成本除以"
            "注册数，两者不混用。综合：全部费用 ÷ 全部新客；付费：仅计 {paid}。",
        ),
        Words(
            "MER and ROAS are net revenue ÷ spend (some tools print the inverse): revenue of the "
            "range by everybody whom the channel ever brought, guests by their order's channel.",
            "MER 与 ROAS 均为净收入 ÷ 花费（部分工具用倒数）：收入为该渠道历来带来的全部客户在"
            "期内的净收入，游客按订单渠道计。",
        ),
        Words(
            "LTV, LTV : CAC and payback follow customers who are all old enough: those of the "
            "range if they are, else the latest ones of as many days, held against their own "
            "cost. Payback: the first day on which the cumulative value reaches that cost.",
            "LTV、LTV : CAC 与回本周期只看已满观察期的客户：若期内客户未满，则取最近同等天数的"
            "成熟客户，并与其自身成本比较。回本：累计价值首次达到成本的当天。",
        ),
        Words(
            "Spend is known, customers are counted: intervals take the count as Poisson's, wider "
            "where days differ more. Each cost enters once: rewards, messages and touches count "
            "where marketing_spend says nothing of that kind, day and channel.",
            "花费为已知数，客户数为计数：区间按泊松计数，日间波动大时相应加宽。每笔费用只计一次："
            "奖励、触达、触点费用仅在 marketing_spend 当日当渠道无该类记录时计入。",
        ),
    ]
    names = [tr(CHANNEL.label(c)) for c in found.reporting.paid_channels]
    with computed_fold():
        joined = tr(Words(", ", "、")).join(names)
        lines = [tr(said[0], paid=joined), *[tr(w) for w in said[1:]], version_line(tr)]
        st.markdown("\n".join(f"- {x}" for x in lines))
        for sql in found.sql:
            st.code(sql, language="sql")


def node_below(found: Table, row: Row) -> Node | None:
    """The place that a row opens, if it is one value and there is a level below."""
    if row.value is None or not found.node.opens or row is found.total:
        return None
    return found.node.into(row.value)
