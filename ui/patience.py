"""Long reads: the page says that it is counting and since when, and the reader can stop it.

The read runs in a thread of its own. Meanwhile the page's own thread keeps drawing, so that a click
anywhere is heard at once; whatever ends this run of the page also ends the statement in the
database.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from concurrent.futures import Future
from threading import Thread
from typing import TypeVar

import streamlit as st
from streamlit import runtime
from streamlit.runtime.scriptrunner import add_script_run_ctx, get_script_run_ctx

from data.stopping import Stop, stoppable
from format import numbers
from i18n import Text, Words
from ui.html import escape
from ui.session import text, warehouse
from ui.states import card

T = TypeVar("T")

QUICK_SECONDS = 0.5
"""What is there by then is shown without a word about waiting."""
TICK_SECONDS = 0.25
GONE_TICKS = 12
"""A browser that is away for so long in a row does not come back for this answer."""
_STOPPED = "stopped_reads"


def _nothing() -> None:
    return None


def patiently(
    compute: Callable[[], T],
    *asked: object,
    height: int = 320,
    meanwhile: Callable[[], None] = _nothing,
    anew: bool = False,
) -> T | None:
    """The result of `compute`; None where the reader stopped it, which is said in its place with a
    way to ask again. `asked` tells this question from others, `height` is the space that the
    result will take, in pixels (0: none), and `meanwhile` is called once if it has to be waited
    for. `anew`: the reader asks for it right now, whether it was stopped before or not."""
    key = _key(asked)
    tr = text()
    if anew:
        st.session_state.get(_STOPPED, set()).discard(key)
    if key in st.session_state.get(_STOPPED, ()):
        _say_stopped(key, tr)
        return None
    stop, found = Stop(), Future[T]()
    thread = Thread(target=_run, args=(compute, stop, found), daemon=True)
    add_script_run_ctx(thread, get_script_run_ctx())
    begun = time.monotonic()
    thread.start()
    try:
        if not _within(found, QUICK_SECONDS):
            meanwhile()
            return _awaited(found, key, begun, height, tr)
        return found.result()
    finally:
        if not found.done():
            stop.now()


def _key(asked: object) -> str:
    w = warehouse()
    return hashlib.sha256(repr((w.shop, w.version, w.viewer, asked)).encode()).hexdigest()[:16]


def _run(compute: Callable[[], T], stop: Stop, found: Future[T]) -> None:
    """Hand over the result, or whatever went wrong, to the page's own thread."""
    with stoppable(stop):
        try:
            found.set_result(compute())
        except BaseException as error:
            found.set_exception(error)


def _awaited(found: Future[T], key: str, begun: float, height: int, tr: Text) -> T:
    """Look for the result, and draw: drawing is where the reader's next click is heard."""
    slot = st.empty()
    try:
        with slot.container():
            with st.container(horizontal=True, vertical_alignment="center"):
                said = st.empty()
                st.button(
                    tr(Words("Stop", "停止")),
                    key=f"stop_{key}",
                    on_click=_stop,
                    args=(key,),
                    icon=":material/stop_circle:",
                )
            if height:
                st.skeleton(height=height)
        away = 0
        while away < GONE_TICKS:
            said.html(f'<p class="ns-sub" role="status">{escape(_counting(begun, tr))}</p>')
            if _within(found, TICK_SECONDS):
                return found.result()
            away = 0 if _has_reader() else away + 1
        st.stop()
    finally:
        slot.empty()


def _has_reader() -> bool:
    """Whether a browser is connected to this session."""
    context = get_script_run_ctx()
    if context is None or not runtime.exists():
        return True
    return runtime.get_instance().is_active_session(context.session_id)


def _within(found: Future[T], seconds: float) -> bool:
    """Whether it is done within this time."""
    try:
        found.exception(timeout=seconds)
    except TimeoutError:
        return False
    return True


def _counting(begun: float, tr: Text) -> str:
    events = warehouse().coverage.filled.get("events", 0)
    words = Words("Still counting {n} events … {seconds} s", "正在统计 {n} 条事件……{seconds} 秒")
    seconds = int(time.monotonic() - begun)
    return tr(words, n=numbers.short(events, "count", tr), seconds=seconds)


def _stop(key: str) -> None:
    st.session_state.setdefault(_STOPPED, set()).add(key)


def _say_stopped(key: str, tr: Text) -> None:
    card(
        tr(Words("Stopped before it was answered.", "已停止，没有结果。")),
        tr(Words("The rest of the page holds.", "页面其余内容不受影响。")),
        "info",
    )
    st.button(
        tr(Words("Count again", "重新统计")),
        key=f"again_{key}",
        on_click=lambda: st.session_state[_STOPPED].discard(key),
    )
