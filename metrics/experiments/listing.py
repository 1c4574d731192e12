"""The list of experiments: where each stands, whether it can be trusted, what it says."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from data.scope import Scope
from data.warehouse import Warehouse
from i18n import LANGUAGES, Problem, Text, Words
from metrics.experiments.analysis import Analysis, Status, Timing, analysed, timing_of
from metrics.experiments.decision import Because, Decision, Verdict
from metrics.experiments.exposed import Exposed
from metrics.experiments.judge import Compared, Result
from metrics.experiments.record import Experiment, Role, experiments
from metrics.experiments.together import Read, read
from metrics.experiments.trust import Check, Finding, State
from store import Store

NEEDS = ("experiments", "experiment_arms", "exposures")
SHOWN = (Role.PRIMARY, Role.GUARDRAIL)
"""Roles that are judged for the list; secondary metrics decide nothing."""


FINAL = (Verdict.SHIP, Verdict.DONT_SHIP, Verdict.INCONCLUSIVE)
"""Verdicts after which an experiment counts as decided; an invalid one never was."""


class Health(StrEnum):
    """Trust checks in the groups that the list shows."""

    SPLIT = "split"
    CROSSED = "crossed"
    BEFORE = "before"
    FRESH = "fresh"
    REST = "rest"


HEALTHS: dict[Health, Words] = {
    Health.SPLIT: Words("Split (SRM)", "分流（SRM）"),
    Health.CROSSED: Words("Multiple exposure", "跨组曝光"),
    Health.BEFORE: Words("Pre-period bias", "实验前偏差"),
    Health.FRESH: Words("Freshness", "数据新鲜度"),
    Health.REST: Words("Arms, times, plausibility", "分组、时间与合理性"),
}
_GROUPS: dict[Health, tuple[Check, ...]] = {
    Health.SPLIT: (Check.SPLIT, Check.SPLIT_BY_SEGMENT, Check.SPLIT_BY_DAY),
    Health.CROSSED: (Check.CROSSED,),
    Health.BEFORE: (Check.BEFORE,),
    Health.FRESH: (Check.FRESH,),
}
_WORST = (State.FAILED, State.WARNING, State.SKIPPED, State.PASSED)

SHORT: dict[Because, Words] = {
    Because.TRUST: Words("a trust check failed", "可信度检查未通过"),
    Because.NO_UNITS: Words("nobody has met it", "尚无用户曝光"),
    Because.NO_METRIC: Words("no metric to decide by", "没有可用的核心指标"),
    Because.BETTER: Words("better than control", "优于对照组"),
    Because.WORSE: Words("worse than control", "差于对照组"),
    Because.GUARDRAIL_BROKEN: Words("a guardrail is broken", "护栏指标受损"),
    Because.GUARDRAIL_OPEN: Words("better, a guardrail is open", "核心指标提升，护栏未定"),
    Because.TOO_SMALL: Words("better, but too little", "有提升但幅度不足"),
    Because.NOT_YET: Words("nothing shown yet", "暂未显示差异"),
    Because.NOT_FOUND: Words("no difference found", "未发现差异"),
}
"""Why a verdict is as it is, in the few words that a table has room for."""


FAILED: dict[Check, Words] = {
    Check.ARMS: Words("arms not as planned", "分组与方案不符"),
    Check.UNITS: Words("an arm has no units", "有的组没有样本"),
    Check.SPLIT: Words("sample ratio mismatch", "分流异常（SRM）"),
    Check.SPLIT_BY_SEGMENT: Words("split off in segments", "分群分流异常"),
    Check.SPLIT_BY_DAY: Words("split off on some days", "部分日期分流异常"),
    Check.CROSSED: Words("units in several arms", "样本跨组"),
    Check.BEFORE: Words("arms differed before", "实验前已有差异"),
    Check.TIMES: Words("exposures out of time", "曝光超出实验期"),
    Check.FRESH: Words("exposures stopped", "曝光数据中断"),
    Check.TWYMAN: Words("too good to be true", "结果好得离谱"),
}
"""Trust checks, said as the reason why a verdict is blocked."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What of a record can't be used: in a few words, and as a sentence with the values it takes.
    Where it is `blocking` nothing is judged."""

    short: Words
    said: Words
    values: Mapping[str, object]
    blocking: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """One experiment. `analysis` is None, and `faults` say why, where nothing can be computed;
    with an analysis, `faults` say what of the record is passed over. `decided_on`: the last day of
    data that the decision needed; an experiment that is decided before its end counts on the last
    day there is."""

    experiment: Experiment
    analysis: Analysis | None
    faults: tuple[Fault, ...]
    timing: Timing
    met: Exposed
    decided_on: date | None

    @property
    def verdict(self) -> Verdict | None:
        return None if self.analysis is None else self.analysis.verdict

    @property
    def decision(self) -> Decision | None:
        return None if self.analysis is None else self.analysis.headline

    @property
    def decided(self) -> bool:
        return self.decided_on is not None

    @property
    def shown(self) -> tuple[Result, Compared] | None:
        """The primary metric of the arm that speaks for the experiment: the one that decided, if a
        primary did, else the first."""
        if self.analysis is None:
            return None
        decision = self.analysis.headline
        result = decision.result
        if result is None or result.judged.role is not Role.PRIMARY:
            result = self.analysis.primary
        compared = None if result is None else result.of(decision.arm)
        return None if result is None or compared is None else (result, compared)

    @property
    def split(self) -> tuple[tuple[str, float | None, float | None], ...]:
        """Arm, share of the units that count, share as configured; None where there is none."""
        arms = self.experiment.arms
        total = sum(self.met.arm(a.name) for a in arms)
        whole = sum(a.weight or 0.0 for a in arms)
        return tuple(
            (
                a.name,
                self.met.arm(a.name) / total if total else None,
                a.weight / whole if a.weight is not None and whole > 0 else None,
            )
            for a in arms
        )

    def findings(self, health: Health) -> tuple[Finding, ...]:
        """The trust checks of a group."""
        if self.analysis is None:
            return ()
        named = {c for checks in _GROUPS.values() for c in checks}
        return tuple(
            f for f in self.analysis.trust.findings
            if (f.check in _GROUPS[health] if health in _GROUPS else f.check not in named)
        )  # fmt: skip

    def health(self, health: Health) -> State:
        """The worst of a group; before anybody has met it there is nothing to check."""
        if self.verdict is Verdict.NOT_STARTED:
            return State.SKIPPED
        states = [f.state for f in self.findings(health)] or [State.SKIPPED]
        return min(states, key=_WORST.index)


@dataclass(frozen=True, slots=True)
class Listing:
    """All experiments, the latest first. `sql` are the statements behind it, each once."""

    rows: tuple[Row, ...]
    until: date
    version: str
    sql: tuple[str, ...]

    def of(self, *verdicts: Verdict) -> tuple[Row, ...]:
        return tuple(r for r in self.rows if r.verdict in verdicts)

    @property
    def decided(self) -> tuple[Row, ...]:
        return tuple(r for r in self.rows if r.decided)

    @property
    def shipped(self) -> tuple[Row, ...]:
        """Decided, and to be shipped."""
        return tuple(r for r in self.decided if r.verdict is Verdict.SHIP)


def listing(warehouse: Warehouse, scope: Scope, store: Store | None) -> Listing:
    """Every experiment that is known. One that can't be analysed is a row that says so."""
    return listed(warehouse, scope, experiments(warehouse, scope, store))


