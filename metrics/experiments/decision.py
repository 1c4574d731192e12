"""The verdict: what the decision table, fixed before the start, says of the numbers there are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from i18n import Words
from metrics.experiments.judge import Compared, Result, conclusive
from metrics.experiments.record import Experiment, Role
from metrics.experiments.trust import Finding, Trust
from metrics.stats.experiments.modes import Mode


class Verdict(StrEnum):
    """What to do."""

    SHIP = "ship"
    DONT_SHIP = "dont_ship"
    KEEP_RUNNING = "keep_running"
    INCONCLUSIVE = "inconclusive"
    INVALID = "invalid"
    NOT_STARTED = "not_started"


VERDICTS: dict[Verdict, Words] = {
    Verdict.SHIP: Words("Ship", "上线"),
    Verdict.DONT_SHIP: Words("Don't ship", "不上线"),
    Verdict.KEEP_RUNNING: Words("Keep running", "继续运行"),
    Verdict.INCONCLUSIVE: Words("Inconclusive", "无定论"),
    Verdict.INVALID: Words("Invalid", "无效"),
    Verdict.NOT_STARTED: Words("No units yet", "尚无样本"),
}


class Because(StrEnum):
    """Which row of the decision table it was."""

    TRUST = "trust"
    NO_UNITS = "no_units"
    NO_METRIC = "no_metric"
    BETTER = "better"
    WORSE = "worse"
    GUARDRAIL_BROKEN = "guardrail_broken"
    GUARDRAIL_OPEN = "guardrail_open"
    TOO_SMALL = "too_small"
    NOT_YET = "not_yet"
    NOT_FOUND = "not_found"


@dataclass(frozen=True, slots=True)
class Decision:
    """The verdict of one treatment. `result` and `compared` are the metric that decided, `finding`
    the failed trust check; either may be None."""

    arm: str
    verdict: Verdict
    because: Because
    result: Result | None = None
    compared: Compared | None = None
    finding: Finding | None = None


def decide(experiment: Experiment, trust: Trust, results: Sequence[Result]) -> tuple[Decision, ...]:
    """One decision per treatment, in the order of arms; one alone where nothing can be compared."""
    if not trust.units:
        arm = experiment.treatments[0].name if experiment.treatments else ""
        return (Decision(arm, Verdict.NOT_STARTED, Because.NO_UNITS),)
    failed = trust.failed
    if failed is not None:
        arms = [a.name for a in experiment.treatments] or [""]
        return tuple(Decision(a, Verdict.INVALID, Because.TRUST, finding=failed) for a in arms)
    return tuple(_of_arm(experiment, a.name, results) for a in experiment.treatments)


def headline(decisions: Sequence[Decision]) -> Decision:
    """The decision that speaks for the experiment: an arm that can be shipped (of several the one
    with the largest lift), else what is still open, else the rest in their order."""
    order = (
        Verdict.INVALID, Verdict.SHIP, Verdict.KEEP_RUNNING, Verdict.INCONCLUSIVE,
        Verdict.DONT_SHIP, Verdict.NOT_STARTED,
    )  # fmt: skip

    def place(d: Decision) -> tuple[int, float]:
        lift = d.compared.effect.lift if d.compared is not None else None
        return order.index(d.verdict), -(lift or 0.0)

    return min(decisions, key=place)


def _of_arm(experiment: Experiment, arm: str, results: Sequence[Result]) -> Decision:
    primary = [(r, c) for r in results if r.judged.role is Role.PRIMARY and (c := r.of(arm))]
    if not primary:
        return Decision(arm, Verdict.INCONCLUSIVE, Because.NO_METRIC)
    over = all(r.plan.over for r, _ in primary)
    waiting = Verdict.INCONCLUSIVE if over else Verdict.KEEP_RUNNING
    guards = [(r, c) for r in results if r.judged.role is Role.GUARDRAIL and (c := r.of(arm))]
    for result, compared in guards:
        if broken(result, compared):
            return Decision(arm, Verdict.DONT_SHIP, Because.GUARDRAIL_BROKEN, result, compared)
    for result, compared in primary:
        if conclusive(compared) and not _is_good(result, compared):
            return Decision(arm, Verdict.DONT_SHIP, Because.WORSE, result, compared)
    won = [(r, c) for r, c in primary if conclusive(c)]
    if not won:
        result, compared = primary[0]
        because = Because.NOT_FOUND if over else Because.NOT_YET
        return Decision(arm, waiting, because, result, compared)
    result, compared = won[0]
    lift = compared.effect.lift
    if experiment.worth and (lift is None or abs(lift) < experiment.worth):
        return Decision(arm, Verdict.DONT_SHIP, Because.TOO_SMALL, result, compared)
    for guardrail, guard in guards:
        if not holds(guardrail, guard):
            return Decision(arm, waiting, Because.GUARDRAIL_OPEN, guardrail, guard)
    return Decision(arm, Verdict.SHIP, Because.BETTER, result, compared)


def holds(result: Result, compared: Compared) -> bool:
    """Whether a guardrail is shown to lose no more than its margin, in the experiment's mode."""
    if compared.look.mode is Mode.ALWAYS_VALID:
        worst = _worst(result, compared)
        margin = result.judged.margin
        return worst is not None and margin is not None and worst > -margin
    return compared.margin is not None and compared.margin.holds and not compared.look.gated


def broken(result: Result, compared: Compared) -> bool:
    """Whether a guardrail is shown to lose more than its margin: the whole interval lies beyond."""
    effect, margin = compared.effect, result.judged.margin
    if margin is None or effect.lift_low is None or effect.lift_high is None:
        return False
    if compared.look.gated:
        return False
    if result.judged.outcome.base.lower_is_better:
        return effect.lift_low > margin
    return effect.lift_high < -margin


def _worst(result: Result, compared: Compared) -> float | None:
    """The bad end of the lift's interval, counted so that below zero is worse."""
    effect = compared.effect
    if result.judged.outcome.base.lower_is_better:
        return None if effect.lift_high is None else -effect.lift_high
    return effect.lift_low


def _is_good(result: Result, compared: Compared) -> bool:
    up = (compared.effect.diff or 0.0) > 0
    return up != result.judged.outcome.base.lower_is_better
