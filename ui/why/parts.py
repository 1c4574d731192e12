"""The figures of a change by segment: the whole, then one part opened."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from charts.waterfall import SIGNAL_MARK, waterfall
from format import dates, numbers
from i18n import Text, Words
from metrics.parts import BREAKDOWNS
from metrics.signal_words import judgement_words
from metrics.stats.xmr import Judgement, Verdict
from metrics.why.result import Part, Why, is_signal
from metrics.why.spec import OTHERS, is_ratio
from metrics.why.steps import OWN_SHARE, bridge_of, inner_bridge
from metrics.why.words import effect_text, finding, missing_words, part_words
from ui.figures import draw
from ui.page import compared_days, comparison_name, section
from ui.patience import patiently
from ui.session import dark, scope, text, warehouse
from ui.small_tiles import SmallTile, small_tiles
from ui.states import card
from ui.why.asked import FIGURE, Asked, dimension_words, look


def answered(asked: Asked) -> Why | None:
    """The change; None, with the reason in its place, where the reader stopped it."""
    return patiently(asked.segments, "why", asked.question, asked.scope, height=FIGURE)


def said(found: Why | None, tr: Text) -> str:
    """The sentence that the page opens with."""
    if found is None:
        return tr(_ANSWERS)
    return finding(found, tr, scope().currency)


_ANSWERS = Words(
    "Which part moved a number, and is that signal or noise?",
    "指标变动由哪一部分带来？是显著变化还是正常波动？",
)


def judged(judgement: Judgement, good: str) -> str:
    """The tone of a verdict: colour only for signal, good or bad where the metric has a side."""
    if not is_signal(judgement):
        return "noise"
    if good == "neither":
        return "signal"
    up = judgement.verdict is Verdict.SIGNAL_UP
    return "good" if up == (good == "up") else "bad"


def tiles(found: Why) -> None:
    """Before, after, change, and how much of it the parts that are signal make up."""
    if found.change is None or found.before is None or found.after is None:
        return
    tr, metric, currency = text(), found.question.of, scope().currency
    w = warehouse()
    start, end = float(found.start.value or 0), float(found.end.value or 0)
    signals = [p for p in found.parts if p.is_signal]
    moved = sum(p.effect.total for p in signals)
    effect = effect_text(moved, metric, tr, currency)
    small_tiles(
        [
            SmallTile(
                compared_days(found.before, w.coverage, tr),
                numbers.short(start, metric.unit, tr, currency),
                note=comparison_name(tr),
            ),
            SmallTile(
                compared_days(found.after, w.coverage, tr),
                numbers.short(end, metric.unit, tr, currency),
                note=tr(metric.name),
            ),
            SmallTile(
                tr(Words("Change", "变化")),
                numbers.signed_change(start, end, metric.unit, tr, currency),
                _verdict(found.verdict, tr),
                judged(found.verdict, metric.good),
                more=judgement_words(found.verdict, tr),
            ),
            SmallTile(
                tr(Words("Parts that are signal", "显著的部分")),
                str(len(signals)),
                effect if signals else "",
                note=tr(Words("of {n} judged courses", "共判定 {n} 条序列"), n=found.judged),
            ),
        ],
        tr(Words("The change", "变化概览")),
    )


def _verdict(judgement: Judgement, tr: Text) -> str:
    if judgement.verdict is Verdict.TOO_FEW:
        return tr(Words("not judged", "未判定"))
    usual = Words("usual range", "正常波动")
    return tr(Words("signal", "显著")) if is_signal(judgement) else tr(usual)


def whole_section(found: Why, asked: Asked) -> None:
    """From before to after by the largest parts; a click opens one."""
    tr, w, metric = text(), warehouse(), asked.metric
    section(
        tr(Words("Which {by} moved {name}?", "哪个{by}带动了{name}？"),
           by=_lower(dimension_words(asked.question.by[0]), tr), name=metric.name),
        tr(_HOW if is_ratio(metric) else _HOW_SUM, mark=SIGNAL_MARK),
    )  # fmt: skip
    if found.change is None or found.before is None or found.after is None:
        card(
            tr(Words("There is no bridge: {why}.", "无法拆解：{why}。"), why=missing_words(found)),
            tr(
                Words(
                    "Choose other dates, another comparison or fewer filters.",
                    "请更换时间、对比方式，或减少筛选条件。",
                )
            ),
            "info",
        )
        return
    if not found.parts:
        card(tr(Words("Nothing in either range.", "两个时段都没有数据。")), "", "info")
        return
    figure = waterfall(
        bridge_of(float(found.start.value or 0), float(found.end.value or 0), found.parts),
        {p.key: part_words(asked.question.by[0], p) for p in found.parts},
        dates.span(found.before.start, found.before.end, tr, w.coverage.last_day),
        dates.span(found.after.start, found.after.end, tr, w.coverage.last_day),
        metric.unit,
        tr,
        dark=dark(),
        currency=asked.scope.currency,
        good=metric.good,
        signals={p.key for p in found.parts if p.is_signal},
    )
    key = f"why_figure_{asked.view.opened}"

    def clicked() -> None:
        points = st.session_state[key].selection.points
        if points:
            open_part(asked, str(points[0].get("customdata")))

    draw(figure, key, on_select=clicked, selection_mode="points")


_HOW = Words(
    "Its share of the whole and its own rate together; {mark} and colour: signal, grey: within "
    "its usual range. The parts sum to the change exactly. Click one to look inside.",
    "结构（占比）与自身比率的合计影响；{mark} 与颜色表示显著，灰色为正常波动。"
    "各部分之和恰为总变化，点击可下钻。",
)
_HOW_SUM = Words(
    "{mark} and colour: signal, grey: within its usual range. The parts sum to the change exactly. "
    "Click one to look inside.",
    "{mark} 与颜色表示显著，灰色为正常波动。各部分之和恰为总变化，点击可下钻。",
)


def _lower(words: Words, tr: Text) -> str:
    return tr(words).lower() if tr.language == "en" else tr(words)


def open_part(asked: Asked, key: str) -> None:
    """Look inside one value; levels and all others together can't be opened."""
    if key not in (OTHERS, "start", "end", "change"):
        look(replace(asked.view, opened=key))


