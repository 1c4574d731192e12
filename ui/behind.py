"""Numbers that open the people behind them: a click in a figure, or a choice from the list below.

The drawer opens once, with the run that follows the click; its first page is read before, on the
page, where a long read says so and can be stopped.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeVar, cast

import streamlit as st

from i18n import Text, Words
from metrics.audiences.definitions import Definition
from metrics.people import People, fingerprint, people_page
from ui.audiences.keep import keep_form
from ui.number_menu.entries import Entry
from ui.patience import patiently
from ui.people import View, people_drawer
from ui.session import text, warehouse

T = TypeVar("T")


class Behind(Generic[T]):
    """The lists of one figure, in the session under `name`, which names their files as well."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._wanted, self._drawn = f"{name}_wanted", f"{name}_drawn"

    @property
    def figure_key(self) -> str:
        """Key of the figure. It is another one after each click, since a second click on the same
        bar would only take the selection back."""
        return f"{self.name}_figure_{st.session_state.setdefault(self._drawn, 0)}"

    def on_select(self, read: Callable[[Any, int], T | None]) -> dict[str, Any]:
        """What the figure is drawn with; `read` makes the number of a point's `customdata` and the
        trace's place, None where it is none."""
        key = self.figure_key

        def clicked() -> None:
            points = st.session_state[key].selection.points
            if points:
                number = read(points[0].get("customdata"), points[0].get("curve_number", 0))
                if number is not None:
                    self.want(number)

        return {"on_select": clicked, "selection_mode": "points"}

    def want(self, number: T) -> None:
        """Open its list in the next run, at the first page."""
        st.session_state[self._wanted] = number
        st.session_state[self._drawn] = st.session_state.get(self._drawn, 0) + 1
        st.session_state.pop(f"{self.name}_offset", None)

    def wanted(self) -> T | None:
        """The number that was clicked before this run, once."""
        return cast("T | None", st.session_state.pop(self._wanted, None))

    def picker(
        self, choices: Sequence[T], say: Callable[[T], str], placeholder: Words | None = None
    ) -> None:
        """Everybody who can be listed, for those who don't click bars and for who has no bar."""
        tr = text()
        key = f"{self.name}_people_{tr.language}_{st.session_state.setdefault(self._drawn, 0)}"
        st.selectbox(
            tr(Words("People behind a number", "查看名单")),
            choices,
            index=None,
            key=key,
            format_func=say,
            on_change=lambda: self.want(st.session_state[key]),
            placeholder=tr(placeholder or _PLACEHOLDER),
            label_visibility="collapsed",
        )

    def open(
        self,
        say: Callable[[Text], str],
        people: People,
        *,
        note: str = "",
        views: Sequence[View] = (),
        definition: Definition | None = None,
        menu: Sequence[Entry] = (),
    ) -> None:
        """The drawer, as soon as its first page is there; nothing where the reader stopped it.
        `say` is its title in a language; with a `definition` the list can be kept; `menu` is that
        of the number, without it the one of the page's numbers."""
        w = warehouse()
        first = patiently(
            lambda: people_page(w, people), self.name, fingerprint(w, people), height=0, anew=True
        )
        if first is None:
            return

        def below() -> None:
            if definition is not None:
                keep_form(definition, say, first.total)

        people_drawer(
            say(text()), people, key=self.name, note=note, views=views, below=below, menu=menu
        )


_PLACEHOLDER = Words("Click a bar, or choose whom to list", "点击柱形，或在此选择要查看的名单")
