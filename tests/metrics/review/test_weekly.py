"""Numbers of the review by hand, and equal to those of the scorecard."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from data.scope import Scope, Span
from i18n import Problem, Text
from metrics.metric import Unit
from metrics.periods import Comparison
from metrics.reading import Reason
from metrics.review.deck import DEFAULT_DECK
from metrics.review.memory import Memory
from metrics.review.result import BoxKind, Section
from metrics.review.words import change_text, opening_sentence
from metrics.scorecard import Change, Line, scorecard
from metrics.stats.xmr import Rule, Verdict
from store import (
    Annotation,
    Decision,
    DeckLine,
    LimitRules,
    MetricTargets,
    ReviewDeck,
    Saved,
)
from store.saved import Action
from tests.metrics.review.small_review import DECK, FIRST, line, made, reviewed, values
from tests.world import World, order

EN, ZH = Text("en"), Text("zh")
YEARS = 7 * 105
"""105 weeks from Monday 1 January 2024: to Sunday 4 January 2026."""


def amount(day: date) -> float:
    """10 a day in 2024, 11 in 2025 and 12 in 2026; Saturdays sell 3 more every second week."""
    odd = ((day - FIRST).days // 7) % 2
    return 10 + (day.year - 2024) + (3 if odd and day.weekday() == 5 else 0)


@pytest.fixture(scope="module")
def steady(tmp_path_factory: pytest.TempPathFactory) -> World:
    return made(tmp_path_factory.mktemp("steady"), YEARS, amount)


def test_weeks_months_and_to_date_by_hand(steady: World) -> None:
    """W52 of 2025 (22–28 December) is week 104 of the shop, an odd one by count from 0 (103):
    7 × 11 + 3 = 80; the even weeks have 77. The year before 52 weeks earlier: 7 × 10 + 3 = 73."""
    found = line(reviewed(steady, "2025-12-22"), "gmv")
    assert values(found.weeks) == [77, 80, 77, 80, 77, 80]
    assert values(found.weeks_before) == [70, 73, 70, 73, 70, 73]
    week, mtd, qtd, ytd = found.strip
    assert (week.before, week.last_year) != (None, None)
    assert (week.wow, week.yoy) == (Change(77, 80), Change(73, 80))
    december = 28 * 11 + 2 * 3  # the 13th and the 27th fall into odd weeks
    assert mtd.point.reading.value == december
    assert mtd.last_year is not None
    assert mtd.last_year.span == Span(date(2024, 12, 1), date(2024, 12, 29))
    assert (qtd.kind, ytd.kind) == (BoxKind.QTD, BoxKind.YTD)
    assert qtd.span == Span(date(2025, 10, 1), date(2025, 12, 29))
    assert found.months[-1].running
    assert found.months[-1].reading == mtd.point.reading


def test_a_week_over_new_year_is_the_last_complete_one(steady: World) -> None:
    """29 December to 4 January: an even week, 3 × 11 + 4 × 12 = 81, and 48 in the year to date."""
    review = reviewed(steady)
    assert review.week == Span(date(2025, 12, 29), date(2026, 1, 5))
    found = line(review, "gmv")
    assert found.now.reading.value == 81
    assert [b.point.reading.value for b in found.strip[1:]] == [48, 48, 48]


@pytest.mark.parametrize("start", ["2025-12-22", "2025-12-29"])
def test_every_number_is_the_scorecards(steady: World, start: str) -> None:
    """The week's reading, its changes, and each range of the strip, asked for by themselves."""
    warehouse, scope = steady.warehouse(), Scope("CNY")
    review = reviewed(steady, start, DEFAULT_DECK)
    keys = [x.metric.key for x in review.lines]

    def card(span: Span, comparison: Comparison) -> dict[str, Line]:
        return {x.metric.key: x for x in scorecard(warehouse, scope, span, comparison, keys).lines}

    year = card(review.week, Comparison.LAST_YEAR)
    spans = {box.span for got in review.lines for box in got.strip}
    cards = {span: card(span, Comparison.PREVIOUS) for span in spans}
    for got in review.lines:
        key = got.metric.key
        for box in got.strip:
            assert box.point.reading.value == cards[box.span][key].points[-1].reading.value
        assert got.strip[0].wow == cards[review.week][key].change
        assert got.strip[0].yoy == year[key].change


