"""The whole of one experiment, from a shop that is counted by hand."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from data.scope import Scope
from data.warehouse import Warehouse
from i18n import Problem, Text
from metrics.cli import main
from metrics.experiments.analysis import (
    Analysis,
    Status,
    analysis,
    course_of,
    segments_of,
    since_of,
)
from metrics.experiments.decision import Because, Verdict
from metrics.experiments.outcomes import BASES, Outcome
from metrics.experiments.plan_words import decision_table, plan_line
from metrics.experiments.record import Judged, Role, experiment
from metrics.experiments.text import as_csv, as_json, as_table, sums_csv
from metrics.experiments.words import verdict_sentence
from metrics.stats.experiments.proportions import two_proportions
from store import EXPERIMENT_PLAN, ExperimentPlan, Guardrail, PlannedArm, Store, open_store
from tests.metrics.experiments.banner import KEY, rows
from tests.pages.shop import settings_of
from tests.world import shop, world

CNY = Scope.of("CNY")
PLAN = ExperimentPlan(
    name="Banner", starts_on=date(2024, 3, 1), ends_on=date(2024, 3, 10),
    arms=(PlannedArm(arm="control", weight=50, is_control=True),
          PlannedArm(arm="banner", weight=50)),
    primary=("bought_within_7_days",),
    guardrails=(Guardrail(metric="returned_within_7_days", margin=0.2),),
    mode="fixed", worth=0.1, fixed_on=date(2024, 2, 20),
)  # fmt: skip


def opened(folder: Path, *, ended: bool = True, through: str = "2024-04-01") -> Warehouse:
    return world(folder / "wh", settings=shop(), through=through, **rows(ended=ended)).warehouse()


def analysed(w: Warehouse, store: Store | None = None) -> Analysis:
    return analysis(w, CNY, experiment(w, CNY, store, KEY))


@pytest.fixture
def kept(tmp_path: Path) -> Store:
    return open_store(f"sqlite:///{tmp_path}/store.sqlite")


def test_counted_on_fingers(tmp_path: Path) -> None:
    """20 of 100 against 40 of 100; no plan, an end: read group-sequentially, its last look over."""
    found = analysed(opened(tmp_path))
    assert found.timing.status is Status.ENDED
    assert (found.timing.run, found.timing.left) == (11, 0)
    primary = found.primary
    assert primary is not None
    assert [(a.arm, a.n, a.missing, a.total) for a in primary.arms] == [
        ("control", 100, 0, pytest.approx(20)), ("banner", 100, 0, pytest.approx(40)),
    ]  # fmt: skip
    look = primary.compared[0].look
    assert look.nominal == two_proportions(20, 100, 40, 100)
    assert look.boundary is not None
    assert look.boundary.fraction == 1.0
    assert found.verdict is Verdict.SHIP
    assert found.headline.because is Because.BETTER
    assert {f.state.value for f in found.trust.findings} <= {"passed", "skipped"}


def test_a_running_experiment_waits_for_windows(tmp_path: Path) -> None:
    """On 12 March the windows of 1 to 4 March are over: 40 units an arm, 60 are still open."""
    found = analysed(opened(tmp_path, ended=False, through="2024-03-12"))
    assert found.timing.status is Status.RUNNING
    assert found.primary is not None
    assert [(a.n, a.missing) for a in found.primary.arms] == [(40, 60), (40, 60)]
    assert found.verdict is Verdict.KEEP_RUNNING
    assert found.primary.compared[0].look.gated


def test_the_course_ends_where_the_verdict_stands(tmp_path: Path) -> None:
    found = analysed(opened(tmp_path))
    course = course_of(found, "banner")
    assert [p.exposed_on.day for p in course] == list(range(1, 11))
    assert found.primary is not None
    assert course[-1].look.effect == found.primary.compared[0].effect
    widths = [p.look.effect.high - p.look.effect.low for p in course  # type: ignore[operator]
              if p.look.effect.high is not None]  # fmt: skip
    assert widths == sorted(widths, reverse=True)


def test_days_since_the_exposure(tmp_path: Path) -> None:
    """All orders come in the fourth 24 hours: 0.2 and 0.4 per unit, and nothing on other days."""
    w = opened(tmp_path)
    found = since_of(w, CNY, analysed(w))
    assert [s.day for s in found] == list(range(7))
    assert found[3].effect.control == pytest.approx(0.2)
    assert found[3].effect.treatment == pytest.approx(0.4)
    assert found[2].effect.diff == 0


def test_segments_do_not_differ(tmp_path: Path) -> None:
    """China and the United States: 1 and 1 of five in control, 2 and 2 in treatment."""
    by_market = next(
        s for s in segments_of(analysed(opened(tmp_path))) if s.segmentation == "market"
    )
    assert [name for name, _ in by_market.segments] == ["CN", "US"]
    assert [e.n_control for _, e in by_market.segments] == [50, 50]
    assert not by_market.differs


def test_cells_and_units_say_the_same(tmp_path: Path) -> None:
    """Every kind of metric; a filter that keeps everybody asks the units."""
    w = opened(tmp_path)
    every = tuple(Judged(Outcome(b, 7), Role.SECONDARY) for b in BASES)
    asked = replace(experiment(w, CNY, None, KEY), metrics=every)
    kept, units = (analysis(w, CNY, asked, from_units=u) for u in (False, True))
    for one, other in zip(kept.results, units.results, strict=True):
        for a, b in zip(one.compared, other.compared, strict=True):
            assert a.effect.status == b.effect.status
            for mine, theirs in ((a.effect.diff, b.effect.diff), (a.effect.se, b.effect.se)):
                assert (mine is None) == (theirs is None)
                assert mine is None or mine == pytest.approx(theirs, rel=1e-7, abs=1e-12)
    assert kept.timing == units.timing
    assert kept.exposed == units.exposed


def test_a_cap_is_taken_over_both_arms(tmp_path: Path) -> None:
    """Of 200 units 60 spent 10 and 140 nothing: the 60th percentile is 0, of buyers it is 10."""
    w = opened(tmp_path)
    gmv = (Judged(next(Outcome(b, 7) for b in BASES if b.key == "gmv"), Role.PRIMARY),)
    asked = replace(experiment(w, CNY, None, KEY), metrics=gmv, cap=0.6)
    all_units = analysis(w, CNY, asked).results[0]
    assert (all_units.cap, all_units.over) == (0, 60)
    assert all_units.compared[0].effect.diff == 0
    buyers = analysis(w, CNY, replace(asked, cap_nonzero=True)).results[0]
    assert (buyers.cap, buyers.over) == (10, 0)
    plain = buyers.compared[0].uncapped
    assert plain is not None
    assert plain.diff == pytest.approx(buyers.compared[0].effect.diff)


def test_the_plan_decides(tmp_path: Path, kept: Store) -> None:
    """Mode, guardrail and the lift that is worth it come from the record."""
    w = opened(tmp_path)
    kept.save(EXPERIMENT_PLAN, w.shop, PLAN, author="Lin", based_on=None, name=KEY)
    found = analysed(w, kept)
    assert found.experiment.fixed_before
    assert [r.judged.role for r in found.results] == [Role.PRIMARY, Role.GUARDRAIL]
    assert found.results[0].compared[0].look.p_value is not None
    assert found.headline.because in (Because.GUARDRAIL_OPEN, Because.BETTER)
    kept.save(
        EXPERIMENT_PLAN, w.shop, PLAN.model_copy(update={"worth": 2.0}), author="Lin", based_on=1,
        name=KEY, note="the shop became dearer",
    )  # fmt: skip
    changed = analysed(w, kept)
    assert changed.headline.because in (Because.TOO_SMALL,)
    assert not changed.experiment.fixed_before
    assert "the shop became dearer" in plan_line(changed.experiment, Text("en"))


def test_a_metric_that_is_gone_is_named(tmp_path: Path, kept: Store) -> None:
    w = opened(tmp_path)
    body = PLAN.model_copy(update={"secondary": ("clicks_within_7_days",)})
    kept.save(EXPERIMENT_PLAN, w.shop, body, author="Lin", based_on=None, name=KEY)
    assert analysed(w, kept).experiment.unknown == ("clicks_within_7_days",)


def test_an_experiment_that_only_the_store_knows(tmp_path: Path, kept: Store) -> None:
    """Exposures from the warehouse, arms and days from the plan; kept sums were cut by no start."""
    made = rows()
    made["experiments"] = made["experiment_arms"] = []
    w = world(tmp_path / "wh", settings=shop(), through="2024-04-01", **made).warehouse()
    with pytest.raises(Problem, match="no experiment"):
        experiment(w, CNY, kept, KEY)
    kept.save(EXPERIMENT_PLAN, w.shop, PLAN, author="Lin", based_on=None, name=KEY)
    found = analysed(w, kept)
    assert not found.experiment.known_times
    assert found.exposed.units == 200
    assert found.primary is not None
    assert [a.n for a in found.primary.arms] == [100, 100]
    late = PLAN.model_copy(update={"starts_on": date(2024, 3, 6)})
    kept.save(EXPERIMENT_PLAN, w.shop, late, author="Lin", based_on=1, name=KEY)
    fewer = analysed(w, kept)
    assert (fewer.exposed.early, fewer.exposed.arm("banner")) == (100, 50)


def test_an_experiment_without_exposures(tmp_path: Path, kept: Store) -> None:
    w = opened(tmp_path)
    kept.save(EXPERIMENT_PLAN, w.shop, PLAN, author="Lin", based_on=None, name="nobody_came")
    found = analysis(w, CNY, experiment(w, CNY, kept, "nobody_came"))
    assert found.verdict is Verdict.NOT_STARTED
    assert "No units yet" in verdict_sentence(found, found.headline, Text("en"), "CNY")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_texts(tmp_path: Path, language: str) -> None:
    tr = Text(language)  # type: ignore[arg-type]
    w = opened(tmp_path)
    found = analysed(w)
    table = as_table(found, tr, "CNY")
    assert "{" not in table
    assert "20.00%" in table
    assert "40.00%" in table
    lines = list(csv.reader(io.StringIO(as_csv(found, tr, "CNY"))))
    assert len(lines) == 1 + len(found.results)
    document = json.loads(as_json(found, w, CNY, tr))
    assert document["verdict"] == "ship"
    assert document["metrics"][0]["compared"][0]["effect"]["treatment"] == pytest.approx(0.4)
    assert all(len(row) == 2 for row in decision_table(found.experiment, tr))


def test_sufficient_statistics_make_the_numbers_again(tmp_path: Path) -> None:
    """n, shift, sums and products of the file give back the mean and its spread."""
    found = analysed(opened(tmp_path))
    file = list(csv.DictReader(io.StringIO(sums_csv(found))))
    bought = [r for r in file if r["metric"] == "bought_within_7_days"]
    assert [int(r["n"]) for r in bought] == [100, 100]
    means = [json.loads(r["shift"])[0] + json.loads(r["sums"])[0] / int(r["n"]) for r in bought]
    assert means == pytest.approx([0.2, 0.4])


def test_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    made = world(tmp_path / "wh", settings=shop(), through="2024-04-01", **rows())
    settings = settings_of(tmp_path, [made])
    asked = ["experiment", "--settings", str(settings), "--shop", "world", "--lang", "en"]
    assert main([*asked, "--id", KEY, "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["verdict"] == "ship"
    assert main([*asked, "--id", KEY]) == 0
    assert capsys.readouterr().out.splitlines()[1].startswith("Ship banner")
    assert main([*asked, "--id", "nope"]) == 2
    assert "There are: banner" in capsys.readouterr().err


@pytest.mark.parametrize("mode", ["fixed", "always_valid"])
def test_every_point_of_a_course_is_valid_at_its_look(
    tmp_path: Path, kept: Store, mode: str
) -> None:
    """A fixed horizon is read once, at its end; before, as a sequential test is. A sequence is as
    tight along the way as the plan says."""
    w = opened(tmp_path)
    plan = PLAN.model_copy(update={"mode": mode, "planned_units": 200})
    kept.save(EXPERIMENT_PLAN, w.shop, plan, author="Lin", based_on=None, name=KEY)
    found = analysed(w, kept)
    course = course_of(found, "banner")
    assert found.primary is not None
    assert course[-1].look.effect == found.primary.compared[0].effect
    modes = {p.look.mode.value for p in course[:-1]}
    assert modes == {"group_sequential" if mode == "fixed" else "always_valid"}
    half = course[4].look
    assert half.effect.high is not None
    assert half.nominal.high is not None
    assert half.effect.high > half.nominal.high


def test_a_quantile_is_not_read_by_a_plain_p_value_before_the_end(tmp_path: Path) -> None:
    """Orders are all of 10 yuan, so let them differ: each buyer's is dearer than the one before."""
    made = rows(ended=False)
    for n, row in enumerate(made["orders"]):
        row["gross_amount"] = 10 + n
    w = world(tmp_path / "wh", settings=shop(), through="2024-04-01", **made).warehouse()
    key = "order_value_p50"
    judged = (Judged(next(Outcome(b, 7) for b in BASES if b.key == key), Role.PRIMARY),)
    found = analysis(w, CNY, replace(experiment(w, CNY, None, KEY), metrics=judged))
    look = found.results[0].compared[0].look
    assert look.mode.value == "always_valid"
    assert look.gated  # 20 buyers in control
    assert course_of(found, "banner") == ()
