"""Attribution as a typed result: credits per channel and model, and the checks that they add up."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from data.dimensions import CHANNEL
from data.scope import Scope, Span
from data.warehouse import Coverage, Warehouse
from data.zones import start_of_day
from metrics.attribution.credits import sums, totals
from metrics.attribution.paths import transitions
from metrics.attribution.spec import NEEDS, Conversions, Dated, Model, Question, Spec
from metrics.reading import Reason
from metrics.stats.markov import Chain, removal_effects, shares

TOLERANCE = 1e-6
"""How far a sum of credits may lie from the conversions, relative to them: parts of one are
binary fractions."""


@dataclass(frozen=True, slots=True)
class Credit:
    """What a model gives a channel: credits and their net revenue (None where an exchange rate is
    missing), and the credits of the same conversions that fall outside the period."""

    credits: float
    revenue: float | None
    outside: float


@dataclass(frozen=True, slots=True)
class ChannelCredits:
    """One channel under every model asked for. `untouched`: conversions without a touch on record,
    which are in the credits of direct."""

    channel: str
    credit: Mapping[Model, Credit]
    untouched: int
    in_paths: float | None
    """Conversions whose path holds the channel (None unless Markov was asked for)."""


@dataclass(frozen=True, slots=True)
class Check:
    """What a model's credits sum to, beside what they have to."""

    model: Model
    credits: float
    outside: float
    conversions: int

    @property
    def holds(self) -> bool:
        return _near(self.credits + self.outside, self.conversions)


@dataclass(frozen=True, slots=True)
class Attribution:
    """The answer. `conversions` and `revenue` are counted without a look at touches; by touch date
    they are those of all orders that touches of the period may have led to. `running`: touches of
    the period may still lead to orders. `reason` says why there is nothing, `lacking` which tables
    and columns would be needed."""

    question: Question
    scope: Scope
    coverage: Coverage
    version: str
    models: tuple[Model, ...]
    channels: tuple[ChannelCredits, ...]
    conversions: int
    untouched: int
    revenue: float | None
    unrated: int
    checks: tuple[Check, ...]
    effects: Mapping[str, float]
    running: bool
    ignored: tuple[str, ...]
    reason: Reason | None
    lacking: tuple[str, ...]
    sql: Mapping[str, str]

    @property
    def spec(self) -> Spec:
        return self.question.spec

    def of(self, channel: str) -> ChannelCredits | None:
        return next((c for c in self.channels if c.channel == channel), None)

    def total(self, model: Model) -> float:
        """Credits within the period."""
        return sum(c.credit[model].credits for c in self.channels)


def asked_scope(scope: Scope) -> Scope:
    """The scope without its channels: attribution decides between channels, and a filter on the
    one that brought the user would decide before it."""
    kept = tuple(c for c in scope.choices if c.dimension != CHANNEL.key)
    return replace(scope, choices=kept)


def attribution(
    warehouse: Warehouse, scope: Scope, span: Span, spec: Spec, models: Sequence[Model]
) -> Attribution:
    """Credits for the conversions of a range under these models, which all see the same paths."""
    own, q = asked_scope(scope), Question(spec, span, warehouse.reporting.zone)
    models = tuple(m for m in Model if m in models)
    covered = warehouse.coverage
    nothing = Attribution(
        q, scope, covered, warehouse.version, models, (), 0, 0, None, 0, (), {}, False,
        tuple(c.dimension for c in scope.choices if c.dimension == CHANNEL.key),
        None, covered.lacking(*NEEDS), {},
    )  # fmt: skip
    if nothing.lacking:
        return nothing
    src = warehouse.sources(own)
    reason = _no_answer(q, covered)
    if src.only_guests() and spec.conversions is Conversions.NEW:
        reason = Reason.GUESTS_ONLY
    if reason is not None:
        return replace(nothing, reason=reason)
    statements = {"credits": sums(src, q, models), "totals": totals(src, q)}
    if Model.MARKOV in models:
        statements["transitions"] = transitions(src, q)
    found = {name: warehouse.fetch(s) for name, s in statements.items()}
    whole = found["totals"].iloc[0]
    unrated = int(whole["unrated"])
    effects: dict[str, float] = {}
    if Model.MARKOV in models:
        effects = removal_effects(chain_of(found["transitions"]))
    channels = _channels(found["credits"], models, shares(effects), rated=unrated == 0)
    conversions = int(whole["conversions"])
    return replace(
        nothing,
        channels=channels,
        conversions=conversions,
        untouched=sum(c.untouched for c in channels),
        revenue=float(whole["revenue"]) if unrated == 0 else None,
        unrated=unrated,
        checks=tuple(_check(m, channels, conversions) for m in models),
        effects=effects,
        running=spec.dated is Dated.ACCRUAL and q.reaches_to > covered.through,
        reason=None if conversions else Reason.NO_ROWS,
        sql={name: warehouse.sql(s) for name, s in statements.items()},
    )


