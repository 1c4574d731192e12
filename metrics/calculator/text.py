"""An answer as a table, CSV or JSON."""

from __future__ import annotations

import json
from dataclasses import asdict

from format.csv_text import csv_text
from i18n import Text, Words
from metrics.calculator import words
from metrics.calculator.answer import Answer
from metrics.calculator.question import MODES
from metrics.effect_words import interval, judged_by, lift, lift_interval


def rows(answer: Answer, tr: Text) -> list[tuple[str, str]]:
    """Every number with its name, in the order of the page."""
    q, effect = answer.question, answer.look.effect
    return [
        (q.control.name, _arm(answer, effect.control, q.control.sums.n, tr)),
        (q.treatment.name, _arm(answer, effect.treatment, q.treatment.sums.n, tr)),
        (tr(Words("Difference", "差值")), words.difference(answer, effect.diff, tr)),
        (tr(Words("95% interval", "95% 区间")), _interval(answer, tr)),
        (tr(Words("Lift", "提升幅度")), lift(effect, effect.lift, tr)),
        (
            tr(Words("95% interval of the lift", "提升幅度 95% 区间")),
            lift_interval(effect, tr),
        ),
        (tr(Words("Decided by", "判定依据")), judged_by(answer.look, tr)),
        (tr(Words("Mode", "模式")), tr(MODES[q.mode])),
        (tr(Words("Method", "方法")), words.method(answer, tr)),
    ]


def _arm(answer: Answer, amount: float | None, n: int, tr: Text) -> str:
    words_ = Words("{value} of {n} units", "{value}（{n} 个样本）")
    return tr(words_, value=words.value(answer, amount, tr), n=f"{n:,}")


def _interval(answer: Answer, tr: Text) -> str:
    effect = answer.look.effect
    if effect.low is None or effect.high is None:
        return "–" if effect.reason is None else tr(effect.reason)
    low, high = (words.difference(answer, v, tr) for v in (effect.low, effect.high))
    return interval(low, high, tr)


def as_table(answer: Answer, tr: Text) -> str:
    sentences = [words.verdict(answer, tr), words.srm_sentence(answer, tr)]
    told = [words.bayes_sentence(answer, tr), words.power_sentence(answer, tr)]
    lines = [f"{name}: {said}" for name, said in rows(answer, tr)]
    return "\n".join([*sentences, "", *lines, "", *[s for s in told if s]]) + "\n"


def as_csv(answer: Answer, tr: Text) -> str:
    header = [tr(Words("What", "项目")), tr(Words("Value", "数值"))]
    return csv_text(header, [list(row) for row in rows(answer, tr)])


def as_json(answer: Answer) -> str:
    """Every number in full. What could not be computed is null, and `status` says why."""
    look, ratio = answer.look, answer.sample_ratio
    said = {
        "verdict": answer.verdict,
        "kind": answer.question.kind,
        "mode": look.mode,
        "conclusive": look.conclusive,
        "gated": look.gated,
        "p_value": look.p_value,
        "effect": asdict(look.effect),
        "one_look": asdict(look.nominal),
        "boundary": None if look.boundary is None else asdict(look.boundary),
        "srm": None if ratio is None else {**asdict(ratio), "alarm": answer.sample_ratio_alarm},
        "bayes": None if answer.bayes is None else asdict(answer.bayes),
        "detectable": answer.detectable,
        "more_units": answer.more_units,
    }
    return json.dumps(said, ensure_ascii=False, indent=1)
