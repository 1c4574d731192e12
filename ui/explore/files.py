"""The answer as a file, and how it came about."""

from __future__ import annotations

import streamlit as st

from data.scope import Span
from format.csv_text import csv_text
from format.workbook import Sheet, workbook
from i18n import Text, Words
from metrics.explore.result import Grid
from metrics.explore.spec import BY, value_name
from metrics.explore.text import ALL, Wide, wide
from metrics.explore.text import notes as caveats
from ui.explore.asked import Asked
from ui.how_computed import computed_fold
from ui.page import scope_line, version_line
from ui.session import text, warehouse

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def files(found: Grid, asked: Asked) -> None:
    """What the table shows, in full, with plain numbers in CSV and formatted ones in Excel."""
    tr = text()
    answer = asked.answer(found)
    about = [scope_line(tr), *_place(found, tr), version_line(tr)]
    with st.container(horizontal=True):
        st.download_button(
            tr(Words("Download CSV", "下载 CSV")),
            lambda: _csv(wide(answer, tr)),
            file_name=f"{_name(found.days.now)}.csv",
            mime="text/csv",
            on_click="ignore",
            key="explore_csv",
        )
        st.download_button(
            tr(Words("Download XLSX", "下载 XLSX")),
            lambda: _xlsx(wide(answer, tr), about, tr, asked.scope.currency),
            file_name=f"{_name(found.days.now)}.xlsx",
            mime=XLSX,
            on_click="ignore",
            key="explore_xlsx",
        )


def _name(span: Span) -> str:
    return f"northstar_explore_{warehouse().shop}_{span.start}_{span.end}"


def _csv(made: Wide) -> bytes:
    return csv_text(made.heads, made.rows).encode("utf-8-sig")


def _xlsx(made: Wide, about: list[str], tr: Text, currency: str) -> bytes:
    sheet = Sheet(
        tr(Words("Explore", "自助分析")), made.heads, made.rows, made.units, currency, about
    )
    return workbook([sheet])


def _place(found: Grid, tr: Text) -> list[str]:
    colon = tr(Words(": ", "："))
    return [f"{tr(BY[d])}{colon}{value_name(d, v, tr)}" for d, v in found.spec.path]


def notes(found: Grid) -> None:
    """What makes the numbers of this page other than they seem."""
    for line in caveats(found, text()):
        st.caption(line)


def how_computed(found: Grid) -> None:
    """Definitions, how totals and others come about, the data version, the statements."""
    tr = text()
    rules = Words(
        "Totals are asked for without the dimension, never added up: a buyer of two days is one "
        "buyer. “Other” is read from the measures of its values together. A dimension is the home "
        "of the person (market, channel, platform, campaign), for guests that of the order. A "
        "range that still runs is compared over its complete days. Shares of fewer than 30 are "
        "grey.",
        "合计为去掉该维度后重新查询，不做加总：两天都购买的人只算一位。“其他”由其所含取值的分子分母"
        "合并计算。维度为用户自身的归属（市场、渠道、平台、推广活动），游客按订单。进行中的时段只用"
        "完整日对比。分母不足 30 的占比以灰色显示。",
    )
    with computed_fold():
        metrics = {c.metric.key: c.metric for c in found.columns}
        colon = tr(Words(": ", "："))
        defined = [f"{tr(m.name)}{colon}{tr(m.formula)}" for m in metrics.values()]
        lines = [tr(rules), *defined, version_line(tr)]
        st.markdown("\n".join(f"- {line}" for line in lines))
        for name, sql in found.sql.items():
            st.caption(f"SQL · {_asked_by(name, tr)}")
            st.code(sql, language="sql")


def _asked_by(name: str, tr: Text) -> str:
    """What a statement was asked by: dimensions, or nothing for the total."""
    dimensions = name.partition(" · ")[2]
    if not dimensions:
        return tr(ALL)
    return " × ".join(tr(BY[d]) for d in dimensions.split(", "))
