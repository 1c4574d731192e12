"""The lists behind the numbers of referral: as many rows, the inviter's properties beside them."""

from __future__ import annotations

from pathlib import Path

from data.scope import LOCAL_VIEWER, Scope, Viewer
from metrics.people import PeoplePage, people_page
from metrics.referral.people import COUNT_OF, referral_people
from metrics.referral.steps import Step
from tests.metrics.asking import JANUARY
from tests.metrics.referral.test_traps import invitation, invited, january
from tests.world import World, order, user


def shop_of(folder: Path) -> World:
    """Users 1 to 4 send three invitations; 11 of the United States accepts one and buys."""
    return invited(
        folder,
        invitation(1, "2024-01-03", 11, "2024-01-04", medium="link"),
        invitation(1, "2024-01-05", medium="chat"),
        invitation(2, "2024-01-06"),
        others=[user(11, "2024-02-04", country="US", is_test=False)],
        orders=[order(11, "2024-02-05")],
    )


def listed(made: World, step: Step, viewer: Viewer = LOCAL_VIEWER) -> PeoplePage:
    warehouse = made.warehouse(viewer)
    page = people_page(warehouse, referral_people(warehouse, Scope("CNY"), JANUARY, step))
    warehouse.close()
    return page


def cells(page: PeoplePage, *keys: str) -> list[tuple[object, ...]]:
    at = [[c.key for c in page.columns].index(k) for k in keys]
    return [tuple(row[n] for n in at) for row in page.rows]


def test_every_number_lists_as_many_as_it_says(tmp_path: Path) -> None:
    made = shop_of(tmp_path)
    counts = january(made).counts
    found = {step: listed(made, step).total for step in Step}
    assert found == {step: counts[COUNT_OF[step]] for step in Step}
    assert list(found.values()) == [4, 2, 3, 1, 1]


def test_who_invited_most_comes_first(tmp_path: Path) -> None:
    page = listed(shop_of(tmp_path), Step.INVITED)
    assert cells(page, "person_id", "invitations") == [("1", 2), ("2", 1)]


def test_an_invitation_names_both_sides(tmp_path: Path) -> None:
    page = listed(shop_of(tmp_path), Step.SENT)
    assert cells(page, "person_id", "invitee_id", "medium") == [
        ("2", None, "unknown"),
        ("1", None, "chat"),
        ("1", "11", "link"),
    ]


def test_an_invitee_of_another_market_is_counted_but_not_named(tmp_path: Path) -> None:
    """Users 1 to 4 name no country."""
    lin = Viewer("lin", markets=frozenset({"unknown"}))
    page = listed(shop_of(tmp_path), Step.CUSTOMERS, lin)
    assert cells(page, "person_id", "invitee_id") == [("1", None)]
