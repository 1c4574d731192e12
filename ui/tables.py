"""A plain table that wraps and scrolls inside itself, readable by keyboard and screen reader."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from ui.html import escape

_CELL = "padding:.3rem .8rem .3rem 0;vertical-align:top;text-align:{align}"


def html_table(
    title: str,
    header: Sequence[str],
    rows: Sequence[Sequence[str]],
    *,
    numeric: Collection[int] = (),
    muted: Collection[int] = (),
) -> str:
    """Cells are text and are escaped; the first of each row is its heading. `title` names the
    table for those who don't see it; `numeric` columns stand to the right in tabular figures, and
    `muted` rows (by number, from 0) step back: they are too small to judge."""

    def style(column: int) -> str:
        if column in numeric:
            return _CELL.format(align="right") + ";font-variant-numeric:tabular-nums"
        return _CELL.format(align="left") + ";min-width:6rem"

    def whole(column: int) -> str:
        """A number that wraps reads as two."""
        return ";white-space:nowrap" if column in numeric else ""

    heads = "".join(
        f'<th scope="col" style="{style(n)};font-weight:600">{escape(name)}</th>'
        for n, name in enumerate(header)
    )
    body = "".join(
        ('<tr style="opacity:.62">' if number in muted else "<tr>")
        + "".join(
            f'<th scope="row" style="{style(n)};font-weight:400">{escape(cell)}</th>'
            if n == 0
            else f'<td style="{style(n)}{whole(n)}">{escape(cell)}</td>'
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
