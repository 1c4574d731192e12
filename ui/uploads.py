"""A drop zone for files, in the reader's language."""

from __future__ import annotations

import streamlit as st

from i18n import Text, Words


def dropzone_words(tr: Text) -> None:
    """The framework's own words on the drop zone are English; ours stand in their place."""
    zone, own = "[data-testid=stFileUploaderDropzone]", '[data-testid="stBaseButton-secondary"]'
    button = tr(Words("Choose files", "选择文件"))
    words = Words("or drop them · CSV, XLSX", "或拖到此处 · CSV、XLSX")
    hint = tr(words)
    st.html(
        f"<style>{zone} {own} p{{font-size:0}}{zone} {own} p::after{{content:'{button}';"
        f"font-size:14px}}{zone} [data-testid=stFileUploaderDropzoneInstructions] span{{"
        f"font-size:0}}{zone} [data-testid=stFileUploaderDropzoneInstructions] span::after{{"
        f"content:'{hint}';font-size:13px}}</style>"
    )
