"""What if: sliders that move budget between channels, and what that would bring."""

from __future__ import annotations

import math

import streamlit as st

from data.dimensions import CHANNEL
from format import numbers
from i18n import Text, Words
from metrics.metric import Unit
from metrics.saturation.whatif import Movable, Outcome, balanced, outcome
from ui.html import escape
from ui.page import section
from ui.saturation.address import FIXED, budget_of
from ui.saturation.asked import Found
from ui.saturation.parts import people_words
from ui.session import choose, chosen, text
from ui.small_tiles import SmallTile, small_tiles
from ui.states import card

_STEP = 0.1
_COLUMNS = 2


def plan_section(found: Found) -> None:
    """Sliders by channel in percent of today's spend; the sum of it all above them."""
    tr = text()
    section(
        tr(Words("What if budget moved?", "如果调整预算？")),
        tr(
            Words(
                "Weekly spend by channel against today's, kept up; expected new customers a week "
                "with a 95 % interval.",
                "各渠道周花费相对当前的变化（持续保持）；预计周新客附 95% 区间。",
            )
        ),
    )
    if not found.movable:
        words = Words("No channel can be moved: no curve, no experiment.",
                      "没有可调整的渠道：既无曲线，也无实验结果。")  # fmt: skip
        card(tr(words), "", "info")
        return
    result = outcome(found.movable, found.plan)
    _tiles(result, found, tr)
    _controls(found, tr)
    for start in range(0, len(found.movable), _COLUMNS):
        places = st.columns(_COLUMNS, gap="large")
        for place, movable in zip(places, found.movable[start : start + _COLUMNS], strict=False):
            with place:
                _slider(movable, found, result, tr)
    _not_movable(found, tr)


def _tiles(result: Outcome, found: Found, tr: Text) -> None:
    def money(amount: float) -> str:
        return numbers.short(amount, Unit.MONEY, tr, found.scope.currency)

    change, spent = result.change, result.spend - result.spend_today
    more = numbers.plus(people_words(change.value, tr), change.value)
    interval = f"{people_words(change.low, tr)} – {people_words(change.high, tr)}"
    words = Words("{n} a week, 95 % interval {interval}", "每周 {n}，95% 区间 {interval}")
    still = abs(spent) < 0.002 * result.spend_today
    tiles = [
        SmallTile(
            tr(Words("Spend a week, these channels", "上述渠道周花费")),
            money(result.spend),
            tr(Words("as today", "与当前相同"))
            if still
            else numbers.signed_change(result.spend_today, result.spend, Unit.MONEY, tr),
            note=tr(Words("today {money}", "当前 {money}"), money=money(result.spend_today)),
        ),
        SmallTile(
            tr(Words("New customers a week", "周新客")),
            people_words(result.today + change.value, tr),
            tr(words, n=more, interval=interval) if found.plan else "",
            judged=_judged(result),
            note=tr(Words("today {n}", "当前 {n}"), n=people_words(result.today, tr)),
        ),
    ]
    if not still and result.is_sure:
        cost = spent / change.value
        tiles.append(
            SmallTile(
                tr(Words("Per customer more or fewer", "每增减一位新客的花费")),
                money(cost) if cost > 0 else numbers.NO_VALUE,
                note=tr(Words("of the whole move", "就整个方案而言")),
            )
        )
    small_tiles(tiles, tr(Words("What the plan would do", "方案效果")))
    if result.beyond:
        names = tr(Words(", ", "、")).join(tr(CHANNEL.label(c)) for c in result.beyond)
        said = Words(
            "Beyond the spend seen so far: {names}. There the curve rests on its form alone.",
            "已超出历史花费范围：{names}。该处仅由曲线形式推断。",
        )
        st.html(f'<p class="ns-notice" role="status">{escape(tr(said, names=names))}</p>')


def _judged(result: Outcome) -> str:
    """Colour only where the interval says which way it goes."""
    if not result.is_sure:
        return "noise"
    return "good" if result.change.value > 0 else "bad"


def _controls(found: Found, tr: Text) -> None:
    """Whether the total stays, and the way back to today."""
    key = f"budget_total_{tr.language}"
    st.session_state[key] = chosen().total == FIXED
    with st.container(horizontal=True, vertical_alignment="center"):
        st.toggle(
            tr(Words("Keep the total", "总额不变")),
            key=key,
            on_change=lambda: choose(total=FIXED if st.session_state[key] else None),
            help=tr(
                Words(
                    "What one channel takes, the others give in proportion to their spend.",
                    "某渠道增加的花费，由其他渠道按各自花费比例让出。",
                )
            ),
        )
        st.button(
            tr(Words("Back to today", "恢复当前")),
            key="budget_reset",
            disabled=not found.plan,
            icon=":material/undo:",
            on_click=lambda: choose(budget=()),
        )


def _slider(movable: Movable, found: Found, result: Outcome, tr: Text) -> None:
    line = next(m for m in result.channels if m.channel == movable.channel)
    low, high = (_percent(movable, end) for end in movable.reach)
    low, high = math.ceil(low), math.floor(high)
    key = f"budget_{movable.channel}_{tr.language}"
    now = _percent(movable, line.spend)
    st.session_state[key] = min(max(round(now, 1), float(low)), float(high))
    money = [
        numbers.short(v, Unit.MONEY, tr, found.scope.currency) for v in (movable.today, line.spend)
    ]
    name = tr(CHANNEL.label(movable.channel))
    moved = abs(line.spend / movable.today - 1) > 1e-6
    st.slider(
        f"{name} · {money[0]} → {money[1]}" if moved else f"{name} · {money[0]}",
        float(low),
        float(high),
        step=_STEP,
        format="%+.1f%%",
        key=key,
        on_change=_taken,
        args=(found, movable.channel, key),
    )
    if moved:
        words = Words("{n} customers a week ({low} – {high})", "周新客 {n}（{low} – {high}）")
        c = line.change
        said = tr(
            words,
            n=numbers.plus(people_words(c.value, tr), c.value),
            low=people_words(c.low, tr),
            high=people_words(c.high, tr),
        )
        if line.beyond:
            said += tr(Words(" · beyond what was seen", " · 超出历史范围"))
        st.caption(said)


def _percent(movable: Movable, spend: float) -> float:
    return (spend / movable.today - 1) * 100


def _taken(found: Found, channel: str, key: str) -> None:
    """One slider was moved: the others follow where the total stays."""
    movable = next(m for m in found.movable if m.channel == channel)
    plan = {**found.plan, channel: movable.today * (1 + st.session_state[key] / 100)}
    if chosen().total == FIXED:
        total = sum(m.today for m in found.movable)
        plan = balanced(found.movable, plan, channel, total)
    choose(budget=budget_of(found.movable, plan))


def _not_movable(found: Found, tr: Text) -> None:
    """Every channel that has no slider; the table above says why."""
    able = {m.channel for m in found.movable}
    names = [tr(CHANNEL.label(c.channel)) for c in found.answer.channels if c.channel not in able]
    if names:
        words = Words(
            "Can't be moved, each for the reason in the table above: {names}.",
            "不可调整（原因见上表）：{names}。",
        )
        st.caption(tr(words, names=tr(Words(", ", "、")).join(names)))
