"""Kinds of record: the model that checks a body, and how bodies of older versions are brought up.

A record's body is JSON. When its model changes in a way old bodies don't fit, raise the kind's
`version` by one and give the step that turns the body of the version before into the new one.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ValidationError

from i18n import LANGUAGES, Problem, Text, Words

B = TypeVar("B", bound=BaseModel)
Json = dict[str, Any]
Upgrade = Callable[[Json], Json]


@dataclass(frozen=True, slots=True)
class Kind(Generic[B]):
    """A kind of record. `upgrades[2]` turns a body of version 2 into one of version 3."""

    key: str
    name: Words
    model: type[B]
    version: int = 1
    upgrades: Mapping[int, Upgrade] = field(default_factory=dict)

    def write(self, body: B) -> Json:
        """The body as JSON. Raises `ValueError` for a body that would not read back the same."""
        raw: Json = json.loads(body.model_dump_json())
        if self.model.model_validate(raw) != body:
            raise ValueError(
                f"a {self.model.__name__} must read back from JSON as it was; got {body!r}.\n"
                "Hint: use types that JSON can carry; NaN and infinity can't be stored."
            )
        return raw

    def read(self, raw: Json, version: int) -> B:
        """The body of a stored version, upgraded where it is older; a `Problem` if it can't be."""
        if version > self.version:
            raise Problem(
                "body_too_new", _TOO_NEW, _UPDATE, kind=self.name, found=version, known=self.version
            )
        body = copy.deepcopy(raw)
        try:
            for step in range(version, self.version):
                body = self._upgrade(step)(body)
            return self.model.model_validate(body)
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(str(part) for part in first["loc"]) or "-"
            raise self._unreadable(version, f"{where}: {first['msg']}") from error
        except (KeyError, TypeError, ValueError) as error:
            raise self._unreadable(version, f"{type(error).__name__}: {error}") from error
        except Problem as problem:
            if problem.code == "body_too_old":
                raise
            en, zh = (problem.say(Text(language)) for language in LANGUAGES)
            raise self._unreadable(version, Words(en=en, zh=zh)) from problem

    def _upgrade(self, step: int) -> Upgrade:
        if step not in self.upgrades:
            raise Problem(
                "body_too_old", _TOO_OLD, _SAVE_ANEW, kind=self.name, found=step, known=self.version
            )
        return self.upgrades[step]

    def _unreadable(self, version: int, reason: str | Words) -> Problem:
        return Problem(
            "body_unreadable",
            _UNREADABLE,
            _SAVE_ANEW,
            kind=self.name,
            found=version,
            reason=reason,
        )


_TOO_NEW = Words(
    en="This {kind} was written by a newer Northstar (format {found}; this one reads {known}).",
    zh="该「{kind}」由更新版本的 Northstar 写入（格式 {found}，当前版本只能读取到格式 {known}）。",
)
_UPDATE = Words(
    en="Update Northstar here as well, or restore a revision from before.",
    zh="请同样升级此处的 Northstar，或恢复较早的版本。",
)
_TOO_OLD = Words(
    en="This {kind} is stored in format {found}, which can no longer be turned into {known}.",
    zh="该「{kind}」以格式 {found} 存储，已无法转换为当前的格式 {known}。",
)
_UNREADABLE = Words(
    en="This {kind} is stored (format {found}) with content that can't be read: {reason}",
    zh="该「{kind}」的存储内容（格式 {found}）无法读取：{reason}",
)
_SAVE_ANEW = Words(
    en="Choose anew and save; the stored content stays in its history.",
    zh="请重新设置并保存；原有内容会保留在历史记录中。",
)
