"""One page script in AppTest, begun as the frame begins it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

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
