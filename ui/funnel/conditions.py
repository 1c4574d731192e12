"""What narrows a step or an exclusion: conditions on its events' properties; of a step also a
window of its own."""

from __future__ import annotations

import streamlit as st

from i18n import Text, Words
from metrics.funnels.events import property_values
from metrics.funnels.names import event_name
from metrics.funnels.spec import OWN_COLUMNS, PROPERTY, Op
from ui.funnel.draft import UNITS, Draft, DraftExclusion, DraftFilter, DraftStep, DraftWindow
from ui.funnel.fields import NOTHING, key_of, tied, window_fields
from ui.funnel.words import OPS, column_name, value_name
from ui.patience import patiently
from ui.session import remembered, scope, warehouse

MOST_FILTERS = 8


def conditions(
    draft: Draft, part: DraftStep | DraftExclusion, tr: Text, *, first: bool = False
) -> None:
    """A button that says how much narrows a step or an exclusion, and opens the fields; `first`
    says that it is the first step, which no window can begin before."""
    n = len(part.filters)
    if isinstance(part, DraftStep):
        n += part.window is not None
    label = tr(Words("Conditions", "条件")) + (f" ({n})" if n else "")
    with st.popover(label, key=f"funnel_conditions_{part.id}_{tr.language}", width=160):
        if part.kept is None:
            for f in list(part.filters):
                _filter(part, f, tr)
            st.button(
                tr(Words("Add a condition", "添加条件")),
                key=key_of(f"part{part.id}", "add_filter", tr),
                icon=":material/add:",
                disabled=not part.events or len(part.filters) >= MOST_FILTERS,
                on_click=lambda: part.filters.append(DraftFilter(draft.new_id())),
            )
        if isinstance(part, DraftStep) and not first:
            _own_window(part, tr)


def _filter(part: DraftStep | DraftExclusion, f: DraftFilter, tr: Text) -> None:
    where = f"filter{f.id}"
    if len(part.events) > 1:
        st.selectbox(
            tr(Words("Of", "针对")),
            [NOTHING, *part.events],
            format_func=lambda e: tr(_EVERY if e == NOTHING else event_name(e)),
            **tied(f, "event", where, tr),
        )
    column, op, gone = st.columns([4, 3, 1], vertical_alignment="bottom")
    with column:
        columns = [*OWN_COLUMNS, *([f.column] if f.column not in OWN_COLUMNS else [])]
        st.selectbox(
            tr(Words("Property", "属性")),
            columns,
            format_func=lambda c: column_name(c, tr),
            accept_new_options=True,
            help=tr(
                Words(
                    "Or type the name of a property of your own.", "也可直接输入自定义属性的名称。"
                )
            ),
            **tied(f, "column", where, tr, _column),
        )
    with op:
        st.selectbox(
            tr(Words("Comparison", "比较")),
            list(Op),
            format_func=lambda o: tr(OPS[o]),
            label_visibility="hidden",
            **tied(f, "op", where, tr),
        )
    with gone:
        st.button(
            "",
            key=key_of(where, "remove", tr),
            icon=":material/close:",
            help=tr(Words("Remove the condition", "删除条件")),
            on_click=lambda: part.filters.remove(f),
            type="tertiary",
        )
    if f.op is not Op.KNOWN:
        _values(part, f, where, tr)


_EVERY = Words("each of these events", "以上全部事件")


def _column(typed: str | None) -> str:
    """A name that is no column of the contract is a key of the event's own properties."""
    name = (typed or OWN_COLUMNS[0]).strip()
    return name if name in OWN_COLUMNS or name.startswith(PROPERTY) else PROPERTY + name


def _values(part: DraftStep | DraftExclusion, f: DraftFilter, where: str, tr: Text) -> None:
    """The values that there are, most frequent first; others can be typed."""
    events = tuple(part.events) if f.event is None else (f.event,)
    numeric = f.op in (Op.AT_LEAST, Op.AT_MOST)
    proposed = [] if numeric else _proposed(events, f.column)
    st.multiselect(
        tr(Words("Values", "取值")),
        [*proposed, *[v for v in f.values if v not in proposed]],
        format_func=lambda v: value_name(f.column, v, tr),
        accept_new_options=True,
        max_selections=1 if numeric else None,
        placeholder=tr(
            Words("Type a number", "输入数字") if numeric
            else Words("Choose, or type one", "选择或输入")
        ),
        **tied(f, "values", where, tr, list),
    )  # fmt: skip


def _proposed(events: tuple[str, ...], column: str) -> list[str]:
    w, asked = warehouse(), scope()
    found = patiently(
        lambda: remembered(
            lambda: property_values(w, asked, events, column),
            "property_values", asked, events, column,
        ),
        "property_values", asked, events, column, height=0,
    )  # fmt: skip
    return [] if found is None else list(found)


def _own_window(step: DraftStep, tr: Text) -> None:
    where = f"step{step.id}"
    key = key_of(where, "own_window", tr)
    st.session_state[key] = step.window is not None

    def switch() -> None:
        step.window = DraftWindow("h", 1) if st.session_state[key] else None

    st.checkbox(
        tr(Words("A window of its own", "单独设置时间窗口")),
        key=key,
        on_change=switch,
        help=tr(
            Words(
                "From the nearest required step before; the funnel's window still holds.",
                "从最近的必经步骤起算；整个漏斗的转化窗口同时生效。",
            )
        ),
    )
    if step.window is not None:
        units = [*UNITS, "day"]
        window_fields(step.window, Words("Within", "时间窗口"), units, where, tr)
