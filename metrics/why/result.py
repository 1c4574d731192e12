"""A change taken apart by segment: each part exact, and judged against its own past."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from data.scope import Scope, Span
from data.warehouse import Warehouse
from i18n import Words
from metrics.families import COMPLETE_DAYS
from metrics.like_for_like import Alike, as_far, like_for_like
from metrics.measures import complete_days, needed, read
from metrics.parts import Parts, measure_parts
from metrics.periods import Comparison, Step, first_days, history
from metrics.reading import Reading, Reason, ratio
from metrics.scorecard import HISTORY_POINTS, bounds
from metrics.stats.nested_bridges import Effect, Nested, nested_ratio, nested_sum, together
from metrics.stats.xmr import Judgement, Verdict, judge
from metrics.why.operands import Operands, Row, operands, summed
from metrics.why.signal import Course, judge_together
from metrics.why.spec import MOST_PARTS, OTHERS, Question, is_ratio

NOT_JUDGED = Judgement(Verdict.TOO_FEW, None, None, 0)


@dataclass(frozen=True, slots=True)
class Part:
    """One value of a dimension, or all `others` together (`value` None, as many as `others` says).

    `sides` are what its value before and after are made of. `own` judges its value against its own
    past; `share` its part of the denominator, where the metric is a ratio.
    """

    value: str | None
    others: int
    sides: tuple[Operands, Operands]
    effect: Effect
    own: Judgement
    share: Judgement | None
    inner: tuple[Part, ...] = ()

    @property
    def key(self) -> str:
        return OTHERS if self.value is None else self.value

    @property
    def before(self) -> Reading:
        return reading_of(self.sides[0])

    @property
    def after(self) -> Reading:
        return reading_of(self.sides[1])

    @property
    def is_signal(self) -> bool:
        """Whether its value or its share is outside its limits."""
        return any(is_signal(j) for j in (self.own, self.share))


@dataclass(frozen=True, slots=True)
class Why:
    """The change of a metric from `before` to `after`; the parts' effects sum to it.

    Without parts `reason` or `words` says why there is no bridge. `verdict` is the whole's own,
    `judged` how many courses its parts' limits allow for, `past` the ranges they rest on.
    """

    question: Question
    alike: Alike
    before: Span | None
    after: Span | None
    start: Reading
    end: Reading
    verdict: Judgement
    totals: tuple[Operands, Operands] | None
    parts: tuple[Part, ...]
    judged: int
    past: tuple[Span, ...]
    reason: Reason | None
    words: Words | None
    sql: Mapping[str, str]
    ignored: tuple[str, ...]
    version: str

    @property
    def change(self) -> float | None:
        if self.start.value is None or self.end.value is None or self.totals is None:
            return None
        return self.end.value - self.start.value


def is_signal(judgement: Judgement | None) -> bool:
    return judgement is not None and judgement.verdict in (Verdict.SIGNAL_UP, Verdict.SIGNAL_DOWN)


def reading_of(made_of: Operands) -> Reading:
    """A segment's value from its parts."""
    if made_of.denominator is None:
        return Reading(made_of.numerator, made_of.numerator)
    return ratio(made_of.numerator, made_of.denominator)


def why(warehouse: Warehouse, scope: Scope, question: Question, most: int = MOST_PARTS) -> Why:
    """The change by the values of `question.by[0]`, and of two dimensions also inside them."""
    metric, coverage = question.of, warehouse.coverage
    alike = like_for_like(warehouse, scope, question.span, question.comparison)
    both = None if alike.span is None else as_far(question.span, alike.span, coverage.until)
    if coverage.lacking(*metric.needs) or both is None:
        reason = Reason.TABLE_MISSING if coverage.lacking(*metric.needs) else None
        if reason is None and alike.span is not None:
            reason = Reason.NOT_BEGUN
        words = None if reason else alike.reason or _CHOOSE
        return _nothing(warehouse, question, alike, reason, words)
    after, before = both
    past = like_spans(after, question, coverage.start)
    parts = measure_parts(warehouse, scope, [*past, before, after], needed([metric]), question.by)
    return _Reader(warehouse, scope, question, alike, parts, (before, after), past, most).answer()


_CHOOSE = Words("choose what to compare with", "请选择对比方式")


