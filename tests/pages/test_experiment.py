"""The page of one experiment: verdict first, on a shop that is counted by hand."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from data.settings import SETTINGS_VARIABLE
from i18n import LANGUAGES, Language
from tests.metrics.experiments.banner import KEY, rows
from tests.pages.framed import forgotten, page, said
from tests.pages.shop import settings_of
from tests.world import Row, shop, world

__all__ = ["forgotten"]

SCRIPT = "pages/experiments/experiment.py"


def shown(folder: Path, patch: pytest.MonkeyPatch, tables: dict[str, list[Row]]) -> None:
    """Let the page read a shop of these rows."""
    made = world(folder / "wh", settings=shop(), through="2024-04-01", **tables)
    patch.setenv(SETTINGS_VARIABLE, str(settings_of(folder, [made])))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_verdict_comes_first(
    tmp_path: Path, forgotten: pytest.MonkeyPatch, language: Language
) -> None:
    shown(tmp_path, forgotten, rows())
    app = page(SCRIPT, lang=language, experiment=KEY)
    assert not app.exception
    words = said(app)
    head = {"en": "Ship banner: Buyers within 7 days 40.00% against 20.00%",
            "zh": "上线“banner”：7 日购买率 40.00%，对照 20.00%"}[language]  # fmt: skip
    assert head in words
    for section in {
        "en": ("Can it be trusted?", "What moved?", "How did it come about?", "Does it last?",
               "Is it the same for everybody?", "How is it decided?", "All numbers"),
        "zh": ("数据可信吗？", "哪些指标变了？", "结果如何形成？", "效果能持续吗？",
               "对所有人都一样吗？", "如何判定？", "全部数字"),
    }[language]:  # fmt: skip
        assert section in words
    assert words.index(head) < words.index({"en": "Can it be", "zh": "数据可信"}[language])
    assert "{" not in words.replace("{color", "")


def test_an_address_that_names_none_says_so(tmp_path: Path, forgotten: pytest.MonkeyPatch) -> None:
    shown(tmp_path, forgotten, rows())
    app = page(SCRIPT, lang="en", experiment="gone", arm="nobody")
    assert not app.exception
    assert "There is no experiment “gone”." in said(app)
    assert "Ship banner" in said(app)


def test_a_broken_split_speaks_before_everything(
    tmp_path: Path, forgotten: pytest.MonkeyPatch
) -> None:
    """Three of four exposures of treatment are lost."""
    tables = rows()
    kept = [e for n, e in enumerate(tables["exposures"]) if e["arm"] == "control" or n % 4 == 0]
    shown(tmp_path, forgotten, {**tables, "exposures": kept})
    app = page(SCRIPT, lang="en", experiment=KEY)
    assert not app.exception
    assert "Invalid: Sample ratio mismatch" in said(app)


def test_without_exposures_the_page_says_what_is_missing(
    tmp_path: Path, forgotten: pytest.MonkeyPatch
) -> None:
    tables = rows()
    tables["exposures"] = []
    shown(tmp_path, forgotten, tables)
    app = page(SCRIPT, lang="en")
    assert not app.exception
    assert "exposures" in said(app)


def test_another_treatment_has_its_own_verdict(
    tmp_path: Path, forgotten: pytest.MonkeyPatch
) -> None:
    """A third arm that buys as control does: the better arm speaks, the other one on demand."""
    tables = rows()
    for e in tables["exposures"]:
        if e["arm"] == "control" and str(e["unit_id"]).endswith(("5", "6", "7", "8", "9")):
            e["arm"] = "plain"
    tables["experiment_arms"].append(
        {"experiment_id": KEY, "arm": "plain", "weight": 0, "is_control": False}
    )
    for row, weight in zip(tables["experiment_arms"], ("0.25", "0.5", "0.25"), strict=True):
        row["weight"] = Decimal(weight)
    shown(tmp_path, forgotten, tables)
    first = page(SCRIPT, lang="en", experiment=KEY)
    assert not first.exception
    assert "Lift of banner over control" in said(first)
    other = page(SCRIPT, lang="en", experiment=KEY, arm="plain")
    assert "Lift of plain over control" in said(other)
