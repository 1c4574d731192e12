"""A list of people in a drawer over the page: who and how many, page by page, and as a file.

Every page that counts people can open it: it takes the step that was counted (`People`), and views
of its own beside the list.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pandas as pd
import streamlit as st

from data.dimensions import DIMENSIONS
from format import dates, numbers
from format.csv_text import csv_text
from i18n import Text, Words
from metrics.people import (
    MOST_EXPORTED,
    PAGE_SIZE,
    PERSON,
    Column,
    Kind,
    People,
    PeoplePage,
    fingerprint,
    people_page,
)
from metrics.referral.words import medium_name
from ui.guard import guarded
from ui.number_menu.bar import menu_bar
from ui.number_menu.entries import Entry, page_entries
from ui.patience import patiently
from ui.session import scope, text, viewer, warehouse

NUMBERS = (Kind.COUNT, Kind.MONEY, Kind.TIMES)
TABLE_HEIGHT = 460


@dataclass(frozen=True, slots=True)
class View:
    """Something else to know of the same people; `draw` runs only while it is looked at."""

    name: Words
    draw: Callable[[], None]


def people_drawer(
    title: str,
    people: People,
    *,
    key: str,
    note: str = "",
    views: Sequence[View] = (),
    below: Callable[[], None] = lambda: None,
    menu: Sequence[Entry] = (),
) -> None:
    """Open the drawer. `title` says who and how many, `note` what they have in common; `key` names
    the list in the session and its file; `below` draws what can be done with it; `menu` is that of
    the number, without it the one of the page's numbers."""

    @st.dialog(title, width="large")
    def drawer() -> None:
        with guarded():
            menu_bar(menu or page_entries(text()), f"{key}_menu")
            if note:
                st.caption(note)
            people_views(people, key=key, views=views)
            below()

    drawer()


def people_views(people: People, *, key: str, views: Sequence[View] = ()) -> None:
    """What the drawer holds: the list and, in tabs beside it, the page's own views."""
    tr = text()
    if not views:
        people_list(people, key=key)
        return
    names = [tr(Words("People", "名单")), *[tr(v.name) for v in views]]
    tabs = st.tabs(names, key=f"{key}_views_{tr.language}", on_change="rerun")
    if tabs[0].open:
        with tabs[0]:
            people_list(people, key=key)
    for tab, view in zip(tabs[1:], views, strict=True):
        if tab.open:
            with tab:
                view.draw()


def people_list(people: People, *, key: str) -> None:
    """The list itself: a page of it, how to get to the others, and the whole as a file."""
    tr, w, at = text(), warehouse(), f"{key}_offset"
    offset = st.session_state.get(at, 0)
    page = patiently(
        lambda: people_page(w, people, offset=offset),
        key,
        fingerprint(w, people),
        offset,
        height=TABLE_HEIGHT,
    )
    if page is None:
        return
    if page.total == 0 and page.offset:
        # The list became shorter since: another filter, or newer data.
        st.session_state[at] = 0
        page = people_page(w, people)
    if page.total == 0:
        st.caption(tr(Words("Nobody is on this list.", "名单为空。")))
        return
    frame = pd.DataFrame(
        [[cell_text(v, c, tr) for v, c in zip(r, page.columns, strict=True)] for r in page.rows],
        columns=[tr(c.name) for c in page.columns],
    )
    st.dataframe(
        frame,
        hide_index=True,
        key=f"{key}_table_{page.offset}",
        height=min(TABLE_HEIGHT, 38 + 35 * len(page.rows)),
        column_config={
            tr(c.name): st.column_config.TextColumn(
                alignment="right" if c.kind in NUMBERS else "left", pinned=c is PERSON
            )
            for c in page.columns
        },
    )
    with st.container(horizontal=True, vertical_alignment="center"):
        _pager(page, at, tr)
        _download(people, page, key, tr)
    if page.total > MOST_EXPORTED and viewer().personal_data:
        words = Words(
            "The file holds the first {most} rows of {total}.",
            "文件仅包含前 {most} 条，共 {total} 条。",
        )
        most, total = (numbers.full(n, "count", tr) for n in (MOST_EXPORTED, page.total))
        st.caption(tr(words, most=most, total=total))


def _pager(page: PeoplePage, at: str, tr: Text) -> None:
    """Where in the list the reader is, and the pages before and after."""
    last = page.offset + len(page.rows)

    def go(offset: int) -> None:
        st.session_state[at] = offset

    st.button(
        tr(Words("Back", "上一页")),
        key=f"{at}_back",
        icon=":material/chevron_left:",
        disabled=page.offset == 0,
        on_click=go,
        args=(max(0, page.offset - PAGE_SIZE),),
    )
    st.button(
        tr(Words("Next", "下一页")),
        key=f"{at}_on",
        icon=":material/chevron_right:",
        disabled=last >= page.total,
        on_click=go,
        args=(page.offset + PAGE_SIZE,),
    )
    st.caption(
        tr(
            Words("{first} – {last} of {total}", "第 {first}–{last} 条，共 {total} 条"),
            first=numbers.full(page.offset + 1, "count", tr),
            last=numbers.full(last, "count", tr),
            total=numbers.full(page.total, "count", tr),
        )
    )


def _download(people: People, page: PeoplePage, key: str, tr: Text) -> None:
    """All rows as a file, for viewers who may take lists of people with them."""
    if not viewer().personal_data:
        words = Words(
            "A file of this list needs the right to personal data.",
            "导出名单需要个人信息查看权限。",
        )
        st.caption(tr(words))
        return
    w = warehouse()

    def file() -> bytes:
        return people_csv(people_page(w, people, limit=MOST_EXPORTED), tr).encode("utf-8-sig")

    st.download_button(
        tr(Words("Download CSV", "下载 CSV")),
        file,
        file_name=f"northstar_{w.shop}_{key}.csv",
        mime="text/csv",
        on_click="ignore",
        key=f"{key}_download",
    )


def people_csv(page: PeoplePage, tr: Text) -> str:
    """The rows with plain numbers; instants by the reporting clock, which the heading names."""
    zone = warehouse().reporting.zone

    def name(c: Column) -> str:
        more = {Kind.INSTANT: zone.key, Kind.MONEY: scope().currency}.get(c.kind)
        return tr(c.name) if more is None else f"{tr(c.name)} ({more})"

    def plain(value: Any, c: Column) -> object:
        if c.kind is Kind.INSTANT and isinstance(value, datetime):
            return f"{value.replace(tzinfo=UTC).astimezone(zone):%Y-%m-%d %H:%M:%S}"
        return value

    rows = ([plain(v, c) for v, c in zip(r, page.columns, strict=True)] for r in page.rows)
    return csv_text([name(c) for c in page.columns], rows)


def cell_text(value: Any, column: Column, tr: Text) -> str:
    """A cell for the eye; empty where nothing is known."""
    if value is None:
        return ""
    w = warehouse()
    match column.kind:
        case Kind.INSTANT:
            return dates.instant(value, w.reporting.zone, tr, w.coverage.last_day)
        case Kind.DAY:
            return dates.day(value, tr, w.coverage.last_day)
        case Kind.COUNT | Kind.MONEY | Kind.TIMES:
            return numbers.full(value, column.kind.value, tr, scope().currency)
        case Kind.MARKET | Kind.CHANNEL | Kind.PLATFORM:
            return tr(DIMENSIONS[column.kind.value].label(value))
        case Kind.MEDIUM:
            return tr(medium_name(value))
    return str(value)
