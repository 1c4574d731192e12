"""The list against a shop that is counted by hand, on both databases; the programme below it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from pydantic import BaseModel, ConfigDict

from data.scope import Scope
from data.warehouse import Warehouse
from i18n import Text, Words
from metrics.experiments.analysis import Status, analysis, vectors_of
from metrics.experiments.decision import Because, Verdict
from metrics.experiments.exposed import exposed
from metrics.experiments.listing import (
    Health,
    Listing,
    Row,
    Wanted,
    chosen_rows,
    listing,
    owners,
)
from metrics.experiments.listing_words import fault_text, headline, verdict_text, why_text
from metrics.experiments.programme import programme
from metrics.experiments.record import experiments
from metrics.experiments.sums import fetched
from metrics.experiments.together import read
from metrics.experiments.trust import Check, State
from store import Store, open_store
from store.kinds import Kind
from tests.metrics.experiments.listed_shop import METRIC, THROUGH, kept, rows
from tests.world import shop, world

SCOPE = Scope("CNY")
EN, ZH = Text("en"), Text("zh")


@pytest.fixture(scope="module")
def here() -> Iterator[Warehouse]:
    with TemporaryDirectory() as folder:
        yield world(Path(folder), settings=shop(), through=THROUGH, **rows()).warehouse()


@pytest.fixture(scope="module")
def found(here: Warehouse) -> Listing:
    return listing(here, SCOPE, None)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return open_store(f"sqlite:///{tmp_path / 'store.sqlite'}")


def row(found: Listing, key: str) -> Row:
    return next(r for r in found.rows if r.experiment.key == key)


@pytest.mark.parametrize(
    ("key", "verdict", "because"),
    [
        ("won", Verdict.SHIP, Because.BETTER),
        ("flat", Verdict.INCONCLUSIVE, Because.NOT_FOUND),
        ("worse", Verdict.DONT_SHIP, Because.WORSE),
        ("skewed", Verdict.INVALID, Because.TRUST),
        ("fresh", Verdict.KEEP_RUNNING, Because.NOT_YET),
        ("empty", Verdict.NOT_STARTED, Because.NO_UNITS),
        ("odd", Verdict.INCONCLUSIVE, Because.NO_METRIC),
    ],
)
def test_each_fate_has_its_verdict(
    found: Listing, key: str, verdict: Verdict, because: Because
) -> None:
    one = row(found, key)
    assert one.decision is not None
    assert (one.verdict, one.decision.because) == (verdict, because)


def test_the_lift_shown_is_that_of_the_primary_metric(found: Listing) -> None:
    """60 of 200 against 20 of 200: three times as many."""
    shown = row(found, "won").shown
    assert shown is not None
    assert shown[0].judged.outcome.key == METRIC
    assert shown[1].effect.lift == pytest.approx(2.0)


def test_what_can_not_be_analysed_is_a_row_that_says_so(found: Listing) -> None:
    armless, crooked, odd = (row(found, k) for k in ("armless", "crooked", "odd"))
    assert armless.verdict is None
    assert why_text(armless, EN) == "no arms on record"
    assert crooked.verdict is None
    assert why_text(crooked, EN) == "weights unusable"
    assert "by these weights: 1 / 0." in fault_text(crooked.faults[0], EN)
    assert verdict_text(crooked, ZH) == "无法判断"
    assert why_text(odd, EN) == "metric unknown"
    assert [fault_text(f, EN) for f in odd.faults] == [
        "No such metric (any more): clicks_within_7_days."
    ]


def test_a_plan_that_can_not_be_read_gives_no_verdict_by_another(
    here: Warehouse, store: Store
) -> None:
    """What was fixed for `won` is not known: that it won by the warehouse's metric says nothing."""

    class Other(BaseModel):
        model_config = ConfigDict(frozen=True)
        goal: str

    kind = Kind("experiment_plan", Words(en="plan", zh="方案"), Other)
    store.save(kind, "world", Other(goal="x"), author="Cy", based_on=None, name="won")
    one = row(listing(here, SCOPE, store), "won")
    assert one.verdict is None
    assert why_text(one, EN) == "plan unreadable"
    assert fault_text(one.faults[0], EN).startswith("Its plan can't be read:")
    assert fault_text(one.faults[0], ZH).startswith("实验方案无法读取：")


