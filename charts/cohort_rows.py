"""What a row of the cohort heatmap is, where it stands, and how many people it holds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from charts.cards import card
from charts.sketch import Sketch
from charts.theme import SMALL, Palette, tint
from data.scope import Span
from format import numbers
from i18n import Text, Words
from metrics.metric import Unit
from metrics.reading import Reading

APART = 0.35
"""How far the cohorts stand below the pooled row, in rows."""
POOLED_ROW = -1
"""The cohort in the `customdata` of the pooled row."""
_SHARE = 0.085
_ROOM_FOR_NUMBERS = 1.6
"""How wide the column of sizes is, in lengths of its longest bar."""

TOO_SMALL = Words("fewer than 30 people: too few to judge", "不足 30 人，样本过小，不宜判断")
CUT = Words("the range holds a part of this cohort only", "所选范围只含该同期群的一部分")
_SIZE = Words("People", "人数")
_SIZE_IS = Words("{n} people", "{n} 人")


class CohortRow(Protocol):
    """What a cohort has to say of itself; `cells` hold one reading per column."""

    @property
    def span(self) -> Span: ...
    @property
    def whole(self) -> bool: ...
    @property
    def size(self) -> int: ...
    @property
    def small(self) -> bool: ...
    @property
    def cells(self) -> Sequence[Reading]: ...


class PooledCell(Protocol):
    """A column over its mature cells, and how many cohorts those are."""

    @property
    def reading(self) -> Reading: ...
    @property
    def cohorts(self) -> int: ...


def top_of(cohort: int) -> float:
    """Where a cohort's row begins, in rows from the top; the pooled row stands apart."""
    return 0.0 if cohort == POOLED_ROW else cohort + 1 + APART


def caveats(cohort: CohortRow, tr: Text) -> list[str]:
    """Why to be careful with a cohort."""
    said = [(cohort.small, TOO_SMALL), (not cohort.whole, CUT)]
    return [tr(words) for holds, words in said if holds]


def draw_sizes(
    sketch: Sketch,
    cohorts: Sequence[CohortRow],
    names: Sequence[str],
    tr: Text,
    colours: Palette,
    *,
    whole: bool,
) -> None:
    """How many people each cohort holds: a bar from the left, its number at the right end."""
    most = max((c.size for c in cohorts), default=0) or 1
    at = [top_of(n) + 0.5 for n in range(len(cohorts))]
    total = sum(c.size for c in cohorts)
    sketch.trace(
        "bar",
        name="sizes",
        orientation="h",
        x=[c.size / most for c in cohorts],
        y=at,
        width=0.72,
        xaxis="x2" if whole else "x",
        marker={"color": tint(colours.comparison, 0.32), "line": {"width": 0}},
        unselected={"marker": {"opacity": 1}},
        hoverinfo="text",
        hovertext=[
            card(
                [
                    label,
                    tr(_SIZE_IS, n=numbers.full(c.size, Unit.COUNT, tr)),
                    *caveats(c, tr),
                ]
            )
            for c, label in zip(cohorts, names, strict=True)
        ],
        customdata=[[n, 0] for n in range(len(cohorts))],
    )
    axis = "x2" if whole else "x"
    for y, size, is_total in [
        (0.5, total, True),
        *[(y, c.size, False) for y, c in zip(at, cohorts, strict=True)],
    ]:
        text = numbers.full(size, Unit.COUNT, tr)
        sketch.note(
            text=f"<b>{text}</b>" if is_total else text,
            xref=f"{axis} domain",
            x=1,
            xshift=-2,
            y=y,
            xanchor="right",
            yanchor="middle",
            font={"size": SMALL, "color": colours.text},
        )
    sketch.note(
        text=tr(_SIZE),
        xref=f"{axis} domain",
        yref="paper",
        x=1,
        xshift=-2,
        y=1,
        yshift=4,
        xanchor="right",
        yanchor="bottom",
        font={"size": SMALL, "color": colours.muted},
    )
    options = {
        "range": [0, _ROOM_FOR_NUMBERS],
        "showticklabels": False,
        "showgrid": False,
        "zeroline": False,
        "fixedrange": True,
    }
    if whole:
        sketch.axis("yaxis", anchor="x2")
        sketch.axis("xaxis2", domain=[0, _SHARE], anchor="y", **options)
        sketch.axis("xaxis", domain=[_SHARE + 0.01, 1])
    else:
        sketch.axis("xaxis", **options)
