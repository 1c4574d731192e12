"""The metric dictionary: every number with its meaning, formula, unit and needs."""

from i18n import Words
from ui.dictionary import finding, show_dictionary
from ui.page import page_header
from ui.session import text, warehouse

tr, coverage = text(), warehouse().coverage

page_header(Words("Metric dictionary", "指标字典"), finding(coverage, tr), with_dates=False)
show_dictionary(coverage, tr)
