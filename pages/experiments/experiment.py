"""One experiment: the verdict first, then whether to trust it, then every number behind it."""

from i18n import Words
from ui.experiment.asked import answered, choose_arm
from ui.experiment.course import course_section, since_section
from ui.experiment.effects import arms_section, carries_section, effects_section
from ui.experiment.files import files_section
from ui.experiment.segments import segments_section
from ui.experiment.top import decision_section, finding, standing, trust_section
from ui.page import Head
from ui.session import text

head = Head(Words("Experiment", "实验详情"), with_dates=False)
asked = answered()
head.say(finding(asked, text()))
if asked is not None:
    standing(asked)
    choose_arm(asked)
    trust_section(asked)
    effects_section(asked)
    course_section(asked)
    segments_section(asked)
    since_section(asked)
    carries_section(asked)
    decision_section(asked)
    arms_section(asked)
    files_section(asked)
