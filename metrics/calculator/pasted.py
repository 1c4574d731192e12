"""Numbers as people type and paste them: thousands separators, full-width digits, tables."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from i18n import Problem, Words
from metrics.calculator.question import Arm, Kind
from metrics.stats.experiments.sums import Sums

_GROUPED = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d*)?")
_PLAIN = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?", re.IGNORECASE)
LARGEST = 1e12
_SIGNS = "¥$£€₩₹"


def number(text: str, label: Words) -> float:
    """`10,551`, `１０，５５１`, `10 551`, `¥1,234.50`. A `Problem` with the label for a percentage,
    a decimal comma, other text or nothing."""
    plain = unicodedata.normalize("NFKC", text).replace("−", "-").strip()
    plain = re.sub(r"(?<=\d)[\s'_](?=\d{3}(\D|$))", "", plain).strip(_SIGNS + "元 ")
    if not plain:
        raise _problem(
            "number_missing",
            label,
            text,
            Words("{label}: no number yet.", "{label}：尚未填写。"),
            Words("Fill it in.", "请填写数字。"),
        )
    if "%" in plain:
        raise _problem(
            "number_is_percentage",
            label,
            text,
            Words(
                "{label}: “{text}” is a percentage, a number is needed.",
                "{label}：“{text}”是百分比，此处需要数字。",
            ),
            Words(
                "Give how many converted (422 of 1,694), not the rate; a mean in percent as a "
                "decimal (12% is 0.12).",
                "请填写转化人数（如 1,694 中的 422），不要填转化率；百分数形式的均值请写成小数"
                "（12% 写 0.12）。",
            ),
        )
    if _GROUPED.fullmatch(plain) or _PLAIN.fullmatch(plain):
        found = float(plain.replace(",", ""))
        if abs(found) <= LARGEST:
            return found
        raise _problem(
            "number_too_large",
            label,
            text,
            Words("{label}: “{text}” is too large.", "{label}：“{text}”过大。"),
            Words("Use a larger unit, such as thousands.", "请换用更大的单位，例如千元。"),
        )
    if re.fullmatch(r"[+-]?\d+,\d+", plain):
        raise _problem(
            "number_has_decimal_comma",
            label,
            text,
            Words(
                "{label}: “{text}” has a comma that is no thousands separator.",
                "{label}：“{text}”中的逗号不是千位分隔符。",
            ),
            Words("Write decimals with a point (1.5).", "小数请用小数点（1.5）。"),
        )
    raise _problem(
        "number_not_readable",
        label,
        text,
        Words("{label}: “{text}” is not a number.", "{label}：“{text}”不是数字。"),
        Words("Write digits only, for example 10,551.", "请只写数字，例如 10,551。"),
    )


def whole(text: str, label: Words) -> int:
    """A count: a whole number from 0 on."""
    found = number(text, label)
    if found < 0 or found != int(found):
        raise _problem(
            "count_not_whole",
            label,
            text,
            Words(
                "{label}: “{text}” is not a whole number from 0 on.",
                "{label}：“{text}”不是非负整数。",
            ),
            Words("Count units.", "请填写人数（或会话数）。"),
        )
    return int(found)


CONVERTED = Words("Converted", "转化数")
UNITS = Words("Units", "样本数")
MEAN = Words("Mean", "均值")
SD = Words("Standard deviation", "标准差")
FIELDS: dict[Kind, tuple[Words, ...]] = {
    Kind.RATES: (CONVERTED, UNITS),
    Kind.MEANS: (MEAN, SD, UNITS),
}


@dataclass(frozen=True, slots=True)
class _Of:
    """A field of an arm, for messages."""

    arm: str
    field: Words

    def label(self) -> Words:
        return Words(f"{self.arm} · {self.field.en}", f"{self.arm} · {self.field.zh}")


def arm(name: str, kind: Kind, texts: list[str]) -> Arm:
    """An arm from its fields as typed: converted and units, or mean, standard deviation, units."""
    labels = [_Of(name, field).label() for field in FIELDS[kind]]
    if kind is Kind.RATES:
        converted, n = (whole(t, label) for t, label in zip(texts, labels, strict=True))
        if converted > n:
            raise Problem(
                "more_converted_than_units",
                Words("{arm}: {k} converted of {n} units.", "{arm}：{n} 个样本中有 {k} 个转化。"),
                Words(
                    "Count converted units, not how often they converted; and look whether the two "
                    "numbers are swapped.",
                    "请统计转化的人数而非转化次数，并检查两个数字是否填反。",
                ),
                arm=name,
                k=f"{converted:,}",
                n=f"{n:,}",
            )
        return Arm(name, Sums.of_counts(converted, n))
    mean, sd = (number(t, label) for t, label in zip(texts[:2], labels[:2], strict=True))
    n = whole(texts[2], labels[2])
    if sd < 0:
        raise _problem(
            "sd_negative",
            labels[1],
            texts[1],
            Words("{label}: “{text}” is below 0.", "{label}：“{text}”小于 0。"),
            Words("A standard deviation is 0 or more.", "标准差不能为负。"),
        )
    return Arm(name, Sums.of_sd(n, mean, sd))


def table(text: str, kind: Kind) -> tuple[Arm, Arm]:
    """Two pasted lines, control first: a name, then the fields of the kind, with tabs, semicolons
    or spaces between them (a comma separates thousands). A line without digits is a heading."""
    lines = [line for line in text.splitlines() if any(c.isdigit() for c in line)]
    if len(lines) != 2:
        raise Problem(
            "pasted_not_two_lines",
            Words(
                "Two lines with numbers are needed, control first; got {n}.",
                "需要两行数字，第一行为对照组；当前为 {n} 行。",
            ),
            Words(
                "Paste one line for each arm: name, {fields}.",
                "请每组粘贴一行：名称、{fields}。",
            ),
            n=len(lines),
            fields=_listed(kind),
        )
    return _line(lines[0], kind, "A"), _line(lines[1], kind, "B")


def _line(line: str, kind: Kind, unnamed: str) -> Arm:
    wanted = len(FIELDS[kind])
    parts = [p.strip() for p in re.split(r"[\t;；|/]| {2,}", line) if p.strip()]
    if len(parts) < wanted + 1:
        parts = line.replace(";", " ").replace("/", " ").split()
    texts = parts[-wanted:]
    name = " ".join(parts[:-wanted])
    too_few = len(parts) < wanted or (len(parts) == wanted and not _is_number(parts[0]))
    if too_few or (len(parts) > wanted and _is_number(parts[-wanted - 1])):
        raise Problem(
            "pasted_line_not_readable",
            Words(
                "“{line}” has {n} parts; a name and {wanted} numbers are needed.",
                "“{line}”有 {n} 项；需要名称和 {wanted} 个数字。",
            ),
            Words("In this order: {fields}.", "顺序为：{fields}。"),
            line=line.strip()[:60],
            n=len(parts),
            wanted=wanted,
            fields=_listed(kind),
        )
    return arm(name or unnamed, kind, texts)


def _is_number(text: str) -> bool:
    try:
        number(text, UNITS)
    except Problem:
        return False
    return True


def _listed(kind: Kind) -> Words:
    fields = FIELDS[kind]
    return Words(", ".join(f.en.lower() for f in fields), "、".join(f.zh for f in fields))


def _problem(code: str, label: Words, text: str, what: Words, hint: Words) -> Problem:
    return Problem(code, what, hint, label=label, text=text.strip()[:40])
