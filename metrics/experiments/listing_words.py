"""The list of experiments in words: its headline, and each row's verdict, lift and health."""

from __future__ import annotations

from collections.abc import Iterator

from format import numbers
from i18n import Text, Words
from metrics.effect_words import interval
from metrics.experiments.analysis import Status
from metrics.experiments.decision import VERDICTS, Because, Verdict
from metrics.experiments.listing import FAILED, HEALTHS, SHORT, Fault, Health, Listing, Row
from metrics.experiments.trust import State
from metrics.stats.experiments.effect import LIFT_STATUSES


def fault_text(fault: Fault, tr: Text) -> str:
    return tr(fault.said, **fault.values)


def verdict_text(row: Row, tr: Text) -> str:
    """The verdict as a word; where there is none, that it can't be judged."""
    if row.verdict is None:
        return tr(Words("Can't be judged", "无法判断"))
    return tr(VERDICTS[row.verdict])


def why_text(row: Row, tr: Text) -> str:
    """The reason in a few words: the failed check, the fault, or the row of the decision table."""
    decision = row.decision
    if decision is None or decision.because is Because.NO_METRIC:
        blocking = sorted(row.faults, key=lambda f: not f.blocking)
        if blocking:
            return tr(blocking[0].short)
    if decision is None:
        return ""
    if decision.finding is not None:
        return tr(FAILED[decision.finding.check])
    return tr(SHORT[decision.because])


def lift_text(row: Row) -> str:
    """The lift as a short text; `NO_VALUE` where there is none yet."""
    shown = row.shown
    if shown is None or shown[1].effect.lift is None:
        return numbers.NO_VALUE
    return numbers.signed_percent(shown[1].effect.lift)


def interval_text(row: Row, tr: Text) -> str:
    """The lift's interval that is valid in the row's mode, or why it has no ends."""
    shown = row.shown
    if shown is None or row.verdict is Verdict.NOT_STARTED:
        return ""
    result, effect = shown[0], shown[1].effect
    if effect.lift is None:
        waiting = not effect.n_treatment and row.met.arm(shown[1].arm) > 0
        if waiting:
            return tr(_WAITING, days=result.judged.outcome.days)
        return "" if effect.reason is None else tr(effect.reason)
    if effect.lift_low is None or effect.lift_high is None:
        return tr(LIFT_STATUSES[effect.lift_status])
    low, high = (numbers.signed_percent(v) for v in (effect.lift_low, effect.lift_high))
    return interval(low, high, tr)


_WAITING = Words("nobody's {days} days are over yet", "尚无用户走完 {days} 天窗口")


def headline(found: Listing, tr: Text) -> str:
    """What a manager needs in ten seconds: won of decided, running, invalid with its reason."""
    if not found.rows:
        return tr(Words("No experiment is on record yet.", "还没有实验记录。"))
    won, decided = len(found.shipped), len(found.decided)
    if decided:
        words = Words("{won} of {n} decided experiments won", "{n} 个已有结论的实验中 {won} 个胜出")
        if decided == 1:
            words = Words("{won} of 1 decided experiment won", "1 个已有结论的实验中 {won} 个胜出")
        parts = [tr(words, won=won, n=decided)]
    else:
        parts = [tr(Words("No experiment is decided yet", "还没有得出结论的实验"))]
    running = sum(
        r.timing.status in (Status.RUNNING, Status.MATURING)
        and r.verdict in (Verdict.KEEP_RUNNING, Verdict.NOT_STARTED)
        for r in found.rows
    )
    if running:
        parts.append(tr(_ARE_RUNNING if running > 1 else _IS_RUNNING, n=running))
    planned = sum(r.timing.status is Status.PLANNED for r in found.rows)
    if planned:
        parts.append(tr(_ARE_PLANNED if planned > 1 else _IS_PLANNED, n=planned))
    parts += list(_unsound(found, tr))
    return tr(Words("; ", "；")).join(parts) + tr(Words(".", "。"))


_IS_RUNNING = Words("1 is running", "1 个进行中")


_ARE_RUNNING = Words("{n} are running", "{n} 个进行中")


_IS_PLANNED = Words("1 is planned", "1 个待开始")


_ARE_PLANNED = Words("{n} are planned", "{n} 个待开始")


def _unsound(found: Listing, tr: Text) -> Iterator[str]:
    """Invalid ones and those that can't be judged; one alone with its name."""
    for words, one, rows in (
        (
            Words("{n} are invalid", "{n} 个无效"),
            Words("1 is invalid: {name}, {why}", "1 个无效：{name}，{why}"),
            found.of(Verdict.INVALID),
        ),
        (
            Words("{n} can't be judged", "{n} 个无法判断"),
            Words("1 can't be judged: {name}", "1 个无法判断：{name}"),
            tuple(r for r in found.rows if r.verdict is None),
        ),
    ):
        if len(rows) == 1:
            yield tr(one, name=rows[0].experiment.name, why=why_text(rows[0], tr))
        elif rows:
            yield tr(words, n=len(rows))


def health_text(row: Row, tr: Text) -> str:
    """The worst checks by name: what failed, else what to look at, else that all is well."""
    if row.analysis is None:
        return numbers.NO_VALUE
    if row.verdict is Verdict.NOT_STARTED:
        return tr(Words("nothing to check yet", "尚无可检查"))
    for state, words in (
        (State.FAILED, Words("failed: {checks}", "不通过：{checks}")),
        (State.WARNING, Words("look at: {checks}", "留意：{checks}")),
    ):
        named = [tr(HEALTHS[h]) for h in Health if row.health(h) is state]
        if named:
            return tr(words, checks=tr(Words(", ", "、")).join(named))
    return tr(Words("sound", "正常"))