def test_no_range_is_asked_twice_and_one_question_serves_a_plain_deck(
    steady: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Revenue and conversion share one question: one statement each."""
    asked: list[str] = []
    warehouse = steady.warehouse()
    fetch = type(warehouse).fetch
    monkeypatch.setattr(
        type(warehouse), "fetch", lambda self, s: asked.append(str(s)[:40]) or fetch(self, s)
    )
    assert warehouse.coverage
    before = len(asked)
    review = reviewed(steady, "2025-12-22")
    statements = len(asked) - before - 2  # facts and contents of the new warehouse
    assert statements == len(review.sql) == 2


def test_a_season_asks_further_back_for_its_own_line_alone(steady: World) -> None:
    """104 weeks before the last one are two whole years: a second question, of revenue alone."""
    rules = saved(LimitRules(metric="gmv", seasonal=True), "gmv")
    review = reviewed(steady, memory=Memory(rules=(rules,)))
    gmv, rate = (line(review, key) for key in ("gmv", "conversion_rate"))
    assert gmv.limits_in_force.seasonal
    assert len(gmv.history) == 105
    assert set(gmv.sql) == {"revenue", "revenue, 2"}
    assert set(rate.sql) == {"conversion"}
    assert gmv.weeks == line(reviewed(steady), "gmv").weeks


def test_a_step_up_is_signal_and_opens_the_review(tmp_path: Path) -> None:
    """30 weeks of 70 and 77 in turn, then a week of 140: far outside, first in the sentence."""
    shop = made(tmp_path / "wh", 7 * 31, lambda d: 20 if (d - FIRST).days >= 210 else amount(d))
    review = reviewed(shop)
    found = line(review, "gmv")
    assert (found.judgement.verdict, found.judgement.rule) == (Verdict.SIGNAL_UP, Rule.OUTSIDE)
    assert found.counted
    assert review.opening.signals == (found,)
    said = opening_sentence(review, EN)
    assert said.startswith("W31 (29 Jul – 4 Aug): signal in 1 of 2 metrics. GMV high, +91.8% WoW")
    assert "成交总额（GMV）偏高（环比 +91.8%，超出自然波动范围）" in opening_sentence(review, ZH)


def test_a_steady_shop_opens_with_nothing(steady: World) -> None:
    review = reviewed(steady, "2025-12-22")
    assert opening_sentence(review, EN).endswith("nothing is signal among 2 metrics.")
    assert "没有显著变化" in opening_sentence(review, ZH)


def test_three_weeks_are_too_few(tmp_path: Path) -> None:
    review = reviewed(made(tmp_path / "wh", 21, amount))
    assert all(x.judgement.verdict is Verdict.TOO_FEW for x in review.lines)
    assert "eight whole periods" in opening_sentence(review, EN)
    assert "目前为 2 个" in opening_sentence(review, ZH)
    gmv = line(review, "gmv")
    assert gmv.limits_in_force.bands == (None,) * 6
    assert gmv.weeks[0].reading.reason is Reason.NOT_COVERED
    assert gmv.strip[0].yoy is None


def test_a_running_week_is_hollow_and_compared_with_as_many_days(tmp_path: Path) -> None:
    """Monday to Wednesday noon of week 31: Monday and Tuesday are complete, 20 against 20."""
    through = "2024-07-31 12:00"
    review = reviewed(made(tmp_path / "wh", 7 * 31, amount, through=through), "2024-07-29")
    found = line(review, "gmv")
    assert review.running
    assert found.now.running
    assert found.now.span == Span(date(2024, 7, 29), date(2024, 7, 31))
    assert found.strip[0].wow == Change(20, 20)
    assert found.judgement.verdict is Verdict.TOO_FEW
    assert "2 complete days" in opening_sentence(review, EN)


@pytest.mark.parametrize(
    ("zone", "week_start", "week", "sums"),
    [
        ("UTC", "monday", "2024-02-05", (7, 111, 1142)),
        # Eight hours ahead: Sunday 23:30 is Monday, 31 January is February, 2023 is 2024.
        ("Asia/Shanghai", "monday", "2024-02-05", (107, 1111, 11142)),
        ("Asia/Shanghai", "sunday", "2024-02-04", (107, 1110, 11141)),
        # Eight hours behind: everything stays on its day, or goes to the one before.
        ("America/Los_Angeles", "monday", "2024-02-05", (7, 111, 1142)),
        ("America/Los_Angeles", "sunday", "2024-02-04", (107, 110, 1141)),
    ],
)
def test_weeks_months_and_years_by_the_shops_own_clock(
    tmp_path: Path, zone: str, week_start: str, week: str, sums: tuple[int, int, int]
) -> None:
    """One a day at noon UTC; 100 on Sunday 4 February, 1,000 on 31 January and 10,000 on New
    Year's Eve, all three at 23:30 UTC."""
    late = [
        order(1, f"{day} 23:30", gmv, session_id="late")
        for day, gmv in (("2024-02-04", 100), ("2024-01-31", 1000), ("2023-12-31", 10000))
    ]
    reporting = {"timezone": zone, "week_start": week_start}
    through = "2024-02-14 00:00"
    shop = made(tmp_path / "wh", 42, lambda _: 1, through=through, more=late, **reporting)
    found = line(reviewed(shop, week), "gmv")
    week_, mtd, qtd, ytd = (box.point.reading.value for box in found.strip)
    assert (week_, mtd, ytd) == sums
    assert qtd == ytd


def test_weeks_before_the_data_are_refused_in_words(steady: World) -> None:
    with pytest.raises(Problem) as told:
        reviewed(steady, "2023-11-06")
    assert "2023-12-31" in told.value.say(EN)
    with pytest.raises(Problem):
        reviewed(steady, "2026-01-05")
    first = reviewed(steady, "2024-01-01")  # the first whole week of the data has no past
    assert line(first, "gmv").strip[0].wow is None


def test_the_week_in_which_the_data_begins_has_days_but_no_whole_week(steady: World) -> None:
    """Sunday 31 December 2023 is its only day, of a week that began before."""
    found = line(reviewed(steady, "2023-12-25"), "gmv")
    assert found.now.reading.reason is Reason.NOT_COVERED
    assert [b.point.reading.reason for b in found.strip] == [Reason.NOT_COVERED] * 4


def test_gone_and_unsupported_metrics_are_named(steady: World) -> None:
    lines = (DeckLine(metric="gmv"), DeckLine(metric="gone"), DeckLine(metric="blended_cac"))
    review = reviewed(steady, "2025-12-22", ReviewDeck(lines=lines))
    assert review.gone == ("gone",)
    assert [m.metric.key for m in review.missing] == ["blended_cac"]
    assert [x.metric.key for x in review.lines] == ["gmv"]


def saved(content: object, name: str = "x") -> Saved:  # type: ignore[type-arg]
    at = datetime(2025, 12, 1, tzinfo=UTC)
    return Saved("k", "world", name, 1, None, Action.SAVED, "lin", at, "", content)  # type: ignore[arg-type]


def test_targets_notes_and_open_decisions_stand_beside_their_line(steady: World) -> None:
    """Two open decisions: one of GMV, one of no metric; the third is done."""
    week = date(2025, 12, 22)
    decision = {"text": "Call", "owner": "Mei", "due": date(2026, 1, 9), "made_on": week}
    memory = Memory(
        targets=(saved(MetricTargets(metric="gmv", grain="week", values={week: 100.0})),),
        annotations=(
            saved(Annotation(metric="gmv", on=date(2025, 12, 24), text="Outage")),
            saved(Annotation(metric="orders", on=date(2025, 12, 24), text="Not here")),
            saved(Annotation(metric="gmv", on=date(2024, 2, 1), text="Long ago")),
        ),
        decisions=(
            saved(Decision(**decision, metric="gmv"), "a"),
            saved(Decision(**decision), "b"),
            saved(Decision(**decision, metric="gmv", status="done"), "c"),
        ),
    )
    review = reviewed(steady, "2025-12-22", DECK, memory)
    gmv = line(review, "gmv")
    assert gmv.strip[0].target == 100
    assert gmv.strip[0].to_target == Change(100, 80)
    assert gmv.week_targets == (None,) * 5 + (100,)
    assert [n.body.text for n in gmv.notes] == ["Outage"]
    assert [d.name for d in gmv.decisions] == ["a"]
    assert [d.name for d in review.decisions] == ["b"]
    assert (gmv.owner, gmv.section) == ("Lin", Section.STAR)


def test_rates_move_in_basis_points_and_counts_in_per_cent() -> None:
    assert change_text(Change(0.104, 0.1075), Unit.SHARE, EN, None) == "+35 bp"
    assert change_text(Change(0.104, 0.1075), Unit.SHARE, ZH, None) == "+35 基点"
    assert change_text(Change(200, 150), Unit.COUNT, EN, None) == "−25.0%"
    assert change_text(Change(0.5, 0.25), Unit.SHARE, EN, None) == "−2,500 bp"
    assert change_text(None, Unit.SHARE, EN, None) == "–"


@pytest.mark.postgres
def test_the_same_numbers_on_postgresql(
    postgres_database: Callable[[], str], steady: World
) -> None:
    other = made(postgres_database(), 7 * 20, amount)
    ours, theirs = reviewed(steady, "2024-05-06"), reviewed(other, "2024-05-06")
    for a, b in zip(ours.lines, theirs.lines, strict=True):
        assert values(a.weeks) == values(b.weeks)
        assert values(box.point for box in a.strip) == values(box.point for box in b.strip)
