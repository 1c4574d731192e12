"""The first kind of record: which north star and which tiles the Overview page shows."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable

from pydantic import BaseModel, ConfigDict, model_validator

from i18n import Problem, Words
from store.kinds import Kind

FEWEST_TILES, MOST_TILES = 3, 12
_KEY = re.compile(r"[a-z][a-z0-9_]{0,63}")


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
            if not _KEY.fullmatch(key):
                raise Problem("deck_key", _NO_KEY, _PICK, key=key)
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
            raise Problem("deck_unknown_metric", _UNKNOWN, _PICK, keys=", ".join(missing))


OVERVIEW_DECK = Kind("overview_deck", Words(en="overview deck", zh="概览看板"), OverviewDeck)

_NO_KEY = Words(
    en="“{key}” can't be the key of a metric: small letters, digits and _ are expected.",
    zh="“{key}”不是有效的指标标识：应由小写字母、数字和下划线组成。",
)
_PICK = Words(
    en="Pick from the metric dictionary.",
    zh="请从指标字典中选择。",
)
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
