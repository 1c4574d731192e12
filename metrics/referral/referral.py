"""Referral by acquisition cohort and by medium: i, c, K, cycle time, amplification, cost.

K = i × c: invitations per acquired user times the share of them accepted. Users whose days of
inviting are not over are left out of i, invitations whose days of accepting are not over of c.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

from data.scope import Scope, Span
from data.settings import ReferralRules
from data.warehouse import Coverage, Warehouse
from metrics.periods import Grain, buckets
from metrics.reading import Maturity, Reading, Reason, ratio
from metrics.referral.intervals import Sums, invites_interval, k_interval
from metrics.referral.steps import COUNTS, TOTAL, Asked, by_cohort, by_medium
from metrics.stats.intervals import wilson

NEEDS = ("users.registered_at", "invitations")
REWARD = "invitations.reward_cost"
CUSTOMER_NEEDS = ("orders", "invitations.invitee_id")


@dataclass(frozen=True, slots=True)
class Referral:
    """One cohort, or what one medium brought of it.

    `counts` are whole numbers by name (see `steps.COUNTS`). `invites_per_user` is i, invitations
    per acquired user; `accepted_share` is c, in [0, 1]; `k_factor` referred users per acquired
    user; `cycle_days` the median time from an invitation to its invitee's first own one;
    `amplification` users in the end per user acquired otherwise; `reward_cost` rewards per referred
    customer in the currency of the scope; `customers_per_user` referred customers per acquired
    user, K times the share of the accepted who bought so far.
    """

    span: Span
    whole: bool
    medium: str | None
    maturity: Maturity
    counts: Mapping[str, int]
    invites_per_user: Reading
    accepted_share: Reading
    k_factor: Reading
    cycle_days: Reading
    amplification: Reading
    customers_per_user: Reading
    reward_cost: Reading


@dataclass(frozen=True, slots=True)
class ReferralAnswer:
    """The range as one cohort, its weeks or months, and its media, with what they rest on."""

    total: Referral
    cohorts: tuple[Referral, ...]
    media: tuple[Referral, ...]
    grain: Grain
    rules: ReferralRules
    scope: Scope
    own_currency: str
    coverage: Coverage
    version: str
    lacking: tuple[str, ...]
    """Tables and columns without which there is nothing to show."""
    ignored: tuple[str, ...]
    sql: Mapping[str, str]


def asked(warehouse: Warehouse, spans: Sequence[Span]) -> Asked:
    """These ranges as this shop's settings and data see them."""
    coverage, reporting = warehouse.coverage, warehouse.reporting
    return Asked(spans, reporting.referral, coverage.through, coverage.until, reporting.currency)


def referral(warehouse: Warehouse, scope: Scope, span: Span, grain: Grain) -> ReferralAnswer:
    """The range, its cohorts by week or month, and its media: two statements."""
    cut = buckets(span, grain, warehouse.reporting.week_start)
    src, coverage = warehouse.sources(scope), warehouse.coverage
    of_cohorts = by_cohort(src, asked(warehouse, [p.span for p in cut]))
    of_media = by_medium(src, asked(warehouse, [span]))
    lacking = coverage.lacking(*NEEDS)
    reader = _Reader(warehouse, scope)
    rows: dict[int, Mapping[str, Any]] = {}
    media: list[Mapping[str, Any]] = []
    if not lacking and not src.only_guests():
        rows = {int(row["window_no"]): row for row in _rows(warehouse, of_cohorts)}
        media = _rows(warehouse, of_media)
    return ReferralAnswer(
        total=reader.read(span, rows.get(TOTAL, {})),
        cohorts=tuple(
            reader.read(p.span, rows.get(n, {}), whole=p.whole) for n, p in enumerate(cut)
        ),
        media=tuple(
            reader.read(span, row, medium=str(row["medium"]))
            for row in sorted(media, key=lambda r: (-int(r["settled"]), str(r["medium"])))
        ),
        grain=grain,
        rules=warehouse.reporting.referral,
        scope=scope,
        own_currency=warehouse.reporting.currency,
        coverage=coverage,
        version=warehouse.version,
        lacking=lacking,
        ignored=tuple(d for d in src.ignored(src.people) if d != "customer"),
        sql={"by_cohort": warehouse.sql(of_cohorts), "by_medium": warehouse.sql(of_media)},
    )


def _rows(warehouse: Warehouse, statement: Any) -> list[Mapping[str, Any]]:
    frame = warehouse.fetch(statement)
    return [
        dict(zip(frame.columns, row, strict=True))
        for row in frame.itertuples(index=False, name=None)
    ]


