"""Keep the list that is open under a name, for the team."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from i18n import LANGUAGES, Problem, Text, Words
from metrics.audiences.definitions import Definition
from store import AUDIENCE, Audience, EditConflict
from ui.session import author, scope, store, text, warehouse
from ui.states import card

_KEY = "keep_audience"


def keep_form(definition: Definition, say: Callable[[Text], str], counted: int) -> None:
    """A name and a button, below the list. The definition is kept, not the people: whoever opens
    the audience later sees those who fit then."""
    tr = text()
    with (
        st.form(f"{_KEY}_{tr.language}", border=False, clear_on_submit=True),
        st.container(horizontal=True, vertical_alignment="bottom"),
    ):
        name = st.text_input(
            tr(Words("Save as audience", "另存为人群包")),
            max_chars=80,
            placeholder=tr(Words("Name it", "请命名")),
            help=tr(
                Words(
                    "The definition is saved, not the people: opened later it lists whoever "
                    "fits then.",
                    "保存的是定义而非名单：日后打开时按当时的数据重新圈选。",
                )
            ),
        )
        wanted = st.form_submit_button(tr(Words("Save", "保存")))
    if wanted and not name.strip():
        card(tr(Words("An audience needs a name.", "请先为人群包命名。")), "", "warning")
    elif wanted:
        _keep(name.strip(), definition, say, counted, tr)


def _keep(
    name: str, definition: Definition, say: Callable[[Text], str], counted: int, tr: Text
) -> None:
    w, asked = warehouse(), scope()
    body = Audience(
        list=definition.list.value,
        definition=definition.of,
        currency=asked.currency,
        filters={c.dimension: tuple(sorted(c.values)) for c in asked.choices},
        said={language: say(Text(language)) for language in LANGUAGES},
        counted=counted,
        data_to=w.coverage.last_day,
    )
    try:
        store().save(AUDIENCE, w.shop, body, author=author(), based_on=None, name=name)
    except EditConflict:
        taken = Words("There is an audience named “{name}”.", "已有名为“{name}”的人群包。")
        other = Words("Choose another name.", "请换一个名称。")
        card(tr(taken, name=name), tr(other), "warning")
    except Problem as problem:
        what, *hint = problem.say(tr).split("\n")
        card(what, "\n".join(hint), "warning")
    else:
        saved = Words(
            "Saved “{name}”; it stands under Audiences.", "已保存“{name}”，可在“人群包”页查看。"
        )
        st.toast(tr(saved, name=name))
