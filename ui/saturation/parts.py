"""The parts of the budget page, from the answer to the screen."""

from __future__ import annotations

import streamlit as st

from charts.saturation import axis_words, response_curve
from data.dimensions import CHANNEL, DIMENSIONS
from format import numbers
from i18n import Text, Words
from metrics.metric import Unit
from metrics.saturation.evidence import in_force, of_some_markets
from metrics.saturation.result import ChannelCurve
from metrics.saturation.spec import KEPT_OUT, REACH, STRAIGHT, method
from metrics.saturation.text import (
    HEADER,
    Answer,
    as_csv,
    evidence_text,
    ignored_text,
    marginal_of,
    table_row,
)
from metrics.saturation.whatif import Shift, best_shift
from ui.figures import draw
from ui.how_computed import computed_fold
from ui.html import escape
from ui.page import section, version_line
from ui.saturation.asked import Found
from ui.session import dark, text, warehouse
from ui.states import card
from ui.tables import html_table

_COLUMNS = 3
_COLON = Words(": ", "：")


def finding(found: Found | None, tr: Text) -> str:
    """Where the next customer costs most and least, and what moving a tenth would do."""
    shift = None if found is None else best_shift(found.movable)
    if found is None or shift is None:
        return tr(
            Words(
                "What does the next customer of each channel cost, and what would moving budget "
                "change?",
                "各渠道再多一位新客要花多少钱？调整预算会怎样？",
            )
        )
    return tr(Words(" ", "")).join([_prices(shift, found, tr), _move(shift, found, tr)])


def _prices(shift: Shift, found: Found, tr: Text) -> str:
    dear, cheap = shift.dear.marginal, shift.cheap.marginal
    words = Words(
        "The next customer costs most in {dear} ({high}) and least in {cheap} ({low}).",
        "再多一位新客，{dear}最贵（{high}），{cheap}最省（{low}）。",
    )
    return tr(
        words,
        dear=CHANNEL.label(shift.dear.channel),
        high=_money(None if dear is None else dear.value, found, tr),
        cheap=CHANNEL.label(shift.cheap.channel),
        low=_money(None if cheap is None else cheap.value, found, tr),
    )


def _move(shift: Shift, found: Found, tr: Text) -> str:
    change = shift.outcome.change
    words = Words(
        "Moving {money} a week from the one to the other would bring {n} more a week ({low} to "
        "{high}).",
        "每周挪动 {money}，预计每周多 {n} 位新客（{low} 至 {high}）。",
    )
    if not shift.outcome.is_sure:
        words = Words(
            "Whether moving {money} a week from the one to the other brings more is open ({low} to "
            "{high} a week).",
            "每周挪动 {money} 能否带来更多新客尚无定论（每周 {low} 至 {high}）。",
        )
    return tr(
        words,
        money=_money(shift.money, found, tr),
        n=people_words(change.value, tr),
        low=people_words(change.low, tr),
        high=people_words(change.high, tr),
    )


def _money(amount: float | None, found: Found, tr: Text) -> str:
    return numbers.short(amount, Unit.MONEY, tr, found.scope.currency)


def people_words(n: float, tr: Text) -> str:
    """Customers a week to a tenth: less is beyond what a week can tell."""
    return numbers.alike([round(n, 1)], Unit.TIMES, tr)[0]


def notices(found: Found) -> None:
    """Filters that do not apply here, and where experiments are not of use."""
    tr = text()
    said = []
    if found.answer.ignored:
        names = tr(Words(", ", "、")).join(tr(DIMENSIONS[d].name) for d in found.answer.ignored)
        said.append(ignored_text(names, tr))
    if of_some_markets(warehouse(), found.scope):
        words = Words(
            "Experiments are of whole channels; they are not used where some markets are left out.",
            "实验针对整个渠道；只看部分市场时不采用实验结果。",
        )
        said.append(tr(words))
    for line in said:
        st.html(f'<p class="ns-notice" role="status">{escape(line)}</p>')


def table_section(found: Found) -> None:
    """Every channel: what is spent, what a customer costs on average and next, and what says so."""
    tr = text()
    section(
        tr(Words("What does the next customer cost?", "再多一位新客要花多少钱？")),
        tr(
            Words(
                "Spend: mean of the last 4 weeks. Average CAC: the latest 12 mature weeks. "
                "Marginal CAC: at today's spend, with its 95 % interval.",
                "花费为最近 4 周均值；平均 CAC 取最近 12 个成熟周；边际 CAC 为当前花费水平下的值，"
                "附 95% 区间。",
            )
        ),
    )
    if not found.answer.channels:
        words = Words("No channel has spend or customers here.", "当前范围内没有渠道花费或新客。")
        card(tr(words), "", "info")
        return
    rows = [
        table_row(c, found.experiments, found.scope.currency, tr, found.last_day)
        for c in found.answer.channels
    ]
    title = tr(Words("Channels", "渠道"))
    header = [tr(h) for h in HEADER]
    without = [
        n
        for n, c in enumerate(found.answer.channels)
        if marginal_of(c, found.experiments)[0] is None
    ]
    st.html(html_table(title, header, rows, numeric=range(1, 6), muted=without, wide=(6,)))


