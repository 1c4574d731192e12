"""A row of figures on top of a page: name, value, change, course; each has its menu."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote

import streamlit as st

from data.scope import Span
from ui.html import escape
from ui.number_menu.entries import metric_entries
from ui.number_menu.frame import dots
from ui.session import text


@dataclass(frozen=True, slots=True)
class SmallTile:
    """`judged` is good, bad, signal or noise: colour stands for beyond chance alone. `spark` is an
    SVG, `more` what is told on hover; `metric` names the metric of the catalog that it is, and
    `of` its days."""

    name: str
    value: str
    change: str = ""
    judged: str = "noise"
    note: str = ""
    more: str = ""
    spark: str = ""
    metric: str = ""
    of: Span | None = None


def small_tiles(tiles: Sequence[SmallTile], label: str) -> None:
    """Side by side, two by two on a phone."""
    drawn = "".join(_tile(t) for t in tiles)
    st.html(f'<div class="ns-tiles" role="group" aria-label="{escape(label)}">{drawn}</div>')


def _tile(t: SmallTile) -> str:
    image = ""
    if t.spark:
        image = f'<img alt="" src="data:image/svg+xml;charset=utf-8,{quote(t.spark)}">'
    entries = metric_entries(t.metric, text(), of=t.of, explain="link") if t.metric else ()
    return (
        f'<div class="ns-tile" title="{escape(t.more)}"><span class="n">{escape(t.name)}</span>'
        f'<span class="v">{escape(t.value)}</span>'
        f'<span class="c {escape(t.judged)}">{escape(t.change)}</span>{image}'
        f'<span class="n">{escape(t.note)}</span>{dots(t.name, entries)}</div>'
    )
