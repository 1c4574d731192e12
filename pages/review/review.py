"""Weekly review: what moved, what of it is signal, in the same order every week."""

from i18n import Words
from ui.page import Head
from ui.review.asked import FIRST_SCREEN, answered
from ui.review.controls import controls
from ui.review.present import leave, presenting, style
from ui.review.sections import how, sections
from ui.session import text
from ui.states import waiting

style()
head = Head(Words("Weekly review", "周会"), with_dates=False)
leave()
if not presenting():
    controls()
with waiting("review", FIRST_SCREEN):
    found = answered()
head.say(found.finding(text()))
sections(found)
how(found)
