"""`Words` holds a phrase in both languages; `Text` is the language of one reader."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

Language = Literal["en", "zh"]
LANGUAGES: tuple[Language, ...] = ("en", "zh")


class Words(NamedTuple):
    """One phrase, English and 简体中文. Holes are `{name}` and stand in both."""

    en: str
    zh: str


@dataclass(frozen=True, slots=True)
class Text:
    """The reader's language. Passed in as `tr`, never global.

    `tr(words)` returns the phrase as it stands; `tr(words, n=3)` fills its holes. A value that is
    itself `Words` is put in the reader's language, so that sentences can be built from names.
    """

    language: Language

    def __call__(self, words: Words, /, **values: object) -> str:
        phrase: str = getattr(words, self.language)
        if not values:
            return phrase
        return phrase.format(
            **{k: self(v) if isinstance(v, Words) else v for k, v in values.items()}
        )


def parse_language(asked: str | None, default: Language = "en") -> Language:
    """`zh`, `zh-CN`, `zh_Hans.UTF-8` are Chinese, `en…` is English, anything else the default."""
    start = (asked or "").lower()
    if start.startswith("zh"):
        return "zh"
    return "en" if start.startswith("en") else default
