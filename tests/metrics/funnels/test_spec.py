"""Definitions without a meaning are refused with what to change; written ones are read."""

from __future__ import annotations

from typing import Any

import pytest

from i18n import LANGUAGES, Problem, Text
from metrics.funnels.spec import DAY, Funnel, Window, simple
from metrics.funnels.written import exclusions, funnel_from, step_windows, steps, window


def made(*events: str, **more: Any) -> Funnel:
    return simple(*events, **more)


def optional(*places: int, n: int = 4, **more: Any) -> Funnel:
    listed = [{"any_of": [{"event": f"e{k}"}], "optional": k in places} for k in range(n)]
    return Funnel.model_validate({"steps": listed, **more})


REFUSED = {
    "funnel_size": lambda: made("a"),
    "funnel_ends": lambda: optional(0),
    "window_length": lambda: made("a", "b", window={"seconds": 10_000 * DAY}),
    "unordered_same": lambda: made("a", "b", "a", order="unordered"),
    "exclusion_place": lambda: made("a", "b", exclusions=[{"any_of": [{"event": "x"}],
                                                           "after": 2, "before": 2}]),
    "exclusion_optional": lambda: optional(
        1, exclusions=[{"any_of": [{"event": "x"}], "after": 1, "before": 2}]
    ),
    "unordered_windows": lambda: Funnel.model_validate({
        "steps": [{"any_of": [{"event": "a"}]}, {"any_of": [{"event": "b"}], "window": {}}],
        "order": "unordered",
    }),
    "filter_column": lambda: Funnel.model_validate({
        "steps": [{"any_of": [{"event": "a", "filters": [{"column": "shoe", "values": ["1"]}]}]},
                  {"any_of": [{"event": "b"}]}],
    }),
    "filter_number": lambda: Funnel.model_validate({
        "steps": [{"any_of": [{"event": "a", "filters": [
            {"column": "value", "op": "at_least", "values": ["many"]}]}]},
                  {"any_of": [{"event": "b"}]}],
    }),
}  # fmt: skip


@pytest.mark.parametrize("code", REFUSED)
def test_what_has_no_meaning_is_refused_in_both_languages(code: str) -> None:
    with pytest.raises(Problem) as caught:
        REFUSED[code]()
    assert caught.value.code == code
    assert all(caught.value.say(Text(language)) for language in LANGUAGES)


@pytest.mark.parametrize("seconds", [0, -1])
def test_a_window_of_nothing_is_refused(seconds: int) -> None:
    with pytest.raises(Problem, match="from one second to 366 days"):
        made("a", "b", window={"seconds": seconds})


def test_the_same_event_twice_is_two_steps_in_order() -> None:
    assert made("a", "a", "b").shared_events() == {"a"}


def test_steps_as_written() -> None:
    first, second, third = steps("a, b|c ,d?")
    assert [m["event"] for m in second["any_of"]] == ["b", "c"]
    assert (first["optional"], third["optional"]) == (False, True)


@pytest.mark.parametrize(("text", "seconds"), [("30m", 1800), ("12h", 43_200), ("7d", 7 * DAY)])
def test_windows_as_written(text: str, seconds: int) -> None:
    assert window(text) == Window(seconds=seconds)


def test_a_day_and_a_session_have_no_length() -> None:
    assert window("day") == Window(kind="day", seconds=None)
    assert window("session").seconds is None


def test_exclusions_as_written() -> None:
    assert exclusions(["x"], 4)[0]["before"] == 4
    assert exclusions(["x|y:2-3:leave_out"], 4)[0]["effect"] == "leave_out"


def test_windows_of_single_steps_as_written() -> None:
    assert step_windows("2=1h", steps("a,b"))[1]["window"] == Window(seconds=3600)


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: steps("a,,b"),
        lambda: window("soon"),
        lambda: step_windows("9=1h", steps("a,b")),
        lambda: exclusions(["x:1"], 3),
        lambda: funnel_from({"steps": "nonsense"}),
        lambda: funnel_from({"steps": steps("a,b"), "order": "sideways"}),
    ],
)
def test_what_is_written_wrong_is_said(wrong: Any) -> None:
    with pytest.raises(Problem):
        wrong()


def test_a_funnel_reads_back_from_json() -> None:
    funnel = optional(1, 2, window={"kind": "session", "seconds": None})
    assert Funnel.model_validate_json(funnel.model_dump_json()) == funnel