def listed(warehouse: Warehouse, scope: Scope, known: Sequence[Experiment]) -> Listing:
    """These experiments alone."""
    found = read(warehouse, scope, known)
    rows = tuple(_row(warehouse, scope, e, found[e.key]) for e in known)
    sql = dict.fromkeys(t.sql for r in found.values() for t in r.tables.values())
    return Listing(rows, warehouse.coverage.until, warehouse.version, tuple(sql))


def _row(warehouse: Warehouse, scope: Scope, experiment: Experiment, found: Read) -> Row:
    until = warehouse.coverage.until
    faults = list(_faults(warehouse, experiment, found.met))
    made: Analysis | None = None
    if not any(f.blocking for f in faults):
        try:
            made = analysed(warehouse, scope, experiment, found.met, found.tables, roles=SHOWN)
        except ValueError as error:  # what nobody thought of must not take the list away
            values = {"error": str(error).splitlines()[0]}
            faults.append(Fault(Words("can't be computed", "无法计算"), _REFUSED, values, True))
    timing = timing_of(experiment, found.met, {}, until) if made is None else made.timing
    return Row(experiment, made, tuple(faults), timing, found.met, _decided_on(made, until))


_UNREADABLE = Words("Its plan can't be read: {error}", "实验方案无法读取：{error}")
_REFUSED = Words("It can't be computed: {error}", "无法计算：{error}")
_WEIGHTS = Words(
    "The split can't be checked by these weights: {weights}. An arm with units needs one above 0.",
    "分流权重不可用：{weights}。有样本的组须有大于 0 的权重。",
)
_UNKNOWN = Words("No such metric (any more): {keys}.", "指标不存在（或已下线）：{keys}。")
_NO_ARMS = Words(
    "No arms are on record: list them in experiment_arms, or register the plan.",
    "没有分组记录：请在 experiment_arms 中列出，或登记实验方案。",
)
_NO_PRIMARY = Words("No primary metric is named.", "没有指定核心指标。")
_LACKING = Words(
    "The shop has no data for {metric}: it lacks {lacking}.",
    "店铺缺少“{metric}”所需数据：{lacking}。",
)


