"""A saved funnel is kept as it is written, whatever it means."""

from __future__ import annotations

import pytest

from i18n import Problem
from metrics.funnels.spec import simple
from store import SAVED_FUNNEL, SavedFunnel
from store.saved_funnel import LONGEST


def test_a_funnel_reads_back_from_json() -> None:
    funnel = simple("view_item", "purchase")
    body = SavedFunnel(definition=funnel.model_dump(mode="json"))
    again = SAVED_FUNNEL.read(SAVED_FUNNEL.write(body), 1)
    assert type(funnel).model_validate(again.definition) == funnel


def test_a_definition_that_means_nothing_today_is_not_lost() -> None:
    """An option that only a newer Northstar knows: kept, and refused further up."""
    body = SavedFunnel(definition={"steps": [], "mood": "hopeful"})
    assert SAVED_FUNNEL.read(SAVED_FUNNEL.write(body), 1) == body


@pytest.mark.parametrize(
    ("definition", "code"),
    [
        ({"window": float("nan")}, "saved_funnel_json"),
        ({"steps": {1, 2}}, "saved_funnel_json"),
        ({"steps": "x" * LONGEST}, "saved_funnel_long"),
    ],
)
def test_what_a_store_can_not_carry_is_refused(definition: dict[str, object], code: str) -> None:
    with pytest.raises(Problem) as told:
        SavedFunnel(definition=definition)
    assert told.value.code == code
