"""A deck that can't be shown is refused in the chooser's words."""

from __future__ import annotations

import pytest

from i18n import Problem, Text
from store import OVERVIEW_DECK, OverviewDeck

MANY = tuple(f"metric_{i}" for i in range(13))


@pytest.mark.parametrize("n", [3, 12])
def test_three_to_twelve_tiles(n: int) -> None:
    assert len(OverviewDeck(north_star="mapu", tiles=MANY[:n]).tiles) == n


@pytest.mark.parametrize(
    ("north_star", "tiles", "code", "said"),
    [
        ("mapu", MANY[:2], "deck_size", "3–12 张指标卡，当前选择了 2 张"),
        ("mapu", MANY, "deck_size", "当前选择了 13 张"),
        ("mapu", ("gmv", "aov", "gmv"), "deck_twice", "重复选择的指标：gmv"),
        ("", MANY[:3], "metric_key", "“”不是有效的指标标识"),
        ("mapu", ("gmv", "aov", "GMV; drop"), "metric_key", "“GMV; drop”不是有效的指标标识"),
        ("mapu\n", MANY[:3], "metric_key", "不是有效的指标标识"),
    ],
)
def test_a_deck_that_can_not_be_shown(
    north_star: str, tiles: tuple[str, ...], code: str, said: str
) -> None:
    with pytest.raises(Problem) as told:
        OverviewDeck(north_star=north_star, tiles=tiles)
    assert told.value.code == code
    assert said in told.value.say(Text("zh"))


def test_metrics_the_catalog_does_not_know_are_named() -> None:
    deck = OverviewDeck(north_star="mapu", tiles=("gmv", "gone", "mapu", "lost"))
    catalog = {"gmv"}
    assert deck.unknown(catalog.__contains__) == ("mapu", "gone", "lost")
    with pytest.raises(Problem, match="mapu, gone, lost") as told:
        deck.require_known(catalog.__contains__)
    assert told.value.code == "deck_unknown_metric"
    deck.require_known(lambda key: True)


def test_a_deck_reads_back_from_json_in_its_order() -> None:
    deck = OverviewDeck(north_star="mapu", tiles=("orders", "aov", "gmv"))
    raw = OVERVIEW_DECK.write(deck)
    assert raw == {"north_star": "mapu", "tiles": ["orders", "aov", "gmv"]}
    assert OVERVIEW_DECK.read(raw, 1) == deck
