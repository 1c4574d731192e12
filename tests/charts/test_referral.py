"""The referral figures: lengths, whiskers, hollow points, ticks, words for those who listen."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from charts.referral import k_by_cohort, steps
from data.scope import Scope
from i18n import LANGUAGES, Language, Text
from metrics.periods import Grain
from metrics.referral.referral import ReferralAnswer, referral
from tests.metrics.asking import span
from tests.metrics.referral.test_traps import invitation, invited
from tests.world import order, user

EN = Text("en")
QUARTER = span("2024-01-01", "2024-04-01")


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> ReferralAnswer:
    """Four users of January send 4 invitations, 2 are accepted, one invitee buys; one user of
    February sends one, still open on 10 March; one of March has just come."""
    return _asked(tmp_path_factory.mktemp("shop"))


def _asked(folder: Path) -> ReferralAnswer:
    made = invited(
        folder,
        invitation(1, "2024-01-03", 11, "2024-01-04", medium="link"),
        invitation(1, "2024-01-03", 12, "2024-01-04", medium="chat"),
        invitation(2, "2024-01-03", medium="link"),
        invitation(3, "2024-01-03", medium="<b>poster</b>"),
        invitation(5, "2024-02-20", medium="link"),
        others=[user(11, "2023-12-04"), user(5, "2024-02-01"), user(6, "2024-03-05")],
        orders=[order(11, "2024-01-06")],
        through="2024-03-10",
    )
    warehouse = made.warehouse()
    answer = referral(warehouse, Scope("CNY"), QUARTER, Grain.MONTH)
    warehouse.close()
    return answer


def trace(figure: Any, name: str) -> Any:
    return next(t for t in figure.data if t.name == name)


def test_a_bar_is_as_long_as_its_step_per_user_acquired(found: ReferralAnswer) -> None:
    """January alone: 1 acquired, 4 / 4 invited, 2 / 4 accepted, 1 / 4 bought."""
    bars = trace(steps(found.cohorts[0], EN, dark=False), "steps")
    assert list(bars.customdata) == ["acquired", "invited", "accepted", "customers"]
    assert list(bars.x) == [1.0, 1.0, 0.5, 0.25]
    k = found.cohorts[0].k_factor
    assert k.high is not None
    assert bars.error_x.array[2] == pytest.approx(k.high - 0.5)


def test_a_cohort_in_progress_is_hollow_and_one_without_a_value_a_tick(
    found: ReferralAnswer,
) -> None:
    """January is final; February has one user whose days are over but an open invitation; March
    nobody whose days are over."""
    figure = k_by_cohort(found, EN, dark=False)
    points = trace(figure, "k_factor")
    assert [c[0] for c in points.customdata] == ["2024-01-01"]
    assert points.marker.color[0] == points.marker.line.color
    missing = trace(figure, "missing")
    assert [c[0] for c in missing.customdata] == ["2024-02-01", "2024-03-01"]
    assert "not mature yet" in missing.hovertext[0]
    assert "1 invitation still open, not in c" in missing.hovertext[0]


def test_a_running_value_is_hollow_and_joined_by_a_dashed_line(tmp_path: Path) -> None:
    made = invited(
        tmp_path,
        invitation(1, "2024-01-03", 11, "2024-01-04"),
        invitation(5, "2024-02-02", 12, "2024-02-03"),
        invitation(5, "2024-02-20"),
        others=[user(5, "2024-02-01")],
        through="2024-03-10",
    )
    warehouse = made.warehouse()
    answer = referral(warehouse, Scope("CNY"), span("2024-01-01", "2024-03-01"), Grain.MONTH)
    warehouse.close()
    figure = k_by_cohort(answer, EN, dark=False)
    points = trace(figure, "k_factor")
    accent = points.marker.line.color
    assert [colour == accent for colour in points.marker.color] == [True, False]
    assert trace(figure, "not final").line.dash == "4px,3px"


def test_a_step_without_a_value_says_why(found: ReferralAnswer) -> None:
    figure = steps(found.cohorts[2], EN, dark=False)
    assert all("not mature yet" in note.text for note in figure.layout.annotations)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("dark", [False, True])
def test_both_figures_say_in_words_what_they_show(
    found: ReferralAnswer, language: Language, dark: bool
) -> None:
    tr = Text(language)
    drawn = steps(found.cohorts[0], tr, dark=dark)
    assert "0.5" in drawn.layout.meta["alt"]
    course = k_by_cohort(found, tr, dark=dark)
    assert "0.5" in course.layout.meta["alt"]
