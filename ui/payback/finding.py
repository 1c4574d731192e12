"""The sentence that the payback page opens with."""

from __future__ import annotations

from format import numbers
from i18n import Text, Words
from metrics.channels.spec import Cost
from metrics.metric import Unit
from metrics.payback.result import Cohort, Payback
from metrics.payback.spec import By
from metrics.payback.text import back_text, cohort_name, day_text
from metrics.reading import REASONS, Reason

_ANSWERS = Words("When have new customers brought what they cost?", "新客何时带回获客成本？")
_NO_VALUE = Words(
    "No value to hold against the cost of customers: {reason}.",
    "没有可与获客成本相比的价值：{reason}。",
)
_PAID = Words(
    "Customers of {month} cost {cac} and paid back on {day}",
    "{month}的新客获客成本 {cac}，{day}回本",
)
_FIRST = Words(
    "Customers of {month} cost {cac} and paid back on their first day",
    "{month}的新客获客成本 {cac}，首日即回本",
)
_NONE_SINCE = Words("; of the {n} months since, none has so far.", "；此后 {n} 个月尚未回本。")
_ONE_SINCE = Words("; the month since has not so far.", "；此后 1 个月尚未回本。")
_END = Words(".", "。")
_NO_MONTH = Words(
    "No month has paid back so far; {month} has come furthest: {share} of its cost of {cac} by day "
    "{n}.",
    "尚无月份回本；进度最高的是{month}：第 {n} 天收回获客成本 {cac} 的 {share}。",
)
_VALUES = Words(
    "{n} of {all} {kind} with spend have paid back",
    "有花费的 {all} 个{kind}中，{n} 个已回本",
)
_KINDS = {
    By.MONTH: Words("months", "月份"),
    By.CHANNEL: Words("channels", "渠道"),
    By.MARKET: Words("markets", "市场"),
}
_FASTEST = Words(", {name} fastest ({day})", "，最快的是{name}（{day}）")
_FURTHEST = Words("; {name} has furthest to go ({back}).", "；差距最大的是{name}（{back}）。")


def finding(found: Payback | None, cost: Cost, currency: str, tr: Text) -> str:
    """Who has paid back last, what they cost, and what came of those since."""
    if found is None:
        return tr(_ANSWERS)
    reasons = [c.worth(cost).reason for c in found.cohorts if c.size]
    if reasons and reasons[0] is not None and None not in reasons:
        return tr(_NO_VALUE, reason=REASONS[reasons[0]])
    return (_of_months if found.by is By.MONTH else _of_values)(found, cost, currency, tr)


def waiting(found: Payback, cost: Cost) -> list[Cohort]:
    """Cohorts that cost something and have not paid back so far."""
    reasons = (Reason.NOT_PAID_BACK, Reason.IMMATURE)
    return [
        c for c in found.cohorts
        if c.cac(cost).value is not None and c.back(cost).day.reason in reasons
    ]  # fmt: skip


def _of_months(found: Payback, cost: Cost, currency: str, tr: Text) -> str:
    last = found.last_back(cost)
    if last is None:
        return _none_yet(found, cost, currency, tr)
    month, step = last
    said = tr(
        _FIRST if step.age == 0 else _PAID,
        month=cohort_name(month, found.by, tr),
        cac=_money(month, cost, currency, tr),
        day=day_text(step.age, tr),
    )
    since = [c for c in waiting(found, cost) if c.days.span.start > month.days.span.start]
    if not since:
        return said + tr(_END)
    return said + tr(_ONE_SINCE if len(since) == 1 else _NONE_SINCE, n=len(since))


def _none_yet(found: Payback, cost: Cost, currency: str, tr: Text) -> str:
    known = [(c.back(cost).so_far.value, c) for c in found.cohorts]
    ranked = sorted(
        ((share, n) for n, (share, _) in enumerate(known) if share is not None), reverse=True
    )
    if not ranked:
        return tr(_ANSWERS)
    share, at = ranked[0]
    furthest = known[at][1]
    return tr(
        _NO_MONTH,
        month=cohort_name(furthest, found.by, tr),
        share=numbers.short(share, Unit.SHARE, tr),
        cac=_money(furthest, cost, currency, tr),
        n=furthest.back(cost).last,
    )


def _of_values(found: Payback, cost: Cost, currency: str, tr: Text) -> str:
    paid = [c for c in found.cohorts if c.back(cost).day.value is not None]
    open_ = waiting(found, cost)
    if not paid and not open_:
        return tr(_ANSWERS)
    said = tr(_VALUES, n=len(paid), all=len(paid) + len(open_), kind=_KINDS[found.by])
    if paid:
        fastest = min(paid, key=lambda c: c.back(cost).day.value or 0.0)
        name = cohort_name(fastest, found.by, tr)
        said += tr(_FASTEST, name=name, day=back_text(fastest.back(cost), tr))
    known = [c for c in open_ if c.back(cost).so_far.value is not None]
    if not known:
        return said + tr(_END)
    last = min(known, key=lambda c: c.back(cost).so_far.value or 0.0)
    name = cohort_name(last, found.by, tr)
    return said + tr(_FURTHEST, name=name, back=_share_by(last, cost, tr))


_SHARE_BY = Words("{share} of its cost by day {n}", "第 {n} 天收回 {share}")


def _share_by(cohort: Cohort, cost: Cost, tr: Text) -> str:
    back = cohort.back(cost)
    return tr(_SHARE_BY, share=numbers.short(back.so_far.value, Unit.SHARE, tr), n=back.last)


def _money(cohort: Cohort, cost: Cost, currency: str, tr: Text) -> str:
    return numbers.short(cohort.cac(cost).value, Unit.MONEY, tr, currency)
