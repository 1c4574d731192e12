"""What makes a cost other than it seems, said on top of every page that shows one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import streamlit as st

from data.dimensions import CUSTOMER, DIMENSIONS
from format import dates
from i18n import Text, Words
from ui.html import escape

_SHOWN = 4
_GAPS = Words(
    "No spend on {n} days in the middle ({days}): costs read too low if a file is missing.",
    "中间有 {n} 天没有花费记录（{days}）；若漏导文件，成本会偏低。",
)
_UNSPLIT = Words(
    "Spend is not split by {name}: under this filter none of it is in view, so no row has a cost.",
    "花费未按{name}拆分：在该筛选下看不到任何花费，因此各行均无成本。",
)
_CUSTOMERS = Words(
    "Spend is nobody's in particular: the filter of customers narrows customers and revenue alone.",
    "花费不属于具体客户：客户筛选只作用于客户与收入。",
)
_UNRATED = Words(
    "Some spend has no exchange rate; costs are withheld (see Data health).",
    "部分花费缺少汇率，相关成本不予显示（见数据健康页）。",
)


def spend_notes(
    gaps: Sequence[date],
    unsplit: Sequence[str],
    ignored: Sequence[str],
    unrated: int,
    tr: Text,
) -> list[str]:
    """A line for each: days without spend among others, dimensions that spend is not split by or
    can't honour, amounts without a rate."""
    said: list[str] = []
    if gaps:
        days = tr(Words(", ", "、")).join(dates.day(d, tr) for d in gaps[:_SHOWN])
        more = "…" if len(gaps) > _SHOWN else ""
        said.append(tr(_GAPS, n=len(gaps), days=days + more))
    said += [tr(_UNSPLIT, name=tr(DIMENSIONS[d].name).lower()) for d in unsplit]
    if CUSTOMER.key in ignored:
        said.append(tr(_CUSTOMERS))
    if unrated:
        said.append(tr(_UNRATED))
    return said


def say_notes(lines: Sequence[str]) -> None:
    for line in lines:
        st.html(f'<p class="ns-notice" role="status">{escape(line)}</p>')
