"""Which metrics the weekly review goes through, in which order, and who answers for each."""

from __future__ import annotations

from collections import Counter

from pydantic import BaseModel, ConfigDict, model_validator

from i18n import Problem, Words
from store.kinds import Kind
from store.metric_keys import require_metric_key
from store.texts import clean_text

MOST_LINES = 30
LONGEST_OWNER = 80


class DeckLine(BaseModel):
    """A metric by key, and its owner's name, which may be empty."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    metric: str
    owner: str = ""

    @model_validator(mode="after")
    def _is_a_metric(self) -> DeckLine:
        require_metric_key(self.metric)
        clean_text(self.owner, _OWNER, least=0, most=LONGEST_OWNER)
        return self


class ReviewDeck(BaseModel):
    """The lines of a shop's review. Which metrics exist is known further up."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    lines: tuple[DeckLine, ...]

    @model_validator(mode="after")
    def _can_be_reviewed(self) -> ReviewDeck:
        if not 1 <= len(self.lines) <= MOST_LINES:
            raise Problem("deck_size", _SIZE, n=len(self.lines), most=MOST_LINES)
        twice = [key for key, n in Counter(line.metric for line in self.lines).items() if n > 1]
        if twice:
            raise Problem("deck_twice", _TWICE, keys=", ".join(twice))
        return self


REVIEW_DECK = Kind("review_deck", Words(en="review deck", zh="周会指标清单"), ReviewDeck)

_OWNER = Words(en="owner", zh="负责人")
_SIZE = Words(
    en="A review has 1 to {most} metrics; {n} chosen.",
    zh="周会需要 1–{most} 个指标，当前选择了 {n} 个。",
)
_TWICE = Words(en="Chosen more than once: {keys}.", zh="重复选择的指标：{keys}。")
