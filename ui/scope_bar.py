"""The filters, in the sidebar: shop, dates, comparison, who, currency, language.

On a narrow screen the sidebar is a drawer; what is chosen is said in the scope line of every page.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

import streamlit as st

from data.dimensions import DIMENSIONS, Dimension
from data.scope import Span
from i18n import LANGUAGES, Text, Words
from metrics.periods import Comparison, Grain
from ui.dates import CUSTOM, FIRST, LAST, LONGEST, PRESETS, preset_of, span_of
from ui.session import (
    CUSTOM_DATES,
    choose,
    chosen,
    generation,
    grain,
    options,
    publish_url,
    scope,
    settings,
    shop_key,
    span,
    text,
    warehouse,
)
from ui.views.control import save_control

LANGUAGE_NAMES = {"en": "English", "zh": "简体中文"}
COMPARISONS: dict[Comparison, Words] = {
    Comparison.PREVIOUS: Words("Period before", "环比（上一周期）"),
    Comparison.LAST_YEAR: Words("Same period last year", "同比（去年同期）"),
    Comparison.WEEKDAY: Words("Same weekdays last year", "去年同星期（52 周前）"),
    Comparison.CAMPAIGN: Words("Same campaign last year", "去年同一大促"),
    Comparison.NONE: Words("No comparison", "不对比"),
}
GRAINS: dict[Grain, Words] = {
    Grain.DAY: Words("Day", "日"),
    Grain.WEEK: Words("Week", "周"),
    Grain.MONTH: Words("Month", "月"),
}
_EVERYTHING = Words("All", "全部")


def scope_bar() -> None:
    """Draw the filters and publish the choice to the URL. Language and shop come first, so that
    they can be changed even when the shop has no data."""
    tr = text()
    with st.sidebar:
        _language(tr)
        _shop(tr)
        _dates(tr)
        _pick("compare", Words("Compare with", "对比"), list(Comparison), COMPARISONS, tr)
        _grain(tr)
        _filters(tr)
        _currency(tr)
        save_control()
    publish_url()


def _key(name: str) -> str:
    """A widget's key changes with the language (labels do) and with every URL that is opened."""
    language = chosen().lang if name != "lang" else ""
    return f"scope_{name}_{language}_{generation()}"


def _seed(name: str, value: Any) -> str:
    """The widget shows what is chosen, whatever it showed before."""
    key = _key(name)
    st.session_state[key] = value
    return key


def _taken(name: str, field: str, convert: Callable[[Any], Any] = lambda v: v) -> None:
    choose(**{field: convert(st.session_state[_key(name)])})


def _pick(
    name: str, label: Words, values: Sequence[Any], names: dict[Any, Words], tr: Text
) -> None:
    st.selectbox(
        tr(label),
        values,
        key=_seed(name, getattr(chosen(), name)),
        format_func=lambda v: tr(names[v]),
        on_change=_taken,
        args=(name, name),
    )


def _language(tr: Text) -> None:
    st.segmented_control(
        "Language · 语言",
        LANGUAGES,
        key=_seed("lang", chosen().lang),
        format_func=lambda code: LANGUAGE_NAMES[code],
        on_change=lambda: choose(lang=st.session_state[_key("lang")] or chosen().lang),
        label_visibility="collapsed",
    )


def _shop(tr: Text) -> None:
    shops = settings().shops
    st.selectbox(
        tr(Words("Shop", "店铺")),
        list(shops),
        key=_seed("shop", shop_key()),
        format_func=lambda key: tr(shops[key].name.words),
        on_change=_shop_taken,
    )


def _shop_taken() -> None:
    """Another shop has other days. Filters and a currency that it has are kept; `scope()` names
    those that it lacks."""
    st.session_state[CUSTOM_DATES] = False
    choose(shop=st.session_state[_key("shop")], start=None, end=None)


def _dates(tr: Text) -> None:
    w = warehouse()
    now = span()
    keys = [p.key for p in (*PRESETS, CUSTOM)]
    names = {p.key: p.name for p in (*PRESETS, CUSTOM)}
    current = preset_of(now, w.coverage, w.reporting.week_start)
    picked = st.session_state.get(CUSTOM_DATES, False)
    shown = CUSTOM.key if picked else current
    st.selectbox(
        tr(Words("Dates", "时间")),
        keys,
        key=_seed("preset", shown),
        format_func=lambda key: tr(names[key]),
        on_change=_preset_taken,
    )
    if shown == CUSTOM.key:
        begun = st.session_state.get(_key("days"), ())
        if len(begun) != 1:  # of a range whose second end is still to be clicked, nothing is taken
            _seed("days", (now.start, now.end - timedelta(days=1)))
        st.date_input(
            tr(Words("First and last day", "起止日期")),
            key=_key("days"),
            min_value=FIRST,
            max_value=LAST - timedelta(days=1),
            format="YYYY-MM-DD",
            on_change=_days_taken,
        )


def _preset_taken() -> None:
    key = st.session_state[_key("preset")]
    st.session_state[CUSTOM_DATES] = key == CUSTOM.key
    if key != CUSTOM.key:
        w = warehouse()
        found = span_of(key, w.coverage, w.reporting.week_start)
        choose(start=found.start, end=found.end)


def _days_taken() -> None:
    """Both ends have to be chosen; the last day is included on screen and excluded inside."""
    days = st.session_state[_key("days")]
    if len(days) == 2:
        found = Span(days[0], days[1] + timedelta(days=1))
        choose(start=max(found.start, found.end - LONGEST), end=found.end)


def _grain(tr: Text) -> None:
    st.segmented_control(
        tr(Words("Trend by", "趋势粒度")),
        list(GRAINS),
        key=_seed("grain", grain() if grain() in GRAINS else Grain.MONTH),
        format_func=lambda g: tr(GRAINS[g]),
        on_change=_taken,
        args=("grain", "grain"),
    )


def _filters(tr: Text) -> None:
    known = options()
    scope()  # what this shop does not have is dropped and named before the URL is written
    for key, dimension in DIMENSIONS.items():
        values = known.values[key]
        if len(values) < 2 and not getattr(chosen(), key):
            continue
        st.multiselect(
            tr(dimension.name),
            values,
            key=_seed(key, list(getattr(chosen(), key))),
            format_func=_namer(dimension, tr),
            placeholder=tr(_EVERYTHING),
            on_change=_taken,
            args=(key, key, tuple),
        )


def _namer(dimension: Dimension, tr: Text) -> Callable[[str], str]:
    return lambda value: tr(dimension.label(value))


def _currency(tr: Text) -> None:
    known = options().currencies
    own = warehouse().reporting.currency
    if len(known) < 2:
        return
    st.selectbox(
        tr(Words("Reporting currency", "报表币种")),
        known,
        key=_seed("currency", chosen().currency if chosen().currency in known else own),
        on_change=_taken,
        args=("currency", "currency", lambda code: None if code == own else code),
    )
