"""The people behind the numbers of referral."""

from __future__ import annotations

from typing import Any

from format import numbers
from i18n import Text, Words
from metrics.audiences.definitions import of_referral
from metrics.referral.people import COUNT_OF, referral_people
from metrics.referral.referral import ReferralAnswer
from metrics.referral.steps import Step
from ui.behind import Behind
from ui.session import text, warehouse

BEHIND: Behind[Step] = Behind("referral")


def selecting() -> dict[str, Any]:
    """What the figure is drawn with, so that its bars can be clicked."""
    return BEHIND.on_select(lambda data, _trace: step_of(data))


def step_of(data: Any) -> Step:
    """The list of a bar: that of the invitations opens those who sent them."""
    return Step(data[0] if isinstance(data, (list, tuple)) else data)


def count_of(found: ReferralAnswer, step: Step) -> int:
    return found.total.counts[COUNT_OF[step]]


def people_picker(found: ReferralAnswer) -> None:
    tr = text()
    BEHIND.picker(
        [step for step in Step if count_of(found, step)], lambda step: list_name(found, step, tr)
    )


def opened_people(found: ReferralAnswer) -> None:
    """The drawer of the number that was clicked before this run."""
    step = BEHIND.wanted()
    if step is None or count_of(found, step) == 0:
        return
    people = referral_people(warehouse(), found.scope, found.total.span, step)
    BEHIND.open(
        lambda tr: list_name(found, step, tr),
        people,
        note=text()(_NOTES[step]),
        definition=of_referral(found.total.span, step),
    )


def list_name(found: ReferralAnswer, step: Step, tr: Text) -> str:
    """Who is listed and how many."""
    return tr(_NAMES[step], n=numbers.full(count_of(found, step), "count", tr))


_NAMES: dict[Step, Words] = {
    Step.ACQUIRED: Words("Acquired, days of inviting over: {n}", "获客且邀请期已满：{n} 人"),
    Step.INVITED: Words("Sent invitations: {n}", "发出邀请的用户：{n} 人"),
    Step.SENT: Words("Invitations sent: {n}", "发出的邀请：{n} 个"),
    Step.ACCEPTED: Words("Invitations accepted: {n}", "被接受的邀请：{n} 个"),
    Step.CUSTOMERS: Words("Referred customers: {n}", "裂变新客：{n} 人"),
}
_PER_INVITATION = Words(
    "A line per invitation: who sent it, then who was invited, where the source names them and you "
    "may see them.",
    "每行一个邀请：先列邀请人，再列被邀请人（仅在数据源有记录且您有权查看时显示）。",
)
_NOTES: dict[Step, Words] = {
    Step.ACQUIRED: Words(
        "Registered in the period; the days in which their invitations count are over.",
        "在所选时间内注册，且邀请期已满。",
    ),
    Step.INVITED: Words(
        "Of these, whoever sent at least one invitation that counts; the most first.",
        "其中至少发出一个有效邀请的用户，按邀请数从多到少排列。",
    ),
    Step.SENT: _PER_INVITATION,
    Step.ACCEPTED: _PER_INVITATION,
    Step.CUSTOMERS: _PER_INVITATION,
}
