"""Each trap of referral once, small enough to check by hand."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from data.scope import LOCAL_VIEWER, Scope, Viewer
from metrics.periods import Grain
from metrics.reading import Maturity, Reason
from metrics.referral.referral import Referral, ReferralAnswer, referral
from tests.metrics.asking import JANUARY, span
from tests.world import Row, World, at, fx, order, shop, user, world

ids = iter(range(10**9))


def invitation(
    inviter: Any, when: str, invitee: Any = None, accepted: str | None = None, **more: Any
) -> Row:
    return {
        "invitation_id": more.pop("invitation_id", f"n{next(ids):09}"),
        "inviter_id": str(inviter),
        "invited_at": at(when),
        "invitee_id": None if invitee is None else str(invitee),
        "accepted_at": None if accepted is None else at(accepted),
        **more,
    }


def invited(folder: Path, *invitations: Row, users: int = 4, **more: Any) -> World:
    """Users 1 … n registered on 2 January 2024 (others as given), with these invitations; the
    data are complete to the end of 2024."""
    registered = [user(n, "2024-01-02") for n in range(1, users + 1)]
    return world(
        folder,
        settings=more.pop("settings", None),
        through=more.pop("through", "2025-01-01"),
        users=[*registered, *more.pop("others", [])],
        invitations=invitations,
        **more,
    )


def answer(
    made: World, scope: Scope | None = None, viewer: Viewer = LOCAL_VIEWER
) -> ReferralAnswer:
    warehouse = made.warehouse(viewer)
    found = referral(warehouse, scope or Scope("CNY"), JANUARY, Grain.MONTH)
    warehouse.close()
    return found


def january(made: World, scope: Scope | None = None, viewer: Viewer = LOCAL_VIEWER) -> Referral:
    return answer(made, scope, viewer).total


def test_k_is_invitations_per_user_times_the_share_accepted(tmp_path: Path) -> None:
    """Four users send 6 invitations (i = 1.5), 3 are accepted (c = 0.5): K = 0.75."""
    found = january(
        invited(
            tmp_path,
            invitation(1, "2024-01-03", 11, "2024-01-04"),
            invitation(1, "2024-01-03", 12, "2024-01-04"),
            invitation(1, "2024-01-03"),
            invitation(2, "2024-01-03", 13, "2024-01-04"),
            invitation(2, "2024-01-03"),
            invitation(3, "2024-01-03"),
        )
    )
    assert (found.invites_per_user.value, found.accepted_share.value) == (1.5, 0.5)
    assert found.k_factor.value == 0.75
    assert found.amplification.value == 4
    assert found.maturity is Maturity.MATURE


def test_an_invitee_counts_once_for_the_first_acceptance(tmp_path: Path) -> None:
    """11 was invited by 1 and by 2, and said yes to 2 first, though 1 had asked earlier."""
    found = answer(
        invited(
            tmp_path,
            invitation(1, "2024-01-03", 11, "2024-01-06", medium="link"),
            invitation(2, "2024-01-04", 11, "2024-01-05", medium="chat"),
        )
    )
    assert found.total.counts["accepted"] == 1
    assert {m.medium: m.counts["accepted"] for m in found.media} == {"chat": 1, "link": 0}


def test_the_first_acceptance_overrides_the_sources_referrer(tmp_path: Path) -> None:
    """The users table says that 3 brought 11; the invitation of 1 was accepted first."""
    found = january(
        invited(
            tmp_path,
            invitation(1, "2024-01-03", 11, "2024-01-05"),
            others=[user(11, "2024-02-10", referrer_id="3")],
        )
    )
    assert found.counts["accepted"] == 1


def test_a_first_acceptance_that_came_too_late_is_not_replaced_by_a_second_one(
    tmp_path: Path,
) -> None:
    """11 accepts 1's invitation after 31 days, and 2's a day later, in time for 2: one invitee,
    whose first acceptance is too late, counts for nobody."""
    found = january(
        invited(
            tmp_path,
            invitation(1, "2024-01-03 00:00", 11, "2024-02-03 00:00"),
            invitation(2, "2024-01-20 00:00", 11, "2024-02-04 00:00"),
        )
    )
    assert (found.counts["accepted"], found.counts["late"]) == (0, 1)


def test_an_invitation_to_oneself_is_none(tmp_path: Path) -> None:
    """User 1 invites 1 and accepts: neither sent nor accepted."""
    found = january(invited(tmp_path, invitation(1, "2024-01-03", 1, "2024-01-04")))
    assert (found.counts["sent"], found.invites_per_user.value) == (0, 0.0)


def test_an_acceptance_before_the_sending_is_none(tmp_path: Path) -> None:
    """Dated a day before it was sent: the invitation counts as sent and not accepted, and leaves
    the invitee to the next one."""
    found = january(
        invited(
            tmp_path,
            invitation(1, "2024-01-05", 11, "2024-01-04"),
            invitation(2, "2024-01-05", 11, "2024-01-06"),
        )
    )
    assert (found.counts["sent"], found.counts["accepted"]) == (2, 1)


def test_an_invitee_registered_before_is_counted_and_told(tmp_path: Path) -> None:
    """11 had registered in 2023: the invitation was accepted, as it is defined, and it is said."""
    found = january(
        invited(
            tmp_path,
            invitation(1, "2024-01-03", 11, "2024-01-04"),
            others=[user(11, "2023-12-01")],
        )
    )
    assert (found.counts["accepted"], found.counts["known_before"]) == (1, 1)


def test_days_of_inviting_end_before_the_instant_thirty_days_on(tmp_path: Path) -> None:
    """Registered 2 January 00:00: 31 January 23:59:59 is inside, 1 February 00:00 is not."""
    inside = invitation(1, "2024-01-31 23:59:59")
    outside = invitation(1, "2024-02-01 00:00")
    assert january(invited(tmp_path, inside, outside)).counts["sent"] == 1


def test_days_of_accepting_end_before_the_instant_thirty_days_on(tmp_path: Path) -> None:
    found = january(
        invited(
            tmp_path,
            invitation(1, "2024-01-03 00:00", 11, "2024-02-01 23:59:59"),
            invitation(1, "2024-01-03 00:00", 12, "2024-02-02 00:00"),
        )
    )
    assert (found.counts["accepted"], found.counts["late"]) == (1, 1)


def test_an_invitation_sent_before_registering_is_not_the_cohorts(tmp_path: Path) -> None:
    assert january(invited(tmp_path, invitation(1, "2024-01-01 23:59"))).counts["sent"] == 0


def test_an_acceptance_without_an_invitee_counts_by_itself(tmp_path: Path) -> None:
    """Nobody is named: two acceptances are two invitees."""
    yes = [invitation(1, "2024-01-03", None, "2024-01-04") for _ in range(2)]
    assert january(invited(tmp_path, *yes)).counts["accepted"] == 2


def test_users_whose_days_are_not_over_are_left_out_of_i_and_counted(tmp_path: Path) -> None:
    """On 5 February, users of 2 January are mature (i = 1 of 2), the one of 20 January is not:
    left out with the invitation, which stays out of c as well."""
    found = january(
        invited(
            tmp_path,
            invitation(1, "2024-01-03"),
            invitation(9, "2024-01-21"),
            users=2,
            others=[user(9, "2024-01-20")],
            through="2024-02-05",
        )
    )
    assert (found.invites_per_user.numerator, found.invites_per_user.denominator) == (1, 2)
    assert found.invites_per_user.left_out == 1
    assert (found.accepted_share.denominator, found.accepted_share.left_out) == (1, 1)
    assert found.maturity is Maturity.RUNNING
    assert found.k_factor.maturity is Maturity.RUNNING


def test_a_cohort_too_young_has_no_k_but_a_reason(tmp_path: Path) -> None:
    """Ten days after registration nothing is over: no zero in place of unknown."""
    found = january(invited(tmp_path, invitation(1, "2024-01-03"), through="2024-01-12"))
    assert found.k_factor.value is None
    assert found.k_factor.reason is Reason.IMMATURE
    assert found.invites_per_user.left_out == 4


def test_a_cohort_after_the_data_has_not_begun(tmp_path: Path) -> None:
    made = invited(tmp_path, invitation(1, "2024-01-03"), through="2024-01-12")
    warehouse = made.warehouse()
    later = referral(warehouse, Scope("CNY"), span("2024-02-01", "2024-03-01"), Grain.MONTH)
    warehouse.close()
    assert later.total.maturity is Maturity.NOT_BEGUN
    assert later.total.k_factor.reason is Reason.NOT_BEGUN


def test_where_nobody_invited_k_is_a_measured_zero(tmp_path: Path) -> None:
    """The one invitation of the shop is of somebody registered before: January sent none."""
    found = january(invited(tmp_path, invitation(9, "2024-01-03"), others=[user(9, "2023-12-20")]))
    assert (found.k_factor.value, found.accepted_share.reason) == (0.0, Reason.ZERO_DENOMINATOR)


def test_growth_without_end_has_no_amplification(tmp_path: Path) -> None:
    """Two users bring two: K = 1, and 1 / (1 − K) has no value."""
    found = january(
        invited(
            tmp_path,
            invitation(1, "2024-01-03", 11, "2024-01-04"),
            invitation(2, "2024-01-03", 12, "2024-01-04"),
            users=2,
        )
    )
    assert found.k_factor.value == 1
    assert found.amplification.reason is Reason.WITHOUT_END


def test_cycle_time_is_the_median_over_invitees_who_invited_in_turn(tmp_path: Path) -> None:
    """11 invites 2 days after being invited, 12 after 5, 13 never; 14 had invited before: 3.5."""
    found = january(
        invited(
            tmp_path,
            *[invitation(1, "2024-01-05", who, "2024-01-06") for who in (11, 12, 13, 14)],
            invitation(11, "2024-01-07"),
            invitation(11, "2024-01-20"),
            invitation(12, "2024-01-10"),
            invitation(14, "2024-01-02"),
            others=[user(n, "2023-06-01") for n in (11, 12, 13, 14)],
        )
    )
    assert (found.cycle_days.value, found.cycle_days.denominator) == (3.5, 2)


def test_rewards_are_divided_by_new_customers_only(tmp_path: Path) -> None:
    """Rewards 60 + 60 + 30 (the last for an invitation without answer); 11 buys for the first time,
    12 had bought before being invited, an order of 13 is not paid: 150 / 1."""
    pay = {"reward_cost": Decimal(60)}
    found = january(
        invited(
            tmp_path,
            invitation(1, "2024-01-05", 11, "2024-01-06", **pay),
            invitation(1, "2024-01-05", 12, "2024-01-06", **pay),
            invitation(1, "2024-01-05", None, None, reward_cost=Decimal(30)),
            others=[user(11, "2024-01-06"), user(12, "2023-12-01")],
            orders=[
                order(11, "2024-01-09"),
                order(11, "2024-01-10"),
                order(12, "2023-12-02"),
                order(13, "2024-01-09", status="pending"),
            ],
        )
    )
    assert (found.reward_cost.numerator, found.reward_cost.denominator) == (150, 1)


def test_rewards_are_in_the_shops_currency_and_converted_on_the_day_due(tmp_path: Path) -> None:
    """Accepted on the 6th, when a dollar is 8 yuan (7 on the day of sending): 80 CNY are 10 USD."""
    made = invited(
        tmp_path,
        invitation(1, "2024-01-05", 11, "2024-01-06", reward_cost=Decimal(80)),
        others=[user(11, "2024-01-06")],
        orders=[order(11, "2024-01-09")],
        fx_rates=[
            *fx("USD", 7, datetime(2024, 1, 5).date()),
            *fx("USD", 8, datetime(2024, 1, 6).date()),
        ],
    )
    assert january(made, Scope("USD")).reward_cost.value == 10
    assert january(made).reward_cost.value == 80


def test_a_reward_without_a_rate_withholds_the_cost(tmp_path: Path) -> None:
    made = invited(
        tmp_path,
        invitation(1, "2024-01-05", 11, "2024-01-06", reward_cost=Decimal(80)),
        others=[user(11, "2024-01-06")],
        orders=[order(11, "2024-01-09")],
        fx_rates=fx("USD", 8, datetime(2024, 6, 1).date()),
    )
    assert january(made, Scope("USD")).reward_cost.reason is Reason.NO_RATE


def test_a_test_user_neither_invites_nor_accepts(tmp_path: Path) -> None:
    """9 is a test user: what 9 sends and accepts is not there, and 11 is left to user 1."""
    found = january(
        invited(
            tmp_path,
            invitation(9, "2024-01-03", 11, "2024-01-04"),
            invitation(1, "2024-01-03", 11, "2024-01-05"),
            invitation(1, "2024-01-03", 9, "2024-01-05"),
            others=[user(9, "2024-01-02", is_test=True)],
        )
    )
    assert (found.counts["acquired"], found.counts["sent"]) == (4, 1)
    assert found.counts["accepted"] == 1


def test_whose_acceptance_counts_is_the_same_for_every_viewer(tmp_path: Path) -> None:
    """11 accepted first an invitation from the US. Who may see China only does not see that one,
    and still does not get 11 for the Chinese inviter."""
    made = world(
        tmp_path,
        through="2025-01-01",
        users=[user(1, "2024-01-02", country="CN"), user(2, "2024-01-02", country="US")],
        invitations=[
            invitation(1, "2024-01-03", 11, "2024-01-09"),
            invitation(2, "2024-01-03", 11, "2024-01-04"),
        ],
    )
    china = Viewer("cn", markets=frozenset({"CN"}))
    seen = january(made, viewer=china)
    assert (seen.counts["acquired"], seen.counts["sent"], seen.counts["accepted"]) == (1, 1, 0)
    assert january(made).counts["accepted"] == 1


def test_filters_keep_inviters_not_invitees(tmp_path: Path) -> None:
    """The filter is the inviter's market; the invitee from elsewhere counts for them."""
    made = world(
        tmp_path,
        through="2025-01-01",
        users=[user(1, "2024-01-02", country="CN"), user(11, "2024-02-02", country="US")],
        invitations=[invitation(1, "2024-01-03", 11, "2024-01-09")],
    )
    china = Scope.of("CNY", market=frozenset({"CN"}))
    assert january(made, china).counts["accepted"] == 1


