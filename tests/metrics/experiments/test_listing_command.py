"""`python -m metrics experiments`: three formats, filters, and a shop that has none."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from metrics.cli import main
from store import open_store
from tests.metrics.experiments.listed_shop import THROUGH, kept, rows
from tests.metrics.shops import published, settings_file
from tests.world import shop, world


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The settings of the listed shop, with a store of its own that holds one plan."""
    folder = tmp_path_factory.mktemp("listed")
    made = world(folder / "wh", settings=shop(), through=THROUGH, **rows())
    file = settings_file(folder, made)
    url = f"sqlite:///{folder}/store.sqlite"
    file.write_text(f'[store]\nurl = "{url}"\n{file.read_text("utf-8")}', "utf-8")
    kept(open_store(url))
    return file


def run(file: Path, *more: str, lang: str = "en") -> int:
    return main(["experiments", "--settings", str(file), "--shop", "world", "--lang", lang, *more])


def test_json_has_every_experiment_and_the_programme(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(file, "--format", "json") == 0
    told = json.loads(capsys.readouterr().out)
    by_key = {e["experiment"]: e for e in told["experiments"]}
    assert len(by_key) == 10  # nine of the warehouse, one planned here
    won, armless = by_key["won"], by_key["armless"]
    assert (won["verdict"], won["lift"], won["days_run"]) == ("ship", pytest.approx(2.0), 10)
    assert won["split"][1] == {"arm": "new", "seen": 0.5, "planned": 0.5}
    assert won["lift_interval"][0] > 0
    assert (armless["verdict"], len(armless["faults"])) == (None, 1)
    programme = told["programme"]
    assert programme["win_rate"]["numerator"] == 1
    [buyers] = programme["per_four_weeks"]
    assert (buyers["measure"], buyers["naive"]) == ("bought", pytest.approx(224))
    assert any("experiment_cells" in sql for sql in told["sql"])


def test_csv_has_a_line_for_each_that_fits(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(file, "--format", "csv", "--owner", "Ann", "--verdict", "dont_ship") == 0
    [line] = csv.DictReader(io.StringIO(capsys.readouterr().out))
    assert (line["experiment"], line["because"]) == ("worse", "worse")
    assert float(line["lift"]) == pytest.approx(-2 / 3)
    assert line["split_seen"] == "control 0.5000 / new 0.5000"


def test_the_table_opens_with_the_headline(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(file) == 0
    told = capsys.readouterr().out
    assert told.startswith("1 of 3 decided experiments won; 2 are running; 1 is planned;")
    assert "Buyers in four weeks: +" in told
    assert "without shrinkage +224" in told
    assert run(file, lang="zh") == 0
    told = capsys.readouterr().out
    assert "每四周购买用户" in told
    assert "上线" in told


def test_a_shop_without_experiments_says_what_it_lacks(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = published(tmp_path)
    url = f"sqlite:///{tmp_path}/store.sqlite"
    file.write_text(f'[store]\nurl = "{url}"\n{file.read_text("utf-8")}', "utf-8")
    assert run(file) == 2
    told = capsys.readouterr().err
    assert "lacks experiments, experiment_arms, exposures" in told
