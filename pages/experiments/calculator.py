"""Calculator: two arms of own numbers, judged as an experiment is. Nothing is stored."""

import streamlit as st

from i18n import Words
from ui.calculator.asked import asked
from ui.calculator.form import form
from ui.calculator.results import finding, judged, results
from ui.page import page_header
from ui.session import text

tr = text()
head, fields = st.container(), st.container()
with fields:
    question = asked(tr, form(tr))
answer = judged(question)
with head:
    page_header(
        Words("Calculator", "显著性计算器"),
        finding(question, answer, tr),
        instead=Words(
            "Own numbers: neither the shop nor its dates and filters are read, nothing is stored.",
            "使用自己录入的数据：不读取店铺、时间与筛选，也不保存任何内容。",
        ),
    )
results(question, answer, tr)
