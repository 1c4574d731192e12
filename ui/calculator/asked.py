"""What was typed, kept in the reader's session alone: not stored, not in the URL."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import streamlit as st

from i18n import Problem, Text, Words
from metrics.calculator.file import FromFile
from metrics.calculator.pasted import FIELDS, arm, number, table, whole
from metrics.calculator.question import Arm, Kind, Question
from metrics.stats.experiments.modes import Mode

_KEPT = "calculator"


class Way(StrEnum):
    """How the numbers come."""

    TYPED = "typed"
    PASTED = "pasted"
    FILE = "file"


WAYS: dict[Way, Words] = {
    Way.TYPED: Words("Type", "填写"),
    Way.PASTED: Words("Paste", "粘贴"),
    Way.FILE: Words("CSV file", "CSV 文件"),
}
CONTROL, TREATMENT = Words("Control", "对照组"), Words("Treatment", "实验组")
PLAIN: dict[str, Any] = {
    "kind": Kind.RATES,
    "way": Way.TYPED,
    "mode": Mode.FIXED,
    "split_control": "50",
    "split_treatment": "50",
    "looks": "1",
    "lower": False,
}
EXAMPLE: dict[str, Any] = {
    **PLAIN,
    "control_name": "Returning",
    "treatment_name": "New",
    "control_0": "1,470",
    "control_1": "10,551",
    "treatment_0": "422",
    "treatment_1": "1,694",
    "split_control": "",
    "split_treatment": "",
    "example": True,
}
"""UCI Online Shoppers Purchasing Intention (Sakar & Kastro 2018, CC BY 4.0)."""


def kept(name: str) -> Any:
    """What stands in a field; empty text where nobody has written."""
    return st.session_state.setdefault(_KEPT, dict(PLAIN)).get(name, "")


def keep(**values: Any) -> None:
    st.session_state.setdefault(_KEPT, dict(PLAIN)).update(values)


def replace_all(values: dict[str, Any]) -> None:
    st.session_state[_KEPT] = dict(values)


def seeded(name: str, tr: Text) -> str:
    """The key of a widget that shows what is kept; another one in the other language."""
    key = f"calculator_{name}_{tr.language}"
    st.session_state[key] = kept(name)
    return key


def taken(name: str, tr: Text) -> None:
    """A widget was changed."""
    keep(**{name: st.session_state[f"calculator_{name}_{tr.language}"], "example": False})


@dataclass(frozen=True, slots=True)
class Asked:
    """The question, or what is wrong with it; neither while nothing was given yet."""

    question: Question | None = None
    problem: Problem | None = None


def asked(tr: Text, file: FromFile | Problem | None) -> Asked:
    """From the fields as they stand."""
    if isinstance(file, Problem):
        return Asked(problem=file)
    try:
        return Asked(_question(tr, file))
    except Problem as problem:
        return Asked(problem=problem)


def _question(tr: Text, file: FromFile | None) -> Question | None:
    kind, way = Kind(kept("kind")), Way(kept("way"))
    arms: tuple[Arm, Arm] | None = None
    if way is Way.FILE and file is not None:
        kind, arms = file.kind, (file.control, file.treatment)
    elif way is Way.PASTED and kept("pasted").strip():
        arms = table(kept("pasted"), kind)
    elif way is Way.TYPED:
        arms = _typed(kind, tr)
    if arms is None:
        return None
    mode = Mode(kept("mode"))
    planned = None if mode is Mode.FIXED else _planned()
    looks = whole(kept("looks"), LOOKS) if mode is Mode.GROUP_SEQUENTIAL else 1
    return Question(kind, arms[0], arms[1], _weights(), mode, planned, looks, bool(kept("lower")))


PLANNED = Words("Planned units, both arms", "计划样本量（两组合计）")
LOOKS = Words("Looks so far, with this one", "已查看次数（含本次）")
SPLIT = Words("Configured split", "配置的分流比例")


def _planned() -> int | None:
    return whole(kept("planned"), PLANNED) if kept("planned").strip() else None


def _weights() -> tuple[float, float] | None:
    texts = [kept("split_control"), kept("split_treatment")]
    if not any(t.strip() for t in texts):
        return None
    control, treatment = (number(t, SPLIT) for t in texts)
    return control, treatment


def _typed(kind: Kind, tr: Text) -> tuple[Arm, Arm] | None:
    """Nothing while all fields are empty."""
    texts = {a: fields_of(a, kind) for a in ("control", "treatment")}
    if not any(t.strip() for part in texts.values() for t in part):
        return None
    made = [
        arm(kept(f"{a}_name").strip() or tr(name), kind, list(texts[a]))
        for a, name in (("control", CONTROL), ("treatment", TREATMENT))
    ]
    return made[0], made[1]


def fields_of(arm_key: str, kind: Kind) -> Sequence[str]:
    """The texts in the fields of an arm: means and rates have fields of their own."""
    start = 0 if kind is Kind.RATES else 10
    return [str(kept(f"{arm_key}_{start + n}")) for n in range(len(FIELDS[kind]))]
