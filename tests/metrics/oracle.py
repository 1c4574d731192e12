"""Every measure, worked out the slow way from the canonical rows.

Written from the definitions alone: it knows no serving table and no SQL. Rows are the dictionaries
that `tests/world.py` makes. Money is exact (`Fraction`) until the end.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from functools import cached_property
from typing import Any

from data.scope import Scope, Span
from data.settings import Shop
from tests.world import Row

DIMENSIONS = {"market": "country", "channel": "channel", "platform": "platform"}
NOT_BY_THE_USER = {f"{what}_{how}" for what in ("message", "email", "push", "sms")
                   for how in ("sent", "delivered")}  # fmt: skip
COHORT_DAYS = (30, 60, 90, 180, 365)
LTV_DAYS = (30, 90, 180, 365)
Home = Mapping[str, str]


def first(rows: Iterable[Row], at: str, column: str) -> Any:
    """The column's value on the earliest row; of several at that instant the smallest known."""
    listed = list(rows)
    if not listed:
        return None
    earliest = min(r[at] for r in listed)
    values = [r.get(column) for r in listed if r[at] == earliest]
    return min((v for v in values if v is not None), default=None)


@dataclass(frozen=True)
class Sale:
    order: Row
    user: str | None
    at: datetime
    day: date
    home: Home
    currency: str


@dataclass(frozen=True)
class Move:
    """Money of one customer kind on one instant: what it adds to each amount."""

    user: str | None
    at: datetime
    day: date
    home: Home
    currency: str
    amounts: Mapping[str, Fraction]


