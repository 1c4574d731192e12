"""The planner's question in the address: read back as written, junk refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.experiments.outcomes import BASES, Outcome
from metrics.experiments.plans import can_guard
from metrics.planner.spec import Guarded, Meeting, Question, default_question
from metrics.stats.experiments.modes import Mode
from ui.planner.address import read_question, write_question
from ui.url_state import Chosen, read, write

GUARDS = [b for b in BASES if can_guard(Outcome(b, 7))]
shares = st.integers(1, 99).map(lambda n: n / 100)
questions = st.builds(
    Question,
    st.builds(Outcome, st.sampled_from(BASES), st.integers(1, 180)),
    st.sampled_from(Meeting),
    shares,
    st.lists(st.integers(1, 99).map(float), min_size=2, max_size=5).map(tuple),
    st.integers(1, 3),
    st.sampled_from(Mode),
    st.sampled_from([0.01, 0.05, 0.1]),
    st.sampled_from([0.8, 0.9, 0.95]),
    shares,
    st.booleans(),
    st.lists(st.sampled_from(GUARDS), max_size=3, unique_by=lambda b: b.key).flatmap(
        lambda bases: st.tuples(
            *[st.builds(Guarded, st.just(Outcome(b, 179)), shares) for b in bases]
        )
    ),
)


@given(questions.filter(lambda q: q.outcome.days != 179))
def test_a_question_is_read_back_as_it_was_written(asked: Question) -> None:
    assert read_question(write_question(asked)) == asked
    chosen, ignored = read(write(Chosen(plan=write_question(asked))), Chosen())
    assert (chosen.plan, ignored) == (write_question(asked), ())


def test_it_is_readable_by_hand() -> None:
    assert write_question(default_question()) == "orders_within_14_days~visit~0.1~50,50"


@pytest.mark.parametrize(
    "junk",
    [
        "", "~", "orders_within_14_days", "joy_within_14_days~visit~0.1~50,50",
        "orders_within_14_days~never~0.1~50,50", "orders_within_14_days~visit~x~50,50",
        "orders_within_14_days~visit~nan~50,50", "orders_within_14_days~visit~0.1~50",
        "orders_within_14_days~visit~0.1~50,-50", "orders_within_14_days~visit~0.1~50,50~~x.1",
        "orders_within_14_days~visit~0.1~50,50~~power.2",
        "orders_within_14_days~visit~0.1~50,50~~cuped.maybe",
        "orders_within_14_days~visit~0.1~50,50~~mode.fixed~~mode.fixed",
        "orders_within_14_days~visit~0.1~50,50~~guard.margin_within_7_days:0.1",
        "orders_within_14_days~visit~0.1~50,50~~guard.gmv_within_7_days",
        "orders_within_14_days~visit~0.1~" + ",".join(["5"] * 900),
    ],
)  # fmt: skip
def test_junk_is_refused_and_named(junk: str) -> None:
    chosen, ignored = read({"plan": junk}, Chosen())
    assert (chosen.plan, ignored) == (None, ("plan",))


def test_a_key_of_the_data_is_any_printable_text() -> None:
    chosen, ignored = read({"experiment": "结账 A/B #1"}, Chosen())
    assert (chosen.experiment, ignored) == ("结账 A/B #1", ())
    assert read({"experiment": "a\nb"}, Chosen())[1] == ("experiment",)
