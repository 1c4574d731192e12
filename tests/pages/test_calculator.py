"""The calculator page: numbers typed, pasted and from a file, mistakes and what is said of them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from data.settings import SETTINGS_VARIABLE
from tests.pages.framed import page, said
from tests.pages.shop import made, settings_of

SCRIPT = "pages/experiments/calculator.py"


@pytest.fixture(scope="module", autouse=True)
def _shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    folder = tmp_path_factory.mktemp("calculator")
    st.cache_data.clear()
    st.cache_resource.clear()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(SETTINGS_VARIABLE, str(settings_of(folder, [made(folder)])))
        yield
    st.cache_data.clear()
    st.cache_resource.clear()


def filled(app: AppTest, **texts: str) -> AppTest:
    for name, text in texts.items():
        app.text_input(key=f"calculator_{name}_en").set_value(text)
    return app.run()


def counted(app: AppTest, control: tuple[str, str], treatment: tuple[str, str]) -> AppTest:
    return filled(
        app,
        control_0=control[0],
        control_1=control[1],
        treatment_0=treatment[0],
        treatment_1=treatment[1],
    )


def test_it_opens_with_what_it_answers_and_nothing_else() -> None:
    app = page(SCRIPT)
    assert "Is the difference between two arms real?" in said(app)
    assert not app.get("plotly_chart")


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("en", ["New is better than Returning: 24.91% against 13.93%", "association"]),
        ("zh", ["“New”优于“Returning”：24.91%，对照 13.93%", "只说明相关"]),
    ],
)
def test_the_example_is_the_real_shoppers(lang: str, words: list[str]) -> None:
    """Returning 1,470 of 10,551 against new 422 of 1,694 (UCI, Sakar & Kastro 2018)."""
    app = page(SCRIPT, lang=lang)
    app.button(key="calculator_example").click().run()
    assert not app.exception
    for part in (*words, "+78.80%", "+62.14%"):
        assert part in said(app)
    assert len(app.get("plotly_chart")) == 1


def test_an_uneven_split_blocks_the_verdict() -> None:
    app = counted(page(SCRIPT), ("100", "1,000"), ("300", "2,000"))
    assert "Do not read a result: the split is off" in said(app)
    app = filled(app, split_control="1", split_treatment="2")
    assert "Do not read a result" not in said(app)


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("24.9%", "is a percentage"),
        ("1,5", "no thousands separator"),
        ("many", "is not a number"),
        ("12.5", "not a whole number"),
        ("2,000", "2,000 converted of 1,000 units"),
        ("", "no number yet"),
    ],
)
def test_what_is_wrong_with_a_number_is_said(typed: str, told: str) -> None:
    app = counted(page(SCRIPT), (typed, "1,000"), ("120", "1,000"))
    assert not app.exception
    assert told in said(app)
    assert not app.get("plotly_chart")


def test_nobody_converted_has_no_answer_and_its_reason() -> None:
    app = counted(page(SCRIPT), ("0", "1,000"), ("0", "1,000"))
    assert "No answer yet: all units have the same value" in said(app)
    assert not app.exception


def test_group_sequential_asks_for_the_plan_and_then_judges_by_its_level() -> None:
    """z = 2.04 is significant at one look; halfway, the level is 0.0031."""
    app = counted(page(SCRIPT), ("500", "5,000"), ("563", "5,000"))
    assert "significant, p = 0.0" in said(app)
    app.session_state["calculator"]["mode"] = "group_sequential"
    app.run()
    assert "needs its planned number of units" in said(app)
    app = filled(app, planned="20,000")
    assert "Keep running" in said(app)
    assert "0.0031" in said(app)


def test_always_valid_is_too_early_below_thirty_conversions() -> None:
    app = page(SCRIPT)
    app.session_state["calculator"]["mode"] = "always_valid"
    app = counted(app.run(), ("20", "400"), ("45", "400"))
    assert "Too early to conclude" in said(app)


def test_pasted_lines_and_a_line_too_few() -> None:
    app = page(SCRIPT)
    app.session_state["calculator"]["way"] = "pasted"
    area = app.run().text_area[0]
    app = area.set_value("group\tbuyers\tusers\nold\t1,470\t10,551\nnew\t1,600\t10,490").run()
    assert "new is better than old" in said(app)
    app = app.text_area[0].set_value("old\t1,470\t10,551").run()
    assert "Two lines with numbers are needed" in said(app)


def test_a_name_is_never_markup() -> None:
    app = page(SCRIPT)
    app.session_state["calculator"]["control_name"] = "<img src=x onerror=alert(1)>"
    app = counted(app.run(), ("100", "1,000"), ("150", "1,000"))
    assert "<img src=x" not in "".join(h.proto.body for h in app.get("html"))


def test_a_file_of_values(tmp_path: Path) -> None:
    """Two arms of four: means 2.5 and 12.5."""
    app = page(SCRIPT)
    app.session_state["calculator"]["way"] = "file"
    app.run()
    lines = [f"a,{v}" for v in (1, 2, 3, 4)] + [f"b,{v}" for v in (11, 12, 13, 14)]
    app.get("file_uploader")[0].set_value(
        ("values.csv", ("arm,value\n" + "\n".join(lines)).encode(), "text/csv")
    )
    app.run()
    assert not app.exception
    assert "b is better than a: 12.50 against 2.50" in said(app)
