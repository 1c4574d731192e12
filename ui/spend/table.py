"""The channel table: which channel is meant by what a source writes, edited by the team."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from data.building import rebuild
from data.channel_file import as_csv
from data.channel_listing import Written, moves
from data.channels import LONGEST, TAXONOMY, ChannelRules
from data.dimensions import CHANNEL, UNKNOWN
from data.progress import Progress
from format import dates, numbers
from i18n import Problem, Text, Words
from metrics.channel_table import kept, rules_in, rules_of, save
from metrics.funnels.keeping import kept_in
from metrics.metric import Unit
from store import ACTION_NAMES, CHANNEL_TABLE, ChannelTable, EditConflict, Saved
from ui.page import section
from ui.session import author, remembered, scope, settings, shop_key, store, text, viewer, warehouse
from ui.spend.listing import channels_by
from ui.spend.upload import no_right
from ui.spend.work import Lines, start, working
from ui.states import card
from ui.tables import html_table

_FRESH, _CONFLICT = "channel_table_fresh", "channel_table_conflict"
SUGGESTED = 20
"""Words without a channel that stand in the table ready to be decided, the largest first."""
COLUMNS = ("raw", "channel", "campaign", "source")
HEADINGS = {
    "raw": Words("Written as", "来源写法"),
    "channel": Words("Channel", "渠道"),
    "campaign": Words("Campaign", "广告系列"),
    "source": Words("Ad account", "广告账户"),
}


def table_in_force() -> tuple[Saved[ChannelTable] | None, ChannelRules]:
    """The table that the store holds, and its rules: those of the data where the store has no
    table, none where it can't be followed, which the editor says."""
    saved = kept(store(), shop_key())
    try:
        return saved, warehouse().channel_rules if saved is None else rules_of(saved)
    except Problem:
        return saved, ChannelRules()


def not_applied(rules: ChannelRules) -> None:
    """The table has changed since the data was cut: said on top, with the way to apply it."""
    if warehouse().channel_rules.text == rules.text or working():
        return
    tr = text()
    card(
        tr(Words("The channel table is saved, not applied.", "渠道对照表已保存，尚未应用。")),
        tr(
            Words(
                "The numbers of every page still go by the table before it.",
                "各页面的数字仍按之前的对照表计算。",
            )
        ),
        "warning",
    )
    may = viewer().may_import
    if st.button(tr(Words("Apply now", "立即应用")), key="apply_table", disabled=not may):
        apply()


def apply() -> None:
    """Cut the data by the table that is saved."""
    known, shop = settings(), shop_key()

    def work(progress: Progress) -> Lines:
        built = rebuild(known, shop, progress, keep=kept_in, rules=rules_in)
        words = Words("Data version {version}.", "数据版本 {version}。")
        return lambda tr: [tr(words, version=built.version)]

    start(Words("Channel table applied", "渠道对照表已应用"), work)
    st.rerun()


def table_section(found: Written, saved: Saved[ChannelTable] | None, rules: ChannelRules) -> None:
    """The table with the words that are still open, what an edit would move, and saving it."""
    tr = text()
    section(
        tr(Words("Which channel is meant?", "这些写法属于哪个渠道？")),
        tr(
            Words(
                "The rule that says most wins: a campaign before a word before an account. * "
                "stands for any text. Users, orders, events, touches and spend go by one table.",
                "条件越具体的规则越优先：广告系列先于来源写法，来源写法先于账户；* 代表任意文字。"
                "用户、订单、事件、触点与花费共用此表。",
            )
        ),
    )
    if not viewer().may_import:
        no_right(tr)
        _read_only(rules, tr)
        return
    if saved is not None and isinstance(saved.content, Problem):
        card(*_card_of(saved.content, tr), "warning")
    _conflict(tr)
    edited = _editor(found, rules, saved, tr)
    try:
        wanted = ChannelRules.of(edited)
    except Problem as problem:
        card(*_card_of(problem, tr), "warning")
        return
    _what_moves(found, wanted, tr)
    _buttons(wanted, rules, saved, tr)
    _history(saved, tr)


def _editor(
    found: Written, rules: ChannelRules, saved: Saved[ChannelTable] | None, tr: Text
) -> list[list[str | None]]:
    """The rows as they stand now, in the order (source, raw, campaign, channel). A row without a
    channel is still open and no rule."""
    opened = [c.raw for c in channels_by(found, rules) if c.open and c.raw][:SUGGESTED]
    rows = [[raw, None, None, None] for raw in opened]
    rows += [[r.raw or None, r.channel, r.campaign or None, r.source or None] for r in rules.rules]
    labels = [tr(HEADINGS[name]) for name in COLUMNS]
    frame = pd.DataFrame(rows, columns=labels, dtype=object)
    revision = 0 if saved is None else saved.revision
    fresh = st.session_state.get(_FRESH, 0)
    edited = st.data_editor(
        frame,
        num_rows="dynamic",
        hide_index=True,
        key=f"channel_table_{tr.language}_{revision}_{fresh}_{warehouse().version}",
        disabled=working(),
        height="content" if len(rows) <= 12 else 460,
        placeholder=" ",
        column_config={
            labels[0]: st.column_config.TextColumn(max_chars=LONGEST, width="medium"),
            labels[1]: st.column_config.SelectboxColumn(
                options=[key for key in TAXONOMY if key != UNKNOWN],
                format_func=lambda key: tr(CHANNEL.label(str(key))),
            ),
            labels[2]: st.column_config.TextColumn(max_chars=LONGEST, width="medium"),
            labels[3]: st.column_config.TextColumn(max_chars=LONGEST),
        },
    )
    edited = edited.set_axis(list(COLUMNS), axis="columns")
    cells = edited.astype(object).where(edited.notna(), None).to_dict("records")
    order = ("source", "raw", "campaign", "channel")
    return [[_text(row[name]) for name in order] for row in cells if row["channel"]]


