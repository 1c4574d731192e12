"""Funnels that the team named and saved."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from i18n import Words
from store.kinds import Kind


class SavedFunnel(BaseModel):
    """A named funnel. What its definition means, and whether it means anything, is known further
    up; a definition that can't be read there is kept as it is."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: Annotated[str, Field(min_length=1, max_length=120)]
    definition: dict[str, Any]


SAVED_FUNNEL = Kind("saved_funnel", Words(en="saved funnel", zh="已保存的漏斗"), SavedFunnel)
