"""How a number is computed: meaning, formula, parts, comparison, limits, SQL, version."""

from __future__ import annotations

import streamlit as st

from format import dates, numbers
from i18n import Text, Words
from metrics.reading import REASONS
from metrics.scorecard import Line
from metrics.stats.xmr import Judgement, Rule, Verdict
from ui.html import escape
from ui.page import data_through
from ui.session import warehouse
from ui.tiles import note_text, parts_text

RULES: dict[Rule, Words] = {
    Rule.OUTSIDE: Words("outside its natural limits", "超出自然波动范围"),
    Rule.RUN_OF_8: Words(
        "eighth value in a row on one side of the mean", "连续 8 期位于均值同一侧"
    ),
    Rule.THREE_OF_FOUR: Words(
        "three of the last four nearer to a limit than to the mean",
        "最近 4 期中有 3 期更接近界限而非均值",
    ),
}


def judgement_words(judgement: Judgement, tr: Text) -> str:
    """Signal or not, and by which rule, in words."""
    if judgement.verdict is Verdict.TOO_FEW:
        return tr(
            Words(
                "Not judged: {n} complete periods before it (8 are needed), and it must be over.",
                "未判定：此前完整周期 {n} 个（至少需要 8 个），且本期须已结束。",
            ),
            n=judgement.points,
        )
    if judgement.rule is None:
        return tr(Words("No signal: within its usual range.", "无显著变化：处于正常波动范围内。"))
    up = judgement.verdict is Verdict.SIGNAL_UP
    side = Words("high", "偏高") if up else Words("low", "偏低")
    return tr(
        Words("Signal ({side}): {rule}.", "显著（{side}）：{rule}。"),
        side=side,
        rule=RULES[judgement.rule],
    )


def explain(line: Line, tr: Text, currency: str) -> None:
    """The panel for one line of the scorecard."""
    m, r = line.metric, line.reading
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
    if line.base is not None and line.compared is not None:
        rows.append((Words("Compared with", "对比"), _base(line, tr, currency)))
    rows.append((Words("Signal or noise", "是否显著"), judgement_words(line.judgement, tr)))
    note = note_text(line, tr)
    if note:
        rows.append((Words("Note", "说明"), note))
    fresh = tr(
        Words("{version}, data to {at}", "{version}，数据截至 {at}"),
        version=warehouse().version,
        at=data_through(tr),
    )
    rows.append((Words("Data version", "数据版本"), fresh))
    st.html(_table(tr(m.name), rows, tr))
    for family, sql in line.sql.items():
        st.caption(f"SQL · {family}")
        st.code(sql, language="sql", wrap_lines=True, height=260)


def _base(line: Line, tr: Text, currency: str) -> str:
    assert line.base is not None
    assert line.compared is not None
    days = dates.span(line.compared.start, line.compared.end, tr, line.span.start)
    if line.base.reason is not None:
        return f"{days}: {tr(REASONS[line.base.reason])}"
    base = numbers.full(line.base.value, line.metric.unit, tr, currency)
    like = numbers.full(line.like.value, line.metric.unit, tr, currency)
    if line.partial and line.like_span is not None:
        now = dates.span(line.like_span.start, line.like_span.end, tr, line.span.start)
        return f"{days}: {base} → {now}: {like}"
    return f"{days}: {base}"


def _table(title: str, rows: list[tuple[Words, str]], tr: Text) -> str:
    cells = "".join(
        f"<tr><th scope='row' style='text-align:left;vertical-align:top;padding:.25rem .9rem "
        f".25rem 0;font-weight:600;white-space:nowrap'>{escape(tr(label))}</th>"
        f"<td style='padding:.25rem 0'>{escape(text)}</td></tr>"
        for label, text in rows
    )
    return (
        f"<h3 class='ns-section' id='explain'>{escape(title)}</h3>"
        f"<table style='border-collapse:collapse;font-size:.95rem'>{cells}</table>"
    )
