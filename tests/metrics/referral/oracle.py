"""Referral worked out the slow way, user by user, from the definitions alone."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction

from data.scope import Scope, Span
from tests.metrics.oracle import Oracle
from tests.world import Row


@dataclass(frozen=True)
class Told:
    """What the oracle tells of one cohort, or of one medium of it."""

    counts: dict[str, int]
    sums: dict[str, int]
    cycle_hours: float | None
    rewards: Fraction
    lists: dict[str, list[tuple[str | None, ...]]]


class ReferralOracle:
    """A small shop's users and invitations, walked one by one."""

    def __init__(self, oracle: Oracle) -> None:
        self.shop = oracle
        self.rules = oracle.reporting.referral
        self.users = {u: row for u, row in oracle.users.items() if oracle.counts(u)}
        listed = [row for row in oracle.rows["invitations"] if self._real(row)]
        self.accepted_at = {
            row["invitation_id"]: row["accepted_at"]
            for row in listed
            if row["accepted_at"] is not None and row["accepted_at"] >= row["invited_at"]
        }
        self.invitations = listed
        self.counted = {self._first_of(listed, row) for row in listed}

    def _real(self, row: Row) -> bool:
        """From somebody known who counts, to somebody else who does."""
        inviter, invitee = row["inviter_id"], row["invitee_id"]
        known = inviter in self.known()
        return known and inviter != invitee and all(map(self.shop.counts, (inviter, invitee)))

    def known(self) -> set[str]:
        """Everybody who ever appears as a user."""
        tables = ("users", "orders", "events", "identities", "refunds")
        return {r["user_id"] for t in tables for r in self.shop.rows[t] if r.get("user_id")}

    def _first_of(self, listed: Sequence[Row], row: Row) -> str | None:
        """The one acceptance of this row's invitee that counts."""
        if row["invitation_id"] not in self.accepted_at:
            return None
        if row["invitee_id"] is None:
            return str(row["invitation_id"])
        same = [
            r["invitation_id"]
            for r in listed
            if r["invitee_id"] == row["invitee_id"] and r["invitation_id"] in self.accepted_at
        ]
        return str(min(same, key=lambda i: (self.accepted_at[i], i)))

    def members_of(self, span: Span, scope: Scope) -> list[str]:
        """Users registered in the range whom the viewer sees and the filters keep."""
        found = []
        for user, row in self.users.items():
            home = self.shop.home(user)
            kept = all(
                c.dimension not in home or home[c.dimension] in c.values for c in scope.choices
            )
            seen = self.shop.markets is None or home["market"] in self.shop.markets
            day = self.shop.day(row["registered_at"])
            if kept and seen and span.start <= day < span.end:
                found.append(user)
        return found

    def first_own_invitation(self, user: str) -> Row | None:
        own = [r for r in self.invitations if r["inviter_id"] == user]
        return min(own, key=lambda r: r["invited_at"], default=None)

    def first_paid_at(self, user: str) -> datetime | None:
        return min((s.at for s in self.shop.sales if s.user == user), default=None)

    def _converted(self, row: Row, due: date, scope: Scope) -> Fraction | None:
        """What the reward cost, from the shop's own currency; None without a rate."""
        if not row["reward_cost"]:
            return Fraction(0)
        rate = self.shop.rate(self.shop.reporting.currency, scope.currency, due)
        return None if rate is None else Fraction(row["reward_cost"]) * rate

    def tell(self, span: Span, scope: Scope, medium: str | None = None) -> Told:
        through = self.shop.through
        invite, accept = (
            timedelta(days=d) for d in (self.rules.invite_days, self.rules.accept_days)
        )
        acquired = self.members_of(span, scope)
        counts = dict.fromkeys(
            ("members", "inviters", "sent", "settled", "accepted", "customers", "open", "late",
             "known_before", "cycles", "unrated"), 0,
        )  # fmt: skip
        counts["acquired"] = len(acquired)
        per_user: list[tuple[int, int, int, int]] = []
        hours: list[float] = []
        rewards = Fraction(0)
        lists: dict[str, list[tuple[str | None, ...]]] = {
            "acquired": [], "invited": [], "sent": [], "accepted": [], "customers": [],
        }  # fmt: skip
        for user in acquired:
            registered = self.users[user]["registered_at"]
            member = registered + invite <= through
            sent = settled = accepted = 0
            for row in self.invitations:
                at = row["invited_at"]
                mine = row["inviter_id"] == user and registered <= at < registered + invite
                if not mine or at >= through:
                    continue
                if medium is not None and (row["medium"] or "unknown") != medium:
                    continue
                sent += member
                if member:
                    lists["sent"].append((row["invitee_id"], user))
                if at + accept > through:
                    counts["open"] += 1
                    continue
                settled += 1
                accepted_at = self.accepted_at.get(row["invitation_id"])
                late = accepted_at is not None and accepted_at >= at + accept
                counts["late"] += late
                if not late:
                    due = self.shop.day(accepted_at or at)
                    reward = self._converted(row, due, scope)
                    counts["unrated"] += reward is None
                    rewards += reward or 0
                if accepted_at is None or late or row["invitation_id"] not in self.counted:
                    continue
                accepted += 1
                invitee = row["invitee_id"]
                lists["accepted"].append((invitee, user))
                joined = self.shop.users.get(invitee or "", {}).get("registered_at")
                counts["known_before"] += joined is not None and joined < at
                own = self.first_own_invitation(invitee) if invitee else None
                if own is not None and at <= own["invited_at"] < through:
                    hours.append((own["invited_at"] - at).total_seconds() / 3600)
                paid = self.first_paid_at(invitee) if invitee else None
                if paid is not None and at <= paid < through:
                    counts["customers"] += 1
                    lists["customers"].append((invitee, user))
            counts["members"] += member
            counts["inviters"] += sent > 0
            counts["sent"] += sent
            counts["settled"] += settled
            counts["accepted"] += accepted
            if member:
                lists["acquired"].append((user,))
            if sent:
                lists["invited"].append((user,))
            per_user.append((member, sent, settled, accepted))
        counts["cycles"] = len(hours)
        return Told(
            counts,
            _products(per_user),
            statistics.median(hours) if hours else None,
            rewards,
            lists,
        )

    def media(self, span: Span, scope: Scope) -> set[str]:
        """Media by which the cohort sent anything that counts."""
        named = {row["medium"] or "unknown" for row in self.invitations}
        return {m for m in named if self._any(self.tell(span, scope, m).counts)}

    def _any(self, counts: dict[str, int]) -> bool:
        return counts["sent"] + counts["settled"] + counts["open"] > 0


def _products(per_user: Iterable[tuple[int, int, int, int]]) -> dict[str, int]:
    names = ("members", "sent", "settled", "accepted")
    rows = list(per_user)
    wanted = ("sent_sent", "sent_settled", "sent_accepted", "settled_settled", "settled_accepted",
              "accepted_accepted", "members_settled", "members_accepted")  # fmt: skip
    found = {}
    for name in wanted:
        a, b = (names.index(part) for part in name.split("_"))
        found[name] = sum(row[a] * row[b] for row in rows)
    return found
