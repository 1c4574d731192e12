"""Saturation and budget: what the next customer costs, and what moving money would change."""

from i18n import Words
from ui.page import Head
from ui.saturation.asked import answered
from ui.saturation.experiments import experiments_section
from ui.saturation.parts import (
    curves_section,
    download,
    finding,
    how_computed,
    notices,
    table_section,
)
from ui.saturation.plan import plan_section
from ui.session import text

head = Head(Words("Saturation and budget", "饱和与预算"), with_dates=False)
found = answered()
head.say(finding(found, text()))
if found is not None:
    notices(found)
    table_section(found)
    plan_section(found)
    curves_section(found)
    experiments_section(found)
    download(found)
    how_computed(found)