def curves_section(found: Found) -> None:
    """Small multiples: a curve per channel, the largest spend first, each on its own scale."""
    tr = text()
    drawn = [c for c in found.answer.channels if c.curve is not None]
    if not drawn:
        return
    section(
        tr(Words("Where does spend saturate?", "花费在哪里开始饱和？")),
        tr(
            Words(
                "Up: {up}, at today's demand; each channel on its own scale. A dot is a week as it "
                "would lie at that demand; the band is 95 %; dashed: beyond the spend seen so far.",
                "纵轴与横轴：{up}（按当前需求水平），各渠道刻度不同。圆点为各周（折算到该需求水平），"
                "色带为 95% 区间，虚线为超出已有花费范围的部分。",
            ),
            up=axis_words(tr),
        ),
    )
    plan = found.plan
    for start in range(0, len(drawn), _COLUMNS):
        places = st.columns(_COLUMNS)
        for place, channel in zip(places, drawn[start : start + _COLUMNS], strict=False):
            with place:
                _curve(channel, found, plan.get(channel.channel), tr)


def _curve(channel: ChannelCurve, found: Found, plan: float | None, tr: Text) -> None:
    held = in_force(found.experiments.get(channel.channel, ()))
    assert channel.curve is not None
    value, low, high, _ = marginal_of(channel, found.experiments)
    words = Words("Next customer {money} ({low} – {high})", "再多一位 {money}（{low} – {high}）")
    line = tr(
        words,
        money=_money(value, found, tr),
        low=_money(low, found, tr),
        high=_money(high, found, tr),
    )
    name = tr(CHANNEL.label(channel.channel))
    st.html(f'<h3 class="ns-small">{escape(name)}</h3><p class="ns-sub">{escape(line)}</p>')
    figure = response_curve(
        channel,
        tr,
        dark=dark(),
        currency=found.scope.currency,
        measured=held is not None,
        plan=plan,
    )
    draw(figure, f"response_{channel.channel}")
    notes = _notes(channel, found, tr)
    if notes:
        said = "<br>".join(escape(n) for n in notes)
        st.html(f'<p class="ns-sub">{said}</p>')


def _notes(channel: ChannelCurve, found: Found, tr: Text) -> list[str]:
    """What to know of a curve: an experiment in its place, no bend, costs left out."""
    notes, curve = [], channel.curve
    held = in_force(found.experiments.get(channel.channel, ()))
    if held is not None and curve is not None:
        m = curve.marginal
        words = Words(
            "{evidence}; the curve alone says {money} ({low} – {high}).",
            "{evidence}；仅按曲线为 {money}（{low} – {high}）。",
        )
        says = evidence_text(held, tr, found.last_day)
        money = [_money(v, found, tr) for v in (m.value, m.low, m.high)]
        notes.append(tr(words, evidence=_begin(says), money=money[0], low=money[1], high=money[2]))
    elif curve is not None and curve.straight:
        notes.append(tr(STRAIGHT))
    if channel.kept_out:
        notes.append(tr(KEPT_OUT, share=numbers.short(channel.kept_out, Unit.SHARE, tr)))
    return notes


def _begin(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]


def download(found: Found) -> None:
    tr, w = text(), warehouse()
    answer = Answer(w, found.scope, found.answer, found.experiments)
    st.download_button(
        tr(Words("Download CSV", "下载 CSV")),
        lambda: as_csv(answer).encode("utf-8-sig"),
        file_name=f"northstar_saturation_{w.shop}.csv",
        mime="text/csv",
        on_click="ignore",
        key="download_saturation",
    )


def how_computed(found: Found) -> None:
    """The method, its limits, the data version, the statements."""
    tr, answer = text(), found.answer
    reach = Words(
        "Plans reach from the smallest weekly spend seen in the weeks used, divided by {times}, to "
        "the largest, times {times}; what lies beyond the spend seen is marked: there the curve "
        "rests on its form alone. Effects of channels add up, each with its own doubt.",
        "方案可从可用周最小周花费的 1/{times} 调到最大周花费的 {times} 倍；超出已有范围的部分"
        "会标出，该处仅由曲线形式推断。各渠道效果相加，不确定性各自独立。",
    )
    limits = Words(
        "History is no experiment: if something unseen moved spend and demand together, the curve "
        "is wrong and its interval does not know. Record an experiment where one was made.",
        "历史数据不是实验：若有未观测因素同时推动花费与需求，曲线会有偏差且区间无法反映。"
        "做过实验的渠道请录入实验结果。",
    )
    with computed_fold():
        lines = [
            *method(answer.basis, answer.convert_days, tr),
            tr(reach, times=f"{REACH:g}"),
            tr(limits),
            version_line(tr),
        ]
        st.markdown("\n".join(f"- {line}" for line in lines))
        for sql in answer.sql:
            st.code(sql, language="sql")
