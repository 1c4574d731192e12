"""Every part of a change as a row: before and after, mix, own rate, together, signal or noise."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from charts.waterfall import SIGNAL_MARK
from format import numbers
from i18n import Text, Words
from metrics.measures import SPENT
from metrics.metric import Metric, Unit
from metrics.reading import REASONS, Reading
from metrics.signal_words import judgement_words
from metrics.stats.nested_bridges import Effect
from metrics.stats.xmr import Judgement, Verdict
from metrics.why.result import Part, Why, is_signal
from metrics.why.spec import FEWEST, OTHERS, is_ratio
from metrics.why.text import as_csv
from metrics.why.words import (
    NOISE,
    UNJUDGED,
    USUAL,
    effect_text,
    part_verdict,
    part_words,
)
from ui.number_menu.entries import Entry, metric_entries
from ui.number_menu.links import PLACE
from ui.page import section
from ui.row_table import Cell, RowColumn, RowOf, opened, row_table
from ui.session import dark, text, warehouse
from ui.why.asked import Asked, dimension_words
from ui.why.formulas import Frame, mix_lines, rate_lines, shares_of, sum_lines, whole_lines
from ui.why.parts import judged, open_part, opened_part, share_words

KEY, INSIDE = "why_table", "why_table_inside"


def table_section(found: Why, asked: Asked) -> None:
    """All parts, then what is inside the opened one."""
    if found.change is None or not found.parts:
        return
    tr = text()
    section(
        tr(Words("Part by part", "逐项明细")),
        tr(Words("A name looks inside; hover a number for its formula.",
                 "点击名称下钻；悬停数字查看计算公式。")),
    )  # fmt: skip
    _table(found, found.parts, asked.question.by[0], KEY, asked, tr)
    both = opened_part(asked)
    if both is None:
        return
    inside, part = both
    name = part_words(asked.question.by[0], part)
    st.html(f'<h3 class="ns-small">{tr(Words("Inside {name}", "{name}内部"), name=name)}</h3>')
    _table(inside, part.inner, str(asked.view.then), INSIDE, asked, tr, within=part)


def _table(
    found: Why,
    parts: tuple[Part, ...],
    dimension: str,
    key: str,
    asked: Asked,
    tr: Text,
    *,
    within: Part | None = None,
) -> None:
    row = _Row(found, asked, tr, within)
    rows = [
        RowOf(n, tr(part_words(dimension, p)), tuple(row.cells(p)),
              opens=within is None and p.value is not None, where=p.value or "")
        for n, p in enumerate(parts)
    ]  # fmt: skip
    if within is not None and within.effect.mix:
        name = part_words(asked.question.by[0], within)
        rows.append(RowOf(len(rows), tr(share_words(name)), tuple(row.share_only(within))))
    rows.append(RowOf(len(rows), tr(Words("All", "合计")), tuple(row.total()), strong=True))

    def drill() -> None:
        at = opened(key)
        if at is not None and at < len(parts):
            open_part(asked, parts[at].key if parts[at].value is not None else OTHERS)

    row_table(
        rows,
        _columns(asked.metric, tr),
        corner=tr(dimension_words(dimension)),
        label=tr(Words("Parts of the change", "变化的构成")),
        dark=dark(),
        key=key,
        on_open=drill,
        menus=row.menus(dimension),
    )


def _columns(metric: Metric, tr: Text) -> list[RowColumn]:
    names = [
        (Words("Before", "对比期"), ""),
        (Words("After", "本期"), ""),
        (Words("Effect", "合计影响"), tr(Words("of the change", "占总变化"))),
        (Words("Signal", "是否显著"), ""),
    ]
    if is_ratio(metric):
        names += [
            (Words("Share", "占比"), tr(Words("of the denominator", "分母占比"))),
            (Words("Mix", "结构影响"), ""),
            (Words("Own rate", "自身影响"), ""),
        ]
    return [RowColumn(tr(name), sub, number=n != _SIGNAL) for n, (name, sub) in enumerate(names)]


_SIGNAL = 3
"""The place of the one column that is words."""


class _Row:
    """The cells of one table."""

    def __init__(self, found: Why, asked: Asked, tr: Text, within: Part | None) -> None:
        self.found, self.metric, self.tr, self.within = found, asked.metric, tr, within
        self.currency = asked.scope.currency
        self.change = found.change or 0.0
        sides = found.totals if within is None else within.sides
        self.sides = sides if sides is not None else found.parts[0].sides
        weight = None
        if within is not None and found.totals is not None:
            weight = sum(shares_of(within, found.totals)) / 2
        self.frame = Frame(self.sides, weight, self.metric, tr, self.currency)

    def menus(self, dimension: str) -> dict[str, list[Entry]]:
        """Of the values before and after: the whole's, and a row's with its value to be put in."""
        within = self.within
        if within is not None and within.value is None:
            return {}
        outer = () if within is None else ((self.found.question.by[0], str(within.value)),)
        return {
            f"{side}{mark}": metric_entries(
                self.metric.key, self.tr, of=of, path=path, explain="link"
            )
            for side, of in (("before", self.found.before), ("after", self.found.after))
            for mark, path in (("", outer), (">", (*outer, (dimension, PLACE))))
        }

    def cells(self, part: Part) -> list[Cell]:
        menus = ("before>", "after>") if part.value is not None else ("", "")
        ends = zip((part.before, part.after), menus, strict=True)
        cells = [replace(self._value(reading), menu=menu) for reading, menu in ends]
        cells += [self._effect(part.effect, part), self._signal(part)]
        if is_ratio(self.metric):
            cells += [self._share(part), self._mix(part), self._rate(part)]
        return cells

    def share_only(self, part: Part) -> list[Cell]:
        """The effect of an opened part's share of the whole, which nothing inside it moves."""
        nothing = Cell(numbers.NO_VALUE, tone="none")
        mix = Cell(self._moved(part.effect.mix))
        effect = Effect(part.key, mix=part.effect.mix)
        told = [self._effect(effect, None), self._verdicts(None, part.share)]
        return [nothing, nothing, *told, nothing, mix, nothing]

    def total(self) -> list[Cell]:
        if self.within is not None:
            effect = self.within.effect
            ends = [self._value(self.within.before), self._value(self.within.after)]
        else:
            effects = [p.effect for p in self.found.parts]
            effect = Effect("", *(sum(getattr(e, n) for e in effects)
                                  for n in ("mix", "rate", "whole")))  # fmt: skip
            ends = [self._value(self.found.start), self._value(self.found.end)]
        ends = [replace(c, menu=m) for c, m in zip(ends, ("before", "after"), strict=True)]
        ends += [self._effect(effect, None), Cell("")]
        if is_ratio(self.metric):
            rate = effect.rate if self.within is None else effect.inside
            ends += [Cell(""), Cell(self._moved(effect.mix)), Cell(self._moved(rate))]
        return ends

    def _value(self, reading: Reading) -> Cell:
        if reading.reason is not None:
            return Cell(numbers.NO_VALUE, tone="none", lines=(self.tr(REASONS[reading.reason]),))
        said = numbers.full(reading.value, self.metric.unit, self.tr, self.currency)
        if reading.denominator is None:
            return Cell(said)
        parts = (_plain(v, self.tr) for v in (reading.numerator, reading.denominator))
        lines = (" ÷ ".join(parts),)
        if reading.denominator >= FEWEST or self.metric.denominator == SPENT:
            return Cell(said, lines=lines)
        few = Words("over fewer than {n}: it moves by chance", "分母不足 {n}，容易偶然波动")
        return Cell(said, tone="none", lines=(*lines, self.tr(few, n=FEWEST)))

    def _share(self, part: Part) -> Cell:
        shares = shares_of(part, self.sides)
        said = numbers.short(shares[1], "share", self.tr)
        moved = numbers.signed_change(shares[0], shares[1], "share", self.tr)
        lines = (f"{numbers.short(shares[0], 'share', self.tr)} → {said}",)
        return Cell(said, moved, lines=lines)

    def _mix(self, part: Part) -> Cell:
        if not part.effect.mix and part.effect.whole:
            return Cell(numbers.NO_VALUE, tone="none", lines=whole_lines(part, self.tr))
        lines = () if part.value is None else mix_lines(part, self.frame)  # fmt: skip
        return Cell(self._moved(part.effect.mix), lines=lines)

    def _rate(self, part: Part) -> Cell:
        if not part.effect.rate and part.effect.whole:
            return Cell(numbers.NO_VALUE, tone="none", lines=whole_lines(part, self.tr))
        lines = () if part.value is None else rate_lines(part, self.frame)  # fmt: skip
        return Cell(self._moved(part.effect.rate), lines=lines)

    def _effect(self, effect: Effect, part: Part | None) -> Cell:
        share = ""
        if self.change:
            share = numbers.short(round(effect.total / self.change, 9), "share", self.tr)
        lines = () if part is None else sum_lines(part, self.metric, self.tr, self.currency)
        return Cell(self._moved(effect.total), share, lines=lines, strong=True)

    def _moved(self, value: float) -> str:
        return effect_text(value, self.metric, self.tr, self.currency, full=True)

    def _signal(self, part: Part) -> Cell:
        if part.value is None:
            words = Words("a group, not judged", "合并项，不判定")
            return Cell(numbers.NO_VALUE, tone="none", lines=(self.tr(words),))
        return self._verdicts(part.own, part.share, part)

    def _verdicts(
        self, own: Judgement | None, share: Judgement | None, part: Part | None = None
    ) -> Cell:
        lines: list[str] = []
        judged_ = [
            (Words("Own value", "自身数值"), own, self.metric.unit),
            (Words("Share", "占比"), share, Unit.SHARE),
        ]
        for name, judgement, unit in judged_:
            if judgement is not None:
                said = judgement_words(judgement, self.tr)
                lines += [f"{self.tr(name)} · {said}", *self._usual(judgement, unit)]
        if not any(is_signal(j) for j in (own, share)):
            words = USUAL if part is None or part_verdict(part) == NOISE else UNJUDGED
            return Cell(self.tr(words), tone="none", lines=tuple(lines))
        tone = judged(own, self.metric.good) if own is not None else "noise"
        return Cell(
            f"{SIGNAL_MARK} {self.tr(_side(own, share))}",
            tone=tone if tone in ("good", "bad") else "accent",
            strong=True,
            lines=tuple(lines),
        )

    def _usual(self, judgement: Judgement, unit: Unit) -> tuple[str, ...]:
        """The limits, widened for all that are judged beside it."""
        if judgement.limits is None:
            return ()
        ends = (judgement.limits.low, judgement.limits.high)
        low, high = (numbers.short(v, unit, self.tr, self.currency) for v in ends)
        said = Words("usual: {low} to {high}", "正常范围：{low} 至 {high}")
        return (self.tr(said, low=low, high=high),)


def _side(own: Judgement | None, share: Judgement | None) -> Words:
    """On which side of its usual range the part lies, or its share of the whole."""
    if own is not None and is_signal(own):
        up = own.verdict is Verdict.SIGNAL_UP
        return Words("high", "偏高") if up else Words("low", "偏低")
    up = share is not None and share.verdict is Verdict.SIGNAL_UP
    return Words("share high", "占比偏高") if up else Words("share low", "占比偏低")


def _plain(value: float | None, tr: Text) -> str:
    return numbers.full(round(value or 0.0, 2), "count", tr)


def every_number(found: Why, asked: Asked) -> None:
    """The whole table as a file, with what is inside where a part is opened."""
    if found.change is None:
        return
    tr, w = text(), warehouse()
    both = opened_part(asked)
    whole = found if both is None else both[0]
    st.download_button(
        tr(Words("Download CSV", "下载 CSV")),
        lambda: as_csv(whole).encode("utf-8-sig"),
        file_name=f"northstar_why_{w.shop}_{asked.metric.key}_{asked.question.span.start}.csv",
        mime="text/csv",
        on_click="ignore",
        key="download_why",
    )
