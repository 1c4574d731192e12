"""Credits, path by path as the definitions say: no SQL, no tables, exact fractions where it can."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from itertools import permutations
from zoneinfo import ZoneInfo

from data.scope import Scope, Span
from metrics.attribution.spec import Conversions, Dated, Model, Spec
from tests.metrics.oracle import Home, Oracle

DIRECT = "direct"


@dataclass(frozen=True)
class Touch:
    at: datetime
    channel: str
    campaign: str
    kind: str


@dataclass(frozen=True)
class Path:
    """A conversion with its touches in order; `key` is the order."""

    key: str
    user: str | None
    at: datetime
    revenue: float | None
    touches: tuple[Touch, ...]

    @property
    def steps(self) -> list[Touch]:
        """The last touch of every run of one channel."""
        return [
            t
            for n, t in enumerate(self.touches)
            if n + 1 == len(self.touches) or self.touches[n + 1].channel != t.channel
        ]


@dataclass(frozen=True)
class Part:
    """Credit of one step: whose conversion, to which channel, and when it was touched."""

    path: Path
    channel: str
    campaign: str
    at: datetime
    credit: float


class AttributionOracle:
    def __init__(
        self, told: Oracle, scope: Scope, spec: Spec, span: Span,
        markets: frozenset[str] | None = None,
    ) -> None:  # fmt: skip
        self.told, self.scope, self.spec = told, scope, spec
        self.markets = markets
        zone = told.reporting.zone
        self.begins = midnight(span.start, zone)
        self.ends = midnight(span.end, zone)
        self.lookback = timedelta(days=spec.lookback_days)
        accrual = spec.dated is Dated.ACCRUAL
        self.reach = self.ends + self.lookback if accrual else self.ends

    def seen(self, home: Home, user: str | None) -> bool:
        asked = {c.dimension: c.values for c in self.scope.choices if c.dimension != "channel"}
        kind = "guest" if user is None else "identified"
        if kind not in asked.pop("customer", {kind}):
            return False
        return all(home[d] in v for d, v in asked.items()) and (
            self.markets is None or home["market"] in self.markets
        )

    def touches(self) -> Mapping[str, list[Touch]]:
        """By person: `=user`, or `?visitor` who is nobody yet."""
        found: dict[str, list[Touch]] = defaultdict(list)
        for t in self.told.rows["touchpoints"]:
            user = t["user_id"] or self.told.links.get(t["visitor_id"] or "")
            kind = t["kind"] or "click"
            if self.spec.kinds and kind not in self.spec.kinds:
                continue
            person = f"={user}" if user else f"?{t['visitor_id']}"
            found[person].append(
                Touch(t["touched_at"], t["channel"] or "unknown", t["campaign"] or "unknown", kind)
            )
        for listed in found.values():
            listed.sort(key=_in_order)
        return found

    def paths(self) -> list[Path]:
        touches, found = self.touches(), []
        first: dict[str, str] = {}
        for s in self.told.sales:
            if s.user is not None:
                first.setdefault(s.user, s.order["order_id"])
        for s in self.told.sales:
            if not (self.begins <= s.at < self.reach and self.seen(s.home, s.user)):
                continue
            new = s.user is not None and first[s.user] == s.order["order_id"]
            if self.spec.conversions is Conversions.NEW and not new:
                continue
            before = tuple(
                t for t in touches.get(f"={s.user}", []) if s.at - self.lookback <= t.at <= s.at
            )
            revenue = self.revenue(s.order["order_id"])
            found.append(Path(s.order["order_id"], s.user, s.at, revenue, before))
        return found

    def revenue(self, order_id: str) -> float | None:
        """Net of refunds to date, at the rates of the order's day."""
        s = next(s for s in self.told.sales if s.order["order_id"] == order_id)
        o = s.order
        own = (Fraction(o["gross_amount"]) - Fraction(o.get("discount_amount") or 0)
               + Fraction(o.get("shipping_amount") or 0))  # fmt: skip
        back = [r for r in self.told.rows["refunds"] if r.get("order_id") == order_id]
        parts = [(s.currency, own)]
        parts += [(r.get("currency") or s.currency, -Fraction(r["amount"])) for r in back]
        total = Fraction(0)
        for currency, amount in parts:
            rate = self.told.rate(currency, self.scope.currency, s.day)
            if rate is None:
                return None
            total += amount * rate
        return float(total)

    def lost(self) -> list[tuple[Touch, ...]]:
        """Paths that led nowhere."""
        found = []
        for person, touches in self.touches().items():
            user = person[1:] if person[0] == "=" else None
            if user is not None and not self.told.counts(user):
                continue
            home = self.told.home(user) if user else self.told.visitor_home(person[1:])
            if not self.of_scope(home):
                continue
            bought = [
                s.at for s in self.told.sales if s.user == user and user and s.at < self.reach
            ]
            if bought and not self._buys(user or ""):
                bought = []
            if bought and self.spec.conversions is Conversions.NEW:
                continue
            open_ = [
                t
                for t in touches
                if self.begins <= t.at < self.reach and (not bought or t.at > max(bought))
            ]
            if open_:
                found.append(tuple(t for t in open_ if t.at >= open_[-1].at - self.lookback))
        return found

    def of_scope(self, home: Home) -> bool:
        asked = {c.dimension: c.values for c in self.scope.choices
                 if c.dimension not in ("channel", "customer")}  # fmt: skip
        return all(home[d] in v for d, v in asked.items()) and (
            self.markets is None or home["market"] in self.markets
        )

    def _buys(self, user: str) -> bool:
        """Whether the scope sees this user's orders at all."""
        return self.seen(self.told.home(user), user)

    def parts(self, model: Model) -> list[Part]:
        """Every part of every credit of a model that shares out each conversion by itself."""
        found = []
        for path in self.paths():
            if not path.touches:
                found.append(Part(path, DIRECT, DIRECT, path.at, 1.0))
                continue
            steps = path.steps
            for n, (step, weight) in enumerate(zip(steps, self.weights(model, path), strict=True)):
                at = path.touches[0].at if model is Model.FIRST and n == 0 else step.at
                found.append(Part(path, step.channel, step.campaign, at, weight))
        return found

    def weights(self, model: Model, path: Path) -> list[float]:
        steps = path.steps
        n = len(steps)
        if model is Model.FIRST:
            return [1.0] + [0.0] * (n - 1)
        if model is Model.LAST:
            return [0.0] * (n - 1) + [1.0]
        if model is Model.LAST_NON_DIRECT:
            named = [k for k, s in enumerate(steps) if s.channel != DIRECT]
            chosen = named[-1] if named else n - 1
            return [float(k == chosen) for k in range(n)]
        if model is Model.LINEAR:
            return [1 / n] * n
        if model is Model.TIME_DECAY:
            half = self.spec.half_life_days * 86400
            raw = [0.5 ** ((path.at - s.at).total_seconds() / half) for s in steps]
            return [w / sum(raw) for w in raw]
        if model is Model.POSITION:
            if n <= 2:
                return [1 / n] * n
            return [0.4, *[0.2 / (n - 2)] * (n - 2), 0.4]
        assert model is Model.SHAPLEY
        players = frozenset(s.channel for s in steps)
        own = shapley(players, lambda c: float(players <= c))
        again = [sum(o.channel == s.channel for o in steps) for s in steps]
        return [own[s.channel] / again[k] for k, s in enumerate(steps)]

    def inside(self, at: datetime) -> bool:
        return self.spec.dated is Dated.CASH or self.begins <= at < self.ends

    def markov(self) -> dict[str, float]:
        """Credits by removal effect, all of them (inside the period or not)."""
        won = [[s.channel for s in p.steps] for p in self.paths() if p.touches]
        lost = [runs([t.channel for t in p]) for p in self.lost()]
        found = dict.fromkeys({c for p in (*won, *lost) for c in p}, 0.0)
        if won:
            effects = effects_of(won, lost)
            whole = sum(effects.values())
            found = {c: e / whole * len(won) for c, e in effects.items()}
        bare = sum(not p.touches for p in self.paths())
        if bare:
            found[DIRECT] = found.get(DIRECT, 0.0) + bare
        return found


