"""A question of retention reads back from the address as it was."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from i18n import Problem
from metrics.periods import Grain
from metrics.retention.spec import Bracket, Clock, Kind, Return, Spec, Start, Value
from ui.retention.address import read_retention, write_retention

EVENTS = st.sampled_from(["add_to_cart", "view item", "加购", "a~b", "a:b", "50%", "x/y?z&q=1"])


@st.composite
def specs(draw: st.DrawFn) -> Spec | None:
    """Any question; None where the drawn parts do not go together."""
    start, returning = draw(st.sampled_from(Start)), draw(st.sampled_from(Return))
    kind = draw(st.sampled_from(Kind))
    try:
        return Spec(
            start=start,
            returning=returning,
            grain=draw(st.sampled_from([Grain.DAY, Grain.WEEK, Grain.MONTH])),
            clock=draw(st.sampled_from(Clock)),
            kind=kind,
            value=draw(st.sampled_from(Value)),
            start_event=draw(EVENTS) if start is Start.EVENT else "",
            return_event=draw(EVENTS) if returning is Return.EVENT else "",
            periods=draw(st.none() | st.integers(0, 400)),
            brackets=(Bracket(1, 3), Bracket(4, 30)) if kind is Kind.BRACKET else (),
            returns_count=draw(st.booleans()),
        )
    except Problem:
        return None


@given(specs())
def test_what_is_written_reads_back_the_same(spec: Spec | None) -> None:
    if spec is not None:
        assert read_retention(write_retention(spec)) == spec


def test_the_usual_question_is_three_words() -> None:
    assert write_retention(Spec()) == "registration~activity~week"


def test_an_address_written_by_hand_is_understood() -> None:
    spec = read_retention("first_purchase~event:add_to_cart~month~~kind.bracket~~in.1-3,4-12")
    assert (spec.start, spec.return_event, spec.grain) == (
        Start.FIRST_PURCHASE, "add_to_cart", Grain.MONTH,
    )  # fmt: skip
    assert spec.brackets == (Bracket(1, 3), Bracket(4, 12))


def refused(text: str) -> bool:
    try:
        read_retention(text)
    except ValueError:
        return True
    return False


@pytest.mark.parametrize(
    "text",
    [
        "",
        "registration",
        "registration~activity~year",
        "registration~activity~week~~kind.sideways",
        "registration~activity~week~~kind.bracket",
        "registration~event:~week",
        "registration~activity~week~~periods.many",
        "registration~activity~week~~periods.9999",
        "registration~activity~week~~clock.24h~~clock.24h",
        "registration~activity~week~~returns.no",
        "x" * 2000,
    ],
)
def test_what_makes_no_sense_is_refused(text: str) -> None:
    assert refused(text)
