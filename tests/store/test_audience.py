"""An audience reads back as it was kept."""

from __future__ import annotations

from datetime import date

import pytest

from i18n import Problem
from store import AUDIENCE, Audience
from store.audience import LONGEST


def kept(**changes: object) -> Audience:
    body = {
        "list": "states",
        "definition": {"on": "2026-11-15", "state": "churned"},
        "currency": "CNY",
        "filters": {"market": ("CN",)},
        "said": {"en": "Churned: 5", "zh": "流失：5 人"},
        "counted": 5,
        "data_to": date(2026, 11, 15),
    }
    return Audience.model_validate({**body, **changes})


def test_it_reads_back_as_it_was() -> None:
    assert AUDIENCE.read(AUDIENCE.write(kept()), 1) == kept()


def test_a_definition_without_end_is_refused() -> None:
    with pytest.raises(Problem) as told:
        kept(definition={"x": "y" * LONGEST})
    assert told.value.code == "audience_long"
