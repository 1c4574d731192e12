"""What customers say, by names that a reader knows."""

from __future__ import annotations

from data.demo.loyalty import REASONS as SAID
from data.demo.refunds import REASONS as OF_RETURNS
from i18n import Text
from metrics.feedback_words import REASONS, reason_words
from metrics.reading import share
from metrics.states.readings import Compared, Feedback, Score
from metrics.states.text import reason_table

NO_SCORE = Score(0, None, None, None)


def test_every_reason_of_the_demo_has_a_name_in_both_languages() -> None:
    for key in {*SAID, *OF_RETURNS}:
        assert key in REASONS
        assert reason_words(key).zh != key


def test_what_is_not_known_stays_as_the_source_writes_it() -> None:
    assert Text("zh")(reason_words("Porto, too high")) == "Porto, too high"


def test_no_two_reasons_look_the_same() -> None:
    for language in ("en", "zh"):
        names = [getattr(words, language) for words in REASONS.values()]
        assert len(names) == len(set(names))


def test_the_table_names_them_in_the_language_of_the_reader() -> None:
    compared = Compared(share(3, 10), share(1, 10), None)
    reasons = {"slow_delivery": compared, "Porto": compared}
    both = Compared(share(0, 1), share(0, 1), None)
    said = Feedback(reasons, NO_SCORE, NO_SCORE, both, (), {})
    assert [row[0] for row in reason_table(said, Text("zh"))[1]] == ["物流慢", "Porto"]
    assert [row[0] for row in reason_table(said, Text("en"))[1]] == ["Slow delivery", "Porto"]
