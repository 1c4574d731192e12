"""A review becomes a pack: every text made once, in one language, with its number beside it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from data.dimensions import DIMENSIONS
from data.settings import Reporting
from format import dates, numbers
from i18n import Text, Words
from metrics.catalog import METRICS
from metrics.experiments.listing_words import lift_text, verdict_text, why_text
from metrics.meeting.notes import is_overdue
from metrics.review.result import SECTIONS, SHORT_BOXES, BoxKind, Review, ReviewLine, Section
from metrics.review.words import DOWN, UP, WOW, YOY, opening_sentence
from metrics.stats.xmr import Verdict
from reports import words
from reports.lines import change_cell, page_of, tone_of, value_cell
from reports.pack import Cell, Fact, Legend, Pack, PackWords, Paragraph, Table, Tone
from reports.sentences import opened
from store import Decision, Saved


def pack_of(review: Review, reporting: Reporting, shop: Words | str, tr: Text) -> Pack:
    """The pack of a review in the language of `tr`; `shop` is the shop's name."""
    currency, coverage = review.scope.currency, review.coverage
    name = tr(shop) if isinstance(shop, Words) else shop
    lines = tuple(line for section in Section for line in review.of(section))
    week = dates.bucket(review.week.start, review.week.end, "week", tr, _other_year(review))
    decisions = _decisions(review)
    return Pack(
        language=tr.language,
        title=f"{name} · {tr(words.TITLE)}",
        subtitle=week,
        scope=_scope(review, tr),
        footer=" · ".join((name, week, tr(words.CURRENCY, code=currency), review.version)),
        finding=opening_sentence(review, tr),
        opening=_opening(review, tr),
        legend=_legend(tr),
        summary=_summary(lines, currency, tr),
        pages=tuple(page_of(line, currency, coverage, tr) for line in lines),
        experiments=_experiments(review, tr),
        decisions=_decision_table(decisions, review, tr),
        left_out=_left_out(review, tr),
        facts=_facts(review, reporting, tr),
        words=_words(tr),
        file_stem=f"northstar-{_week_code(review)}-{tr.language}",
    )


def _other_year(review: Review) -> date:
    """A day of another year, so that the week is always written with its own."""
    return date(1, 1, 1) if review.week else review.week.start


def _week_code(review: Review) -> str:
    """`2026-W40`: the ISO week that holds the middle of the reviewed one."""
    iso = (review.week.start + 3 * dates.DAY).isocalendar()
    return f"{iso.year}-W{iso.week:02d}"


def _scope(review: Review, tr: Text) -> str:
    kept = {c.dimension: c.sentence(tr) for c in review.scope.choices}
    parts = [kept.get(key, tr(d.every)) for key, d in DIMENSIONS.items()]
    return " · ".join((*parts, tr(words.CURRENCY, code=review.scope.currency)))


def _opening(review: Review, tr: Text) -> tuple[Paragraph, ...]:
    """The lines whose signal stands, each in a sentence; then those that break their own rule."""
    currency = review.scope.currency
    listed = (*review.opening.signals, *review.opening.own)
    return tuple(
        Paragraph(tr(line.metric.name), line.owner, opened(line, currency, tr)) for line in listed
    )


def _summary(lines: Sequence[ReviewLine], currency: str, tr: Text) -> Table:
    """One row a metric: the week, its changes, the year to date, and whether it is signal."""
    header = (
        words.METRIC, words.WEEK, WOW, YOY, words.TO_TARGET,
        SHORT_BOXES[BoxKind.MTD], YOY, SHORT_BOXES[BoxKind.YTD],
        YOY, words.SIGNAL, words.OWNER,
    )  # fmt: skip
    rows, sections = [], []
    seen = None
    for n, line in enumerate(lines):
        if line.section is not seen:
            seen = line.section
            sections.append((n, tr(SECTIONS[seen])))
        rows.append(_summary_row(line, currency, tr))
    return Table(tuple(tr(w) for w in header), tuple(rows), (9, 10), tuple(sections))


def _summary_row(line: ReviewLine, currency: str, tr: Text) -> tuple[Cell, ...]:
    metric, by_kind = line.metric, {b.kind: b for b in line.strip}
    week = line.strip[0]
    month, year = by_kind.get(BoxKind.MTD), by_kind.get(BoxKind.YTD)
    cells = [
        Cell(tr(metric.name)),
        value_cell(week.point, metric, currency, tr),
        change_cell(week.wow, metric, currency, tr, tone_of(line)),
        change_cell(week.yoy, metric, currency, tr),
        change_cell(week.to_target, metric, currency, tr),
    ]
    for box in (month, year):
        if box is None:
            cells += [Cell(numbers.NO_VALUE, Tone.MUTED)] * 2
        else:
            cells.append(value_cell(box.point, metric, currency, tr))
            cells.append(change_cell(box.yoy, metric, currency, tr))
    return (*cells, _signal_cell(line, tr), Cell(line.owner))


