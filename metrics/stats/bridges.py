"""Why a number moved: decompositions whose parts sum to the change."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations

from metrics.stats.checks import require_finite


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a change, in the unit of what changed."""

    key: str
    value: float


@dataclass(frozen=True, slots=True)
class Bridge:
    """From `start` to `end`; the parts sum to `end - start`."""

    start: float
    end: float
    parts: tuple[Part, ...]


def additive(before: Mapping[str, float], after: Mapping[str, float]) -> Bridge:
    """A sum: each part's own difference. A key that is missing on one side was zero there."""
    require_finite([*before.values(), *after.values()], "the parts of a sum")
    keys = dict.fromkeys([*before, *after])
    moved = {k: after.get(k, 0.0) - before.get(k, 0.0) for k in keys}
    return closed(math.fsum(before.values()), math.fsum(after.values()), moved)


def product(before: Mapping[str, float], after: Mapping[str, float]) -> Bridge:
    """A product of factors: logarithmic-mean shares (LMDI-I; Ang 2005, Energy Policy 33:867).

    The change is shared in proportion to ln(after / before) of each factor; the order of the
    factors does not matter and going back undoes the parts. Two cases have no logarithm:

    - A factor is zero on one side: it takes the change, in equal shares if several do. That is
      the limit of the formula as they approach zero (Wood & Lenzen 2006, Energy Policy 34:1326).
    - A factor changes its sign: each takes its mean effect over all orders in which the factors
      could have moved (Shapley; Ang, Liu & Chew 2003, Energy Policy 31:1561), exact as well.

    Both sides name the same factors, else ValueError.
    """
    if before.keys() != after.keys():
        raise ValueError(
            f"a product has the same factors on both sides; got {sorted(before)} "
            f"and {sorted(after)}.\nHint: a factor that was nothing is 0."
        )
    start, end = math.prod(before.values()), math.prod(after.values())
    require_finite([*before.values(), *after.values(), start, end], "the factors and their product")
    change = end - start
    vanished = [k for k in before if (before[k] == 0) != (after[k] == 0)]
    if any(before[k] == 0 or after[k] == 0 for k in before):
        taken = {k: change / len(vanished) if k in vanished else 0.0 for k in before}
        return closed(start, end, taken)
    if any((before[k] > 0) != (after[k] > 0) for k in before):
        return closed(start, end, _mean_over_orders(before, after))
    logs = {k: _log_ratio(before[k], after[k]) for k in before}
    weight = _weight(start, end, math.fsum(logs.values()))
    return closed(start, end, {k: weight * log for k, log in logs.items()})


def mix_and_rate(
    before: Mapping[str, tuple[float, float]], after: Mapping[str, tuple[float, float]]
) -> Bridge:
    """A ratio of sums over segments, each (numerator, denominator): did the mix move, or the rates?

    With sᵢ a segment's share of the denominator, rᵢ its rate, R the whole rate and a bar for the
    mean of the two sides, `mix:<segment>` is (s₁ − s₀)·(r̄ᵢ − R̄) and `rate:<segment>` is
    s̄ᵢ·(r₁ − r₀). A segment without denominator on one side has one part, `new:<segment>` or
    `gone:<segment>`: its share times its distance from R̄. Parts are in the unit of the ratio and
    sum to R₁ − R₀. Denominators are not negative, and their sum is above zero on both sides,
    else ValueError.
    """
    keys = dict.fromkeys([*before, *after])
    old, new = _Ratio.of(before), _Ratio.of(after)
    middle = (old.rate + new.rate) / 2
    parts: dict[str, float] = {}
    for k in keys:
        (y0, x0), (y1, x1) = before.get(k, (0.0, 0.0)), after.get(k, (0.0, 0.0))
        s0, s1 = x0 / old.denominator, x1 / new.denominator
        if x0 and x1:
            parts[f"mix:{k}"] = (s1 - s0) * ((y0 / x0 + y1 / x1) / 2 - middle)
            parts[f"rate:{k}"] = (s0 + s1) / 2 * (y1 / x1 - y0 / x0)
            continue
        # What a numerator without denominator moves (a refund where nothing was sold) is in here.
        moved = (y1 / new.denominator - s1 * middle) - (y0 / old.denominator - s0 * middle)
        if x0 or x1:
            parts[f"{'gone' if x0 else 'new'}:{k}"] = moved
        elif y0 or y1:
            parts[f"rate:{k}"] = moved
    return closed(old.rate, new.rate, parts)


