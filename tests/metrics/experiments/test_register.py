"""`python -m metrics register`, and the plans that come with the demo shop."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from data.demo.spec import PRESETS
from data.demo.trials import TRIALS
from metrics.cli import main
from metrics.experiments.plan_file import read_plans
from metrics.experiments.plans import check_metrics
from store import EXPERIMENT_PLAN, open_store
from tests.metrics.shops import settings_file
from tests.world import shop, user, world

PLANS = Path("data/samples/demo/experiments.yaml")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    made = world(tmp_path / "wh", settings=shop(), users=[user(1)])
    settings = settings_file(tmp_path, made)
    text = settings.read_text("utf-8")
    settings.write_text(f'[store]\nurl = "sqlite:///{tmp_path}/store.sqlite"\n{text}', "utf-8")
    return settings


def run(file: Path, *more: str, lang: str = "en") -> int:
    return main(["register", "--settings", str(file), "--shop", "world", "--lang", lang, *more])


def test_a_file_is_registered_once_with_if_absent(
    file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(file, "--file", str(PLANS), "--if-absent") == 0
    told = capsys.readouterr().out
    assert "“Sticky buy button” (sticky_buy_button) is registered, revision 1." in told
    assert "No exposures of it so far." in told
    assert run(file, "--file", str(PLANS), "--if-absent") == 0
    assert capsys.readouterr().out == ""
    store = open_store(f"sqlite:///{tmp_path}/store.sqlite")
    assert len(store.list(EXPERIMENT_PLAN, "world")) == len(TRIALS)
    one = store.load(EXPERIMENT_PLAN, "world", "gift_threshold")
    assert one is not None
    store.delete(EXPERIMENT_PLAN, "world", author="lin", based_on=1, name="gift_threshold")
    assert run(file, "--file", str(PLANS), "--if-absent") == 0
    assert store.load(EXPERIMENT_PLAN, "world", "gift_threshold") is None
    store.close()


def test_a_late_change_asks_for_a_note(
    file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(file, "--file", str(PLANS), "--id", "gift_threshold") == 0
    changed = tmp_path / "changed.yaml"
    changed.write_text(PLANS.read_text("utf-8").replace("worth: 0.05", "worth: 0.01"), "utf-8")
    arguments = ("--file", str(changed), "--id", "gift_threshold")
    assert run(file, *arguments, lang="zh") == 2
    assert "修改方案须写明原因" in capsys.readouterr().err
    assert run(file, *arguments, "--note", "the gift became cheaper") == 0
    assert "revision 2" in capsys.readouterr().out


def test_the_demo_plans_fit_the_demo_experiments() -> None:
    """The same experiments, arms, weights and first days; fixed before; the same primary metric."""
    plans, spec = read_plans(PLANS, None), PRESETS["demo"]
    assert set(plans) == {t.key for t in TRIALS}
    for trial in TRIALS:
        plan = plans[trial.key]
        check_metrics(plan)
        starts = spec.end + timedelta(days=1 - trial.before)
        assert plan.starts_on == starts
        if trial.days:
            assert plan.ends_on == starts + timedelta(days=trial.days - 1)
        assert plan.fixed_on is not None
        assert plan.fixed_on < plan.starts_on
        assert plan.primary == (trial.primary_metric,)
        assert (plan.name, plan.owner, plan.hypothesis) == (
            trial.name, trial.owner, trial.hypothesis,
        )  # fmt: skip
        planned = {a.arm: a.weight / 100 for a in plan.arms}
        assert planned == pytest.approx(dict(trial.arms))
        assert next(a.arm for a in plan.arms if a.is_control) == trial.arms[0][0]
