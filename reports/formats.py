"""The formats of a pack: what each is called and who writes it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from i18n import Words
from reports.html import write_html
from reports.pack import Write
from reports.pdf import write_pdf
from reports.pptx import write_pptx
from reports.xlsx import write_xlsx


@dataclass(frozen=True, slots=True)
class Format:
    """`mime` is what a browser is told that the file is."""

    key: str
    name: Words
    mime: str
    write: Write

    def file_name(self, stem: str) -> str:
        return f"{stem}.{self.key}"


_OFFICE = "application/vnd.openxmlformats-officedocument"

FORMATS: Mapping[str, Format] = {
    f.key: f
    for f in (
        Format(
            "pptx",
            Words("PowerPoint, charts editable", "PowerPoint（图表可编辑）"),
            f"{_OFFICE}.presentationml.presentation",
            write_pptx,
        ),
        Format("pdf", Words("PDF", "PDF"), "application/pdf", write_pdf),
        Format(
            "xlsx",
            Words("Excel, a sheet per metric", "Excel（每个指标一张工作表）"),
            f"{_OFFICE}.spreadsheetml.sheet",
            write_xlsx,
        ),
        Format(
            "html",
            Words("HTML, one file", "HTML（单个文件）"),
            "text/html",
            write_html,
        ),
    )
}
