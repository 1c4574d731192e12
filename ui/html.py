"""Text into HTML: everything that is not ours is escaped."""

from __future__ import annotations

import html


def escape(value: object) -> str:
    """Safe as text and inside a quoted attribute."""
    return html.escape(str(value), quote=True)
