"""The audiences of a shop: what each is, how many are on it now, who they are."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from data.dimensions import DIMENSIONS
from data.scope import Scope
from format import dates, numbers
from i18n import Problem, Text, Words
from metrics.audiences.definitions import LISTED, Definition, Listed, people_of
from metrics.metric import Unit
from metrics.people import People, people_page
from store import AUDIENCE, Audience, EditConflict, Saved
from ui.deleted import deleted
from ui.page import section
from ui.patience import patiently
from ui.people import people_list
from ui.session import author, store, text, warehouse
from ui.states import card

_PICKED = "audience_picked"
KEY = "audience"


def audiences() -> tuple[Saved[Audience], ...]:
    return store().list(AUDIENCE, warehouse().shop)


def finding(kept: tuple[Saved[Audience], ...], tr: Text) -> str:
    if not kept:
        return tr(
            Words(
                "Lists of people that the team keeps and asks again. None is kept yet.",
                "团队保存并可随时重新圈选的人群名单。目前还没有。",
            )
        )
    latest = max(kept, key=lambda s: s.edited_at)
    at = dates.instant(latest.edited_at, warehouse().reporting.zone, tr)
    words = Words(
        "{n} kept; the latest is “{name}” by {who}, {at}.",
        "共 {n} 个；最近一个是 {who} 于 {at} 保存的“{name}”。",
    )
    return tr(words, n=len(kept), name=latest.name, who=latest.author, at=at)


def no_audience() -> None:
    tr = text()
    how = Words(
        "Click a number on a funnel, cohort, growth or states page, and save the list that opens.",
        "在漏斗、同期群、增长核算或用户状态页点击数字，在弹出的名单下方另存即可。",
    )
    card(tr(Words("No audience yet.", "还没有人群包。")), tr(how), "info")


def every_audience(kept: tuple[Saved[Audience], ...]) -> None:
    """All of them with how many were counted then."""
    tr, zone = text(), warehouse().reporting.zone
    header = [
        tr(w)
        for w in (
            Words("Name", "名称"),
            Words("Who is on it", "人群定义"),
            Words("From", "来源"),
            Words("Then", "保存时人数"),
            Words("Saved by", "保存人"),
            Words("Saved", "保存时间"),
        )
    ]
    rows = []
    for saved in kept:
        body = readable(saved)
        about = ["–", "–", "–"]
        if body is not None:
            about = [
                body.said[tr.language],
                _source(body, tr),
                numbers.full(body.counted, Unit.COUNT, tr),
            ]
        at = dates.instant(saved.edited_at, zone, tr)
        rows.append([saved.name, *about, saved.author, at])
    st.dataframe(
        pd.DataFrame(rows, columns=header), hide_index=True, key="audiences", height="content"
    )


def readable(saved: Saved[Audience]) -> Audience | None:
    """What is kept; None for what another version wrote."""
    try:
        return saved.body
    except Problem:
        return None


def _source(body: Audience, tr: Text) -> str:
    known = {kind.value: words for kind, words in LISTED.items()}
    return tr(known[body.list]) if body.list in known else body.list


def back_again() -> None:
    """Audiences that were deleted, with the way back; the restored one is the one looked at."""

    def look(saved: Saved[Audience]) -> None:
        st.session_state[_PICKED] = saved.name
        st.session_state.pop(f"{KEY}_offset", None)

    deleted(AUDIENCE, look)


def choose_one(kept: tuple[Saved[Audience], ...]) -> Saved[Audience]:
    """The audience to look at; the latest unless another is chosen."""
    tr = text()
    names = [saved.name for saved in kept]
    latest = max(kept, key=lambda s: s.edited_at).name
    held = st.session_state.get(_PICKED)
    key = f"{_PICKED}_{tr.language}"
    st.session_state[key] = held if held in names else latest

    def take() -> None:
        st.session_state[_PICKED] = st.session_state[key]
        st.session_state.pop(f"{KEY}_offset", None)

    name = st.selectbox(tr(Words("Audience", "人群包")), names, key=key, on_change=take)
    return next(saved for saved in kept if saved.name == name)


def look_at(saved: Saved[Audience]) -> None:
    """Who is on it by the data of now, beside how many were on it when it was kept."""
    tr, body = text(), readable(saved)
    if body is None:
        words = Words("This audience can't be read.", "该人群包无法读取。")
        card(tr(words), "", "warning")
    else:
        section(saved.name, body.said[tr.language])
        _now(body, tr)
    _delete(saved, tr)


def scope_of(body: Audience) -> Scope:
    """The filters and the currency in which it was kept, whatever is chosen at the left."""
    kept = {d: frozenset(v) for d, v in body.filters.items() if d in DIMENSIONS}
    return Scope.of(body.currency, **kept)


def _now(body: Audience, tr: Text) -> None:
    w, asked = warehouse(), scope_of(body)
    try:
        people: People = people_of(w, asked, Definition(Listed(body.list), dict(body.definition)))
        page = patiently(lambda: people_page(w, people), "audience", body, height=240)
    except (Problem, ValueError) as error:
        said = error.say(tr) if isinstance(error, Problem) else str(error)
        what, *hint = said.split("\n")
        card(what, "\n".join(hint), "warning")
        return
    if page is None:
        return
    kept = [f"{tr(c.of.name)}{tr(Words(': ', '：'))}{c.sentence(tr)}" for c in asked.choices]
    words = Words(
        "{now} now; {then} when it was saved, with data to {day}.",
        "当前 {now} 人；保存时 {then} 人（数据截至 {day}）。",
    )
    line = tr(
        words,
        now=numbers.full(page.total, Unit.COUNT, tr),
        then=numbers.full(body.counted, Unit.COUNT, tr),
        day=dates.day(body.data_to, tr, w.coverage.last_day),
    )
    st.caption(" · ".join([line, *kept]))
    people_list(people, key=KEY)


def _delete(saved: Saved[Audience], tr: Text) -> None:
    if not st.button(tr(Words("Delete this audience", "删除该人群包")), key="delete_audience"):
        return
    try:
        store().delete(
            AUDIENCE, saved.shop, author=author(), based_on=saved.revision, name=saved.name
        )
    except EditConflict as conflict:
        what, *hint = conflict.say(tr).split("\n")
        card(what, "\n".join(hint), "warning")
    else:
        st.toast(tr(Words("Deleted “{name}”.", "已删除“{name}”。"), name=saved.name))
        st.rerun()
