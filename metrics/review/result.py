"""The weekly review as a typed result: what the page, the pack and the command line show.

Everything is read from the same points: the boxes under a chart, its limits, and the sentence that
the review opens with.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from data.scope import Scope, Span
from data.warehouse import Coverage
from i18n import Words
from metrics.experiments.listing import Row as ExperimentRow
from metrics.metric import Metric
from metrics.scorecard import Change, Missing, Point, change_between
from metrics.stats.xmr import Judgement, Limits, Verdict
from store import Annotation, Decision, LimitRules, Saved


class Section(StrEnum):
    """The order of a review, the same every week."""

    STAR = "star"
    ACQUIRE = "acquire"
    ACTIVATE = "activate"
    RETAIN = "retain"
    CONVERT = "convert"
    REFER = "refer"
    CHANNELS = "channels"
    EXPERIMENTS = "experiments"


SECTIONS: dict[Section, Words] = {
    Section.STAR: Words("North star and its inputs", "北极星与构成"),
    Section.ACQUIRE: Words("Acquire", "获客"),
    Section.ACTIVATE: Words("Activate", "激活"),
    Section.RETAIN: Words("Retain", "留存"),
    Section.CONVERT: Words("Convert", "转化"),
    Section.REFER: Words("Refer", "推荐"),
    Section.CHANNELS: Words("Channels", "渠道"),
    Section.EXPERIMENTS: Words("Experiments ending", "即将结束的实验"),
}


class BoxKind(StrEnum):
    LAST_WEEK = "last_week"
    MTD = "mtd"
    QTD = "qtd"
    YTD = "ytd"


BOXES: dict[BoxKind, Words] = {
    BoxKind.LAST_WEEK: Words("Week", "本周"),
    BoxKind.MTD: Words("Month to date", "本月至今"),
    BoxKind.QTD: Words("Quarter to date", "本季至今"),
    BoxKind.YTD: Words("Year to date", "本年至今"),
}
SHORT_BOXES: dict[BoxKind, Words] = {
    BoxKind.LAST_WEEK: Words("Week", "本周"),
    BoxKind.MTD: Words("MTD", "本月至今"),
    BoxKind.QTD: Words("QTD", "本季至今"),
    BoxKind.YTD: Words("YTD", "本年至今"),
}


@dataclass(frozen=True, slots=True)
class Box:
    """One field of the strip: a range that ends with the reviewed week, the range before (of the
    week only), the same elapsed part a year earlier, and the target in the metric's unit."""

    kind: BoxKind
    point: Point
    before: Point | None
    last_year: Point | None
    target: float | None

    @property
    def span(self) -> Span:
        return self.point.span

    @property
    def wow(self) -> Change | None:
        """Against the week before."""
        return None if self.before is None else self._since(self.before)

    @property
    def yoy(self) -> Change | None:
        """Against the same part of the year before."""
        return None if self.last_year is None else self._since(self.last_year)

    @property
    def to_target(self) -> Change | None:
        """From the target to the value."""
        value = self.point.reading.value
        return None if self.target is None or value is None else Change(self.target, value)

    def _since(self, earlier: Point) -> Change | None:
        return change_between(earlier.reading, self.point.reading)


@dataclass(frozen=True, slots=True)
class Band:
    """The natural limits of one week, in the metric's unit."""

    low: float
    mean: float
    high: float


@dataclass(frozen=True, slots=True)
class InForce:
    """The limits a line was judged by. `limits` are those of the reviewed week, with the metric's
    season put back in; `bands` one per week of `ReviewLine.weeks`, None where there is none.

    `baseline` are the days that the limits rest on, `since` the last divider, and `refused` says
    why part of what the rules ask for could not be followed.
    """

    rules: LimitRules | None
    limits: Limits | None
    bands: tuple[Band | None, ...]
    baseline: Span | None
    since: Span | None
    seasonal: bool
    trended: bool
    refused: tuple[Words, ...]


@dataclass(frozen=True, slots=True)
class ReviewLine:
    """One metric of the deck. `weeks` are the last six, the reviewed one last; `months` the last
    twelve whole ones and, where one is under way, the month to date; the `_before` are the same
    ranges a year earlier (weeks by 52 weeks, months by the calendar).

    `history` holds every week that the limits were drawn from, the reviewed one last. `judgement`
    is the line's own; `counted` says whether the signal also stands over the whole deck, where one
    line of many breaks a rule by chance. Targets are by week and by month, None without one.
    """

    metric: Metric
    owner: str
    section: Section
    weeks: tuple[Point, ...]
    weeks_before: tuple[Point, ...]
    week_targets: tuple[float | None, ...]
    months: tuple[Point, ...]
    months_before: tuple[Point, ...]
    month_targets: tuple[float | None, ...]
    history: tuple[Point, ...]
    limits_in_force: InForce
    judgement: Judgement
    counted: bool
    strip: tuple[Box, ...]
    notes: tuple[Saved[Annotation], ...]
    decisions: tuple[Saved[Decision], ...]
    sql: Mapping[str, str]
    ignored: tuple[str, ...]

    @property
    def now(self) -> Point:
        """The reviewed week."""
        return self.strip[0].point

    @property
    def is_signal(self) -> bool:
        """Whether it breaks a rule of its own."""
        return self.judgement.verdict in (Verdict.SIGNAL_UP, Verdict.SIGNAL_DOWN)

    @property
    def is_good(self) -> bool | None:
        """Whether the signal is welcome; None when it is none, or the metric has no direction."""
        if not self.is_signal or self.metric.good == "neither":
            return None
        return (self.judgement.verdict is Verdict.SIGNAL_UP) == (self.metric.good == "up")


@dataclass(frozen=True, slots=True)
class Opening:
    """What the review opens with: the lines whose signal stands over the whole deck, the others
    that only break a rule of their own, and how many could be judged or have too few weeks."""

    signals: tuple[ReviewLine, ...]
    own: tuple[ReviewLine, ...]
    judged: int
    too_few: int


@dataclass(frozen=True, slots=True)
class Review:
    """`week` is the calendar week under review. Where it is not over, `upto` is before its end and
    every range stops there. `missing` are metrics that the shop has no data for, `gone` keys of the
    deck that no longer exist; `decisions` are the open ones that no line shows."""

    week: Span
    upto: Span
    lines: tuple[ReviewLine, ...]
    opening: Opening
    missing: tuple[Missing, ...]
    gone: tuple[str, ...]
    decisions: tuple[Saved[Decision], ...]
    experiments_ending: tuple[ExperimentRow, ...]
    scope: Scope
    coverage: Coverage
    version: str
    sql: Mapping[str, str]

    @property
    def running(self) -> bool:
        """Whether the week has days that are not complete."""
        return self.week.end > self.coverage.until

    def of(self, section: Section) -> tuple[ReviewLine, ...]:
        return tuple(line for line in self.lines if line.section is section)
