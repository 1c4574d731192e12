"""Why a number moved, segment by segment and inside each segment: every level sums exactly."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from metrics.stats.bridges import Part, additive, closed, mix_and_rate

MIX, RATE, NEW, GONE = "mix", "rate", "new", "gone"

Sums = Mapping[str, Mapping[str, float]]
"""Amounts by segment and by what is inside it."""
Ratios = Mapping[str, Mapping[str, tuple[float, float]]]
"""(Numerator, denominator) by segment and by what is inside it."""


@dataclass(frozen=True, slots=True)
class Effect:
    """What one segment did to the change of the whole: through its share of the denominator
    (`mix`), and through its own rate (`rate`). A segment without denominator on one side has
    appeared or gone, and an amount has no rate: `whole` is one part."""

    key: str
    mix: float = 0.0
    rate: float = 0.0
    whole: float = 0.0

    @property
    def total(self) -> float:
        return self.mix + self.rate + self.whole

    @property
    def inside(self) -> float:
        """What the effects inside the segment sum to: everything but its share of the whole, which
        nothing inside it can move."""
        return self.rate + self.whole


@dataclass(frozen=True, slots=True)
class Branch:
    """A segment's effect, and those inside it, whose totals sum to `effect.inside`."""

    effect: Effect
    inner: tuple[Effect, ...]


@dataclass(frozen=True, slots=True)
class Nested:
    """From `start` to `end`; the totals of the branches sum to `end - start`."""

    start: float
    end: float
    branches: tuple[Branch, ...]


def effects_of(parts: Iterable[Part]) -> tuple[Effect, ...]:
    """The parts of `mix_and_rate`, one effect a segment, in their order."""
    found: dict[str, dict[str, float]] = {}
    for part in parts:
        what, _, key = part.key.partition(":")
        found.setdefault(key, {})[what] = part.value
    return tuple(
        Effect(
            key,
            values.get(MIX, 0.0),
            values.get(RATE, 0.0),
            values.get(NEW, 0.0) + values.get(GONE, 0.0),
        )
        for key, values in found.items()
    )


def together(key: str, effects: Iterable[Effect]) -> Effect:
    """Several segments as one row of a table: their effects summed, so that nothing is lost."""
    listed = list(effects)
    mix, rate, whole = (math.fsum(getattr(e, n) for e in listed) for n in (MIX, RATE, "whole"))
    return Effect(key, mix, rate, whole)


def nested_sum(before: Sums, after: Sums) -> Nested:
    """An amount over segments: each segment's difference, and the differences inside it."""
    outer = additive(_summed(before), _summed(after))
    branches = []
    for part in outer.parts:
        inner = additive(before.get(part.key, {}), after.get(part.key, {}))
        exact = closed(0.0, part.value, {p.key: p.value for p in inner.parts})
        branches.append(
            Branch(
                Effect(part.key, whole=part.value),
                tuple(Effect(p.key, whole=p.value) for p in exact.parts),
            )
        )
    return Nested(outer.start, outer.end, tuple(branches))


def _summed(side: Sums) -> dict[str, float]:
    return {key: math.fsum(inner.values()) for key, inner in side.items()}


def nested_ratio(before: Ratios, after: Ratios) -> Nested:
    """A ratio of sums over segments: `mix_and_rate`, and each segment opened further.

    A segment's own effect is s̄·(r₁ − r₀). Its rate r is itself a ratio over what is inside, so
    the mix and rate inside it are those of r, times s̄: they sum to that effect, and the segment's
    share of the whole stands beside them. Inside a segment that has no denominator on one side
    there is no rate to open: each inner part is its share times its distance from R̄, whose sum is
    the segment's. Denominators are not negative, and sum to more than zero on both sides, else
    ValueError.
    """
    old, new = _pairs(before), _pairs(after)
    outer = mix_and_rate(old, new)
    x0, x1 = (math.fsum(x for _, x in side.values()) for side in (old, new))
    middle = (outer.start + outer.end) / 2
    branches = []
    for effect in effects_of(outer.parts):
        was, now = before.get(effect.key, {}), after.get(effect.key, {})
        s0, s1 = (side.get(effect.key, (0.0, 0.0))[1] / x for side, x in ((old, x0), (new, x1)))
        if s0 and s1:
            weight = (s0 + s1) / 2
            inside = {p.key: weight * p.value for p in mix_and_rate(was, now).parts}
        else:
            inside = {
                f"{NEW}:{key}": _distance(now.get(key), x1, middle)
                - _distance(was.get(key), x0, middle)
                for key in dict.fromkeys([*was, *now])
            }
        exact = closed(0.0, effect.inside, inside) if inside else None
        branches.append(Branch(effect, () if exact is None else effects_of(exact.parts)))
    return Nested(outer.start, outer.end, tuple(branches))


def _pairs(side: Ratios) -> dict[str, tuple[float, float]]:
    return {
        key: (math.fsum(y for y, _ in inner.values()), math.fsum(x for _, x in inner.values()))
        for key, inner in side.items()
    }


def _distance(pair: tuple[float, float] | None, denominator: float, middle: float) -> float:
    """A part's share of the denominator times how far its rate lies from the middle of the whole's;
    written without the rate, which a part without denominator has not."""
    if pair is None:
        return 0.0
    return pair[0] / denominator - pair[1] / denominator * middle
