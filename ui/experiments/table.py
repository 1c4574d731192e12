"""The table of experiments: one row each, the verdict first."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urlencode

import streamlit as st

from charts.whisker import Whisker, shared_scale, whisker_svg
from format import dates, numbers
from i18n import Text, Words
from metrics.experiments.analysis import STATUSES
from metrics.experiments.decision import Verdict
from metrics.experiments.judge import conclusive
from metrics.experiments.listing import HEALTHS, Health, Row
from metrics.experiments.listing_text import Answer, as_csv
from metrics.experiments.listing_words import (
    fault_text,
    health_text,
    interval_text,
    lift_text,
    verdict_text,
    why_text,
)
from metrics.experiments.text import STATES
from metrics.experiments.trust import CHECKS, State
from metrics.experiments.words import finding_sentence, method_line, value, verdict_sentence
from metrics.metric import Unit
from ui.experiment.asked import MARKS
from ui.experiments.asked import Found
from ui.experiments.filters import clear
from ui.page import section
from ui.row_table import Cell, RowColumn, RowOf, row_table
from ui.session import chosen, dark, text, warehouse
from ui.states import card
from ui.url_state import write

KEY = "experiments_table"
PAGE = "experiment"
_TONES: dict[Verdict, str] = {
    Verdict.SHIP: "good",
    Verdict.DONT_SHIP: "bad",
    Verdict.INVALID: "bad",
    Verdict.KEEP_RUNNING: "accent",
}
_SIGNS: dict[Verdict | None, str] = {
    Verdict.SHIP: "▲",
    Verdict.DONT_SHIP: "▼",
    Verdict.INVALID: "✕",
    Verdict.KEEP_RUNNING: "▸",
    Verdict.INCONCLUSIVE: "≈",
}


def table_section(found: Found, rows: tuple[Row, ...]) -> None:
    """The rows that fit; a name opens the experiment."""
    tr, listing = text(), found.listing
    if listing is None:
        return
    n, whole = len(rows), len(listing.rows)
    count = Words("{n} of {all} experiments", "{all} 个实验中的 {n} 个")
    every = Words("{all} experiments", "共 {all} 个实验")
    section(
        tr(Words("Experiment by experiment", "逐个实验")),
        tr(
            Words(
                "{count}, the latest first; a name opens the experiment, hover for reasons.",
                "{count}，按开始时间倒序；点击名称查看详情，悬停查看原因。",
            ),
            count=tr(count if n < whole else every, n=n, all=whole),
        ),
    )
    if not rows:
        words = Words("No experiment fits these filters.", "没有符合筛选条件的实验。")
        card(tr(words), "", "info")
        st.button(tr(Words("Show all", "显示全部")), key="experiments_clear", on_click=clear)
        return
    whiskers = {r.experiment.key: w for r in rows if (w := _whisker(r)) is not None}
    scale = shared_scale(list(whiskers.values()))
    row_table(
        [
            RowOf(
                place,
                r.experiment.name,
                tuple(_cells(r, found, whiskers.get(r.experiment.key), scale, tr)),
                href=_address(r),
            )
            for place, r in enumerate(rows)
        ],
        _columns(scale, tr),
        corner=tr(Words("Experiment", "实验")),
        label=tr(Words("Experiments", "实验列表")),
        dark=dark(),
        key=KEY,
    )
    _legend(tr)
    _download(found, rows, tr)


def _address(row: Row) -> str:
    """The experiment's own page, with the choice of this one."""
    wanted = replace(
        chosen(), experiment=row.experiment.key, arm=None, status=(), verdict=(), owner=(),
        search=None,
    )  # fmt: skip
    return f"{PAGE}?{urlencode(write(wanted))}"


def _columns(scale: tuple[float, float], tr: Text) -> list[RowColumn]:
    low, high = (numbers.signed_percent(v) for v in scale)
    plain = [
        (Words("Verdict", "结论"), tr(Words("and why", "及原因"))),
        (Words("Lift", "提升"), tr(Words("interval", "区间"))),
        (Words("Interval", "区间图"), tr(Words("{a} to {b}", "{a} 至 {b}"), a=low, b=high)),
        (Words("Primary metric", "核心指标"), ""),
        (Words("Health", "健康度"), ""),
        (Words("Status", "状态"), tr(Words("days run, left", "已跑 / 剩余"))),
        (Words("Split", "分流"), tr(Words("seen against planned", "实际 / 计划"))),
        (Words("Owner", "负责人"), ""),
    ]
    return [RowColumn(tr(name), sub, number=False) for name, sub in plain]


def _cells(
    row: Row, found: Found, whisker: Whisker | None, scale: tuple[float, float], tr: Text
) -> list[Cell]:
    return [
        _verdict(row, found, tr),
        _lift(row, found, tr),
        _interval(row, whisker, scale, tr),
        _metric(row, tr),
        _health(row, tr),
        _status(row, tr),
        _split(row, tr),
        Cell(row.experiment.owner or numbers.NO_VALUE, tone="narrow"),
    ]


def _verdict(row: Row, found: Found, tr: Text) -> Cell:
    sign = _SIGNS.get(row.verdict, "")
    word = f"{sign} {verdict_text(row, tr)}".strip()
    lines = [fault_text(f, tr) for f in row.faults]
    if row.analysis is not None and row.decision is not None:
        sentence = verdict_sentence(row.analysis, row.decision, tr, found.scope.currency)
        lines.insert(0, sentence)
    if row.decided_on is not None:
        on = dates.day(row.decided_on, tr, warehouse().coverage.last_day)
        lines.append(tr(Words("Decided on {day}.", "结论日：{day}。"), day=on))
    tone = "" if row.verdict is None else _TONES.get(row.verdict, "")
    return Cell(word, why_text(row, tr), lines=tuple(lines), tone=f"{tone} wraps", strong=True)


