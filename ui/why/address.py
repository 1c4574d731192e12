"""Links to the page that takes a change apart."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urlencode

from ui.url_state import Chosen, write
from ui.why.view import View, write_view


def why_link(metric: str, chosen: Chosen, view: View | None = None) -> str:
    """The same days, filters and comparison, asked why this metric moved."""
    said = write_view(View() if view is None else view)
    asked = replace(chosen, metric=metric, why=said, explain=None)
    return f"why?{urlencode(write(asked))}"
