"""The list of experiments as JSON at full precision, as CSV, or as a table for the eye; and the
sentences that it is told in."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from data.scope import Scope
from data.warehouse import Warehouse
from format import numbers
from format.columns import aligned
from format.csv_text import csv_text
from i18n import Text, Words
from metrics.effect_words import interval
from metrics.experiments.analysis import STATUSES, Status
from metrics.experiments.decision import VERDICTS, Verdict
from metrics.experiments.listing import FAILED, HEALTHS, SHORT, Fault, Health, Listing, Row
from metrics.experiments.programme import ADDED, Programme
from metrics.experiments.trust import State
from metrics.metric import Unit
from metrics.reading import as_document
from metrics.stats.experiments.effect import LIFT_STATUSES
from metrics.stats.experiments.programme import FEWEST, Pace, Total


@dataclass(frozen=True, slots=True)
class Answer:
    """What one call of the command line, or one page, found. `rows` are those asked for."""

    warehouse: Warehouse
    scope: Scope
    found: Listing
    programme: Programme
    rows: tuple[Row, ...]


def fault_text(fault: Fault, tr: Text) -> str:
    return tr(fault.said, **fault.values)


def verdict_text(row: Row, tr: Text) -> str:
    """The verdict as a word; where there is none, that it can't be judged."""
    if row.verdict is None:
        return tr(Words("Can't be judged", "无法判断"))
    return tr(VERDICTS[row.verdict])


def why_text(row: Row, tr: Text) -> str:
    """The reason in a few words: the failed check, the fault, or the row of the decision table."""
    decision = row.decision
    if decision is None:
        return fault_text(row.faults[0], tr) if row.faults else ""
    if decision.finding is not None:
        return tr(FAILED[decision.finding.check])
    return tr(SHORT[decision.because])


def lift_text(row: Row, tr: Text) -> str:
    """The lift as a short text; `NO_VALUE` where there is none yet."""
    shown = row.shown
    if shown is None or shown[1].effect.lift is None:
        return numbers.NO_VALUE
    return numbers.signed_percent(shown[1].effect.lift)


def interval_text(row: Row, tr: Text) -> str:
    """The lift's interval that is valid in the row's mode, or why it has no ends."""
    shown = row.shown
    if shown is None:
        return ""
    result, effect = shown[0], shown[1].effect
    if effect.lift is None:
        waiting = not effect.n_treatment and row.met.arm(shown[1].arm) > 0
        if waiting:
            return tr(_WAITING, days=result.judged.outcome.days)
        return "" if effect.reason is None else tr(effect.reason)
    if effect.lift_low is None or effect.lift_high is None:
        return tr(LIFT_STATUSES[effect.lift_status])
    low, high = (numbers.signed_percent(v) for v in (effect.lift_low, effect.lift_high))
    return interval(low, high, tr)


_WAITING = Words("nobody's {days} days are over yet", "尚无用户走完 {days} 天窗口")


def headline(found: Listing, tr: Text) -> str:
    """What a manager needs in ten seconds: won of decided, running, invalid with its reason."""
    if not found.rows:
        return tr(Words("No experiment is on record yet.", "还没有实验记录。"))
    won, decided = len(found.shipped), len(found.decided)
    if decided:
        words = Words("{won} of {n} decided experiments won", "{n} 个已有结论的实验中 {won} 个胜出")
        if decided == 1:
            words = Words("{won} of 1 decided experiment won", "1 个已有结论的实验中 {won} 个胜出")
        parts = [tr(words, won=won, n=decided)]
    else:
        parts = [tr(Words("No experiment is decided yet", "还没有得出结论的实验"))]
    running = sum(
        r.timing.status in (Status.RUNNING, Status.MATURING)
        and r.verdict in (Verdict.KEEP_RUNNING, Verdict.NOT_STARTED)
        for r in found.rows
    )
    if running:
        parts.append(tr(_ARE_RUNNING if running > 1 else _IS_RUNNING, n=running))
    planned = sum(r.timing.status is Status.PLANNED for r in found.rows)
    if planned:
        parts.append(tr(_ARE_PLANNED if planned > 1 else _IS_PLANNED, n=planned))
    parts += list(_unsound(found, tr))
    return tr(Words("; ", "；")).join(parts) + tr(Words(".", "。"))


_IS_RUNNING = Words("1 is running", "1 个进行中")
_ARE_RUNNING = Words("{n} are running", "{n} 个进行中")
_IS_PLANNED = Words("1 is planned", "1 个待开始")
_ARE_PLANNED = Words("{n} are planned", "{n} 个待开始")


def _unsound(found: Listing, tr: Text) -> Iterator[str]:
    """Invalid ones and those that can't be judged; one alone with its name."""
    for words, one, rows in (
        (
            Words("{n} are invalid", "{n} 个无效"),
            Words("1 is invalid: {name}, {why}", "1 个无效：{name}，{why}"),
            found.of(Verdict.INVALID),
        ),
        (
            Words("{n} can't be judged", "{n} 个无法判断"),
            Words("1 can't be judged: {name}", "1 个无法判断：{name}"),
            tuple(r for r in found.rows if r.verdict is None),
        ),
    ):
        if len(rows) == 1:
            yield tr(one, name=rows[0].experiment.name, why=why_text(rows[0], tr))
        elif rows:
            yield tr(words, n=len(rows))


