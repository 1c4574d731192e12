"""Whether the effect differs between segments, or only looks different."""

from __future__ import annotations

import streamlit as st

from charts.effects import Row, effect_whiskers
from i18n import Text, Words
from metrics.effect_words import p_text
from metrics.experiments.course import Segmented
from metrics.experiments.words import SEGMENT_NAMES, SEGMENTATION_NAMES, difference, segment_name
from ui.experiment.asked import Asked, say_uncapped
from ui.figures import draw
from ui.html import escape
from ui.page import section
from ui.session import dark, text

_KEY = "experiment_segmentation"


def segments_section(asked: Asked) -> None:
    """The test first, then the shrunken effects with the raw ones beside them."""
    tr, result, every = text(), asked.found.primary, asked.segments()
    if result is None or not every:
        return
    section(
        tr(Words("Is it the same for everybody?", "对所有人都一样吗？")),
        tr(
            Words(
                "Effects drawn towards the whole as far as their own noise calls for; hollow: as "
                "measured. Segments are those before the exposure.",
                "各分群效果按自身噪声向整体收缩；空心：原始测量值。分群取曝光前属性。",
            )
        ),
    )
    st.html(f'<p style="margin:0 0 .4rem"><strong>{escape(_told(every, tr))}</strong></p>')
    shown = _choose(every, tr)
    outcome, currency = result.judged.outcome, asked.scope.currency
    drawn = shown.heterogeneity.shrunken if shown.heterogeneity is not None else ()
    rows: list[Row] = []
    listed = list(enumerate(shown.segments))
    known = list(SEGMENT_NAMES)
    if all(segment in known for segment, _ in shown.segments):
        listed.sort(key=lambda item: known.index(item[1][0]))
    for n, (segment, effect) in listed:
        if effect.diff is None or effect.low is None or effect.high is None:
            continue
        name = segment_name(shown.segmentation, segment, tr)
        units = tr(Words("{n} units", "{n} 个样本"), n=f"{effect.n_control + effect.n_treatment:,}")
        small = drawn[n] if n < len(drawn) else None
        if small is not None:
            rows.append(Row(name, small.diff, small.low, small.high, units))
        rows.append(
            Row("" if small is not None else name, effect.diff, effect.low, effect.high,
                tr(Words("as measured", "原始值")), aside=True)
        )  # fmt: skip
    if rows:
        figure = effect_whiskers(
            rows, tr(outcome.name()), outcome.base.unit,
            lambda v: difference(outcome, v, tr, currency), tr, dark=dark(),
        )  # fmt: skip
        draw(figure, "experiment_segments")
    say_uncapped(result)
    if shown.left_out:
        said = Words("{n} smaller segments are not compared.", "另有 {n} 个较小分群未比较。")
        st.caption(tr(said, n=shown.left_out))


def _told(every: tuple[Segmented, ...], tr: Text) -> str:
    """Only a corrected test allows to say that the effect differs."""
    differing = [s for s in every if s.differs]
    if differing:
        return tr(
            Words(
                "The effect differs by {by} ({p} after Holm).",
                "效果因{by}而异（Holm 校正后 {p}）。",
            ),
            by=tr(Words(", ", "、")).join(_name(s, tr) for s in differing),
            p=p_text(min(s.p_adjusted for s in differing if s.p_adjusted is not None)),
        )
    tested = [s.p_adjusted for s in every if s.p_adjusted is not None]
    return tr(
        Words(
            "No evidence that the effect differs by segment ({n} segmentations, smallest {p} after "
            "Holm).",
            "没有证据表明效果因分群而异（{n} 种分群，Holm 校正后最小 {p}）。",
        ),
        n=len(every),
        p=p_text(min(tested)) if tested else "–",
    )


def _name(s: Segmented, tr: Text) -> str:
    name = tr(SEGMENTATION_NAMES[s.segmentation])
    return name[:1].lower() + name[1:] if tr.language == "en" else name


def _choose(every: tuple[Segmented, ...], tr: Text) -> Segmented:
    by_name = {s.segmentation: s for s in every}
    usual = min(every, key=lambda s: 1.0 if s.p_adjusted is None else s.p_adjusted).segmentation
    held = st.session_state.get(_KEY)
    key = f"{_KEY}_{tr.language}"
    st.session_state[key] = held if held in by_name else usual

    def keep() -> None:
        st.session_state[_KEY] = st.session_state[key]

    st.segmented_control(
        tr(Words("Segmentation", "分群方式")),
        list(by_name),
        key=key,
        format_func=lambda k: tr(SEGMENTATION_NAMES[k]),
        on_change=keep,
        label_visibility="collapsed",
    )
    return by_name.get(st.session_state[key], by_name[usual])
