"""Lifecycle funnel: how far the people acquired in a period come, and who gets lost where."""

from i18n import Words
from ui.lifecycle import course, main_figure, parts
from ui.lifecycle_asked import Question, answered, choose_population
from ui.lifecycle_words import every_number, finding, how_computed
from ui.page import Head
from ui.referral import refer_section
from ui.session import text

question, head = Question.now(), Head(Words("Lifecycle funnel", "生命周期漏斗"))
found = answered(question, lambda: head.say(finding(None, question.comparison, text())))
head.say(finding(found, question.comparison, text()))
if found is not None:
    choose_population()
    main_figure(found, question)
    trend = course(question)
    split = parts(found, question)
    refer_section(question.span, question.scope)
    every_number(found, split, trend, question)
    how_computed(found, split, trend)
