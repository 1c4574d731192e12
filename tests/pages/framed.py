"""One page script in AppTest, begun as the frame begins it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from data.settings import SETTINGS_VARIABLE

ROOT = Path(__file__).resolve().parents[2]


def _frame(script: str) -> None:
    import runpy

    from ui.guard import guarded
    from ui.session import begin

    begin()
    with guarded():
        runpy.run_path(script)


def page(script: str, **query: str) -> AppTest:
    """`page("pages/data/health.py", lang="zh")`: the page after its first run."""
    app = AppTest.from_function(_frame, default_timeout=60, args=(str(ROOT / script),))
    for name, value in query.items():
        app.query_params[name] = value
    return app.run()


def said(app: AppTest) -> str:
    """Everything the page says in text, HTML included."""
    blocks = [*app.get("html"), *app.markdown, *app.caption, *app.info, *app.warning]
    return "\n".join(str(getattr(b, "value", "") or getattr(b.proto, "body", "")) for b in blocks)


@pytest.fixture
def forgotten(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    """Caches empty before and after: entries outlive one AppTest."""
    st.cache_data.clear()
    st.cache_resource.clear()
    yield monkeypatch
    st.cache_data.clear()
    st.cache_resource.clear()


def use(settings: Path, patch: pytest.MonkeyPatch, folder: Path) -> None:
    """Let the pages read this settings file, with a store of their own."""
    text = settings.read_text("utf-8")
    settings.write_text(f'[store]\nurl = "sqlite:///{folder}/store.sqlite"\n{text}', "utf-8")
    patch.setenv(SETTINGS_VARIABLE, str(settings))


def opened(script: str = "", **query: str) -> AppTest:
    """The whole product, opened at this page's address as the first thing a reader does."""
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    for name, value in query.items():
        app.query_params[name] = value
    if script:
        app.switch_page(script)
    return app.run()


def words_on(app: AppTest) -> list[str]:
    """Every word that is drawn, SQL left out: text, labels, options, tables, tiles, figures."""
    found: list[str] = []
    for root in (app.main, app.sidebar):
        _collect(root, found)
    return [text for text in found if text]


def _collect(block: Any, found: list[str]) -> None:
    for child in block.children.values():
        if hasattr(child, "children"):
            found.append(str(getattr(child, "label", "") or ""))
            _collect(child, found)
        elif child.type == "dataframe":
            found += map(str, [*child.value.columns, *child.value.to_numpy().ravel()])
        elif child.type == "plotly_chart":
            found += _texts(json.loads(child.proto.spec), _IN_FIGURES)
            found.append(child.proto.alt)
        elif child.type == "bidi_component":
            found += _texts(json.loads(child.proto.mixed.json or child.proto.json), _IN_TILES)
        elif child.type != "code":
            proto = child.proto
            for field in ("body", "label", "placeholder", "help"):
                found.append(_plain(str(getattr(proto, field, ""))))
            for option in getattr(proto, "options", ()):
                found.append(str(getattr(option, "content", option)))


_IN_FIGURES = frozenset({"text", "title", "ticktext"})
_IN_TILES = frozenset({"label", "name", "value", "change", "note", "more", "aria"})


def _texts(node: Any, seen: frozenset[str], drawn: bool = False) -> list[str]:
    """The strings of a figure or of the tiles that a reader sees: no colours, keys, positions."""
    if isinstance(node, str):
        return [_plain(node)] if drawn else []
    if isinstance(node, list):
        return [text for item in node for text in _texts(item, seen, drawn)]
    if isinstance(node, dict):
        return [text for k, v in node.items() for text in _texts(v, seen, k in seen)]
    return []


def _plain(text: str) -> str:
    return re.sub(r"<[^>]*>", " ", text)
