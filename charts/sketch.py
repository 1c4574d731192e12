"""A figure while it is being drawn: plain dictionaries, checked once when it is done.

Plotly checks a figure as a whole in about 3 ms; adding its pieces one by one costs four times that.
"""

from __future__ import annotations

from typing import Any

import plotly.graph_objects as go


class Sketch:
    """Traces, shapes and annotations in the order they are drawn, on a layout."""

    def __init__(self, layout: dict[str, Any]) -> None:
        self.layout = layout
        self._traces: list[dict[str, Any]] = []
        self._shapes: list[dict[str, Any]] = []
        self._annotations: list[dict[str, Any]] = []

    def trace(self, kind: str, **options: Any) -> None:
        self._traces.append({"type": kind, **options})

    def shape(self, kind: str, **options: Any) -> None:
        self._shapes.append({"type": kind, "layer": "below", **options})

    def note(self, text: str, **options: Any) -> None:
        """A label without an arrow. `text` is Plotly's HTML: names from data are escaped first."""
        self._annotations.append({"text": text, "showarrow": False, **options})

    def axis(self, name: str, **options: Any) -> None:
        """Options of `xaxis`, `yaxis`, `yaxis2` …, added to those it has."""
        self.layout[name] = {**self.layout.get(name, {}), **options}

    def figure(self) -> go.Figure:
        return go.Figure(
            {
                "data": self._traces,
                "layout": {
                    **self.layout,
                    "shapes": self._shapes,
                    "annotations": self._annotations,
                },
            }
        )
