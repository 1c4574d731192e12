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
from metrics.attribution.spend import Spend, overclaim, read
from metrics.attribution.spend import statement as spend_statement
from metrics.catalog.spend import SPENT
from metrics.reading import Reading, Reason
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
    """One channel under every model asked for, and what it cost in the period (None where the shop
    knows no spend at all). `untouched`: conversions without a touch on record, which are in the
    credits of direct. `in_paths`: conversions whose path holds the channel (None unless Markov was
    asked for)."""

    channel: str
    credit: Mapping[Model, Credit]
    untouched: int = 0
    in_paths: float | None = None
    spend: Spend | None = None

    def cost(self, model: Model) -> Reading:
        """Spend per conversion credited: of new customers their CAC, else the cost per order."""
        if self.spend is None:
            return Reading.missing(Reason.TABLE_MISSING)
        return self.spend.per(self.credit[model].credits)

    def roas(self, model: Model) -> Reading:
        """Net revenue credited per unit of spend."""
        if self.spend is None:
            return Reading.missing(Reason.TABLE_MISSING)
        return self.spend.returned(self.credit[model].revenue)

    def overclaim(self, model: Model) -> Reading:
        """Conversions that the platforms claim per conversion credited here."""
        claimed = None if self.spend is None else self.spend.claimed_conversions
        return overclaim(claimed, self.credit[model].credits)


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
    """The answer. `effects` are the removal effects of the chain, `chain` the credits and the
    revenue that they make (of conversions with a touch).

    `conversions` and `revenue` are counted without a look at touches; by touch date they are those
    of all orders that touches of the period may have led to. `running`: touches of the period may
    still lead to orders. `reason` says why there is nothing, `lacking` which tables and columns
    would be needed.
    """

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
    chain: Mapping[str, tuple[float, float]]
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

    def per_path(self, channel: str) -> tuple[float, float]:
        """What the chain gives the channel for each path that holds it: credits and revenue. A
        Markov credit belongs to a channel as a whole, to each of its paths in equal parts."""
        row = self.of(channel)
        if row is None or not row.in_paths:
            return 0.0, 0.0
        credits, revenue = self.chain.get(channel, (0.0, 0.0))
        return credits / row.in_paths, revenue / row.in_paths

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
        q, scope, covered, warehouse.version, models, (), 0, 0, None, 0, (), {}, {}, False,
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
    if covered.has(SPENT):
        statements["spend"] = spend_statement(src, span)
    found = {name: warehouse.fetch(s) for name, s in statements.items()}
    whole = found["totals"].iloc[0]
    unrated = int(whole["unrated"])
    effects: dict[str, float] = {}
    if Model.MARKOV in models:
        effects = removal_effects(chain_of(found["transitions"]))
    rows = records(found["credits"])
    chain = _of_chain(rows, shares(effects))
    channels = _channels(rows, models, chain, rated=unrated == 0)
    if "spend" in found:
        channels = _with_spend(channels, models, read(found["spend"]), rated=unrated == 0)
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
        chain=chain,
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


def _of_chain(
    rows: Sequence[Mapping[str, Any]], parts: Mapping[str, float]
) -> dict[str, tuple[float, float]]:
    """What the chain gives each channel of the conversions with a touch, and of their revenue."""
    touched = math.fsum(number(r["touched"]) for r in rows)
    revenue = math.fsum(number(r["touched_revenue"]) for r in rows)
    return {channel: (part * touched, part * revenue) for channel, part in parts.items()}


def _channels(
    rows: Sequence[Mapping[str, Any]],
    models: Sequence[Model],
    chain: Mapping[str, tuple[float, float]],
    *,
    rated: bool,
) -> tuple[ChannelCredits, ...]:
    """Channels with the most credit first."""
    known = {row["name"] for row in rows}
    # A chain may lead through a channel that no conversion's own path holds.
    only = [c for c, (credits, _) in chain.items() if credits and c not in known]
    listed = [*rows, *[{"name": c} for c in only]]
    found = [
        credits_of_row(r, models, chain.get(r["name"], (0.0, 0.0)), rated=rated) for r in listed
    ]
    return tuple(sorted(found, key=lambda c: (-_most(c), c.channel)))


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows by the names of their columns."""
    return [dict(zip(frame.columns, r, strict=True)) for r in frame.itertuples(index=False)]


def credits_of_row(
    row: Mapping[str, Any],
    models: Sequence[Model],
    of_chain: tuple[float, float],
    *,
    rated: bool,
) -> ChannelCredits:
    """One row of sums; `of_chain` is what the Markov chain gives it (credits and revenue)."""
    credit: dict[Model, Credit] = {
        m: Credit(*[number(row.get(f"{m}_{n}")) for n in ("credit", "revenue", "outside")])
        for m in models
    }
    in_paths = None
    if Model.MARKOV in models:
        markov = credit[Model.MARKOV]
        in_paths = markov.credits + markov.outside
        credit[Model.MARKOV] = _markov(row, in_paths, of_chain)
    if not rated:
        credit = {m: replace(c, revenue=None) for m, c in credit.items()}
    return ChannelCredits(str(row["name"]), credit, int(number(row.get("untouched"))), in_paths)


def _markov(row: Mapping[str, Any], in_paths: float, of_chain: tuple[float, float]) -> Credit:
    """The chain's credit. By date it is spread over the paths that hold the channel, over the steps
    of each in equal parts; conversions without a touch go to direct."""
    within = number(row["markov_credit"]) / in_paths if in_paths else 1.0
    credits, revenue = of_chain
    return Credit(
        credits * within + number(row.get("untouched")),
        revenue * within + number(row.get("untouched_revenue")),
        credits * (1 - within) + number(row.get("untouched_outside")),
    )


def _most(channel: ChannelCredits) -> float:
    """The mean of its credits: the order of channels must not depend on one model."""
    credits = [c.credits for c in channel.credit.values()]
    return math.fsum(credits) / max(len(credits), 1)


def _with_spend(
    channels: Iterable[ChannelCredits],
    models: Sequence[Model],
    spend: Mapping[str, Spend],
    *,
    rated: bool,
) -> tuple[ChannelCredits, ...]:
    """What each channel cost; one that cost something and is in no path stays in sight."""
    listed = [replace(c, spend=spend.get(c.channel, Spend())) for c in channels]
    known = {c.channel for c in listed}
    nothing = dict.fromkeys(models, Credit(0.0, 0.0 if rated else None, 0.0))
    listed += [
        ChannelCredits(name, nothing, spend=s)
        for name, s in sorted(spend.items(), key=lambda i: (-i[1].amount, i[0]))
        if name not in known
    ]
    return tuple(listed)


def _check(model: Model, channels: Sequence[ChannelCredits], conversions: int) -> Check:
    credits = math.fsum(c.credit[model].credits for c in channels)
    outside = math.fsum(c.credit[model].outside for c in channels)
    return Check(model, credits, outside, conversions)


def _near(found: float, expected: float) -> bool:
    return abs(found - expected) <= TOLERANCE * max(1.0, abs(expected))


def number(value: Any) -> float:
    """A sum of the warehouse; none of no rows, or of rows without a value."""
    return 0.0 if value is None or pd.isna(value) else float(value)
