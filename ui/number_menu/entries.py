"""What the menu of a number offers: only what applies to it and leads somewhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from data.dimensions import DIMENSIONS
from data.scope import Span
from i18n import Text, Words
from metrics.explore.spec import BY
from ui.number_menu.links import (
    Path,
    annotate_address,
    explained_address,
    explore_address,
    why_address,
)

EXPLAIN = Words("Explain", "口径说明")
EXPLORE = Words("Open in Explore", "在自助分析中打开")
PEOPLE = Words("People behind it", "查看名单")
WHY = Words("Why did it move?", "为什么变化？")
COPY = Words("Copy link", "复制链接")
COPIED = Words("Copied", "已复制")
ANNOTATE = Words("Annotate", "添加标注")
MENU = Words("Menu of {name}", "{name}的菜单")


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the menu: a link (`href`), a link to copy (`copy`, empty: of the page as it is),
    the page's own explanation (`how`), or something that the page does (`act`)."""

    label: str
    href: str = ""
    copy: str | None = None
    done: str = ""
    how: bool = False
    act: str = ""

    def plain(self) -> dict[str, Any]:
        """As the browser gets it."""
        if self.href:
            return {"label": self.label, "href": self.href}
        if self.copy is not None:
            return {"label": self.label, "copy": self.copy, "done": self.done}
        return {"label": self.label, "how": True} if self.how else {
            "label": self.label, "act": self.act
        }  # fmt: skip


def copy_entry(tr: Text, to: str = "") -> Entry:
    """Copy the address of a page; without one, of this page as it is."""
    return Entry(tr(COPY), copy=to, done=tr(COPIED))


def page_entries(tr: Text) -> list[Entry]:
    """For numbers that are no metric of the catalog: the page's own explanation, and its link."""
    return [Entry(tr(EXPLAIN), how=True), copy_entry(tr)]


def people_entry(tr: Text) -> Entry:
    return Entry(tr(PEOPLE), act="people")


def metric_entries(
    key: str,
    tr: Text,
    *,
    of: Span | None = None,
    path: Path = (),
    explain: Literal["here", "link", "open"] = "here",
    people: bool = False,
) -> list[Entry]:
    """For a metric of the catalog in the chosen scope. `of`: over other days than the chosen ones;
    `path`: of these values alone (a campaign is no filter: only Explore knows it). `people`: there
    is a list behind it. `explain`: the page itself answers it, or a link to the first page does, or
    it is open already."""
    narrowed = all(dimension in DIMENSIONS for dimension, _ in path)
    made = []
    if explain == "here":
        made.append(Entry(tr(EXPLAIN), act="explain"))
    elif explain == "link" and narrowed:
        made.append(Entry(tr(EXPLAIN), href=explained_address(key, of, path)))
    if len(path) < len(BY):
        made.append(Entry(tr(EXPLORE), href=explore_address(key, of, path)))
    if people:
        made.append(people_entry(tr))
    if narrowed:
        made.append(Entry(tr(WHY), href=why_address(key, of, path)))
    made.append(copy_entry(tr, explained_address(key, of, path) if narrowed else ""))
    made.append(Entry(tr(ANNOTATE), href=annotate_address(key, of)))
    return made


def plain(entries: Sequence[Entry]) -> list[dict[str, Any]]:
    return [entry.plain() for entry in entries]