def no_impact(made: Programme, tr: Text) -> str:
    """Why there is no summed impact; empty where there is one."""
    if made.shrinkage is None:
        words = Words(
            "Fewer than {n} decided experiments have a lift: too few to tell luck from effect.",
            "有提升估计的已决实验不足 {n} 个，尚不能区分运气与真实效果。",
        )
        return tr(words, n=FEWEST)
    if not made.shipped:
        return tr(Words("Nothing has been shipped yet.", "还没有可上线的实验。"))
    return ""


def as_json(answer: Answer) -> str:
    """Everything that is known; keys are stable. Shares in [0, 1], money in `currency`."""
    w, found, made = answer.warehouse, answer.found, answer.programme
    shrinkage = made.shrinkage
    document = {
        "shop": w.shop,
        "data_version": found.version,
        "data_through": w.coverage.through.isoformat() + "Z",
        "currency": answer.scope.currency,
        "filters": {c.dimension: sorted(c.values) for c in answer.scope.choices},
        "programme": {
            "win_rate": as_document(made.won),
            "started": _pace(made.started),
            "decided": _pace(made.decided),
            "months": [
                {"from": m.isoformat(), "started": s, "decided": d} for m, s, d in made.months
            ],
            "spread": None
            if shrinkage is None
            else {
                "tau": shrinkage.tau2**0.5,
                "interval": [shrinkage.tau2_low**0.5, shrinkage.tau2_high**0.5],
                "comparisons": made.comparisons,
            },
            "lifts": [
                {"metric": o.outcome.key, "experiments": o.n, **_total(o.lift)} for o in made.lifts
            ],
            "per_four_weeks": [
                {"measure": a.measure, "unit": a.unit, "experiments": a.n, **_total(a.total)}
                for a in made.additions
            ],
            "ratios_left_out": made.ratios,
            "without_error_left_out": made.unsure,
        },
        "experiments": [_document(r) for r in answer.rows],
        "sql": found.sql,
    }
    return json.dumps(document, ensure_ascii=False, indent=2)


def _pace(found: Pace | None) -> dict[str, Any] | None:
    if found is None:
        return None
    return {"n": found.n, "days": found.days, "per_four_weeks": found.per_four_weeks}


def _total(t: Total) -> dict[str, Any]:
    return {
        "value": t.value,
        "interval": [t.low, t.high],
        "naive": t.naive,
        "naive_interval": [t.naive_low, t.naive_high],
    }


def _document(row: Row) -> dict[str, Any]:
    e, timing, shown, decision = row.experiment, row.timing, row.shown, row.decision
    effect = None if shown is None else shown[1].effect
    return {
        "experiment": e.key,
        "name": e.name,
        "owner": e.owner or None,
        "status": timing.status,
        "started_on": None if e.started_on is None else e.started_on.isoformat(),
        "ended_on": None if e.ended_on is None else e.ended_on.isoformat(),
        "days_run": timing.run,
        "days_left": timing.left,
        "share_of_plan": timing.share,
        "units": row.met.units,
        "split": [{"arm": a, "seen": seen, "planned": p} for a, seen, p in row.split],
        "health": {h: row.health(h) for h in Health},
        "metric": None if shown is None else shown[0].judged.outcome.key,
        "arm": None if shown is None else shown[1].arm,
        "lift": None if effect is None else effect.lift,
        "lift_interval": None
        if effect is None or effect.lift_low is None
        else [effect.lift_low, effect.lift_high],
        "mode": e.mode,
        "verdict": row.verdict,
        "because": None if decision is None else decision.because,
        "decided_on": None if row.decided_on is None else row.decided_on.isoformat(),
        "faults": [fault_text(f, Text("en")) for f in row.faults],
    }


CSV_COLUMNS = (
    "experiment", "name", "owner", "status", "started_on", "ended_on", "days_run", "days_left",
    "share_of_plan", "units",
)  # fmt: skip


def as_csv(answer: Answer) -> str:
    """One line per experiment, numbers at full precision."""
    header = (
        *CSV_COLUMNS, "split_seen", "split_planned", *[f"health_{h}" for h in Health], "metric",
        "arm", "lift", "lift_low", "lift_high", "mode", "verdict", "because", "decided_on",
        "faults", "data_version",
    )  # fmt: skip
    return csv_text(header, (_csv_row(r, answer.found.version) for r in answer.rows))


