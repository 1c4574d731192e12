"""The parts of the attribution page, from the answer to the screen."""

from __future__ import annotations

import streamlit as st

from charts.attribution import SpreadRow, legend, spread
from data.dimensions import CUSTOMER, DIMENSIONS
from format import numbers
from i18n import Text, Words
from metrics.attribution.result import Attribution
from metrics.attribution.spec import CONVERSIONS, MODELS, Conversions, Dated
from metrics.attribution.text import (
    DIRECT_NAME,
    channel_name,
    check_lines,
    cost_name,
    rule_text,
)
from metrics.channels.result import unsplit
from metrics.metric import Unit
from ui.attribution.asked import Asked, knows_spend
from ui.attribution.choose import choose_number
from ui.attribution.people import BEHIND, opened_people, picker, selecting
from ui.attribution.table import UNITS, shown_name
from ui.attribution.view import Show
from ui.figures import draw
from ui.how_computed import computed_fold
from ui.html import escape
from ui.page import section, version_line
from ui.session import dark, text, warehouse
from ui.small_tiles import SmallTile, small_tiles
from ui.states import empty

MOST_DRAWN = 16
"""Channels of the figure; the table holds all of them."""


def nothing(found: Attribution) -> bool:
    """Whether there is no conversion at all; the reason stands in the place of the numbers."""
    if found.reason is not None:
        empty(text(), found.reason)
    return found.reason is not None


def notices(found: Attribution, asked: Asked) -> None:
    """What makes the numbers of this page other than they seem."""
    tr = text()
    said: list[str] = []
    if found.ignored:
        said.append(
            tr(
                Words(
                    "The channel filter is left out here: attribution itself decides between "
                    "channels.",
                    "本页不应用渠道筛选：渠道归属由归因模型决定。",
                )
            )
        )
    if found.spec.dated is Dated.ACCRUAL:
        said.append(
            tr(
                Words(
                    "By touch date: credit counts on the day of the touch that earned it, orders "
                    "may follow up to {n} days later; so models have different totals within the "
                    "period. An order without a touch counts on its own day.",
                    "权责口径：份额计入获得它的触点当天，订单可在其后 {n} 天内发生，因此各模型的"
                    "期内合计不同；无触点的订单计入下单日。",
                ),
                n=found.spec.lookback_days,
            )
        )
    if found.running:
        said.append(
            tr(
                Words(
                    "Not final: touches of the last {n} days may still lead to orders.",
                    "尚未定稿：最近 {n} 天的触点仍可能带来订单。",
                ),
                n=found.spec.lookback_days,
            )
        )
    if found.unrated:
        said.append(
            tr(
                Words(
                    "{n} orders have no exchange rate; revenue and ROAS are withheld (see Data "
                    "health).",
                    "{n} 笔订单缺少汇率，收入与 ROAS 不予显示（见数据健康页）。",
                ),
                n=numbers.full(found.unrated, Unit.COUNT, tr),
            )
        )
    said += _of_spend(asked, tr)
    for line in said:
        st.html(f'<p class="ns-notice" role="status">{escape(line)}</p>')


def _of_spend(asked: Asked, tr: Text) -> list[str]:
    """Filters under which spend is not what the reader expects."""
    said: list[str] = []
    if not knows_spend():
        return said
    for dimension in unsplit(warehouse(), asked.scope):
        words = Words(
            "Spend is not split by {name}: under this filter none of it is in view, so no channel "
            "has a cost.",
            "花费未按{name}拆分：在该筛选下看不到任何花费，因此各渠道均无成本。",
        )
        said.append(tr(words, name=tr(DIMENSIONS[dimension].name).lower()))
    if asked.scope.kept(CUSTOMER.key) is not None:
        words = Words(
            "Spend is nobody's in particular: the filter of customers narrows orders alone.",
            "花费不属于具体客户：客户筛选只作用于订单。",
        )
        said.append(tr(words))
    return said


def tiles(found: Attribution, asked: Asked) -> None:
    """What is shared out: conversions, their revenue, what they cost, and whether it adds up."""
    tr, currency = text(), asked.scope.currency
    n, bare = found.conversions, found.untouched
    spends = [c.spend for c in found.channels if c.spend is not None]
    known = bool(spends) and not any(s.unrated for s in spends)
    spent = sum(s.amount for s in spends)
    holding = sum(c.holds for c in found.checks)
    cash = found.spec.dated is Dated.CASH
    cost = spent / n if known and spent > 0 and n and cash else None
    both = Words("of orders up to {n} days after", "含其后 {n} 天的订单")
    rows = [
        SmallTile(
            tr(CONVERSIONS[found.spec.conversions]),
            numbers.full(n, Unit.COUNT, tr),
            note="" if cash else tr(both, n=found.spec.lookback_days),
        ),
        SmallTile(
            tr(Words("No touch on record", "无触点记录")),
            numbers.short(bare / n if n else None, Unit.SHARE, tr),
            note=tr(Words("{n}, go to direct", "{n} 个，计入直接访问"),
                    n=numbers.full(bare, Unit.COUNT, tr)),
        ),
        SmallTile(
            tr(Words("Their net revenue", "对应净收入")),
            numbers.short(found.revenue, Unit.MONEY, tr, currency),
        ),
        SmallTile(
            tr(Words("Spend", "花费")),
            numbers.short(spent if known else None, Unit.MONEY, tr, currency),
            note=""
            if cost is None
            else tr(
                Words("{name}, all channels: {cost}", "整体{name} {cost}"),
                name=cost_name(found.spec.conversions),
                cost=numbers.short(cost, Unit.MONEY, tr, currency),
            ),
        ),
        SmallTile(
            tr(Words("Credits add up", "份额核对")),
            f"{holding} / {len(found.checks)}",
            change=tr(
                Words("under every model", "各模型均相符")
                if holding == len(found.checks)
                else Words("see below", "详见下方")
            ),
            judged="noise" if holding == len(found.checks) else "bad",
            more="\n".join(check_lines(found, tr)),
        ),
    ]  # fmt: skip
    small_tiles(rows, tr(Words("What is credited", "归因总览")))


