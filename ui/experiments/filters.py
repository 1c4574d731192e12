"""Which experiments are shown: by status, verdict, owner and words, kept in the address."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st

from i18n import Text, Words
from metrics.experiments.analysis import STATUSES
from metrics.experiments.decision import VERDICTS
from metrics.experiments.listing import Listing, Row, Wanted, chosen_rows, owners
from ui.experiments.asked import Found
from ui.session import choose, chosen, generation, text

LONGEST = 120
"""Characters of a search; the address takes no more."""


def filters(found: Found) -> tuple[Row, ...]:
    """Draw them, and give the rows that fit."""
    listing = found.listing
    if listing is None:
        return ()
    tr, c = text(), chosen()
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        key = _key("search", tr)
        st.session_state[key] = c.search or ""
        st.text_input(
            tr(Words("Search", "搜索")),
            key=key,
            max_chars=LONGEST,
            placeholder=tr(Words("name, owner, hypothesis, metric", "名称、负责人、假设、指标")),
            on_change=lambda: choose(search=st.session_state[key].strip() or None),
            label_visibility="collapsed",
            width=420,
        )
        n = sum(bool(part) for part in (c.status, c.verdict, c.owner))
        label = Words("Filter ({n})", "筛选（{n}）") if n else Words("Filter", "筛选")
        with st.popover(tr(label, n=n) if n else tr(label), key=_key("filter", tr)):
            for name, words, values, naming in _choices(listing, tr):
                _several(name, words, values, naming, tr)
    c = chosen()
    return chosen_rows(listing, Wanted(c.status, c.verdict, c.owner, c.search or ""))


Choice = tuple[str, Words, Sequence[Any], Callable[[Any], str]]


def _choices(listing: Listing, tr: Text) -> tuple[Choice, Choice, Choice]:
    """Values that there are, in the order of their meaning; one chosen by address stays."""
    c = chosen()
    statuses = {r.timing.status for r in listing.rows} | {*c.status}
    verdicts = {r.verdict for r in listing.rows} | {*c.verdict}
    whose = [*owners(listing.rows), *(o for o in c.owner if o not in owners(listing.rows))]
    return (
        ("status", Words("Status", "状态"), [s for s in STATUSES if s in statuses],
         lambda s: tr(STATUSES[s])),
        ("verdict", Words("Verdict", "结论"), [v for v in VERDICTS if v in verdicts],
         lambda v: tr(VERDICTS[v])),
        ("owner", Words("Owner", "负责人"), whose, str),
    )  # fmt: skip


def _several(
    name: str, label: Words, values: Sequence[Any], naming: Callable[[Any], str], tr: Text
) -> None:
    key = _key(name, tr)
    st.session_state[key] = list(getattr(chosen(), name))
    st.multiselect(
        tr(label),
        values,
        key=key,
        format_func=naming,
        placeholder=tr(Words("All", "全部")),
        on_change=lambda: choose(**{name: tuple(st.session_state[key])}),
    )


def _key(name: str, tr: Text) -> str:
    """Changes with the language, in which labels are, and with every address that is opened."""
    return f"experiments_{name}_{tr.language}_{generation()}"


def clear() -> None:
    """Show all again."""
    choose(status=(), verdict=(), owner=(), search=None)
