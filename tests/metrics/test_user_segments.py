"""What users are split into: the same for cohorts and survival, and for everybody who asks."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from data.scope import LOCAL_VIEWER, Scope, Viewer
from data.warehouse import Warehouse
from i18n import LANGUAGES, Text
from metrics.periods import Grain
from metrics.retention.ask import retention
from metrics.retention.spec import Return, Spec, Start
from metrics.survival.result import survival
from metrics.survival.spec import Outcome
from metrics.user_segments import NAMES, NEEDS, VALUES, Segment, segment_words, traits
from tests.metrics.asking import span
from tests.world import Row, World, event, item, order, user, world

ALL = Scope.of("CNY")
CHINA = Viewer("lin", markets=frozenset({"CN"}))


def invitation(inviter: object, invitee: object, accepted: str | None) -> Row:
    return {
        "invitation_id": f"{inviter}-{invitee}",
        "inviter_id": str(inviter),
        "invited_at": datetime.fromisoformat("2024-01-02"),
        "invitee_id": None if invitee is None else str(invitee),
        "accepted_at": None if accepted is None else datetime.fromisoformat(accepted),
    }


def invited(folder: Path) -> World:
    """User 1 lives in the United States and invited 2 of China, who came, and 3, who did not. The
    source names somebody as the referrer of 4; 5 names itself. 6 accepted before it was invited,
    7 was invited by a test user, 8 by itself."""
    return world(
        folder,
        through="2024-03-01",
        users=[
            user(1, country="US"),
            *[user(n, country="CN") for n in (2, 3, 6, 7, 8)],
            user(4, country="CN", referrer_id="somebody"),
            user(5, country="CN", referrer_id="5"),
            user(9, country="CN", is_test=True),
        ],
        invitations=[
            invitation(1, 2, "2024-01-03"), invitation(1, 3, None),
            invitation(1, 6, "2024-01-01"), invitation(9, 7, "2024-01-03"),
            invitation(8, 8, "2024-01-03"), invitation(1, None, "2024-01-03"),
        ],
        events=[event(2, "2024-01-05")],
    )  # fmt: skip


def referred(warehouse: Warehouse, scope: Scope = ALL) -> set[str]:
    src = warehouse.sources(scope)
    known, p = traits(src, Segment.REFERRED), src.people
    asked = select(p.c.user_id).join(known, known.c.person_no == p.c.user_no)
    return set(warehouse.fetch(asked)["user_id"])


def test_somebody_else_brought_them(tmp_path: Path) -> None:
    assert referred(invited(tmp_path).warehouse()) == {"2", "4"}


def test_who_may_not_see_the_inviter_knows_that_there_was_one(tmp_path: Path) -> None:
    """The same for a viewer of China, and under a filter that leaves the inviter out."""
    shop = invited(tmp_path)
    assert referred(shop.warehouse(CHINA)) == {"2", "4"}
    in_china = Scope.of("CNY", market=frozenset({"CN"}))
    assert referred(shop.warehouse(), in_china) == {"2", "4"}


def test_invitations_alone_are_enough(tmp_path: Path) -> None:
    """A source that names no referrer, and one that has neither."""
    shop = world(
        tmp_path / "a", users=[user(1), user(2)], events=[event(2, "2024-01-05")],
        invitations=[invitation(1, 2, "2024-01-03")],
    )  # fmt: skip
    assert not shop.warehouse().coverage.lacking(*NEEDS[Segment.REFERRED])
    without = world(tmp_path / "b", users=[user(1)], events=[event(1, "2024-01-05")])
    assert without.warehouse().coverage.lacking(*NEEDS[Segment.REFERRED])


def bought(folder: Path) -> World:
    """Five buyers in January with every kind of first order: a coupon or none, an empty code, two
    categories, a line without one, an order without lines."""
    return world(
        folder,
        through="2024-03-01",
        users=[
            user(1, country="US"), user(2, country="CN", referrer_id="1"),
            user(3, country="CN"), user(4, country="CN", channel="kol"), user(5, country="CN"),
        ],
        orders=[
            order(1, "2024-01-03", 9, order_id="a", coupon_code="NEW"),
            order(2, "2024-01-03", 9, order_id="b", coupon_code=""),
            order(3, "2024-01-03", 9, order_id="c"),
            order(4, "2024-01-03", 9, order_id="d"),
            order(4, "2024-02-03", 9, order_id="e", coupon_code="NEW"),
            order(5, "2024-01-03", 9, order_id="f"),
        ],
        order_items=[
            item("a", "i", 1, 4, category="toys"), item("a", "j", 1, 5, category="home"),
            item("b", "i", 1, 9, category="toys"), item("c", "k", 1, 9, category=""),
            item("d", "i", 1, 9, category="toys"), item("e", "j", 1, 9, category="home"),
        ],
    )  # fmt: skip


@pytest.mark.parametrize("viewer", [LOCAL_VIEWER, CHINA], ids=["everybody", "china"])
@pytest.mark.parametrize("segment", list(Segment))
def test_cohorts_and_survival_split_the_same_buyers_alike(
    tmp_path: Path, segment: Segment, viewer: Viewer
) -> None:
    warehouse = bought(tmp_path).warehouse(viewer)
    spec = Spec(start=Start.FIRST_PURCHASE, returning=Return.PURCHASE, grain=Grain.MONTH)
    january = span("2024-01-01", "2024-02-01")
    cohorts = retention(warehouse, ALL, january, spec, segment)
    curves = survival(warehouse, ALL, Outcome.SECOND_PURCHASE, segment=segment)
    sizes = {s.value: s.size for s in cohorts.segments}
    assert sizes == {c.value: c.people for c in curves.curves}
    assert sum(sizes.values()) == (5 if viewer is LOCAL_VIEWER else 4)


def test_the_category_of_an_order_without_lines_is_not_known(tmp_path: Path) -> None:
    """User 3's line has no category, user 5's order no line: both are unknown, not without an
    order. Home is the larger part of user 1's."""
    curves = survival(
        bought(tmp_path).warehouse(), ALL, Outcome.SECOND_PURCHASE, segment=Segment.CATEGORY
    ).curves
    assert {c.value: c.people for c in curves} == {"toys": 2, "unknown": 2, "home": 1}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_segment_and_value_has_a_name_in_both_languages(language: str) -> None:
    tr = Text("zh" if language == "zh" else "en")
    for segment in Segment:
        assert tr(NAMES[segment])
        assert all(tr(words) for words in VALUES[segment].values())
        assert tr(segment_words(segment, "as the source writes it")) == "as the source writes it"
        assert tr(segment_words(segment, None)) in ("All others", "其他")
