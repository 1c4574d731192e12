"""Colours of a few segments in one figure. Channels have their own, the same on every page."""

from __future__ import annotations

from collections.abc import Sequence

from charts.theme import DARK, Palette
from data.dimensions import CHANNEL

_LIGHT_SERIES = ("#0067A3", "#A35F00", "#4308A6", "#B0006E", "#26303A")
_DARK_SERIES = ("#5CB8EE", "#DF8E00", "#46D6A8", "#F2D64B", "#E6EBF0")
"""Far enough apart to be told from each other and from the grey of all others, also under
protanopia and deuteranopia; a test computes the distances."""

MOST = len(_LIGHT_SERIES)
"""Segments with a colour of their own; more belong in small multiples."""


def segment_colours(
    dimension: str | None, values: Sequence[str | None], palette: Palette
) -> list[str]:
    """One colour a value, in the order given; all others (None) are grey, and so is everybody in
    a figure without segments the accent."""
    if dimension is None:
        return [palette.accent for _ in values]
    if dimension == CHANNEL.key:
        return [palette.comparison if v is None else palette.channel(v) for v in values]
    series = _DARK_SERIES if palette is DARK else _LIGHT_SERIES
    named = [v for v in values if v is not None]
    place = {v: series[n] if n < MOST else palette.comparison for n, v in enumerate(named)}
    return [palette.comparison if v is None else place[v] for v in values]