def test_one_that_is_only_planned_here_is_listed(here: Warehouse, store: Store) -> None:
    kept(store)
    one = row(listing(here, SCOPE, store), "ours")
    assert one.timing.status is Status.PLANNED
    assert (one.verdict, one.experiment.owner) == (Verdict.NOT_STARTED, "Cy")


def test_health_by_group(found: Listing) -> None:
    states = {h: row(found, "skewed").health(h) for h in Health}
    assert states[Health.SPLIT] is State.FAILED
    assert states[Health.CROSSED] is State.PASSED
    assert row(found, "won").health(Health.REST) is State.WARNING  # exposed before and after
    assert {row(found, "empty").health(h) for h in Health} == {State.SKIPPED}
    every = [f.check for h in Health for f in row(found, "won").findings(h)]
    assert len(every) == len(set(every)) == len(Check)


def test_split_seen_against_planned(found: Listing) -> None:
    assert row(found, "skewed").split == (("control", 0.75, 0.5), ("new", 0.25, 0.5))
    assert row(found, "empty").split == (("control", None, 0.5), ("new", None, 0.5))


def test_days_run_and_left(found: Listing) -> None:
    """1 to 10 January are ten days; 25 to 29 February five, without an end."""
    won, fresh = row(found, "won").timing, row(found, "fresh").timing
    assert (won.status, won.run, won.left) == (Status.ENDED, 10, 0)
    assert (fresh.status, fresh.run, fresh.left) == (Status.RUNNING, 5, None)


def test_the_headline_counts_them(found: Listing) -> None:
    """`fresh` runs, and `empty` has begun without anybody."""
    assert headline(found, EN) == (
        "1 of 3 decided experiments won; 2 are running; 1 is invalid: Skewed, sample ratio "
        "mismatch; 2 can't be judged."
    )
    assert headline(found, ZH) == (
        "3 个已有结论的实验中 1 个胜出；2 个进行中；1 个无效：Skewed，分流异常（SRM）；"
        "2 个无法判断。"
    )


def test_an_experiment_is_decided_when_its_last_window_is_over(found: Listing) -> None:
    """Exposed until 10 January, seven days each: 17 January."""
    assert {r.experiment.key: r.decided_on for r in found.decided} == dict.fromkeys(
        ("won", "flat", "worse"), date(2024, 1, 17)
    )


def test_filters_narrow_and_words_are_searched_everywhere(found: Listing) -> None:
    def keys(**wanted: object) -> set[str]:
        return {r.experiment.key for r in chosen_rows(found, Wanted(**wanted))}  # type: ignore[arg-type]

    assert keys() == {r.experiment.key for r in found.rows}
    assert keys(owners=("Ann",)) == {"won", "worse"}
    assert keys(owners=("Ann",), verdicts=(Verdict.SHIP,)) == {"won"}
    assert keys(statuses=(Status.RUNNING,)) == {"fresh", "empty"}
    assert keys(text="ANN wor") == {"worse"}  # owner and name
    assert keys(text="7 日购买率 flat") == {"flat"}  # the metric in the other language
    assert keys(text="nothing like it") == set()
    assert owners(found.rows) == ("Ann", "Bo")


def assert_read_together(w: Warehouse) -> None:
    """One by one or all at once: the same units, the same sums, the same verdicts."""
    known = experiments(w, SCOPE, None)
    together = read(w, SCOPE, known)
    rows_of = {r.experiment.key: r for r in listing(w, SCOPE, None).rows}
    for e in known:
        assert together[e.key].met == exposed(w, SCOPE, e)
        for days, vectors in vectors_of(w, e).items():
            alone = fetched(w, SCOPE, e, days, vectors)
            for variables in vectors:
                for arm in e.arms:
                    one = alone.arm(variables, arm.name)
                    many = together[e.key].tables[days].arm(variables, arm.name)
                    assert many.n == one.n
                    if one.n:
                        assert many.means == pytest.approx(one.means)
                        assert many.products == pytest.approx(one.products, abs=1e-9)
        listed = rows_of[e.key].analysis
        if listed is not None:
            whole = analysis(w, SCOPE, e)
            assert (listed.verdict, listed.timing) == (whole.verdict, whole.timing)
            assert [f.state for f in listed.trust.findings] == [
                f.state for f in whole.trust.findings
            ]


