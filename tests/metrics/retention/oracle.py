"""Retention of everybody, walked person by person as the definitions say: no SQL, no tables.

Who counts, where they are at home, what a paid order is and what money is worth comes from the
oracle of the metrics; what each person did from that of the lifecycle.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from typing import Any

from data.scope import Scope, Span
from tests.metrics.lifecycle.oracle import LifecycleOracle
from tests.metrics.oracle import NOT_BY_THE_USER, Home, Oracle

LENGTH = {"day": timedelta(days=1), "week": timedelta(days=7), "month": timedelta(days=30)}


@dataclass(frozen=True)
class Member:
    person: str
    at: datetime
    on: date
    home: Home


@dataclass(frozen=True)
class Act:
    person: str
    at: datetime
    on: date


@dataclass(frozen=True)
class Cell:
    """What a cell holds; `parts` is None where there is no value, and `reason` says why."""

    maturity: str
    parts: tuple[float, float] | None
    reason: str | None = None


class RetentionOracle:
    def __init__(self, told: Oracle, markets: frozenset[str] | None = None) -> None:
        self.told = told
        self.markets = markets
        self.lives = LifecycleOracle(told, "visited")

    # Who began, and what they did.

    def members(self, spec: Any, span: Span, scope: Scope) -> list[Member]:
        o = self.told
        began: dict[str, datetime] = {}

        def note(person: str | None, at: datetime) -> None:
            if person is not None:
                began[person] = min(began.get(person, at), at)

        match spec.start:
            case "registration":
                for user, row in o.users.items():
                    if o.counts(user):
                        note(f"={user}", row["registered_at"])
            case "first_visit":
                for person, at in self.lives.beginnings().items():
                    note(person, at)
            case "first_purchase":
                for s in o.sales:
                    note(s.user and f"={s.user}", s.at)
                for act in self._refunds() if spec.returns_count else ():
                    note(act.person, act.at)
            case "event":
                for h in self.lives.events:
                    if h.event == spec.start_event:
                        note(h.person, h.at)
        found = [Member(p, at, o.day(at), self._home(p)) for p, at in began.items()]
        return [m for m in found if span.start <= m.on < span.end and self._seen(m.home, scope)]

    def _home(self, person: str) -> Home:
        if person.startswith("="):
            return self.told.home(person[1:])
        return self.told.visitor_home(person[1:])

    def _seen(self, home: Home, scope: Scope) -> bool:
        if self.markets is not None and home["market"] not in self.markets:
            return False
        if scope.kept("customer") == frozenset({"guest"}):
            return False
        asked = {c.dimension: c.values for c in scope.choices if c.dimension != "customer"}
        return all(home[d] in values for d, values in asked.items())

    def _refunds(self) -> list[Act]:
        o = self.told
        sale_of = {s.order["order_id"]: s for s in o.sales}
        known = {x["order_id"] for x in o.rows["orders"]}
        found = []
        for r in o.rows["refunds"]:
            user = r.get("user_id")
            if r.get("order_id") in sale_of:
                user = sale_of[r["order_id"]].user
            elif r.get("order_id") in known or not o.counts(user):
                continue
            if user is not None:
                found.append(Act(f"={user}", r["refunded_at"], o.day(r["refunded_at"])))
        return found

    def acts(self, spec: Any) -> list[Act]:
        o = self.told
        users = spec.start in ("registration", "first_purchase")

        def happened(wanted: Callable[[str], bool]) -> list[Act]:
            return [Act(h.person, h.at, o.day(h.at)) for h in self.lives.events if wanted(h.event)]

        found: list[Act] = []
        if spec.returning == "event":
            return happened(lambda e: e == spec.return_event)
        if spec.returning == "purchase":
            if users:
                found = [Act(f"={s.user}", s.at, s.day) for s in o.sales if s.user is not None]
            else:
                found = happened(lambda e: e == "purchase")
        elif users and spec.clock == "calendar":
            noon = time(12)
            found = [
                Act(person, datetime.combine(day, noon), day)
                for (day, person), (as_user, _) in o.presence.items()
                if as_user
            ]
        else:
            found = happened(self._active)
        return found + (self._refunds() if spec.returns_count else [])

    def _active(self, event: str) -> bool:
        chosen = self.told.reporting.activity_events
        return event in chosen if chosen else event not in NOT_BY_THE_USER

    # Where they fall.

    def bucket(self, day: date, grain: str) -> date:
        if grain == "month":
            return day.replace(day=1)
        if grain == "day":
            return day
        first = 0 if self.told.reporting.week_start == "monday" else 6
        while day.weekday() != first:
            day -= timedelta(days=1)
        return day

    def following(self, bucket: date, n: int, grain: str) -> date:
        for _ in range(n):
            bucket = (
                self.bucket(bucket + timedelta(days=31 if grain == "month" else 7), grain)
                if (grain != "day")
                else bucket + timedelta(days=1)
            )
        return bucket

    def period(self, spec: Any, member: Member, at: datetime, on: date) -> int | None:
        """The period of an act, or None before the beginning."""
        if spec.clock == "24h":
            return None if at < member.at else (at - member.at) // LENGTH[spec.grain]
        bucket, n = self.bucket(member.on, spec.grain), 0
        if on < bucket:
            return None
        while self.following(bucket, n + 1, spec.grain) <= on:
            n += 1
        return n

    def maturity(self, spec: Any, cohort: Span, first: int, last: int | None) -> str:
        o = self.told
        last = first if last is None else last
        if spec.clock == "24h":
            zone = o.reporting.zone

            def midnight(day: date) -> datetime:
                local = datetime.combine(day, time(), tzinfo=zone)
                return local.astimezone(UTC).replace(tzinfo=None)

            length = LENGTH[spec.grain]
            if midnight(cohort.start) + first * length >= o.through:
                return "not_begun"
            over = midnight(cohort.end) + (last + 1) * length <= o.through
            return "mature" if over else "running"
        bucket = self.bucket(cohort.start, spec.grain)
        begin = max(self.following(bucket, first, spec.grain), cohort.start)
        end = self.following(bucket, last + 1, spec.grain)
        if not any(o.day(o.through - timedelta(microseconds=1)) >= d for d in (begin,)):
            return "not_begun"
        return "mature" if end <= o.until else "running"

    # What is in a cell.

    def people(self, spec: Any, members: list[Member], first: int, last: int | None) -> set[str]:
        """Those of the members with an act in the periods."""
        acts = self.acts(spec)
        found = set()
        for m in members:
            for a in acts:
                if a.person == m.person:
                    n = self.period(spec, m, a.at, a.on)
                    if n is not None and n >= first and (last is None or n <= last):
                        found.add(m.person)
        return found

    def returned(self, spec: Any, members: list[Member], first: int, last: int | None) -> set[str]:
        """The numerator of a column: `people` within the periods that the kind counts."""
        if spec.kind != "on_or_before":
            return self.people(spec, members, first, last)
        by_definition = (spec.start, spec.returning) == ("first_purchase", "purchase") or (
            (spec.start, spec.returning) == ("event", "event")
            and spec.start_event == spec.return_event
        )
        if by_definition and first == 0:
            return {m.person for m in members}
        return self.people(spec, members, 1 if by_definition else 0, last)

    def money(
        self, spec: Any, members: list[Member], first: int, last: int | None, scope: Scope
    ) -> tuple[float, float | None, float | None, bool]:
        """Orders, net revenue, gross margin (None: unrated), and whether too much cost is unknown,
        of periods first to last."""
        o = self.told
        sums = {n: Fraction(0) for n in ("gmv", "discounts", "shipping", "refunds", "cost",
                                         "gmv_without_cost")}  # fmt: skip
        orders, unrated = Fraction(0), False
        low = 0 if spec.kind == "on_or_before" else first
        for m in members:
            for move in o.moves:
                if f"={move.user}" != m.person:
                    continue
                n = self.period(spec, m, move.at, move.day)
                if n is None or n < low or (last is not None and n > last):
                    continue
                rate = o.rate(move.currency, scope.currency, move.day)
                unrated = unrated or rate is None
                orders += move.amounts.get("orders", 0)
                for name in sums:
                    sums[name] += move.amounts.get(name, 0) * (rate or 0)
        net = sums["gmv"] - sums["discounts"] + sums["shipping"] - sums["refunds"]
        margin = net - sums["shipping"] - sums["cost"]
        unknown = sums["gmv_without_cost"] > Fraction("0.01") * sums["gmv"]
        if unrated:
            return float(orders), None, None, unknown
        return float(orders), float(net), float(margin), unknown

    def cell(
        self, spec: Any, cohort: Span, members: list[Member], column: Any, scope: Scope
    ) -> Cell:
        maturity = self.maturity(spec, cohort, column.first, column.last)
        if maturity == "not_begun":
            return Cell(maturity, None, "not_begun")
        if not members:
            return Cell(maturity, None, "no_rows")
        return self.value(spec, members, column, scope, maturity)

    def value(
        self, spec: Any, members: list[Member], column: Any, scope: Scope, maturity: str
    ) -> Cell:
        size, (first, last) = float(len(members)), (column.first, column.last)
        if spec.value == "users":
            returned = self.returned(spec, members, first, last)
            return Cell(maturity, (float(len(returned)), size))
        orders, net, margin, unknown = self.money(spec, members, first, last, scope)
        if spec.value == "orders":
            return Cell(maturity, (orders, size))
        if net is None or margin is None:
            return Cell(maturity, None, "no_rate")
        if spec.value == "revenue":
            return Cell(maturity, (net, size))
        if spec.value == "margin":
            rate = self.told.reporting.margin_rate
            if unknown and rate is None:
                return Cell(maturity, None, "cost_unknown")
            return Cell(maturity, (net * (rate or 0) if unknown else margin, size))
        _, base, _, _ = self.money(spec, members, 0, 0, scope)
        if base is None:
            return Cell(maturity, None, "no_rate")
        if base <= 0:
            return Cell(maturity, None, "zero_denominator")
        return Cell(maturity, (net, base))

    def brought(
        self, spec: Any, members: list[Member], column: Any, scope: Scope, *, assumed: bool = False
    ) -> list[float]:
        """What each of them brought in a column, those who brought nothing among them."""
        found = []
        for m in members:
            orders, net, margin, _ = self.money(spec, [m], column.first, column.last, scope)
            of_net = (net or 0.0) * (float(self.told.reporting.margin_rate or 0) if assumed else 1)
            own = margin if spec.value == "margin" and not assumed else of_net
            found.append(orders if spec.value == "orders" else own or 0.0)
        return found
