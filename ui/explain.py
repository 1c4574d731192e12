"""How a number is computed: meaning, formula, parts, comparison, limits, SQL, version."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urlencode

import streamlit as st

from format import dates, numbers
from i18n import Text, Words
from metrics.catalog import METRICS
from metrics.reading import REASONS
from metrics.scorecard import Line, Scorecard
from metrics.signal_words import judgement_words
from ui.html import escape
from ui.page import data_through, section
from ui.session import choose, chosen, text, warehouse
from ui.states import not_available
from ui.tiles import compared_text, note_text, parts_text
from ui.url_state import write


def ask_how(card: Scorecard, currency: str) -> None:
    """How is this computed? Any metric can be picked here, or by its tile; the explanation opens
    over the page, wherever the reader stands, and is in the URL as long as it is open."""
    tr = text()
    keys = [line.metric.key for line in card.lines]
    if not keys:
        return
    section(
        tr(Words("How is this computed?", "这个数字如何计算？")),
        tr(Words("Click a tile, or pick a metric here.", "点击指标卡，或在此选择指标。")),
    )
    key = f"explain_pick_{tr.language}"
    asked = chosen().explain
    st.session_state[key] = asked if asked in keys else None
    st.selectbox(
        tr(Words("Metric", "指标")),
        keys,
        key=key,
        format_func=lambda k: tr(METRICS[k].name),
        on_change=lambda: choose(explain=st.session_state[key]),
        label_visibility="collapsed",
        placeholder=tr(Words("Choose a metric", "选择指标")),
    )
    if asked is None:
        return

    @st.dialog(tr(METRICS[asked].name), width="large", on_dismiss=lambda: choose(explain=None))
    def opened() -> None:
        line = next((x for x in card.lines if x.metric.key == asked), None)
        if line is None:
            not_available(warehouse().coverage.lacking(*METRICS[asked].needs), tr)
        else:
            explain(line, tr, currency)

    opened()


def explain(line: Line, tr: Text, currency: str) -> None:
    """One number of the scorecard: what it means and how it came about."""
    m, r, w = line.metric, line.reading, warehouse()
    value = numbers.full(r.value, m.unit, tr, currency)
    rows: list[tuple[Words, str]] = [
        (Words("Meaning", "含义"), tr(m.meaning)),
        (Words("Formula", "公式"), tr(m.formula)),
        (
            Words("Value", "数值"),
            value if r.reason is None else f"{value} ({tr(REASONS[r.reason])})",
        ),
    ]
    parts = parts_text(r, m.unit, tr)
    if parts:
        rows.append((Words("Numerator ÷ denominator", "分子 ÷ 分母"), parts))
    if r.low is not None and r.high is not None:
        interval = " – ".join(numbers.full(v, m.unit, tr, currency) for v in (r.low, r.high))
        rows.append((Words("95 % interval (Wilson)", "95% 区间（Wilson）"), interval))
    compared = compared_text(line, tr, currency)
    if compared:
        rows.append((Words("Compared with", "对比"), compared))
    rows.append((Words("Signal or noise", "是否显著"), judgement_words(line.judgement, tr)))
    note = note_text(line, tr)
    if note:
        rows.append((Words("Note", "说明"), note))
    fresh = tr(
        Words(
            "{version}, data to {at}, refreshed {built}",
            "{version}，数据截至 {at}，{built} 刷新",
        ),
        version=w.version,
        at=data_through(tr),
        built=dates.instant(w.coverage.built_at, w.reporting.zone, tr),
    )
    rows.append((Words("Data version", "数据版本"), fresh))
    entry = urlencode(write(replace(chosen(), metric=m.key, explain=None)))
    link = tr(Words("Entry in the metric dictionary", "在指标字典中查看"))
    st.html(f"{_table(rows, tr)}<p><a href='dictionary?{escape(entry)}'>{link}</a></p>")
    for family, sql in line.sql.items():
        st.caption(f"SQL · {family}")
        st.code(sql, language="sql", wrap_lines=True)


def _table(rows: list[tuple[Words, str]], tr: Text) -> str:
    cells = "".join(
        f"<tr><th scope='row' style='text-align:left;vertical-align:top;padding:.25rem .9rem "
        f".25rem 0;font-weight:600;white-space:nowrap'>{escape(tr(label))}</th>"
        f"<td style='padding:.25rem 0'>{escape(text)}</td></tr>"
        for label, text in rows
    )
    return f"<table style='border-collapse:collapse;font-size:.95rem'>{cells}</table>"