def _nothing(
    warehouse: Warehouse,
    question: Question,
    alike: Alike,
    reason: Reason | None,
    words: Words | None,
) -> Why:
    none = Reading.missing(reason or Reason.NO_ROWS)
    return Why(
        question, alike, None, None, none, none, NOT_JUDGED, None, (), 0, (), reason, words,
        {}, (), warehouse.version,
    )  # fmt: skip


def like_spans(after: Span, question: Question, first: date) -> tuple[Span, ...]:
    """The ranges before the judged one that are like it: as many days, as far into their period;
    with weekdays compared, those of the weeks before. Campaign days are like no other days."""
    if question.comparison is Comparison.CAMPAIGN:
        return ()
    if question.comparison is Comparison.WEEKDAY:
        step = Step(days=7 * -(-after.days // 7))
        back = [step.back(after, n) for n in range(HISTORY_POINTS, 0, -1)]
        return tuple(s for s in back if s.start >= first)
    whole = history(question.span, first, most=HISTORY_POINTS)
    return tuple(first_days(s, after.days) for s in whole)


class _Reader:
    """One question with its measures."""

    def __init__(
        self,
        warehouse: Warehouse,
        scope: Scope,
        question: Question,
        alike: Alike,
        parts: Parts,
        both: tuple[Span, Span],
        past: Sequence[Span],
        most: int,
    ) -> None:
        self.warehouse, self.scope, self.question, self.alike = warehouse, scope, question, alike
        self.metric, self.parts, self.both, self.most = question.of, parts, both, most
        self.rows: dict[str, dict[str, tuple[Row, ...]]] = {}
        for key, rows in parts.rows.items():
            self.rows.setdefault(key[0], {})[key[-1]] = rows
        self.wholes = [self._whole(n) for n in range(len(parts.spans))]
        self.readings = [
            read(self.metric, s, row, warehouse, scope)
            for s, row in zip(parts.spans, self.wholes, strict=True)
        ]
        self.past = tuple(s for s in past if self._finished(s))

    def _whole(self, n: int) -> Row:
        measures = [m for f in needed([self.metric]) for m in f.measures]
        days = complete_days(self.parts.spans[n], self.warehouse.coverage)
        nothing = {COMPLETE_DAYS: days, **dict.fromkeys(measures, 0.0)}
        return summed([nothing, *(rows[n] for rows in self.parts.rows.values())])

    def _at(self, span: Span) -> int:
        return self.parts.spans.index(span)

    def _finished(self, span: Span) -> bool:
        """Whether the whole has a value there that no longer changes: what limits rest on."""
        reading = self.readings[self._at(span)]
        return reading.value is not None and not reading.left_out

    def _operands(self, row: Row, n: int) -> Operands:
        reporting, assumed = self.warehouse.reporting, self.readings[n].assumed
        return operands(self.metric, row, reporting, assumed=assumed)

    def answer(self) -> Why:
        first, last = (self._at(s) for s in self.both)
        start, end = self.readings[first], self.readings[last]
        reason = start.reason or end.reason
        totals = self._operands(self.wholes[first], first), self._operands(self.wholes[last], last)
        if reason is None and self._negative(first, last):
            reason = Reason.CREDITS
        before, after = self.both
        named, judged = ((), 0) if reason else self._named(self._nested(first, last))
        ignored = dict.fromkeys(d for names in self.parts.ignored.values() for d in names)
        return Why(
            self.question, self.alike, before, after, start, end, self._verdict(),
            None if reason else totals, named, judged, self.past, reason, None,
            self.parts.sql, tuple(ignored), self.warehouse.version,
        )  # fmt: skip

    def _negative(self, *sides: int) -> bool:
        """Whether credits leave a segment with less than no denominator."""
        return any(
            (self._operands(rows[n], n).denominator or 0.0) < 0
            for rows in self.parts.rows.values()
            for n in sides
        )

    def _nested(self, first: int, last: int) -> Nested:
        def side(n: int) -> dict[str, dict[str, Operands]]:
            return {
                outer: {key: self._operands(rows[n], n) for key, rows in inner.items()}
                for outer, inner in self.rows.items()
            }

        old, new = side(first), side(last)
        if is_ratio(self.metric):
            return nested_ratio(_pairs(old), _pairs(new))
        return nested_sum(_amounts(old), _amounts(new))

    def _named(self, nested: Nested) -> tuple[tuple[Part, ...], int]:
        rows = {
            key: tuple(summed(r[n] for r in inner.values()) for n in range(len(self.parts.spans)))
            for key, inner in self.rows.items()
        }
        effects = {b.effect.key: b.effect for b in nested.branches}
        inner: dict[str, tuple[Part, ...]] = {}
        if len(self.question.by) > 1:
            for branch in nested.branches:
                within = {e.key: e for e in branch.inner}
                inner[branch.effect.key] = self._level(within, self.rows[branch.effect.key], {})[0]
        return self._level(effects, rows, inner)

    def _level(
        self,
        effects: Mapping[str, Effect],
        rows: Mapping[str, tuple[Row, ...]],
        inner: Mapping[str, tuple[Part, ...]],
    ) -> tuple[tuple[Part, ...], int]:
        """The largest parts and all others together, judged beside each other."""
        whole = [summed(r[n] for r in rows.values()) for n in range(len(self.parts.spans))]
        courses = {key: self._courses(r, whole) for key, r in rows.items()}
        listed = [c for pair in courses.values() for c in pair]
        verdicts = judge_together(listed)
        width = len(next(iter(courses.values()), ()))
        judged = {key: verdicts[width * n : width * (n + 1)] for n, key in enumerate(courses)}
        there = [k for k in effects if any(any(side) for side in self._sides(rows[k]))]
        ranked = sorted(there, key=lambda k: (-abs(effects[k].total), k))
        spare = ranked[self.most :] if len(ranked) > self.most + 1 else []
        found = [
            Part(
                key, 0, self._sides(rows[key]), effects[key], judged[key][0],
                judged[key][1] if width > 1 else None, inner.get(key, ()),
            )
            for key in ranked if key not in spare
        ]  # fmt: skip
        if spare:
            rest = tuple(summed(rows[k][n] for k in spare) for n in range(len(self.parts.spans)))
            effect = together(OTHERS, [effects[k] for k in spare])
            found.append(Part(None, len(spare), self._sides(rest), effect, NOT_JUDGED, None))
        return tuple(found), sum(c.judged for c in listed)

    def _sides(self, rows: Sequence[Row]) -> tuple[Operands, Operands]:
        first, last = (self._at(s) for s in self.both)
        return self._operands(rows[first], first), self._operands(rows[last], last)

    def _courses(self, rows: Sequence[Row], whole: Sequence[Row]) -> tuple[Course, ...]:
        """A segment's value over the ranges, and of a ratio its share of the denominator."""
        floor, ceiling = bounds(self.metric)

        def value(n: int) -> float | None:
            return reading_of(self._operands(rows[n], n)).value

        def share(n: int) -> float | None:
            all_ = self._operands(whole[n], n).denominator
            return (self._operands(rows[n], n).denominator or 0.0) / all_ if all_ else None

        own = self._course(value, floor, ceiling)
        return (own, self._course(share, 0.0, 1.0)) if is_ratio(self.metric) else (own,)

    def _course(
        self, value: Callable[[int], float | None], floor: float | None, ceiling: float | None
    ) -> Course:
        known = [value(self._at(s)) for s in self.past]
        last = self.both[1]
        now = value(self._at(last)) if self._finished(last) else None
        return Course(tuple(v for v in known if v is not None), now, floor, ceiling)

    def _verdict(self) -> Judgement:
        """The whole as the scorecard judges it."""
        floor, ceiling = bounds(self.metric)
        course = self._course(lambda n: self.readings[n].value, floor, ceiling)
        if course.now is None:
            return Judgement(Verdict.TOO_FEW, None, None, len(course.past))
        return judge(course.past, course.now, floor=floor, ceiling=ceiling)


def _pairs(side: Mapping[str, Mapping[str, Operands]]) -> dict[str, dict[str, tuple[float, float]]]:
    return {
        outer: {key: (o.numerator, o.denominator or 0.0) for key, o in inner.items()}
        for outer, inner in side.items()
    }


def _amounts(side: Mapping[str, Mapping[str, Operands]]) -> dict[str, dict[str, float]]:
    return {outer: {key: o.numerator for key, o in inner.items()} for outer, inner in side.items()}
