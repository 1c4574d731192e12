"""The last section of a review: experiments that end now, which the meeting decides about."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urlencode

import streamlit as st

from format import dates, numbers
from i18n import Text, Words
from metrics.experiments.decision import Verdict
from metrics.experiments.listing import Row
from metrics.experiments.listing_words import interval_text, lift_text, verdict_text, why_text
from metrics.review.result import SECTIONS, Review, Section
from ui.html import escape
from ui.row_table import Cell, RowColumn, RowOf, row_table
from ui.session import chosen, dark
from ui.url_state import write

_TONES: dict[Verdict | None, str] = {
    Verdict.SHIP: "good",
    Verdict.DONT_SHIP: "bad",
    Verdict.INVALID: "bad",
}


def experiments_section(review: Review, tr: Text) -> None:
    """A row each, the first to end first; a name opens the experiment."""
    title = tr(SECTIONS[Section.EXPERIMENTS])
    rows = review.experiments_ending
    if not rows:
        none = Words(
            "No experiment ends in this week or the next one.", "本周及下周没有结束的实验。"
        )
        st.html(f'<h2 class="ns-section">{escape(title)}</h2><p class="ns-sub">{tr(none)}</p>')
        return
    row_table(
        [
            RowOf(n, row.experiment.name, _cells(row, tr), href=_address(row))
            for n, row in enumerate(rows)
        ],
        [
            RowColumn(tr(Words("Ends", "结束")), number=False),
            RowColumn(tr(Words("Verdict", "结论")), tr(Words("and why", "及原因")), number=False),
            RowColumn(tr(Words("Lift", "提升")), tr(Words("interval", "区间"))),
            RowColumn(tr(Words("Owner", "负责人")), number=False),
        ],
        corner=title,
        label=title,
        dark=dark(),
        key="review_experiments",
        even=640,
    )


def _cells(row: Row, tr: Text) -> tuple[Cell, ...]:
    ends = row.experiment.ended_on
    return (
        Cell(numbers.NO_VALUE if ends is None else dates.day(ends, tr)),
        Cell(
            verdict_text(row, tr),
            sub=why_text(row, tr),
            strong=True,
            tone=_TONES.get(row.verdict, ""),
        ),
        Cell(lift_text(row), sub=interval_text(row, tr)),
        Cell(row.experiment.owner or numbers.NO_VALUE),
    )


def _address(row: Row) -> str:
    wanted = replace(chosen(), experiment=row.experiment.key, arm=None, week=None, present=None)
    return f"experiment?{urlencode(write(wanted))}"
