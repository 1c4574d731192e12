"""What the calculator says: verdict, trust, difference and lift, Bayesian reading, power."""

from __future__ import annotations

import streamlit as st

from charts.effects import Row, effect_whiskers
from i18n import Text, Words
from metrics.calculator import words
from metrics.calculator.answer import Answer, Verdict, answered
from metrics.calculator.question import Kind
from metrics.calculator.text import as_csv, rows
from metrics.stats.experiments.effect import Effect
from metrics.stats.experiments.modes import Mode
from ui.calculator.asked import Asked
from ui.figures import draw
from ui.html import escape
from ui.page import section
from ui.session import dark
from ui.states import card
from ui.tables import html_table

_NOTHING_YET = Words(
    "Is the difference between two arms real? Give your own numbers: counts, means or a file.",
    "两组之间的差异是否真实？请录入自己的数据：计数、均值或文件。",
)
_MEND = Words("The numbers below can't be read yet.", "下方数据暂时无法读取。")
_JUDGED: dict[Verdict, Words] = {
    Verdict.INVALID: Words("split is off", "分流异常"),
    Verdict.NO_ANSWER: Words("no answer", "暂无结论"),
    Verdict.TOO_EARLY: Words("too early", "为时尚早"),
    Verdict.BETTER: Words("significant", "显著"),
    Verdict.WORSE: Words("significant", "显著"),
    Verdict.KEEP_RUNNING: Words("keep running", "继续观察"),
    Verdict.INCONCLUSIVE: Words("not significant", "不显著"),
}


def finding(asked: Asked, answer: Answer | None, tr: Text) -> str:
    """The verdict; before there is one, what the page answers."""
    if answer is not None:
        return words.verdict(answer, tr)
    return tr(_NOTHING_YET if asked.problem is None else _MEND)


def judged(asked: Asked) -> Answer | None:
    return None if asked.question is None else answered(asked.question)


def results(asked: Asked, answer: Answer | None, tr: Text) -> None:
    """Everything below the form."""
    if asked.problem is not None:
        what, *hint = asked.problem.say(tr).split("\n")
        card(what, "\n".join(hint), "warning")
    if answer is None:
        return
    if answer.sample_ratio_alarm:
        card(words.srm_sentence(answer, tr), "", "error")
    else:
        _say(words.srm_sentence(answer, tr))
    _figure(answer, tr)
    section(tr(Words("The numbers", "数据明细")))
    header = [tr(Words("What", "项目")), tr(Words("Value", "数值"))]
    table = rows(answer, tr)
    st.html(html_table(tr(Words("The numbers", "数据明细")), header, table))
    st.download_button(
        tr(Words("Download CSV", "下载 CSV")),
        lambda: as_csv(answer, tr).encode("utf-8-sig"),
        file_name="northstar_calculator.csv",
        mime="text/csv",
        on_click="ignore",
        key="calculator_download",
    )
    section(tr(Words("How far it carries", "把握有多大")))
    for said in (words.power_sentence(answer, tr), words.bayes_sentence(answer, tr)):
        if said:
            _say(said)


def _say(said: str) -> None:
    st.html(f'<p style="max-width:46rem;margin:0">{escape(said)}</p>')


def _figure(answer: Answer, tr: Text) -> None:
    shown = _rows(answer, tr)
    if not shown:
        return
    section(
        tr(Words("How far apart are they?", "两组相差多少？")),
        tr(
            Words("{t} less {c}, with 95% intervals", "“{t}”减“{c}”，含 95% 区间"),
            t=answer.question.treatment.name,
            c=answer.question.control.name,
        ),
    )
    rates = answer.question.kind is Kind.RATES
    title = tr(
        Words("difference in points", "差值（百分点）") if rates else Words("difference", "差值")
    )
    figure = effect_whiskers(
        shown,
        title,
        "share" if rates else "times",
        lambda v: words.difference(answer, v, tr),
        tr,
        dark=dark(),
    )
    draw(figure, "calculator_effect")


def _rows(answer: Answer, tr: Text) -> list[Row]:
    look = answer.look
    made = []
    main = _row(tr(_NAMES[look.mode]), look.effect, tr(_JUDGED[answer.verdict]), _good(answer))
    if main is not None:
        made.append(main)
    if look.mode is not Mode.FIXED:
        said = tr(Words("not for early looks", "中途查看无效"))
        name = tr(Words("One look only", "只看一次时"))
        made += [r for r in [_row(name, look.nominal, said, None, aside=True)] if r is not None]
    found, diff = answer.bayes, look.nominal.diff
    if made and found is not None and diff is not None:
        name, said = tr(Words("Bayesian", "贝叶斯")), tr(Words("not peek-proof", "不能边看边停"))
        made.append(Row(name, diff, found.low, found.high, said, aside=True))
    return made


_NAMES: dict[Mode, Words] = {
    Mode.FIXED: Words("Difference", "差值"),
    Mode.GROUP_SEQUENTIAL: Words("At this look", "本次查看"),
    Mode.ALWAYS_VALID: Words("At any time", "任意时点"),
}


def _good(answer: Answer) -> bool | None:
    return {Verdict.BETTER: True, Verdict.WORSE: False}.get(answer.verdict)


def _row(
    name: str, effect: Effect, said: str, good: bool | None, *, aside: bool = False
) -> Row | None:
    if effect.diff is None or effect.low is None or effect.high is None:
        return None
    return Row(name, effect.diff, effect.low, effect.high, said, good, aside)
