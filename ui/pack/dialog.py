"""A button that makes the review's file: one click on a format, a progress bar, the download.

The file is written from the review that the page shows, so its numbers are the page's.
"""

from __future__ import annotations

import time

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from format import numbers
from i18n import Text, Words
from metrics.review.result import Review
from reports.formats import FORMATS, Format
from reports.packing import pack_of
from ui.review.asked import answered
from ui.session import settings, shop_key, text, warehouse

_ICONS = {"pptx": "slideshow", "pdf": "picture_as_pdf", "xlsx": "table_view", "html": "html"}
_MAKING = Words("Making {name} …", "正在生成 {name}……")
_SAVE = Words("Save {file} ({size} KB)", "保存 {file}（{size} KB）")
_FROM = Words(
    "All metrics of the review with charts, decisions and definitions, in the language and with "
    "the filters of this page.",
    "包含周会全部指标、图表、决策与口径，沿用本页的语言与筛选。",
)
_NONE = Words("There is no review of this week.", "该周没有可导出的周会。")

# The browser saves the file without a second click; the button stays for saving it again.
_CLICK = st.components.v2.component(
    "northstar_pack_save",
    html="<span></span>",
    js="""
export default function({data}) {
  const look = tries => {
    if (window.northstarSaved === data.click) return;
    const button = document.querySelector('.st-key-pack_save button');
    if (button && button.textContent.includes(data.file)) {
      window.northstarSaved = data.click;
      button.click();
    } else if (tries) setTimeout(look, 100, tries - 1);
  };
  look(50);
}
""",
)


def pack_button() -> None:
    """Draw the button; the dialog opens over the page."""
    label = text()(Words("Export", "导出"))
    if st.button(label, key="review_pack", icon=":material/file_save:"):
        _dialog(text())


def _dialog(tr: Text) -> None:
    @st.dialog(tr(Words("Export the weekly review", "导出周会")), width="small")
    def opened() -> None:
        pack_form(tr)

    opened()


def pack_form(tr: Text) -> None:
    """A button a format; a click makes the file and saves it."""
    st.caption(tr(_FROM))
    clicked = [
        to
        for to in FORMATS.values()
        if st.button(
            tr(to.name),
            key=f"pack_{to.key}",
            icon=f":material/{_ICONS[to.key]}:",
            width="stretch",
        )
    ]
    if clicked:
        _make(clicked[0], tr)


def _make(to: Format, tr: Text) -> None:
    """The file with a progress bar while it is written, then its download."""
    review = answered().review
    if review is None:
        st.caption(tr(_NONE))
        return
    slot = st.empty()
    name, content = _written(review, to, tr, slot.progress(0.0, text=tr(_MAKING, name=to.name)))
    slot.empty()
    size = numbers.full(max(1, round(len(content) / 1024)), "count", tr)
    st.download_button(
        tr(_SAVE, file=name, size=size),
        content,
        file_name=name,
        mime=to.mime,
        on_click="ignore",
        key="pack_save",
        type="primary",
        width="stretch",
    )
    _CLICK(data={"click": f"{time.time_ns()}", "file": name}, key="pack_click", height=1)


def _written(review: Review, to: Format, tr: Text, bar: DeltaGenerator) -> tuple[str, bytes]:
    shop = settings().shops[shop_key()].name.words
    pack = pack_of(review, warehouse().reporting, shop, tr)
    words = tr(_MAKING, name=to.name)

    def show(share: float) -> None:
        bar.progress(min(share, 1.0), text=words)

    content = to.write(pack, show)
    return to.file_name(pack.file_stem), content
