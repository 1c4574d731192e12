"""The people behind a bar of a funnel, what they did next, and their ways between two steps."""

from __future__ import annotations

from itertools import pairwise

import streamlit as st

from data.scope import Span
from format import numbers
from i18n import Text, Words
from metrics.audiences.definitions import of_funnel
from metrics.funnels.names import event_name, step_label
from metrics.funnels.next_events import Afterwards, next_events
from metrics.funnels.paths import Path, Paths, paths
from metrics.funnels.people import Bar, State, bar_sentence, funnel_people, required_before
from metrics.funnels.spec import Funnel, Order
from ui.behind import Behind
from ui.patience import patiently
from ui.people import View
from ui.session import scope, text, warehouse
from ui.tables import html_table

MOST_EVENTS = 15
BEHIND: Behind[Bar] = Behind("behind_bar")


def open_bar(funnel: Funnel, span: Span, bar: Bar, n: int, *, segment: str = "") -> None:
    """Open the drawer of a bar that says `n`; `segment` names the part that it counts, if any."""
    BEHIND.open(
        lambda tr: bar_sentence(funnel, bar, numbers.full(n, "count", tr), tr),
        funnel_people(warehouse(), scope(), funnel, span, bar),
        note=segment,
        views=bar_views(funnel, span, bar),
        definition=of_funnel(funnel, span, bar),
    )


def bar_views(funnel: Funnel, span: Span, bar: Bar) -> list[View]:
    """What the drawer shows beside the list: next events and, where steps have an order, ways."""
    views = [View(_NEXT, lambda: _next(funnel, span, bar))]
    pairs = pairs_of(funnel, bar)
    if pairs:
        views.append(View(_WAYS, lambda: _paths(funnel, span, bar, pairs)))
    return views


def pairs_of(funnel: Funnel, bar: Bar) -> list[tuple[int, int]]:
    """Required steps side by side between which these people can be followed, the nearest to the
    bar first."""
    if funnel.order is Order.UNORDERED:
        return []
    required = [n + 1 for n in funnel.required]
    pairs = list(pairwise(required))
    if bar.state in (State.DROPPED, State.IN_PROGRESS):
        pairs = [p for p in pairs if p[0] <= required_before(funnel, bar.step)]
        return pairs[::-1]
    at = len(funnel.steps) if bar.state is State.CONVERTED else bar.step
    return sorted(pairs, key=lambda p: (abs(p[1] - at), p))


def _next(funnel: Funnel, span: Span, bar: Bar) -> None:
    tr = text()
    found = patiently(
        lambda: next_events(warehouse(), scope(), funnel, span, bar), "next", funnel, span, bar
    )
    if found is None:
        return
    st.caption(_next_sentence(funnel, found, tr))
    header, rows = next_rows(found, tr)
    st.html(html_table(tr(_NEXT), header, rows,
                       numeric=range(1, len(header))))  # fmt: skip


def _next_sentence(funnel: Funnel, found: Afterwards, tr: Text) -> str:
    step = tr(Words("the step that each reached last", "各自最后到达的步骤"))
    if found.step is not None:
        step = step_label(funnel, found.step, tr)
    words = Words(
        "Events later than {step}, within the funnel's window. Next: the very next event. "
        "At any time: at least once.",
        "统计“{step}”之后、漏斗转化窗口之内的事件。“紧接着”指其后的第一个事件，“窗口内”指至少发生过一次。",
    )
    return tr(words, step=step)


def next_rows(found: Afterwards, tr: Text) -> tuple[list[str], list[list[str]]]:
    """The events with their shares of these people and, where there are any, of the converted."""
    header = [
        Words("Event", "事件"),
        Words("Next", "紧接着"),
        Words("At any time", "窗口内"),
    ]
    beside = found.converted > 0
    if beside:
        header += [
            Words("Converted: next", "已转化用户：紧接着"),
            Words("Converted: at any time", "已转化用户：窗口内"),
        ]
    rows = []
    for e in found.events[:MOST_EVENTS]:
        row = [tr(event_name(e.event)), *_shares([e.next, e.within], found.units, tr)]
        if beside:
            row += _shares([e.converted_next, e.converted_within], found.converted, tr)
        rows.append(row)
    nothing = [
        tr(Words("Nothing more", "无后续事件")),
        *_shares([found.nothing], found.units, tr),
        "",
    ]
    if beside:
        nothing += [*_shares([found.converted_nothing], found.converted, tr), ""]
    return [tr(w) for w in header], [*rows, nothing]


def _shares(counts: list[int], of: int, tr: Text) -> list[str]:
    """“64.0 % (5,200)”: the share with its numerator."""
    if of == 0:
        return [numbers.NO_VALUE for _ in counts]
    return [
        f"{numbers.short(n / of, 'share', tr)} ({numbers.full(n, 'count', tr)})" for n in counts
    ]


def _paths(funnel: Funnel, span: Span, bar: Bar, pairs: list[tuple[int, int]]) -> None:
    tr = text()
    after, before = st.selectbox(
        tr(Words("Between", "区间")),
        pairs,
        key=f"{BEHIND.name}_pair_{tr.language}",
        format_func=lambda p: " → ".join(f"{n} {step_label(funnel, n, tr)}" for n in p),
    )
    found = patiently(
        lambda: paths(warehouse(), scope(), funnel, span, bar, after, before),
        "paths", funnel, span, bar, after, before,
    )  # fmt: skip
    if found is None:
        return
    if found.units == 0:
        st.caption(tr(Words("None of these got to the first of the two steps.",
                            "这些用户都未到达前一步。")))  # fmt: skip
        return
    words = Words(
        "The {shown} most frequent of the ways that {n} took. The same event in a row is told "
        "once; ways end at the step, or with the funnel's window.",
        "共 {n} 条，列出最常见的 {shown} 种路径。连续重复的事件只记一次；路径止于下一步，"
        "或转化窗口结束。",
    )
    n = numbers.full(found.units, "count", tr)
    st.caption(tr(words, shown=len(found.paths), n=n))
    header = [
        Words("Way", "路径"),
        Words("Then", "之后"),
        Words("Share", "占比"),
        Words("Number", "数量"),
    ]
    rows = path_rows(funnel, found, tr)
    st.html(html_table(tr(_WAYS), [tr(w) for w in header], rows, numeric=(2, 3)))


def path_rows(funnel: Funnel, found: Paths, tr: Text) -> list[list[str]]:
    """Ways as “Search → Item view”, how they ended, share and number; the rest together."""
    rows = [
        [
            _way(path, tr),
            _end(funnel, found.before, path, tr),
            numbers.short(path.units / found.units, "share", tr),
            numbers.full(path.units, "count", tr),
        ]
        for path in found.paths
    ]
    rest = found.units - sum(p.units for p in found.paths)
    if rest:
        words = Words("All other ways", "其他路径")
        share = numbers.short(rest / found.units, "share", tr)
        rows.append([tr(words), "", share, numbers.full(rest, "count", tr)])
    return rows


def _way(path: Path, tr: Text) -> str:
    names = [tr(event_name(e)) for e in path.events]
    if path.more:
        names.append("…")
    return " → ".join(names) or tr(Words("nothing between", "中间无事件"))


def _end(funnel: Funnel, before: int, path: Path, tr: Text) -> str:
    """The step, or that there was nothing more."""
    if path.arrived:
        return f"● {step_label(funnel, before, tr)}"
    return tr(Words("○ nothing more in the window", "○ 窗口内无后续"))


_NEXT = Words("What they did next", "后续行为")
_WAYS = Words("Ways between two steps", "两步之间的路径")
