"""The parts of the metric dictionary: search, a deep link (`?metric=gmv`), entries by group."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urlencode

import streamlit as st

from data.warehouse import Coverage
from i18n import Text, Words
from metrics.catalog import METRICS
from metrics.dictionary import Entry, entries, grouped, search
from ui.page import section
from ui.session import chosen
from ui.url_state import write

OPEN_WHEN_FEW = 3
_QUERY = "dictionary_query"


def finding(coverage: Coverage, tr: Text) -> str:
    """How many metrics there are, and how many this shop can compute."""
    listed = entries(coverage)
    able = sum(not e.lacking for e in listed)
    return tr(
        Words(
            "{n} metrics, one definition for one name; this shop's tables support {able} of them.",
            "共 {n} 个指标，一名一义；本店铺的数据支持其中 {able} 个。",
        ),
        n=len(listed),
        able=able,
    )


def show_dictionary(coverage: Coverage, tr: Text) -> None:
    """The search box and every entry that it finds; a deep-linked one first and open."""
    linked = chosen().metric
    if linked is not None and linked not in METRICS:
        linked = None
        st.info(
            tr(
                Words(
                    "The link names a metric that does not exist; here are all of them.",
                    "链接中的指标不存在，以下为全部指标。",
                )
            )
        )
    query = _search_box(tr)
    listed = entries(coverage)
    if linked is not None and not query:
        show_entry(next(e for e in listed if e.metric.key == linked), tr, opened=True)
        st.divider()
    found = search(listed, query)
    if not found:
        st.info(
            tr(
                Words(
                    "No metric holds all of these words. Try one of them, in either language.",
                    "没有同时包含这些词的指标。请减少关键词，中英文均可。",
                )
            )
        )
    for group, members in grouped(found):
        section(tr(group))
        with st.container(key=f"quiet_{members[0].metric.group}", gap=None):
            for entry in members:
                if query or entry.metric.key != linked:
                    show_entry(entry, tr, opened=bool(query) and len(found) <= OPEN_WHEN_FEW)


def _search_box(tr: Text) -> str:
    """What is searched for; kept when the language changes, though the box is another one."""
    key = f"{_QUERY}_{tr.language}"
    if key not in st.session_state:
        st.session_state[key] = st.session_state.get(_QUERY, "")

    def keep() -> None:
        st.session_state[_QUERY] = st.session_state[key]

    query = st.text_input(
        tr(Words("Search by name, key or meaning, in English or Chinese", "按名称、键或含义搜索")),
        key=key,
        on_change=keep,
        placeholder=tr(Words("repurchase, 复购, aov …", "复购、repurchase、aov …")),
    )
    return str(query).strip()


def show_entry(entry: Entry, tr: Text, *, opened: bool) -> None:
    """One metric: what it means, how it is made, whether this shop has what it needs."""
    m = entry.metric
    title = f"{tr(m.name)} · `{m.key}`"
    if entry.lacking:
        title += tr(Words(" · not available in this shop", " · 本店铺暂无"))
    with st.expander(title, expanded=opened, key=f"metric_{m.key}"):
        st.markdown(tr(m.meaning))
        other = Words(m.name.zh, m.name.en)
        facts = [(Words("In Chinese", "英文名"), other), *entry.facts]
        st.markdown("\n".join(f"- **{tr(what)}** · {tr(answer)}" for what, answer in facts))
        if entry.lacking:
            st.warning(
                tr(
                    Words(
                        "This shop lacks {lacking}: map it in the shop's mapping.yaml.",
                        "本店铺缺少 {lacking}，请在 mapping.yaml 中映射。",
                    ),
                    lacking=", ".join(f"`{n}`" for n in entry.lacking),
                ),
                icon=":material/info:",
            )
        link = urlencode(write(replace(chosen(), metric=m.key)))
        st.html(f"<a href='?{link}'>{tr(Words('Link to this entry', '本条目链接'))}</a>")
