"""The list behind each number of the lifecycle funnel holds exactly as many people."""

from __future__ import annotations

from pathlib import Path

from data.scope import Viewer
from metrics.lifecycle.people import Number, count_of, lifecycle_people, numbers_of
from metrics.lifecycle.result import Asked
from metrics.lifecycle.stages import Mode, Population, Stage, State
from metrics.people import PeoplePage, people_page
from tests.metrics.asking import JANUARY
from tests.metrics.lifecycle.test_traps import asked, cart, made
from tests.world import World, event, order, user


def shop_of(folder: Path, through: str) -> World:
    """Four users of January: 1 and 2 fill a cart, 1 comes back and buys, 3 buys without a cart."""
    return made(
        folder,
        through,
        users=[
            user(n, f"2024-01-{n * 4 + 1:02d}", country="US" if n == 3 else "CN", city="Xi'an")
            for n in range(1, 5)
        ],
        events=[cart(1, "2024-01-05 12:00"), cart(2, "2024-01-10"), event(1, "2024-01-13")],
        orders=[order(1, "2024-01-06"), order(3, "2024-01-14")],
    )


def listed(of: Asked, number: Number) -> PeoplePage:
    return people_page(of.warehouse, lifecycle_people(of, JANUARY, number))


def names(page: PeoplePage) -> list[str]:
    return [str(row[0]) for row in page.rows]


def test_every_number_lists_as_many_as_it_says(tmp_path: Path) -> None:
    """On 17 January the seven days of activation are over for users 1 and 2, 30 days for nobody."""
    for n, through in enumerate(("2024-06-01", "2024-01-17")):
        of = asked(shop_of(tmp_path / str(n), through))
        cohort = of.funnel(JANUARY).cohort
        found = numbers_of(cohort)
        assert Number() in found
        assert [listed(of, x).total for x in found] == [count_of(cohort, x) for x in found]


def test_who_bought_without_a_cart_is_in_the_second_reading_only(tmp_path: Path) -> None:
    of = asked(shop_of(tmp_path, "2024-06-01"))
    assert names(listed(of, Number(Stage.CONVERT, Mode.SEQUENTIAL))) == ["1"]
    assert names(listed(of, Number(Stage.CONVERT, Mode.OF_ACQUIRED))) == ["3", "1"]
    lost = listed(of, Number(Stage.CONVERT, Mode.SEQUENTIAL, State.NOT_REACHED))
    assert names(lost) == ["4", "3", "2"]


def test_a_sequential_list_says_when_each_stage_before_was_reached(tmp_path: Path) -> None:
    of = asked(shop_of(tmp_path, "2024-06-01"))
    [row] = listed(of, Number(Stage.CONVERT, Mode.SEQUENTIAL)).rows
    page = listed(of, Number(Stage.CONVERT, Mode.SEQUENTIAL))
    at = dict(zip([c.key for c in page.columns], row, strict=True))
    assert [str(at[f"{s}_at"]) for s in ("activate", "retain", "convert")] == [
        "2024-01-05 12:00:00",
        "2024-01-13",
        "2024-01-06 00:00:00",
    ]


def test_while_nobody_is_final_those_who_reached_it_so_far_are_listed(tmp_path: Path) -> None:
    of = asked(shop_of(tmp_path, "2024-01-17"))
    found = numbers_of(of.funnel(JANUARY).cohort)
    so_far = Number(Stage.CONVERT, Mode.OF_ACQUIRED, State.SO_FAR)
    assert so_far in found
    assert Number(Stage.CONVERT, Mode.OF_ACQUIRED) not in found
    assert names(listed(of, so_far)) == ["3", "1"]


def test_visitors_are_listed_from_their_first_visit(tmp_path: Path) -> None:
    shop_ = made(
        tmp_path,
        events=[event(None, "2024-01-10 09:00", visitor_id="v")],
        identities=[{"visitor_id": "w", "user_id": "0", "linked_at": None}],
    )
    page = listed(asked(shop_, Population.VISITED), Number())
    assert names(page) == ["v"]
    assert "First visit" in [c.name.en for c in page.columns]


def test_rights_narrow_rows_and_columns_of_a_list(tmp_path: Path) -> None:
    """User 3 is of another market; the city is personal."""
    lin = Viewer("lin", markets=frozenset({"CN"}), personal_data=False)
    of = asked(shop_of(tmp_path, "2024-06-01"), viewer=lin)
    number = Number(Stage.CONVERT, Mode.OF_ACQUIRED)
    page = listed(of, number)
    assert names(page) == ["1"]
    assert count_of(of.funnel(JANUARY).cohort, number) == 1
    assert "city" not in [c.key for c in page.columns]
