"""What a check finds: how bad it is, a sentence with figures, what to do, a small table."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum

from data.checks.look import Look
from i18n import Text, Words


class Severity(StrEnum):
    """In the order in which they are told."""

    ERROR = "error"
    """numbers are wrong or withheld until it is mended"""
    WARNING = "warning"
    """numbers may be wrong; somebody should look"""
    INFO = "info"
    """how the data is, and what follows from it"""
    OK = "ok"


SEVERITIES: dict[Severity, Words] = {
    Severity.ERROR: Words("Error", "错误"),
    Severity.WARNING: Words("Warning", "警告"),
    Severity.INFO: Words("Good to know", "提示"),
    Severity.OK: Words("In order", "正常"),
}

Cell = str | int | float | Words | None


@dataclass(frozen=True, slots=True)
class Listing:
    """A small table. Cells that are `Words` are put in the reader's language."""

    columns: tuple[Words, ...]
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True, slots=True)
class Found:
    """What a check has to say. `advice` says what to do, None when there is nothing to do."""

    severity: Severity
    sentence: Words
    advice: Words | None = None
    listing: Listing | None = None


@dataclass(frozen=True, slots=True)
class Probe:
    """A check: its name and how it looks. It finds None where it does not apply."""

    key: str
    name: Words
    probe: Callable[[Look], Found | None]


def filled(words: Words, /, **values: object) -> Words:
    """A phrase with its holes filled, in both languages."""
    return Words(Text("en")(words, **values), Text("zh")(words, **values))


def joined(parts: Iterable[Words], separator: Words) -> Words:
    """Phrases in a row, in both languages."""
    listed = list(parts)
    return Words(separator.en.join(p.en for p in listed), separator.zh.join(p.zh for p in listed))


AND = Words("; ", "；")
COMMA = Words(", ", "、")
NO_SPACE = Words(" ", "")
