"""Text that people write into records: trimmed, of bounded length, fit for both databases."""

from __future__ import annotations

import unicodedata

from i18n import Problem, Words
from store.models import NAME_LENGTH


def clean_text(value: str, field: Words, *, least: int = 1, most: int = NAME_LENGTH) -> str:
    """The text without space around it; a `Problem` that names `field` where it is too short, too
    long or has control characters other than line breaks and tabs."""
    trimmed = value.strip()
    clean = not any(unicodedata.category(c) in ("Cc", "Cs") and c not in "\n\t" for c in trimmed)
    if not (least <= len(trimmed) <= most and clean):
        raise Problem("store_text", _TEXT, field=field, found=ascii(value)[:60], most=most)
    return trimmed


_TEXT = Words(
    en="The {field} must be text of at most {most} characters, not empty and without control "
    "characters; got {found}.",
    zh="{field}应为不超过 {most} 个字符的文本，不能为空，也不能含控制字符；当前为 {found}。",
)