def _metric(row: Row, tr: Text) -> Cell:
    shown = row.shown
    if shown is None:
        named = [tr(j.outcome.name()) for j in row.experiment.primary]
        names = named or list(row.experiment.unknown)
        return Cell(names[0] if names else numbers.NO_VALUE, tone="none wraps")
    result, compared = shown
    sub = compared.arm if len(row.experiment.treatments) > 1 else ""
    return Cell(
        tr(result.judged.outcome.name()),
        sub,
        lines=(tr(result.judged.outcome.meaning()),),
        tone="wraps",
    )


def _lift(row: Row, found: Found, tr: Text) -> Cell:
    shown = row.shown
    if shown is None:
        return Cell(numbers.NO_VALUE, tone="none")
    result, currency = shown[0], found.scope.currency
    lines = []
    for compared in result.compared:
        effect = compared.effect
        both = tr(
            Words("{arm}: {treatment} against {control}", "{arm}：{treatment}，对照 {control}"),
            arm=compared.arm,
            treatment=value(result.judged.outcome, effect.treatment, tr, currency),
            control=value(result.judged.outcome, effect.control, tr, currency),
        )
        lines += [both, method_line(result, compared, tr)]
    return Cell(lift_text(row), interval_text(row, tr), lines=tuple(lines), tone="wraps")


def _whisker(row: Row) -> Whisker | None:
    shown = row.shown
    if shown is None or shown[1].effect.lift is None:
        return None
    effect = shown[1].effect
    return Whisker(effect.lift or 0.0, effect.lift_low, effect.lift_high)


def _interval(row: Row, whisker: Whisker | None, scale: tuple[float, float], tr: Text) -> Cell:
    shown = row.shown
    if whisker is None or shown is None:
        return Cell()
    result, compared = shown
    sound = row.verdict is not Verdict.INVALID and conclusive(compared)
    up = whisker.value > 0
    good = up != result.judged.outcome.base.lower_is_better
    tone = ("good" if good else "bad") if sound else "muted"
    alt = f"{lift_text(row)} {interval_text(row, tr)}"
    return Cell(spark=whisker_svg(whisker, scale, tone, alt, dark=dark()), spark_alt=alt)


def _health(row: Row, tr: Text) -> Cell:
    if row.analysis is None:
        return Cell(numbers.NO_VALUE, tone="none")
    lines = [
        f"{MARKS[f.state][0]} {tr(CHECKS[f.check])} · {finding_sentence(f, tr)}"
        for h in Health for f in row.findings(h)
    ]  # fmt: skip
    said = [(tr(HEALTHS[h]), tr(STATES[row.health(h)])) for h in Health]
    colon = tr(Words(": ", "："))
    return Cell(
        tone="wraps",
        sub=health_text(row, tr),
        lines=tuple(lines),
        marks=tuple(MARKS[row.health(h)] for h in Health),
        marks_alt=tr(Words("; ", "；")).join(f"{name}{colon}{state}" for name, state in said),
    )


def _status(row: Row, tr: Text) -> Cell:
    e, timing = row.experiment, row.timing
    run = tr(Words("{n} days", "{n} 天"), n=timing.run)
    if timing.left is None:
        left = tr(Words("no end", "无结束日"))
    elif timing.left:
        left = tr(Words("{n} left", "剩 {n} 天"), n=timing.left)
    else:
        left = ""
    lines = []
    last_day = warehouse().coverage.last_day
    if e.started_on is not None:
        start = dates.day(e.started_on, tr, last_day)
        end = "…" if e.ended_on is None else dates.day(e.ended_on, tr, last_day)
        lines.append(f"{start} – {end}")
    if timing.share is not None:
        share = numbers.short(min(timing.share, 1.0), Unit.SHARE, tr)
        words = Words("{share} of the planned units are mature", "成熟样本达计划的 {share}")
        lines.append(tr(words, share=share))
    sub = " · ".join(part for part in (run, left) if part)
    return Cell(tr(STATUSES[timing.status]), sub, lines=tuple(lines))


def _split(row: Row, tr: Text) -> Cell:
    split = row.split
    if not split:
        return Cell(numbers.NO_VALUE, tone="none")
    met = any(s[1] is not None for s in split)

    def shares(place: int) -> str:
        return " / ".join(
            numbers.NO_VALUE if s[place] is None else f"{100 * float(s[place] or 0):.1f}"
            for s in split
        )

    arms = {a.name: row.met.arm(a.name) for a in row.experiment.arms}
    lines = [f"{name} {numbers.full(n, Unit.COUNT, tr)}" for name, n in arms.items()]
    seen = f"{shares(1)} %" if met else numbers.NO_VALUE
    return Cell(seen, f"{shares(2)} %", lines=tuple(lines))


def _legend(tr: Text) -> None:
    """What the signs of health say, in their order."""
    comma, colon = tr(Words(", ", "、")), tr(Words(": ", "："))
    order = comma.join(tr(HEALTHS[h]) for h in Health)
    signs = comma.join(f"{MARKS[s][0]} {tr(STATES[s])}" for s in State)
    name = tr(Words("Health", "健康度"))
    st.caption(f"{name}{colon}{order} · {signs}")


def _download(found: Found, rows: tuple[Row, ...], tr: Text) -> None:
    w, listing, made = warehouse(), found.listing, found.programme
    if listing is None or made is None:
        return
    answer = Answer(w, found.scope, listing, made, rows)
    st.download_button(
        tr(Words("Download CSV", "下载 CSV")),
        lambda: as_csv(answer).encode("utf-8-sig"),
        file_name=f"northstar_experiments_{w.shop}.csv",
        mime="text/csv",
        on_click="ignore",
        key="download_experiments",
    )
