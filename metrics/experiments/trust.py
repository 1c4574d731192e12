"""Trust checks: whether an experiment's data can carry a verdict at all.

A failed check blocks the verdict, not the numbers; a warning is said and blocks nothing.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from data.serving.experiments import SEGMENTATIONS
from i18n import Words
from metrics.experiments.exposed import Exposed
from metrics.experiments.judge import Result
from metrics.experiments.outcomes import Outcome
from metrics.experiments.record import Experiment
from metrics.experiments.sums import Table
from metrics.stats.experiments.effect import Effect
from metrics.stats.experiments.means import welch
from metrics.stats.experiments.multiplicity import Correction, adjusted
from metrics.stats.experiments.power import detectable
from metrics.stats.experiments.srm import SampleRatio, sample_ratio
from metrics.stats.experiments.sums import Sums
from metrics.stats.intervals import wilson

MOST_CROSSED = 0.005
"""Share of units in several arms that is too much, told apart from chance."""
SILENT_DAYS = 2
"""Days without a new unit in a running experiment that ask for a look at the tracking."""
TWYMAN = 5.0
"""Times the planned detectable effect from which on a result is too good to be true."""
ALARM = 0.001


class State(StrEnum):
    """How a check came out; `SKIPPED`: there is nothing to check it by."""

    PASSED = "passed"
    WARNING = "warning"
    FAILED = "failed"
    SKIPPED = "skipped"


class Check(StrEnum):
    """What is looked at, in this order."""

    ARMS = "arms"
    UNITS = "units"
    SPLIT = "split"
    SPLIT_BY_SEGMENT = "split_by_segment"
    SPLIT_BY_DAY = "split_by_day"
    CROSSED = "crossed"
    BEFORE = "before"
    TIMES = "times"
    FRESH = "fresh"
    TWYMAN = "twyman"


CHECKS: dict[Check, Words] = {
    Check.ARMS: Words("Arms as planned", "分组与方案一致"),
    Check.UNITS: Words("Units in every arm", "每组都有样本"),
    Check.SPLIT: Words("Split as configured (SRM)", "分流比例（SRM）"),
    Check.SPLIT_BY_SEGMENT: Words("Split within segments", "各分群内的分流"),
    Check.SPLIT_BY_DAY: Words("Split on each day", "逐日分流"),
    Check.CROSSED: Words("Units in one arm only", "样本只进一个组"),
    Check.BEFORE: Words("Alike before the exposure", "曝光前两组一致"),
    Check.TIMES: Words("Exposures within the test", "曝光在实验期内"),
    Check.FRESH: Words("Exposures still arriving", "曝光数据持续上报"),
    Check.TWYMAN: Words("Not too good to be true", "结果没有好得离谱"),
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One check. `said` carries the numbers of the sentence; `say` fills them in."""

    check: Check
    state: State
    said: Words
    values: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Trust:
    """All findings, of so many `units` that count; the sample ratio of the whole, and its p-value
    by day."""

    findings: tuple[Finding, ...]
    units: int
    ratio: SampleRatio | None
    by_day: tuple[tuple[date, float], ...]

    @property
    def failed(self) -> Finding | None:
        """The first check that blocks the verdict."""
        return next((f for f in self.findings if f.state is State.FAILED), None)

    @property
    def warnings(self) -> tuple[Finding, ...]:
        return tuple(f for f in self.findings if f.state is State.WARNING)


def trust(
    experiment: Experiment,
    met: Exposed,
    tables: Mapping[int, Table],
    results: Sequence[Result],
    until: date,
    *,
    over: bool,
    outcomes: Sequence[Outcome] | None = None,
) -> Trust:
    """Every check that there is something to check by. `outcomes` are those whose past is
    compared, whichever of them were judged; unless given, those of the results."""
    if outcomes is None:
        outcomes = [r.judged.outcome for r in results]
    ratio = _ratio(experiment, [met.arm(a.name) for a in experiment.arms])
    by_day = []
    for day in met.days():
        counts = met.on(day)
        found = _ratio(experiment, [counts.get(a.name, 0) for a in experiment.arms])
        if found is not None:
            by_day.append((day, found.p_value))
    findings = (
        _arms(experiment, met),
        _units(experiment, met),
        _split(ratio, over=over),
        _segments(experiment, met),
        _days(by_day),
        _crossed(met),
        _before(experiment, tables, outcomes),
        _times(met),
        _fresh(experiment, met, until),
        _twyman(experiment, results),
    )
    units = sum(met.arm(name) for name in met.arms())
    return Trust(findings, units, ratio, tuple(by_day))


