"""The figures of the funnel page: bars, times, trend, differences, break-down."""

from __future__ import annotations

from typing import Any

import streamlit as st

from charts.funnel import funnel_bars, segment_bars
from charts.funnel_difference import difference_whiskers
from charts.funnel_times import time_to_convert
from charts.funnel_trend import funnel_trend_lines
from data.dimensions import DIMENSIONS
from data.sources import PERSONAL
from format import numbers
from i18n import Text, Words
from metrics.funnels.breakdown import MOST_SEGMENTS, USER_COLUMNS
from metrics.funnels.compare import compare_segments
from metrics.funnels.names import step_label
from metrics.funnels.people import Bar, State
from metrics.funnels.result import Breakdown, FunnelCounts, FunnelTimes, FunnelTrend
from metrics.funnels.spec import OWN_COLUMNS
from ui.figures import draw
from ui.funnel.asked import Asked, split_by, trend_grain
from ui.funnel.fields import NOTHING
from ui.funnel.finding import notes, why_empty
from ui.funnel.words import breakdown_name, option_line
from ui.funnel_people import BEHIND, open_bar
from ui.page import compared_days, section
from ui.patience import patiently
from ui.session import chosen, dark, generation, text, viewer, warehouse
from ui.states import card, empty

_BAR_STATES = (State.REACHED, State.IN_PROGRESS)
"""Of the traces that `funnel_bars` draws, by their number."""
_SPLIT_STEPS = ("channel", "campaign", "platform", "category", "item_id")
"""Properties of events that are offered; the address may name others."""


def bars(counts: FunnelCounts) -> None:
    """The funnel itself; a click on a bar opens the people behind it."""
    tr, coverage = text(), warehouse().coverage
    section(tr(Words("How far do they get?", "用户走到了哪一步？")), option_line(counts.funnel, tr))
    if counts.total.entered == 0:
        empty(tr, why_empty(counts, coverage))
        return
    draw(funnel_bars(counts, tr, dark=dark()), BEHIND.figure_key, **BEHIND.on_select(_bar_of))
    for line in notes(counts, coverage, {k: d.name for k, d in DIMENSIONS.items()}, tr):
        st.caption(line)
    _people_picker(counts, tr)


def _bar_of(data: Any, trace: int) -> Bar:
    """The bar of a clicked point: its step, and which of the traces it belongs to."""
    step = int(data[0] if isinstance(data, (list, tuple)) else data)
    return Bar(_BAR_STATES[min(trace, 1)], step)


def count_of(counts: FunnelCounts, bar: Bar) -> int:
    """The number that the bar says."""
    step = counts.total.steps[bar.step - 1]
    match bar.state:
        case State.DROPPED:
            return step.dropped
        case State.IN_PROGRESS:
            return step.in_progress
        case State.CONVERTED:
            return counts.total.converted
        case State.LEFT_OUT:
            return counts.total.left_out
        case State.UNDER_WAY:
            return counts.total.in_progress
    return step.reached


def _people_picker(counts: FunnelCounts, tr: Text) -> None:
    """Everybody who can be listed, for those who don't click bars and for who dropped."""
    steps = counts.total.steps
    choices = [Bar(State.REACHED, s.step) for s in steps if s.reached]
    choices += [Bar(State.DROPPED, s.step) for s in steps if s.dropped]
    choices += [Bar(State.IN_PROGRESS, s.step) for s in steps if s.in_progress]
    whole = [Bar(state) for state in (State.UNDER_WAY, State.LEFT_OUT)]
    choices += [bar for bar in whole if count_of(counts, bar)]
    BEHIND.picker(
        choices,
        lambda bar: _bar_name(counts, bar, tr),
        Words(
            "Click a bar, or choose whom to list: who reached, dropped, may still come",
            "点击柱形，或在此选择：到达、流失、进行中的用户",
        ),
    )


_BARS: dict[State, Words] = {
    State.REACHED: Words("Reached {step}: {n}", "到达“{step}”：{n}"),
    State.DROPPED: Words("Dropped before {step}: {n}", "“{step}”之前流失：{n}"),
    State.IN_PROGRESS: Words("May still reach {step}: {n}", "可能到达“{step}”：{n}"),
    State.CONVERTED: Words("Converted: {n}", "已转化：{n}"),
    State.UNDER_WAY: Words("May still convert: {n}", "仍可能转化：{n}"),
    State.LEFT_OUT: Words("Left out by an exclusion: {n}", "因排除条件剔除：{n}"),
}


def _bar_name(counts: FunnelCounts, bar: Bar, tr: Text) -> str:
    step = f"{bar.step} {step_label(counts.funnel, bar.step, tr)}"
    return tr(_BARS[bar.state], step=step, n=numbers.full(count_of(counts, bar), "count", tr))


def opened_people(counts: FunnelCounts) -> None:
    """The drawer of the bar that was clicked in the run before, once."""
    bar = BEHIND.wanted()
    if bar is not None and bar.step <= len(counts.funnel.steps):
        open_bar(counts.funnel, counts.span, bar, count_of(counts, bar))


def times(asked: Asked) -> FunnelTimes | None:
    """How long the steps took; None where the reader stopped it."""
    tr = text()
    section(
        tr(Words("How long does it take?", "转化用时多久？")),
        tr(
            Words(
                "From the required step before, of those who arrived; logarithmic",
                "距上一必经步骤的时长（仅已到达者），对数刻度",
            )
        ),
    )
    found = patiently(asked.times, "times", asked)
    if found is None:
        return None
    if found.overall.units or any(s.units for s in found.steps):
        draw(time_to_convert(found, asked.funnel, tr, dark=dark()), "funnel_times")
    else:
        card(tr(_NO_TIMES), tr(_NO_TIMES_YET), "info")
    return found


