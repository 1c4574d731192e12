"""What goes with converting: properties and early events, by how differently people convert.

Association, not cause: whoever does or is something may differ in everything else too. What is
looked at was known before the outcome (`docs/adr/0010-association-without-the-outcome.md`).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

import pandas as pd

from data.scope import Scope, Span
from data.sources import PERSONAL, Sources
from data.warehouse import Warehouse
from i18n import Problem, Words
from metrics.funnels.events import event_numbers
from metrics.funnels.factors import (
    BORN,
    NO,
    REGISTERED,
    YES,
    events_statement,
    properties_statement,
    property_names,
)
from metrics.funnels.question import Question
from metrics.funnels.spec import DAY, Counting, Funnel, Order
from metrics.stats.intervals import Difference, wilson_difference
from metrics.stats.proportions import (
    RelativeRate,
    benjamini_hochberg,
    relative_rate,
    two_proportions_p,
)

FEWEST = 30
"""Units on either side below which nothing is tested; they are shown greyed."""
CHANCE = 0.05
"""Of what is said to differ at most this share does not (false discovery rate)."""
EARLY = (300, 1800, 3600, DAY)
"""How long after entry events may be looked at, in seconds."""
_USERS = ("channel", "campaign", "platform", "country", "language", "city", "gender")
_ENTRY = ("channel", "campaign", "platform", "country", "category", "item_id")


class Known(StrEnum):
    """When a factor was known."""

    AT_ENTRY = "at_entry"
    SOON_AFTER = "soon_after"


@dataclass(frozen=True, slots=True)
class Factor:
    """Units with something (`n`, of which `k` converted) against the others to which it applies.

    `column` is a property (`factors.property_names`) or `event`, `value` what it is. `ratio` is the
    relative rate, `difference` in share points; both with 95 % intervals, None where nothing could
    differ. `p_value` and `adjusted` (Benjamini–Hochberg over all that are tested) only where both
    sides have at least `FEWEST` units.
    """

    known: Known
    column: str
    value: str
    n: int
    k: int
    others_n: int
    others_k: int
    ratio: RelativeRate | None
    difference: Difference | None
    p_value: float | None
    adjusted: float | None

    @property
    def enough(self) -> bool:
        """Whether there are enough units on either side to test it."""
        return min(self.n, self.others_n) >= FEWEST

    @property
    def differs(self) -> bool:
        """Whether it goes with converting for more than chance."""
        return self.adjusted is not None and self.adjusted <= CHANCE


@dataclass(frozen=True, slots=True)
class Association:
    """`units` whose window is over and how many of them `converted`; factors of each kind, the most
    different first. Events were looked at in the first `seconds` after entry, among the `waiting`
    units that had not converted by then, of which `waiting_converted` did later."""

    units: int
    converted: int
    seconds: int
    waiting: int
    waiting_converted: int
    at_entry: tuple[Factor, ...]
    soon_after: tuple[Factor, ...]
    sql: tuple[str, str]


def default_early(funnel: Funnel) -> int:
    """How long after entry events are looked at unless chosen: an hour, or what fits."""
    fitting = early_choices(funnel)
    return 3600 if 3600 in fitting else fitting[-1]


def early_choices(funnel: Funnel) -> tuple[int, ...]:
    """Lengths that leave most of the funnel's window to convert in; the shortest always."""
    window = funnel.window
    longest = {"elapsed": (window.seconds or 0) // 2, "day": 3600, "session": 1800}[window.kind]
    return tuple(s for s in EARLY if s <= longest) or (max(1, longest),)


def associated(
    warehouse: Warehouse, scope: Scope, funnel: Funnel, span: Span, seconds: int | None = None
) -> Association:
    """What goes with converting among those who entered in `span` and whose window is over.

    `seconds` after entry is how long events are looked at; a `Problem` where that is not between
    one second and the funnel's window.
    """
    early = default_early(funnel) if seconds is None else seconds
    _require_early(funnel, early)
    q = Question.of(warehouse, funnel, span)
    # Where no entry's window is over, nobody is observed: the whole question says so itself.
    q = q.over or q
    src = warehouse.sources(scope)
    at_entry, first = _properties(warehouse, src, q)
    statement = events_statement(src, q, early)
    rows = list(warehouse.fetch(statement).itertuples(index=False, name=None))
    n, k, waiting, waiting_k = (int(v) for v in rows[0][:4])
    names = {number: name for name, number in event_numbers(warehouse).items()}
    soon = [
        _factor(Known.SOON_AFTER, "event", names[int(r[4])], (int(r[5]), int(r[6])),
                (waiting, waiting_k))
        for r in rows
        if pd.notna(r[4])
    ]  # fmt: skip
    both = _adjusted([*at_entry, *soon])
    return Association(
        n,
        k,
        early,
        waiting,
        waiting_k,
        _ranked(f for f in both if f.known is Known.AT_ENTRY),
        _ranked(f for f in both if f.known is Known.SOON_AFTER),
        (first, warehouse.sql(statement)),
    )


def _properties(warehouse: Warehouse, src: Sources, q: Question) -> tuple[list[Factor], str]:
    """Factors of properties, and the SQL that counted them."""
    of_users, of_entry = _columns(warehouse, src, q)
    orders = warehouse.coverage.has("orders")
    names = property_names(of_users, of_entry, orders=orders)
    if not names:
        return [], ""
    statement = properties_statement(src, q, of_users, of_entry, orders=orders)
    found: list[Any] = list(warehouse.fetch(statement).itertuples(index=False, name="Value"))
    factors = []
    for place, name in enumerate(names):
        values = [r for r in found if int(r.place) == place]
        factors += [
            _factor(Known.AT_ENTRY, name, str(r.value), (int(r.n), int(r.k)),
                    (int(r.all_n), int(r.all_k)))
            for r in telling(values)
        ]  # fmt: skip
    return factors, warehouse.sql(statement)


def telling(values: Sequence[Any]) -> Sequence[Any]:
    """Without what says nothing, or says it twice: one value alone, and one of two."""
    if not values or int(values[0].known) == 1:
        return []
    if int(values[0].known) > 2:
        return values
    if {r.value for r in values} <= {YES, NO}:
        return [r for r in values if r.value == YES]
    return values[-1:]


def _columns(
    warehouse: Warehouse, src: Sources, q: Question
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Properties that the source fills and the viewer may see."""
    has = warehouse.coverage.has
    hidden = frozenset[str]() if src.viewer.personal_data else PERSONAL["users"]
    users = [c for c in _USERS if c not in hidden and has(f"users.{c}")]
    if "birth_year" not in hidden and has("users.birth_year"):
        users.append(BORN)
    of_users = (REGISTERED, *users) if has("users") else ()
    # In any order an attempt may begin with another step.
    any_order = q.funnel.order is Order.UNORDERED and q.funnel.count is not Counting.ATTEMPTS
    of_entry = () if any_order else tuple(c for c in _ENTRY if has(f"events.{c}"))
    return of_users, of_entry


def _factor(
    known: Known, column: str, value: str, with_it: tuple[int, int], of: tuple[int, int]
) -> Factor:
    n, k = with_it
    others_n, others_k = of[0] - n, of[1] - k
    if others_n == 0:
        return Factor(known, column, value, n, k, 0, 0, None, None, None, None)
    counts = (others_k, others_n, k, n)
    enough = min(n, others_n) >= FEWEST
    p = two_proportions_p(*counts) if enough else None
    ratio, difference = relative_rate(*counts), wilson_difference(*counts)
    return Factor(known, column, value, n, k, others_n, others_k, ratio, difference, p, None)


def _adjusted(factors: Sequence[Factor]) -> list[Factor]:
    tested = iter(benjamini_hochberg([f.p_value for f in factors if f.p_value is not None]))
    return [replace(f, adjusted=next(tested)) if f.p_value is not None else f for f in factors]


def _ranked(factors: Iterable[Factor]) -> tuple[Factor, ...]:
    """By how far the relative rate is from 1, up or down: first those that differ for more than
    chance (adjusted p at most `CHANCE`), then the others, those with too few units last."""

    def key(f: Factor) -> tuple[int, float, str, str]:
        tier = 2 if not f.enough else 0 if f.differs else 1
        distance = 0.0 if f.ratio is None else abs(math.log(f.ratio.ratio))
        return (tier, -distance if f.enough else -f.n, f.column, f.value)

    return tuple(sorted(factors, key=key))


def _require_early(funnel: Funnel, seconds: int) -> None:
    longest = funnel.window.seconds or DAY
    if not 1 <= seconds < longest:
        raise Problem("association_early", _EARLY, found=seconds, longest=longest)


_EARLY = Words(
    "Events can be looked at from one second after entry to before the window of {longest} seconds "
    "ends; {found} was asked for.",
    "观察时长应不少于 1 秒，且短于转化窗口（{longest} 秒），当前为 {found}。",
)