def test_together_as_alone(here: Warehouse) -> None:
    assert_read_together(here)
    won = row(listing(here, SCOPE, None), "won").met
    assert (won.units, won.crossed, won.early, won.late) == (403, 1, 1, 1)


def test_together_as_alone_on_postgres(postgres_database: Callable[[], str]) -> None:
    made = world(postgres_database(), settings=shop(), through=THROUGH, **rows())
    assert_read_together(made.warehouse())
    found = listing(made.warehouse(), SCOPE, None)
    assert headline(found, EN).startswith("1 of 3 decided experiments won")
    assert programme(found).additions[0].total.naive == pytest.approx(224)


def test_with_a_filter_or_another_currency_units_are_asked_one_by_one(here: Warehouse) -> None:
    """Every user is in China and on no known platform: the same numbers, from the units."""
    narrowed = Scope.of("CNY", platform=frozenset({"unknown"}))
    found = listing(here, narrowed, None)
    assert row(found, "won").met.arm("new") == 200
    assert row(found, "won").verdict is Verdict.SHIP


def test_secondary_metrics_are_not_judged_but_their_past_is_checked(here: Warehouse) -> None:
    [won] = [e for e in experiments(here, SCOPE, None) if e.key == "won"]
    listed = row(listing(here, SCOPE, None), "won").analysis
    assert listed is not None
    assert [r.judged.outcome.key for r in listed.results] == [METRIC]
    whole = analysis(here, SCOPE, won)
    assert len(whole.results) > 1
    assert asdict(whole.trust.findings[5]) == asdict(listed.trust.findings[5])


def test_win_rate_and_pace_by_hand(found: Listing) -> None:
    """Eight have units and started in the sixty days of data, three were decided in them."""
    made = programme(found)
    assert (made.won.numerator, made.won.denominator) == (1, 3)
    assert made.won.low == pytest.approx(0.0615, abs=1e-4)  # Wilson, 1 of 3
    assert made.started is not None
    assert made.decided is not None
    assert made.started.per_four_weeks == pytest.approx(8 * 28 / 60)
    assert made.decided.per_four_weeks == pytest.approx(3 * 28 / 60)
    assert made.months == ((date(2024, 1, 1), 7, 3), (date(2024, 2, 1), 1, 0))


def test_the_impact_by_hand(found: Listing) -> None:
    """400 units in 10 days are 1,120 in four weeks; 20 points more of them buy: 224, before what
    luck explains is taken off: τ² / (τ² + se²) is left."""
    made = programme(found)
    assert made.shrinkage is not None
    place = next(n for n, e in enumerate(made.shrinkage.estimates) if e.experiment == "won")
    kept_share = made.shrinkage.drawn[place].share
    assert 0.5 < kept_share < 1
    [addition], [lift] = made.additions, made.lifts
    assert addition.total.naive == pytest.approx(224)
    assert addition.total.value == pytest.approx(224 * kept_share)
    assert lift.lift.naive == pytest.approx(2.0)
    assert lift.lift.value == pytest.approx(2.0 * kept_share)
    assert addition.total.low < addition.total.value < addition.total.high


def test_every_decided_comparison_tells_of_the_spread(found: Listing) -> None:
    """Of won, flat and worse: +200 %, +10 %, −66.7 %. The invalid and the running are not asked."""
    shrinkage = programme(found).shrinkage
    assert shrinkage is not None
    gains = {e.experiment: e.gain for e in shrinkage.estimates}
    assert gains == pytest.approx({"won": 2.0, "flat": 0.1, "worse": -2 / 3})


def test_with_two_decided_there_is_no_impact(tmp_path: Path) -> None:
    without = rows()
    without["exposures"] = [e for e in without["exposures"] if e["experiment_id"] != "flat"]
    w = world(tmp_path, settings=shop(), through=THROUGH, **without).warehouse()
    made = programme(listing(w, SCOPE, None))
    assert made.won.denominator == 2
    assert made.shrinkage is None
    assert made.additions == ()
    assert made.lifts == ()