_NO_TIMES = Words("Nobody reached another step.", "没有人到达后续步骤。")
_NO_TIMES_YET = Words(
    "There is a time to show as soon as somebody does.", "有人到达后才会有用时数据。"
)


def trend(asked: Asked) -> FunnelTrend | None:
    """Conversion by when they entered; None where the reader stopped it."""
    tr = text()
    section(
        tr(Words("Is it getting better?", "转化在变好吗？")),
        tr(
            Words(
                "By when they entered. Who entered in several periods is in each of them, so the "
                "points don't add up to the bars.",
                "按进入时间统计；跨期多次进入者在各期均计一次，因此各点相加不等于柱形总数。",
            )
        ),
    )
    found = patiently(asked.trend, "trend", asked, trend_grain())
    if found is None:
        return None
    if any(p.total.entered for p in found.points):
        draw(funnel_trend_lines(found, asked.funnel, tr, dark=dark()), "funnel_trend")
    else:
        empty(tr, None)
    return found


def periods(asked: Asked) -> None:
    """By how much the rates differ from the period compared with."""
    tr, coverage = text(), warehouse().coverage
    both = asked.against()
    section(
        tr(Words("Has it changed?", "与对比期相比有变化吗？")),
        "" if both is None else tr(
            Words(
                "Against {days}; coloured where significant after Benjamini–Hochberg",
                "对比 {days}；经 Benjamini–Hochberg 校正后显著的着色",
            ),
            days=compared_days(both[1], coverage, tr),
        ),
    )  # fmt: skip
    if both is None:
        card(tr(_NO_COMPARISON), tr(_CHOOSE_ANOTHER), "info")
        return
    found = patiently(lambda: asked.compared(both), "compared", asked)
    if found is None:
        return
    before, difference = found
    if before.total.entered == 0:
        card(tr(_NOBODY_BEFORE), tr(_CHOOSE_ANOTHER), "info")
        return
    draw(
        difference_whiskers([difference], asked.funnel, None, tr, dark=dark()),
        "funnel_difference",
    )


_NO_COMPARISON = Words("Nothing to compare with.", "没有可对比的时段。")
_NOBODY_BEFORE = Words("Nobody entered in the period compared with.", "对比期内无人进入该漏斗。")
_CHOOSE_ANOTHER = Words(
    "Choose another comparison or other dates at the left.", "请在左侧更换对比方式或时间范围。"
)


def breakdown(asked: Asked) -> FunnelCounts | None:
    """The funnel by the values of a property, and which of them differ from all others; None
    where none is chosen, or the reader stopped it."""
    tr = text()
    section(tr(Words("Where does it differ?", "差异在哪里？")))
    _choose_breakdown(asked, tr)
    if asked.breakdown is None:
        return None
    split = patiently(asked.split, "split", asked)
    if split is not None:
        _segments(split, asked, tr)
    return split


def _segments(split: FunnelCounts, asked: Asked, tr: Text) -> None:
    if split.total.entered == 0:
        empty(tr, why_empty(split, warehouse().coverage))
        return
    if split.values > MOST_SEGMENTS:
        words = Words(
            "{n} values: the largest {most} are shown, the others together.",
            "共 {n} 个取值，仅列出最大的 {most} 个，其余合并。",
        )
        st.caption(tr(words, n=numbers.full(split.values, "count", tr), most=MOST_SEGMENTS))
    draw(segment_bars(split, tr, dark=dark()), "funnel_segments")
    if len(split.segments) < 2:
        return
    section(
        tr(Words("Which of them differ beyond chance?", "哪些差异是显著的？")),
        tr(
            Words(
                "Each against all others together; coloured where significant after "
                "Benjamini–Hochberg",
                "各组与其余全部相比；经 Benjamini–Hochberg 校正后显著的着色",
            )
        ),
    )
    found = compare_segments(split)
    draw(
        difference_whiskers(found, asked.funnel, asked.breakdown, tr, dark=dark()),
        "funnel_segment_difference",
    )


def breakdown_choices(asked: Asked) -> list[Breakdown]:
    """What is offered to break down by: of users first, then of the event of every step."""
    hidden = frozenset[str]() if viewer().personal_data else PERSONAL["users"]
    users = [c for c in USER_COLUMNS if c not in hidden]
    found = [Breakdown(c) for c in users]
    for n in range(1, len(asked.funnel.steps) + 1):
        found += [Breakdown(c, n) for c in OWN_COLUMNS if c in _SPLIT_STEPS]
    if asked.breakdown is not None and asked.breakdown not in found:
        found.append(asked.breakdown)
    return found


def _choose_breakdown(asked: Asked, tr: Text) -> None:
    key = f"funnel_split_{tr.language}_{chosen().funnel}_{generation()}"
    st.session_state[key] = asked.breakdown or NOTHING
    st.selectbox(
        tr(Words("Break down by", "拆分维度")),
        [NOTHING, *breakdown_choices(asked)],
        key=key,
        format_func=lambda b: tr(_NO_SPLIT) if b == NOTHING else breakdown_name(b, tr),
        on_change=lambda: split_by(st.session_state[key] or None),
        help=tr(
            Words(
                "A property of the user, or of the event that served a step.",
                "可按用户属性拆分，也可按某一步事件的属性拆分。",
            )
        ),
    )


_NO_SPLIT = Words("Not broken down", "不拆分")
