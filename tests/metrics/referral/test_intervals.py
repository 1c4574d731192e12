"""Intervals of i and K: hand figures, laws, and what they cover in a study of drawn cohorts."""

from __future__ import annotations

from random import Random

import pytest

from metrics.referral.intervals import Sums, invites_interval, k_interval
from metrics.stats.intervals import mean_t, wilson

Users = list[tuple[int, int, int, int]]
"""(member?, sent, settled, accepted) of each user."""


def sums(users: Users) -> Sums:
    def of(a: int, b: int) -> int:
        return sum(u[a] * u[b] for u in users)

    members, sent, settled, accepted = (sum(u[n] for u in users) for n in range(4))
    return Sums(
        members, sent, settled, accepted,
        sent_sent=of(1, 1), sent_settled=of(1, 2), sent_accepted=of(1, 3),
        settled_settled=of(2, 2), settled_accepted=of(2, 3), accepted_accepted=of(3, 3),
        members_settled=of(0, 2), members_accepted=of(0, 3),
    )  # fmt: skip


SETTLED: Users = [(1, 2, 2, 1), (1, 0, 0, 0), (1, 3, 3, 2), (1, 1, 1, 0)]


def test_where_everything_is_settled_k_is_a_mean_over_users() -> None:
    """Accepted per user 1, 0, 2, 0: the t interval of that mean, whose low end is below zero."""
    _, high = mean_t(3, 5, 4)
    found = k_interval(sums(SETTLED))
    assert found == (0.0, pytest.approx(high))


def test_i_is_a_mean_over_users() -> None:
    """Sent 2, 0, 3, 1."""
    _, high = mean_t(6, 14, 4)
    assert invites_interval(sums(SETTLED)) == (0.0, pytest.approx(high))


def test_users_not_yet_members_move_c_and_not_i() -> None:
    """Ten young users whose settled invitations were accepted alike: i stays as it is, and more
    is known of c, so K is known better."""
    old: Users = [(1, 2, 2, 1), (1, 1, 1, 0), (1, 0, 0, 0)] * 20
    young: Users = [(0, 0, 2, 1), (0, 0, 1, 0)] * 100
    alone, together = k_interval(sums(old)), k_interval(sums(old + young))
    assert alone is not None
    assert together is not None
    assert together[1] - together[0] < alone[1] - alone[0]
    assert invites_interval(sums(old)) == invites_interval(sums(old + young))


def test_nobody_accepted_is_no_certainty() -> None:
    """No acceptance among 6: the upper end is that of i times Wilson's for 0 of 6."""
    users: Users = [(m, t, s, 0) for m, t, s, _ in SETTLED]
    of_i = invites_interval(sums(users))
    assert of_i is not None
    assert k_interval(sums(users)) == (0.0, pytest.approx(of_i[1] * wilson(0, 6)[1]))


@pytest.mark.parametrize("users", [[(1, 3, 3, 1)], [(1, 0, 0, 0)] * 5, [(1, 1, 0, 0)] * 5])
def test_no_interval_without_two_users_an_invitation_and_an_end_of_its_days(users: Users) -> None:
    assert k_interval(sums(users)) is None


def drawn(rnd: Random, size: int) -> Users:
    """Users who differ: some invite much and persuade well; a third are young."""
    found: Users = []
    for _ in range(size):
        keen = rnd.random() < 0.2
        sent = sum(rnd.random() < (0.5 if keen else 0.05) for _ in range(4))
        member = rnd.random() < 0.66
        settled = sent if member else sum(rnd.random() < 0.5 for _ in range(sent))
        accepted = sum(rnd.random() < (0.5 if keen else 0.2) for _ in range(settled))
        found.append((int(member), sent if member else 0, settled, accepted))
    return found


def test_the_interval_covers_the_truth_nineteen_times_in_twenty() -> None:
    """400 cohorts of 1,000 users with a third immature; coverage of 95 % within 92 and 98.

    i = 4 (0.2 · 0.5 + 0.8 · 0.05) = 0.56; c = (0.4 · 0.5 + 0.16 · 0.2) / 0.56.
    """
    truth = 0.4 * 0.5 + 0.16 * 0.2
    rnd = Random(20)
    covered = 0
    for _ in range(400):
        found = k_interval(sums(drawn(rnd, 1000)))
        assert found is not None
        covered += found[0] <= truth <= found[1]
    assert 0.92 <= covered / 400 <= 0.98
