"""Every count by age, segment and gap, and the people behind them, against lives walked by hand."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable
from datetime import date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import pandas as pd
from hypothesis import HealthCheck, Phase, assume, given, settings
from sqlalchemy import select

from data.rollups import user_numbers
from data.scope import LOCAL_VIEWER, Scope, Span, Viewer
from data.sources import Sources
from data.warehouse import Warehouse
from i18n import Problem
from metrics.survival.people import Point, Who, behind
from metrics.survival.spec import Criterion, Outcome, Question
from metrics.survival.statement import NOT_WATCHED, gaps, statement
from metrics.user_segments import Group, Segment
from tests.metrics.oracle import Oracle
from tests.metrics.small_shops import SmallShop, seeds, small_shop
from tests.world import world

UNSHRUNK = (Phase.explicit, Phase.reuse, Phase.generate)
CHINA = frozenset({"CN", "unknown"})
EVERYBODY = 99
MADE = (Segment.COUPON, Segment.CATEGORY, Segment.REFERRED)
ASKED = (
    (Outcome.SECOND_PURCHASE, Criterion.BOUGHT, None),
    (Outcome.LAST_ACTIVITY, Criterion.BOUGHT, 30),
    (Outcome.LAST_ACTIVITY, Criterion.ACTIVE, 7),
)
Life = tuple[str, date, int, bool]
"""Who, the first day, the age, whether the time ended there."""


def shop_of(seed: int) -> SmallShop:
    """A small shop with coupons, categories, referrers and invitations."""
    made, rnd = small_shop(seed, most=20), Random(seed)
    people_ids = [u["user_id"] for u in made.rows["users"]]
    for row in made.rows["orders"]:
        row["coupon_code"] = rnd.choice((None, "", "SAVE8"))
    for row in made.rows["order_items"]:
        row["category"] = rnd.choice((None, "", "toys", "home"))
        row["quantity"] = rnd.choice((1, 2))
    for row in made.rows["users"]:
        row["referrer_id"] = rnd.choice((None, None, "", "u0"))
    made.rows["invitations"] = [
        {
            "invitation_id": f"i{n}",
            "inviter_id": rnd.choice(people_ids),
            "invited_at": made.rows["users"][0]["registered_at"],
            "invitee_id": rnd.choice((None, *people_ids)),
            "accepted_at": rnd.choice((None, *_around(made.rows["users"][0]["registered_at"]))),
        }
        for n in range(3 if people_ids else 0)
    ]
    return made


def _around(at: datetime) -> tuple[datetime, ...]:
    """An hour before, the same instant, an hour after."""
    return tuple(at + timedelta(hours=h) for h in (-1, 0, 1))


class Told:
    """The lives as the definitions say, from the canonical rows."""

    def __init__(self, made: SmallShop, scope: Scope, markets: frozenset[str] | None) -> None:
        self.told = Oracle(made.shop, made.rows, made.through)
        self.asked = {c.dimension: c.values for c in scope.choices}
        self.markets = markets
        self.last = self.told.until - timedelta(days=1)

    def seen(self, user: str, *, customer: bool) -> bool:
        home = self.told.home(user)
        if self.markets is not None and home["market"] not in self.markets:
            return False
        if customer and "identified" not in self.asked.get("customer", {"identified"}):
            return False
        return all(home[d] in v for d, v in self.asked.items() if d != "customer")

    def days(self, criterion: Criterion) -> dict[str, list[date]]:
        """Days with a sign of life by user, in order; orders of one day stand side by side."""
        found: dict[str, list[date]] = defaultdict(list)
        if criterion is Criterion.BOUGHT:
            for s in self.told.sales:
                if s.user is not None and self.seen(s.user, customer=True):
                    found[s.user].append(s.day)
        else:
            for (day, person), (as_user, _) in sorted(self.told.presence.items()):
                if as_user and self.seen(person[1:], customer=False):
                    found[person[1:]].append(day)
        return found

    def second_purchases(self, span: Span | None) -> list[Life]:
        found = []
        for user, days in self.days(Criterion.BOUGHT).items():
            again = days[1] if len(days) > 1 and days[1] <= self.last else None
            found.append(self._life(user, days[0], again, self.last, span))
        return [life for life in found if life]

    def last_activities(self, criterion: Criterion, churn: int, span: Span | None) -> list[Life]:
        found, until = [], self.last - timedelta(days=churn)
        for user, days in self.days(criterion).items():
            kept = [d for d in days if d <= self.last]
            if kept:
                silent = (self.last - kept[-1]).days >= churn
                end = kept[-1] if silent else None
                found.append(self._life(user, kept[0], end, until, span))
        return [life for life in found if life]

    def lives(self, criterion: Criterion, churn: int | None, span: Span | None) -> list[Life]:
        if churn is None:
            return self.second_purchases(span)
        return self.last_activities(criterion, churn, span)

    def counted(
        self, lives: list[Life], segment: Segment | None
    ) -> dict[tuple[str | None, int], list[int]]:
        found: dict[tuple[str | None, int], list[int]] = {}
        for user, _, age, ended in lives:
            asked = None if age == NOT_WATCHED else segment
            value = None if asked is None else self.value(user, asked)
            found.setdefault((value, age), [0, 0])[0 if ended else 1] += 1
        return found

    def _life(
        self, user: str, began: date, ended: date | None, until: date, span: Span | None
    ) -> Life | None:
        if span is not None and not span.start <= began < span.end:
            return None
        if began > until:
            return user, began, NOT_WATCHED, False
        return user, began, ((ended or until) - began).days, ended is not None

    def gaps(self, criterion: Criterion) -> dict[int, tuple[int, int]]:
        back, silent = Counter[int](), Counter[int]()
        for days in self.days(criterion).values():
            kept = sorted({d for d in days if d <= self.last})
            if kept:
                back.update((b - a).days for a, b in pairwise(kept))
                silent[(self.last - kept[-1]).days] += 1
        return {n: (back[n], silent[n]) for n in {*back, *silent}}

    def value(self, user: str, segment: Segment) -> str:
        if segment.value in ("market", "channel", "platform"):
            return self.told.home(user)[segment.value]
        rows = self.told.rows
        if segment is Segment.REFERRED:
            named = self.told.users.get(user, {}).get("referrer_id") not in (None, "", user)
            invited = any(
                i["invitee_id"] == user != i["inviter_id"]
                and i["accepted_at"] is not None
                and i["accepted_at"] >= i["invited_at"]
                and self.told.counts(i["inviter_id"])
                for i in rows["invitations"]
            )
            return "yes" if named or invited else "no"
        own = [s for s in self.told.sales if s.user == user]
        if not own or not self.seen(user, customer=True):
            return "no_order"
        if segment is Segment.COUPON:
            return "yes" if own[0].order["coupon_code"] else "no"
        spent = Counter[str]()
        for i in rows["order_items"]:
            if i["order_id"] == own[0].order["order_id"]:
                spent[i["category"] or "unknown"] += i["quantity"] * i["unit_price"]
        return min(spent, key=lambda c: (-spent[c], c), default="unknown")


def built(made: SmallShop, where: Path | str, viewer: Viewer = LOCAL_VIEWER) -> Warehouse:
    """The shop published; one in which nobody counts has nothing to ask about."""
    through = None if made.through is None else made.through.isoformat()
    warehouse = world(where, settings=made.shop, through=through, **made.rows).warehouse(viewer)
    try:
        _ = warehouse.coverage
    except Problem as problem:
        assume(problem.code != "warehouse_empty")
        raise
    return warehouse


def assert_as_told(made: SmallShop, warehouse: Warehouse, markets: frozenset[str] | None) -> None:
    """Gaps whole; of spans, segments and lists some each time, drawn by the shop."""
    rnd = Random(repr(made.rows["orders"]))
    known = warehouse.fetch(select(user_numbers.c.user_no, user_numbers.c.user_id))
    names = dict(known.itertuples(index=False))
    for scope in made.scopes:
        told, src = Told(made, scope, markets), warehouse.sources(scope)
        for criterion in Criterion:
            base = Question(Outcome.SECOND_PURCHASE, warehouse.coverage, criterion=criterion)
            frame = warehouse.fetch(gaps(src, base))
            found = {d: (e, w) for d, e, w in frame.itertuples(index=False)}
            assert found == told.gaps(criterion)
        for outcome, criterion, churn in ASKED:
            span = rnd.choice((None, made.spans[0]))
            lives = told.lives(criterion, churn, span)
            for segment in (None, rnd.choice((*Segment,)), rnd.choice(MADE)):
                question = Question(
                    outcome, warehouse.coverage, span, criterion, churn, segment, EVERYBODY
                )
                frame = warehouse.fetch(statement(src, question))
                assert by_age(frame) == told.counted(lives, segment)
                assert_listed(warehouse, src, question, told, lives, names, rnd)


def assert_listed(
    warehouse: Warehouse,
    src: Sources,
    question: Question,
    told: Told,
    lives: list[Life],
    names: dict[int, str],
    rnd: Random,
) -> None:
    """Whoever the oracle names at a point of the curve, of one segment, of all but one, or of
    everybody: no more and no fewer."""
    who, at = rnd.choice(tuple(Who)), rnd.choice((None, 0, 3, 10, 40))
    age = None if who is Who.OPEN else at
    watched = [life for life in lives if life[2] != NOT_WATCHED]
    value, group = rnd.choice((None, "x")), None
    segment = question.segment
    if segment is not None and watched:
        one = told.value(rnd.choice(watched)[0], segment)
        group = Group(segment, one) if value else Group(segment, None, (one,))
        watched = [life for life in watched if (told.value(life[0], segment) == one) == bool(value)]
    met = {
        Who.ENDED: lambda at, ended: ended and (age is None or at <= age),
        Who.AT_RISK: lambda at, ended: at >= (age or 0),
        Who.OPEN: lambda at, ended: not ended,
    }[who]
    listed = warehouse.fetch(select(behind(src, question, Point(who, age, group))))
    assert sorted((names[n], day, at) for n, day, at in listed.itertuples(index=False)) == sorted(
        (user, day, at) for user, day, at, ended in watched if met(at, ended)
    )


def by_age(frame: pd.DataFrame) -> dict[tuple[str | None, int], list[int]]:
    """Ended and watched by segment and age; those left out are counted together, as they may
    belong to a segment in which nobody was watched."""
    found: dict[tuple[str | None, int], list[int]] = {}
    for v, age, ended, watched in frame.itertuples(index=False):
        key = None if pd.isna(v) or age == NOT_WATCHED else v, int(age)
        sums = found.setdefault(key, [0, 0])
        sums[0] += ended
        sums[1] += watched
    return found


@settings(max_examples=10, phases=UNSHRUNK, deadline=None)
@given(seeds)
def test_everybody_lives_as_long_as_the_oracle_says_on_duckdb(seed: int) -> None:
    made = shop_of(seed)
    assume(made.rows["users"])
    with TemporaryDirectory() as folder:
        warehouse = built(made, Path(folder))
        assert_as_told(made, warehouse, None)
        warehouse.close()


@settings(max_examples=4, phases=UNSHRUNK, deadline=None)
@given(seeds)
def test_a_viewer_of_one_market_sees_its_people_only(seed: int) -> None:
    made = shop_of(seed)
    assume(made.rows["users"])
    with TemporaryDirectory() as folder:
        warehouse = built(made, Path(folder), Viewer("lin", markets=CHINA))
        assert_as_told(made, warehouse, CHINA)
        warehouse.close()


@settings(
    max_examples=3,
    phases=UNSHRUNK,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(seeds)
def test_everybody_lives_as_long_as_the_oracle_says_on_postgresql(
    postgres_database: Callable[[], str], seed: int
) -> None:
    made = shop_of(seed)
    assume(made.rows["users"])
    warehouse = built(made, postgres_database())
    assert_as_told(made, warehouse, None)
    warehouse.close()
