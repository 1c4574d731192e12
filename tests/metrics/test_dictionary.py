"""The dictionary: complete, searchable in both languages, and its file up to date."""

from __future__ import annotations

from pathlib import Path

import pytest

from metrics.catalog import METRICS
from metrics.cli import main
from metrics.dictionary import entries, grouped, markdown, search
from tests.world import order, world

ROOT = Path(__file__).resolve().parents[2]


def found(query: str) -> list[str]:
    return [e.metric.key for e in search(entries(), query)]


def test_the_committed_file_is_up_to_date() -> None:
    """Run `python -m metrics docs` after a change of the catalog."""
    assert (ROOT / "docs" / "metrics.md").read_text("utf-8") == markdown()


def test_every_metric_is_in_it_once_under_its_group() -> None:
    listed = [e.metric.key for _, group in grouped(entries()) for e in group]
    assert sorted(listed) == sorted(METRICS)


@pytest.mark.parametrize("query", ["客单价", "average order value", "AOV", "aov"])
def test_a_name_is_found_in_either_language(query: str) -> None:
    assert "aov" in found(query)


def test_a_meaning_is_found_too() -> None:
    """`frequency` has “orders” in its name and “buyer” only together."""
    assert "frequency" in found("orders buyer")


def test_every_word_has_to_be_there() -> None:
    assert found("gmv zebra") == []


def test_words_of_two_languages_may_be_mixed() -> None:
    assert "repurchase_rate_90" in found("复购 90 days")


def test_an_empty_search_finds_everything() -> None:
    assert len(found(" ")) == len(METRICS)


def test_what_the_shop_lacks_is_said(tmp_path: Path) -> None:
    coverage = world(tmp_path, orders=[order(1, "2024-01-05")]).warehouse().coverage
    lacking = {e.metric.key: e.lacking for e in entries(coverage)}
    assert lacking["gmv"] == ()
    assert lacking["new_users"] == ("users.registered_at",)


def test_every_fact_is_said_in_both_languages() -> None:
    for entry in entries():
        for what, answer in entry.facts:
            assert all((what.en, what.zh, answer.en, answer.zh)), entry.metric.key


def test_docs_writes_the_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "new" / "metrics.md"
    assert main(["docs", "--out", str(file), "--lang", "en"]) == 0
    assert file.read_text("utf-8") == markdown()
    assert f"{len(METRICS)} metrics written" in capsys.readouterr().out


def test_a_file_that_can_not_be_written_is_a_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("")
    code = main(["docs", "--out", str(tmp_path / "file" / "metrics.md"), "--lang", "zh"])
    assert code == 2
    assert "请用 --out 指定其他文件" in capsys.readouterr().err
