"""What experiments measured: the list, the form that records one, the way back of deleted ones."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import streamlit as st

from data.dimensions import CHANNEL
from format import dates, numbers
from i18n import Problem, Text, Words
from metrics.metric import Unit
from metrics.saturation.evidence import Measured, in_force
from store import SPEND_EXPERIMENT, EditConflict, Saved, SpendExperiment
from ui.page import section
from ui.saturation.asked import Found
from ui.saturation.parts import people_words
from ui.session import author, store, text, warehouse
from ui.states import card

_FORM = "spend_experiment"
MOST_LISTED = 20
"""Deleted experiments that are offered; older ones stay in the history."""


def experiments_section(found: Found) -> None:
    """Every experiment of the shop, newest first by channel, and a form for another one."""
    tr = text()
    section(
        tr(Words("What did experiments measure?", "实验测得了什么？")),
        tr(
            Words(
                "A hold-out or geo experiment says what more money really brought; its cost per "
                "customer stands in place of the curve's. The latest one of a channel holds.",
                "留白或分区实验能直接说明多投的钱带来了多少新客，其单客成本会取代曲线结果。"
                "每个渠道以最近一次实验为准。",
            )
        ),
    )
    for listed in found.experiments.values():
        for one in listed:
            _line(one, found, tr, holds=one is in_force(listed))
    with st.container(horizontal=True):
        with st.popover(
            tr(Words("Record an experiment", "录入实验")), key=f"experiment_new_{tr.language}"
        ):
            _form(found, tr)
        _deleted(tr)


def _line(one: Measured, found: Found, tr: Text, *, holds: bool) -> None:
    e = one.experiment
    said, way_out = st.columns([6, 1], vertical_alignment="center")
    with said:
        days = dates.span(e.start, e.end + dates.DAY, tr, found.last_day)
        st.text(f"{tr(CHANNEL.label(e.channel))} · {days}")
        st.caption(_told(one, found, tr, holds=holds))
    with way_out:
        if st.button(
            tr(Words("Delete", "删除")),
            key=f"experiment_delete_{one.name}_{tr.language}",
            icon=":material/delete:",
        ):
            _delete(one, tr)


def _told(one: Measured, found: Found, tr: Text, *, holds: bool) -> str:
    """`¥200 a customer (¥143 – ¥333): ¥10,000 brought 50 (30 – 70) · source · lin`."""

    def money(amount: float | None, currency: str) -> str:
        return numbers.short(amount, Unit.MONEY, tr, currency)

    e, own = one.experiment, found.scope.currency
    people = [people_words(v, tr) for v in (e.customers, e.low, e.high)]
    brought = tr(
        Words("{money} brought {n} ({low} – {high})", "{money} 带来 {n} 位（{low} – {high}）"),
        money=money(e.spend, e.currency),
        n=people[0],
        low=people[1],
        high=people[2],
    )
    if one.cost is None:
        first = tr(
            Words("no exchange rate for {code}: not used", "缺少 {code} 汇率，未采用"),
            code=e.currency,
        )
    else:
        high = Words("no upper end", "无上限") if one.high is None else money(one.high, own)
        first = tr(
            Words("{money} a customer ({low} – {high})", "单客 {money}（{low} – {high}）"),
            money=money(one.cost, own),
            low=money(one.low, own),
            high=high,
        )
    state = [] if holds else [tr(Words("superseded", "已被更新的实验取代"))]
    if one.cost is None:
        state = []
    return " · ".join([first, brought, e.source, one.author, *state])


def _form(found: Found, tr: Text) -> None:
    w = warehouse()
    last = w.coverage.last_day
    channels = [c.channel for c in found.answer.channels if c.spend_today > 0]
    with st.form(f"{_FORM}_{tr.language}", border=False, clear_on_submit=False):
        channel = st.selectbox(
            tr(Words("Channel", "渠道")),
            channels,
            format_func=lambda c: tr(CHANNEL.label(c)),
            index=None,
            placeholder=tr(Words("Choose", "请选择")),
        )
        days = st.date_input(
            tr(Words("First and last day", "起止日期")),
            (last - timedelta(days=27), last),
            max_value=last,
        )
        left, right = st.columns(2)
        code = found.scope.currency
        spend = left.number_input(
            tr(Words("Extra spend ({code})", "增加的花费（{code}）"), code=code), min_value=0.0,
            value=None,
        )  # fmt: skip
        customers = right.number_input(tr(Words("Extra new customers", "增加的新客")), value=None)
        low = left.number_input(tr(Words("95 %: lower end", "95% 区间下限")), value=None)
        high = right.number_input(tr(Words("95 %: upper end", "95% 区间上限")), value=None)
        source = st.text_input(
            tr(Words("Where is it written up?", "出处")),
            max_chars=300,
            placeholder=tr(Words("Link or a sentence", "链接或一句说明")),
        )
        wanted = st.form_submit_button(tr(Words("Save", "保存")))
    if wanted:
        _record(channel, days, (spend, customers, low, high), source, code, tr)


def _record(
    channel: str | None, days: Any, figures: tuple[float | None, ...], source: str, code: str,
    tr: Text,
) -> None:  # fmt: skip
    if not isinstance(days, tuple) or len(days) != 2 or any(v is None for v in figures):
        words = Words("Fill in both days and all four figures.", "请填写起止日期与全部四个数字。")
        card(tr(words), "", "warning")
        return
    start, end = days
    spend, customers, low, high = (float(v or 0.0) for v in figures)
    try:
        body = SpendExperiment(
            channel=channel or "", start=start, end=end, currency=code, spend=spend,
            customers=customers, low=low, high=high, source=source.strip(),
        )  # fmt: skip
        store().save(
            SPEND_EXPERIMENT, warehouse().shop, body, author=author(), based_on=None,
            name=_name(body.channel, start),
        )  # fmt: skip
    except EditConflict:
        taken = Words(
            "An experiment of this channel and first day is recorded already.",
            "该渠道在同一开始日已有实验记录。",
        )
        card(tr(taken), tr(Words("Delete it first.", "请先删除原记录。")), "warning")
    except Problem as problem:
        what, *hint = problem.say(tr).split("\n")
        card(what, "\n".join(hint), "warning")
    else:
        st.toast(tr(Words("Recorded the experiment.", "已录入实验。")))
        st.rerun()


def _name(channel: str, start: date) -> str:
    return f"{channel} {start}"


def _delete(one: Measured, tr: Text) -> None:
    try:
        store().delete(
            SPEND_EXPERIMENT,
            warehouse().shop,
            author=author(),
            based_on=one.revision,
            name=one.name,
        )
    except (EditConflict, Problem) as problem:
        what, *hint = problem.say(tr).split("\n")
        card(what, "\n".join(hint), "warning")
    else:
        st.toast(tr(Words("Deleted the experiment.", "已删除该实验。")))
        st.rerun()


def _deleted(tr: Text) -> None:
    """Deleted experiments with who deleted them, and a button that restores each."""
    gone = store().deleted(SPEND_EXPERIMENT, warehouse().shop)
    if not gone:
        return
    label = Words("Deleted ({n})", "已删除（{n}）")
    n = numbers.full(len(gone), Unit.COUNT, tr)
    with st.popover(tr(label, n=n), key=f"experiment_deleted_{tr.language}"):
        for one in gone[:MOST_LISTED]:
            _gone_line(one, tr)


def _gone_line(one: Saved[SpendExperiment], tr: Text) -> None:
    at = dates.instant(one.edited_at, warehouse().reporting.zone, tr)
    st.text(_title(one, tr))
    words = Words("Deleted by {who}, {at}", "由 {who} 于 {at} 删除")
    st.caption(tr(words, who=one.author, at=at))
    if not st.button(
        tr(Words("Restore", "恢复")),
        key=f"experiment_restore_{one.name}_{tr.language}",
        icon=":material/restore_from_trash:",
    ):
        return
    try:
        store().restore(
            SPEND_EXPERIMENT,
            one.shop,
            one.revision,
            author=author(),
            based_on=one.revision,
            name=one.name,
        )
    except (EditConflict, Problem) as problem:
        what, *hint = problem.say(tr).split("\n")
        card(what, "\n".join(hint), "warning")
    else:
        st.toast(tr(Words("Restored the experiment.", "已恢复该实验。")))
        st.rerun()


def _title(one: Saved[SpendExperiment], tr: Text) -> str:
    try:
        body = one.body
    except Problem:
        return one.name
    days = dates.span(body.start, body.end + dates.DAY, tr, warehouse().coverage.last_day)
    return f"{tr(CHANNEL.label(body.channel))} · {days}"
