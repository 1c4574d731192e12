"""What is asked of the planner."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum

from data.warehouse import Coverage
from i18n import Problem, Words
from metrics.experiments.outcomes import Outcome, outcome
from metrics.stats.experiments.modes import Mode

HISTORY_DAYS = 56
"""How far back people are met: the last so many days, and the last whose outcome is known."""
WEEKS = (1, 2, 3, 4, 6, 8)
"""For which durations is said what could be detected."""
LONGEST_DAYS = 365
"""A longer test is no answer."""
MOST_ARMS = 10
MOST_PRIMARY = 3
MOST_GUARDRAILS = 5
DEFAULT_OUTCOME = "orders_within_14_days"
DEFAULT_LIFT = 0.1


class Meeting(StrEnum):
    """When a user meets the experiment, and so who is in it."""

    VISIT = "visit"
    REGISTRATION = "registration"


MEETINGS: dict[Meeting, Words] = {
    Meeting.VISIT: Words("On the first visit in the test", "测试期内首次到访"),
    Meeting.REGISTRATION: Words("At registration", "注册时"),
}
MODES: dict[Mode, Words] = {
    Mode.GROUP_SEQUENTIAL: Words("Group-sequential", "成组序贯"),
    Mode.FIXED: Words("Fixed horizon", "固定样本"),
    Mode.ALWAYS_VALID: Words("Always valid", "随时可看"),
}


class Refusal(StrEnum):
    """Why there is no answer, or not all of one."""

    NOT_MATURE = "not_mature"
    NOBODY = "nobody"
    GUESTS = "guests"
    NO_VARIANCE = "no_variance"
    ZERO = "zero"
    TOO_FEW_VALUES = "too_few_values"
    TOO_LARGE = "too_large"


REFUSALS: dict[Refusal, Words] = {
    Refusal.NOT_MATURE: Words(
        "the history is too short: nobody's {days} days after the exposure are over",
        "历史太短：还没有用户走完曝光后的 {days} 天",
    ),
    Refusal.NOBODY: Words(
        "nobody would have been exposed in the days that are looked at",
        "所看的时段内没有用户会被曝光",
    ),
    Refusal.GUESTS: Words(
        "guests have no identity to assign an arm to", "游客没有可识别的身份，无法分组"
    ),
    Refusal.NO_VARIANCE: Words(
        "all users have the same value, so there is no spread to plan with",
        "所有用户的数值相同，没有波动可供估算",
    ),
    Refusal.ZERO: Words(
        "the metric is zero in the history, so a relative lift means nothing",
        "该指标在历史中为零，相对提升没有意义",
    ),
    Refusal.TOO_FEW_VALUES: Words(
        "there are too few orders to know the spread of this quantile",
        "订单太少，无法估计该分位数的波动",
    ),
    Refusal.TOO_LARGE: Words(
        "such a lift would take the rate beyond 100 %", "该提升会使比率超过 100%"
    ),
}


@dataclass(frozen=True, slots=True)
class Guarded:
    """A guardrail: at most `margin` of control may be lost."""

    outcome: Outcome
    margin: float


@dataclass(frozen=True, slots=True)
class Question:
    """How large a test of `outcome` must be to find a relative `lift`.

    `split` are the arms' shares in any scale, control first; with more than one comparison (arms
    less one, times `primaries`) alpha is shared among them as Holm's first step does. `traffic` is
    the share of the people met who are in the test. `cuped`: adjusted by each unit's own 28 days
    before, where the metric has them.
    """

    outcome: Outcome
    meeting: Meeting = Meeting.VISIT
    lift: float = DEFAULT_LIFT
    split: tuple[float, ...] = (50.0, 50.0)
    primaries: int = 1
    mode: Mode = Mode.GROUP_SEQUENTIAL
    alpha: float = 0.05
    power: float = 0.8
    traffic: float = 1.0
    cuped: bool = True
    guardrails: tuple[Guarded, ...] = ()

    def __post_init__(self) -> None:
        _within(_LIFT, self.lift, 0.001, 10)
        _within(_ALPHA, self.alpha, 0.0001, 0.5)
        _within(_POWER, self.power, 0.5, 0.99)
        _within(_TRAFFIC, self.traffic, 0.001, 1)
        if not 2 <= len(self.split) <= MOST_ARMS or not all(
            math.isfinite(w) and w > 0 for w in self.split
        ):
            raise Problem("planner_split", _SPLIT, _SPLIT_HINT, most=MOST_ARMS)
        if not 1 <= self.primaries <= MOST_PRIMARY:
            raise Problem("planner_primaries", _PRIMARIES, most=MOST_PRIMARY)
        if len(self.guardrails) > MOST_GUARDRAILS:
            raise Problem("planner_guardrails", _GUARDRAILS, most=MOST_GUARDRAILS)
        named = [self.outcome.key, *(g.outcome.key for g in self.guardrails)]
        if len(set(named)) < len(named):
            raise Problem("planner_metric_twice", _TWICE)
        for guard in self.guardrails:
            _within(_MARGIN, guard.margin, 0.001, 0.99)

    @property
    def shares(self) -> tuple[float, ...]:
        """The split, adding up to 1."""
        total = math.fsum(self.split)
        return tuple(w / total for w in self.split)

    @property
    def comparisons(self) -> int:
        return (len(self.split) - 1) * self.primaries

    @property
    def level(self) -> float:
        """Alpha of one comparison."""
        return self.alpha / self.comparisons


def default_question() -> Question:
    return Question(outcome(DEFAULT_OUTCOME))


def lacking(coverage: Coverage, asked: Question) -> tuple[str, ...]:
    """Tables and columns of the question that the shop does not have."""
    met = "users.registered_at" if asked.meeting is Meeting.REGISTRATION else "events / orders"
    needs = [met, *asked.outcome.base.needs]
    for guard in asked.guardrails:
        needs += guard.outcome.base.needs
    return coverage.lacking(*dict.fromkeys(needs))


def _within(words: Words, value: float, low: float, high: float) -> None:
    if not low <= value <= high:
        raise Problem("planner_number", words, value=value, low=low, high=high)


_LIFT = Words(
    "The lift is {value:g}; it must lie between {low:g} and {high:g} (0.05 is 5 %).",
    "提升幅度为 {value:g}，须介于 {low:g} 和 {high:g} 之间（0.05 即 5%）。",
)
_ALPHA = Words(
    "The significance level is {value:g}; it must lie between {low:g} and {high:g}.",
    "显著性水平为 {value:g}，须介于 {low:g} 和 {high:g} 之间。",
)
_POWER = Words(
    "The power is {value:g}; it must lie between {low:g} and {high:g}.",
    "检验功效为 {value:g}，须介于 {low:g} 和 {high:g} 之间。",
)
_TRAFFIC = Words(
    "The share of traffic is {value:g}; it must lie between {low:g} and {high:g} (1 is all).",
    "参与流量占比为 {value:g}，须介于 {low:g} 和 {high:g} 之间（1 即全部）。",
)
_MARGIN = Words(
    "The margin is {value:g}; it must lie between {low:g} and {high:g} (0.02 is 2 %).",
    "非劣界值为 {value:g}，须介于 {low:g} 和 {high:g} 之间（0.02 即 2%）。",
)
_SPLIT = Words(
    "A split has 2 to {most} shares, each above 0, control first.",
    "分流比例须为 2 至 {most} 个大于 0 的数，对照组在前。",
)
_SPLIT_HINT = Words("For example 50/50, or 80/20.", "例如 50/50 或 80/20。")
_PRIMARIES = Words("There are 1 to {most} primary metrics.", "核心指标为 1 至 {most} 个。")
_GUARDRAILS = Words("At most {most} guardrails.", "护栏指标最多 {most} 个。")
_TWICE = Words(
    "A metric is named twice: it is the one that decides, or one guardrail.",
    "有指标重复：一个指标只能是核心指标或一项护栏。",
)
