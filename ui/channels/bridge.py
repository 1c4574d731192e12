"""Why the cost per new customer moved: mix against own costs, one row opened further."""

from __future__ import annotations

import streamlit as st

from charts.waterfall import waterfall
from format import dates, numbers
from i18n import Text, Words
from metrics.channels.bridge import OTHERS, Moved, moved, opened, summary
from metrics.channels.result import Row, Table
from metrics.channels.spec import LEVELS, value_name
from metrics.metric import Unit
from metrics.stats.nested_bridges import MIX, RATE, Effect
from ui.channels.asked import Asked
from ui.channels.parts import node_below
from ui.figures import draw
from ui.page import section
from ui.session import dark, text
from ui.states import card
from ui.tables import scroll_table


def bridge_section(found: Table, asked: Asked) -> None:
    """From the comparison to the range: the mix, and each row's own cost; then one row opened."""
    tr = text()
    if found.against is None:
        return
    section(
        tr(Words("Why did it move?", "成本为什么变化？")),
        tr(
            Words(
                "Mix: new customers came more from dear or from cheap rows. Own cost: a row itself "
                "became dearer or cheaper. The parts sum to the change exactly.",
                "结构：新客更多来自高成本或低成本来源；自身成本：该来源自身变贵或变便宜。"
                "各部分之和恰为变化。",
            )
        ),
    )
    change = moved(found, asked.cost)
    if change is None:
        card(
            tr(Words("There is no bridge between these ranges.", "两个时段之间无法拆解。")),
            tr(
                Words(
                    "Both need new customers, and every cost an exchange rate.",
                    "两个时段都需有新客，且所有费用都有汇率。",
                )
            ),
            "info",
        )
        return
    names = _names(found, tr)
    figure = waterfall(
        summary(change),
        {
            MIX: Words("Mix", "结构"),
            **{f"{RATE}:{key}": Words(name, name) for key, name in names.items()},
        },
        dates.span(found.against.start, found.against.end, tr),
        dates.span(found.span.start, found.span.end, tr),
        Unit.MONEY,
        tr,
        dark=dark(),
        currency=asked.scope.currency,
        good="down",
    )
    draw(figure, "channel_bridge")
    _table(change, names, tr(LEVELS[found.node.by]), "channel_effects", tr, asked)
    _opened(found, change, asked, tr)


def _names(found: Table, tr: Text) -> dict[str, str]:
    """Names of the rows; `OTHERS` without a row of its own are the small parts of a figure."""
    return {
        OTHERS: tr(Words("Other own costs", "其他来源自身成本")),
    } | {
        OTHERS if r.value is None else r.value: value_name(found.node.by, r.value, tr, r.members)
        for r in found.rows
    }


def _table(
    change: Moved, names: dict[str, str], corner: str, key: str, tr: Text, asked: Asked
) -> None:
    currency = asked.scope.currency

    def money(value: float) -> str:
        return numbers.plus(numbers.full(value, Unit.MONEY, tr, currency), value)

    header = [
        corner,
        tr(Words("Mix", "结构")),
        tr(Words("Own cost", "自身成本")),
        tr(Words("Appeared or gone", "新增或消失")),
        tr(Words("Together", "合计")),
    ]

    def row(e: Effect) -> list[str]:
        parts = [money(v) if v else numbers.NO_VALUE for v in (e.mix, e.rate, e.whole)]
        return [names.get(e.key, e.key), *parts, money(e.total)]

    rows = [row(e) for e in change.effects]
    total = Effect("", *[sum(getattr(e, n) for e in change.effects)
                         for n in ("mix", "rate", "whole")])  # fmt: skip
    scroll_table(header, [*rows, [tr(Words("All", "合计")), *row(total)[1:]]], key)


def _opened(found: Table, change: Moved, asked: Asked, tr: Text) -> None:
    """One row's effect split over the rows below it."""
    rows = {r.value: r for r in found.rows if node_below(found, r) is not None}
    able = [e.key for e in change.effects if e.key in rows]
    if not able:
        return
    names = _names(found, tr)
    key = f"channel_bridge_open_{tr.language}_{'~'.join(found.node.path)}"
    picked = st.selectbox(
        tr(Words("Open one row further", "继续拆解某一行")),
        able,
        format_func=lambda v: names[v],
        key=key,
    )
    row: Row = rows[picked]
    node = node_below(found, row)
    if node is None:
        return
    below = asked.table(node)
    inner = opened(found, row, below, asked.cost)
    if inner is None:
        return
    level = below.node.by
    inner_names = {
        OTHERS if r.value is None else r.value: value_name(level, r.value, tr, r.members)
        for r in below.rows
    }
    _table(inner, inner_names, tr(LEVELS[level]), "channel_effects_below", tr, asked)