def product_plus(
    before: Mapping[str, float],
    after: Mapping[str, float],
    before_rest: Mapping[str, float],
    after_rest: Mapping[str, float],
) -> Bridge:
    """A product of factors plus a rest that is a sum: GMV = buyers × frequency × AOV + guests."""
    factors, rest = product(before, after), additive(before_rest, after_rest)
    if shared := before.keys() & {p.key for p in rest.parts}:
        raise ValueError(
            f"a factor and a part of the rest have one name: {sorted(shared)}.\n"
            "Hint: name the rest after what it adds."
        )
    moved = {p.key: p.value for p in (*factors.parts, *rest.parts)}
    return closed(factors.start + rest.start, factors.end + rest.end, moved)


@dataclass(frozen=True, slots=True)
class _Ratio:
    """The whole of one side."""

    rate: float
    denominator: float

    @classmethod
    def of(cls, segments: Mapping[str, tuple[float, float]]) -> _Ratio:
        require_finite([v for pair in segments.values() for v in pair], "numerators, denominators")
        total = math.fsum(x for _, x in segments.values())
        if total <= 0 or any(x < 0 for _, x in segments.values()):
            raise ValueError(
                "denominators must not be negative and must sum to more than 0; "
                f"got {[x for _, x in segments.values()]}.\n"
                "Hint: a ratio over nothing has no value and no parts; say so instead."
            )
        return cls(math.fsum(y for y, _ in segments.values()) / total, total)


def closed(start: float, end: float, moved: Mapping[str, float]) -> Bridge:
    """A bridge of these parts: what rounding left over is put on the largest, where it shows least.

    What the largest part is too coarse to hold goes to the next one.
    """
    parts = dict(moved)
    for key in sorted(parts, key=lambda k: abs(parts[k]), reverse=True):
        left = (end - start) - math.fsum(parts.values())
        if left == 0:
            break
        parts[key] += left
    return Bridge(start, end, tuple(Part(k, v) for k, v in parts.items()))


def _log_ratio(before: float, after: float) -> float:
    """ln(after / before) of two numbers with the same sign, none of them zero."""
    step, ratio = (after - before) / before, after / before
    if abs(step) < 0.5:
        return math.log1p(step)
    if 0 < ratio < math.inf:
        return math.log(ratio)
    return math.log(abs(after)) - math.log(abs(before))


def _weight(start: float, end: float, total: float) -> float:
    """The change of the product per unit of logarithm; `total` is the sum of the factors' ones."""
    if start == end:
        return start
    if abs(total) > 1 or not start or not end:
        # Holds even where a product of tiny factors is too small to be written down.
        return (end - start) / total if total else 0.0
    # Close together, the sum of opposite logarithms is mostly rounding; the levels are not.
    return (end - start) / _log_ratio(start, end)


def _mean_over_orders(before: Mapping[str, float], after: Mapping[str, float]) -> dict[str, float]:
    """Each factor's step, averaged over all orders in which the factors could have moved."""
    n = len(before)
    effects: dict[str, float] = {}
    for key in before:
        others = [k for k in before if k != key]
        terms = []
        for size in range(n):
            orders = math.factorial(size) * math.factorial(n - 1 - size) / math.factorial(n)
            for moved in combinations(others, size):
                rest = math.prod(after[k] if k in moved else before[k] for k in others)
                terms.append(orders * rest * (after[key] - before[key]))
        effects[key] = math.fsum(terms)
    return effects
