"""The parts of the states page, from the answers to the screen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from charts.shades import Shades, ink
from charts.states import NOT_YET as NOT_YET_KEY
from charts.states import states_over_time
from charts.theme import palette
from charts.transitions import state_flow
from format import dates, numbers
from i18n import Text, Words
from metrics.metric import Unit
from metrics.states.readings import Matrix, Snapshot, Stake
from metrics.states.spec import COUNTED_FROM, NOT_YET, STATES, State, rule_words
from metrics.states.text import as_csv, choice_table, reason_table
from ui.figures import draw
from ui.heat_table import HeatCell, HeatRow, heat_table
from ui.how_computed import computed_fold
from ui.html import escape
from ui.lifecycle_states.asked import Asked
from ui.lifecycle_states.people import (
    MATRIX_KEY,
    ROWS,
    cell_clicked,
    opened_people,
    picker,
)
from ui.lifecycle_states.segments import state_lines
from ui.page import section, version_line
from ui.patience import patiently
from ui.session import dark, scope, text, warehouse
from ui.small_tiles import SmallTile, small_tiles
from ui.states import card, empty
from ui.tables import scroll_table

_ANSWERS = Words("Who is active, who sleeps, who has gone?", "谁在活跃，谁在沉睡，谁已流失？")
FIGURE = 340
"""Height of the course in pixels."""
Found = tuple[Snapshot, Matrix]
"""The states of the day, and the moves since the other one."""


def answered(asked: Asked) -> Found | None:
    """The states; None, with the reason in its place, where there are none or the reader stopped
    it."""
    found = patiently(lambda: (asked.snapshot(), asked.matrix()), "states", asked, height=FIGURE)
    if found is not None and found[0].reason is not None:
        empty(text(), found[0].reason)
        return None
    return found


def finding(found: Found | None, tr: Text) -> str:
    """How many are active, and how the churned changed between the two days."""
    if found is None:
        return tr(_ANSWERS)
    now, matrix = found
    if not now.users:
        return tr(_ANSWERS)
    here = [State.NEW, State.RESURRECTED, State.ACTIVE]
    there = sum(now.counts[s] for s in here)
    last = warehouse().coverage.last_day
    first = tr(
        Words(
            "{share} of {n} users are new, active or back on {on}.",
            "截至 {on}，{n} 名用户中 {share} 为新用户、活跃或回流。",
        ),
        share=numbers.short(there / now.users, Unit.SHARE, tr),
        n=numbers.full(now.users, Unit.COUNT, tr),
        on=dates.day(now.on, tr, last),
    )
    if matrix.before.on == now.on:
        return first
    lost = sum(matrix.cells[a, State.CHURNED] for a in State if a is not State.CHURNED)
    back = matrix.cells[State.CHURNED, State.RESURRECTED]
    second = tr(
        Words(
            "Since {day} {lost} churned and {back} of the churned came back.",
            "自 {day} 以来，{lost} 人流失，{back} 名流失用户回流。",
        ),
        day=dates.day(matrix.before.on, tr, last),
        lost=numbers.full(lost, Unit.COUNT, tr),
        back=numbers.full(back, Unit.COUNT, tr),
    )
    return tr(Words(" ", "")).join([first, second])


def tiles(asked: Asked, now: Snapshot, before: Snapshot, stakes: Mapping[State, Stake]) -> None:
    """Each state: users, share, change since the other day, and what they are worth."""
    tr, currency = text(), scope().currency
    drawn = []
    for s in State:
        share = now.share(s)
        said = numbers.short(share.value, Unit.SHARE, tr)
        if before.on != now.on and before.users and share.value is not None:
            was = before.share(s).value
            if was is not None:
                said += f" · {numbers.signed_change(was, share.value, Unit.SHARE, tr)}"
        worth = stakes[s].lately
        note = ""
        if worth.value is not None:
            note = tr(
                Words("{money} in 365 days", "近 365 天 {money}"),
                money=numbers.short(worth.value, Unit.MONEY, tr, currency),
            )
        rule = rule_words(s, warehouse().reporting.states, tr)
        drawn.append(
            SmallTile(
                tr(STATES[s]), numbers.short(now.counts[s], Unit.COUNT, tr), said,
                note=note, more=rule,
            )
        )  # fmt: skip
    small_tiles(drawn, tr(Words("States", "状态")))
    _rules(asked, now, tr)


def _rules(asked: Asked, now: Snapshot, tr: Text) -> None:
    rules = warehouse().reporting.states
    said = tr(Words("; ", "；")).join(
        f"{tr(STATES[s])}{tr(Words(': ', '：'))}{rule_words(s, rules, tr)}" for s in State
    )
    where = tr(
        Words(
            "Change in points since {day}. Rules, each one a setting (reporting.states in "
            "northstar.toml): {said}.",
            "变化为自 {day} 以来的百分点。规则均可配置（northstar.toml 的 reporting.states）："
            "{said}。",
        ),
        day=dates.day(asked.against, tr, warehouse().coverage.last_day),
        said=said,
    )
    st.html(f'<p class="ns-sub">{escape(where)} {escape(tr(COUNTED_FROM))}</p>')
    if now.short_history:
        words = Words(
            "The data begins so late that whoever was active before it may look churned or be "
            "missing.",
            "数据起始较晚：此前活跃过的用户可能被误判为流失或未计入。",
        )
        card(tr(words), "", "warning")


def course_section(course: tuple[Snapshot, ...]) -> None:
    """The states at the end of each week or month."""
    tr = text()
    section(
        tr(Words("Where is the base going?", "用户结构如何变化？")),
        tr(Words("Users in each state at the end of each period.", "各周期末处于各状态的用户数。")),
    )
    if not course or not any(s.users for s in course):
        card(tr(Words("No period ends in the data.", "数据中没有已结束的周期。")), "", "info")
        return
    days = [(s.on, s.running) for s in course]
    draw(states_over_time(days, state_lines(course, tr), tr, dark=dark()), "states")


def matrix_section(asked: Asked, now: Snapshot, matrix: Matrix) -> None:
    """Who moved between the two days, as a table to click and as a flow to see."""
    tr, last = text(), warehouse().coverage.last_day
    section(
        tr(Words("Who moved?", "谁的状态变了？")),
        tr(
            Words(
                "From the state on {first} (rows) to that on {second} (columns); shade: share of "
                "the row.",
                "从 {first} 的状态（行）到 {second} 的状态（列）；色阶：占该行的比例。",
            ),
            first=dates.day(asked.against, tr, last),
            second=dates.day(asked.on, tr, last),
        ),
    )
    if asked.against == asked.on:
        words = Words("The range begins with the data: there is no day before it.",
                      "所选范围即数据起点，没有更早的日期可比。")  # fmt: skip
        card(tr(words), "", "info")
        return
    heat_table(
        matrix_rows(matrix, tr, is_dark=dark()),
        [tr(STATES[s]) for s in State],
        corner=tr(Words("Before", "此前")),
        size_name=tr(Words("Users", "用户")),
        label=tr(Words("Moves between states", "状态转移")),
        dark=dark(),
        key=MATRIX_KEY,
        on_pick=lambda: cell_clicked(asked),
    )
    picker(asked, now, matrix)
    opened_people(asked, now, matrix)
    cells = {(a or NOT_YET_KEY, b.value): n for (a, b), n in matrix.cells.items()}
    names = [(a.value if a else NOT_YET_KEY, tr(STATES[a] if a else NOT_YET)) for a in ROWS]
    columns = [(s.value, tr(STATES[s])) for s in State]
    kept = [(key, name) for key, name in names if any(cells[key, b] for b, _ in columns)]
    draw(
        state_flow(
            {(str(a), b): n for (a, b), n in cells.items()},
            kept,
            columns,
            (asked.against, asked.on),
            tr,
            dark=dark(),
        ),
        "states_flow",
    )


def matrix_rows(matrix: Matrix, tr: Text, *, is_dark: bool) -> list[HeatRow]:
    """A row per state before with its share of users in each state after; the last row sums."""
    shades = Shades(palette(is_dark), 1.0)
    largest = max((matrix.row(a) for a in ROWS), default=0) or 1
    rows = []
    for place, before in enumerate(ROWS):
        size = matrix.row(before)
        cells = []
        for after in State:
            n = matrix.cells[before, after]
            count = numbers.full(n, Unit.COUNT, tr)
            if not size:
                cells.append(HeatCell("0", (count,)))
                continue
            share = n / size
            fill = shades.fill(share)
            of = tr(
                Words("{share} of the row", "占该行 {share}"),
                share=numbers.full(share, Unit.SHARE, tr),
            )
            shown = f"{numbers.short(n, Unit.COUNT, tr)} · {numbers.short(share, Unit.SHARE, tr)}"
            cells.append(HeatCell(shown, (count, of), fill, ink(fill), pick=n > 0))
        rows.append(
            HeatRow(
                place,
                tr(NOT_YET if before is None else STATES[before]),
                numbers.full(size, Unit.COUNT, tr),
                tuple(cells),
                bar=size / largest,
            )
        )
    total = tuple(
        HeatCell(numbers.short(matrix.after.counts[s], Unit.COUNT, tr),
                 (numbers.full(matrix.after.counts[s], Unit.COUNT, tr),))
        for s in State
    )  # fmt: skip
    users = numbers.full(matrix.after.users, Unit.COUNT, tr)
    return [*rows, HeatRow(len(ROWS), tr(Words("Sum", "合计")), users, total, strong=True)]


def choice_section(asked: Asked) -> None:
    """What other thresholds would move."""
    tr = text()
    section(
        tr(Words("What if the thresholds were others?", "如果改用其他阈值？")),
        tr(Words("Share of users who would be in another state.", "状态会因此改变的用户占比。")),
    )
    scroll_table(*choice_table(asked.choices(), tr), "states_choices")


def feedback_section(asked: Asked) -> None:
    """What churned users said, beside retained ones."""
    tr = text()
    section(
        tr(Words("Why do they leave?", "用户为什么离开？")),
        tr(
            Words(
                "Reasons in tickets and surveys of the last 365 days: churned against retained "
                "users. An association, not a cause.",
                "近 365 天工单与问卷中的原因：流失用户与留存用户对比。仅为相关，不代表因果。",
            )
        ),
    )
    found = asked.feedback()
    if not found.reasons:
        words = Words("The shop has no feedback in these days.", "该时段内没有反馈数据。")
        hint = Words("Map the table feedback in its mapping.yaml to see reasons here.",
                     "在 mapping.yaml 中映射 feedback 表后，这里会显示原因。")  # fmt: skip
        card(tr(words), tr(hint) if found.lacking else "", "info")
        return
    scroll_table(*reason_table(found, tr), "states_reasons")
    st.html(f'<p class="ns-sub">{escape(_scores(found, tr))}</p>')


def _scores(found: Any, tr: Text) -> str:
    """Mean satisfaction of both sides with its interval, as far as there is any."""
    said = []
    for name, score in (
        (Words("Satisfaction of the churned", "流失用户满意度"), found.churned_score),
        (Words("of the retained", "留存用户满意度"), found.retained_score),
    ):
        if score.mean is None:
            continue
        value = numbers.full(score.mean, Unit.TIMES, tr)
        if score.low is not None and score.high is not None:
            ends = [numbers.full(v, Unit.TIMES, tr) for v in (score.low, score.high)]
            value += tr(Words(" ({low} – {high})", "（{low} – {high}）"), low=ends[0], high=ends[1])
        said.append(f"{tr(name)}{tr(Words(': ', '：'))}{value}")
    return tr(Words("; ", "；")).join(said)


def download(asked: Asked, now: Snapshot) -> None:
    tr, w = text(), warehouse()
    st.download_button(
        tr(Words("Download CSV", "下载 CSV")),
        lambda: as_csv(asked.answer(now)).encode("utf-8-sig"),
        file_name=f"northstar_states_{w.shop}_{asked.on}.csv",
        mime="text/csv",
        on_click="ignore",
        key="download_states",
    )


def how_computed(asked: Asked) -> None:
    """The order of the rules, the data version, the statements."""
    tr = text()
    with computed_fold():
        order = Words(
            "Every user is in exactly one state, the first whose rule holds: new, resurrected, "
            "active, dormant, churned. Value: net revenue of the last 365 days.",
            "每位用户恰有一个状态，按顺序取首个符合的规则：新用户、回流、活跃、沉睡、流失。"
            "价值为近 365 天净收入。",
        )
        version = version_line(tr)
        st.markdown("\n".join(f"- {line}" for line in (tr(order), version)))
        for sql in asked.statements().values():
            st.code(sql, language="sql")
