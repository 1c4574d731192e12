"""A page as somebody had it, kept under a title: which page, and what its address said."""

from __future__ import annotations

import re

from pydantic import BaseModel, ConfigDict, model_validator

from i18n import Problem, Words
from store.kinds import Kind

LONGEST_TITLE = 80
LONGEST_QUERY = 12_000
"""Characters of all parameters together."""
_PATH = re.compile(r"[a-z0-9_-]{0,64}")


class SavedView(BaseModel):
    """`page` is the path in the address (empty: the first page), `query` its parameters without
    the language and the shop, as they were. `moving` names the range of dates that is counted anew
    from the data's last day whenever the view is opened; without it the days stay. Only `owner`
    sees a view that is not `shared`.

    Whether the page, the parameters and what they name still exist is known further up: a view
    that holds something else is kept as it is.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: str
    page: str
    query: dict[str, str]
    shared: bool
    owner: str
    moving: str | None = None

    @model_validator(mode="after")
    def _can_be_kept(self) -> SavedView:
        title = self.title
        if not title.strip() or len(title) > LONGEST_TITLE or not title.isprintable():
            raise Problem("view_title", _TITLE, most=LONGEST_TITLE)
        if not _PATH.fullmatch(self.page):
            raise Problem("view_page", _PAGE, page=self.page[:80])
        n = sum(len(name) + len(value) for name, value in self.query.items())
        if n > LONGEST_QUERY:
            raise Problem("view_long", _TOO_LONG, _FEWER, n=n, most=LONGEST_QUERY)
        return self


SAVED_VIEW = Kind("saved_view", Words(en="saved view", zh="已存视图"), SavedView)

_TITLE = Words(
    en="A view needs a name of at most {most} characters on one line.",
    zh="视图需要一个不超过 {most} 个字符的单行名称。",
)
_PAGE = Words(en="“{page}” is not the path of a page.", zh="“{page}”不是有效的页面路径。")
_TOO_LONG = Words(
    en="The page's settings have {n} characters; at most {most} can be saved.",
    zh="页面设置共 {n} 个字符，最多可保存 {most} 个。",
)
_FEWER = Words(en="Use fewer conditions or values.", zh="请减少条件或取值。")
