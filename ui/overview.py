"""The parts of the Overview: what is asked for, the figures, the table."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pandas as pd
import streamlit as st

from charts.trend import trend
from charts.waterfall import waterfall
from data.scope import Scope, Span
from format import numbers
from i18n import Words
from metrics.campaign_days import campaign_days
from metrics.catalog import METRICS
from metrics.periods import Comparison, Grain, floor
from metrics.reading import REASONS
from metrics.scorecard import Line, Scorecard, Series, bounds, scorecard, series
from metrics.stats.xmr import Limits, limits
from metrics.trees import TREES, TreeReading, read_tree
from metrics.weekdays import weekday_limits
from ui.deck import deck_editor
from ui.figures import draw
from ui.meeting.marks import marks_by_metric, marks_for, notes_below
from ui.page import compared_days, comparison_name, section
from ui.patience import patiently
from ui.session import (
    choose,
    chosen,
    dark,
    grain,
    remembered,
    scope,
    span,
    text,
    warehouse,
)
from ui.states import card, empty, not_available
from ui.tiles import explained, tiles

FIRST_SCREEN = (80, 60, 270, 60, 320)
"""Heights in pixels: title and finding, then tiles and the trend with their headings."""

TREND_BUCKETS = {Grain.DAY: 56, Grain.WEEK: 52, Grain.MONTH: 24, Grain.QUARTER: 12, Grain.YEAR: 6}
"""How far the north star's trend looks back, so that its limits rest on something."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One question of the page: the same scope, days and comparison for every part of it."""

    scope: Scope
    span: Span
    comparison: Comparison

    @classmethod
    def now(cls) -> Asked:
        return cls(scope(), span(), chosen().compare)


def card_of(asked: Asked) -> Scorecard | None:
    """All supported metrics, computed once for this question; None where the reader stopped it,
    which is said in its place."""
    w = warehouse()
    return patiently(
        lambda: remembered(
            lambda: scorecard(w, asked.scope, asked.span, asked.comparison), "scorecard", asked
        ),
        "scorecard",
        asked,
        height=0,
    )


def lines_of(card: Scorecard, keys: tuple[str, ...]) -> list[Line]:
    """The lines of these metrics, in this order; those the shop lacks are left out."""
    by_key = {line.metric.key: line for line in card.lines}
    return [by_key[k] for k in keys if k in by_key]


def north_star(key: str, asked: Asked) -> None:
    """The trend of the metric the team steers by, with the year before and its natural limits."""
    tr, w, by, metric = text(), warehouse(), grain(), METRICS[key]
    section(
        tr(Words("Is the north star moving? {name}", "北极星走势：{name}"), name=metric.name),
        tr(metric.formula),
    )
    found = patiently(
        lambda: remembered(
            lambda: series(w, asked.scope, _looked_back(asked.span, by), by, key, with_before=True),
            "north_star",
            key,
            asked,
            by,
        ),
        "north_star",
        key,
        asked,
        by,
    )
    if found is None:
        return
    if all(p.reading.value is None for p in (*found.points, *found.before)):
        empty(tr, found.points[-1].reading.reason)
        return
    shown = Span(found.points[0].span.start, found.points[-1].span.end)
    campaigns = [
        (day, words)
        for day, words in remembered(lambda: campaign_days(w), "campaign_days")
        if by in (Grain.DAY, Grain.WEEK) and shown.start <= day < shown.end
    ]
    by_day = _limits_by_day(found)
    figure = trend(
        found,
        None if by_day else _limits(found),
        [*campaigns, *marks_for(key, shown)],
        tr,
        dark=dark(),
        currency=asked.scope.currency,
        by_day=by_day,
    )
    draw(figure, "north_star")
    notes_below(key, shown)


def _looked_back(asked: Span, by: Grain) -> Span:
    """From enough buckets before, to the end of the range; never before the data, nor after it
    unless the whole range lies there (then the page says so)."""
    w = warehouse()
    start = asked.start
    reach = {Grain.DAY: 1, Grain.WEEK: 7, Grain.MONTH: 31, Grain.QUARTER: 92, Grain.YEAR: 366}[by]
    back = asked.end - timedelta(days=reach * TREND_BUCKETS[by])
    start = floor(max(min(start, back), w.coverage.start), by, w.reporting.week_start)
    known = w.coverage.last_day + timedelta(days=1)
    end = min(asked.end, known) if asked.start < known else asked.end
    return Span(min(start, asked.start), end)


def _limits_by_day(found: Series) -> tuple[Limits, ...]:
    """Each day against the same day of other weeks; days of thirty look alike anyway."""
    if found.grain is not Grain.DAY or found.metric.when == "trailing":
        return ()
    return weekday_limits(found.points, found.metric)


