"""How effects of experiments are said: p-values, lifts, intervals, and what decided."""

from __future__ import annotations

from format import numbers
from i18n import Text, Words
from metrics.stats.experiments.effect import LIFT_STATUSES, Effect, LiftStatus
from metrics.stats.experiments.modes import Look, Mode

_SMALLEST_P = 0.001


def p_text(p: float | None) -> str:
    """`p = 0.012`, `p < 0.001`."""
    if p is None:
        return numbers.NO_VALUE
    return f"p < {_SMALLEST_P}" if p < _SMALLEST_P else f"p = {p:.3f}"


def lift(effect: Effect, amount: float | None, tr: Text) -> str:
    """A lift with its sign, or why there is none."""
    if effect.lift_status in (LiftStatus.ZERO_CONTROL, LiftStatus.NOT_COMPUTED):
        return tr(LIFT_STATUSES[effect.lift_status])
    if amount is None:
        return numbers.NO_VALUE
    return numbers.plus(numbers.full(amount, "share", tr), amount)


def interval(low: str, high: str, tr: Text) -> str:
    return tr(Words("{low} to {high}", "{low} 至 {high}"), low=low, high=high)


def lift_interval(effect: Effect, tr: Text) -> str:
    """The lift's interval, or why it has no ends."""
    if effect.lift_status is not LiftStatus.OK:
        return tr(LIFT_STATUSES[effect.lift_status])
    low, high = (lift(effect, v, tr) for v in (effect.lift_low, effect.lift_high))
    return interval(low, high, tr)


def judged_by(look: Look, tr: Text) -> str:
    """What decides in this mode: the p-value, the level of this look, or the one for any time."""
    if look.mode is Mode.FIXED:
        return p_text(look.p_value)
    if look.mode is Mode.ALWAYS_VALID:
        said = Words("{p}, valid at any time", "{p}，任意时点有效")
        return tr(said, p=p_text(look.p_value))
    boundary = look.boundary
    if boundary is None:
        return p_text(look.nominal.p_value)
    level = f"{boundary.level:.4f}" if boundary.level >= 0.0001 else "0.0001"
    small = boundary.level < 0.0001
    asks = (
        Words("{p}, this look needs p < {level}", "{p}，本次查看须 p < {level}")
        if not small
        else Words("{p}, this look needs less than {level}", "{p}，本次查看须小于 {level}")
    )
    exact = look.nominal.p_value
    p = p_text(exact)
    if exact is not None and exact < _SMALLEST_P:
        p = f"p = {exact:.1e}" if exact >= 1e-99 else "p < 1e-99"
    past = Words("; past the plan", "；已超出计划样本量") if boundary.past_plan else Words("", "")
    return tr(asks, p=p, level=level) + tr(past)


def chance_text(chance: float, tr: Text) -> str:
    """A probability that is never said to be all or nothing."""
    if chance > 0.999:
        return ">99.9%"
    return "<0.1%" if chance < 0.001 else numbers.short(chance, "share", tr)
