"""The paths that conversions took: the most frequent, how long, over how many days."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from charts.attribution import shares
from data.dimensions import CHANNEL
from format import numbers
from i18n import Text, Words
from metrics.attribution.journeys import MOST_PATHS, Journeys, Path
from metrics.attribution.result import Attribution
from metrics.metric import Unit
from ui.attribution.asked import Asked
from ui.figures import draw
from ui.page import section
from ui.patience import patiently
from ui.session import dark, text
from ui.tables import scroll_table

_LONGEST = 6
"""From so many steps on paths are one class."""
DAYS: tuple[tuple[int, int | None], ...] = (
    (0, 0), (1, 1), (2, 3), (4, 7), (8, 14), (15, 30), (31, None),
)  # fmt: skip


def paths_section(found: Attribution, asked: Asked) -> tuple[str, ...]:
    """Top paths as a table, length and time lag as figures; returns their statements."""
    tr = text()
    section(
        tr(Words("Which paths lead to an order?", "哪些路径带来转化？")),
        tr(
            Words(
                "Orders of the period with a touch on record, by order date. Touches in a row of "
                "the same channel are one step.",
                "期内有触点记录的订单，按下单日统计。同一渠道的连续触点合为一步。",
            )
        ),
    )
    walked = patiently(
        lambda: asked.journeys(found), "journeys", asked.scope, asked.span, asked.spec
    )
    if walked is None:
        return ()
    if not walked.conversions:
        st.caption(tr(Words("No conversion has a touch on record.", "没有带触点记录的转化。")))
        return walked.sql
    left, right = st.columns(2)
    with left:
        title = tr(Words("Steps to the order", "路径步数"))
        st.html(f'<h3 class="ns-small">{title}</h3>')
        draw(shares(step_bars(walked.steps), title, tr, dark=dark()), "attribution_steps")
    with right:
        title = tr(Words("Days from first touch to order", "首次触点至下单的天数"))
        st.html(f'<h3 class="ns-small">{title}</h3>')
        draw(shares(day_bars(walked.days), title, tr, dark=dark()), "attribution_days")
    header = [
        tr(Words("Path", "路径")),
        tr(Words("Conversions", "转化")),
        tr(Words("Share", "占比")),
        tr(Words("Revenue", "收入")),
    ]
    rows = [_row(p, walked, asked, tr) for p in walked.paths]
    scroll_table(header, rows, "attribution_paths")
    if len(walked.paths) == MOST_PATHS:
        words = Words("The {n} most frequent paths.", "仅列出最常见的 {n} 条路径。")
        st.caption(tr(words, n=MOST_PATHS))
    return walked.sql


def _row(path: Path, walked: Journeys, asked: Asked, tr: Text) -> list[str]:
    # Here direct is a step that was touched; conversions without a touch have no path.
    names = [tr(CHANNEL.label(c)) for c in path.channels]
    return [
        ("… → " if path.cut else "") + " → ".join(names),
        numbers.full(path.conversions, Unit.COUNT, tr),
        numbers.short(path.conversions / walked.conversions, Unit.SHARE, tr),
        numbers.full(path.revenue, Unit.MONEY, tr, asked.scope.currency),
    ]


def step_bars(steps: Mapping[int, int]) -> list[tuple[str, int]]:
    """Conversions by number of steps; the long ones together."""
    bars = [(str(n), steps.get(n, 0)) for n in range(1, _LONGEST)]
    more = sum(count for n, count in steps.items() if n >= _LONGEST)
    return [*bars, (f"{_LONGEST}+", more)]


def day_bars(days: Mapping[int, int]) -> list[tuple[str, int]]:
    """Conversions by whole days, in classes as far as there are any."""
    bars = []
    for low, high in DAYS:
        n = sum(c for d, c in days.items() if d >= low and (high is None or d <= high))
        last = f"{low}+" if high is None else f"{low}–{high}"
        bars.append((str(low) if low == high else last, n))
    while len(bars) > 1 and not bars[-1][1]:
        bars.pop()
    return bars
