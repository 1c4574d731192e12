"""The attribution parameter of the address, and the sentence of the page."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.attribution.spec import Conversions, Dated, Spec
from ui.attribution.paths import day_bars, step_bars
from ui.attribution.view import Show, View, read_view, write_view

NAMES = st.text(min_size=1, max_size=12)


@given(
    st.builds(
        View,
        st.builds(
            Spec,
            st.sampled_from(Conversions),
            st.sampled_from(Dated),
            st.integers(1, 730),
            st.integers(1, 730),
            st.sets(NAMES, max_size=3).map(lambda s: tuple(sorted(s))),
        ),
        st.sampled_from([None, *Show]),
        st.one_of(st.just(""), NAMES),
    )
)
def test_what_is_written_is_read_back(view: View) -> None:
    assert read_view(write_view(view)) == view


@pytest.mark.parametrize(
    "text",
    [
        "", "new", "new~cash~30", "new~cash~30~7~9", "some~cash~30~7", "new~cash~0~7",
        "new~cash~30~731", "new~cash~x~7", "new~cash~30~7~~show.all", "new~cash~30~7~~of.",
        "new~cash~30~7~~show.cost~~show.roas", "new~cash~30~7~~more.1", "x" * 1001,
    ],
)  # fmt: skip
def test_an_address_that_makes_no_sense_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        read_view(text)


def test_long_paths_are_one_class_and_late_days_end_where_there_are_none() -> None:
    assert step_bars({1: 3, 5: 2, 6: 1, 40: 2}) == [
        ("1", 3), ("2", 0), ("3", 0), ("4", 0), ("5", 2), ("6+", 3)
    ]  # fmt: skip
    assert day_bars({0: 1, 3: 2, 7: 1}) == [("0", 1), ("1", 0), ("2–3", 2), ("4–7", 1)]
