"""Each number of a change with its formula, filled in."""

from __future__ import annotations

from dataclasses import dataclass

from format import numbers
from i18n import Text, Words
from metrics.metric import Metric
from metrics.why.operands import Operands
from metrics.why.result import Part, reading_of
from metrics.why.spec import is_ratio
from metrics.why.words import effect_text

_MIX = Words(
    "(share after − share before) × (its mean rate − mean rate of all)",
    "（本期占比 − 对比期占比）×（自身平均值 − 整体平均值）",
)
_RATE = Words(
    "mean share × (its rate after − its rate before)", "平均占比 ×（自身本期值 − 自身对比期值）"
)
_WHOLE = Words(
    "Appeared or gone: its share × the distance of its rate from the mean rate of all, one part.",
    "新增或消失：占比 × 自身数值与整体平均值之差，合为一项。",
)
_SUM = Words("after − before", "本期 − 对比期")
_BOTH = Words("mix + own rate", "结构影响 + 自身影响")

Sides = tuple[Operands, Operands]


def shares_of(part: Part, sides: Sides) -> tuple[float, float]:
    """A part's share of the denominator before and after."""
    s0, s1 = (
        (own.denominator or 0.0) / (whole.denominator or 1.0)
        for own, whole in zip(part.sides, sides, strict=True)
    )
    return s0, s1


@dataclass(frozen=True, slots=True)
class Frame:
    """What a part is a part of: `sides` of the whole, or of the opened part, whose mean share of
    the whole then is the `weight` of what is inside it."""

    sides: Sides
    weight: float | None
    metric: Metric
    tr: Text
    currency: str

    def lines(self, words: Words, filled: str) -> tuple[str, ...]:
        """The formula in words, and with its numbers."""
        if self.weight is None:
            return self.tr(words), filled
        share = numbers.full(self.weight, "share", self.tr)
        return self.tr(_INSIDE, formula=words), f"{share} × {filled}"


_INSIDE = Words("mean share of the opened part × {formula}", "所下钻部分的平均占比 × {formula}")


def mix_lines(part: Part, of: Frame) -> tuple[str, ...]:
    """The mix effect of a part."""
    sides, metric, tr, currency = of.sides, of.metric, of.tr, of.currency
    own, all_ = (_mean(pair) for pair in (part.sides, sides))
    if own is None or all_ is None:
        return (tr(_MIX),)
    s0, s1 = (numbers.full(s, "share", tr) for s in shares_of(part, sides))
    mine, whole = (numbers.full(v, metric.unit, tr, currency) for v in (own, all_))
    return of.lines(_MIX, f"({s1} − {s0}) × ({mine} − {whole})")


def rate_lines(part: Part, of: Frame) -> tuple[str, ...]:
    """The own effect, likewise."""
    sides, metric, tr, currency = of.sides, of.metric, of.tr, of.currency
    before, after = part.before.value, part.after.value
    if before is None or after is None:
        return (tr(_RATE),)
    s0, s1 = shares_of(part, sides)
    share = numbers.full((s0 + s1) / 2, "share", tr)
    old, new = (numbers.full(v, metric.unit, tr, currency) for v in (before, after))
    return of.lines(_RATE, f"{share} × ({new} − {old})")


def whole_lines(part: Part, tr: Text) -> tuple[str, ...]:
    """Of a part that is there on one side alone, or that has no denominator."""
    return (tr(_WHOLE),)


def sum_lines(part: Part, metric: Metric, tr: Text, currency: str) -> tuple[str, ...]:
    """The whole effect of a part."""
    if not is_ratio(metric):
        old, new = (numbers.full(r.value, metric.unit, tr, currency)
                    for r in (part.before, part.after))  # fmt: skip
        return tr(_SUM), f"{new} − {old}"
    if part.effect.whole and not (part.effect.mix or part.effect.rate):
        return (tr(_WHOLE),)
    mix, rate = (
        effect_text(v, metric, tr, currency, full=True) for v in (part.effect.mix, part.effect.rate)
    )
    return tr(_BOTH), f"({mix}) + ({rate})"


def _mean(sides: Sides) -> float | None:
    """The middle of a rate before and after."""
    before, after = (reading_of(s).value for s in sides)
    return None if before is None or after is None else (before + after) / 2
