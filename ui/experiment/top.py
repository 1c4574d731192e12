"""What the reader meets first: the verdict, where the experiment stands, whether to trust it."""

from __future__ import annotations

import streamlit as st

from charts.theme import palette, tint
from i18n import Text, Words
from metrics.experiments.analysis import STATUSES
from metrics.experiments.decision import VERDICTS, Verdict
from metrics.experiments.plan_words import decision_table, plan_line
from metrics.experiments.text import STATES
from metrics.experiments.trust import CHECKS, Finding, State
from metrics.experiments.words import (
    finding_sentence,
    mode_line,
    timing_line,
    verdict_sentence,
)
from ui.experiment.asked import MARKS, Asked, say_whose
from ui.html import escape
from ui.page import section
from ui.session import dark, text
from ui.states import card
from ui.tables import html_table

_ANSWERS = Words("Did the change work, and can the answer be trusted?", "改动有效吗？结论可信吗？")


def finding(asked: Asked | None, tr: Text) -> str:
    """The verdict in one sentence."""
    if asked is None:
        return tr(_ANSWERS)
    return verdict_sentence(asked.found, asked.decision, tr, asked.scope.currency)


def standing(asked: Asked) -> None:
    """Verdict and status as words in colour, then how long, in which mode, by which plan."""
    tr, found = text(), asked.found
    chips = [_chip(asked.decision.verdict, tr)]
    if len(found.decisions) > 1:
        others = [d for d in found.decisions if d.arm != asked.arm]
        chips += [_chip(d.verdict, tr, d.arm) for d in others]
    e = found.experiment
    lines = [
        f"{tr(STATUSES[found.timing.status])} · {timing_line(found, tr)}",
        f"{mode_line(found, tr)}. {plan_line(e, tr)}"
        if tr.language == "en"
        else f"{mode_line(found, tr)}。{plan_line(e, tr)}",
    ]
    about = [
        e.hypothesis,
        e.owner and tr(Words("Owner: {owner}", "负责人：{owner}"), owner=e.owner),
    ]
    said = tr(Words(" ", "　")).join(a for a in about if a)
    body = "".join(f'<p class="ns-sub">{escape(line)}</p>' for line in [*lines, said] if line)
    st.html(
        f'<div style="display:flex;flex-wrap:wrap;gap:.5rem;margin:.1rem 0 .5rem">'
        f"{''.join(chips)}</div>{body}"
    )
    _notices(asked, tr)


def _notices(asked: Asked, tr: Text) -> None:
    found = asked.found
    say_whose()
    gone = [*found.experiment.unknown]
    if gone:
        card(
            tr(
                Words(
                    "Metrics that do not exist (any more): {names}.",
                    "指标不存在（或已下线）：{names}。",
                ),
                names=", ".join(gone),
            ),
            tr(
                Words(
                    "Choose others in the plan; the rest is judged without them.",
                    "请在方案中改选其他指标；其余指标照常判断。",
                )
            ),
            "warning",
        )
    if found.lacking:
        card(
            tr(
                Words("Without data in this shop: {names}.", "本店缺少数据：{names}。"),
                names=tr(Words(", ", "、")).join(tr(j.outcome.name()) for j in found.lacking),
            ),
            "",
            "warning",
        )


def _chip(verdict: Verdict, tr: Text, arm: str = "") -> str:
    p = palette(dark())
    colour = {
        Verdict.SHIP: p.good,
        Verdict.DONT_SHIP: p.bad,
        Verdict.INVALID: p.bad,
        Verdict.KEEP_RUNNING: p.accent,
    }.get(verdict, p.muted)
    name = tr(VERDICTS[verdict])
    said = f"{arm}: {name}" if arm and tr.language == "en" else f"{arm}：{name}" if arm else name
    return (
        f'<span style="border:1px solid {colour};color:{colour};background:{tint(colour, 0.08)};'
        f'border-radius:6px;padding:.15rem .7rem;font-weight:600">{escape(said)}</span>'
    )


def trust_section(asked: Asked) -> None:
    """Every check with its sentence: what failed and what to look at first."""
    tr, found = text(), asked.found.trust
    order = (State.FAILED, State.WARNING, State.PASSED, State.SKIPPED)
    section(
        tr(Words("Can it be trusted?", "数据可信吗？")),
        tr(
            Words(
                "A failed check makes the verdict invalid, whatever the metrics say.",
                "任一检查不通过，无论指标如何，结论均无效。",
            )
        ),
    )
    listed = sorted(found.findings, key=lambda f: order.index(f.state))
    st.html(
        '<ul style="list-style:none;padding:0;margin:0;display:grid;gap:.35rem 2rem;'
        'grid-template-columns:repeat(auto-fit,minmax(min(100%,22rem),1fr))">'
        + "".join(_line(f, tr) for f in listed)
        + "</ul>"
    )


def _line(finding: Finding, tr: Text) -> str:
    p = palette(dark())
    sign, tone = MARKS[finding.state]
    colour = {"good": p.good, "signal": p.signal, "bad": p.bad}.get(tone, p.muted)
    return (
        f'<li style="display:flex;gap:.6rem;font-size:.9rem">'
        f'<span aria-label="{escape(tr(STATES[finding.state]))}" role="img" '
        f'style="color:{colour};font-weight:700;width:1rem;flex:none">{sign}</span>'
        f"<span><strong>{escape(tr(CHECKS[finding.check]))}</strong> "
        f'<span style="color:{p.muted}">{escape(finding_sentence(finding, tr))}</span></span></li>'
    )


def decision_section(asked: Asked) -> None:
    """The table that was fixed before the start."""
    tr = text()
    title = tr(Words("How is it decided?", "如何判定？"))
    section(title, plan_line(asked.found.experiment, tr))
    header = [tr(Words("Verdict", "结论")), tr(Words("When", "条件"))]
    st.html(html_table(title, header, decision_table(asked.found.experiment, tr), wide=(1,)))
