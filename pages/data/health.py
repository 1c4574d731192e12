"""Data health: what is missing, late, doubled or odd, and what follows from it."""

from i18n import Words
from ui.health import (
    FIRST_SCREEN,
    looked,
    say_filters_do_not_apply,
    show_checks,
    show_contract,
    show_days,
)
from ui.page import page_header, section
from ui.session import text, warehouse
from ui.states import waiting

tr, shop = text(), warehouse()
with waiting("health", FIRST_SCREEN):
    found = looked(shop)

say_filters_do_not_apply()
page_header(Words("Data health", "数据健康"), tr(found.finding), with_dates=False)
show_checks(found, shop, tr)
section(tr(Words("What the shop has, and what that switches off", "数据完整性及影响")))
show_contract(found, tr)
section(tr(Words("How many rows came in each day?", "每天有多少行数据？")))
show_days(found, tr)
