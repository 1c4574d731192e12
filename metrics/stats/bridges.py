"""Why a number moved: decompositions whose parts sum to the change."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass


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
    keys = list(dict.fromkeys([*before, *after]))
    parts = tuple(Part(k, after.get(k, 0.0) - before.get(k, 0.0)) for k in keys)
    return Bridge(math.fsum(before.values()), math.fsum(after.values()), parts)


def product(before: Mapping[str, float], after: Mapping[str, float]) -> Bridge:
    """A product of factors: logarithmic-mean shares (LMDI-I; Ang 2005, Energy Policy 33:867).

    Where the product is zero on one side, the change goes to the factors that are zero there, in
    equal shares: the limit of the formula as they approach zero.
    """
    start, end = math.prod(before.values()), math.prod(after.values())
    change = end - start
    if start > 0 and end > 0:
        weight = _logarithmic_mean(start, end)
        shares = {k: weight * math.log(after[k] / before[k]) for k in before}
        largest = max(shares, key=lambda k: abs(shares[k]))
        shares[largest] += change - math.fsum(shares.values())  # rounding, where it shows least
        return Bridge(start, end, tuple(Part(k, v) for k, v in shares.items()))
    vanished = [k for k in before if (before[k] == 0) != (after[k] == 0)]
    parts = {k: change / len(vanished) if k in vanished else 0.0 for k in before}
    return Bridge(start, end, tuple(Part(k, v) for k, v in parts.items()))


def _logarithmic_mean(a: float, b: float) -> float:
    """(b − a) / ln(b / a), also where the two differ by rounding only; a and b above 0."""
    step = (b - a) / a
    if step == 0:
        return a
    # Each way of the logarithm is exact where the other one loses digits.
    return (b - a) / (math.log1p(step) if abs(step) < 0.5 else math.log(b / a))


def product_plus(
    before: Mapping[str, float],
    after: Mapping[str, float],
    before_rest: Mapping[str, float],
    after_rest: Mapping[str, float],
) -> Bridge:
    """A product of factors plus a rest that is a sum: GMV = buyers × frequency × AOV + guests."""
    factors, rest = product(before, after), additive(before_rest, after_rest)
    return Bridge(factors.start + rest.start, factors.end + rest.end, (*factors.parts, *rest.parts))
