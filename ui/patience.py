"""Long reads: the page says that it is counting and since when, and the reader can stop it.

The read runs in a thread of its own. Meanwhile the page's own thread keeps drawing, so that a click
anywhere is heard at once; whatever ends this run of the page also ends the statement in the
database. A part of a page that runs by itself hears clicks only between its runs: it runs again and
again until the read is done.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from threading import Thread
from typing import Generic, TypeVar

import streamlit as st
from streamlit import runtime
from streamlit.delta_generator import DeltaGenerator
from streamlit.runtime.scriptrunner import add_script_run_ctx, get_script_run_ctx

from data.stopping import Stop, stoppable
from format import numbers
from i18n import Text, Words
from ui.html import escape
from ui.session import runs_alone, text, warehouse
from ui.states import card

T = TypeVar("T")

QUICK_SECONDS = 0.5
"""What is there by then is shown without a word about waiting."""
TICK_SECONDS = 0.25
GONE_TICKS = 12
"""A browser that is away for so long in a row does not come back for this answer."""
_STOPPED = "stopped_reads"
_READING = "reads_of_parts"


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
    if runs_alone():
        return _looked_for(compute, key, height, tr)
    _end_others()
    read = _begin(compute)
    try:
        if not _within(read.found, QUICK_SECONDS):
            meanwhile()
            return _awaited(read, key, height, tr)
        return read.found.result()
    finally:
        read.end()


@dataclass(frozen=True, slots=True)
class _Read(Generic[T]):
    """What is being read, and since when."""

    found: Future[T]
    stop: Stop
    begun: float

    def end(self) -> None:
        """Interrupt it where it is not over."""
        if not self.found.done():
            self.stop.now()


def _begin(compute: Callable[[], T]) -> _Read[T]:
    read = _Read(Future[T](), Stop(), time.monotonic())
    thread = Thread(target=_run, args=(compute, read.stop, read.found), daemon=True)
    add_script_run_ctx(thread, get_script_run_ctx())
    thread.start()
    return read


def _looked_for(compute: Callable[[], T], key: str, height: int, tr: Text) -> T:
    """In a part that runs by itself: look for the result, else draw and run the part again."""
    reads = st.session_state.setdefault(_READING, {})
    known = reads.get(key)
    read: _Read[T] = known or _begin(compute)
    if not _within(read.found, TICK_SECONDS if known else QUICK_SECONDS):
        reads[key] = read
        _waiting(key, height, tr).html(_counting(read.begun, tr))
        st.rerun(scope="fragment")
    reads.pop(key, None)
    return read.found.result()


def _end_others() -> None:
    """A run of the page ends what its parts were waiting for."""
    for read in st.session_state.pop(_READING, {}).values():
        read.end()


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


def _awaited(read: _Read[T], key: str, height: int, tr: Text) -> T:
    """Look for the result, and draw: drawing is where the reader's next click is heard."""
    slot = st.empty()
    try:
        with slot.container():
            said = _waiting(key, height, tr)
        away = 0
        while away < GONE_TICKS:
            said.html(_counting(read.begun, tr))
            if _within(read.found, TICK_SECONDS):
                return read.found.result()
            away = 0 if _has_reader() else away + 1
        st.stop()
    finally:
        slot.empty()


def _waiting(key: str, height: int, tr: Text) -> DeltaGenerator:
    """A place for words, the button, and the space that the result will take."""
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
    return said


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
    said = tr(words, n=numbers.short(events, "count", tr), seconds=seconds)
    return f'<p class="ns-sub" role="status">{escape(said)}</p>'


def _stop(key: str) -> None:
    read = st.session_state.get(_READING, {}).pop(key, None)
    if read is not None:
        read.end()
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
