"""A CSV of one value per unit: which arm, which value."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass

from i18n import Problem, Words
from metrics.calculator.pasted import number
from metrics.calculator.question import Arm, Kind
from metrics.stats.experiments.sums import Sums

MOST_ROWS = 1_000_000
MOST_ARMS = 20
_CONTROL = ("control", "对照", "baseline")
_PLAIN = re.compile(r"\s*[¥$£€−-]?\d")


@dataclass(frozen=True, slots=True)
class Table:
    """The rows of a file as text; line 1 of the file holds the columns' names."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def values(self, column: str) -> list[str]:
        at = self.columns.index(column)
        return [row[at].strip() for row in self.rows]

    def likely_arm(self) -> str:
        """The first column with few enough different values to name arms; else the first."""
        few = (c for c in self.columns if 2 <= len({v for v in self.values(c) if v}) <= MOST_ARMS)
        return next(few, self.columns[0])

    def likely_value(self, columns: Sequence[str]) -> str:
        """The first of these columns that begins with a number; else the first."""
        numeric = (c for c in columns if _PLAIN.match(self.values(c)[0]))
        return next(numeric, columns[0])

    def arms(self, column: str) -> tuple[str, ...]:
        """The different values of a column, in order of appearance; a `Problem` beyond twenty."""
        found = tuple(dict.fromkeys(v for v in self.values(column) if v))
        if not 2 <= len(found) <= MOST_ARMS:
            raise Problem(
                "file_arms",
                Words(
                    "The column “{column}” has {n} different values; an arm's has 2 to {most}.",
                    "“{column}”列有 {n} 个不同取值；分组列应有 2 至 {most} 个。",
                ),
                Words("Choose the column with the arms' names.", "请选择实验分组所在的列。"),
                column=column,
                n=len(found),
                most=MOST_ARMS,
            )
        return found


def read(data: bytes) -> Table:
    """Comma, semicolon or tab; UTF-8 (with or without mark) or GB18030, as Chinese spreadsheets
    write it. A `Problem` where there is no table of at least two columns."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("gb18030", "replace")
    heading = text.split("\n", 1)[0]
    mark = max(",;\t", key=heading.count)
    try:
        rows = [r for r in csv.reader(io.StringIO(text, newline=""), delimiter=mark) if any(r)]
    except csv.Error:
        rows = []
    if len(rows) < 2 or len(rows[0]) < 2 or len(set(rows[0])) < len(rows[0]):
        raise Problem(
            "file_not_a_table",
            Words(
                "The file has no table: a first line with names and lines below it, at least two "
                "columns with different names.",
                "文件中没有可用的表格：首行须为列名，至少两列且列名不重复。",
            ),
            Words("Save it as CSV with one line per unit.", "请另存为 CSV，每个样本一行。"),
        )
    width = len(rows[0])
    uneven = next((n for n, r in enumerate(rows, 1) if len(r) != width), None)
    if uneven is not None or len(rows) > MOST_ROWS:
        raise Problem(
            "file_uneven",
            Words(
                "Line {line} has another number of columns than the first ({width}).",
                "第 {line} 行的列数与首行（{width} 列）不同。",
            )
            if uneven is not None
            else Words("The file has more than {most} lines.", "文件超过 {most} 行。"),
            line=uneven,
            width=width,
            most=f"{MOST_ROWS:,}",
        )
    return Table(tuple(c.strip() for c in rows[0]), tuple(map(tuple, rows[1:])))


def likely_control(arms: Sequence[str]) -> str:
    """The arm that is called so, else the first."""
    called = (a for a in arms if any(word in a.lower() for word in _CONTROL))
    return next(called, arms[0])


@dataclass(frozen=True, slots=True)
class FromFile:
    """Both arms, what their values are, and how many lines belong to another arm or to none."""

    control: Arm
    treatment: Arm
    kind: Kind
    other_lines: int


def arms_of(table: Table, arm: str, value: str, control: str, treatment: str) -> FromFile:
    """The sums of both arms. Values of 0 and 1 alone are conversions. A `Problem` names the lines
    whose value is no number or missing: who did nothing has a 0."""
    names, texts = table.values(arm), table.values(value)
    values: dict[str, list[float]] = {control: [], treatment: []}
    wrong: list[tuple[int, str]] = []
    other = 0
    for line, (name, text) in enumerate(zip(names, texts, strict=True), 2):
        if name not in values:
            other += 1
            continue
        try:
            values[name].append(number(text, Words(value, value)))
        except Problem:
            wrong.append((line, text))
    if wrong:
        raise _not_numbers(value, wrong)
    kind = Kind.RATES if {v for part in values.values() for v in part} <= {0.0, 1.0} else Kind.MEANS
    made = [_arm(name, values[name], kind) for name in (control, treatment)]
    return FromFile(made[0], made[1], kind, other)


def _arm(name: str, values: Sequence[float], kind: Kind) -> Arm:
    if kind is Kind.RATES:
        return Arm(name, Sums.of_counts(int(sum(values)), len(values)))
    return Arm(name, Sums.of_values(values))


def _not_numbers(column: str, wrong: Sequence[tuple[int, str]]) -> Problem:
    lines = ", ".join(str(line) for line, _ in wrong[:5])
    return Problem(
        "file_values_not_numbers",
        Words(
            "{n} values in “{column}” are no numbers: “{text}” in line {lines}{more}.",
            "“{column}”列有 {n} 个值不是数字：第 {lines} 行{more}，例如“{text}”。",
        ),
        Words(
            "Choose the column with the values, or mend these lines; a unit that did nothing has "
            "the value 0.",
            "请选择数值所在的列，或修正这些行；没有行为的样本应填 0。",
        ),
        n=f"{len(wrong):,}",
        column=column,
        text=wrong[0][1][:30],
        lines=lines,
        more=" …" if len(wrong) > 5 else "",
    )
