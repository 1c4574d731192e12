"""A change by factors, or person by person."""

from __future__ import annotations

from charts.waterfall import waterfall
from format import dates, numbers
from i18n import Text, Words
from metrics.metric import Unit
from metrics.reading import REASONS
from metrics.why.spec import METHODS
from metrics.why.steps import Steps
from metrics.why.words import effect_text, steps_finding, verdict_words
from ui.figures import draw
from ui.page import section
from ui.patience import patiently
from ui.session import dark, scope, text, warehouse
from ui.states import card
from ui.tables import scroll_table
from ui.why.asked import FIGURE, Asked

_ANSWERS = Words(
    "Which part moved a number, and is that signal or noise?",
    "指标变动由哪一部分带来？是显著变化还是正常波动？",
)


def steps_answered(asked: Asked | None) -> Steps | None:
    """The change; None where the shop supports no metric, or the reader stopped it."""
    if asked is None:
        return None
    key = ("why_steps", asked.view.method, asked.question, asked.scope)
    return patiently(asked.steps, *key, height=FIGURE)


def steps_said(found: Steps | None, asked: Asked | None, tr: Text) -> str:
    """The sentence that the page opens with."""
    if found is None or asked is None:
        return tr(_ANSWERS)
    names = {i.key: i.name for i in found.inputs}
    return steps_finding(asked.metric, found, names, tr, scope().currency)


def _missing(found: Steps) -> Words:
    return REASONS[found.reason] if found.reason else Words("no data", "无数据")


def steps_section(found: Steps, asked: Asked) -> None:
    """The bridge, then its inputs."""
    tr, w, metric, currency = text(), warehouse(), asked.metric, asked.scope.currency
    section(
        tr(Words("What moved {name}?", "{name}由什么带动？"), name=metric.name),
        tr(Words("{method}: {equation}", "{method}：{equation}"),
           method=METHODS[asked.view.method], equation=found.equation),
    )  # fmt: skip
    if found.bridge is None or found.before is None or found.after is None:
        card(
            tr(Words("There is no bridge: {why}.", "无法拆解：{why}。"), why=_missing(found)),
            tr(Words("Choose other dates or another comparison.", "请更换时间或对比方式。")),
            "info",
        )
        return
    names = {i.key: i.name for i in found.inputs}
    before, after = (
        dates.span(s.start, s.end, tr, w.coverage.last_day) for s in (found.before, found.after)
    )
    figure = waterfall(
        found.bridge, names, before, after, metric.unit, tr, dark=dark(), currency=currency,
        good=metric.good, signals=found.signals,
    )  # fmt: skip
    draw(figure, f"why_steps_{asked.view.method}")
    effects = {p.key: p.value for p in found.bridge.parts}

    def value(amount: float | None, unit: Unit) -> str:
        return numbers.full(amount, unit, tr, currency)

    compared = any(i.before is not None for i in found.inputs)
    header = [
        tr(Words("Part", "构成项")),
        *([before, after] if compared else []),
        tr(Words("Effect on {name}", "对{name}的影响"), name=metric.name),
        tr(Words("Signal", "是否显著")),
    ]
    rows = [
        [
            tr(i.name),
            *([value(i.before, i.unit), value(i.after, i.unit)] if compared else []),
            effect_text(effects[i.key], metric, tr, currency, full=True),
            tr(verdict_words(found.verdicts.get(i.key))),
        ]
        for i in found.inputs
    ]
    scroll_table(header, rows, "why_steps_table")