def opened_part(asked: Asked) -> tuple[Why, Part] | None:
    """The part that is looked into; None where none is, or it is not among the largest."""
    if asked.view.opened is None:
        return None
    found = patiently(asked.opened, "why_inside", asked.question, asked.view.then, asked.scope)
    if found is None:
        return None
    part = next((p for p in found.parts if p.value == asked.view.opened), None)
    return None if part is None else (found, part)


def opened_section(asked: Asked) -> None:
    """What moved inside one part: its share of the whole, then the parts inside it."""
    both = opened_part(asked)
    if both is None:
        _not_among(asked)
        return
    part = both[1]
    tr, metric, then = text(), asked.metric, str(asked.view.then)
    name = part_words(asked.question.by[0], part)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        section(
            tr(Words("What moved inside {name}?", "{name}内部由什么带动？"), name=name),
            tr(
                Words("by {then}; its effect on {metric}", "按{then}拆解对{metric}的影响"),
                then=_lower(dimension_words(then), tr), metric=metric.name,
            ),
        )  # fmt: skip
        st.button(
            tr(Words("Close", "收起")),
            key="why_close",
            icon=":material/close:",
            on_click=lambda: look(replace(asked.view, opened=None)),
        )
    figure = waterfall(
        inner_bridge(part, metric),
        {p.key: part_words(then, p) for p in part.inner} | {OWN_SHARE: share_words(name)},
        tr(Words("No change", "无变化")),
        tr(Words("{name} together", "{name}合计"), name=name),
        metric.unit,
        tr,
        dark=dark(),
        currency=asked.scope.currency,
        good=metric.good,
        signals={p.key for p in part.inner if p.is_signal}
        | ({OWN_SHARE} if is_signal(part.share) else set()),
        of_change=True,
    )
    draw(figure, f"why_inside_{asked.view.opened}")


def _not_among(asked: Asked) -> None:
    """The address may name a value that is too small to stand for itself."""
    if asked.view.opened is None:
        return
    tr = text()
    name = BREAKDOWNS[asked.question.by[0]].label(asked.view.opened)
    words = Words(
        "{name} is not among the largest parts; narrow the filters to look inside it.",
        "{name}不在影响最大的几项之中；可用筛选单独查看。",
    )
    st.caption(tr(words, name=name))


def share_words(name: Words) -> Words:
    """The step of a part's share of the whole."""
    return Words(f"Share of {name.en} in the whole", f"{name.zh}的占比变化")
