"""The channel table as a file: what a team exchanges and keeps under version control."""

from __future__ import annotations

import csv
import io

from data.channels import ChannelRules
from format.csv_text import csv_text
from i18n import Problem, Words

COLUMNS = ("source", "raw", "campaign", "channel")


def as_csv(rules: ChannelRules) -> str:
    """The rules as a file that `from_csv` reads back."""
    return csv_text(COLUMNS, [[getattr(r, name) for name in COLUMNS] for r in rules.rules])


def from_csv(text: str) -> ChannelRules:
    """Rules from a file with the columns source, raw, campaign and channel; only the last must be
    there. Raises `Problem` for another file, or a rule that can't be followed."""
    lines = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""))
    header = [name.strip().lower() for name in next(lines, [])]
    if "channel" not in header or not set(header) <= set(COLUMNS):
        raise Problem(
            "channel_file",
            Words(
                "A channel table has the columns {columns}; found: {found}.",
                "渠道对照表应包含 {columns} 这几列；文件中为：{found}。",
            ),
            Words(
                "Save the present table to a file and change that.",
                "请先导出现有表格，再在其上修改。",
            ),
            columns=", ".join(COLUMNS),
            found=", ".join(header) or "–",
        )
    rows = [dict(zip(header, line, strict=False)) for line in lines]
    return ChannelRules.of([_plain(row.get(name, "")) for name in COLUMNS] for row in rows)


def _plain(cell: str) -> str:
    """A cell without the mark that keeps a spreadsheet from running it as a formula."""
    return cell[1:] if cell[:1] == "'" and cell[1:].lstrip()[:1] in ("=", "+", "-", "@") else cell
