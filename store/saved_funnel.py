"""A funnel that the team keeps under a name: its definition, as its own model writes it."""

from __future__ import annotations

import json
from typing import Any

from pydantic import BaseModel, ConfigDict, model_validator

from i18n import Problem, Words
from store.kinds import Kind

LONGEST = 50_000
"""Characters of the definition as JSON."""


class SavedFunnel(BaseModel):
    """The definition as plain JSON. Whether it is a funnel with a meaning, and whether its events
    still exist, is known further up: a definition that is neither is kept as it is."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    definition: dict[str, Any]

    @model_validator(mode="after")
    def _can_be_kept(self) -> SavedFunnel:
        try:
            text = json.dumps(self.definition, allow_nan=False)
        except (TypeError, ValueError) as error:
            raise Problem("saved_funnel_json", _NO_JSON, reason=str(error)) from error
        if len(text) > LONGEST:
            raise Problem("saved_funnel_long", _TOO_LONG, _FEWER, n=len(text), most=LONGEST)
        return self


SAVED_FUNNEL = Kind("saved_funnel", Words(en="saved funnel", zh="已保存漏斗"), SavedFunnel)

_NO_JSON = Words(
    en="A funnel's definition holds what JSON can't carry: {reason}",
    zh="漏斗定义中有 JSON 无法表示的内容：{reason}",
)
_TOO_LONG = Words(
    en="The funnel's definition has {n} characters; at most {most} can be saved.",
    zh="漏斗定义共 {n} 个字符，最多可保存 {most} 个。",
)
_FEWER = Words(en="Use fewer conditions or values.", zh="请减少条件或取值。")
