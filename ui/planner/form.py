"""The form that writes an experiment's plan down, here or after the fact."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from data.serving.experiments import USUAL_DAYS
from i18n import Text, Words
from metrics.experiments.outcomes import is_known, outcome
from metrics.experiments.plans import can_guard
from metrics.planner.spec import MODES, MOST_ARMS, MOST_PRIMARY
from metrics.stats.experiments.modes import Mode
from ui.planner.asked import offered
from ui.planner.draft import USUAL_MARGIN, draft, write

UNITS = {"user": Words("User", "用户"), "visitor": Words("Visitor", "访客")}
MODE_HELP: dict[Mode, Words] = {
    Mode.GROUP_SEQUENTIAL: Words(
        "May be read before its end; needs a planned size or an end.",
        "结束前可以查看；须有计划样本量或结束日期。",
    ),
    Mode.FIXED: Words("Is read once, at the end.", "只在结束时看一次。"),
    Mode.ALWAYS_VALID: Words(
        "May be read at any time, without an end; needs many more users.",
        "随时可看、没有终点，但需要多得多的用户。",
    ),
}


def fields(tr: Text, *, known_key: bool) -> None:
    """All fields; each writes to the draft. The key of an experiment that exists stands still."""
    _who(tr, known_key=known_key)
    _when(tr)
    _arms(tr)
    _metrics(tr)
    _rules(tr)


def _who(tr: Text, *, known_key: bool) -> None:
    left, right = st.columns(2)
    with left:
        label = Words("Key (experiment_id of the exposures)", "实验编号（与曝光数据一致）")
        _text("key", label, tr, disabled=known_key)
        _text("name", Words("Name", "名称"), tr)
    with right:
        _text("owner", Words("Owner", "负责人"), tr)
        _choice("unit", Words("Unit", "实验单位"), list(UNITS), lambda u: tr(UNITS[u]), tr)
    key = _seed("hypothesis", tr, draft().hypothesis)
    st.text_area(
        tr(Words("Hypothesis", "假设")),
        key=key,
        height=80,
        on_change=lambda: write(hypothesis=st.session_state[key]),
        placeholder=tr(
            Words(
                "What changes, for whom, and why it should move the metric",
                "改什么、对谁改、为什么会影响指标",
            )
        ),
    )


def _when(tr: Text) -> None:
    columns = st.columns(3)
    for place, name, label in zip(
        columns,
        ("starts_on", "ends_on", "fixed_on"),
        (
            Words("First day", "开始日期"),
            Words("Last day of intake", "进量截止日期"),
            Words("Fixed elsewhere on", "在别处确定于"),
        ),
        strict=True,
    ):
        with place:
            _date(name, label, tr)


def _date(name: str, label: Words, tr: Text) -> None:
    key = _seed(name, tr, getattr(draft(), name))
    hint = Words(
        "Leave it empty where the plan is written down here.", "方案在此处首次登记时留空。"
    )
    st.date_input(
        tr(label),
        key=key,
        format="YYYY-MM-DD",
        on_change=lambda: write(**{name: st.session_state[key]}),
        help=tr(hint) if name == "fixed_on" else None,
    )


def _arms(tr: Text) -> None:
    arms = draft().arms
    key = _seed("arm_count", tr, len(arms))

    def resize() -> None:
        wanted, now = int(st.session_state[key]), draft().arms
        more = tuple((f"treatment_{n}", 0.0) for n in range(len(now), wanted))
        write(arms=(*now, *more)[:wanted])

    st.number_input(
        tr(Words("Arms", "组数")), min_value=2, max_value=MOST_ARMS, key=key, on_change=resize,
        width=120,
    )  # fmt: skip
    for n, (name, weight) in enumerate(arms):
        _arm(n, name, weight, tr)


def _arm(n: int, name: str, weight: float, tr: Text) -> None:
    which = (
        tr(Words("Control", "对照组")) if n == 0 else tr(Words("Treatment {n}", "实验组 {n}"), n=n)
    )
    left, right = st.columns([3, 1])
    at_name, at_weight = _seed(f"arm_{n}", tr, name), _seed(f"weight_{n}", tr, weight)

    def take() -> None:
        made = list(draft().arms)
        made[n] = (st.session_state[at_name], float(st.session_state[at_weight] or 0.0))
        write(arms=tuple(made))

    with left:
        st.text_input(
            tr(Words("{which}: name in the exposures", "{which}：曝光数据中的名称"), which=which),
            key=at_name,
            on_change=take,
        )
    with right:
        st.number_input(
            tr(Words("{which}: share, %", "{which}：占比（%）"), which=which),
            min_value=0.0,
            key=at_weight,
            on_change=take,
            format="%g",
        )


def _metrics(tr: Text) -> None:
    now = draft()
    guards = tuple(k for k, _ in now.guardrails)
    every = [o.key for o in offered(*USUAL_DAYS)]
    decide = Words("Primary metrics: they decide", "核心指标：决定结论")
    _many("primary", decide, every, now.primary, lambda k: write(primary=k), tr, MOST_PRIMARY)
    more = Words("Secondary metrics", "观察指标")
    _many("secondary", more, every, now.secondary, lambda k: write(secondary=k), tr)
    guardable = [k for k in every if can_guard(outcome(k))]
    _many("guards", Words("Guardrails", "护栏指标"), guardable, guards, _guard, tr)
    if now.guardrails:
        with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
            for metric, margin in now.guardrails:
                _margin(metric, margin, tr)


def _many(
    name: str,
    label: Words,
    every: list[str],
    now: tuple[str, ...],
    take: Callable[[tuple[str, ...]], None],
    tr: Text,
    most: int | None = None,
) -> None:
    key = _seed(name, tr, list(now))
    st.multiselect(
        tr(label),
        list(dict.fromkeys((*every, *now))),
        key=key,
        format_func=lambda k: metric_name(k, tr),
        max_selections=most,
        on_change=lambda: take(tuple(st.session_state[key])),
        placeholder=tr(Words("Choose", "请选择")),
    )


def metric_name(key: str, tr: Text) -> str:
    """Its name; the bare key of one that does not exist any more."""
    return tr(outcome(key).name()) if is_known(key) else f"{key} (?)"


def _guard(keys: tuple[str, ...]) -> None:
    margins = dict(draft().guardrails)
    write(guardrails=tuple((k, margins.get(k, USUAL_MARGIN)) for k in keys))


def _margin(metric: str, margin: float, tr: Text) -> None:
    key = _seed(f"margin_{metric}", tr, round(margin * 100, 4))

    def take() -> None:
        new = float(st.session_state[key] or 0.0) / 100
        write(guardrails=tuple((k, new if k == metric else m) for k, m in draft().guardrails))

    label = Words("{name}: may lose, %", "{name}：最多损失（%）")
    st.number_input(
        tr(label, name=metric_name(metric, tr)), key=key, on_change=take, format="%g", width=300
    )


def _rules(tr: Text) -> None:
    columns = st.columns(3)
    with columns[0]:
        _choice("mode", Words("When it may be read", "何时可以看结果"), list(MODES),
                lambda m: tr(MODES[m]), tr)  # fmt: skip
        st.caption(tr(MODE_HELP[draft().mode]))
    with columns[1]:
        _number("planned_units", Words("Planned users, all arms", "计划样本量（各组合计）"), tr)
    with columns[2]:
        _share("worth", Words("Smallest lift worth shipping, %", "最小可上线提升（%）"), tr)
    columns = st.columns(3)
    with columns[0]:
        _share("alpha", Words("Alpha, %", "显著性水平（%）"), tr)
    with columns[1]:
        _share("power", Words("Power, %", "检验功效（%）"), tr)
    with columns[2]:
        _share("cap", Words("Cap money at percentile", "金额截尾分位（%）"), tr, optional=True)
        if draft().cap is not None:
            key = _seed("cap_nonzero", tr, draft().cap_nonzero)
            st.toggle(
                tr(Words("Percentile of users above zero", "仅按大于零的用户取分位")),
                key=key,
                on_change=lambda: write(cap_nonzero=st.session_state[key]),
            )


def _number(name: str, label: Words, tr: Text) -> None:
    key = _seed(name, tr, getattr(draft(), name))
    st.number_input(
        tr(label),
        min_value=1,
        step=1,
        key=key,
        on_change=lambda: write(**{name: st.session_state[key]}),
    )


def _share(name: str, label: Words, tr: Text, *, optional: bool = False) -> None:
    """Percent on screen, a share in the plan; an empty field is None where that is meant."""
    now = getattr(draft(), name)
    key = _seed(name, tr, None if now is None else round(now * 100, 4))

    def take() -> None:
        typed = st.session_state[key]
        empty = None if optional else 0.0
        write(**{name: empty if typed is None else round(typed / 100, 8)})

    st.number_input(tr(label), key=key, on_change=take, format="%g")


def _text(name: str, label: Words, tr: Text, *, disabled: bool = False) -> None:
    key = _seed(name, tr, getattr(draft(), name))
    st.text_input(
        tr(label),
        key=key,
        on_change=lambda: write(**{name: st.session_state[key]}),
        disabled=disabled,
        max_chars=120 if name == "key" else 200,
    )


def _choice(
    name: str, label: Words, options: list[Any], said: Callable[[Any], str], tr: Text
) -> None:
    key = _seed(name, tr, getattr(draft(), name))
    st.selectbox(
        tr(label),
        options,
        key=key,
        format_func=said,
        on_change=lambda: write(**{name: st.session_state[key]}),
    )


def note_field(tr: Text) -> None:
    """Why a plan is changed after the start."""
    key = _seed("note", tr, draft().note)
    st.text_input(
        tr(Words("Reason of the change", "修改原因")),
        key=key,
        on_change=lambda: write(note=st.session_state[key]),
        max_chars=400,
    )


def _seed(name: str, tr: Text, value: Any) -> str:
    """The key of a widget that shows the draft; another one in the other language."""
    key = f"plan_{name}_{tr.language}"
    st.session_state[key] = value
    return key
