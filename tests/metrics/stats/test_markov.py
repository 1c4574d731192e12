"""Removal effects: a published example, chains small enough to enumerate, and the laws."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.stats.markov import Chain, removal_effects, shares
from tests.metrics.attribution.oracle import effects_of, runs


def chain(won: list[list[str]], lost: list[list[str]]) -> Chain:
    """The chain of these paths."""
    starts, moves, ends = Counter[str](), Counter[tuple[str, str]](), (Counter(), Counter())
    for n, paths in enumerate((lost, won)):
        for path in paths:
            starts[path[0]] += 1
            moves.update(pairwise(path))
            ends[n][path[-1]] += 1
    return Chain(starts, moves, ends[1], ends[0])


def test_the_example_of_bryl() -> None:
    """Bryl (2016), Attribution model in R, Markov chains part 1: c1>c2>c3 converts, c1 and c2>c3
    do not. One in three converts; without c1 one in six; without c2 or c3 nobody: effects 0.5, 1
    and 1, shares 0.2, 0.4 and 0.4."""
    effects = removal_effects(chain([["c1", "c2", "c3"]], [["c1"], ["c2", "c3"]]))
    assert effects == pytest.approx({"c1": 0.5, "c2": 1.0, "c3": 1.0})
    assert shares(effects) == pytest.approx({"c1": 0.2, "c2": 0.4, "c3": 0.4})


def test_one_channel_that_every_path_needs_has_all_of_it() -> None:
    effects = removal_effects(chain([["a"], ["a"]], [["a"]]))
    assert effects == {"a": 1.0}


def test_without_a_conversion_there_is_no_effect() -> None:
    assert removal_effects(chain([], [["a", "b"]])) == {}
    assert shares({}) == {}


def test_a_channel_of_lost_paths_alone_has_none() -> None:
    assert removal_effects(chain([["a"]], [["b"]]))["b"] == 0


PATHS = st.lists(st.lists(st.sampled_from("abcd"), min_size=1, max_size=5), max_size=6)


@given(PATHS.filter(bool), PATHS)
def test_effects_are_those_of_deleting_each_channel(
    won: list[list[str]], lost: list[list[str]]
) -> None:
    """One inverse says what walking the chain without each channel says."""
    effects = removal_effects(chain(won, lost))
    assert effects == pytest.approx(effects_of(won, lost), abs=1e-6)
    assert sum(shares(effects).values()) == pytest.approx(1)


@given(PATHS.filter(bool), PATHS)
def test_touches_in_a_row_of_one_channel_change_nothing(
    won: list[list[str]], lost: list[list[str]]
) -> None:
    """A state that stays in itself for a while still leaves for the same places."""
    short = chain([runs(p) for p in won], [runs(p) for p in lost])
    assert removal_effects(chain(won, lost)) == pytest.approx(removal_effects(short), abs=1e-9)