def _limits(found: Series) -> Limits | None:
    """Limits of the finished buckets before the last finished one, where they mean something:
    buckets that overlap (30 trailing days, day by day) move together, and a level that drifts has
    no band to stay in."""
    if found.metric.when == "trailing" and found.grain in (Grain.DAY, Grain.WEEK):
        return None
    done = [p.reading.value for p in found.points if not p.running and p.reading.value is not None]
    floor_, ceiling = bounds(found.metric)
    band = limits(done[:-1], floor=floor_, ceiling=ceiling)
    return None if band is None or band.slope else band


def tile_grid(lines: list[Line], asked: Asked) -> None:
    """The deck; a click opens the explanation of that number."""
    tr = text()
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        section(
            tr(Words("Scorecard", "核心指标")),
            tr(
                Words(
                    "{against}; colour only where the value is outside its usual range",
                    "{against}；仅当数值超出正常波动范围时着色",
                ),
                against=comparison_name(tr),
            ),
        )
        deck_editor()
    tiles(
        lines,
        tr,
        currency=asked.scope.currency,
        dark=dark(),
        on_explain=_explain_clicked,
        notes=marks_by_metric(),
    )


def _explain_clicked() -> None:
    key = explained()
    if key is not None:
        choose(explain=key)


def left_out(card_: Scorecard, keys: tuple[str, ...]) -> None:
    """Tiles of the deck that this shop can't fill, and what they need."""
    tr = text()
    missing = [m for m in card_.missing if m.metric.key in keys]
    if missing:
        names = tr(Words("; ", "；")).join(
            f"{tr(m.metric.name)} ({', '.join(m.lacking)})" for m in missing
        )
        words = Words(
            "Not shown, the shop has no data for: {names}.", "未显示（店铺缺少数据）：{names}。"
        )
        st.caption(tr(words, names=names))


def bridge(asked: Asked) -> None:
    """The chosen input tree: what the number is made of and which part moved it."""
    tr, w = text(), warehouse()
    section(tr(Words("Why did it move?", "为什么变化？")))
    able = [key for key, tree in TREES.items() if not w.coverage.lacking(*tree.needs)]
    if not able:
        not_available(w.coverage.lacking(*next(iter(TREES.values())).needs), tr)
        return
    current = chosen().tree if chosen().tree in able else able[0]
    st.session_state["tree_pick"] = current
    st.segmented_control(
        tr(Words("Input tree", "指标拆解")),
        able,
        key="tree_pick",
        format_func=lambda k: tr(TREES[k].name),
        on_change=lambda: choose(tree=st.session_state["tree_pick"] or current),
        label_visibility="collapsed",
    )
    found = patiently(
        lambda: remembered(
            lambda: read_tree(w, asked.scope, str(current), asked.span, asked.comparison),
            "tree",
            current,
            asked,
        ),
        "tree",
        current,
        asked,
    )
    if found is None:
        return
    st.html(f"<p class='ns-sub'>{tr(found.tree.equation)}</p>")
    _waterfall(found, asked)


def _waterfall(found: TreeReading, asked: Asked) -> None:
    tr, w = text(), warehouse()
    if found.bridge is None or found.before is None or found.after is None:
        if asked.comparison is Comparison.NONE:
            words = Words(
                "Choose a comparison to see what moved it.", "请选择对比方式以查看变化原因。"
            )
            card(tr(words), "", "info")
        else:
            reason = REASONS[found.reason] if found.reason else Words("no data", "无数据")
            words = Words("No bridge: {reason}.", "无法拆解：{reason}。")
            card(tr(words, reason=reason), "", "info")
        return
    figure = waterfall(
        found.bridge,
        {leaf.key: leaf.name for leaf in found.tree.inputs},
        compared_days(found.before, w.coverage, tr),
        compared_days(found.after, w.coverage, tr),
        found.tree.unit,
        tr,
        dark=dark(),
        currency=asked.scope.currency,
    )
    draw(figure, "bridge")
    unit_rows = [
        {
            tr(Words("Input", "构成项")): tr(moved.leaf.name),
            compared_days(found.before, w.coverage, tr): numbers.full(
                moved.before, moved.leaf.unit, tr, asked.scope.currency
            ),
            compared_days(found.after, w.coverage, tr): numbers.full(
                moved.after, moved.leaf.unit, tr, asked.scope.currency
            ),
            tr(Words("Effect on {name}", "对{name}的影响"), name=found.tree.name): numbers.full(
                part.value, found.tree.unit, tr, asked.scope.currency
            ),
        }
        for moved, part in zip(found.inputs, found.bridge.parts, strict=True)
    ]
    frame = pd.DataFrame(unit_rows)
    st.dataframe(frame, hide_index=True, key="bridge_table", column_config=_right(frame, 1))


def _right(frame: pd.DataFrame, first: int) -> dict[str, Any]:
    """Numbers stand at the right; they are text because they are written for both languages."""
    names = list(frame.columns)[first:]
    return {str(n): st.column_config.TextColumn(alignment="right") for n in names}
