"""The interval of K = i × c from sums over inviters. Pure: numbers in, numbers out."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from metrics.stats.intervals import mean_t, wilson


@dataclass(frozen=True, slots=True)
class Sums:
    """Over the users of a cohort: `members` (their days of inviting are over) sent `sent`
    invitations; of everybody's `settled` ones `accepted` were accepted. The others are sums over
    users of products of two of their own counts, a member counting 1."""

    members: int
    sent: int
    settled: int
    accepted: int
    sent_sent: int
    sent_settled: int
    sent_accepted: int
    settled_settled: int
    settled_accepted: int
    accepted_accepted: int
    members_settled: int
    members_accepted: int


def invites_interval(s: Sums) -> tuple[float, float] | None:
    """Interval of i, invitations per user: t over users, never below 0; None where fewer than two
    users or no invitation leave nothing to judge the spread by."""
    if s.members < 2 or s.sent == 0:
        return None
    low, high = mean_t(s.sent, s.sent_sent, s.members)
    return max(0.0, low), high


def k_interval(s: Sums) -> tuple[float, float] | None:
    """Interval of K, in referred users per user, never below 0; None where i or c has none.

    Delta method over users: one user's invitations are accepted or not together, and users who
    send many weigh in both factors, so i and c are not taken as independent. User u moves K by
    c·(tᵤ − i·mᵤ)/M + i·(aᵤ − c·sᵤ)/S, with tᵤ sent and mᵤ = 1 for the M members, aᵤ of sᵤ accepted
    of S settled. When everything is settled this is the t interval of the mean of aᵤ. Where nobody
    accepted it has no width: then the upper end is that of i times Wilson's of c.
    """
    of_i = invites_interval(s)
    if of_i is None or s.settled == 0:
        return None
    if s.accepted == 0:
        return 0.0, of_i[1] * wilson(0, s.settled)[1]
    n, settled = s.members, s.settled
    i, c = Fraction(s.sent, n), Fraction(s.accepted, settled)
    of_sent = s.sent_sent - i * s.sent
    of_both = (
        s.sent_accepted - c * s.sent_settled - i * (s.members_accepted - c * s.members_settled)
    )
    of_accepted = s.accepted_accepted - 2 * c * s.settled_accepted + c * c * s.settled_settled
    moved = (
        (c / n) ** 2 * of_sent
        + 2 * (c / n) * (i / settled) * of_both
        + (i / settled) ** 2 * of_accepted
    )
    # K is the mean of K + n·(what each user moves); their squares give the spread.
    k = i * c
    low, high = mean_t(float(n * k), float(n * k * k + n * n * max(moved, Fraction(0))), n)
    return max(0.0, low), high