def _text(value: Any) -> str | None:
    return None if value is None else str(value)


def _what_moves(found: Written, wanted: ChannelRules, tr: Text) -> None:
    """What would be elsewhere than in the data that is shown."""
    now, currency = warehouse().channel_rules, scope().currency
    moved = remembered(
        lambda: moves(found, now, wanted), "channel_moves", now.text, wanted.text, currency
    )
    if not moved:
        return
    header = [
        tr(w)
        for w in (
            Words("From", "由"),
            Words("To", "归入"),
            Words("Spend", "花费"),
            Words("Users", "用户"),
            Words("Rows in all", "数据行数"),
        )
    ]
    rows = [
        [
            tr(CHANNEL.label(m.before)),
            tr(CHANNEL.label(m.after)),
            numbers.full(m.spend, Unit.MONEY, tr, currency),
            numbers.full(m.users, Unit.COUNT, tr),
            numbers.full(m.rows, Unit.COUNT, tr),
        ]
        for m in moved[:12]
    ]
    title = tr(Words("Applying this table moves", "应用后将变动"))
    st.html(
        f'<h3 class="ns-small">{title}</h3>' + html_table(title, header, rows, numeric={2, 3, 4})
    )


def _buttons(
    wanted: ChannelRules, rules: ChannelRules, saved: Saved[ChannelTable] | None, tr: Text
) -> None:
    same = wanted.text == rules.text and (saved is None or not isinstance(saved.content, Problem))
    with st.container(horizontal=True):
        both = st.button(
            tr(Words("Save and apply", "保存并应用")), type="primary", key="save_apply_table",
            disabled=same or working(),
        )  # fmt: skip
        only = st.button(tr(Words("Save", "仅保存")), key="save_table", disabled=same or working())
        st.download_button(
            tr(Words("Table as CSV", "导出 CSV")),
            as_csv(wanted).encode("utf-8-sig"),
            file_name=f"channels_{shop_key()}.csv",
            mime="text/csv",
            on_click="ignore",
            icon=":material/download:",
        )
    if not (both or only):
        return
    based_on = None if saved is None else saved.revision
    if _saved(wanted, based_on) and both:
        apply()
    st.rerun()


def _saved(wanted: ChannelRules, based_on: int | None) -> bool:
    """Keep the table; a conflict is remembered, to be told on the next run."""
    try:
        save(store(), shop_key(), wanted, author=author(), based_on=based_on)
    except EditConflict as conflict:
        st.session_state[_CONFLICT] = (conflict, wanted)
        return False
    st.session_state.pop(_CONFLICT, None)
    return True


def _conflict(tr: Text) -> None:
    """Somebody else saved first: who and when, and the choice between the two tables."""
    held = st.session_state.get(_CONFLICT)
    if held is None:
        return
    conflict, mine = held
    card(*_card_of(conflict, tr), "warning")
    with st.container(horizontal=True):
        over = st.button(tr(Words("Save mine over it", "用我的覆盖")), key="table_mine")
        theirs = st.button(tr(Words("Take theirs", "采用对方的")), key="table_theirs")
    if over or theirs:
        st.session_state.pop(_CONFLICT, None)
        if over:
            _saved(mine, conflict.stored.revision)
        st.session_state[_FRESH] = st.session_state.get(_FRESH, 0) + 1
        st.rerun()


def _history(saved: Saved[ChannelTable] | None, tr: Text) -> None:
    """Every version of the table, with the way back to one."""
    if saved is None:
        return
    fold = st.expander(tr(Words("History", "修改历史")), key=f"table_history_{tr.language}",
                       on_change="rerun", type="compact")  # fmt: skip
    with fold:
        if not fold.open:
            return
        versions = store().history(CHANNEL_TABLE, shop_key())
        zone = warehouse().reporting.zone
        header = [
            tr(w)
            for w in (
                Words("Version", "版本"),
                Words("By", "修改人"),
                Words("When", "时间"),
                Words("Action", "操作"),
                Words("Rules", "规则数"),
            )
        ]
        rows = [
            [
                str(v.revision),
                v.author,
                dates.instant(v.edited_at, zone, tr),
                tr(ACTION_NAMES[v.action]),
                "–" if isinstance(v.content, Problem) else str(len(v.body.rows)),
            ]
            for v in versions
        ]
        st.html(html_table(tr(Words("History", "修改历史")), header, rows, numeric={4}))
        others = [v.revision for v in versions if v.revision != saved.revision]
        if others:
            _restore(others, saved.revision, tr)


def _restore(others: list[int], based_on: int, tr: Text) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        revision = st.selectbox(
            tr(Words("Bring back version", "恢复到版本")), others,
            key=f"table_revision_{tr.language}",
        )  # fmt: skip
        if st.button(tr(Words("Restore", "恢复")), key="table_restore", disabled=working()):
            try:
                store().restore(
                    CHANNEL_TABLE, shop_key(), revision, author=author(), based_on=based_on
                )
            except EditConflict as conflict:
                card(*_card_of(conflict, tr), "warning")
                return
            st.rerun()


def _read_only(rules: ChannelRules, tr: Text) -> None:
    if not rules.rules:
        return
    header = [tr(HEADINGS[name]) for name in COLUMNS]
    rows = [
        [r.raw or "*", tr(CHANNEL.label(r.channel)), r.campaign or "*", r.source or "*"]
        for r in rules.rules
    ]
    st.html(html_table(tr(Words("Channel table", "渠道对照表")), header, rows))


def _card_of(problem: Problem, tr: Text) -> tuple[str, str]:
    what, *hint = problem.say(tr).split("\n")
    return what, "\n".join(hint)
