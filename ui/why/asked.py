"""What the page is asked, and its answers, each computed once for its question."""

from __future__ import annotations

from dataclasses import dataclass, replace

from data.scope import Scope
from i18n import Words
from metrics.catalog import METRICS
from metrics.like_for_like import as_far, like_for_like
from metrics.metric import Metric
from metrics.parts import BREAKDOWNS
from metrics.why.result import Why, why
from metrics.why.spec import Method, Question, dimensions_of, obstacle
from metrics.why.steps import Steps, factors, growth
from ui.session import choose, chosen, notice, options, remembered, scope, span, warehouse
from ui.why.view import View, read_view, write_view

FIGURE = 380
"""Height kept for the main figure, in pixels."""
_FIRST = ("gmv", "buyers", "active_users")
_OPENS_WITH = ("channel", "market", "platform")
_INSIDE = {"market": "channel", "channel": "campaign", "campaign": "market"}
"""What is looked for inside a value, until the reader chooses."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One question of the page: the same people, days and comparison for every part of it."""

    question: Question
    scope: Scope
    view: View
    able: tuple[Method, ...]

    @classmethod
    def now(cls) -> Asked | None:
        """None where the shop supports no metric at all."""
        metric = _metric()
        if metric is None:
            return None
        kept, compare = scope(), chosen().compare
        able = tuple(m for m in Method if _obstacle(m, metric) is None)
        view = _view(metric, able)
        return cls(Question(metric.key, span(), compare, (str(view.by),)), kept, view, able)

    @property
    def metric(self) -> Metric:
        return self.question.of

    @property
    def by_segment(self) -> bool:
        return self.view.method is Method.SEGMENTS

    def segments(self) -> Why:
        return self._why(self.question)

    def opened(self) -> Why:
        """The same with what is inside every part."""
        return self._why(replace(self.question, by=(str(self.view.by), str(self.view.then))))

    def _why(self, question: Question) -> Why:
        w = warehouse()
        return remembered(lambda: why(w, self.scope, question), "why", question, self.scope)

    def steps(self) -> Steps:
        w = warehouse()
        ask = growth if self.view.method is Method.GROWTH else factors
        question = replace(self.question, by=())
        return remembered(
            lambda: ask(w, self.scope, question),
            "why_steps",
            self.view.method,
            question,
            self.scope,
        )


def able_metrics() -> tuple[str, ...]:
    """Metrics that the shop has what they need for."""
    coverage = warehouse().coverage
    return tuple(k for k, m in METRICS.items() if not coverage.lacking(*m.needs))


def _metric() -> Metric | None:
    able, wanted = able_metrics(), chosen().metric
    if wanted is not None and wanted not in able:
        name = METRICS[wanted].name if wanted in METRICS else wanted[:40]
        notice(
            Words(
                "This shop has no metric “{name}”; another is shown.",
                "该店铺没有指标“{name}”，已改为显示其他指标。",
            ),
            name=name,
        )
    if wanted in able:
        return METRICS[str(wanted)]
    first = [k for k in (*_FIRST, *able) if k in able]
    return METRICS[first[0]] if first else None


def _obstacle(method: Method, metric: Metric) -> Words | None:
    """Why this method can't take the chosen change apart."""
    w, days = warehouse(), span()
    against = like_for_like(w, scope(), days, chosen().compare).span
    both = None if against is None else as_far(days, against, w.coverage.until)
    after = days if both is None else both[0]
    start = w.reporting.week_start
    return obstacle(method, metric, after, chosen().compare, start, w.coverage)


def obstacles(metric: Metric) -> dict[Method, Words]:
    """The methods that can't be used, each with the reason."""
    found = {m: _obstacle(m, metric) for m in Method}
    return {m: words for m, words in found.items() if words is not None}


def _view(metric: Metric, able: tuple[Method, ...]) -> View:
    """The view of the address as far as the metric has it; the rest by default."""
    said = chosen().why
    view = View() if said is None else read_view(said)
    known = dimensions_of(metric)
    by = view.by if view.by in known else _first(known)
    then = view.then if view.then in known and view.then != by else _within(by, known)
    method = view.method if view.method in able else Method.SEGMENTS
    kept = view.opened if by == view.by else None
    return View(method, by, then, kept)


def _first(known: tuple[str, ...]) -> str:
    """The first dimension that the shop has several values of."""
    values = options().values
    several = [d for d in _OPENS_WITH if d in known and len(values[d]) > 1]
    return several[0] if several else known[0]


def _within(by: str, known: tuple[str, ...]) -> str:
    wanted = _INSIDE.get(by, "")
    others = [d for d in known if d != by]
    return wanted if wanted in others else ("market" if "market" in others else others[0])


def look(view: View) -> None:
    """Look at it in another way."""
    choose(why=write_view(view))


def dimension_words(key: str) -> Words:
    return BREAKDOWNS[key].name