def _in_order(t: Touch) -> tuple[datetime, bytes, bytes, bytes]:
    return t.at, t.channel.encode(), t.campaign.encode(), t.kind.encode()


def midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), tzinfo=zone).astimezone(UTC).replace(tzinfo=None)


def runs(channels: Sequence[str]) -> list[str]:
    return [c for n, c in enumerate(channels) if n + 1 == len(channels) or channels[n + 1] != c]


def effects_of(won: Sequence[Sequence[str]], lost: Sequence[Sequence[str]]) -> dict[str, float]:
    """Removal effects by deleting one channel after another and walking the chain anew, step by
    step until nearly nobody walks any more."""
    counts: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for paths, end in ((won, "+"), (lost, "-")):
        for path in paths:
            for a, b in zip(("^", *path), (*path, end), strict=True):
                counts[a][b] += 1

    def converts(removed: str | None) -> float:
        here, done = {"^": 1.0}, 0.0
        for _ in range(20_000):
            after: dict[str, float] = defaultdict(float)
            for state, share in here.items():
                total = sum(counts[state].values())
                for target, n in counts[state].items():
                    if target == "+":
                        done += share * n / total
                    elif target != "-" and target != removed:
                        after[target] += share * n / total
            here = after
            if sum(here.values()) < 1e-14:
                break
        return done

    whole = converts(None)
    channels = {c for p in (*won, *lost) for c in p}
    return {c: 1 - converts(c) / whole for c in channels}


def shapley(players: Iterable[str], worth: Callable[[frozenset[str]], float]) -> dict[str, float]:
    """The mean of what a player adds, over all orders in which players may come."""
    listed = sorted(players)
    added = dict.fromkeys(listed, 0.0)
    orders = list(permutations(listed))
    for order in orders:
        there: set[str] = set()
        for player in order:
            before = worth(frozenset(there))
            there.add(player)
            added[player] += worth(frozenset(there)) - before
    return {p: v / len(orders) for p, v in added.items()}
