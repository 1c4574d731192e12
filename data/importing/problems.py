"""Why a row can't be read, in both languages, and the nearest word to a typo."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from i18n import Words

MISSING_ID = "missing_id"
MISSING_VALUE = "missing_value"
BAD_NUMBER = "bad_number"
OUT_OF_RANGE = "out_of_range"
BAD_DATE = "bad_date"
BAD_FLAG = "bad_flag"
UNMAPPED_VALUE = "unmapped_value"
NOT_IN_LOOKUP = "not_in_lookup"
CELL_COUNT = "cell_count"
CONFLICT = "conflict"

REASONS: dict[str, Words] = {
    MISSING_ID: Words(en="The row has no id.", zh="该行缺少主键编号。"),
    MISSING_VALUE: Words(en="A required value is empty.", zh="必填字段为空。"),
    BAD_NUMBER: Words(en="The text is not a number as written.", zh="内容无法识别为数字。"),
    OUT_OF_RANGE: Words(en="The number is too large for its column.", zh="数字超出该字段的范围。"),
    BAD_DATE: Words(en="The text is not a date as written.", zh="内容无法识别为日期。"),
    BAD_FLAG: Words(en="The text is neither yes nor no.", zh="内容不是“是/否”。"),
    UNMAPPED_VALUE: Words(
        en="The value is not in the value map.", zh="该取值不在映射表中，无法归类。"
    ),
    NOT_IN_LOOKUP: Words(
        en="The key is not in the look-up file.", zh="在对照文件中找不到这个编号。"
    ),
    CELL_COUNT: Words(
        en="The line has more or fewer cells than the header.", zh="该行的列数与表头不一致。"
    ),
    CONFLICT: Words(
        en="The id was already read with different content; the first row is kept.",
        zh="同一编号出现了内容不同的行，保留先读到的一行。",
    ),
}
"""Reason codes as they stand in `rejects.reason`, with what they mean."""

NOT_CLAIMED = "not_claimed"
FILTERED = "filtered"
TITLES = "title_lines"
SET_ASIDE: dict[str, Words] = {
    NOT_CLAIMED: Words(
        en="No table's filter takes these rows.", zh="没有任何数据表的筛选条件包含这些行。"
    ),
    FILTERED: Words(en="Left out by the source's own filter.", zh="被数据源自身的筛选条件排除。"),
    TITLES: Words(
        en="Lines above the header: the report's title and dates.",
        zh="表头以上的行：报表标题与日期范围。",
    ),
}
"""Names that the import itself gives to rows that the mapping leaves out."""

SAME_CONTENT = "same_content"
SUPERSEDED = "superseded"
CLOCK_TWICE = "clock_twice"
CLOCK_SKIPPED = "clock_skipped"
LINES_DISAGREE = "lines_disagree"
NOTES: dict[str, Words] = {
    SAME_CONTENT: Words(
        en="Rows repeated with identical content, read once.", zh="内容完全相同的重复行，只读一次。"
    ),
    SUPERSEDED: Words(
        en="Rows that a later file of the same source replaced.",
        zh="被同一数据源中较新的文件覆盖的行。",
    ),
    CLOCK_TWICE: Words(
        en="Local times that exist twice when the clocks go back; read as the first of the two.",
        zh="夏令时结束时重复出现的当地时间，按第一次计。",
    ),
    CLOCK_SKIPPED: Words(
        en="Local times that the clocks skipped going forward; moved on by the gap.",
        zh="夏令时开始时被跳过的当地时间，按跳过的时长顺延。",
    ),
    LINES_DISAGREE: Words(
        en="Roll-ups whose lines disagree on a value; the earliest line's is taken.",
        zh="同一订单的明细行取值不一致，以最早一行为准。",
    ),
}
"""Things that are worth knowing but lose nothing, as they stand in `import_notes.code`."""


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known name most like `word`, or None when nothing is close."""
    names = list(known)
    exact = [name for name in names if name.casefold() == word.casefold()]
    close = exact or difflib.get_close_matches(word, names, n=1, cutoff=0.6)
    return close[0] if close else None


def did_you_mean(word: str, known: Iterable[str]) -> Words:
    """A hint that offers the nearest known name, else the whole list."""
    names = list(known)
    close = nearest(word, names)
    if close is not None:
        close = literal(close)
        return Words(en=f"Did you mean “{close}”?", zh=f"是不是想写“{close}”？")
    listed = literal(", ".join(names))
    return Words(en=f"Known here: {listed}.", zh=f"这里可用的有：{listed}。")


def literal(text: str) -> str:
    """Text from a file made safe to stand in a phrase with holes."""
    return text.replace("{", "{{").replace("}", "}}")