def _faults(warehouse: Warehouse, experiment: Experiment, met: Exposed) -> Iterable[Fault]:
    """What of the record can't be used."""
    plan = experiment.plan
    if plan is not None and isinstance(plan.content, Problem):
        said = Words(*(plan.content.say(Text(language)) for language in LANGUAGES))
        yield Fault(Words("plan unreadable", "方案无法读取"), _UNREADABLE, {"error": said}, True)
        return
    if not experiment.arms:
        yield Fault(Words("no arms on record", "没有分组记录"), _NO_ARMS, {}, True)
    weights = [(a.weight or 0.0, met.arm(a.name)) for a in experiment.arms]
    if any(w < 0 or not math.isfinite(w) or (n and not w) for w, n in weights):
        values = {"weights": " / ".join(f"{w:g}" for w, _ in weights)}
        yield Fault(Words("weights unusable", "分流权重不可用"), _WEIGHTS, values, True)
    if experiment.unknown:
        keys = {"keys": ", ".join(experiment.unknown)}
        yield Fault(Words("metric unknown", "指标不存在"), _UNKNOWN, keys)
    elif not experiment.primary:
        yield Fault(Words("no primary metric", "没有核心指标"), _NO_PRIMARY, {})
    for judged in experiment.metrics:
        lacking = warehouse.coverage.lacking(*judged.outcome.base.needs)
        if lacking and judged.role in SHOWN:
            lack = {"metric": judged.outcome.name(), "lacking": ", ".join(lacking)}
            yield Fault(Words("no data for it", "缺少数据"), _LACKING, lack)


def _decided_on(made: Analysis | None, until: date) -> date | None:
    if made is None:
        return None
    decision = made.headline
    final = decision.verdict in (Verdict.SHIP, Verdict.DONT_SHIP)
    open_end = (
        decision.verdict is Verdict.INCONCLUSIVE and decision.because is not Because.NO_METRIC
    )
    if not final and not open_end:
        return None
    last, ended = until - timedelta(days=1), made.experiment.ended_on
    if ended is None or made.timing.status is not Status.ENDED:
        return last
    return min(last, ended + timedelta(days=max(made.tables, default=0)))


def owners(rows: Sequence[Row]) -> tuple[str, ...]:
    """Everybody who owns one, by name; those without an owner are not among them."""
    return tuple(sorted({r.experiment.owner for r in rows if r.experiment.owner}))


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which rows are asked for; an empty part asks for all. `text` is looked for in key, name,
    owner, hypothesis and metric names of either language, every word of it."""

    statuses: tuple[Status, ...] = ()
    verdicts: tuple[Verdict, ...] = ()
    owners: tuple[str, ...] = ()
    text: str = ""

    def takes(self, row: Row) -> bool:
        if self.statuses and row.timing.status not in self.statuses:
            return False
        if self.verdicts and row.verdict not in self.verdicts:
            return False
        if self.owners and row.experiment.owner not in self.owners:
            return False
        held = _searched(row.experiment).casefold()
        return all(word in held for word in self.text.casefold().split())


def _searched(e: Experiment) -> str:
    metrics = [w for j in e.primary for n in (j.outcome.name(),) for w in (n.en, n.zh)]
    return "\n".join((e.key, e.name, e.owner, e.hypothesis, *metrics))


def chosen_rows(found: Listing, wanted: Wanted) -> tuple[Row, ...]:
    """The rows that are asked for, in the order of the list."""
    return tuple(r for r in found.rows if wanted.takes(r))
