"""Survival as typed results: a curve per segment, and whether the segments differ."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from data.scope import Scope, Span
from data.warehouse import Warehouse
from i18n import Problem, Words
from metrics.reading import Reason
from metrics.stats.survival import (
    AtAge,
    LogRank,
    Pair,
    Survival,
    kaplan_meier,
    log_rank,
    pairwise_log_rank,
)
from metrics.survival.spec import Criterion, Outcome, Question
from metrics.survival.statement import NOT_WATCHED, statement
from metrics.user_segments import NAMES, NEEDS, Segment


@dataclass(frozen=True, slots=True)
class Curve:
    """One segment (`value` None: everybody, or all others). `counts` are by age in days; `left_out`
    people began too late to be watched for one whole day. `survival` is None where nobody was."""

    value: str | None
    counts: tuple[AtAge, ...]
    left_out: int
    survival: Survival | None

    @property
    def people(self) -> int:
        return 0 if self.survival is None else self.survival.n


@dataclass(frozen=True, slots=True)
class SurvivalAnswer:
    """Curves of everybody and of each segment, the largest first, all others last.

    `test` asks whether the segments that stand for themselves differ, `pairs` which of them
    (Holm). Both are None or empty without segments, and where nothing can be told apart.
    """

    question: Question
    whole: Curve
    curves: tuple[Curve, ...]
    test: LogRank | None
    pairs: tuple[Pair, ...]
    reason: Reason | None
    ignored: tuple[str, ...]
    sql: str
    version: str


def survival(
    warehouse: Warehouse,
    scope: Scope,
    outcome: Outcome,
    *,
    span: Span | None = None,
    criterion: Criterion = Criterion.BOUGHT,
    churn_days: int | None = None,
    segment: Segment | None = None,
    most: int = 5,
) -> SurvivalAnswer:
    """How long until the outcome, of those whose time began in `span` (of all without one).

    A `Problem` where the shop lacks what the segment is made of; ValueError where the time to the
    last activity is asked for without `churn_days`. The second purchase is one of paid orders,
    whatever the criterion.
    """
    src, coverage = warehouse.sources(scope), warehouse.coverage
    lacking = coverage.lacking(*NEEDS[segment]) if segment is not None else ()
    if segment is not None and lacking:
        raise _no_segment(warehouse.shop, segment, lacking)
    if outcome is Outcome.SECOND_PURCHASE:
        criterion, churn_days = Criterion.BOUGHT, None
    question = Question(outcome, coverage, span, criterion, churn_days, segment, most)
    asked = statement(src, question)
    found: dict[str | None, list[AtAge]] = {}
    late: dict[str | None, int] = {}
    for name, age, ended, watched in warehouse.fetch(asked).itertuples(index=False):
        value = name if isinstance(name, str) else None
        if age == NOT_WATCHED:
            late[value] = late.get(value, 0) + int(ended) + int(watched)
        else:
            found.setdefault(value, []).append(AtAge(int(age), int(ended), int(watched)))
    whole = _curve(None, [a for counts in found.values() for a in counts], sum(late.values()))
    curves: tuple[Curve, ...] = ()
    test: LogRank | None = None
    pairs: tuple[Pair, ...] = ()
    if segment is not None:
        made = [_curve(v, counts, late.get(v, 0)) for v, counts in found.items()]
        curves = tuple(sorted(made, key=lambda c: (c.value is None, -c.people, c.value or "")))
        own = [c.counts for c in curves if c.value is not None]
        test, pairs = log_rank(own), pairwise_log_rank(own)
    table = src.person_day if criterion is Criterion.ACTIVE else src.sales
    return SurvivalAnswer(
        question,
        whole,
        curves,
        test,
        pairs,
        _reason(question, whole, only_guests=src.only_guests()),
        src.ignored(table),
        warehouse.sql(asked),
        warehouse.version,
    )


def _curve(value: str | None, counts: Sequence[AtAge], left_out: int) -> Curve:
    return Curve(value, tuple(counts), left_out, kaplan_meier(counts))


def _reason(question: Question, whole: Curve, *, only_guests: bool) -> Reason | None:
    """Why there is no curve."""
    coverage, span = question.coverage, question.span
    bought = question.criterion is Criterion.BOUGHT
    if bought and not coverage.has("orders"):
        return Reason.TABLE_MISSING
    if bought and only_guests:
        return Reason.GUESTS_ONLY
    if whole.survival is not None:
        return None
    if span is not None and span.start > coverage.last_day:
        return Reason.NOT_BEGUN
    if span is not None and span.end <= coverage.start:
        return Reason.NOT_COVERED
    return Reason.IMMATURE if whole.left_out else Reason.NO_ROWS


def _no_segment(shop: str, segment: Segment, lacking: Sequence[str]) -> Problem:
    return Problem(
        "survival_segment_not_available",
        Words(
            "The shop {shop} can't be split by “{segment}”: it lacks {lacking}.",
            "店铺 {shop} 无法按“{segment}”拆分：缺少 {lacking}。",
        ),
        Words(
            "Map them in its mapping.yaml (docs/guides/importing.md) and import again, or choose "
            "another segment.",
            "请在 mapping.yaml 中配置映射（见 docs/guides/importing.md）后重新导入，"
            "或改用其他维度。",
        ),
        shop=shop,
        segment=NAMES[segment],
        lacking=", ".join(lacking),
    )
