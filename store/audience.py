"""A list of people that the team keeps under a name: how it is found, not who was on it."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from pydantic import BaseModel, ConfigDict, NonNegativeInt, model_validator

from i18n import Problem, Words
from store.kinds import Kind

LONGEST = 50_000
"""Characters of the definition as JSON."""


class Audience(BaseModel):
    """`list` names what kind of list it is, `definition` the rest as plain JSON; both are read
    further up. `currency` and `filters` are the scope it was asked in. `said` is its title in
    English and Chinese, `counted` how many were on it when it was saved, `data_to` the last day of
    the data then."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    list: str
    definition: dict[str, Any]
    currency: str
    filters: dict[str, tuple[str, ...]] = {}
    said: dict[str, str]
    counted: NonNegativeInt
    data_to: date

    @model_validator(mode="after")
    def _can_be_kept(self) -> Audience:
        if len(json.dumps(self.definition)) > LONGEST:
            raise Problem("audience_long", _TOO_LONG, most=LONGEST)
        return self


AUDIENCE = Kind("audience", Words(en="audience", zh="人群包"), Audience)

_TOO_LONG = Words(
    en="The definition of this audience has more than {most} characters.",
    zh="该人群包的定义超过 {most} 个字符。",
)
