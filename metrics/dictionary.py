"""The metric dictionary: every metric in words, found in either language, and written as a file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from data.warehouse import Coverage
from i18n import Words
from metrics.catalog import METRICS
from metrics.metric import GROUPS, Adds, Group, Metric, Unit
from metrics.uses import uses

UNITS: dict[Unit, Words] = {
    Unit.COUNT: Words("count", "个数"),
    Unit.SHARE: Words("share, shown in %", "占比（%）"),
    Unit.MONEY: Words("money, in the reporting currency", "金额（报表币种）"),
    Unit.TIMES: Words("times", "次"),
}

DIRECTIONS: dict[Literal["up", "down", "neither"], Words] = {
    "up": Words("higher is better", "越高越好"),
    "down": Words("lower is better", "越低越好"),
    "neither": Words("neither is better", "无好坏之分"),
}

ADDS: dict[Adds, Words] = {
    Adds.FULLY: Words("adds up over days and over segments", "可按日期和分组相加"),
    Adds.NOT_OVER_TIME: Words(
        "adds up over segments of users, never over days: one person, many days",
        "可按用户分组相加，不可按日期相加（同一人会在多日出现）",
    ),
    Adds.NEVER: Words(
        "never adds up: divide the summed parts again", "不可相加：须用分子、分母各自求和后重算"
    ),
}

DATES: dict[Literal["span", "trailing", "cohort"], Words] = {
    "span": Words("what happened in the range", "统计区间内发生的"),
    "trailing": Words(
        "looks back from the last complete day of the range", "自区间最后一个完整日向前回溯"
    ),
    "cohort": Words(
        "follows the people who began in the range; only those whose window is over count",
        "跟踪在区间内开始的人群，仅计窗口已满的成员",
    ),
}

IDENTIFIED_ONLY = Words("of identified customers; guests are not in it", "仅含会员，不含游客")


@dataclass(frozen=True, slots=True)
class Entry:
    """One metric as the dictionary shows it. `lacking` is what this shop does not have for it."""

    metric: Metric
    lacking: tuple[str, ...]
    uses: tuple[Words, ...]

    @property
    def facts(self) -> tuple[tuple[Words, Words], ...]:
        """What is said of the metric, as (what, answer) in the order of the page."""
        m = self.metric
        needs = Words(", ".join(m.needs), "、".join(m.needs))
        places = Words("; ".join(u.en for u in self.uses), "；".join(u.zh for u in self.uses))
        said = [
            (Words("Formula", "公式"), m.formula),
            (Words("Unit", "单位"), UNITS[m.unit]),
            (Words("Direction", "方向"), DIRECTIONS[m.good]),
            (Words("Adding up", "可加性"), ADDS[m.adds]),
            (Words("Date", "时间口径"), DATES[m.when]),
            (Words("Needs", "所需数据"), needs),
            (Words("Used in", "使用位置"), places),
        ]
        if m.identified_only:
            said.insert(5, (Words("Of whom", "统计对象"), IDENTIFIED_ONLY))
        return tuple(said)


def entries(coverage: Coverage | None = None) -> tuple[Entry, ...]:
    """Every metric in the order of groups; with a shop's coverage also what that shop lacks."""
    in_order = sorted(METRICS.values(), key=lambda m: list(Group).index(m.group))
    return tuple(
        Entry(m, () if coverage is None else coverage.lacking(*m.needs), uses(m)) for m in in_order
    )


def search(found: tuple[Entry, ...], query: str) -> tuple[Entry, ...]:
    """Entries in whose key, name, meaning or formula, in either language, every word stands."""
    words = query.casefold().split()
    return tuple(e for e in found if all(w in _text(e.metric) for w in words))


def _text(metric: Metric) -> str:
    return "\n".join((metric.key, *metric.name, *metric.meaning, *metric.formula)).casefold()


def grouped(found: tuple[Entry, ...]) -> tuple[tuple[Words, tuple[Entry, ...]], ...]:
    """Entries by group, groups without any left out."""
    by_group = {g: tuple(e for e in found if e.metric.group is g) for g in Group}
    return tuple((GROUPS[g], listed) for g, listed in by_group.items() if listed)


def markdown() -> str:
    """`docs/metrics.md`: the whole dictionary, both languages side by side."""
    return "\n".join(_lines())


def _lines() -> Iterator[str]:
    yield "# Metrics · 指标口径"
    yield ""
    yield "Written by `python -m metrics docs` from `metrics/catalog/`; edit it there, not here."
    yield "由 `python -m metrics docs` 根据 `metrics/catalog/` 生成，请勿直接修改本文件。"
    yield ""
    for group, listed in grouped(entries()):
        yield f"## {group.en} · {group.zh}"
        yield ""
        for entry in listed:
            m = entry.metric
            yield f"### {m.key}"
            yield ""
            yield f"| | {_cell(m.name.en)} | {_cell(m.name.zh)} |"
            yield "|---|---|---|"
            meaning = (Words("Meaning", "含义"), m.meaning)
            for what, answer in (meaning, *entry.facts):
                yield f"| {what.en} · {what.zh} | {_cell(answer.en)} | {_cell(answer.zh)} |"
            yield ""


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