def _no_answer(q: Question, covered: Coverage) -> Reason | None:
    if q.span.start > covered.last_day:
        return Reason.NOT_BEGUN
    begun = q.reaches_to > start_of_day(covered.start, q.zone)
    return None if begun else Reason.NOT_COVERED


def chain_of(frame: pd.DataFrame) -> Chain:
    """The chain of the rows of `paths.transitions`."""
    starts: dict[str, float] = {}
    moves: dict[tuple[str, str], float] = {}
    ends: tuple[dict[str, float], dict[str, float]] = ({}, {})
    for channel, after, is_first, converts, n in frame[
        ["channel", "next_channel", "is_first", "converts", "n"]
    ].itertuples(index=False):
        if is_first:
            starts[channel] = starts.get(channel, 0.0) + n
        if after is None or pd.isna(after):
            ends[int(converts)][channel] = ends[int(converts)].get(channel, 0.0) + n
        elif after != channel:
            moves[channel, after] = moves.get((channel, after), 0.0) + n
    return Chain(starts, moves, ends[1], ends[0])


def _channels(
    frame: pd.DataFrame, models: Sequence[Model], of_chain: Mapping[str, float], *, rated: bool
) -> tuple[ChannelCredits, ...]:
    """Channels with the most credit first."""
    rows = [dict(zip(frame.columns, r, strict=True)) for r in frame.itertuples(index=False)]
    # A chain may lead through a channel that no conversion's own path holds.
    known = {row["channel"] for row in rows}
    for channel, part in of_chain.items():
        if part and channel not in known:
            rows.append({**dict.fromkeys(frame.columns), "channel": channel})
    markov = _markov(rows, of_chain) if Model.MARKOV in models else {}
    found = []
    for row in rows:
        credit: dict[Model, Credit] = {m: _credit(row, m) for m in models if m is not Model.MARKOV}
        if markov:
            credit[Model.MARKOV] = markov[row["channel"]]
        if not rated:
            credit = {m: replace(c, revenue=None) for m, c in credit.items()}
        in_paths = None
        if markov:
            in_paths = _number(row["markov_credit"]) + _number(row["markov_outside"])
        found.append(
            ChannelCredits(str(row["channel"]), credit, int(_number(row["untouched"])), in_paths)
        )
    return tuple(sorted(found, key=lambda c: (-_most(c), c.channel)))


def _most(channel: ChannelCredits) -> float:
    """The mean of its credits: the order of channels must not depend on one model."""
    credits = [c.credits for c in channel.credit.values()]
    return math.fsum(credits) / max(len(credits), 1)


def _credit(row: Mapping[str, Any], model: Model) -> Credit:
    return Credit(*[_number(row[f"{model}_{n}"]) for n in ("credit", "revenue", "outside")])


def _markov(rows: Iterable[Mapping[str, Any]], of_chain: Mapping[str, float]) -> dict[str, Credit]:
    """The chain's shares of all conversions with a touch. By date a channel's credit is spread over
    the paths it is in, its steps in equal parts; untouched conversions go to direct."""
    rows = list(rows)
    # Every touched conversion has parts of `presence`; each model gives it 1 in all.
    touched, revenue = _touched(rows)
    found = {}
    for row in rows:
        inside, outside = _number(row["markov_credit"]), _number(row["markov_outside"])
        there = inside + outside
        part = of_chain.get(row["channel"], 0.0)
        within = inside / there if there else 1.0
        found[row["channel"]] = Credit(
            part * touched * within + _number(row["untouched"]),
            part * revenue * within + _number(row["untouched_revenue"]),
            part * touched * (1 - within) + _number(row["untouched_outside"]),
        )
    return found


def _touched(rows: Sequence[Mapping[str, Any]]) -> tuple[float, float]:
    """Conversions with a touch, and their revenue."""
    return (
        math.fsum(_number(r["touched"]) for r in rows),
        math.fsum(_number(r["touched_revenue"]) for r in rows),
    )


def _check(model: Model, channels: Sequence[ChannelCredits], conversions: int) -> Check:
    credits = math.fsum(c.credit[model].credits for c in channels)
    outside = math.fsum(c.credit[model].outside for c in channels)
    return Check(model, credits, outside, conversions)


def _near(found: float, expected: float) -> bool:
    return abs(found - expected) <= TOLERANCE * max(1.0, abs(expected))


def _number(value: Any) -> float:
    """A sum of the warehouse; none of no rows, or of rows without a value."""
    return 0.0 if value is None or pd.isna(value) else float(value)