def spread_section(found: Attribution, asked: Asked) -> None:
    """Which conclusions depend on the model: each channel from its lowest to its highest model."""
    tr = text()
    what = shown_name(asked, tr)
    section(
        tr(Words("Which conclusions depend on the model?", "哪些结论取决于归因模型？")),
        tr(
            Words(
                "{what} of each channel, one mark a model: the longer the line, the more the model "
                "decides.",
                "各渠道的{what}，每个标记代表一个模型：线越长，结论越取决于模型。",
            ),
            what=what,
        ),
    )
    choose_number(asked)
    rows = []
    for channel in found.channels:
        readings = {m: asked.value(channel, m) for m in found.models}
        values = {m: r.value for m, r in readings.items() if r.value is not None}
        if values and max(values.values()) > 0:
            rows.append(SpreadRow(channel.channel, channel_name(channel.channel, tr), values))
    # From the best to the worst: the cheapest, or the one with the most.
    best = 1 if asked.show is Show.COST else -1
    rows.sort(key=lambda r: best * sum(r.values.values()) / len(r.values))
    if not rows:
        st.caption(
            tr(Words("No channel has both spend and credit.", "没有同时有花费和归因的渠道。"))
        )
        return
    st.html(f'<p class="ns-sub">{escape(legend(found.models, tr))}</p>')
    figure = spread(
        rows[:MOST_DRAWN],
        UNITS[asked.show],
        tr,
        dark=dark(),
        currency=asked.scope.currency,
        log=asked.show is not Show.CREDITS,
    )
    draw(figure, BEHIND.figure_key, **selecting())
    _not_drawn(found, len(rows), asked, tr)
    picker(found)
    opened_people(found, asked)


def _not_drawn(found: Attribution, drawn: int, asked: Asked, tr: Text) -> None:
    """Channels without the number shown, by name: they are not forgotten."""
    without = [
        channel_name(c.channel, tr)
        for c in found.channels
        if all(asked.value(c, m).value is None for m in found.models)
    ]
    said = []
    if without:
        words = Words(
            "Without a value here (no spend, or no credit): {names}.",
            "此处无数值（无花费或无归因）：{names}。",
        )
        said.append(tr(words, names=tr(Words(", ", "、")).join(without[:MOST_DRAWN])))
    if drawn > MOST_DRAWN:
        words = Words("{n} more channels in the table.", "另有 {n} 个渠道见下表。")
        said.append(tr(words, n=drawn - MOST_DRAWN))
    if said:
        st.caption(tr(Words(" ", "")).join(said))


def how_computed(found: Attribution, more: tuple[str, ...]) -> None:
    """The rules, the checks, the data version, the statements."""
    tr, spec = text(), found.spec
    with computed_fold():
        path = Words(
            "Path: the touches of the customer (of their visits before registration too) in the "
            "{n} × 24 hours up to the order; a touch at the very instant of the order is before "
            "it. Touches in a row of the same channel are one step, at the time of the last.",
            "路径：下单前 {n} × 24 小时内该用户的触点（含注册前的访问）；与下单同一时刻的触点算作"
            "在前。同一渠道的连续触点合为一步，时间取最后一次。",
        )
        bare = Words(
            "“{name}”: a conversion without any touch goes to direct under every model, outside "
            "the Markov chain. Each order is credited by itself.",
            "“{name}”：没有任何触点的转化在所有模型下都归直接访问，不进入马尔可夫链。"
            "每笔订单单独归因。",
        )
        money = Words(
            "Revenue is net of refunds to date. {cost} = all marketing spend of the channel in the "
            "period ÷ its credits; ROAS = revenue credited ÷ spend. Without spend there is none.",
            "收入已扣除截至目前的退款。{cost} = 该渠道期内全部营销花费 ÷ 归因转化；"
            "ROAS = 归因收入 ÷ 花费。没有花费则不计算成本。",
        )
        chain = Words(
            "The chain also holds paths that led nowhere: of people with touches in the period and "
            "{who}.",
            "马尔可夫链也包含未转化路径：期内有触点且{who}的人。",
        )
        new = spec.conversions is Conversions.NEW
        who = tr(
            Words("no order so far", "从未下单")
            if new
            else Words("no order after them", "其后没有下单")
        )
        lines = [
            tr(path, n=spec.lookback_days),
            tr(bare, name=DIRECT_NAME),
            tr(money, cost=cost_name(spec.conversions)),
            *[
                f"{tr(MODELS[m])}{tr(Words(': ', '：'))}{rule_text(m, spec, tr)}"
                for m in found.models
            ],
            tr(chain, who=who),
            version_line(tr),
        ]
        st.markdown("\n".join(f"- {line}" for line in lines))
        st.caption(tr(Words("Do credits add up?", "份额是否相符？")))
        st.text("\n".join(check_lines(found, tr)))
        for name, sql in found.sql.items():
            st.caption(f"SQL · {name}")
            st.code(sql, language="sql")
        for sql in more:
            st.caption("SQL · paths")
            st.code(sql, language="sql")
