"""Lifecycle funnel: how far the people acquired in a period come, and who gets lost where."""

from i18n import Words
from ui.lifecycle import (
    FIRST_SCREEN,
    Question,
    choose_population,
    course,
    funnel_of,
    main_figure,
    parts,
    why_not,
)
from ui.lifecycle_words import every_number, finding, how_computed
from ui.page import page_header
from ui.referral import refer_section
from ui.session import text
from ui.states import waiting

question = Question.now()
with waiting("lifecycle", FIRST_SCREEN):
    found = funnel_of(question)
page_header(Words("Lifecycle funnel", "生命周期漏斗"), finding(found, question.comparison, text()))
if found is None:
    why_not(question)
else:
    choose_population()
    main_figure(found, question)
    trend = course(question)
    split = parts(found, question)
    refer_section(question.span, question.scope)
    every_number(found, split, trend, question)
    how_computed(found, split, trend)
