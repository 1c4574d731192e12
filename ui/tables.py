"""Tables of text: one that wraps, readable by screen reader, and a long one to scroll in."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import pandas as pd
import streamlit as st

from ui.html import escape
from ui.metric_table import text_width

_CELL = "padding:.3rem .8rem .3rem 0;vertical-align:top;text-align:{align}"


def html_table(
    title: str,
    header: Sequence[str],
    rows: Sequence[Sequence[str]],
    *,
    numeric: Collection[int] = (),
    muted: Collection[int] = (),
    wide: Collection[int] = (),
) -> str:
    """Cells are text and are escaped; the first of each row is its heading. `title` names the
    table for those who don't see it; `numeric` columns stand to the right in tabular figures, and
    `muted` rows (by number, from 0) step back: they are too small to judge. `wide` columns
    hold sentences: on a narrow screen the table scrolls rather than break them into words."""

    def style(column: int) -> str:
        if column in numeric:
            return _CELL.format(align="right") + ";font-variant-numeric:tabular-nums"
        return _CELL.format(align="left") + f";min-width:{20 if column in wide else 6}rem"

    def whole(column: int) -> str:
        """A number that wraps reads as two."""
        return ";white-space:nowrap" if column in numeric else ""

    # Chinese has no spaces to break at: without `keep-all` a narrow head stands on end.
    heads = "".join(
        f'<th scope="col" style="{style(n)};font-weight:600;word-break:keep-all">'
        f"{escape(name)}</th>"
        for n, name in enumerate(header)
    )
    body = "".join(
        ('<tr style="opacity:.62">' if number in muted else "<tr>")
        + "".join(
            f'<th scope="row" style="{style(n)};font-weight:400">{escape(cell)}</th>'
            if n == 0
            else f'<td{_number(n in numeric)} style="{style(n)}{whole(n)}">{escape(cell)}</td>'
            for n, cell in enumerate(row)
        )
        + "</tr>"
        for number, row in enumerate(rows)
    )
    return (
        f'<div role="region" tabindex="0" aria-label="{escape(title)}" style="overflow-x:auto">'
        f'<table style="border-collapse:collapse;font-size:.9rem;width:100%">'
        f"<thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _number(numeric: bool) -> str:
    """What the menu of numbers finds a cell by."""
    return ' class="ns-num"' if numeric else ""


def scroll_table(
    header: Sequence[str], rows: Sequence[Sequence[str]], key: str, *, most: int = 12
) -> None:
    """Rows of text with a header that stands still; the first column is a name, the others numbers
    as wide as what stands in them. More rows than `most` scroll."""
    st.dataframe(
        pd.DataFrame(rows, columns=list(header)),
        hide_index=True,
        key=key,
        height="content" if len(rows) <= most else 430,
        column_config={
            name: st.column_config.TextColumn(
                alignment="left" if n == 0 else "right",
                width=max(text_width(row[n]) for row in [header, *rows]),
            )
            for n, name in enumerate(header)
        },
    )
