"""The ready mappings of ad tools and of a plain sheet read what their exports really look like."""

from __future__ import annotations

import gzip
from collections import defaultdict
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from data.importing.mapping import load_mapping
from data.importing.reading import Batch, read_sources
from data.importing.spend_reports import READY, report_mapping, sniff
from i18n import Problem, Text
from tests.world import shop

FOLDER = Path(__file__).parents[2] / "data" / "samples" / "mappings"


def sample(name: str) -> Batch:
    return read_sources(load_mapping(FOLDER / name / "mapping.yaml"))


def rows(batch: Batch) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = batch.tables["marketing_spend"].to_pylist()
    return found


def by_currency(batch: Batch) -> dict[str, Decimal]:
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for row in rows(batch):
        sums[row["currency"]] += row["spend"]
    return dict(sums)


def aside(batch: Batch) -> dict[str, tuple[int, Decimal | None]]:
    return {a["name"]: (a["rows"], a["amount"]) for a in batch.set_aside.to_pylist()}


def written(tmp_path: Path, name: str, text: str | bytes) -> Batch:
    """The file as it is uploaded: its report told by its header."""
    path = tmp_path / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_sources(report_mapping([path], "world", shop()))


@pytest.mark.parametrize("name", READY)
def test_every_row_of_a_sample_is_accounted_for(name: str) -> None:
    batch = sample(name)
    assert batch.rejects.num_rows == 0
    for file in batch.files:
        assert file.rows_read == file.rows_loaded + file.rows_set_aside
    assert {row["kind"] for row in rows(batch)} <= {"ads", None}


def test_google_ads_has_titles_totals_thousands_and_a_credit_note() -> None:
    """USD 1,204.50 + 386.20 + 980 + 0 + 1,011.30 = 3,582.00; GBP 75.25 − 12 = 63.25. Two lines of
    title and two of totals stand aside; the totals add up to what they say twice."""
    batch = sample("google_ads")
    assert by_currency(batch) == {"USD": Decimal("3582"), "GBP": Decimal("63.25")}
    assert aside(batch) == {"title_lines": (2, None), "totals": (2, Decimal("7290.5"))}
    first = rows(batch)[0]
    assert first["day"] == date(2026, 11, 1)
    assert (first["channel"], first["source"]) == ("google_ads", "google_ads")
    assert (first["campaign"], first["campaign_id"]) == ("Brand | Search", "20117734051")
    assert (first["impressions"], first["clicks"]) == (18344, 912)
    assert (first["claimed_conversions"], first["claimed_value"]) == (41, 6150)
    assert rows(batch)[-1]["clicks"] is None


def test_meta_ads_takes_the_currency_from_the_header_and_purchases_before_results() -> None:
    """412.37 + 98.10 + 398.02 + 101.45 = 1,009.94, as the row of totals says. Where link clicks
    are empty all clicks stand in, where purchases are empty results do."""
    batch = sample("meta_ads")
    assert by_currency(batch) == {"EUR": Decimal("1009.94")}
    assert aside(batch) == {"totals": (1, Decimal("1009.94"))}
    assert [row["clicks"] for row in rows(batch)] == [640, 210, 870, 219]
    assert [row["claimed_conversions"] for row in rows(batch)] == [18, 14, 15, 12]


def test_a_meta_report_of_whole_weeks_is_not_taken_for_a_day(tmp_path: Path) -> None:
    text = (
        "Reporting starts,Reporting ends,Campaign name,Amount spent (USD)\n"
        "2026-11-01,2026-11-07,A,700\n2026-11-08,2026-11-08,A,50\n"
    )
    batch = written(tmp_path, "week.csv", text)
    assert by_currency(batch) == {"USD": Decimal(50)}
    assert aside(batch) == {"not_daily": (1, Decimal(700))}


def test_tiktok_ads_in_two_currencies() -> None:
    """215.60 + 198.05 = 413.65 USD and 60 SGD: 473.65, as the totals add up without minding."""
    batch = sample("tiktok_ads")
    assert by_currency(batch) == {"USD": Decimal("413.65"), "SGD": Decimal(60)}
    assert aside(batch) == {"totals": (1, Decimal("473.65"))}
    assert [row["day"].day for row in rows(batch)] == [1, 2, 2]
    assert [row["claimed_value"] for row in rows(batch)] == [934, 764, 118]


def test_a_plain_sheet_keeps_its_channels_as_written() -> None:
    """3,200.50 + 880 + 2,950 = 7,030.50 CNY; 140.25 − 20.25 = 120 USD."""
    batch = sample("spend_sheet")
    assert by_currency(batch) == {"CNY": Decimal("7030.5"), "USD": Decimal(120)}
    assert [row["channel"] for row in rows(batch)] == [
        "小红书",
        "affiliate",
        "小红书",
        "cpc",
        "cpc",
    ]
    assert aside(batch) == {"totals": (1, Decimal("7150.5"))}


CHINESE = {
    "google_ads": "广告系列报告\n2026年11月1日\n天,广告系列,货币代码,费用,展示次数,点击次数\n"
    '2026-11-01,品牌词,CNY,"1,234.50","12,000",90\n总计：帐号,--,--,"1,234.50","12,000",90\n',
    "meta_ads": "单日,广告系列名称,已花费金额 (CNY),展示次数,链接点击量,购物次数,购物转化价值\n"
    "2026-11-01,拉新,1234.5,12000,90,3,900\n",
    "tiktok_ads": "按天,推广系列名称,消耗,货币,展示量,点击量（目标页面）,转化量\n"
    "2026-11-01,拉新,1234.50,CNY,12000,90,3\n总计 1 条,-,1234.50,-,12000,90,3\n",
    "spend_sheet": "日期,渠道,活动,花费,币种,类型,展示次数,点击\n"
    "2026年11月1日,抖音,拉新,1234.5,CNY,广告,12000,90\n",
}


