"""What the Explore page is asked, and its answer, computed once for its question."""

from __future__ import annotations

from dataclasses import dataclass, replace

from data.scope import Scope, Span
from i18n import Words
from metrics.explore.result import Grid, explore
from metrics.explore.spec import BY, Shape, Spec, dimensions_of
from metrics.explore.text import Answer
from metrics.periods import Comparison, Grain, buckets
from ui.explore.address import parse_explore, write_explore
from ui.patience import patiently
from ui.session import (
    choose,
    chosen,
    grain,
    notice,
    options,
    remembered,
    scope,
    span,
    text,
    warehouse,
)
from ui.states import not_available

FIGURE = 360
"""Height kept for the main figure, in pixels."""

MOST_BUCKETS = 40
"""Buckets of time side by side."""

_COARSER = Words(
    "The range has more than {n} of the chosen buckets: longer ones are shown.",
    "所选时段超过 {n} 个周期，已改用更长的周期。",
)
_GONE = Words(
    "“{name}” (“x” in the address) does not exist here and was left out.",
    "“{name}”（链接参数“x”）不存在，已略去。",
)


@dataclass(frozen=True, slots=True)
class Asked:
    """One question of the page: the same filters, days and place for every part of it."""

    scope: Scope
    span: Span
    comparison: Comparison
    grain: Grain
    spec: Spec

    @classmethod
    def now(cls) -> Asked:
        spec, days = spec_of(chosen().explore), span()
        by = _coarse_enough(days, grain()) if spec.shape is Shape.TIME else grain()
        return cls(scope(), days, chosen().compare, by, spec)

    def found(self) -> Grid:
        w = warehouse()
        return remembered(
            lambda: explore(w, self.scope, self.span, self.comparison, self.spec, self.grain),
            "explore", self,
        )  # fmt: skip

    def answer(self, found: Grid) -> Answer:
        return Answer(warehouse(), self.scope, found, self.grain)


def offered() -> tuple[str, ...]:
    """The dimensions that tell something apart here: more than one value, for this reader."""
    known = options().values
    return tuple(
        d for d in dimensions_of(warehouse().coverage) if d not in known or len(known[d]) > 1
    )


def spec_of(address: str | None) -> Spec:
    """The question of the address; what it names that this shop does not have is left out and
    said."""
    if address is None:
        first = next(iter(offered()), Spec().by)
        return Spec() if Spec().by in offered() else Spec(by=first)
    spec, lost = parse_explore(address)
    for name in lost:
        notice(_GONE, name=name[:40])
    known = dimensions_of(warehouse().coverage)
    used = (spec.by, *([spec.split] if spec.split else []), *[d for d, _ in spec.path])
    for dimension in (d for d in used if d not in known):
        notice(_GONE, name=BY[dimension])
    path = tuple(step for step in spec.path if step[0] in known)
    by = spec.by if spec.by in known else next(d for d in known if d not in dict(path))
    usable = replace(spec, path=path, by=by)
    if spec.split is not None and (spec.split not in known or spec.split == by):
        usable = replace(spec, path=path, by=by, split=None, shape=Shape.METRICS)
    if lost or usable != spec:
        choose(explore=write_explore(usable))
    return usable


def _coarse_enough(days: Span, by: Grain) -> Grain:
    """The chosen buckets, or the next longer ones of which so many fit beside each other."""
    w = warehouse()
    for longer in list(Grain)[list(Grain).index(by) :]:
        if len(buckets(days, longer, w.reporting.week_start)) <= MOST_BUCKETS:
            if longer is not by:
                notice(_COARSER, n=MOST_BUCKETS)
            return longer
    return Grain.YEAR


def ask_for(spec: Spec) -> None:
    """Another question from the next run on."""
    choose(explore=None if spec == Spec() else write_explore(spec))


def answered(asked: Asked) -> Grid | None:
    """The grid; None, with the reason in its place, where the shop lacks what all of it is made
    of, or the reader stopped it."""
    found = patiently(asked.found, "explore", asked, height=FIGURE)
    if found is not None and not found.columns:
        not_available([need for m in found.missing for need in m.lacking], text())
        return None
    return found
