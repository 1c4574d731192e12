"""The section of a funnel page that says what goes with converting: association, not cause."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from charts.association import association_figure, drawn
from charts.theme import CONFIG
from data.scope import Span
from format import numbers
from format.csv_text import csv_text
from format.durations import duration
from i18n import Text, Words
from metrics.funnels.association import (
    FEWEST,
    Association,
    Factor,
    Known,
    associated,
    default_early,
    early_choices,
)
from metrics.funnels.factor_words import KINDS, NOT_CAUSE, TITLE, compared_sentence, factor_name
from metrics.funnels.factor_words import times_text as times
from metrics.funnels.spec import Funnel
from ui.page import section
from ui.patience import patiently
from ui.session import dark, remembered, scope, text, warehouse
from ui.states import empty
from ui.tables import html_table

_EARLY = "association_early"


def association_section(funnel: Funnel, span: Span) -> None:
    """Figures of both kinds side by side, the length of the look, and the table with its file."""
    tr = text()
    section(tr(TITLE), tr(NOT_CAUSE))
    seconds = _look(funnel, tr)
    w, asked = warehouse(), scope()
    question = ("association", funnel, span, asked, seconds)
    a = patiently(
        lambda: remembered(lambda: associated(w, asked, funnel, span, seconds), *question),
        *question,
    )
    if a is None:
        return
    if a.units == 0 or a.converted in (0, a.units):
        _nothing(a, tr)
        return
    sides = st.columns(2)
    for side, known, factors in zip(sides, Known, (a.at_entry, a.soon_after), strict=True):
        with side:
            _figure(a, funnel, known, factors, tr)
    with st.container(key="quiet_association"), st.expander(tr(Words("All of them", "全部明细"))):
        header, rows = association_rows([*a.at_entry, *a.soon_after], tr)
        muted = [n for n, f in enumerate([*a.at_entry, *a.soon_after]) if not f.enough]
        st.html(html_table(tr(TITLE), header, rows, numeric=range(1, 8), muted=muted))
        st.download_button(
            tr(Words("Download CSV", "下载 CSV")),
            lambda: csv_text(header, rows).encode("utf-8-sig"),
            file_name=f"northstar_{w.shop}_association.csv",
            mime="text/csv",
            on_click="ignore",
            key="association_download",
        )


def _look(funnel: Funnel, tr: Text) -> int:
    """How long after entry events are looked at, as the reader chose."""
    choices = early_choices(funnel)
    if len(choices) == 1:
        return choices[0]
    key = f"{_EARLY}_{tr.language}_{'_'.join(map(str, choices))}"
    st.session_state.setdefault(key, default_early(funnel))
    chosen = st.segmented_control(
        tr(Words("Look at events in the first", "统计进入后多久之内的行为")),
        choices,
        key=key,
        format_func=lambda s: duration(s, tr),
        help=tr(_WHY),
    )
    return int(chosen) if chosen is not None else default_early(funnel)


def _figure(
    a: Association, funnel: Funnel, known: Known, factors: Sequence[Factor], tr: Text
) -> None:
    section(tr(KINDS[known]), compared_sentence(a, funnel, known, tr))
    if not drawn(factors):
        words = Words(
            "Nothing was seen on at least {n} units on either side.",
            "没有任何一项在两侧都达到 {n} 个样本。",
        )
        st.caption(tr(words, n=FEWEST))
        return
    figure = association_figure(factors, tr, dark=dark())
    st.plotly_chart(figure, theme=None, config=dict(CONFIG), key=f"association_{known}",
                    alt=figure.layout.meta["alt"])  # fmt: skip


def _nothing(a: Association, tr: Text) -> None:
    """Why there is nothing to compare."""
    if a.units == 0:
        empty(tr, None)
    elif a.converted == 0:
        st.caption(tr(Words("Nobody has converted yet: there is nothing to compare.",
                            "尚无人完成转化，无从比较。")))  # fmt: skip
    else:
        st.caption(tr(Words("Everybody converted: there is nothing to compare.",
                            "所有人都完成了转化，无从比较。")))  # fmt: skip


def association_rows(factors: Sequence[Factor], tr: Text) -> tuple[list[str], list[list[str]]]:
    """Every factor with its parts; those with too few units say so."""
    header = [
        Words("Factor", "因素"),
        Words("With it", "有此因素"),
        Words("Converted", "转化率"),
        Words("Others", "其他"),
        Words("Others converted", "其他转化率"),
        Words("Relative rate", "相对转化率"),
        Words("Difference", "差异"),
        Words("Adjusted p", "校正后 p"),
        Words("Note", "说明"),
    ]
    return [tr(w) for w in header], [_row(f, tr) for f in factors]


def _row(f: Factor, tr: Text) -> list[str]:
    ratio, difference = numbers.NO_VALUE, numbers.NO_VALUE
    if f.ratio is not None:
        low, high = (times(v).removeprefix("×") for v in (f.ratio.low, f.ratio.high))
        ratio = f"{times(f.ratio.ratio)} ({low} – {high})"
    if f.difference is not None:
        d, low, high = (numbers.signed_change(0, v, "share", tr) for v in f.difference)
        difference = f"{d} ({low} – {high})"
    few = tr(Words("fewer than {n} on one side: not tested", "一侧不足 {n}，未检验"), n=FEWEST)
    return [
        factor_name(f, tr),
        numbers.full(f.n, "count", tr),
        numbers.short(f.k / f.n, "share", tr) if f.n else numbers.NO_VALUE,
        numbers.full(f.others_n, "count", tr),
        numbers.short(f.others_k / f.others_n, "share", tr) if f.others_n else numbers.NO_VALUE,
        ratio,
        difference,
        numbers.NO_VALUE if f.adjusted is None else f"{f.adjusted:.3f}",
        "" if f.enough else few,
    ]


_WHY = Words(
    "Only those who had not converted by then are compared, by whether they convert later. "
    "Otherwise whoever stays longer would have more of everything.",
    "只比较此时尚未转化的用户，看其之后是否转化；否则停留更久的人各种行为都会更多。",
)