class Oracle:
    """A shop's rows with the settings that say how they are read."""

    def __init__(
        self,
        shop: Shop,
        rows: Mapping[str, Sequence[Row]],
        through: datetime | None = None,
        markets: frozenset[str] | None = None,
    ) -> None:
        self.shop = shop
        self.reporting = shop.reporting
        self.rows: dict[str, Sequence[Row]] = defaultdict(list, rows)
        self.through = through or self._latest()
        self.markets = markets
        """Home markets the viewer may see; None is all."""

    def _latest(self) -> datetime:
        dated = (("users", "registered_at"), ("events", "occurred_at"), ("orders", "ordered_at"),
                 ("orders", "paid_at"), ("refunds", "refunded_at"))  # fmt: skip
        return max(r[c] for t, c in dated for r in self.rows[t] if r.get(c) is not None)

    def day(self, at: datetime) -> date:
        return at.replace(tzinfo=UTC).astimezone(self.reporting.zone).date()

    @property
    def until(self) -> date:
        """The first reporting day that is not complete."""
        return self.day(self.through)

    # Who there is.

    @cached_property
    def users(self) -> dict[str, Row]:
        return {u["user_id"]: u for u in self.rows["users"]}

    def counts(self, user: str | None) -> bool:
        is_test = bool(self.users.get(user or "", {}).get("is_test"))
        return self.reporting.include_test_users or not is_test

    def market(self, country: str | None) -> str:
        return self.shop.markets.get(country or "", country or "") or "unknown"

    def own(self, row: Mapping[str, Any]) -> Home:
        """The row's own market, channel and platform, for guests and for unlinked visitors."""
        return {
            "market": self.market(row.get("country")),
            "channel": row.get("channel") or "unknown",
            "platform": row.get("platform") or "unknown",
        }

    def home(self, user: str) -> Home:
        """The user's own, else that of the first order."""
        row = self.users.get(user, {})
        orders = [o for o in self.rows["orders"] if o["user_id"] == user]
        return self.own(
            {c: row.get(c) or first(orders, "ordered_at", c) for c in DIMENSIONS.values()}
        )

    @cached_property
    def links(self) -> dict[str, str]:
        return {i["visitor_id"]: i["user_id"] for i in self.rows["identities"]}

    def visitor_home(self, visitor: str) -> Home:
        events = [e for e in self.rows["events"] if e.get("visitor_id") == visitor]
        return self.own({c: first(events, "occurred_at", c) for c in DIMENSIONS.values()})

    # What happened.

    @cached_property
    def sales(self) -> list[Sale]:
        found = []
        for o in self.rows["orders"]:
            if o["status"] == "paid" and self.counts(o["user_id"]):
                at = o.get("paid_at") or o["ordered_at"]
                home = self.own(o) if o["user_id"] is None else self.home(o["user_id"])
                currency = o.get("currency") or self.reporting.currency
                found.append(Sale(o, o["user_id"], at, self.day(at), home, currency))
        return sorted(found, key=lambda s: (s.at, s.order["order_id"]))

    @cached_property
    def moves(self) -> list[Move]:
        """Sales with what they brought, and refunds on the day that the setting says."""
        found = [
            Move(s.user, s.at, s.day, s.home, s.currency, self._amounts(s)) for s in self.sales
        ]
        sale_of = {s.order["order_id"]: s for s in self.sales}
        known = {o["order_id"] for o in self.rows["orders"]}
        for r in self.rows["refunds"]:
            amount, own_day = Fraction(r["amount"]), self.day(r["refunded_at"])
            if r.get("order_id") in sale_of:
                s = sale_of[r["order_id"]]
                at, day = (s.at, s.day)
                if self.reporting.refund_day == "refund":
                    at, day = r["refunded_at"], own_day
                currency = r.get("currency") or s.currency
                found.append(Move(s.user, at, day, s.home, currency, {"refunds": amount}))
            elif r.get("order_id") not in known and self.counts(r.get("user_id")):
                user = r.get("user_id")
                own = {**self.own({"country": r.get("country")})}
                home = own if user is None else self.home(user)
                currency = r.get("currency") or self.reporting.currency
                parts = {"refunds": amount, "refunds_unlinked": amount}
                found.append(Move(user, r["refunded_at"], own_day, home, currency, parts))
        return found

    def _amounts(self, s: Sale) -> dict[str, Fraction]:
        gmv = Fraction(s.order["gross_amount"])
        cost = self._cost(s.order["order_id"], s.order.get("cost_amount"))
        return {
            "orders": Fraction(1),
            "gmv": gmv,
            "discounts": Fraction(s.order.get("discount_amount") or 0),
            "shipping": Fraction(s.order.get("shipping_amount") or 0),
            "cost": Fraction(0) if cost is None else cost - min(cost, self._returned(s, cost)),
            "gmv_without_cost": gmv if cost is None else Fraction(0),
        }

    def _cost(self, order_id: str, of_order: Any) -> Fraction | None:
        """Item cost before order cost."""
        items = [i for i in self.rows["order_items"] if i["order_id"] == order_id]
        if items and all(i.get("cost_amount") is not None for i in items):
            return sum((Fraction(i["cost_amount"]) for i in items), Fraction(0))
        return None if of_order is None else Fraction(of_order)

    def _returned(self, s: Sale, cost: Fraction) -> Fraction:
        """Cost of the items that came back, and of the share refunded without naming an item."""
        refunds = [r for r in self.rows["refunds"] if r.get("order_id") == s.order["order_id"]]
        back = {r["item_id"] for r in refunds if r.get("item_id") is not None}
        items = [i for i in self.rows["order_items"] if i["order_id"] == s.order["order_id"]]
        of_items = sum(
            (Fraction(i.get("cost_amount") or 0) for i in items if i["item_id"] in back),
            Fraction(0),
        )
        whole = sum(
            (
                Fraction(r["amount"])
                for r in refunds
                if r.get("item_id") is None and (r.get("currency") or s.currency) == s.currency
            ),
            Fraction(0),
        )
        paid = Fraction(s.order["gross_amount"]) - Fraction(s.order.get("discount_amount") or 0)
        share = Fraction(0) if paid == 0 else min(Fraction(1), whole / paid)
        return of_items + cost * share

    def rate(self, currency: str, target: str, day: date) -> Fraction | None:
        """What one unit is worth in another currency, through the base."""
        if currency == target:
            return Fraction(1)
        worth = self._worth(currency, day), self._worth(target, day)
        return None if worth[0] is None or worth[1] is None else worth[0] / worth[1]

    def _worth(self, currency: str, day: date) -> Fraction | None:
        """In units of the base: the last known rate up to 7 days back."""
        if currency == (self.reporting.base_currency or self.reporting.currency):
            return Fraction(1)
        quotes = {q["day"]: q["rate"] for q in self.rows["fx_rates"] if q["currency"] == currency}
        for back in range(8):
            if (on := day - timedelta(days=back)) in quotes:
                return Fraction(quotes[on])
        return None

    @cached_property
    def presence(self) -> dict[tuple[date, str], tuple[bool, Home]]:
        """Who was there on which day: (as a user?, home). Unlinked visitors are `?id`."""
        found: dict[tuple[date, str], tuple[bool, Home]] = {}

        def note(day: date, person: str, as_user: bool, home: Home) -> None:
            before = found.get((day, person), (False, home))[0]
            found[day, person] = (before or as_user, home)

        chosen = self.reporting.activity_events
        for e in self.rows["events"]:
            name = e["event"]
            if name == "purchase" or name in (NOT_BY_THE_USER if not chosen else ()):
                continue
            if chosen and name not in chosen:
                continue
            visitor = e.get("visitor_id")
            user = e["user_id"] or self.links.get(visitor or "")
            if user is None:
                note(self.day(e["occurred_at"]), f"?{visitor}", False, self.visitor_home(visitor))
            elif self.counts(user):
                known = e["user_id"] is not None
                note(self.day(e["occurred_at"]), f"={user}", known, self.home(user))
        for s in self.sales:
            if s.user is not None:
                note(s.day, f"={s.user}", not chosen or "purchase" in chosen, s.home)
        return found

    # What is asked.

    def measures(self, span: Span, scope: Scope) -> dict[str, float]:
        def seen(home: Home, *, user: str | None = "", customer: bool = False) -> bool:
            if self.markets is not None and home["market"] not in self.markets:
                return False
            kind = "guest" if user is None else "identified"
            asked = {c.dimension: c.values for c in scope.choices}
            if customer and kind not in asked.pop("customer", {kind}):
                return False
            return all(home[d] in v for d, v in asked.items() if d != "customer")

        def within(day: date) -> bool:
            return span.start <= day < span.end

        last = min(span.end, self.until) - timedelta(days=1)
        sales = [s for s in self.sales if seen(s.home, user=s.user, customer=True)]
        moves = [m for m in self.moves if seen(m.home, user=m.user, customer=True)]
        present = {k: v for k, v in self.presence.items() if seen(v[1])}
        found = {
            **self._money([m for m in moves if within(m.day)], scope.currency),
            **self._buyers(sales, span, scope.currency),
            **self._activity(present, sales, span, last),
            **self._sessions(span, seen),
            **self._repurchase(sales, span),
            **self._value("customer_", self._first_orders(sales), moves, span, scope.currency),
        }
        registered = {
            u["user_id"]: u["registered_at"]
            for u in self.rows["users"]
            if u.get("registered_at")
            and self.counts(u["user_id"])
            and seen(self.home(u["user_id"]))
        }
        found |= self._value("registered_", registered, moves, span, scope.currency)
        found["new_users"] = sum(within(self.day(at)) for at in registered.values())
        found |= self._spend(span, scope.currency, seen)
        return {name: float(value) for name, value in found.items()}

    def _spend(self, span: Span, currency: str, seen: Callable[[Home], bool]) -> dict[str, Any]:
        """Spend of a day in one currency that cancels out needs no rate."""
        daily: dict[tuple[date, str], Fraction] = defaultdict(Fraction)
        for r in self.rows["marketing_spend"]:
            if span.start <= r["day"] < span.end and seen(self.own(r)):
                own = r.get("currency") or self.reporting.currency
                daily[r["day"], own] += Fraction(r["spend"])
        rates = {key: self.rate(key[1], currency, key[0]) for key in daily}
        return {
            "spend": sum((v * (rates[k] or 0) for k, v in daily.items()), Fraction(0)),
            "spend_unrated": sum(rates[k] is None and v != 0 for k, v in daily.items()),
        }

    def _money(self, moves: Sequence[Move], currency: str) -> dict[str, Any]:
        names = ("orders", "gmv", "discounts", "shipping", "refunds", "refunds_unlinked", "cost",
                 "gmv_without_cost")  # fmt: skip
        sums = {n: Fraction(0) for n in names}
        of_users = dict(sums)
        unrated = 0
        for m in moves:
            rate = self.rate(m.currency, currency, m.day)
            unrated += rate is None
            for name, amount in m.amounts.items():
                value = amount * (1 if name == "orders" else rate or 0)
                sums[name] += value
                of_users[name] += value if m.user is not None else 0
        net = [p["gmv"] - p["discounts"] + p["shipping"] - p["refunds"] for p in (sums, of_users)]
        return {
            **sums,
            "orders_identified": of_users["orders"],
            "gmv_identified": of_users["gmv"],
            "gmv_guest": sums["gmv"] - of_users["gmv"],
            "net_revenue": net[0],
            "net_revenue_identified": net[1],
            "gross_margin": net[0] - sums["shipping"] - sums["cost"],
            "unrated": unrated,
        }

    def _first_orders(self, sales: Sequence[Sale]) -> dict[str, datetime]:
        found: dict[str, datetime] = {}
        for s in sales:
            if s.user is not None:
                found.setdefault(s.user, s.at)
        return found

    def _buyers(self, sales: Sequence[Sale], span: Span, currency: str) -> dict[str, Any]:
        before = span.start - timedelta(days=span.days)
        found: dict[str, Any] = defaultdict(Fraction)
        for user in {s.user for s in sales if s.user and span.start <= s.day < span.end}:
            own = [s for s in sales if s.user == user]
            inside = [s for s in own if span.start <= s.day < span.end]
            earlier = [s.day for s in own if s.day < span.start]
            gmv = sum(
                (
                    Fraction(s.order["gross_amount"])
                    * (self.rate(s.currency, currency, s.day) or 0)
                    for s in inside
                ),
                Fraction(0),
            )
            found["buyers"] += 1
            found["repeat_buyers"] += len(inside) >= 2
            found["buyers_returning" if earlier else "buyers_new"] += 1
            found["gmv_returning" if earlier else "gmv_new"] += gmv
            if earlier:
                kind = "retained" if max(earlier) >= before else "resurrected"
                found[f"buyers_{kind}"] += 1
        names = ("buyers", "repeat_buyers", "buyers_new", "buyers_returning", "buyers_retained",
                 "buyers_resurrected", "gmv_new", "gmv_returning")  # fmt: skip
        return {n: found[n] for n in names}

    def _activity(
        self,
        present: Mapping[tuple[date, str], tuple[bool, Home]],
        sales: Sequence[Sale],
        span: Span,
        last: date,
    ) -> dict[str, Any]:
        def trailing(days: int, on: date, whom: Iterable[tuple[date, str]]) -> int:
            start = on - timedelta(days=days)
            return len({person for day, person in whom if start < day <= on})

        inside = {
            k: as_user for k, (as_user, _) in present.items() if span.start <= k[0] < span.end
        }
        as_users = [k for k, (as_user, _) in present.items() if as_user]
        # The customer filter means orders; a trailing count of people can't honour it.
        buyers = [(day, person) for day, person in self._buyer_days() if (day, person) in present]
        complete = [span.start + timedelta(days=n) for n in range((last - span.start).days + 1)]
        return {
            "active_users": len({p for (_, p), as_user in inside.items() if as_user}),
            "visitors": len({p for _, p in inside}),
            "user_days": sum(as_user for (day, _), as_user in inside.items() if day <= last),
            "wau": trailing(7, last, as_users),
            "mau": trailing(30, last, as_users),
            "mapu": trailing(30, last, buyers),
            "mau_days": sum(trailing(30, day, as_users) for day in complete),
        }

    def _buyer_days(self) -> list[tuple[date, str]]:
        return [(s.day, f"={s.user}") for s in self.sales if s.user is not None]

    def _sessions(self, span: Span, seen: Callable[[Home], bool]) -> dict[str, Any]:
        named = defaultdict(list)
        for e in self.rows["events"]:
            if e.get("session_id") is not None:
                named[e["session_id"]].append(e)
        paid = {s.order.get("session_id") for s in self.sales}
        sessions = converted = 0
        for key, events in named.items():
            if not span.start <= self.day(min(e["occurred_at"] for e in events)) < span.end:
                continue
            user = max((e["user_id"] for e in events if e["user_id"]), default=None)
            visitor = max((e["visitor_id"] for e in events if e.get("visitor_id")), default=None)
            linked = user or self.links.get(visitor or "")
            own = self.own({c: first(events, "occurred_at", c) for c in DIMENSIONS.values()})
            home = self.home(linked) if linked else self.visitor_home(visitor) if visitor else own
            if self.counts(linked) and seen(home):
                sessions += 1
                converted += key in paid
        return {"sessions": sessions, "sessions_converted": converted}

    def _repurchase(self, sales: Sequence[Sale], span: Span) -> dict[str, Any]:
        found: dict[str, Any] = {"first_buyers": 0}
        found |= {f"{n}_{d}": 0 for d in COHORT_DAYS for n in ("eligible", "again")}
        for user, began in self._first_orders(sales).items():
            if not span.start <= self.day(began) < span.end:
                continue
            found["first_buyers"] += 1
            second = [s.at for s in sales if s.user == user][1:2]
            for d in COHORT_DAYS:
                end = began + timedelta(days=d)
                if end <= self.through:
                    found[f"eligible_{d}"] += 1
                    found[f"again_{d}"] += any(at < end for at in second)
        return found

    def _value(
        self,
        prefix: str,
        began: Mapping[str, datetime],
        moves: Sequence[Move],
        span: Span,
        currency: str,
    ) -> dict[str, Any]:
        inside = {u: at for u, at in began.items() if span.start <= self.day(at) < span.end}
        found: dict[str, Any] = {f"{prefix}members": len(inside)}
        for n in LTV_DAYS:
            over = {u: at for u, at in inside.items() if at + timedelta(days=n) <= self.through}
            brought = [
                m
                for m in moves
                if m.user in over and over[m.user] <= m.at < over[m.user] + timedelta(days=n)
            ]
            money = self._money(brought, currency)
            found[f"{prefix}mature_{n}"] = len(over)
            for name in ("net_revenue", "gross_margin", "gmv", "gmv_without_cost", "unrated"):
                found[f"{prefix}{name}_{n}"] = money[name]
        return found
