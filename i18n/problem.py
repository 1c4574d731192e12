"""An error written for the reader: what, where, and what to do, in both languages."""

from __future__ import annotations

from i18n.text import Text, Words


class Problem(Exception):
    """Raised where input, a setting or a service is wrong and a person can mend it.

    `what` says what was found, where, and what was expected; `hint` says what to do next.
    Both are `Words`; `values` fill their holes. `code` is a stable word for tests and logs.
    `str(problem)` is the English sentence; `problem.say(tr)` the reader's.
    """

    def __init__(self, code: str, what: Words, hint: Words | None = None, **values: object) -> None:
        self.code = code
        self.what = what
        self.hint = hint
        self.values = values
        super().__init__(self.say(Text("en")))

    def say(self, tr: Text) -> str:
        """The whole message in the reader's language: what happened, then what to do."""
        parts = [self.what] if self.hint is None else [self.what, self.hint]
        return "\n".join(tr(part, **self.values) if self.values else tr(part) for part in parts)
