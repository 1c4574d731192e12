"""The first kind of record: which north star and which tiles the Overview page shows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from pydantic import BaseModel, ConfigDict, model_validator

from i18n import Problem, Words
from store.kinds import Kind
from store.metric_keys import PICK, require_metric_key

FEWEST_TILES, MOST_TILES = 3, 12


class OverviewDeck(BaseModel):
    """The shop's north star and its tiles, as metric keys in the order they are shown.

    Building one that can't be shown (too few or many tiles, one twice, a key that is no metric
    key) raises a `Problem` for the person who chose. Which metrics exist is known further up:
    `require_known` asks.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    north_star: str
    tiles: tuple[str, ...]

    @model_validator(mode="after")
    def _can_be_shown(self) -> OverviewDeck:
        for key in (self.north_star, *self.tiles):
            require_metric_key(key)
        if not FEWEST_TILES <= len(self.tiles) <= MOST_TILES:
            raise Problem(
                "deck_size", _SIZE, n=len(self.tiles), fewest=FEWEST_TILES, most=MOST_TILES
            )
        twice = [key for key, n in Counter(self.tiles).items() if n > 1]
        if twice:
            raise Problem("deck_twice", _TWICE, _ONCE, keys=", ".join(twice))
        return self

    def unknown(self, known: Callable[[str], bool]) -> tuple[str, ...]:
        """The deck's keys that `known` does not know, each once, north star first."""
        keys = dict.fromkeys((self.north_star, *self.tiles))
        return tuple(key for key in keys if not known(key))

    def require_known(self, known: Callable[[str], bool]) -> None:
        """Raise a `Problem` that names the keys of this deck which `known` does not know."""
        if missing := self.unknown(known):
            raise Problem("deck_unknown_metric", _UNKNOWN, PICK, keys=", ".join(missing))


OVERVIEW_DECK = Kind("overview_deck", Words(en="overview deck", zh="概览看板"), OverviewDeck)

_SIZE = Words(
    en="An overview shows {fewest} to {most} tiles; {n} chosen.",
    zh="概览页可展示 {fewest}–{most} 张指标卡，当前选择了 {n} 张。",
)
_TWICE = Words(en="Chosen more than once: {keys}.", zh="重复选择的指标：{keys}。")
_ONCE = Words(en="Keep each tile once.", zh="每个指标只保留一张卡片。")
_UNKNOWN = Words(
    en="There is no metric with this key: {keys}.",
    zh="不存在以下指标：{keys}。",
)
