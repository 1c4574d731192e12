"""What marketing cost, from the exports that people have: which report a file is, told by its
header, and the mapping that reads it into a shop."""

from __future__ import annotations

import codecs
import csv
import glob
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import yaml

from data.importing.files import format_of, unpacked
from data.importing.headers import FIRST_RECORDS
from data.importing.mapping_checks import check
from data.importing.mapping_models import Mapping
from data.importing.reading import needed_columns
from data.importing.workbook import first_rows
from data.importing.yaml_text import read_yaml
from data.settings import Shop
from i18n import Problem, Words

FOLDER = Path(__file__).parents[1] / "samples" / "mappings"

REPORTS: dict[str, Words] = {
    "spend_sheet": Words("Plain sheet (day, channel, spend)", "普通表格（日期、渠道、花费）"),
    "google_ads": Words("Google Ads report", "Google Ads 报表"),
    "meta_ads": Words("Meta Ads report", "Meta Ads 报表"),
    "tiktok_ads": Words("TikTok Ads report", "TikTok Ads 报表"),
}
"""The reports that are read without a mapping of one's own, in the order in which a header is
compared with them: only a sheet names channels."""
READY = tuple(REPORTS)

_ENCODINGS = ("utf-8-sig", "gb18030", "cp1252")
_DELIMITERS = (",", "\t", ";")
_HEAD = 1 << 18


@dataclass(frozen=True, slots=True)
class Sniffed:
    """Which report a file is, and how its text is written."""

    report: str
    encoding: str = "utf-8"
    delimiter: str = ","


def sniff(path: Path) -> Sniffed:
    """The report whose columns the file has. Raises `Problem` where it is none that is known."""
    for records, encoding, delimiter in _readings(path):
        for report in READY:
            source = _ready(report).sources[0]
            columns = needed_columns(source)
            if any(source.naming.fits(record, columns) for record in records):
                return Sniffed(report, encoding, delimiter)
    raise Problem(
        "spend_report_unknown",
        Words(
            "{file} is none of the reports that are known: {known}.",
            "{file} 不是已支持的报表：{known}。",
        ),
        Words(
            "A sheet needs the columns day, channel and spend; for a report of an ad tool choose "
            "rows by day and campaign, with the cost.",
            "普通表格需包含“日期、渠道、花费”三列；"
            "广告平台报表请按“天 + 广告系列”导出，并包含费用。",
        ),
        file=path.name,
        known=Words(
            " · ".join(words.en for words in REPORTS.values()),
            " · ".join(words.zh for words in REPORTS.values()),
        ),
    )


def report_mapping(
    paths: Sequence[Path],
    shop: str,
    settings: Shop,
    *,
    report: str | None = None,
    account: str | None = None,
    date_format: str | None = None,
    decimal: str | None = None,
) -> Mapping:
    """The mapping that brings these files into a shop that is there. `report`
    is told by the header unless it is named; `account` names the ad account of rows whose file
    does not; formats are only for files that leave them open."""
    sources = []
    for number, path in enumerate(paths):
        found = _written(path, report) if report else sniff(path)
        source = _document(found.report)["sources"][0]
        source["file"] = glob.escape(str(path.absolute()))
        source["encoding"], source["delimiter"] = found.encoding, found.delimiter
        if len(paths) > 1:
            source["name"] = f"{found.report} {number + 1}"
        if account:
            source["into"]["marketing_spend"]["columns"]["source"] = {"constant": account}
        source |= {k: v for k, v in (("date_format", date_format), ("decimal", decimal)) if v}
        sources.append(source)
    document = {
        "shop": shop,
        "name": {"en": settings.name.en, "zh": settings.name.zh},
        "timezone": settings.reporting.timezone,
        "currency": settings.reporting.currency,
        "sources": sources,
    }
    mapping = Mapping.model_validate(document)
    path = paths[0].absolute().parent / "mapping.yaml"
    mapping.remember(path, yaml.safe_dump(document, allow_unicode=True).encode())
    check(mapping, lambda *_: 1)
    return mapping


def _written(path: Path, report: str) -> Sniffed:
    """A named report: how its text is written, told by whether its columns are found so; the first
    way that can be read at all where they are not, so that the import says what is missing."""
    source = _ready(report).sources[0]
    columns = needed_columns(source)
    first: Sniffed | None = None
    for records, encoding, delimiter in _readings(path):
        if any(source.naming.fits(record, columns) for record in records):
            return Sniffed(report, encoding, delimiter)
        first = first or Sniffed(report, encoding, delimiter)
    return first or Sniffed(report)


def _readings(path: Path) -> Iterator[tuple[list[list[str]], str, str]]:
    """The first records of a file in every way in which it can be read."""
    content = unpacked(path.read_bytes(), path.name)
    kind = format_of(path, None)
    if kind == "xlsx":
        yield first_rows(content, path.name, FIRST_RECORDS), "utf-8", ","
    elif kind == "csv":
        utf16 = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
        for encoding in ("utf-16",) if utf16 else _ENCODINGS:
            decoder = codecs.getincrementaldecoder(encoding)()
            try:
                head = decoder.decode(content[:_HEAD])
            except UnicodeDecodeError:
                continue
            for delimiter in _DELIMITERS:
                reader = csv.reader(io.StringIO(head, newline=""), delimiter=delimiter)
                records = [[c.strip() for c in r] for r in islice(reader, FIRST_RECORDS)]
                yield records, encoding.removesuffix("-sig"), delimiter


def _document(report: str) -> dict[str, Any]:
    path = FOLDER / report / "mapping.yaml"
    document, _ = read_yaml(path, path.read_text("utf-8"))
    found: dict[str, Any] = document
    return found


def _ready(report: str) -> Mapping:
    return Mapping.model_validate(_document(report))