def _ratio(experiment: Experiment, counts: Sequence[int]) -> SampleRatio | None:
    weights = [a.weight or 0.0 for a in experiment.arms]
    return sample_ratio(counts, weights) if len(counts) > 1 else None


def _arms(experiment: Experiment, met: Exposed) -> Finding:
    planned = [a.name for a in experiment.arms]
    unknown = [a for a in met.arms() if a not in planned]
    total = math.fsum(a.weight or 0.0 for a in experiment.arms)
    if not planned:
        said = Words(
            "No arms are on record: list them in experiment_arms or register the plan.",
            "没有分组记录：请在 experiment_arms 中列出，或登记实验方案。",
        )
        return Finding(Check.ARMS, State.FAILED, said, {})
    if unknown:
        said = Words(
            "Units were exposed to “{arm}”, which is not in the plan ({planned}).",
            "有用户被分到方案之外的“{arm}”（方案：{planned}）。",
        )
        named = {"arm": ", ".join(unknown), "planned": ", ".join(planned)}
        return Finding(Check.ARMS, State.FAILED, said, named)
    if experiment.control is None:
        said = Words("No arm is marked as control.", "没有指定对照组。")
        return Finding(Check.ARMS, State.FAILED, said, {})
    if not any(abs(total - whole) <= 0.005 * whole for whole in (1, 100)):
        said = Words(
            "The weights add up to {total}, not to 1: the split is checked by their ratio.",
            "权重合计为 {total}，不等于 1；分流按其比例检验。",
        )
        return Finding(Check.ARMS, State.WARNING, said, {"total": f"{total:g}"})
    said = Words("{n} arms: {planned}.", "共 {n} 组：{planned}。")
    return Finding(
        Check.ARMS, State.PASSED, said, {"n": len(planned), "planned": ", ".join(planned)}
    )


def _units(experiment: Experiment, met: Exposed) -> Finding:
    counts = {a.name: met.arm(a.name) for a in experiment.arms}
    empty = [name for name, n in counts.items() if not n]
    if empty:
        said = Words("No units in {arms} yet.", "{arms} 尚无样本。")
        return Finding(Check.UNITS, State.FAILED, said, {"arms": ", ".join(empty)})
    said = Words("{n} units count.", "共 {n} 个有效样本。")
    return Finding(Check.UNITS, State.PASSED, said, {"n": f"{sum(counts.values()):,}"})


def _split(ratio: SampleRatio | None, *, over: bool) -> Finding:
    if ratio is None:
        said = Words("No weights to check the split by.", "没有配置权重，无法检验分流。")
        return Finding(Check.SPLIT, State.SKIPPED, said, {})
    alarm = ratio.alarm if over else ratio.alarm_any_time
    seen = " / ".join(f"{n:,}" for n in ratio.observed)
    expected = " / ".join(f"{n:,.0f}" for n in ratio.expected)
    values = {"seen": seen, "expected": expected, "p": f"{ratio.p_value:.2g}"}
    if alarm:
        said = Words(
            "Sample ratio mismatch: {seen} units where {expected} were due (p = {p}). Some units "
            "of an arm are missing, so the arms are not alike.",
            "分流异常（SRM）：实际 {seen}，应为 {expected}（p = {p}）。"
            "有一组样本缺失，两组不可比。",
        )
        return Finding(Check.SPLIT, State.FAILED, said, values)
    said = Words(
        "{seen} units where {expected} were due (p = {p}).",
        "实际 {seen}，应为 {expected}（p = {p}）。",
    )
    return Finding(Check.SPLIT, State.PASSED, said, values)


