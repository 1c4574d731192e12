"""The Overview's script on the server: cold, and again with everything cached."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import streamlit as st
from streamlit.testing.v1 import AppTest

from bench.timing import Timing, timed
from data.settings import SETTINGS_VARIABLE

APP = Path(__file__).resolve().parents[1] / "app.py"


def page(settings_file: Path, shop: str) -> Iterator[Timing]:
    """One run of the whole page: scope bar, tiles, trend, bridge, table, explanation."""
    os.environ[SETTINGS_VARIABLE] = str(settings_file)
    app = AppTest.from_file(str(APP), default_timeout=120)
    app.query_params["shop"] = shop

    def run() -> None:
        app.run()
        if app.exception:
            raise RuntimeError(app.exception[0].value)

    def forget() -> None:
        st.cache_data.clear()
        st.cache_resource.clear()

    run()  # imports of the first run are not the page's own time
    yield timed("Overview page, nothing cached", run, before=forget, runs=3)
    run()
    yield timed("Overview page, warm", run, runs=9, goal_ms=100)
