"""Every phrase is there in both languages, with the same holes."""

from __future__ import annotations

import ast
import importlib
import re
from collections.abc import Iterator
from enum import Enum
from pathlib import Path
from string import Formatter
from types import ModuleType
from typing import Any

import pytest

from i18n import Words
from metrics.catalog import METRICS
from metrics.metric import Adds, Group, Unit
from metrics.periods import Comparison, Grain
from metrics.reading import Reason

ROOT = Path(__file__).resolve().parents[1]
ROOMS = ("i18n", "format", "data", "store", "metrics", "charts", "reports", "ui")
PATHS = sorted(path for room in (*ROOMS, "pages") for path in (ROOT / room).rglob("*.py"))
MENUS = {"ui.scope_bar.GRAINS"}
"""What is offered to choose from, which need not be all there is."""
CHINESE = re.compile(r"[\u4e00-\u9fff]")


def holes(phrase: str) -> set[tuple[str, str]]:
    """Names of the holes, with how they are filled."""
    parts = Formatter().parse(phrase)
    return {(name, spec or "") for _, name, spec, _ in parts if name is not None}


def literals(path: Path) -> Iterator[tuple[int, list[str]]]:
    """(line, [en, zh]) of every `Words` written out in a module, inside functions too."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Words":
            given = [*node.args, *[k.value for k in node.keywords]]
            texts = [g.value for g in given if isinstance(g, ast.Constant)]
            if len(texts) == 2:
                yield node.lineno, texts


def same_holes(en: str, zh: str) -> bool:
    """A hole may be filled another way in Chinese (a date, a number), but has to be there."""
    return {name for name, _ in holes(en)} == {name for name, _ in holes(zh)}


@pytest.mark.parametrize("path", PATHS, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_phrases_have_the_same_holes_in_both_languages(path: Path) -> None:
    wrong = [
        f"{path.name}:{line}: {en!r} / {zh!r}"
        for line, (en, zh) in literals(path)
        if not same_holes(en, zh) or bool(en.strip()) != bool(zh.strip())
    ]
    assert wrong == []


@pytest.mark.parametrize("path", PATHS, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_sentences_are_chinese_in_chinese(path: Path) -> None:
    """Names (GMV, iOS) may be the same in both; words of more than one are translated."""
    wrong = [
        f"{path.name}:{line}: {zh!r}"
        for line, (en, zh) in literals(path)
        if " " in re.sub(r"\{[^}]*\}|[^A-Za-z ]", "", en).strip() and not CHINESE.search(zh)
    ]
    assert wrong == []


def modules() -> Iterator[ModuleType]:
    for path in sorted(p for room in ROOMS for p in (ROOT / room).rglob("*.py")):
        name = path.relative_to(ROOT).with_suffix("").as_posix().replace("/", ".")
        if not name.endswith("__main__") and ".migrations" not in name:
            yield importlib.import_module(name.removesuffix(".__init__"))


def named_by_enum() -> Iterator[tuple[str, type[Enum], dict[Any, Any]]]:
    """Every module's dictionaries from members of an enumeration to words."""
    for module in modules():
        for name, value in vars(module).items():
            if isinstance(value, dict) and value:
                kinds = {type(key) for key in value}
                kind = kinds.pop() if len(kinds) == 1 else object
                words = all(isinstance(v, Words) for v in value.values())
                if issubclass(kind, Enum) and words:
                    yield f"{module.__name__}.{name}", kind, value


def test_what_is_named_for_one_member_is_named_for_all() -> None:
    """A menu is one wherever it is imported."""
    found = list(named_by_enum())
    menus = {id(words) for name, _, words in found if name in MENUS}
    assert len(menus) == len(MENUS)
    for name, kind, words in found:
        assert id(words) in menus or set(words) == set(kind), name


@pytest.mark.parametrize("kind", [Reason, Group, Comparison, Grain, Adds, Unit])
def test_members_that_a_reader_meets_have_words(kind: type[Enum]) -> None:
    assert any(k is kind for _, k, _ in named_by_enum())


def test_no_two_metrics_share_a_name() -> None:
    for language in ("en", "zh"):
        names = [getattr(m.name, language) for m in METRICS.values()]
        assert len(set(names)) == len(names)
