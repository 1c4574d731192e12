"""The sentence at the top: what is open, what is late, which targets are behind."""

from __future__ import annotations

from collections.abc import Sequence

from i18n import Text, Words
from metrics.meeting.notes import is_overdue, open_decisions
from metrics.meeting.pacing import Pace, Standing
from ui.meeting.kept import Kept, today

NAMED = 3
"""Metrics that are named; of more only how many."""


def finding(kept: Kept, found: Sequence[Pace], tr: Text) -> str:
    """What a manager has to know of targets and decisions before reading on."""
    if not (kept.decisions or kept.targets or kept.annotations):
        return tr(_NOTHING)
    still = open_decisions(kept.decisions, today())
    late = [one for one in still if is_overdue(one.body, today())]
    parts = [tr(_OPEN[min(len(still), 2)], n=len(still))]
    if late:
        parts.append(tr(_LATE_ONE if len(late) == 1 else _LATE, n=len(late)))
    said = tr(Words(", ", "，")).join(parts)
    return tr(_BOTH, decisions=said, targets=_targets(found, tr))


def _targets(found: Sequence[Pace], tr: Text) -> str:
    judged = [p for p in found if p.standing is not Standing.UNKNOWN]
    behind = [p for p in judged if p.standing in (Standing.BEHIND, Standing.MISSED)]
    if not judged:
        return tr(_NO_TARGET)
    if not behind:
        return tr(_ALL_WELL if len(judged) > 1 else _ONE_WELL, n=len(judged))
    names = [tr(p.metric.name) for p in behind[:NAMED]]
    said = tr(Words(", ", "、")).join(names)
    if len(behind) > NAMED:
        said = tr(_AND_MORE, names=said, n=len(behind) - NAMED)
    return tr(_BEHIND if len(judged) > 1 else _ONE_BEHIND, n=len(judged), names=said)


_NOTHING = Words(
    "What the team aims at, what it decided, and what happened beside its numbers. Nothing is kept "
    "yet.",
    "团队的目标、会议决策，以及数据背后发生的事。目前还没有记录。",
)
_OPEN = (
    Words("No decision is open", "没有未完成的决策"),
    Words("One decision is open", "1 项决策未完成"),
    Words("{n} decisions are open", "{n} 项决策未完成"),
)
_LATE_ONE = Words("one of them overdue", "其中 1 项已逾期")
_LATE = Words("{n} of them overdue", "其中 {n} 项已逾期")
_BOTH = Words("{decisions}; {targets}.", "{decisions}；{targets}。")
_NO_TARGET = Words("no target is set for the running period", "当期尚未设定目标")
_ALL_WELL = Words("all {n} targets are on course", "{n} 个目标均可望达成")
_ONE_WELL = Words("the one target is on course", "唯一的目标可望达成")
_BEHIND = Words("of {n} targets these are behind: {names}", "{n} 个目标中落后的有：{names}")
_ONE_BEHIND = Words("the one target is behind: {names}", "唯一的目标落后：{names}")
_AND_MORE = Words("{names} and {n} more", "{names}等另 {n} 个")
