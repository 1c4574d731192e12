"""The fields of the calculator."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import TypeVar

import streamlit as st

from i18n import Problem, Text, Words
from metrics.calculator.file import FromFile, Table, arms_of, likely_control, read
from metrics.calculator.pasted import FIELDS
from metrics.calculator.question import KINDS, MODES, Kind
from metrics.stats.experiments.modes import Mode
from ui.calculator.asked import (
    CONTROL,
    EXAMPLE,
    LOOKS,
    PLAIN,
    PLANNED,
    TREATMENT,
    WAYS,
    Way,
    keep,
    kept,
    replace_all,
    seeded,
    taken,
)

E = TypeVar("E", bound=StrEnum)

_PASTE_HELP: dict[Kind, Words] = {
    Kind.RATES: Words(
        "Two lines, control first: name, converted, units.",
        "两行，对照组在前：名称、转化数、样本数。",
    ),
    Kind.MEANS: Words(
        "Two lines, control first: name, mean, standard deviation, units.",
        "两行，对照组在前：名称、均值、标准差、样本数。",
    ),
}
_MODE_HELP: dict[Mode, Words] = {
    Mode.FIXED: Words(
        "The size was fixed before the start, and this is the first and only look.",
        "样本量在开始前已定，并且这是第一次也是唯一一次查看。",
    ),
    Mode.GROUP_SEQUENTIAL: Words(
        "There is a planned end and one looks before it: boundaries by Lan–DeMets, "
        "O'Brien–Fleming type.",
        "有计划终点，但中途会查看：按 Lan–DeMets（O'Brien–Fleming 型）设定每次的界值。",
    ),
    Mode.ALWAYS_VALID: Words(
        "No planned end; the interval holds at every look. It needs more data than the others.",
        "没有计划终点，任意时点查看都有效，但需要更多样本。",
    ),
}


def form(tr: Text) -> FromFile | Problem | None:
    """Draw it; what a file brought comes back, or what is wrong with it. Typed and pasted numbers
    are kept."""
    left, right = st.columns([3, 2], gap="large")
    with left:
        _choice("way", Words("How the numbers come", "录入方式"), WAYS, tr)
        way = Way(kept("way"))
        if way is not Way.FILE:
            _choice("kind", Words("What is compared", "比较什么"), KINDS, tr)
        file: FromFile | Problem | None = None
        if way is Way.TYPED:
            _arms(tr)
        elif way is Way.PASTED:
            _paste(tr)
        else:
            file = _file(tr)
    with right:
        _plan(tr)
    return file


def _choice(name: str, label: Words, words: dict[E, Words], tr: Text) -> None:
    def take() -> None:
        # A second click on what is chosen takes it away; here something always is.
        key = f"calculator_{name}_{tr.language}"
        if st.session_state[key] is not None:
            taken(name, tr)

    st.segmented_control(
        tr(label),
        list(words),
        key=seeded(name, tr),
        format_func=lambda value: tr(words[value]),
        on_change=take,
    )


def _field(name: str, label: Words, tr: Text, placeholder: str = "") -> None:
    st.text_input(
        tr(label),
        key=seeded(name, tr),
        placeholder=placeholder,
        on_change=taken,
        args=(name, tr),
    )


def _arms(tr: Text) -> None:
    kind = Kind(kept("kind"))
    start = 0 if kind is Kind.RATES else 10
    shown = {Kind.RATES: ("1,470", "10,551"), Kind.MEANS: ("86.40", "120.5", "10,551")}[kind]
    for arm, name in (("control", CONTROL), ("treatment", TREATMENT)):
        columns = st.columns([1.3, *[1] * len(FIELDS[kind])], gap="small")
        with columns[0]:
            _field(f"{arm}_name", Words(f"{name.en}: name", f"{name.zh}：名称"), tr, tr(name))
        for n, field in enumerate(FIELDS[kind]):
            with columns[n + 1]:
                label = Words(f"{name.en}: {field.en.lower()}", f"{name.zh}：{field.zh}")
                _field(f"{arm}_{start + n}", label, tr, shown[n])
    buttons = st.container(horizontal=True)
    buttons.button(
        tr(Words("Fill in an example", "填入示例")),
        on_click=replace_all,
        args=(EXAMPLE,),
        key="calculator_example",
    )
    buttons.button(
        tr(Words("Clear", "清空")), on_click=replace_all, args=(PLAIN,), key="calculator_clear"
    )
    if kept("example"):
        st.caption(
            tr(
                Words(
                    "Online shoppers: purchases by returning and by new visitors (UCI, Sakar & "
                    "Kastro 2018, CC BY 4.0). Nobody assigned them at random.",
                    "网购会话：老访客与新访客的购买（UCI，Sakar & Kastro 2018，CC BY 4.0）。"
                    "并非随机分组。",
                )
            )
        )


def _paste(tr: Text) -> None:
    kind = Kind(kept("kind"))
    st.text_area(
        tr(_PASTE_HELP[kind]),
        key=seeded("pasted", tr),
        height=110,
        placeholder={
            Kind.RATES: "A\t1,470\t10,551\nB\t422\t1,694",
            Kind.MEANS: "A\t86.40\t120.5\t10,551\nB\t91.02\t133.9\t10,498",
        }[kind],
        on_change=taken,
        args=("pasted", tr),
    )


def _file(tr: Text) -> FromFile | Problem | None:
    uploaded = st.file_uploader(
        tr(
            Words(
                "One line per unit: a column with the arm, a column with the value",
                "每个样本一行：一列为分组，一列为数值",
            )
        ),
        type=["csv", "tsv", "txt"],
        key="calculator_file",
    )
    if uploaded is None:
        return None
    try:
        return _columns(read(uploaded.getvalue()), tr)
    except Problem as problem:
        return problem


def _columns(found: Table, tr: Text) -> FromFile:
    first, second = st.columns(2)
    usual = found.likely_arm()
    with first:
        arm = _select("file_arm", Words("Column of the arm", "分组列"), found.columns, usual, tr)
    arms = found.arms(arm)
    with second:
        rest = [c for c in found.columns if c != arm]
        label = Words("Column of the value", "数值列")
        value = _select("file_value", label, rest, found.likely_value(rest), tr)
    with first:
        control = _select("file_control", CONTROL, arms, likely_control(arms), tr)
    with second:
        others = [a for a in arms if a != control]
        treatment = _select("file_treatment", TREATMENT, others, others[0], tr)
    made = arms_of(found, arm, value, control, treatment)
    if made.other_lines:
        words = Words(
            "{n} lines of other arms, or without one, are left out.",
            "其他分组或未分组的 {n} 行未计入。",
        )
        st.caption(tr(words, n=f"{made.other_lines:,}"))
    return made


def _select(name: str, label: Words, options: Sequence[str], usual: str, tr: Text) -> str:
    if kept(name) not in options:
        keep(**{name: usual})
    st.selectbox(tr(label), list(options), key=seeded(name, tr), on_change=taken, args=(name, tr))
    return str(kept(name))


def _plan(tr: Text) -> None:
    _choice("mode", Words("When it may be read", "何时可以看结果"), MODES, tr)
    mode = Mode(kept("mode"))
    st.caption(tr(_MODE_HELP[mode]))
    if mode is not Mode.FIXED:
        columns = st.columns(2)
        with columns[0]:
            _field("planned", PLANNED, tr, "5,000" if mode is Mode.ALWAYS_VALID else "20,000")
        if mode is Mode.GROUP_SEQUENTIAL:
            with columns[1]:
                _field("looks", LOOKS, tr)
    columns = st.columns(2)
    with columns[0]:
        _field("split_control", Words("Split: control", "分流：对照组"), tr)
    with columns[1]:
        _field("split_treatment", Words("Split: treatment", "分流：实验组"), tr)
    st.caption(
        tr(
            Words(
                "As configured, not as it came out. Empty: not checked.",
                "填写配置的比例，而非实际结果；留空则不检查。",
            )
        )
    )
    st.toggle(
        tr(Words("Lower is better", "越低越好")),
        key=seeded("lower", tr),
        on_change=taken,
        args=("lower", tr),
    )
