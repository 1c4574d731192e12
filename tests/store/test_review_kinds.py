"""Decks of the review and rules of limits: kept whole, or refused with what is wrong."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from i18n import LANGUAGES, Problem, Text
from store import (
    LIMIT_RULES,
    REVIEW_DECK,
    Baseline,
    DeckLine,
    Divider,
    EditConflict,
    LimitRules,
    ReviewDeck,
    Store,
)

DECK = ReviewDeck(lines=(DeckLine(metric="gmv", owner=" 林 "), DeckLine(metric="aov")))
RULES = LimitRules(
    metric="gmv",
    baseline=Baseline(date(2026, 1, 5), date(2026, 6, 28)),
    dividers=(Divider(on=date(2026, 7, 1), reason="new prices"),),
    seasonal=True,
    trended=False,
)


def test_both_read_back_as_they_were(store: Store) -> None:
    store.save(REVIEW_DECK, "s", DECK, author="lin", based_on=None)
    store.save(LIMIT_RULES, "s", RULES, author="lin", based_on=None, name="gmv", note="new prices")
    deck, rules = store.load(REVIEW_DECK, "s"), store.load(LIMIT_RULES, "s", "gmv")
    assert deck is not None
    assert rules is not None
    assert deck.body == DECK
    assert deck.body.lines[0].owner == "林"
    assert rules.body == RULES
    assert rules.note == "new prices"


def test_rebasing_is_a_version_with_author_and_reason(store: Store) -> None:
    """Two people re-base at once: the second is told, and both versions are in the history."""
    store.save(LIMIT_RULES, "s", RULES, author="lin", based_on=None, name="gmv", note="first")
    moved = RULES.model_copy(update={"baseline": None})
    with pytest.raises(EditConflict):
        store.save(LIMIT_RULES, "s", moved, author="mei", based_on=None, name="gmv", note="mine")
    kept = [(v.author, v.note, v.action) for v in store.history(LIMIT_RULES, "s", "gmv")]
    assert kept == [("mei", "mine", "refused"), ("lin", "first", "saved")]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"metric": "GMV"}, "metric_key"),
        ({"baseline": Baseline(date(2026, 2, 1), date(2026, 2, 1))}, "limit_rules_baseline"),
        (
            {"dividers": [{"on": date(2026, 2, 1), "reason": "a"}] * 2},
            "limit_rules_dividers",
        ),
        ({"dividers": [{"on": date(2026, 2, 1), "reason": " "}]}, "divider_reason"),
        ({"dividers": [{"on": date(2026, 2, 1), "reason": "x" * 301}]}, "divider_reason"),
        (
            {"dividers": [{"on": date(2026, 1, 1 + n), "reason": "a"} for n in range(21)]},
            "limit_rules_dividers",
        ),
    ],
)
def test_rules_that_can_not_be_followed(given: dict[str, Any], code: str, language: str) -> None:
    with pytest.raises(Problem) as told:
        LimitRules(**{"metric": "gmv", **given})
    assert told.value.code == code
    assert told.value.say(Text(language))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        ([], "deck_size"),
        ([{"metric": f"m{n}"} for n in range(31)], "deck_size"),
        ([{"metric": "gmv"}, {"metric": "gmv"}], "deck_twice"),
        ([{"metric": "no key"}], "metric_key"),
        ([{"metric": "gmv", "owner": "x" * 81}], "store_text"),
    ],
)
def test_decks_that_can_not_be_reviewed(lines: list[dict[str, str]], code: str) -> None:
    with pytest.raises(Problem) as told:
        ReviewDeck.model_validate({"lines": lines})
    assert told.value.code == code