def _segments(experiment: Experiment, met: Exposed) -> Finding:
    """Chi-square in every segment, Holm over all of them."""
    places, p_values = [], []
    for name in SEGMENTATIONS:
        for segment, counts in met.segments(name).items():
            found = _ratio(experiment, [counts.get(a.name, 0) for a in experiment.arms])
            if found is not None:
                places.append((name, segment))
                p_values.append(found.p_value)
    if not places:
        said = Words("No segments to check.", "没有可检验的分群。")
        return Finding(Check.SPLIT_BY_SEGMENT, State.SKIPPED, said, {})
    off = [
        (place, p)
        for place, p in zip(places, adjusted(p_values, Correction.HOLM), strict=True)
        if p is not None and p < ALARM
    ]
    if off:
        said = Words(
            "The split is off in {n} of {all} segments, most in {segment} (p = {p} after Holm).",
            "{all} 个分群中有 {n} 个分流异常，最明显的是 {segment}（Holm 校正后 p = {p}）。",
        )
        (name, segment), p = min(off, key=lambda item: item[1] or 0.0)
        values = {"n": len(off), "all": len(places), "segment": f"{name}: {segment}"}
        values["p"] = f"{p:.2g}"
        return Finding(Check.SPLIT_BY_SEGMENT, State.WARNING, said, values)
    said = Words("As configured in all {all} segments.", "{all} 个分群均符合配置。")
    return Finding(Check.SPLIT_BY_SEGMENT, State.PASSED, said, {"all": len(places)})


def _days(by_day: Sequence[tuple[date, float]]) -> Finding:
    """The same for each day of exposure, Holm over all of them."""
    if not by_day:
        said = Words("No day to check.", "没有可检验的日期。")
        return Finding(Check.SPLIT_BY_DAY, State.SKIPPED, said, {})
    corrected = adjusted([p for _, p in by_day], Correction.HOLM)
    off = [(d, p) for (d, _), p in zip(by_day, corrected, strict=True) if p is not None]
    day, p = min(off, key=lambda item: item[1])
    values: dict[str, object] = {"n": len(by_day), "day": day, "p": f"{p:.2g}"}
    if p < ALARM:
        many = sum(q < ALARM for _, q in off)
        said = Words(
            "The split is off on {many} of {n} days, most on {day} (p = {p} after Holm).",
            "{n} 天中有 {many} 天分流异常，最明显的是 {day}（Holm 校正后 p = {p}）。",
        )
        return Finding(Check.SPLIT_BY_DAY, State.WARNING, said, {**values, "many": many})
    said = Words("As configured on all {n} days.", "{n} 天均符合配置。")
    return Finding(Check.SPLIT_BY_DAY, State.PASSED, said, values)


def _crossed(met: Exposed) -> Finding:
    if not met.units:
        said = Words("No units yet.", "暂无样本。")
        return Finding(Check.CROSSED, State.SKIPPED, said, {})
    share = met.crossed / met.units
    values = {"n": f"{met.crossed:,}", "share": f"{share:.2%}", "most": f"{MOST_CROSSED:.1%}"}
    low, _ = wilson(met.crossed, met.units)
    if low > MOST_CROSSED:
        said = Words(
            "{n} units ({share}) were seen in several arms, more than {most}: the "
            "assignment leaks.",
            "{n} 个样本（{share}）进入了多个组，超过 {most}：分流有泄漏。",
        )
        return Finding(Check.CROSSED, State.FAILED, said, values)
    said = Words(
        "{n} units ({share}) were seen in several arms; they are left out.",
        "{n} 个样本（{share}）进入了多个组，已剔除。",
    )
    return Finding(Check.CROSSED, State.PASSED, said, values)