def test_guests_have_nobody_to_invite(tmp_path: Path) -> None:
    made = invited(tmp_path, invitation(1, "2024-01-03"))
    guests = Scope.of("CNY", customer=frozenset({"guest"}))
    assert january(made, guests).k_factor.reason is Reason.GUESTS_ONLY


def test_a_shop_without_invitations_says_what_it_lacks(tmp_path: Path) -> None:
    made = world(tmp_path, through="2025-01-01", users=[user(1, "2024-01-02")])
    found = answer(made)
    assert found.lacking == ("invitations",)
    assert found.total.k_factor.reason is Reason.TABLE_MISSING


def test_settings_shorten_the_days(tmp_path: Path) -> None:
    """With 2 days of inviting and 1 of accepting only the first of three counts as accepted."""
    rules = {"invite_days": 2, "accept_days": 1}
    found = january(
        invited(
            tmp_path,
            invitation(1, "2024-01-03", 11, "2024-01-03 12:00"),
            invitation(1, "2024-01-03", 12, "2024-01-05"),
            invitation(1, "2024-01-05", 13, "2024-01-05"),
            settings=shop(referral=rules),
        )
    )
    assert (found.counts["sent"], found.counts["accepted"]) == (2, 1)


def test_media_add_up_to_k(tmp_path: Path) -> None:
    """Where everything is over, each medium's K is its share of the whole: 0.25 + 0.5 = 0.75."""
    found = answer(
        invited(
            tmp_path,
            invitation(1, "2024-01-03", 11, "2024-01-04", medium="link"),
            invitation(2, "2024-01-03", 12, "2024-01-04", medium="chat"),
            invitation(3, "2024-01-03", 13, "2024-01-04", medium="chat"),
            invitation(3, "2024-01-03", None, None, medium="chat"),
        )
    )
    assert {m.medium: m.k_factor.value for m in found.media} == {
        "link": pytest.approx(0.25),
        "chat": pytest.approx(0.5),
    }
    assert found.total.k_factor.value == 0.75
