"""Files of spend: what they are, what they would bring, and bringing them in."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import streamlit as st

from data.building import bring_in
from data.channels import ChannelRules
from data.dimensions import CHANNEL
from data.import_words import import_lines
from data.importing.mapping_models import Mapping
from data.importing.spend_reports import REPORTS, report_mapping
from data.progress import Progress
from data.settings import Settings
from data.spend_preview import Preview, preview
from data.spend_words import amounts, remarks, restated_line
from format import dates, numbers
from i18n import Problem, Text, Words
from metrics.channel_table import rules_in
from metrics.funnels.keeping import kept_in
from ui.html import escape
from ui.page import section
from ui.session import settings, shop_key, text, viewer, warehouse
from ui.spend.work import Lines, start, working
from ui.states import card
from ui.tables import html_table
from ui.uploads import dropzone_words

_KINDS = ["csv", "tsv", "txt", "xlsx", "gz"]
_ROUND, _SEEN = "spend_upload_round", "spend_preview"
_AUTO = "auto"
CHANNELS_SHOWN = 8


@dataclass(frozen=True, slots=True)
class Upload:
    """Files as they came, and what the reader says of them."""

    files: tuple[tuple[str, bytes], ...]
    report: str | None
    account: str | None
    date_format: str | None
    decimal: str | None

    @property
    def mark(self) -> str:
        """Tells one upload from another."""
        whole = hashlib.sha256(repr(self.files).encode())
        whole.update(repr((self.report, self.account, self.date_format, self.decimal)).encode())
        return whole.hexdigest()

    @contextmanager
    def mapping(self, known: Settings, shop: str) -> Iterator[Mapping]:
        """The files in a folder of their own, with the mapping that reads them."""
        with TemporaryDirectory(prefix="northstar_") as folder:
            paths = []
            for number, (name, content) in enumerate(self.files):
                path = Path(folder) / _safe(name)
                if path.exists():
                    path = Path(folder) / f"{number}_{_safe(name)}"
                path.write_bytes(content)
                paths.append(path)
            yield report_mapping(
                paths,
                shop,
                known.shop(shop),
                report=self.report,
                account=self.account,
                date_format=self.date_format,
                decimal=self.decimal,
            )


def _safe(name: str) -> str:
    return Path(name).name.lstrip(".") or "file.csv"


def upload_section(rules: ChannelRules) -> None:
    """Drop files, look at what they would bring, bring them in."""
    tr = text()
    section(
        tr(Words("Bring in spend", "导入花费")),
        tr(
            Words(
                "Daily campaign reports of Google Ads, Meta Ads or TikTok Ads, or a sheet with "
                "day, channel and spend.",
                "支持 Google Ads、Meta Ads、TikTok Ads 的分天广告系列报表，"
                "或包含日期、渠道、花费的表格。",
            )
        ),
    )
    if not viewer().may_import:
        no_right(tr)
        return
    dropzone_words(tr)
    number = st.session_state.get(_ROUND, 0)
    files = st.file_uploader(
        tr(Words("Files", "文件")),
        type=_KINDS,
        accept_multiple_files=True,
        key=f"spend_files_{number}",
        label_visibility="collapsed",
        disabled=working(),
    )
    if not files:
        st.session_state.pop(_SEEN, None)
        return
    asked = _asked(tuple((f.name, f.getvalue()) for f in files), tr)
    try:
        found = _seen(asked, rules)
    except Problem as problem:
        what, *hint = problem.say(tr).split("\n")
        card(what, "\n".join(hint), "warning")
        return
    _show(found, tr)
    words = Words("Import {n} rows" if found.rows > 1 else "Import one row", "导入 {n} 行")
    label = tr(words, n=numbers.full(found.rows, "count", tr))
    if st.button(label, type="primary", key="spend_import", disabled=working()):
        start(Words("Spend brought in", "花费已导入"), _bringing(asked))
        st.session_state[_ROUND] = number + 1
        st.rerun()


def no_right(tr: Text) -> None:
    card(
        tr(Words("You may look, and not change.", "您可以查看，不能修改。")),
        tr(
            Words(
                "Bringing in spend and saying which channel is meant is a right of its own.",
                "导入花费与指定渠道需要单独的权限。",
            )
        ),
        "info",
    )


def _asked(files: tuple[tuple[str, bytes], ...], tr: Text) -> Upload:
    """What the reader says of the files; by their headers and cells where nothing is said."""
    report, account, dates_, decimal = st.columns([3, 3, 2, 2])
    reports = {_AUTO: tr(Words("As the header says", "按表头识别")), **_named(REPORTS, tr)}
    formats = {
        _AUTO: tr(Words("As found", "自动识别")),
        "dmy": tr(Words("day / month", "日 / 月")),
        "mdy": tr(Words("month / day", "月 / 日")),
    }
    marks = {_AUTO: tr(Words("As found", "自动识别")), ".": "1,234.5", ",": "1.234,5"}
    lang = tr.language
    chosen = report.selectbox(
        tr(Words("Report", "报表类型")), list(reports), format_func=reports.__getitem__,
        key=f"spend_report_{lang}",
    )  # fmt: skip
    named = account.text_input(
        tr(Words("Ad account", "广告账户")), key=f"spend_account_{lang}", max_chars=80,
        placeholder=tr(Words("As in the file", "按文件内容")),
        help=tr(Words(
            "Name it where two accounts of one tool are brought in: an account's file replaces "
            "the days of that account alone.",
            "同一平台有多个账户时请填写：导入只替换该账户同日的数据。",
        )),
    )  # fmt: skip
    format_ = dates_.selectbox(
        tr(Words("Dates", "日期格式")), list(formats), format_func=formats.__getitem__,
        key=f"spend_dates_{lang}",
    )  # fmt: skip
    mark = decimal.selectbox(
        tr(Words("Amounts", "金额格式")), list(marks), format_func=marks.__getitem__,
        key=f"spend_decimal_{lang}",
    )  # fmt: skip
    return Upload(
        files,
        None if chosen == _AUTO else chosen,
        named.strip() or None,
        None if format_ == _AUTO else format_,
        None if mark == _AUTO else mark,
    )


def _named(words: dict[str, Words], tr: Text) -> dict[str, str]:
    return {key: tr(name) for key, name in words.items()}


def _seen(asked: Upload, rules: ChannelRules) -> Preview:
    """The preview, made once for the same files, words, rules and data."""
    key = (asked.mark, rules.text, shop_key(), warehouse().version)
    held = st.session_state.get(_SEEN)
    if held is None or held[0] != key:
        with asked.mapping(settings(), shop_key()) as mapping:
            held = (key, preview(settings(), mapping, rules))
        st.session_state[_SEEN] = held
    found: Preview = held[1]
    return found


def _show(found: Preview, tr: Text) -> None:
    """What would come, in one glance: days, sums, channels, and what to know before."""
    zone_end = warehouse().coverage.last_day
    end = found.last + dates.DAY
    words = Words("{days}, {n} days · {spend}", "{days}，共 {n} 天 · {spend}")
    said = tr(
        words,
        days=dates.span(found.first, end, tr, zone_end),
        n=found.days,
        spend=amounts(found.spend, tr),
    )
    lines = [*remarks(found, tr), *[restated_line(r, tr) for r in found.restated]]
    items = "".join(f"<li>{escape(line)}</li>" for line in lines)
    listed = f'<ul class="ns-sub" style="padding-left:1.2rem;margin:.2rem 0 .6rem">{items}</ul>'
    st.html(f'<p class="ns-small">{escape(said)}</p>{listed if items else ""}')
    left, right = st.columns(2)
    with left:
        st.html(_files(found, tr))
    with right:
        st.html(_channels(found, tr))


def _files(found: Preview, tr: Text) -> str:
    header = (
        Words("File", "文件"),
        Words("Read", "读取"),
        Words("To load", "载入"),
        Words("Set aside", "搁置"),
        Words("Rejected", "拒收"),
    )
    rows = [
        [
            Path(f.path).name,
            *[
                numbers.full(n, "count", tr)
                for n in (f.rows_read, f.rows_loaded, f.rows_set_aside, f.rows_rejected)
            ],
        ]
        for f in found.batch.files
    ]
    title = tr(Words("Files", "文件"))
    return html_table(title, [tr(h) for h in header], rows, numeric={1, 2, 3, 4})


def _channels(found: Preview, tr: Text) -> str:
    header = (Words("Channel", "渠道"), Words("Spend", "花费"))
    rows = [
        [tr(CHANNEL.label(channel)), amounts(sums, tr)]
        for channel, sums in list(found.channels.items())[:CHANNELS_SHOWN]
    ]
    title = tr(Words("Spend by channel", "各渠道花费"))
    return html_table(title, [tr(h) for h in header], rows, numeric={1})


def _bringing(asked: Upload) -> Callable[[Progress], Lines]:
    """The work of bringing it in; it knows everything it needs, since it runs without the page."""
    known, shop = settings(), shop_key()

    def work(progress: Progress) -> Lines:
        with asked.mapping(known, shop) as mapping:
            done = bring_in(known, mapping, progress, keep=kept_in, rules=rules_in)
        return lambda tr: import_lines(done, tr)

    return work
