"""What a meeting decided: who does it, until when, what it should change, what came of it."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict, model_validator

from i18n import Problem, Words
from store.kinds import Kind
from store.metric_keys import require_metric_key
from store.texts import clean_text

DecisionStatus = Literal["open", "done", "dropped"]
LONGEST = 500


class Decision(BaseModel):
    """`expected` is the effect that was hoped for, `outcome` what came of it: both in words.
    `metric` names the number it is about, where it is about one. `due` and `made_on` are days of
    the shop."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    text: str
    owner: str
    due: date
    metric: str | None = None
    expected: str = ""
    made_on: date
    status: DecisionStatus = "open"
    outcome: str = ""

    @model_validator(mode="after")
    def _can_be_kept(self) -> Decision:
        if self.metric is not None:
            require_metric_key(self.metric)
        clean_text(self.text, _TEXT, most=LONGEST)
        clean_text(self.owner, _OWNER)
        clean_text(self.expected, _EXPECTED, least=0, most=LONGEST)
        clean_text(self.outcome, _OUTCOME, least=0, most=LONGEST)
        if self.due < self.made_on:
            raise Problem("decision_due", _DUE, _DUE_HINT, due=self.due, made_on=self.made_on)
        return self


DECISION = Kind("decision", Words(en="decision", zh="决策"), Decision)

_TEXT = Words(en="decision", zh="决策内容")
_OWNER = Words(en="owner", zh="负责人")
_EXPECTED = Words(en="expected effect", zh="预期效果")
_OUTCOME = Words(en="outcome", zh="结果")
_DUE = Words(
    en="The decision is due on {due}, before it was made on {made_on}.",
    zh="截止日（{due}）早于决策日（{made_on}）。",
)
_DUE_HINT = Words(en="Choose a later day.", zh="请选择更晚的日期。")
