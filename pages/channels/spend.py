"""Spend: bring in what marketing cost, and say which channel is meant by what sources write."""

from i18n import Words
from ui.page import page_header
from ui.session import text
from ui.spend.coverage import coverage_section
from ui.spend.listing import (
    campaigns_section,
    finding,
    found_words,
    say_filters_do_not_apply,
    words_section,
)
from ui.spend.table import not_applied, table_in_force, table_section
from ui.spend.upload import upload_section
from ui.spend.work import show_work
from ui.states import waiting

with waiting("spend", (80, 120, 300, 300)):
    found = found_words()
say_filters_do_not_apply()
saved, rules = table_in_force()
page_header(Words("Spend import", "花费导入"), finding(found, rules, text()), with_dates=False)
show_work()
not_applied(rules)
upload_section(rules)
words_section(found, rules)
table_section(found, saved, rules)
campaigns_section(found, rules)
coverage_section()
