"""A mapping that is wrong says where, what, and the nearest word that would be right."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from data.importing.mapping import load_mapping
from i18n import Problem, Text
from tests.importing.conftest import HEAD, ORDERS, Write

Fault = Callable[[str], Problem]


@pytest.fixture
def fault(write: Write) -> Fault:
    """The problem with a mapping's text; it can be said in both languages."""

    def find(text: str) -> Problem:
        with pytest.raises(Problem) as caught:
            load_mapping(write("mapping.yaml", text))
        caught.value.say(Text("en"))
        caught.value.say(Text("zh"))
        return caught.value

    return find


def test_a_right_mapping_knows_what_it_fills(write: Write) -> None:
    mapping = load_mapping(write("mapping.yaml", HEAD + ORDERS))
    assert mapping.name.zh == "演示"
    assert mapping.mapped_columns() == {
        "orders": ("order_id", "user_id", "ordered_at", "status", "gross_amount")
    }


def test_a_missing_mapping(tmp_path: Path) -> None:
    with pytest.raises(Problem) as caught:
        load_mapping(tmp_path / "none.yaml")
    assert caught.value.code == "mapping_missing"
    assert "none.yaml" in str(caught.value)


def test_broken_yaml_names_its_line(fault: Fault) -> None:
    problem = fault("shop: demo\nname: [unclosed\ntimezone: UTC\n")
    assert problem.code == "mapping_yaml"
    assert "line 3" in str(problem)


def test_a_tab_in_the_indentation_names_its_line(fault: Fault) -> None:
    assert "line 2" in str(fault("sources:\n\t- name: x\n"))


def test_a_key_that_stands_twice_is_not_silently_the_second(fault: Fault) -> None:
    problem = fault(HEAD + ORDERS + "          gross_amount: other\n")
    assert "gross_amount" in str(problem)
    assert "twice" in str(problem)


def test_an_empty_mapping(fault: Fault) -> None:
    assert fault("").code == "mapping_empty"
    assert fault("- a list").code == "mapping_empty"


@pytest.mark.parametrize(
    ("right", "typo", "key", "meant"),
    [
        ("timezone:", "timezon:", "timezon", "timezone"),
        ("    file:", "    fiel:", "fiel", "file"),
        ("        columns:", "        colums:", "colums", "columns"),
        ("{constant: paid}", "{constant: paid, seperator: x}", "seperator", None),
    ],
)
def test_a_typo_in_a_key_is_named_with_the_key_that_was_meant(
    fault: Fault, right: str, typo: str, key: str, meant: str | None
) -> None:
    problem = fault((HEAD + ORDERS).replace(right, typo))
    assert problem.code == "mapping_unknown_key"
    assert f"“{key}”" in str(problem)
    if meant is not None:
        assert f"Did you mean “{meant}”?" in str(problem)


def test_the_line_of_a_typo_is_named(fault: Fault) -> None:
    """Five lines of head, then `- name`, `fiel`: line 7."""
    assert "line 7" in str(fault((HEAD + ORDERS).replace("file:", "fiel:")))


def test_an_unknown_table_and_an_unknown_column_have_a_suggestion(fault: Fault) -> None:
    table = fault((HEAD + ORDERS).replace("      orders:", "      order:"))
    assert (table.code, "Did you mean “orders”?" in str(table)) == ("mapping_unknown_table", True)
    column = fault((HEAD + ORDERS).replace("gross_amount", "gros_amount"))
    assert column.code == "mapping_unknown_column"
    assert "Did you mean “gross_amount”?" in str(column)


def test_a_required_column_that_is_not_mapped(fault: Fault) -> None:
    problem = fault((HEAD + ORDERS).replace("          ordered_at: at\n", ""))
    assert problem.code == "mapping_required_column"
    assert "ordered_at" in str(problem)


def test_events_need_a_user_or_a_visitor(fault: Fault) -> None:
    text = HEAD + (
        "  - name: e\n    file: e.csv\n    into:\n      events:\n        columns:\n"
        "          occurred_at: at\n          event: what\n"
    )
    assert "user_id / visitor_id" in str(fault(text))


def test_an_unknown_expression(fault: Fault) -> None:
    problem = fault((HEAD + ORDERS).replace("{constant: paid}", "{constnt: paid}"))
    assert problem.code == "mapping_unknown_expression"
    assert "Did you mean “constant”?" in str(problem)


def test_a_missing_key(fault: Fault) -> None:
    problem = fault((HEAD + ORDERS).replace("currency: GBP\n", ""))
    assert problem.code == "mapping_missing_key"
    assert "currency" in str(problem)


@pytest.mark.parametrize(
    ("right", "wrong", "said"),
    [
        ("Europe/London", "Europe/Londn", "Europe/London"),
        ("GBP", "pounds", "pounds"),
        ("shop: demo", "shop: My Shop!", "My Shop!"),
        ("file: orders.csv", "file: orders.csv\n    mode: upsert", "merge"),
        ("file: orders.csv", "format: csv", "file: or database:"),
        ("amount\n", "{sum: amount}\n", "rollup"),
        ("file: orders.csv", "file: orders.csv\n    where: {column: id}", "asks nothing"),
    ],
)
def test_a_wrong_value_is_named(fault: Fault, right: str, wrong: str, said: str) -> None:
    problem = fault((HEAD + ORDERS).replace(right, wrong, 1))
    assert problem.code == "mapping_wrong_value"
    assert said in str(problem)


def test_norway_is_not_false(write: Write) -> None:
    """In YAML 1.1 an unquoted NO is the flag false."""
    text = HEAD + ORDERS + "          country: {column: c, map: {Norway: NO, Oman: OM}}\n"
    target = load_mapping(write("mapping.yaml", text)).sources[0].into["orders"]
    assert target.columns["country"].map == {"Norway": "NO", "Oman": "OM"}


def test_two_sources_of_one_table_in_different_modes(fault: Fault) -> None:
    second = ORDERS.replace("name: orders", "name: more").replace(
        "    into:", "    mode: replace\n    into:"
    )
    assert "replace" in str(fault(HEAD + ORDERS + second))


def test_data_through_a_day_is_the_end_of_that_day_in_the_shop(write: Write) -> None:
    """10 July in London is summer time: its end is 23:00 UTC."""
    day = load_mapping(write("a.yaml", "data_through: 2024-07-10\n" + HEAD + ORDERS))
    assert day.through() == datetime(2024, 7, 10, 23)
    moment = load_mapping(write("b.yaml", "data_through: 2024-07-10 12:00:00\n" + HEAD + ORDERS))
    assert moment.through() == datetime(2024, 7, 10, 11)
