"""Work that changes the shop's data: it runs beside the page and goes on when the reader leaves."""

from __future__ import annotations

import logging
import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import streamlit as st

from data.progress import Progress
from i18n import Problem, Text, Words
from ui.session import shop_key, text, viewer
from ui.states import card

log = logging.getLogger("northstar")

Lines = Callable[[Text], list[str]]
"""What was done, in the reader's language."""

_TICK_SECONDS = 0.3


@dataclass
class Job:
    """One import or refresh of a shop: how far it is, and how it ended."""

    title: Words
    share: float = 0.0
    doing: Words = field(default_factory=lambda: Words("Starting", "开始"))
    lines: Lines | None = None
    problem: Problem | None = None
    incident: str | None = None
    over: threading.Event = field(default_factory=threading.Event)

    def hear(self, share: float, doing: Words) -> None:
        self.share, self.doing = share, doing


@st.cache_resource(show_spinner=False)
def _jobs() -> dict[str, Job]:
    """The latest job of each shop; all sessions see it, since one at a time may write."""
    return {}


def start(title: Words, work: Callable[[Progress], Lines]) -> None:
    """Begin some work on the shop, unless other work is under way. Asks for the right again: a
    page that was drawn with it may be clicked without it."""
    if not viewer().may_import:
        raise Problem("no_right_to_import", _NO_RIGHT, _ASK)
    running = _jobs().get(shop_key())
    if running is not None and not running.over.is_set():
        return
    job = Job(title)
    _jobs()[shop_key()] = job
    threading.Thread(target=_run, args=(job, work), daemon=True).start()


def _run(job: Job, work: Callable[[Progress], Lines]) -> None:
    try:
        job.lines = work(job.hear)
    except Problem as problem:
        job.problem = problem
    except Exception:
        job.incident = secrets.token_hex(3)
        log.exception("import failed, incident %s", job.incident)
    finally:
        job.over.set()


def show_work() -> None:
    """How far the work is; when it is over the page is drawn anew with the new data, and says how
    it ended until the reader has read it."""
    job, tr = _jobs().get(shop_key()), text()
    if job is None:
        return
    if not job.over.is_set():
        bar = st.progress(job.share, text=tr(job.doing))
        while not job.over.wait(_TICK_SECONDS):
            bar.progress(min(job.share, 1.0), text=f"{tr(job.title)} · {tr(job.doing)}")
            time.sleep(0)
        st.rerun()
    _say_how_it_ended(job, tr)
    if st.button(tr(Words("Got it", "知道了")), key="work_read"):
        _jobs().pop(shop_key(), None)
        st.rerun()


def _say_how_it_ended(job: Job, tr: Text) -> None:
    if job.problem is not None:
        what, *hint = job.problem.say(tr).split("\n")
        card(what, "\n".join(hint), "error")
    elif job.incident is not None:
        card(
            tr(Words("It could not be done.", "操作未能完成。")),
            tr(
                Words(
                    "The data is as it was. Give the number {number} to whoever runs the "
                    "dashboard.",
                    "数据保持原样。请把编号 {number} 告知看板管理员。",
                ),
                number=job.incident,
            ),
            "error",
        )
    elif job.lines is not None:
        card(tr(job.title), "\n".join(job.lines(tr)), "info")


def working() -> bool:
    """Whether something is being written now."""
    job = _jobs().get(shop_key())
    return job is not None and not job.over.is_set()


_NO_RIGHT = Words("You may not bring in data.", "您没有导入数据的权限。")
_ASK = Words("Ask whoever runs the dashboard.", "请联系看板管理员。")
