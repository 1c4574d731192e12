"""One open line: its name and signal, the figure, the strip, decisions, what its limits rest on."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from charts.review import working_backwards
from format import dates
from i18n import Text, Words
from metrics.catalog import METRICS
from metrics.review.result import ReviewLine
from metrics.review.words import limits_text
from metrics.signal_words import judgement_words
from store import Decision, Saved
from ui.figures import draw
from ui.html import escape
from ui.meeting.address import annotate_link
from ui.review.limits import limits_editor
from ui.review.rows import signal_mark, signal_tone
from ui.review.strip import strip_html
from ui.session import chosen, dark


def figure(line: ReviewLine, tr: Text, currency: str, *, presenting: bool) -> None:
    """Draw it."""
    st.html(_head(line, tr, presenting))
    drawn = working_backwards(line, tr, dark=dark(), currency=currency, large=presenting)
    draw(drawn, f"review_{line.metric.key}")
    st.html(strip_html(line, tr, currency) + decisions_html(list(line.decisions), tr))
    if not presenting:
        limits_editor(line, _below(line, tr))


def _head(line: ReviewLine, tr: Text, presenting: bool) -> str:
    mark = signal_mark(line, tr)
    said = f'<span class="ns-mark {signal_tone(line)}">{escape(mark)}</span>' if mark else ""
    owner = f'<span class="ns-owner">{escape(line.owner)}</span>' if line.owner else ""
    act = "" if presenting else _annotate(line, tr)
    return f'<h3 class="ns-line">{escape(tr(line.metric.name))} {said}{owner}{act}</h3>'


def _annotate(line: ReviewLine, tr: Text) -> str:
    """A link to write down what happened, for the last day shown."""
    day = line.now.span.end - dates.DAY
    link = annotate_link(line.metric.key, day, replace(chosen(), week=None))
    said = escape(tr(Words("Annotate", "添加标注")))
    return f'<a class="ns-act" href="{escape(link)}" target="_self">{said}</a>'


def _below(line: ReviewLine, tr: Text) -> str:
    words = judgement_words(line.judgement, tr)
    return tr(Words(" ", "")).join(filter(None, (words, limits_text(line.limits_in_force, tr))))


def decisions_html(decisions: list[Saved[Decision]], tr: Text) -> str:
    """Open decisions as a list: of which metric, what, who, until when, with which effect in
    mind."""
    if not decisions:
        return ""
    items = "".join(f"<li>{escape(_decision(d.body, tr))}</li>" for d in decisions)
    title = tr(Words("Open decisions", "未完成的决策"))
    return f'<div class="ns-decisions"><b>{escape(title)}</b><ul>{items}</ul></div>'


def _decision(decision: Decision, tr: Text) -> str:
    due = dates.day(decision.due, tr, decision.made_on)
    words = Words("{text} ({owner}, due {due})", "{text}（{owner}，{due} 前）")
    said = tr(words, text=decision.text, owner=decision.owner, due=due)
    metric = METRICS.get(decision.metric or "")
    if metric is not None:
        said = tr(Words("{name}: {said}", "{name}：{said}"), name=metric.name, said=said)
    if not decision.expected:
        return said
    return tr(
        Words("{said}: {expected}", "{said}：{expected}"), said=said, expected=decision.expected
    )
