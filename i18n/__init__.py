"""Words in both languages, side by side. A leaf: imports nothing of ours."""

from i18n.problem import Problem
from i18n.text import LANGUAGES, Language, Text, Words, parse_language

__all__ = ["LANGUAGES", "Language", "Problem", "Text", "Words", "parse_language"]
