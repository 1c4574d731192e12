"""The sentences of a pack, made of the words and readings of the review's own page."""

from __future__ import annotations

from format import numbers
from i18n import Text, Words
from metrics.reading import REASONS
from metrics.review.result import ReviewLine
from metrics.review.words import change_text, limits_text
from metrics.signal_words import judgement_words

_VALUE = Words("{value} in the week.", "本周 {value}。")
_MOVED = Words("{value} in the week, {change} on the week before.", "本周 {value}，环比 {change}。")
_NONE = Words("No value: {why}.", "无数值：{why}。")
_OWN = Words(
    "Over the whole deck it does not count: of many lines one breaks its own rule by chance.",
    "放在全部指标中不计为显著：指标多时，偶有一项越界属正常。",
)
_OWN_SHORT = Words("(Own rule only.)", "（仅自身规则。）")


def finding_of(line: ReviewLine, currency: str, tr: Text) -> str:
    """The line in short: the week's value, the change on the week before, signal or not."""
    if line.now.reading.reason is not None:
        return _moved(line, currency, tr)
    return _joined(tr, _moved(line, currency, tr), judged(line, tr))


def opened(line: ReviewLine, currency: str, tr: Text) -> str:
    """The same among the lines that a review opens with."""
    own = "" if line.counted else tr(_OWN_SHORT)
    return _joined(
        tr, _moved(line, currency, tr), judgement_words(line.judgement, tr), own
    ).rstrip()


def _joined(tr: Text, *sentences: str) -> str:
    return ("" if tr.language == "zh" else " ").join(sentences)


def _moved(line: ReviewLine, currency: str, tr: Text) -> str:
    reading = line.now.reading
    if reading.reason is not None:
        return tr(_NONE, why=tr(REASONS[reading.reason]))
    value = numbers.short(reading.value, line.metric.unit, tr, currency)
    change = line.strip[0].wow
    said = tr(_VALUE, value=value)
    if change is not None:
        moved = change_text(change, line.metric.unit, tr, currency)
        said = tr(_MOVED, value=value, change=moved)
    return said


def judged(line: ReviewLine, tr: Text) -> str:
    """Signal or noise and by which rule, and where the rule is the line's alone."""
    said = judgement_words(line.judgement, tr)
    if line.is_signal and not line.counted:
        return _joined(tr, said, tr(_OWN))
    return said


def limits_of(line: ReviewLine, currency: str, tr: Text) -> str:
    """The natural limits of the week and what they rest on; empty where there are none."""
    limits, rests = line.limits_in_force.limits, limits_text(line.limits_in_force, tr)
    if limits is None:
        return rests
    low, high = (
        numbers.short(v, line.metric.unit, tr, currency) for v in (limits.low, limits.high)
    )
    return " · ".join(part for part in (f"{low} – {high}", rests) if part)
