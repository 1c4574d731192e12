"""Targets and their pace in words."""

from __future__ import annotations

from datetime import date

from format import dates, numbers
from i18n import Text, Words
from metrics.meeting.pacing import Pace, Standing
from metrics.metric import Adds
from metrics.periods import Grain, following
from store import TargetGrain

STANDINGS: dict[Standing, Words] = {
    Standing.MET: Words("met", "达成"),
    Standing.MISSED: Words("missed", "未达成"),
    Standing.AHEAD: Words("on course", "可望达成"),
    Standing.BEHIND: Words("behind", "落后"),
    Standing.UNKNOWN: Words("not judged", "不判定"),
}
EVEN = Words("at an even pace", "按匀速推算")
SHAPED = Words("by last year's shape", "按去年同期走势推算")


def bucket_name(start: date, grain: TargetGrain, tr: Text, last: date) -> str:
    """`W40 (28 Sep – 4 Oct)`, `Oct 2026`."""
    return dates.bucket(start, following(start, Grain(grain)), grain, tr, last)


def progress(pace: Pace, tr: Text, currency: str, last: date) -> str:
    """How far the days and the value are: `¥1.2M of ¥1.5M (80%) with 20 of 30 days gone`."""
    unit = pace.metric.unit
    value = numbers.short(pace.to_date.value, unit, tr, currency)
    target = numbers.short(pace.target, unit, tr, currency)
    gone = 0 if pace.done is None else pace.done.days
    over = gone == pace.span.days
    if pace.metric.adds is Adds.FULLY and pace.to_date.value is not None and pace.target > 0:
        share = numbers.short(pace.to_date.value / pace.target, "share", tr)
        words = _OF_SHARE_OVER if over else _OF_SHARE
        return tr(words, value=value, target=target, share=share, n=gone, days=pace.span.days)
    words = _OF_OVER if over else _OF
    return tr(words, value=value, target=target, n=gone, days=pace.span.days)


def rest_words(pace: Pace, tr: Text, currency: str) -> str:
    """What each of the remaining days has to bring; nothing for what does not add up."""
    if pace.rest is None:
        return ""
    if pace.rest <= 0:
        return tr(_REACHED)
    need = numbers.short(pace.rest, pace.metric.unit, tr, currency)
    return tr(_REST_ONE if pace.days_left == 1 else _REST, need=need, n=pace.days_left)


def end_words(pace: Pace, tr: Text, currency: str) -> str:
    """Where it will end, and how that is known; nothing where the value is all there is."""
    if pace.days_left == 0 or pace.end is None or (pace.even == pace.to_date.value):
        return ""
    unit = pace.metric.unit
    end = numbers.short(pace.end, unit, tr, currency)
    said = tr(_END, end=end, how=SHAPED if pace.shaped is not None else EVEN)
    if pace.shaped is not None and pace.even is not None:
        said += tr(_AND_EVEN, even=numbers.short(pace.even, unit, tr, currency))
    return said


def pace_sentence(pace: Pace, tr: Text, currency: str, last: date) -> str:
    """One metric's target in a sentence."""
    parts = [progress(pace, tr, currency, last), rest_words(pace, tr, currency)]
    parts += [end_words(pace, tr, currency), tr(STANDINGS[pace.standing])]
    name = bucket_name(pace.span.start, pace.grain, tr, last)
    said = tr(Words("; ", "；")).join(p for p in parts if p)
    return tr(_SENTENCE, metric=pace.metric.name, bucket=name, said=said)


_SENTENCE = Words("{metric}, {bucket}: {said}.", "{metric}，{bucket}：{said}。")
_OF_SHARE = Words(
    "{value} of {target} ({share}) with {n} of {days} days gone",
    "目标 {target}，已完成 {value}（{share}），时间已过 {n}/{days} 天",
)
_OF_SHARE_OVER = Words("{value} of {target} ({share})", "目标 {target}，完成 {value}（{share}）")
_OF = Words(
    "{value} against {target} with {n} of {days} days gone",
    "目标 {target}，当前 {value}，时间已过 {n}/{days} 天",
)
_OF_OVER = Words("{value} against {target}", "目标 {target}，实际 {value}")
_REST = Words("{need} a day needed for {n} days", "余下 {n} 天日均需 {need}")
_REST_ONE = Words("{need} needed on the last day", "最后一天需 {need}")
_REACHED = Words("the target is reached", "目标已达到")
_END = Words("ends near {end} {how}", "{how}，期末约 {end}")
_AND_EVEN = Words(" ({even} at an even pace)", "（匀速推算 {even}）")