def _before(
    experiment: Experiment, tables: Mapping[int, Table], outcomes: Sequence[Outcome]
) -> Finding:
    """Welch on what units did in the 28 days before, at 0.001 over all such tests."""
    control = experiment.control
    found: list[tuple[str, Effect]] = []
    seen: set[str] = set()
    for outcome in outcomes:
        for variable in _priors(outcome):
            if variable in seen or control is None:
                continue
            seen.add(variable)
            table = tables[outcome.days]
            arms = {a.name: _alone(table, outcome, variable, a.name) for a in experiment.arms}
            found += [
                (variable, welch(arms[control.name], arms[t.name])) for t in experiment.treatments
            ]
    known = [(v, e.p_value) for v, e in found if e.p_value is not None]
    if not known:
        said = Words("Nothing is known of the units from before.", "没有曝光前的数据可比。")
        return Finding(Check.BEFORE, State.SKIPPED, said, {})
    variable, p = min(known, key=lambda item: item[1])
    name = variable.removeprefix("prior_").replace("_", " ")
    values = {"what": name, "p": f"{p:.2g}", "n": len(known)}
    if p < ALARM / len(known):
        said = Words(
            "The arms differed already in the 28 days before: {what} (p = {p}).",
            "曝光前 28 天两组已有差异：{what}（p = {p}）。",
        )
        return Finding(Check.BEFORE, State.FAILED, said, values)
    said = Words(
        "No difference in the 28 days before ({n} tests, smallest p = {p}).",
        "曝光前 28 天无差异（{n} 项检验，最小 p = {p}）。",
    )
    return Finding(Check.BEFORE, State.PASSED, said, values)


def _priors(outcome: Outcome) -> tuple[str, ...]:
    return tuple(v for v in outcome.variables if v.startswith("prior_"))


def _alone(table: Table, outcome: Outcome, variable: str, arm: str) -> Sums:
    both = table.arm(outcome.variables, arm)
    i, size = outcome.variables.index(variable), len(both.sums)
    return Sums(both.n, (both.shift[i],), (both.sums[i],), (both.products[i * size + i],))


def _times(met: Exposed) -> Finding:
    values = {"early": f"{met.early:,}", "late": f"{met.late:,}"}
    if met.early or met.late:
        said = Words(
            "{early} units were first exposed before the start and {late} after the end; they are "
            "left out.",
            "{early} 个样本在开始前首次曝光，{late} 个在结束后，均已剔除。",
        )
        return Finding(Check.TIMES, State.WARNING, said, values)
    said = Words("No exposure before the start or after the end.", "没有开始前或结束后的曝光。")
    return Finding(Check.TIMES, State.PASSED, said, values)


def _fresh(experiment: Experiment, met: Exposed, until: date) -> Finding:
    days = met.days()
    if not days:
        said = Words("No exposures.", "没有曝光记录。")
        return Finding(Check.FRESH, State.SKIPPED, said, {})
    expected = until - timedelta(days=1)
    if experiment.ended_on is not None:
        expected = min(expected, experiment.ended_on)
    silent = (expected - days[-1]).days
    values = {"last": days[-1], "n": silent}
    if silent > SILENT_DAYS:
        said = Words(
            "The last unit came on {last}, {n} days before the data ends: check the tracking.",
            "最后一个样本出现在 {last}，早于数据截止 {n} 天：请检查埋点。",
        )
        return Finding(Check.FRESH, State.WARNING, said, values)
    said = Words("The last unit came on {last}.", "最后一个样本出现在 {last}。")
    return Finding(Check.FRESH, State.PASSED, said, values)


def _twyman(experiment: Experiment, results: Sequence[Result]) -> Finding:
    """Any effect far beyond what the plan could detect: more often a bug than a triumph."""
    for result in results:
        for compared in result.compared:
            nominal = compared.look.nominal
            if nominal.diff is None or not nominal.se or not nominal.p_value:
                continue
            planned = result.plan.planned or result.plan.units
            se = nominal.se * math.sqrt(result.plan.units / planned) if planned else nominal.se
            if abs(nominal.diff) > TWYMAN * detectable(se, power=experiment.power):
                said = Words(
                    "“{arm}” moves {metric} by more than {times:g} times what the plan could "
                    "detect. Twyman's law: look for a bug first.",
                    "“{arm}”使“{metric}”的变化超过计划可检出效应的 {times:g} 倍。"
                    "特威曼定律：先查是否有错。",
                )
                values = {"arm": compared.arm, "metric": result.judged.outcome, "times": TWYMAN}
                return Finding(Check.TWYMAN, State.WARNING, said, values)
    said = Words(
        "No effect is far beyond what the plan could detect.", "没有远超计划可检出效应的结果。"
    )
    return Finding(Check.TWYMAN, State.PASSED, said, {})
