"""Verdicts, and the command that gives them."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from i18n import Problem, Text
from metrics.calculator.answer import Verdict, answered
from metrics.calculator.question import Arm, Kind, Question
from metrics.calculator.text import as_csv, as_json, as_table
from metrics.calculator.words import srm_sentence, verdict
from metrics.cli import main
from metrics.stats.experiments.modes import Mode
from metrics.stats.experiments.sums import Sums

UCI = ["compare", "--counts", "422/1694", "--against", "1470/10551", "--lang", "en"]


def asked(control: tuple[int, int], treatment: tuple[int, int], **more: object) -> Question:
    arms = [Arm(n, Sums.of_counts(*c)) for n, c in (("A", control), ("B", treatment))]
    return Question(Kind.RATES, arms[0], arms[1], **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("control", "treatment", "more", "expected"),
    [
        ((500, 5000), (600, 5000), {}, Verdict.BETTER),
        ((600, 5000), (500, 5000), {}, Verdict.WORSE),
        ((500, 5000), (600, 5000), {"lower_is_better": True}, Verdict.WORSE),
        ((500, 5000), (510, 5000), {}, Verdict.INCONCLUSIVE),
        ((500, 5000), (600, 6000), {}, Verdict.INVALID),
        ((500, 5000), (800, 6000), {"weights": None}, Verdict.BETTER),
        ((500, 5000), (800, 6000), {"weights": (5, 6)}, Verdict.BETTER),
        ((0, 5000), (0, 5000), {}, Verdict.NO_ANSWER),
        ((0, 0), (0, 0), {}, Verdict.NO_ANSWER),
        ((0, 0), (5, 10), {"weights": None}, Verdict.NO_ANSWER),
        ((500, 5000), (563, 5000), {"mode": Mode.GROUP_SEQUENTIAL, "planned": 20_000},
         Verdict.KEEP_RUNNING),
        ((500, 5000), (510, 5000), {"mode": Mode.GROUP_SEQUENTIAL, "planned": 10_000},
         Verdict.INCONCLUSIVE),
        ((500, 5000), (510, 5000), {"mode": Mode.GROUP_SEQUENTIAL, "planned": 8_000, "looks": 3},
         Verdict.INCONCLUSIVE),
        ((500, 5000), (510, 5000), {"mode": Mode.ALWAYS_VALID}, Verdict.KEEP_RUNNING),
        ((500, 5000), (650, 5000), {"mode": Mode.ALWAYS_VALID}, Verdict.BETTER),
        ((20, 400), (45, 400), {"mode": Mode.ALWAYS_VALID}, Verdict.TOO_EARLY),
    ],
)  # fmt: skip
def test_verdicts(control, treatment, more, expected) -> None:
    answer = answered(asked(control, treatment, **more))
    assert answer.verdict is expected
    for language in ("en", "zh"):
        assert verdict(answer, Text(language))


def test_an_unplanned_group_sequential_test_is_refused() -> None:
    with pytest.raises(Problem, match="planned number of units"):
        asked((1, 10), (2, 10), mode=Mode.GROUP_SEQUENTIAL)


@pytest.mark.parametrize("weights", [(0, 1), (1, -1), (float("nan"), 1)])
def test_a_split_is_positive(weights: tuple[float, float]) -> None:
    with pytest.raises(Problem, match="share above 0"):
        asked((1, 10), (2, 10), weights=weights)


def test_how_many_more_by_hand() -> None:
    """z = 1.40 at 2,000 units: (2.8016 / 1.40)² − 1 times as many again."""
    answer = answered(asked((100, 1000), (120, 1000)))
    z = answer.look.effect.diff / answer.look.effect.se
    assert answer.more_units == pytest.approx(2000 * ((2.801585 / z) ** 2 - 1), abs=1)
    assert answer.detectable == pytest.approx(2.801585 * answer.look.effect.se, rel=1e-6)


def test_the_command_gives_json_of_the_shoppers(capsys: pytest.CaptureFixture[str]) -> None:
    """UCI Online Shoppers (Sakar & Kastro 2018, CC BY 4.0); nobody assigned visitors at random."""
    assert main([*UCI, "--split", "none", "--format", "json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["verdict"] == "better"
    assert found["srm"] is None
    assert found["effect"]["diff"] == pytest.approx(0.109791, abs=1e-6)
    assert found["effect"]["lift_low"] == pytest.approx(0.6214, abs=1e-4)
    assert found["bayes"]["loss_control"] == pytest.approx(0.1100, abs=1e-4)


def test_undefined_is_null_with_its_status(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["compare", "--counts", "0/50", "--against", "0/50", "--format", "json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["p_value"], found["effect"]["status"]) == (None, "no_variance")


@pytest.mark.parametrize("form", ["table", "csv"])
def test_the_command_in_words(form: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*UCI, "--split", "none", "--format", form]) == 0
    assert "+78.80%" in capsys.readouterr().out


def test_means_on_the_command_line(capsys: pytest.CaptureFixture[str]) -> None:
    """NIST's cars: t = −12.946."""
    given = [
        "--means",
        "20.14458/6.4147/249",
        "--against",
        "30.48101/6.10771/79",
        "--split",
        "249/79",
    ]
    assert main(["compare", *given, "--format", "json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["effect"]["statistic"] == pytest.approx(-12.94627, abs=1e-4)


@pytest.mark.parametrize(
    "given", [["--counts", "422", "--against", "1/2"], ["--counts", "a/b", "--against", "1/2"]]
)
def test_what_the_command_can_not_read(given, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["compare", *given, "--lang", "en"]) == 2
    assert capsys.readouterr().err


counts = st.one_of(st.integers(0, 40), st.integers(0, 10**12)).flatmap(
    lambda n: st.tuples(st.one_of(st.integers(0, min(n, 40)), st.integers(0, n)), st.just(n))
)
ways = st.sampled_from(
    [
        {},
        {"weights": None},
        {"mode": Mode.GROUP_SEQUENTIAL, "planned": 1_000, "looks": 3},
        {"mode": Mode.ALWAYS_VALID, "planned": 1},
        {"mode": Mode.ALWAYS_VALID, "weights": (0.9, 0.1)},
    ]
)


def told(question: Question) -> None:
    answer = answered(question)
    for language in ("en", "zh"):
        text = as_table(answer, Text(language)) + as_csv(answer, Text(language))
        assert "nan" not in text.replace("finance", "")
        assert "inf" not in text
    json.loads(as_json(answer), parse_constant=pytest.fail)


@given(counts, counts, ways)
def test_any_counts_have_a_verdict_or_a_reason(control, treatment, more) -> None:
    told(asked(control, treatment, **more))


arms = st.builds(
    Arm,
    st.just("A"),
    st.builds(
        Sums.of_sd,
        st.integers(0, 10**12),
        st.floats(-1e12, 1e12),
        st.one_of(st.just(0.0), st.floats(0, 1e12)),
    ),
)


@given(arms, arms, ways)
def test_any_means_have_a_verdict_or_a_reason(control, treatment, more) -> None:
    told(Question(Kind.MEANS, control, treatment, **more))


def test_a_sequential_mode_judges_the_split_by_what_holds_at_any_time() -> None:
    """5,170 against 4,830: p = 0.0007 alarms at one look; looked at daily, e = 26 does not."""
    once = answered(asked((500, 4830), (530, 5170)))
    daily = answered(asked((500, 4830), (530, 5170), mode=Mode.ALWAYS_VALID))
    assert "p < 0.001, off" in srm_sentence(once, Text("en"))
    assert "e = " in srm_sentence(daily, Text("en"))
    assert "fine" in srm_sentence(daily, Text("en"))


def test_past_the_plan_is_said() -> None:
    more = {"mode": Mode.GROUP_SEQUENTIAL, "planned": 8_000, "looks": 3}
    answer = answered(asked((500, 5000), (510, 5000), **more))
    assert "past the plan" in verdict(answer, Text("en"))
