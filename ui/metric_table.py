"""The table of all metrics: every number in full, and the same as a file."""

from __future__ import annotations

from unicodedata import east_asian_width

import pandas as pd
import streamlit as st

from format import numbers
from format.csv_text import csv_text
from i18n import Text, Words
from metrics.metric import GROUPS
from metrics.scorecard import Line, Scorecard
from metrics.signal_words import judgement_words
from ui.page import section
from ui.session import text, warehouse
from ui.tiles import compared_text, note_text, parts_text

TABLE_WIDTHS = (190, 104, 110, 72, 206, 150, 120, 100)
"""Of the columns of the table of all metrics, in pixels: at least."""

WHOLE = (1, 2, 3, 6)
"""Columns that are as wide as what stands in them: a number at the right loses its head first, and
then reads as another number."""


def metric_table(card_: Scorecard) -> None:
    """Every supported metric in full, and the same as a file."""
    tr = text()
    section(tr(Words("All metrics", "全部指标")))
    header, rows = table_rows(card_, tr, card_.scope.currency)
    frame = pd.DataFrame(rows, columns=header)
    widths = dict(zip(header, column_widths(header, rows), strict=True))
    columns = {
        name: st.column_config.TextColumn(
            width=widths[name],
            alignment="right" if name in header[1:4] else "left",
        )
        for name in header
    }
    st.dataframe(frame, hide_index=True, key="all_metrics", height=430, column_config=columns)
    st.download_button(
        tr(Words("Download CSV", "下载 CSV")),
        lambda: csv_text(header, rows).encode("utf-8-sig"),
        file_name=f"northstar_{warehouse().shop}_{card_.span.start}_{card_.span.end}.csv",
        mime="text/csv",
        on_click="ignore",
        key="download_metrics",
    )


def column_widths(header: list[str], rows: list[list[str]]) -> list[int]:
    """In pixels; wider than the least where a column has to show its texts whole."""
    widths = list(TABLE_WIDTHS)
    for n in WHOLE:
        widths[n] = max(widths[n], *(text_width(row[n]) for row in [header, *rows]))
    return widths


def text_width(text: str) -> int:
    """About how many pixels a cell needs: Chinese characters are twice as wide as digits."""
    return 18 + sum(14 if east_asian_width(c) in "WF" else 7 for c in text)


def table_rows(card_: Scorecard, tr: Text, currency: str) -> tuple[list[str], list[list[str]]]:
    """The scorecard as text, full precision, one row per metric."""
    header = [
        tr(w)
        for w in (
            Words("Metric", "指标"),
            Words("Value", "数值"),
            Words("Compared value", "对比值"),
            Words("Change", "变化"),
            Words("Signal", "是否显著"),
            Words("Numerator ÷ denominator", "分子 ÷ 分母"),
            Words("Note", "说明"),
            Words("Group", "类别"),
        )
    ]
    rows = []
    for line in card_.lines:
        m, r = line.metric, line.reading
        base = line.base
        change = (
            ""
            if line.change is None
            else numbers.signed_change(line.change.before, line.change.after, m.unit, tr, currency)
        )
        rows.append(
            [
                tr(m.name),
                numbers.full(r.value, m.unit, tr, currency),
                "" if base is None else numbers.full(base.value, m.unit, tr, currency),
                change,
                judgement_words(line.judgement, tr) if line.judgement.limits else "",
                parts_text(r, m.unit, tr),
                _note(line, tr, currency),
                tr(GROUPS[m.group]),
            ]
        )
    return header, rows


def _note(line: Line, tr: Text, currency: str) -> str:
    """The tile's note; of a running range also what its change was computed from."""
    said = [note_text(line, tr)]
    if line.partial and line.change is not None:
        said.append(compared_text(line, tr, currency))
    return " · ".join(s for s in said if s)