def _csv_row(row: Row, version: str) -> tuple[object, ...]:
    d = _document(row)
    ends = d["lift_interval"] or (None, None)

    def shares(name: str) -> str:
        return " / ".join(f"{s['arm']} {s[name]:.4f}" for s in d["split"] if s[name] is not None)

    return (
        *[d[c] for c in CSV_COLUMNS],
        shares("seen"),
        shares("planned"),
        *[d["health"][h] for h in Health],
        d["metric"],
        d["arm"],
        d["lift"],
        *ends,
        d["mode"],
        d["verdict"],
        d["because"],
        d["decided_on"],
        " ".join(d["faults"]),
        version,
    )


def as_table(answer: Answer, tr: Text) -> str:
    """Aligned columns below the headline; the programme stands at the end."""
    header = [
        tr(w)
        for w in (
            Words("Experiment", "实验"), Words("Status", "状态"), Words("Days", "天数"),
            Words("Left", "剩余"), Words("Health", "健康度"), Words("Metric", "指标"),
            Words("Lift", "提升"), Words("Verdict", "结论"), Words("Why", "原因"),
            Words("Owner", "负责人"),
        )
    ]  # fmt: skip
    rows = [_cells(r, tr) for r in answer.rows]
    body = list(aligned(header, rows, right=(2, 3)))
    return (
        "\n".join([headline(answer.found, tr), "", *body, "", *programme_lines(answer, tr)]) + "\n"
    )


def _cells(row: Row, tr: Text) -> list[str]:
    shown = row.shown
    left = numbers.NO_VALUE if row.timing.left is None else str(row.timing.left)
    return [
        row.experiment.name,
        tr(STATUSES[row.timing.status]),
        str(row.timing.run),
        left,
        health_text(row, tr),
        numbers.NO_VALUE if shown is None else tr(shown[0].judged.outcome.name()),
        f"{lift_text(row, tr)}  {interval_text(row, tr)}".rstrip(),
        verdict_text(row, tr),
        why_text(row, tr),
        row.experiment.owner or numbers.NO_VALUE,
    ]


def health_text(row: Row, tr: Text) -> str:
    """The worst checks by name: what failed, else what to look at, else that all is well."""
    if row.analysis is None:
        return numbers.NO_VALUE
    for state, words in (
        (State.FAILED, Words("{checks}: failed", "{checks}：不通过")),
        (State.WARNING, Words("{checks}: look", "{checks}：留意")),
    ):
        named = [tr(HEALTHS[h]) for h in Health if row.health(h) is state]
        if named:
            return tr(words, checks=tr(Words(", ", "、")).join(named))
    return tr(Words("sound", "正常"))


def programme_lines(answer: Answer, tr: Text) -> list[str]:
    """Win rate, pace and summed impact, a sentence each."""
    made, currency = answer.programme, answer.scope.currency
    lines = []
    if made.won.value is not None:
        words = Words(
            "Win rate {rate}, 95 % interval {low} – {high}.",
            "胜率 {rate}，95% 区间 {low} – {high}。",
        )
        ends = (made.won.value, made.won.low, made.won.high)
        rate, low, high = (numbers.short(v, Unit.SHARE, tr) for v in ends)
        lines.append(tr(words, rate=rate, low=low, high=high))
    if made.started is not None and made.decided is not None:
        words = Words(
            "Per four weeks {started} started, {decided} decided (last {days} days).",
            "每四周启动 {started} 个、得出结论 {decided} 个（近 {days} 天）。",
        )
        values = [f"{p.per_four_weeks:.1f}" for p in (made.started, made.decided)]
        lines.append(tr(words, started=values[0], decided=values[1], days=made.started.days))
    why = no_impact(made, tr)
    return [*lines, why] if why else [*lines, *impact_lines(made, currency, tr)]


def impact_lines(made: Programme, currency: str, tr: Text) -> list[str]:
    """The summed lifts by metric, then what they add in four weeks."""
    words = Words(
        "{name}: {value} ({low} – {high}); without shrinkage {naive}.",
        "{name}：{value}（{low} 至 {high}）；未收缩为 {naive}。",
    )
    lines = []
    for lift in made.lifts:
        value, low, high, naive = percents(lift.lift)
        name = tr(lift.outcome.name())
        lines.append(tr(words, name=name, value=value, low=low, high=high, naive=naive))
    for added in made.additions:
        value, low, high, naive = amounts(added.total, added.unit, tr, currency)
        name = tr(Words("{what} in four weeks", "每四周{what}"), what=ADDED[added.measure])
        lines.append(tr(words, name=name, value=value, low=low, high=high, naive=naive))
    return lines


def percents(t: Total) -> tuple[str, str, str, str]:
    """Value, ends of the interval, naive value."""
    a, b, c, d = (numbers.signed_percent(v) for v in (t.value, t.low, t.high, t.naive))
    return a, b, c, d


def amounts(t: Total, unit: str, tr: Text, currency: str) -> tuple[str, str, str, str]:
    """The same of counts and money. Counts are estimates: whole ones are shown."""
    ends: Sequence[float] = (t.value, t.low, t.high, t.naive)
    if unit == Unit.COUNT:
        ends = [float(round(v)) for v in ends]
    a, b, c, d = (numbers.plus(numbers.short(v, unit, tr, currency), v) for v in ends)
    return a, b, c, d