def _signal_cell(line: ReviewLine, tr: Text) -> Cell:
    match line.judgement.verdict:
        case Verdict.SIGNAL_UP | Verdict.SIGNAL_DOWN as side:
            arrow = UP if side is Verdict.SIGNAL_UP else DOWN
            return Cell(
                f"{arrow} {tr(words.COUNTED if line.counted else words.OWN)}", tone_of(line)
            )
        case Verdict.NOISE:
            return Cell(tr(words.NOISE), Tone.MUTED)
        case Verdict.TOO_FEW:
            return Cell(tr(words.TOO_FEW), Tone.MUTED)


def _experiments(review: Review, tr: Text) -> Table:
    header = (words.EXPERIMENT, words.ENDS, words.VERDICT, words.LIFT, words.WHY, words.OWNER)
    rows = []
    for row in review.experiments_ending:
        ends = row.experiment.ended_on
        day = numbers.NO_VALUE if ends is None else dates.day(ends, tr, review.coverage.last_day)
        rows.append(
            (
                Cell(row.experiment.name),
                Cell(day),
                Cell(verdict_text(row, tr)),
                Cell(lift_text(row)),
                Cell(why_text(row, tr)),
                Cell(row.experiment.owner or ""),
            )
        )
    return Table(tuple(tr(w) for w in header), tuple(rows), (1, 2, 4, 5))


def _decisions(review: Review) -> tuple[Saved[Decision], ...]:
    """Those beside the lines and those that no line shows, the most urgent first."""
    listed = (*(d for line in review.lines for d in line.decisions), *review.decisions)
    unique = {d.name: d for d in listed}
    return tuple(sorted(unique.values(), key=lambda d: (d.body.due, d.name)))


def _decision_table(decisions: Sequence[Saved[Decision]], review: Review, tr: Text) -> Table:
    header = (
        words.DECISION, words.METRIC, words.OWNER, words.DUE, words.STATUS, words.EXPECTED,
    )  # fmt: skip
    rows = []
    for saved in decisions:
        d = saved.body
        late = is_overdue(d, review.week.end)
        metric = METRICS.get(d.metric or "")
        rows.append(
            (
                Cell(d.text),
                Cell("" if metric is None else tr(metric.name)),
                Cell(d.owner),
                Cell(dates.day(d.due, tr, review.coverage.last_day)),
                Cell(
                    tr(words.OVERDUE if late else words.STATUSES[d.status]),
                    Tone.SIGNAL if late else Tone.PLAIN,
                ),
                Cell(d.outcome or d.expected),
            )
        )
    return Table(tuple(tr(w) for w in header), tuple(rows), (1, 2, 3, 4, 5))


def _left_out(review: Review, tr: Text) -> tuple[str, ...]:
    lacking = [
        tr(words.LACKS, name=m.metric.name, lacking=", ".join(m.lacking)) for m in review.missing
    ]
    return (*lacking, *(tr(words.GONE, name=key) for key in review.gone))


def _facts(review: Review, reporting: Reporting, tr: Text) -> tuple[Fact, ...]:
    coverage = review.coverage
    return (
        Fact(tr(words.SCOPE), _scope(review, tr)),
        Fact(tr(words.VERSION), review.version),
        Fact(
            tr(words.THROUGH),
            dates.instant(coverage.last_minute, reporting.zone, tr, _other_year(review)),
        ),
        Fact(
            tr(words.REFRESHED),
            dates.instant(coverage.built_at, reporting.zone, tr, _other_year(review)),
        ),
        Fact(tr(words.METHOD), tr(words.METHOD_SAYS)),
    )


def _legend(tr: Text) -> Legend:
    return Legend(
        now=tr(words.NOW),
        before=tr(words.YEAR_BEFORE),
        target=tr(words.TARGET),
        low=tr(words.LOW),
        mean=tr(words.MEAN),
        high=tr(words.HIGH),
        limits=tr(words.LIMITS),
        signal=tr(words.SIGNAL_POINT),
        note=tr(words.NOTE),
        tick=tr(words.TICK),
    )


def _words(tr: Text) -> PackWords:
    return PackWords(
        summary=tr(words.SUMMARY),
        experiments=tr(words.EXPERIMENTS),
        decisions=tr(words.DECISIONS),
        appendix=tr(words.APPENDIX),
        definition=tr(words.DEFINITION),
        left_out=tr(words.LEFT_OUT),
        owner=tr(words.OWNER),
        contents=tr(words.CONTENTS),
        sql=tr(words.SQL),
    )
