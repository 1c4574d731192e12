"""Which experiment is looked at, and its answers, each computed once for its question."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from data.scope import Scope
from i18n import Problem, Words
from metrics.experiments.analysis import (
    Analysis,
    analysis,
    course_of,
    segments_of,
    since_of,
)
from metrics.experiments.course import Point, Segmented
from metrics.experiments.decision import Decision
from metrics.experiments.judge import Result
from metrics.experiments.record import Experiment, experiments
from metrics.experiments.since import Since
from metrics.experiments.trust import State
from ui.patience import patiently
from ui.session import choose, chosen, remembered, scope, store, text, warehouse
from ui.states import card, not_available

PAGE = 640
"""Height of what comes while it is waited for."""
NEEDS = ("exposures",)
MARKS: dict[State, tuple[str, str]] = {
    State.PASSED: ("✓", "good"),
    State.WARNING: ("▲", "signal"),
    State.FAILED: ("✕", "bad"),
    State.SKIPPED: ("○", "none"),
}
"""Sign and tone of a trust check."""


@dataclass(frozen=True, eq=False)
class Asked:
    """One experiment and the treatment that is looked at."""

    scope: Scope
    found: Analysis
    arm: str

    @property
    def decision(self) -> Decision:
        """What is decided of the treatment in view."""
        of_arm = [d for d in self.found.decisions if d.arm == self.arm]
        return of_arm[0] if of_arm else self.found.headline

    def course(self) -> tuple[Point, ...]:
        return remembered(
            lambda: course_of(self.found, self.arm), "experiment_course", *self._key(), self.arm
        )

    def segments(self) -> tuple[Segmented, ...]:
        """Of the treatment in view; corrected over all treatments."""
        every = remembered(lambda: segments_of(self.found), "experiment_segments", *self._key())
        return tuple(s for s in every if s.arm == self.arm)

    def since(self) -> tuple[Since, ...]:
        w = warehouse()
        every = remembered(
            lambda: since_of(w, self.scope, self.found), "experiment_since", *self._key()
        )
        return tuple(s for s in every if s.arm == self.arm)

    def _key(self) -> tuple[object, ...]:
        return (self.scope, *identity(self.found.experiment))


def identity(e: Experiment) -> tuple[object, ...]:
    """What an answer depends on besides data and scope: the experiment and its plan's revision."""
    return (e.key, None if e.plan is None else e.plan.revision)


def answered() -> Asked | None:
    """The experiment of the address, else the latest; None, with the reason in its place, where
    there is none."""
    tr, w, asked = text(), warehouse(), scope()
    lacking = w.coverage.lacking(*NEEDS)
    if lacking:
        not_available(lacking, tr)
        return None
    if guests_only():
        return None
    every = experiments(w, asked, store())
    if not every:
        none_on_record()
        return None
    one = _pick(every)
    if one is None:
        return None
    found = patiently(
        lambda: remembered(lambda: analysis(w, asked, one), "experiment", asked, *identity(one)),
        "experiment",
        (asked, identity(one)),
        height=PAGE,
    )
    if found is None:
        return None
    return Asked(asked, found, _arm(found))


def guests_only() -> bool:
    """Whether the filter keeps guests alone, whom no experiment knows; then it is said."""
    tr = text()
    if not warehouse().sources(scope()).only_guests():
        return False
    card(
        tr(Words("Experiments are on users: guests are in none.", "实验面向用户，游客不在其中。")),
        tr(Words("Take the filter on guests away.", "请取消“游客”筛选。")),
        "info",
    )
    return True


def say_whose() -> None:
    """That a filter or the viewer's rights leave users out, where they do."""
    if not scope().choices and warehouse().viewer.markets is None:
        return
    said = Words(
        "Verdict, split and numbers are those of the users in view, not of the whole experiment.",
        "结论、分流与各项数字仅针对当前可见（筛选后）的用户，而非整个实验。",
    )
    card(text()(said), "", "info")


def say_uncapped(result: Result) -> None:
    """That a figure is of values as they are, where the verdict is of capped ones."""
    if result.cap is not None:
        said = Words(
            "Uncapped values; the verdict is of capped ones.",
            "此处为未截尾数值；结论基于截尾后的数值。",
        )
        st.caption(text()(said))


def none_on_record() -> None:
    """Why there is no experiment, and how to get one."""
    tr, w = text(), warehouse()
    if w.viewer.markets is not None:
        card(
            tr(
                Words(
                    "None of the users you may see met an experiment.",
                    "您可见的用户均未参与任何实验。",
                )
            ),
            tr(
                Words(
                    "Your rights cover some markets; experiments elsewhere are not named.",
                    "您的权限仅覆盖部分市场，其他市场的实验不予显示。",
                )
            ),
            "info",
        )
        return
    card(
        tr(Words("There is no experiment on record.", "没有实验记录。")),
        tr(
            Words(
                "Map the table experiments, or register one under Planner.",
                "请映射 experiments 表，或在“实验规划”中登记。",
            )
        ),
        "info",
    )


def _pick(every: tuple[Experiment, ...]) -> Experiment | None:
    """The choice at the top; an address that names none there is says so."""
    tr = text()
    by_key = {e.key: e for e in every}
    wanted = chosen().experiment
    if wanted is not None and wanted not in by_key:
        problem = Problem(
            "experiment_unknown",
            Words("There is no experiment “{key}”.", "没有实验“{key}”。"),
            Words("Choose another one.", "请选择其他实验。"),
            key=wanted,
        )
        what, *hint = problem.say(tr).split("\n")
        card(what, "\n".join(hint), "warning")
    current = wanted if wanted in by_key else every[0].key
    key = f"experiment_pick_{tr.language}"
    st.session_state[key] = current
    st.selectbox(
        tr(Words("Experiment", "实验")),
        list(by_key),
        key=key,
        format_func=lambda k: by_key[k].name,
        on_change=lambda: choose(experiment=st.session_state[key], arm=None),
    )
    return by_key[current]


def _arm(found: Analysis) -> str:
    """The treatment in view: of the address, else the one that speaks for the experiment."""
    names = [a.name for a in found.experiment.treatments]
    wanted = chosen().arm
    if wanted in names:
        return str(wanted)
    return found.headline.arm if found.headline.arm in names or not names else names[0]


def choose_arm(asked: Asked) -> None:
    """Which treatment is looked at, where there are several."""
    tr = text()
    names = [a.name for a in asked.found.experiment.treatments]
    if len(names) < 2:
        return
    key = f"experiment_arm_{tr.language}"
    st.session_state[key] = asked.arm
    st.segmented_control(
        tr(Words("Treatment", "实验组")),
        names,
        key=key,
        on_change=lambda: choose(arm=st.session_state[key] or asked.arm),
    )
