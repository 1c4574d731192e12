"""A plan in the address: percent of today by channel, and nothing that is not one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.metrics.saturation.test_whatif import known
from ui.saturation.address import budget_of, percents, plan_of, read_part, write_part

CHANNELS = [known("kol", 1.0), known("paid:search", 1.0, today=500.0)]


def test_a_plan_by_hand() -> None:
    """1,000 and 500 a week: 10 % more and a fifth less."""
    plan = plan_of(CHANNELS, percents(("kol:10", "paid:search:-20")))
    assert plan == pytest.approx({"kol": 1100, "paid:search": 400})
    assert budget_of(CHANNELS, plan) == ("kol:10", "paid:search:-20")


def test_what_cannot_be_moved_or_reached_is_left_out_or_cut() -> None:
    assert plan_of(CHANNELS, {"direct": 10.0, "kol": 900.0}) == {"kol": 2250}


def test_channels_that_stay_are_not_in_the_address() -> None:
    assert budget_of(CHANNELS, {"kol": 1000.0}) == ()


@given(st.sampled_from(["kol", "a:b", "短视频"]), st.floats(-100, 1000))
def test_what_is_written_reads_back(channel: str, percent: float) -> None:
    part = write_part(channel, percent)
    assert read_part(part) == part
    assert percents([part])[channel] == pytest.approx(percent, abs=0.051)


@pytest.mark.parametrize("bad", ["", "kol", ":5", "kol:", "kol:x", "kol:nan", "kol:-101", "k:1001"])
def test_nonsense_is_refused(bad: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        read_part(bad)
