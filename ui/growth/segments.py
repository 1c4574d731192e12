"""Growth by a property of the user: a panel for each part, the table, the people behind both."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import streamlit as st

from charts.growth_panels import FlowPanel, flow_panels
from data.dimensions import DIMENSIONS as ALL_DIMENSIONS
from format import dates, numbers
from i18n import Text, Words
from metrics.audiences.definitions import of_growth
from metrics.growth.people import FlowBar, MoneyBar, flow_people, money_people
from metrics.growth.result import MoneyFlows, UserFlows
from metrics.growth.spec import DIMENSIONS, FLOWS, MONEY_FLOWS, Flow, MoneyFlow
from metrics.growth.text import table
from metrics.metric import Unit
from metrics.reading import Reason
from metrics.user_segments import Segment, segment_words
from ui.behind import Behind
from ui.figures import draw
from ui.growth.asked import Asked, Flows, shown_dimension
from ui.growth.flows import last_over, stacks
from ui.page import section
from ui.session import choose, dark, scope, text, warehouse
from ui.states import card, empty
from ui.tables import scroll_table


@dataclass(frozen=True, slots=True)
class Bar:
    """A part and a period by place, and a flow by key."""

    part: int
    period: int
    key: str


BEHIND: Behind[Bar] = Behind("growth_part")
_WITHOUT_PEOPLE = (MoneyFlow.GUESTS.value, "net")


def part_section(found: Flows, asked: Asked) -> Flows:
    """The flows of each part over time, and its last finished period in numbers; the parts sum to
    the whole."""
    tr = text()
    section(
        tr(Words("Who grows, who shrinks?", "谁在增长，谁在流失？")),
        tr(Words("Each part by itself, all on one scale; beside the name the net of the last "
                 "finished period. Parts sum to the whole exactly.",
                 "各组单独展示，坐标轴统一；名称旁为最近一个已结束周期的净增。各组之和恰为总体。")),
    )  # fmt: skip
    by = shown_dimension()
    key = f"growth_by_{tr.language}"
    st.session_state[key] = by
    st.segmented_control(
        tr(Words("Break down by", "拆分维度")),
        list(DIMENSIONS),
        key=key,
        format_func=lambda k: tr(ALL_DIMENSIONS[k].name),
        on_change=lambda: choose(by=st.session_state[key] or by),
        label_visibility="collapsed",
    )
    split = asked.split(by)
    last = last_over(split)
    if last is None:
        card(tr(Words("No period is over yet.", "尚无已结束的周期。")), "", "info")
        return split
    if not split.parts:
        empty(tr, Reason.NO_ROWS)
        return split
    _figure(split, asked, tr)
    at = next(n for n, f in enumerate(split.whole) if f is last)
    header, rows = part_rows(split, at, tr)
    scroll_table(header, rows, "growth_parts")
    return split


def _figure(split: Flows, asked: Asked, tr: Text) -> None:
    money = isinstance(split.whole[0], MoneyFlows)
    figure = flow_panels(
        [(f.period.span, f.period.running) for f in split.whole],
        [
            FlowPanel(part_name(split, n, tr), stacks(split.parts[n].flows, tr))
            for n in range(len(split.parts))
        ],
        Unit.MONEY if money else Unit.COUNT,
        split.grain,
        tr,
        dark=dark(),
        currency=scope().currency,
    )
    draw(figure, BEHIND.figure_key, **_selecting(split))
    BEHIND.picker(choices(split), lambda bar: name_of(split, bar, tr))
    _opened_people(split, asked)


def part_name(split: Flows, n: int, tr: Text) -> str:
    part = split.parts[n]
    return tr(segment_words(Segment(split.dimension or DIMENSIONS[0]), part.value))


def flow_of(split: Flows, bar: Bar) -> UserFlows | MoneyFlows | None:
    """The part and period of a bar, if they are drawn."""
    if not 0 <= bar.part < len(split.parts):
        return None
    flows = split.parts[bar.part].flows
    return flows[bar.period] if 0 <= bar.period < len(flows) else None


def amount_of(split: Flows, bar: Bar) -> float | None:
    """What a bar says; None where it says nothing or nobody is behind it."""
    flows = flow_of(split, bar)
    if flows is None or bar.key in _WITHOUT_PEOPLE:
        return None
    if isinstance(flows, MoneyFlows):
        known = bar.key in [f.value for f in MoneyFlow] and not flows.reason
        return flows.of(MoneyFlow(bar.key)) if known else None
    return flows.of(Flow(bar.key)) if bar.key in [f.value for f in Flow] else None


def _selecting(split: Flows) -> dict[str, Any]:
    def read(data: Any, _trace: int) -> Bar | None:
        if not isinstance(data, (list, tuple)) or len(data) != 3:
            return None
        bar = Bar(int(data[0]), int(data[1]), str(data[2]))
        return bar if amount_of(split, bar) else None

    return BEHIND.on_select(read)


def choices(split: Flows) -> list[Bar]:
    """Every flow of the last finished period, part by part; a click opens the other periods."""
    last = last_over(split)
    at = next((n for n, f in enumerate(split.whole) if f is last), -1)
    keys = [f.value for f in (MoneyFlow if isinstance(last, MoneyFlows) else Flow)]
    bars = [Bar(n, at, key) for n in range(len(split.parts)) for key in keys]
    return [bar for bar in bars if amount_of(split, bar)]


def name_of(split: Flows, bar: Bar, tr: Text) -> str:
    """Which flow of which part and period, and what it says."""
    flows, money = flow_of(split, bar), isinstance(split.whole[0], MoneyFlows)
    if flows is None:
        return ""
    words = MONEY_FLOWS[MoneyFlow(bar.key)] if money else FLOWS[Flow(bar.key)]
    span, unit = flows.period.span, Unit.MONEY if money else Unit.COUNT
    return tr(
        Words("{part} · {period} · {flow}: {n}", "{part} · {period} · {flow}：{n}"),
        part=part_name(split, bar.part, tr),
        period=dates.bucket(span.start, span.end, split.grain, tr),
        flow=words,
        n=numbers.full(amount_of(split, bar), unit, tr, scope().currency),
    )


def number_of(split: Flows, bar: Bar) -> FlowBar | MoneyBar | None:
    """The bar as its list is asked for."""
    flows = flow_of(split, bar)
    if flows is None or not amount_of(split, bar):
        return None
    group = split.parts[bar.part].group
    if isinstance(flows, MoneyFlows):
        return MoneyBar(flows.period, split.grain, MoneyFlow(bar.key), group)
    return FlowBar(flows.period, split.criterion, Flow(bar.key), group)


def _opened_people(split: Flows, asked: Asked) -> None:
    """The drawer of the bar that was clicked before this run."""
    bar, w = BEHIND.wanted(), warehouse()
    number = None if bar is None else number_of(split, bar)
    if bar is None or number is None:
        return
    if isinstance(number, MoneyBar):
        people = money_people(w, asked.scope, number)
    else:
        people = flow_people(w, asked.scope, number)
    BEHIND.open(lambda tr: name_of(split, bar, tr), people, definition=of_growth(number))


def part_rows(split: Flows, at: int, tr: Text) -> tuple[list[str], list[list[str]]]:
    """One row per part and one for the whole, of the period at a place."""
    header, every = table(split, scope(), tr)
    n = len(split.whole)
    kept = [every[k * n + at] for k in range(len(split.parts) + 1)]
    hidden = {1, 2, len(header) - 1}
    places = [k for k in range(len(header)) if k not in hidden]
    return [header[k] for k in places], [[row[k] for k in places] for row in [*kept[1:], kept[0]]]