@pytest.mark.parametrize("name", READY)
def test_the_same_report_with_chinese_headers(name: str, tmp_path: Path) -> None:
    batch = written(tmp_path, "报表.csv", CHINESE[name])
    assert batch.rejects.num_rows == 0
    (row,) = rows(batch)
    assert (row["day"], row["spend"], row["currency"]) == (date(2026, 11, 1), 1234.5, "CNY")
    assert (row["impressions"], row["clicks"], row["kind"]) == (12000, 90, "ads")
    assert row["source"] == name


@pytest.mark.parametrize("name", READY)
def test_a_report_is_told_by_its_header(name: str) -> None:
    (path,) = [p for p in (FOLDER / name).iterdir() if p.suffix == ".csv"]
    found = sniff(path)
    assert (found.report, found.encoding, found.delimiter) == (name, "utf-8", ",")


def test_a_file_of_a_windows_spreadsheet_is_told_too(tmp_path: Path) -> None:
    """UTF-16 with tabs, as Google Ads writes for Excel; and GB18030, as Excel does in China."""
    text = CHINESE["google_ads"].replace(",", "\t").replace('"1\t234.50"', '"1,234.50"')
    text = text.replace('"12\t000"', '"12,000"')
    assert rows(written(tmp_path, "a.csv", text.encode("utf-16")))[0]["spend"] == 1234.5
    sheet = CHINESE["spend_sheet"].encode("gb18030")
    assert rows(written(tmp_path, "b.csv", sheet))[0]["channel"] == "抖音"


def test_an_account_is_named_by_its_own_column_or_by_the_reader(tmp_path: Path) -> None:
    text = "Day,Campaign,Customer ID,Cost\n2026-11-01,A,877-953-6058,5\n"
    path = tmp_path / "google.csv"
    path.write_text(text, "utf-8")
    own = read_sources(report_mapping([path], "world", shop()))
    named = read_sources(report_mapping([path], "world", shop(), account="Google EU"))
    assert rows(own)[0]["source"] == "google_ads 877-953-6058"
    assert rows(named)[0]["source"] == "Google EU"
    assert rows(own)[0]["currency"] == "CNY"


def test_an_unknown_file_says_what_is_known(tmp_path: Path) -> None:
    path = tmp_path / "other.csv"
    path.write_text("a,b\n1,2\n", "utf-8")
    with pytest.raises(Problem) as caught:
        sniff(path)
    assert caught.value.code == "spend_report_unknown"
    assert "Google Ads" in caught.value.say(Text("en"))


def test_a_missing_column_is_told_with_its_spellings(tmp_path: Path) -> None:
    """Told to be of Google, a file without costs is refused by name, in the line of the header."""
    path = tmp_path / "g.csv"
    path.write_text("Campaign report\nDay,Campaign,Clicks\n2026-11-01,A,4\n", "utf-8")
    with pytest.raises(Problem) as caught:
        read_sources(report_mapping([path], "world", shop(), report="google_ads"))
    said = caught.value.say(Text("en"))
    assert caught.value.code == "file_unknown_header"
    assert "Cost, 费用" in said
    assert "Day, Campaign, Clicks" in said


def test_lines_are_counted_from_the_top_of_the_file(tmp_path: Path) -> None:
    """The cost that can't be read stands on line 5 of the file, titles and a blank line counted."""
    text = "Campaign report\n\nDay,Campaign,Cost\n2026-11-01,A,5\n2026-11-02,A,none\n"
    batch = written(tmp_path, "google.csv", text)
    assert [(r["line"], r["reason"]) for r in batch.rejects.to_pylist()] == [(5, "bad_number")]
    assert batch.files[0].rows_read == 3


def test_a_workbook_is_read_like_a_text_file(tmp_path: Path) -> None:
    """Typed cells, a title above and a total below: 12.5 on the 1st, 7 on the 2nd."""
    book = openpyxl.Workbook()
    page = book.worksheets[0]
    for row in (
        ["Campaign report"],
        ["Day", "Campaign", "Currency code", "Cost", "Clicks"],
        [datetime(2026, 11, 1), "A", "USD", 12.5, 3],
        [datetime(2026, 11, 2), "A", "USD", 7, 1],
        ["Total: Account", "--", "--", 19.5, 4],
    ):
        page.append(row)
    path = tmp_path / "google.xlsx"
    book.save(path)
    batch = read_sources(report_mapping([path], "world", shop()))
    assert [(r["day"].day, r["spend"], r["clicks"]) for r in rows(batch)] == [
        (1, Decimal("12.5"), 3),
        (2, Decimal(7), 1),
    ]
    assert aside(batch) == {"title_lines": (1, None), "totals": (1, Decimal("19.5"))}


def test_a_compressed_file_is_told_by_what_is_in_it(tmp_path: Path) -> None:
    packed = gzip.compress(CHINESE["meta_ads"].encode())
    assert rows(written(tmp_path, "meta.csv.gz", packed))[0]["source"] == "meta_ads"


def test_two_languages_of_one_column_are_read_once(tmp_path: Path) -> None:
    """The first spelling that is there is taken; a column of the chosen name is left alone."""
    text = "By Day,Campaign name,Cost,Clicks (all),Clicks (destination),clicks\n"
    batch = written(tmp_path, "t.csv", text + "2026-11-01,A,5,9,4,7\n")
    assert rows(batch)[0]["clicks"] == 4
