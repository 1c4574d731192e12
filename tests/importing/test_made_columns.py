"""Value maps over made values, and look-ups by several columns."""

from __future__ import annotations

import pytest

from i18n import Problem
from tests.importing.batches import AT, accounted, orders, rejected, with_column
from tests.importing.conftest import ORDERS, Read, Refused

BY_TWO = "{column: [x, y], lookup: {file: visits.csv, key: [who, no], take: channel}}"
HITS = f"id,user,at,amount,x,y\n1,u,{AT},9,a,1\n2,u,{AT},9,b,1\n"


def test_two_columns_are_one_key(read: Read) -> None:
    """Both visits have the number 1; only with the visitor are they two."""
    files = {"orders.csv": HITS, "visits.csv": "who,no,channel\na,1,ads\nb,1,seo\n"}
    batch = read(with_column("channel", BY_TWO), files)
    assert [row["channel"] for row in orders(batch)] == ["ads", "seo"]


def test_parts_of_a_key_do_not_run_into_each_other(read: Read) -> None:
    """(a, 11) and (a1, 1) are two keys."""
    content = f"id,user,at,amount,x,y\n1,u,{AT},9,a,11\n2,u,{AT},9,a1,1\n"
    files = {"orders.csv": content, "visits.csv": "who,no,channel\na1,1,seo\na,11,ads\n"}
    batch = read(with_column("channel", BY_TWO), files)
    assert [row["channel"] for row in orders(batch)] == ["ads", "seo"]


def test_a_key_that_is_not_there_is_shown_with_its_parts(read: Read) -> None:
    files = {"orders.csv": HITS, "visits.csv": "who,no,channel\na,1,ads\nb,2,seo\n"}
    batch = read(with_column("channel", BY_TWO), files)
    assert rejected(batch) == [(3, "channel", "not_in_lookup")]
    assert batch.rejects["found"].to_pylist() == ["b / 1"]
    accounted(batch)


def test_a_key_with_an_empty_part_finds_nothing(read: Read) -> None:
    content = f"id,user,at,amount,x,y\n1,u,{AT},9,,1\n"
    batch = read(
        with_column("channel", BY_TWO),
        {"orders.csv": content, "visits.csv": "who,no,channel\n,1,ads\n"},
    )
    assert [row["channel"] for row in orders(batch)] == [None]
    assert rejected(batch) == []


def test_two_answers_for_a_key_of_two_columns(refused: Refused) -> None:
    files = {"orders.csv": HITS, "visits.csv": "who,no,channel\na,1,ads\na,1,seo\n"}
    problem = refused(with_column("channel", BY_TWO), files)
    assert problem.code == "lookup_two_answers"
    assert "a / 1" in str(problem)


def test_a_look_up_compares_as_many_columns_as_its_key_has(refused: Refused) -> None:
    one = "{column: x, lookup: {file: visits.csv, key: [who, no], take: channel}}"
    files = {"orders.csv": HITS, "visits.csv": "who,no,channel\na,1,ads\n"}
    problem = refused(with_column("channel", one), files)
    assert problem.code == "mapping_wrong_value"
    assert "key of 2" in str(problem)


def test_the_other_files_words_for_nothing_are_nothing(read: Read) -> None:
    lookup = "{column: x, lookup: {file: v.csv, key: who, take: campaign, nulls: [(not set)]}}"
    files = {"orders.csv": HITS, "v.csv": "who,campaign\na,May\nb,(not set)\n"}
    batch = read(with_column("coupon_code", lookup), files)
    assert [row["coupon_code"] for row in orders(batch)] == ["May", None]
    assert rejected(batch) == []


def test_words_of_a_looked_up_value_are_ours(read: Read) -> None:
    mapped = (
        "{column: {column: x, lookup: {file: v.csv, key: who, take: group}}, "
        "map: {Organic Search: organic_search}, otherwise: keep}"
    )
    files = {"orders.csv": HITS, "v.csv": "who,group\na,Organic Search\nb,Fax\n"}
    batch = read(with_column("channel", mapped), files)
    assert [row["channel"] for row in orders(batch)] == ["organic_search", "Fax"]


def test_a_joined_word_that_is_not_in_the_map_rejects_its_row(read: Read) -> None:
    mapped = "{column: {join: [x, y]}, map: {a-1: ads}}"
    batch = read(with_column("channel", mapped), {"orders.csv": HITS})
    assert [row["channel"] for row in orders(batch)] == ["ads"]
    assert rejected(batch) == [(3, "channel", "unmapped_value")]
    assert batch.rejects["found"].to_pylist() == ["b-1"]
    accounted(batch)


def test_a_key_missing_inside_a_map_is_told_once(read: Read) -> None:
    mapped = "{column: {column: x, lookup: {file: v.csv, key: who, take: group}}, map: {A: ads}}"
    batch = read(with_column("channel", mapped), {"orders.csv": HITS, "v.csv": "who,group\na,A\n"})
    assert rejected(batch) == [(3, "channel", "not_in_lookup")]


def test_a_sum_inside_a_map_is_refused(read: Read) -> None:
    rolled = ORDERS.replace("columns:", "rollup: {key: id}\n        columns:")
    line = "          channel: {column: {sum: amount}, map: {9: ads}}\n"
    with pytest.raises(Problem, match="stand outside"):
        read(rolled + line, {"orders.csv": HITS})
