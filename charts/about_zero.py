"""Rows of differences about a line at zero: the frame that figures of effects share."""

from __future__ import annotations

from collections.abc import Sequence

from charts.funnel_cards import fitted, in_lines
from charts.sketch import Sketch
from charts.theme import NORMAL, SMALL, Axis, Palette


def frame_rows(
    sketch: Sketch,
    names: Sequence[str],
    axis: Axis,
    title: str,
    colours: Palette,
    *,
    left: int,
    name_width: int,
) -> None:
    """Names of the rows at the left, two lines at most, the title above them, the line at zero.
    `left` is the figure's left margin in pixels, `name_width` what a name may take of it."""
    sketch.note(
        text=in_lines([title]),
        xref="paper",
        yref="paper",
        x=0,
        xshift=12 - left,
        y=1,
        yshift=8,
        xanchor="left",
        yanchor="bottom",
        font={"size": SMALL, "color": colours.muted},
    )
    sketch.axis(
        "xaxis",
        **axis.options(),
        tickangle=0,
        showgrid=True,
        gridcolor=colours.grid,
        zeroline=True,
        zerolinecolor=colours.comparison,
        zerolinewidth=1.5,
    )
    sketch.axis(
        "yaxis",
        range=[len(names) - 0.5, -0.5],
        tickmode="array",
        tickvals=list(range(len(names))),
        ticktext=[in_lines(fitted(name, name_width, 2)) for name in names],
        tickfont={"color": colours.text, "size": NORMAL},
        showgrid=False,
    )