class _Reader:
    """Rows of the statements become readings; what can't be computed says why."""

    def __init__(self, warehouse: Warehouse, scope: Scope) -> None:
        self.coverage = warehouse.coverage
        self.lacking = self.coverage.lacking(*NEEDS)
        self.only_guests = warehouse.sources(scope).only_guests()

    def read(
        self, span: Span, row: Mapping[str, Any], *, whole: bool = True, medium: str | None = None
    ) -> Referral:
        counts = {name: int(row.get(name, 0)) for name in COUNTS}
        none = self._absent(span, counts)
        if none is not None:
            gone = Reading.missing(none)
            return Referral(
                span, whole, medium, gone.maturity, counts, gone, gone, gone, gone, gone, gone, gone
            )
        sums = Sums(**{f.name: int(row[f.name]) for f in fields(Sums)})
        i, c = _invites(sums, counts), _accepted(sums, counts)
        k = _k_factor(sums, i, c)
        running = (
            span.end > self.coverage.until
            or counts["acquired"] > counts["members"]
            or counts["open"] > 0
        )
        return Referral(
            span,
            whole,
            medium,
            Maturity.RUNNING if running else Maturity.MATURE,
            counts,
            i,
            c,
            k,
            _cycle(row, counts),
            _amplification(k),
            self._customers(counts, k),
            self._cost(row, counts),
        )

    def _absent(self, span: Span, counts: Mapping[str, int]) -> Reason | None:
        if self.lacking:
            return Reason.TABLE_MISSING
        if self.only_guests:
            return Reason.GUESTS_ONLY
        if span.start > self.coverage.last_day:
            return Reason.NOT_BEGUN
        if span.end <= self.coverage.start:
            return Reason.NOT_COVERED
        return Reason.NO_ROWS if counts["acquired"] == 0 else None

    def _customers(self, counts: Mapping[str, int], k: Reading) -> Reading:
        """K times the share of the accepted who bought: per acquired user, to date."""
        if self.coverage.lacking(*CUSTOMER_NEEDS):
            return Reading.missing(Reason.TABLE_MISSING)
        if k.value is None or k.reason is not None:
            return k
        bought = counts["customers"] / counts["accepted"] if counts["accepted"] else 0.0
        return Reading(
            k.value * bought,
            counts["customers"],
            counts["members"],
            maturity=k.maturity,
            left_out=k.left_out,
        )

    def _cost(self, row: Mapping[str, Any], counts: Mapping[str, int]) -> Reading:
        if self.coverage.lacking(REWARD, *CUSTOMER_NEEDS):
            return Reading.missing(Reason.TABLE_MISSING)
        if counts["unrated"]:
            return Reading.missing(Reason.NO_RATE)
        if counts["settled"] == 0 and counts["open"]:
            return Reading.missing(Reason.IMMATURE, left_out=counts["open"])
        found = ratio(float(row["rewards"]), counts["customers"])
        return found if found.value is None else _with_open(found, counts["open"])


def _with_open(reading: Reading, left_out: int) -> Reading:
    maturity = Maturity.RUNNING if left_out else Maturity.MATURE
    return replace(reading, maturity=maturity, left_out=left_out)


def _invites(s: Sums, counts: Mapping[str, int]) -> Reading:
    """i: invitations of the members per member; users whose days are not over are left out."""
    left_out = counts["acquired"] - s.members
    if s.members == 0:
        return Reading.missing(Reason.IMMATURE, left_out=left_out)
    low, high = invites_interval(s) or (None, None)
    return _with_open(replace(ratio(s.sent, s.members), low=low, high=high), left_out)


def _accepted(s: Sums, counts: Mapping[str, int]) -> Reading:
    """c: accepted of the settled invitations; those still open are left out."""
    if s.settled == 0:
        reason = Reason.IMMATURE if counts["open"] else Reason.ZERO_DENOMINATOR
        return Reading.missing(reason, left_out=counts["open"])
    low, high = wilson(s.accepted, s.settled)
    found = replace(ratio(s.accepted, s.settled), low=low, high=high)
    return _with_open(found, counts["open"])


def _k_factor(s: Sums, i: Reading, c: Reading) -> Reading:
    """K = i × c. Where every member's days are over and nobody invited, nobody was brought: 0."""
    if i.value is None:
        return Reading.missing(i.reason or Reason.NO_ROWS, left_out=i.left_out)
    if i.value == 0:
        return _with_open(Reading(0.0, 0, s.members), i.left_out)
    if c.value is None:
        return Reading.missing(c.reason or Reason.NO_ROWS, left_out=i.left_out)
    low, high = k_interval(s) or (None, None)
    # The accepted over the members are K's parts only where both are settled to the last one.
    exact = s.sent == s.settled and i.left_out == 0 and c.left_out == 0
    running = i.maturity is Maturity.RUNNING or c.maturity is Maturity.RUNNING
    return Reading(
        i.value * c.value,
        s.accepted if exact else None,
        s.members if exact else None,
        low=low,
        high=high,
        maturity=Maturity.RUNNING if running else Maturity.MATURE,
        left_out=i.left_out,
    )


def _cycle(row: Mapping[str, Any], counts: Mapping[str, int]) -> Reading:
    """Days, the median over the accepted whose invitee has invited somebody since."""
    if counts["cycles"] == 0:
        reason = Reason.IMMATURE if counts["open"] and not counts["settled"] else Reason.NO_ROWS
        return Reading.missing(reason, left_out=counts["open"])
    days = float(row["cycle_hours"]) / 24
    return _with_open(Reading(days, denominator=counts["cycles"]), counts["open"])


def _amplification(k: Reading) -> Reading:
    """1 / (1 − K): with each round K times the one before, what one user comes to in the end."""
    if k.value is None:
        return k
    if k.value >= 1:
        return Reading.missing(Reason.WITHOUT_END, left_out=k.left_out)
    low = high = None
    if k.low is not None and k.high is not None and k.high < 1:
        low, high = 1 / (1 - k.low), 1 / (1 - k.high)
    return Reading(1 / (1 - k.value), low=low, high=high, maturity=k.maturity, left_out=k.left_out)
