"""One comparison read in the mode that was chosen before the start."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from metrics.stats.experiments.always_valid import DEFAULT_UNITS, Gate, always_valid
from metrics.stats.experiments.effect import Effect
from metrics.stats.experiments.group_sequential import Boundary, Spending, boundaries
from metrics.stats.experiments.sums import Sums

Compare = Callable[[float], Effect]
"""A comparison of the same data at a given alpha."""


class Mode(StrEnum):
    """When a result may be read: once at the end, at looks before a planned end, at any time."""

    FIXED = "fixed"
    GROUP_SEQUENTIAL = "group_sequential"
    ALWAYS_VALID = "always_valid"


@dataclass(frozen=True, slots=True)
class Look:
    """What one look says. `effect` holds the interval that is valid in this mode; `p_value` is None
    in a group-sequential one, where `boundary` has the level the plain p-value has to pass.
    `gated`: too little in an arm to conclude anything yet."""

    mode: Mode
    effect: Effect
    p_value: float | None
    nominal: Effect
    boundary: Boundary | None = None
    gated: bool = False

    @property
    def conclusive(self) -> bool:
        if self.gated or self.nominal.p_value is None:
            return False
        if self.boundary is not None:
            return self.nominal.p_value < self.boundary.level
        return self.p_value is not None and self.p_value < self.effect.alpha

    @property
    def is_last(self) -> bool:
        """Whether this look ends the test by plan."""
        return self.boundary is None or self.boundary.fraction >= 1 - 1e-9


def fixed(compare: Compare, *, alpha: float = 0.05) -> Look:
    """The one look of a fixed horizon."""
    effect = compare(alpha)
    return Look(Mode.FIXED, effect, effect.p_value, effect)


def at_boundary(compare: Compare, boundary: Boundary, *, alpha: float = 0.05) -> Look:
    """A group-sequential look: the plain p-value must pass the boundary's level, and the interval
    is the method's own at that level.

    The level, not the z value: with few units the t distribution then widens both, where a z
    boundary is crossed three times too often (Jennison & Turnbull 2000, section 4.4).
    """
    return Look(Mode.GROUP_SEQUENTIAL, compare(boundary.level), None, compare(alpha), boundary)


def group_sequential(
    compare: Compare,
    fractions: tuple[float, ...],
    *,
    alpha: float = 0.05,
    spending: Spending = Spending.OBRIEN_FLEMING,
) -> Look:
    """The last of several looks; `fractions` of the planned units at each, this one included."""
    return at_boundary(
        compare, boundaries(fractions, alpha=alpha, spending=spending)[-1], alpha=alpha
    )


def at_any_time(
    compare: Compare,
    control: Sums,
    treatment: Sums,
    *,
    alpha: float = 0.05,
    planned: float = DEFAULT_UNITS,
    gate: Gate | None = None,
) -> Look:
    """A look of an open-ended test; nothing is concluded before the gate opens."""
    nominal = compare(alpha)
    found = always_valid(nominal, control, treatment, planned=planned, gate=gate)
    return Look(
        Mode.ALWAYS_VALID, found.effect, found.effect.p_value, nominal, gated=not found.opened
    )
